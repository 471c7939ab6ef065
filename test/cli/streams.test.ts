import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import {
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { execa, execaSync } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Place, samplePlace } from '../support/place.ts';

const MIB = 1024 * 1024;

/** A place with an object of that size under `s3://photos/large`, whose content is also in the file `large`. */
async function placeWithLarge(size: number): Promise<Place> {
  const place = await samplePlace();
  writeFileSync(place.path('large'), Buffer.alloc(size, 'all work and no play '));
  expect(await place.ssebox(['s3', 'put', 'large', 's3://photos/large'])).toMatchObject({ code: 0 });
  return place;
}

const blobsOf = ({ store }: Place): string[] =>
  existsSync(`${store}/blobs`)
    ? readdirSync(`${store}/blobs`, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('/'))
    : [];

const hasObject = async ({ ssebox }: Place, key: string): Promise<boolean> =>
  (await ssebox(['s3api', 'head-object', '--bucket', 'photos', '--key', key])).code === 0;

describe('a reader that has read enough is not an error', () => {
  test.for([
    ['an object', 'ssebox s3 get s3://photos/large -', 'all work a'],
    ['an object by the AWS CLI’s verb', 'ssebox s3 cp s3://photos/large -', 'all work a'],
    ['a long list', "ssebox kms list-keys --query 'range(100000)' --output text 2>&1; ssebox kms list-keys", undefined],
    ['help', 'ssebox iam --help', 'Usage: sse'],
  ] as const)('%s', async ([, line, start]) => {
    const place = await placeWithLarge(2 * MIB);
    const { out, err } = await place.shell(`${line} | head -c 10; echo " \${PIPESTATUS[0]}"`);
    if (start !== undefined) expect(out).toBe(`${start} 0\n`);
    expect(err).toBe('');
  });

  test('a list longer than a pipe holds', async () => {
    const place = await samplePlace();
    mkdirSync(place.path('many'));
    for (let i = 0; i < 400; i++) writeFileSync(place.path(`many/${i}`), 'x');
    await place.ssebox(['s3', 'cp', 'many', 's3://drafts/', '--recursive', '--quiet']);
    const { out, err } = await place.shell(
      'set -o pipefail; ssebox s3api list-objects-v2 --bucket drafts | head -1; echo $?; ssebox s3 ls s3://drafts | true; echo $?',
    );
    expect({ out, err }).toEqual({ out: '{\n0\n0\n', err: '' });
  });

  test('transfers whose lines nobody reads continue, and the exit code tells their outcome', async () => {
    const place = await samplePlace();
    // The key of the second is longer than S3 takes.
    const deep = ['tree', ...Array(5).fill('d'.repeat(220))].join('/');
    mkdirSync(place.path(deep), { recursive: true });
    for (const name of ['tree/a', `${deep}/b`]) writeFileSync(place.path(name), name);
    const { out, err } = await place.shell(
      'exec 5> >(:); wait $!; ssebox s3 cp tree s3://drafts/ --recursive >&5; echo $?',
    );
    expect(out).toBe('1\n');
    expect(err).toContain('KeyTooLongError');
    expect(err).not.toContain('EPIPE');
    expect((await place.ssebox(['s3', 'ls', 's3://drafts/a'])).code).toBe(0);
  });

  test('nobody who reads errors', async () => {
    const place = await samplePlace();
    const { out } = await place.shell('{ { ssebox kms bogus 2>&1 >&4; echo $? >&4; } | true; } 4>&1');
    expect(out).toBe('252\n');
  });
});

/** A named pipe that holds as much as it can, and is not waited for: so a shell's other programs may leave it. */
async function fullPipe(path: string): Promise<{ readonly end: FileHandle; readonly size: number }> {
  execaSync('mkfifo', [path]);
  const end = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => end.close());
  let size = 0;
  for (;;) {
    try {
      size += writeSync(end.fd, Buffer.alloc(4096, '.'));
    } catch (error) {
      expect(error).toMatchObject({ code: 'EAGAIN' });
      return { end, size };
    }
  }
}

test('a result waits for a reader whose pipe is full', async () => {
  const place = await samplePlace();
  const { end, size } = await fullPipe(place.path('pipe'));
  const words = ['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyState'];
  const child = spawn(process.execPath, [resolve('bin/ssebox.js'), ...words], {
    env: place.variables,
    stdio: ['ignore', end.fd, 'inherit'],
  });
  const ended = once(child, 'exit');
  const sum = JSON.stringify('Enabled').length + 1;
  let text = '';
  while (text.length < size + sum) {
    const { bytesRead, buffer } = await end.read(Buffer.alloc(4096)).catch(noneYet);
    text += buffer.toString('latin1', 0, bytesRead);
  }
  expect(text.replace(/^\.*/, '')).toBe('"Enabled"\n');
  expect(await ended).toEqual([0, null]);
});

/** An empty pipe that is not waited for. */
const noneYet = (error: { readonly code?: string }) => {
  expect(error.code).toBe('EAGAIN');
  return { bytesRead: 0, buffer: Buffer.alloc(0) };
};

describe('standard input that is a folder is refused, and nothing is stored', () => {
  test.for([
    ['ssebox s3 cp - s3://photos/new < .', 1, 'standard input is a folder, not a file or a pipe'],
    ['ssebox s3 put - s3://photos/new < .', 252, 'standard input is a folder, not a file or a pipe'],
    ['ssebox s3api put-object --bucket photos --key new --body - < .', 252, 'Blob values must be a path to a file.'],
  ] as const)('%s', async ([line, status, text]) => {
    const place = await samplePlace();
    const { code, err } = await place.shell(line);
    expect(code).toBe(status);
    expect(err).toContain(text);
    expect(await hasObject(place, 'new')).toBe(false);
  });
});

describe('the destination of results may be full', () => {
  test
    .skipIf(!existsSync('/dev/full'))
    .for([
      'ssebox kms list-keys > /dev/full',
      'ssebox s3 get s3://photos/harbour.txt - > /dev/full',
      'ssebox --help > /dev/full',
    ])('%s', async (line) => {
    const { shell } = await samplePlace();
    expect(await shell(line)).toEqual({
      code: 253,
      out: '',
      err: 'cannot write: no space left on the disk\n',
    });
  });

  test('a file beyond the size limit leaves nothing behind, and an old one as it was', async () => {
    const place = await placeWithLarge(8 * MIB);
    writeFileSync(place.path('copy'), 'old');
    const before = readdirSync(place.folder).sort();
    const { code, err } = await place.shell('ulimit -f 4096; ssebox s3 get s3://photos/large copy');
    expect({ code, err }).toEqual({
      code: 253,
      err: 'cannot write "copy": the file would be larger than this process may write\n',
    });
    expect(readFileSync(place.path('copy'), 'utf8')).toBe('old');
    expect(readdirSync(place.folder).sort()).toEqual(before);
  });

  test('an object for which there is no space does not exist, and its bytes are removed', async () => {
    const place = await samplePlace();
    writeFileSync(place.path('large'), Buffer.alloc(8 * MIB));
    const { code, err } = await place.shell('ulimit -f 4096; ssebox s3 put large s3://photos/large');
    expect(code).toBe(253);
    expect(err).toMatch(/^cannot write ".*": the file would be larger than this process may write\n$/);
    expect(await hasObject(place, 'large')).toBe(false);
    expect(blobsOf(place)).toEqual([]);
  });
});

/** A mount of its own for one command, which only root can have and which goes with it. */
const canMount = process.getuid?.() === 0 && execaSync('unshare', ['-m', 'true'], { reject: false }).exitCode === 0;

describe.skipIf(!canMount)('a disk of its own', () => {
  test('that is full is reported, and what was stored before can be read', async () => {
    const place = await samplePlace();
    writeFileSync(place.path('large'), Buffer.alloc(8 * MIB));
    const { code, err } = await place.shell(
      `cp -r store kept; export -f ssebox; unshare -m bash -c 'mount -t tmpfs -o size=2m none store && cp -r kept/* store/ &&
       { ssebox s3 put large s3://photos/large; echo $? >&2; ssebox store verify --query Damaged >&2; }'`,
    );
    expect(code).toBe(0);
    expect(err).toMatch(/^cannot write ".*": no space left on the disk\n253\n\[\]\n$/);
  });

  test('that is read-only is reported', async () => {
    const place = await samplePlace();
    const { err } = await place.shell(
      `export -f ssebox; unshare -m bash -c 'mount --bind store store && mount -o remount,bind,ro store &&
       { ssebox kms list-keys; echo $? >&2; ssebox kms create-key; echo $? >&2; }'`,
    );
    const line = `cannot use the store "${place.store}": the file system is read-only\n253\n`;
    expect(err).toBe(line + line);
  });
});

describe('Ctrl-C', () => {
  const start = (place: Place, words: readonly string[]) =>
    execa(process.execPath, ['bin/ssebox.js', ...words], {
      env: place.variables,
      extendEnv: false,
      reject: false,
      stdin: 'pipe',
    });

  test.for([
    ['s3 put', ['s3', 'put', '-', 's3://photos/new']],
    ['s3 cp', ['s3', 'cp', '-', 's3://photos/new']],
    ['s3api put-object', ['s3api', 'put-object', '--bucket', 'photos', '--key', 'new', '--body', '-']],
  ] as const)('ends %s of a stream with 130, and there is no object', async ([, words]) => {
    const place = await samplePlace();
    const child = start(place, words);
    // More than any buffer on the way holds: when it is taken, the upload is on its way.
    for (let i = 0; i < 12; i++) {
      if (!child.stdin.write(Buffer.alloc(MIB, i))) await once(child.stdin, 'drain');
    }
    child.kill('SIGINT');
    const { exitCode } = await child;
    expect(exitCode).toBe(130);
    expect(await hasObject(place, 'new')).toBe(false);
    expect(blobsOf(place)).toEqual([]);
    const uploads = ['s3api', 'list-multipart-uploads', '--bucket', 'photos', '--query', 'length(Uploads || `[]`)'];
    expect((await place.ssebox(uploads)).out).toBe('0\n');
  });

  test('ends a download with 130, and leaves no part of it', async () => {
    const place = await placeWithLarge(128 * MIB);
    const before = readdirSync(place.folder).sort();
    const watcher = watch(place.folder);
    const child = start(place, ['s3', 'get', 's3://photos/large', place.path('copy')]);
    for await (const [, name] of on(watcher, 'change')) if (String(name).endsWith('.part')) break;
    child.kill('SIGINT');
    watcher.close();
    expect(await child).toMatchObject({ exitCode: 130, stderr: '' });
    expect(readdirSync(place.folder).sort()).toEqual(before);
  });

  test.for([
    ['s3 get', ['s3', 'get', 's3://photos/large', '-']],
    ['s3 cp', ['s3', 'cp', 's3://photos/large', '-']],
    ['s3api get-object', ['s3api', 'get-object', '--bucket', 'photos', '--key', 'large', '-']],
  ] as const)('ends %s to a slow reader with 130, and the object is not whole', async ([, words]) => {
    const place = await placeWithLarge(32 * MIB);
    const child = execa(process.execPath, ['bin/ssebox.js', ...words], {
      env: place.variables,
      extendEnv: false,
      reject: false,
      buffer: false,
    });
    // When the first bytes are there, the pipe is full and the program waits.
    await once(child.stdout, 'readable');
    child.kill('SIGINT');
    let size = 0;
    for await (const piece of child.stdout) size += piece.length;
    expect((await child).exitCode).toBe(130);
    expect(size).toBeLessThan(32 * MIB);
  });

  test('ends a command that waits for a value that nobody writes', async () => {
    const place = await samplePlace();
    execaSync('mkfifo', [place.path('pipe')]);
    const child = start(place, [
      'kms',
      'encrypt',
      '--key-id',
      'alias/app',
      '--plaintext',
      `fileb://${place.path('pipe')}`,
    ]);
    // Opened when the other end is: now the program reads.
    const writer = await open(place.path('pipe'), 'w');
    child.kill('SIGINT');
    expect((await child).signal).toBe('SIGINT');
    await writer.close();
  });
});

describe('a download', () => {
  const get = ['s3', 'get', 's3://photos/harbour.txt'];
  const text = 'Boats at the quay, early, before the wind came up.\n';

  test('through a link writes the file that the link points to', async () => {
    const place = await samplePlace();
    writeFileSync(place.path('real'), 'old');
    symlinkSync('real', place.path('link'));
    expect(await place.ssebox([...get, 'link'])).toMatchObject({ code: 0 });
    expect(readFileSync(place.path('real'), 'utf8')).toBe(text);
    expect(readdirSync(place.folder).sort()).toEqual(['link', 'real', 'store']);
  });

  test('keeps the permissions of a file', async () => {
    const place = await samplePlace();
    writeFileSync(place.path('secret'), 'old', { mode: 0o600 });
    expect(await place.ssebox([...get, 'secret'])).toMatchObject({ code: 0 });
    expect(statSync(place.path('secret')).mode & 0o777).toBe(0o600);
    expect(readFileSync(place.path('secret'), 'utf8')).toBe(text);
  });

  test('into a named pipe or a device goes through it', async () => {
    const place = await samplePlace();
    const line =
      'mkfifo pipe; cat pipe & ssebox s3 get s3://photos/harbour.txt pipe --quiet; wait; [ -p pipe ] && echo pipe';
    expect(await place.shell(line)).toEqual({ code: 0, out: `${text}pipe\n`, err: '' });
    const object = 's3api get-object --bucket photos --key harbour.txt';
    const { out } = await place.shell(
      `ssebox ${object} /dev/stdout --query ContentLength | cat; [ -h /dev/stdout ] && echo link`,
    );
    expect(out).toBe(`${text}51\nlink\n`);
  });
});
