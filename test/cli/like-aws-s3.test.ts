/** What the AWS CLI's s3 commands do at the edges: AWS CLI Command Reference, s3, and AWS CLI User Guide, "Command line return codes". */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { samplePlace } from '../support/place.ts';

const MIB = 1024 ** 2;

function write(line: CommandLine, name: string, content: string | Uint8Array = name): string {
  const path = line.path(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const printed = (path: string): string => join(relative('.', dirname(path)), path.slice(path.lastIndexOf('/') + 1));

async function keysIn(line: CommandLine, place: string): Promise<readonly string[]> {
  const { out } = await line.ssebox(['s3', 'ls', place, '--recursive']);
  return out.split('\n').flatMap((text) => (text === '' ? [] : [text.slice(31)]));
}

const oddNames = [
  'with space',
  'ünï€',
  '🎉',
  '-dash',
  '100%',
  '%41',
  'a+b&c=d',
  '[b]',
  '*star',
  'back\\slash',
  'q\'"q',
];

test('files with odd names, empty ones and folders come back unchanged', async () => {
  const line = await newSample();
  for (const name of oddNames) write(line, `tree/a dir/${name}`);
  write(line, 'tree/zero', '');
  mkdirSync(line.path('tree/empty'));
  await line.ok(['s3', 'cp', line.path('tree'), 's3://drafts/t', '--recursive']);
  await line.ok(['s3', 'sync', 's3://drafts/t', line.path('back')]);
  expect(readdirSync(line.path('back')).sort()).toEqual(['a dir', 'zero']);
  for (const name of oddNames) expect(readFileSync(line.path(`back/a dir/${name}`), 'utf8')).toBe(`tree/a dir/${name}`);
  expect((await line.ok(['s3', 'sync', line.path('tree'), 's3://drafts/t', '--size-only'])).out).toBe('');
  await line.ok(['s3', 'rm', 's3://drafts/t/a dir/100%']);
  expect(await keysIn(line, 's3://drafts')).toHaveLength(oddNames.length);
});

describe('a path with --recursive is a folder', () => {
  test('rm deletes what is in it, and nothing that merely begins like it', async () => {
    const line = await newSample();
    for (const key of ['log', 'log/a', 'logs', 'logs/b'])
      await line.ok(['s3', 'cp', write(line, 'f'), `s3://drafts/${key}`]);
    const { out } = await line.ok(['s3', 'rm', 's3://drafts/log', '--recursive']);
    expect(out).toBe('delete: s3://drafts/log/a\n');
    expect(await keysIn(line, 's3://drafts')).toEqual(['log', 'logs', 'logs/b']);
  });

  test.for([
    ['cp', ['--recursive']],
    ['sync', []],
  ] as const)('a file is not a folder, says %s, and is skipped', async ([verb, more]) => {
    const line = await newSample();
    const file = write(line, 'f');
    const { code, err } = await line.ssebox(['s3', verb, file, 's3://drafts/x', ...more]);
    expect([code, err]).toEqual([2, `warning: Skipping file ${file}/. File does not exist.\n`]);
  });

  test('one cannot be made where a file is', async () => {
    const line = await newSample();
    const { code, err } = await line.ssebox(['s3', 'sync', 's3://photos', write(line, 'f')]);
    expect(code).toBe(1);
    expect(err).toContain('download failed: s3://photos/harbour.txt to ');
  });

  test.for(['cp', 'mv', 'sync'])('a refused listing ends %s', async (verb) => {
    const line = await newSample();
    const more = verb === 'sync' ? [] : ['--recursive'];
    const { code, err } = await line.ssebox(['s3', verb, 's3://no-such-bucket', line.path('x'), ...more]);
    const words =
      'An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist';
    expect([code, err]).toEqual([1, `fatal error: ${words}\n`]);
  });
});

test('patterns that begin at the root apply to the path of a file', async () => {
  const line = await newSample();
  for (const name of ['tree/a', 'tree/sub/b']) write(line, name);
  const words = ['s3', 'cp', line.path('tree'), 's3://drafts', '--recursive', '--dryrun', '--exclude'];
  const { out } = await line.ok([...words, `${line.path('tree/sub')}/*`]);
  expect(out).toBe(`(dryrun) upload: ${printed(line.path('tree/a'))} to s3://drafts/a\n`);
});

test.for([
  [['rm', 's3://photos/2026/pier.txt', '--exclude', 'pier*'], true],
  [['rm', 's3://photos/2026/pier.txt', '--exclude', '*', '--include', 'pier.???'], false],
  [['rm', 's3://photos/2026/pier.txt', '--exclude', '2026/*'], false],
  [['mv', 's3://photos/2026/pier.txt', 's3://drafts/', '--exclude', 'pier*'], true],
  [['mv', 's3://photos/2026/pier.txt', 's3://drafts/', '--exclude', 'q1*'], false],
] as const)('patterns apply to the name of a single object: %j leaves it: %j', async ([words, isLeft]) => {
  const line = await newSample();
  await line.ok(['s3', ...words]);
  expect((await keysIn(line, 's3://photos')).includes('2026/pier.txt')).toBe(isLeft);
});

test('links are skipped when they are not followed, even if named', async () => {
  const line = await newSample();
  write(line, 'real/f');
  symlinkSync('real', line.path('folder'));
  symlinkSync('real/f', line.path('file'));
  for (const [name, more] of [
    ['folder', ['--recursive']],
    ['folder/', ['--recursive']],
    ['file', []],
  ] as const) {
    const words = ['s3', 'cp', line.path(name), 's3://drafts/x', ...more];
    expect((await line.ok([...words, '--no-follow-symlinks'])).out).toBe('');
    expect((await line.ok(words)).out).toMatch(/^upload: /);
  }
});

test('anything but a file is skipped, and nothing waits for it', async () => {
  const line = await newSample();
  execFileSync('mkfifo', [line.path('fifo')]);
  const { code, err } = await line.ssebox(['s3', 'cp', line.path('fifo'), 's3://drafts/']);
  const why = 'File is character special device, block special device, FIFO, or socket.';
  expect([code, err]).toEqual([2, `warning: Skipping file ${line.path('fifo')}. ${why}\n`]);
});

describe('a path that is not there ends with 255', () => {
  test.for([
    ['cp', []],
    ['cp', ['--recursive']],
    ['cp', ['--dryrun', '--quiet']],
    ['mv', []],
    ['mv', ['--recursive']],
    ['sync', []],
  ] as const)('%s %j', async ([verb, more]) => {
    const line = await newSample();
    symlinkSync('nowhere', line.path('broken'));
    write(line, 'file');
    for (const name of ['none', 'broken', 'file/']) {
      const path = line.path(name);
      const { code, out, err } = await line.ssebox(['s3', verb, path, 's3://drafts/k', ...more]);
      expect([code, out, err]).toEqual([255, '', `The user-provided path ${path} does not exist.\n`]);
    }
  });
});

describe('a folder without --recursive', () => {
  const key = 's3://drafts/k';

  test.for([
    ['cp', 'tree', key, [], 1, '', "upload failed: TREE/ to s3://drafts/k [Errno 21] Is a directory: 'FULL/'"],
    ['cp', 'tree/', key, [], 1, '', "upload failed: TREE/ to s3://drafts/k [Errno 21] Is a directory: 'FULL/'"],
    ['mv', 'tree', key, [], 1, '', "move failed: TREE/ to s3://drafts/k [Errno 21] Is a directory: 'FULL/'"],
    [
      ...['cp', 'tree', 's3://drafts', [], 1, ''],
      'upload failed: TREE/ to s3://drafts/ Parameter validation failed:\nInvalid length for parameter Key, value: 0, valid min length: 1',
    ],
    ['cp', 'tree', key, ['--quiet'], 1, '', ''],
    ['cp', 'tree', key, ['--dryrun'], 0, '(dryrun) upload: TREE/ to s3://drafts/k', ''],
    ['cp', 'tree', key, ['--exclude', '*'], 0, '', ''],
    ['cp', 'link', key, ['--no-follow-symlinks'], 0, '', ''],
  ] as const)('%s %s %s %j is %i', async ([verb, name, target, more, status, out, err]) => {
    const line = await newSample();
    write(line, 'tree/f');
    symlinkSync('tree', line.path('link'));
    const worded = (text: string) =>
      text === '' ? '' : `${text.replace('TREE', printed(line.path('tree'))).replace('FULL', line.path('tree'))}\n`;
    expect(await line.ssebox(['s3', verb, line.path(name), target, ...more])).toMatchObject({
      code: status,
      out: worded(out),
      err: worded(err),
    });
    expect(existsSync(line.path('tree/f'))).toBe(true);
    expect(await keysIn(line, 's3://drafts')).toEqual([]);
  });
});

describe('a key with parts such as .. leads to the file that its path is', () => {
  const keys = [
    'a/../b',
    'c/./d',
    'e//f',
    '/g',
    '../out',
    'h/../../out',
    '..',
    'i/..',
    'j/../..',
    '/../out',
    '..k',
    'l..',
  ];
  const inside = ['..k', 'b', 'c/d', 'e/f', 'g', 'l..'];
  const outside = ['../out', 'h/../../out', '..', 'i/..', 'j/../..', '/../out'];

  async function filled(): Promise<CommandLine> {
    const line = await newSample();
    write(line, 'f', 'content');
    for (const key of keys)
      await line.ok(['s3api', 'put-object', '--bucket', 'drafts', `--key=${key}`, '--body', line.path('f')]);
    return line;
  }

  test.for([
    ['cp', ['--recursive']],
    ['mv', ['--recursive']],
    ['sync', []],
    ['sync', ['--delete']],
  ] as const)('%s %j skips those that lead out, and names their keys', async ([verb, more]) => {
    const line = await filled();
    const { code, err } = await line.ssebox(['s3', verb, 's3://drafts', line.path('in/side'), ...more]);
    const warnings = outside.map((key) => `warning: Skipping file ${key}. File references a parent directory.`);
    expect([code, err.trimEnd().split('\n').sort()]).toEqual([2, warnings.sort()]);
    const files = readdirSync(line.path('in/side'), { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    expect(files.map(({ parentPath, name }) => relative(line.path('in/side'), join(parentPath, name))).sort()).toEqual(
      inside,
    );
    expect(readdirSync(line.path('in'))).toEqual(['side']);
    if (verb === 'mv') expect([...(await keysIn(line, 's3://drafts'))].sort()).toEqual([...outside].sort());
  });

  test('the files are up to date for the next sync, and not deleted by it', async () => {
    const line = await filled();
    const words = ['s3', 'sync', 's3://drafts', line.path('side'), '--delete'];
    await line.ssebox(words);
    expect((await line.ssebox(words)).out).toBe('');
    expect(existsSync(line.path('side/b'))).toBe(true);
  });
});

describe('a download whose file cannot be', () => {
  const put = (line: CommandLine, key: string) =>
    line.ok(['s3api', 'put-object', '--cli-input-json', JSON.stringify({ Bucket: 'drafts', Key: key, Body: 'aGk=' })]);

  test('is one failure among others', async () => {
    const line = await newSample();
    for (const key of ['n\0l', 'file', 'file-too']) await put(line, key);
    const { code, out, err } = await line.ssebox(['s3', 'cp', 's3://drafts', line.path('back'), '--recursive']);
    expect(code).toBe(1);
    expect(err).toContain('download failed: s3://drafts/n\\x00l');
    expect(err).toContain('a file name cannot contain NUL');
    expect(out.match(/^download: /gm)).toHaveLength(2);
  });

  test.for([
    ['cp', 1, 'download failed: '],
    ['get', 252, ''],
  ] as const)('because a file is in place of its folder is reported by %s', async ([verb, status, start]) => {
    const line = await newSample();
    await put(line, 'file');
    const place = write(line, 'place');
    const { code, err } = await line.ssebox(['s3', verb, 's3://drafts/file', join(place, 'file')]);
    expect(code).toBe(status);
    expect(err.startsWith(start)).toBe(true);
    expect(err).toContain(`"${place}" is not a folder\n`);
  });

  test.skipIf(!existsSync('/proc/self'))('ends, also below /proc', async () => {
    const line = await newSample();
    await put(line, 'file');
    const { code, err } = await line.ssebox(['s3', 'get', 's3://drafts/file', '/proc/none/file']);
    expect([code, err]).toEqual([252, 'cannot write "/proc/none/file": no such file or folder\n']);
  });

  test('is not started if the key ends in ..', async () => {
    const line = await newSample();
    await put(line, 'a/..');
    mkdirSync(line.path('in/side'), { recursive: true });
    const { code, err } = await line.ssebox(['s3', 'cp', 's3://drafts/a/..', line.path('in/side')]);
    expect([code, err]).toEqual([252, '".." cannot be a file name: add a file name after the object\n']);
    expect(readdirSync(line.path('in'))).toEqual(['side']);
  });
});

/** The number of the last transaction that a store has committed: `mm_txnid` in both of LMDB's meta pages. */
function commits({ store }: CommandLine): bigint {
  const head = readFileSync(join(store, 'store.mdb'));
  const pageBytes = head.readUInt32LE(48);
  const [a, b] = [0, pageBytes].map((page) => head.readBigUInt64LE(page + 152));
  return (a ?? 0n) > (b ?? 0n) ? (a ?? 0n) : (b ?? 0n);
}

test.for(['cp', 'sync'])('many small downloads of %s share their commits', async (verb) => {
  const line = await newSample();
  for (let i = 0; i < 200; i++) write(line, `tree/${i}`);
  await line.ok(['s3', 'sync', line.path('tree'), 's3://drafts/t']);
  const before = commits(line);
  const deep = verb === 'cp' ? ['--recursive'] : [];
  await line.ok(['s3', verb, 's3://drafts/t', line.path('back'), ...deep]);
  expect(readdirSync(line.path('back'))).toHaveLength(200);
  expect(Number(commits(line) - before)).toBeLessThan(100);
});

test('sync and cp --recursive create the folder that they download into, even if there is nothing to download', async () => {
  const line = await newSample();
  await line.ok(['s3', 'sync', 's3://drafts/none', line.path('a/b')]);
  await line.ok(['s3', 'cp', 's3://drafts/none', line.path('c'), '--recursive']);
  await line.ok(['s3', 'sync', 's3://drafts/none', line.path('d'), '--dryrun']);
  expect(['a/b', 'c', 'd'].map((name) => existsSync(line.path(name)))).toEqual([true, true, false]);
});

test('a download is up to date to the second, also with --exact-timestamps', async () => {
  const line = await newSample();
  line.advance(123_456);
  await line.ok(['s3', 'cp', write(line, 'f'), 's3://drafts/']);
  const list = ['s3api', 'list-objects-v2', '--bucket', 'drafts', '--query', 'Contents[0].LastModified'];
  expect((await line.ok(list)).json).toMatch(/T\d\d:\d\d:\d\d\+00:00$/);
  await line.ok(['s3', 'sync', 's3://drafts', line.path('back')]);
  expect((await line.ok(['s3', 'sync', 's3://drafts', line.path('back'), '--exact-timestamps'])).out).toBe('');
});

test('a file changed in the second of its upload is newer than its object', async () => {
  const line = await newSample();
  const file = write(line, 'tree/f', 'old');
  await line.ok(['s3', 'sync', line.path('tree'), 's3://drafts']);
  const { LastModified } = (await line.ok(['s3api', 'head-object', '--bucket', 'drafts', '--key', 'f'])).json as {
    readonly LastModified: string;
  };
  const changed = new Date(new Date(LastModified).getTime() + 500);
  writeFileSync(file, 'new');
  utimesSync(file, changed, changed);
  await line.ok(['s3', 'sync', line.path('tree'), 's3://drafts']);
  expect((await line.ok(['s3', 'get', 's3://drafts/f', '-'])).out).toBe('new');
});

describe('unsuitable options are refused before anything is done', () => {
  test.for([
    [
      ['--checksum-mode', 'ENABLED'],
      'Expected checksum-mode parameter to be used with one of following path formats: <S3Uri> <LocalPath>. Instead, received <LocalPath> <S3Uri>.',
    ],
    [
      ['--sse-c-copy-source', 'AES256', '--sse-c-copy-source-key', 'k'.repeat(32)],
      '--sse-c-copy-source is only supported for copy operations.',
    ],
    [['--sse-c-key', 'k'], 'If --sse-c-key is specified, --sse-c must be specified as well.'],
    [
      ['--sse-c-copy-source'],
      'If --sse-c-copy-source is specified, --sse-c-copy-source-key must be specified as well.',
    ],
    [['--grants', 'some=id=1'], 'permission must be one of: read|readacl|writeacl|full'],
    [['--tags', 'alone'], 'expected 2 arguments'],
    [['--sse', 'AES128'], 'AES128'],
    [['--acl', 'secret'], 'secret'],
    [['--storage-class', 'FAST'], 'FAST'],
    [['--copy-props', 'some'], 'some'],
  ] as const)('%j', async ([words, text]) => {
    const line = await newSample();
    const { code, err, out } = await line.ssebox(['s3', 'cp', write(line, 'f'), 's3://drafts/', ...words]);
    expect([code, out]).toEqual([252, '']);
    expect(err).toContain(text);
    expect(await keysIn(line, 's3://drafts')).toEqual([]);
  });

  test('mv onto itself, also of everything in a folder', async () => {
    const line = await newSample();
    const { code, err } = await line.ssebox(['s3', 'mv', 's3://photos/2026', 's3://photos/2026', '--recursive']);
    expect([code, err]).toEqual([252, 'Cannot mv a file onto itself: s3://photos/2026 - s3://photos/2026\n']);
    expect(await keysIn(line, 's3://photos/2026')).toEqual(['2026/pier.txt']);
  });

  test('a stream, by mv and sync', async () => {
    const line = await newSample();
    for (const verb of ['mv', 'sync']) {
      const { code, err } = await line.ssebox(['s3', verb, '-', 's3://drafts/x']);
      expect([code, err]).toEqual([252, 'Streaming currently is only compatible with non-recursive cp commands\n']);
    }
  });
});

test('--no-overwrite keeps what exists, in every direction, and is not a failure', async () => {
  const line = await newSample();
  const keep = '--no-overwrite';
  await line.ok(['s3', 'cp', write(line, 'old', 'old'), 's3://drafts/k']);
  const large = write(line, 'large', Buffer.alloc(9 * MIB));
  for (const file of [write(line, 'new', 'new'), large]) {
    expect((await line.ok(['s3', 'cp', file, 's3://drafts/k', keep])).out).toBe('');
  }
  for (const source of ['s3://photos/harbour.txt', 's3://drafts/large']) {
    await line.ok(['s3', 'cp', large, 's3://drafts/']);
    expect((await line.ok(['s3', 'cp', source, 's3://drafts/k', keep])).out).toBe('');
  }
  expect((await line.ok(['s3', 'cp', 's3://photos/harbour.txt', line.path('old'), keep])).out).toBe('');
  expect(readFileSync(line.path('old'), 'utf8')).toBe('old');
  expect((await line.ok(['s3', 'cp', 's3://drafts/k', '-'])).out).toBe('old');
  expect((await line.ok(['s3', 'mv', line.path('new'), 's3://drafts/k', keep])).out).toBe('');
  expect(existsSync(line.path('new'))).toBe(true);
  expect((await line.ok(['s3', 'cp', line.path('new'), 's3://drafts/fresh', keep])).out).toMatch(/^upload: /);
  const uploads = ['s3api', 'list-multipart-uploads', '--bucket', 'drafts', '--query', 'Uploads'];
  expect((await line.ok(uploads)).out).toBe('null\n');
});

test('a dry run is reported with --only-show-errors, too, but not with --quiet', async () => {
  const line = await newSample();
  const words = ['s3', 'rm', 's3://photos/harbour.txt', '--dryrun'];
  expect((await line.ok([...words, '--only-show-errors'])).out).toBe('(dryrun) delete: s3://photos/harbour.txt\n');
  expect((await line.ok([...words, '--quiet'])).out).toBe('');
  expect(await keysIn(line, 's3://photos')).toContain('harbour.txt');
});

test('for a stream only failures are reported', async () => {
  const line = await newSample();
  const { code, err, out } = await line.ssebox(['s3', 'cp', 's3://photos/none', '-']);
  const words = 'An error occurred (404) when calling the HeadObject operation: Not Found';
  expect([code, out, err]).toEqual([1, '', `download failed: s3://photos/none to - ${words}\n`]);
  expect(await line.ssebox(['s3', 'cp', 's3://photos/none', '-', '--quiet'])).toMatchObject({
    code: 1,
    out: '',
    err: '',
  });
});

test('a stream whose object may be found but not read is one failed download', async () => {
  const line = await newSample();
  const encrypted = ['--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app'];
  await line.ok(['s3', 'cp', write(line, 'f'), 's3://photos/k', ...encrypted]);
  const { json } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyId']);
  await line.ok(['kms', 'disable-key', '--key-id', String(json)]);
  const { code, err, out } = await line.ssebox(['s3', 'cp', 's3://photos/k', '-']);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^download failed: s3:\/\/photos\/k to - An error occurred \(\S*Disabled\S*\) when calling the GetObject operation: .*\n$/,
  );
});

test('--quiet also says nothing of an object that is not there', async () => {
  const line = await newSample();
  for (const verb of ['cp', 'mv']) {
    const words = ['s3', verb, 's3://photos/none', line.path('x'), '--quiet'];
    expect(await line.ssebox(words)).toMatchObject({ code: 1, out: '', err: '' });
  }
});

test.for([[], ['s3://'], ['s3:///'], ['/'], ['/photos'], ['s3:///photos/x']])(
  'ls %j lists the buckets',
  async (words) => {
    const line = await newSample();
    expect((await line.ok(['s3', 'ls', ...words])).out).toMatch(/^\S+ \S+ drafts\n\S+ \S+ photos\n\S+ \S+ reports\n$/);
  },
);

test('ls chooses among buckets, and counts objects only', async () => {
  const line = await newSample();
  await line.ok(['s3', 'mb', 's3://far-away', '--region', 'eu-west-1']);
  expect((await line.ok(['s3', 'ls', '--bucket-name-prefix', 'ph'])).out).toMatch(/^\S+ \S+ photos\n$/);
  expect((await line.ok(['s3', 'ls', '--bucket-region', 'eu-west-1'])).out).toMatch(/^\S+ \S+ far-away\n$/);
  expect((await line.ok(['s3', 'ls', '--summarize'])).out).toMatch(/\n\nTotal Objects: 0\n {3}Total Size: 0\n$/);
});

test('mb takes tags, and of a longer path the bucket', async () => {
  const line = await newSample();
  expect((await line.ok(['s3', 'mb', 's3://tagged/x', '--tags', 'a', 'b', '--tags', 'c', 'd'])).out).toBe(
    'make_bucket: tagged\n',
  );
  expect((await line.ok(['s3api', 'get-bucket-tagging', '--bucket', 'tagged'])).json).toEqual({
    TagSet: [
      { Key: 'a', Value: 'b' },
      { Key: 'c', Value: 'd' },
    ],
  });
});

test('rb --force keeps the bucket if an object remains', async () => {
  const line = await newSample();
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::photos/*' }];
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', policy]);
  const { code, out, err } = await line.ssebox(['s3', 'rb', 's3://photos', '--force']);
  expect([code, out]).toEqual([255, '']);
  expect(err).toContain('delete failed: s3://photos/harbour.txt An error occurred (AccessDenied)');
  expect(err).toMatch(
    /\nremove_bucket failed: Unable to delete all objects in the bucket, bucket will not be deleted\.\n$/,
  );
  expect(await keysIn(line, 's3://photos')).toEqual(['2026/pier.txt', 'harbour.txt']);
});

// AWS CLI S3 Configuration.
describe('settings of transfers', () => {
  test('decide what is transferred in parts, their size, and the number of requests at once', async () => {
    const line = await newSample();
    const file = write(line, 'f', Buffer.alloc(11 * MIB));
    const etag = async () => {
      await line.ok(['s3', 'cp', file, 's3://drafts/f']);
      const { json } = await line.ok(['s3api', 'head-object', '--bucket', 'drafts', '--key', 'f']);
      return (json as { readonly ETag: string }).ETag;
    };
    expect(await etag()).toMatch(/-2"$/);
    await line.ok(['config', 'set', 's3.multipart_chunksize', '5MB']);
    await line.ok(['config', 'set', 's3.max_concurrent_requests', '1']);
    expect(await etag()).toMatch(/-3"$/);
    await line.ok(['config', 'set', 's3.multipart_threshold', `${11 * MIB + 1}`]);
    expect(await etag()).not.toContain('-');
    await line.ok(['config', 'set', 's3.multipart_threshold', '11MiB']);
    expect(await etag()).toMatch(/-3"$/);
  });

  test.for([
    ['s3.multipart_threshold', '0'],
    ['s3.multipart_chunksize', '8 MB'],
    ['s3.multipart_chunksize', '-1'],
    ['s3.max_concurrent_requests', '0'],
    ['s3.max_concurrent_requests', 'many'],
  ] as const)('%s is not %j', async ([name, value]) => {
    const line = await newSample();
    expect((await line.ssebox(['config', 'set', name, value])).code).toBe(252);
  });
});

describe('transfers continue when nobody reads their lines', () => {
  test('cp and rb', async () => {
    const place = await samplePlace();
    mkdirSync(place.path('many'));
    for (let i = 0; i < 300; i++) writeFileSync(place.path(`many/${i}`), 'x');
    const copied = await place.shell(
      'ssebox s3 cp many s3://drafts/ --recursive | head -1; ssebox s3 ls s3://drafts | wc -l',
    );
    expect(copied).toEqual({ code: 0, out: expect.stringMatching(/^upload: many\/\d+ to s3:\S+\n300\n$/), err: '' });
    const removed = await place.shell('ssebox s3 rb s3://drafts --force | head -1; ssebox s3 ls');
    expect(removed.out).not.toContain(' drafts');
  });
});
