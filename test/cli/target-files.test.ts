/** The files that downloads write into a person's folders, and those that uploads find there. */

import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { relative } from 'node:path';
import { execa, execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { isPartName, partName } from '../../src/cli/part-file.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { type Place, samplePlace } from '../support/place.ts';

const MIB = 1024 * 1024;
const text = 'Boats at the quay, early, before the wind came up.\n';

describe('a download that was killed', () => {
  /** Kills a download of a large object into that file when its temporary file is there; returns that file's name. */
  async function killedDownload(place: Place, file: string): Promise<string> {
    writeFileSync(place.path('large'), Buffer.alloc(128 * MIB, 'all work and no play '));
    expect(await place.ssebox(['s3', 'put', 'large', 's3://photos/large'])).toMatchObject({ code: 0 });
    const watcher = watch(place.path('down'));
    const child = execa(process.execPath, ['bin/ssebox.js', 's3', 'get', 's3://photos/large', place.path(file)], {
      env: place.variables,
      extendEnv: false,
      reject: false,
    });
    for await (const [, name] of on(watcher, 'change')) if (isPartName(String(name))) break;
    child.kill('SIGKILL');
    watcher.close();
    expect((await child).signal).toBe('SIGKILL');
    return readdirSync(place.path('down')).find(isPartName) ?? '';
  }

  test('leaves a file that nobody else may read, which no upload takes and the next download removes', async () => {
    const place = await samplePlace();
    mkdirSync(place.path('down'));
    writeFileSync(place.path('down/secret'), 'old', { mode: 0o600 });
    writeFileSync(place.path('down/.mine.part'), 'mine');
    const part = await killedDownload(place, 'down/secret');
    expect(statSync(place.path(`down/${part}`)).mode & 0o777).toBe(0o600);
    expect(readFileSync(place.path('down/secret'), 'utf8')).toBe('old');
    for (const words of [
      ['s3', 'cp', 'down', 's3://drafts/cp/', '--recursive'],
      ['s3', 'sync', 'down', 's3://drafts/sync/'],
    ]) {
      const { code, out } = await place.ssebox(words);
      expect([code, out.match(/down\/\S+/g)?.sort()]).toEqual([0, ['down/.mine.part', 'down/secret']]);
    }
    // Whoever names it may have it.
    expect((await place.ssebox(['s3', 'cp', `down/${part}`, 's3://drafts/named'])).code).toBe(0);
    await place.ssebox(['s3', 'get', 's3://photos/harbour.txt', 'down/']);
    expect(readdirSync(place.path('down')).sort()).toEqual(['.mine.part', 'harbour.txt', 'secret']);
  });
});

test('sync --delete leaves the download of another process alone', async () => {
  const line = await newSample();
  mkdirSync(line.path('down'));
  const part = partName('0a1b2c3d');
  for (const name of [part, 'extra']) writeFileSync(line.path(`down/${name}`), 'x');
  await line.ok(['s3', 'sync', 's3://reports', line.path('down'), '--delete']);
  expect(readdirSync(line.path('down'))).toContain(part);
  expect(readdirSync(line.path('down'))).not.toContain('extra');
});

describe('a link below the folder of a recursive download', () => {
  /** A folder outside with a file, and a folder with links to both, beside a bucket that has objects of their names. */
  async function linked(): Promise<CommandLine> {
    const line = await newSample();
    mkdirSync(line.path('outside'));
    mkdirSync(line.path('down'));
    writeFileSync(line.path('outside/file'), 'theirs');
    writeFileSync(line.path('object'), 'the object');
    symlinkSync('../outside/file', line.path('down/file'));
    symlinkSync('../outside', line.path('down/folder'));
    symlinkSync('down', line.path('named'));
    for (const key of ['file', 'folder/file']) {
      await line.ok(['s3', 'put', line.path('object'), `s3://drafts/${key}`]);
    }
    return line;
  }

  test.for([
    ['cp', ['--recursive']],
    ['mv', ['--recursive']],
    ['sync', []],
    ['sync', ['--delete']],
    ['sync', ['--no-follow-symlinks']],
  ] as const)('is replaced by %s %j, and what it points to stays', async ([verb, options]) => {
    const line = await linked();
    await line.ok(['s3', verb, 's3://drafts', line.path('named'), ...options]);
    expect(readFileSync(line.path('outside/file'), 'utf8')).toBe('theirs');
    expect(lstatSync(line.path('named')).isSymbolicLink()).toBe(true);
    for (const name of ['file', 'folder', 'folder/file']) {
      expect(lstatSync(line.path(`down/${name}`)).isSymbolicLink(), name).toBe(false);
    }
    for (const name of ['file', 'folder/file']) {
      expect(readFileSync(line.path(`down/${name}`), 'utf8')).toBe('the object');
    }
    // What is there now is up to date.
    if (verb === 'sync')
      expect((await line.ok(['s3', 'sync', 's3://drafts', line.path('named'), ...options])).out).toBe('');
  });

  test('leads no deletion out of the folder, and is not deleted', async () => {
    const line = await linked();
    await line.ok(['s3', 'rm', 's3://drafts', '--recursive']);
    writeFileSync(line.path('down/extra'), 'x');
    const { out } = await line.ok(['s3', 'sync', 's3://drafts', line.path('named'), '--delete']);
    expect(out.split('\n')).toHaveLength(2);
    expect(readdirSync(line.path('outside'))).toEqual(['file']);
    expect(readdirSync(line.path('down')).sort()).toEqual(['file', 'folder']);
  });

  test('is as good as absent to sync, however well what it points to would fit', async () => {
    const line = await linked();
    writeFileSync(line.path('outside/file'), 'the object');
    const future = new Date('2030-01-01');
    utimesSync(line.path('outside/file'), future, future);
    await line.ok(['s3', 'sync', 's3://drafts', line.path('named')]);
    expect(lstatSync(line.path('down/file')).isFile()).toBe(true);
    expect(statSync(line.path('outside/file')).mtimeMs).toBe(future.getTime());
  });
});

test('into a named pipe that is met below a folder goes through it', async () => {
  const place = await samplePlace();
  mkdirSync(place.path('down'));
  execaSync('mkfifo', [place.path('down/harbour.txt')]);
  const { out, code } = await place.shell(
    'cat down/harbour.txt > read & ssebox s3 cp s3://photos/ down --recursive --exclude "*" --include harbour.txt; wait; cat read',
  );
  expect([code, out]).toEqual([0, `download: s3://photos/harbour.txt to down/harbour.txt\n${text}`]);
  expect(lstatSync(place.path('down/harbour.txt')).isFIFO()).toBe(true);
});

describe('a download to standard output by its name in /dev', () => {
  const got = 'download: s3://photos/harbour.txt to';
  const get = 'ssebox s3 get s3://photos/harbour.txt';

  test.for([
    [
      'a file that a shell writes',
      `{ echo before; ${get} /dev/stdout --quiet; echo after; } > out`,
      `before\n${text}after\n`,
    ],
    ['a file that is appended to', `echo before > out; ${get} /dev/stdout --quiet >> out`, `before\n${text}`],
    ['a file, with the line about it', `${get} /dev/stdout > out`, `${text}${got} /dev/stdout\n`],
    ['a file, by cp', 'ssebox s3 cp s3://photos/harbour.txt /dev/stdout > out', `${text}${got} /dev/stdout\n`],
    ['a file, by its number', `${get} /dev/fd/1 --quiet > out`, text],
    ['a file, by /proc', `${get} /proc/self/fd/1 --quiet > out`, text],
    ['a file, through a link', `ln -s /dev/stdout link; ${get} link --quiet > out; [ -h link ]`, text],
    ['a file as standard error', `${get} /dev/stderr --quiet 2> out`, text],
    ['a file under another number', `echo before > out; ${get} /dev/fd/3 --quiet 3>> out`, `before\n${text}`],
    ['a file, by the thread', `echo before > out; ${get} /proc/thread-self/fd/1 --quiet >> out`, `before\n${text}`],
    [
      'the file that is its standard input',
      `echo before > out; ${get} /dev/stdin --quiet < out; ${get} /dev/fd/0 --quiet < out`,
      `before\n${text}${text}`,
    ],
    [
      'a file, by s3api',
      `{ echo before; ssebox s3api get-object --bucket photos --key harbour.txt /dev/stdout --query ETag --output text; echo after; } >> out`,
      `before\n${text}"3ab17b5c62fb2b896c117ea55e535c57"\nafter\n`,
    ],
    ['a pipe', `${get} /dev/stdout --quiet | cat > out`, text],
    ['a process', `${get} >(cat > out) --quiet; wait $!`, text],
  ] as const)('goes into %s', async ([, line, content]) => {
    const place = await samplePlace();
    expect(await place.shell(line)).toEqual({ code: 0, out: '', err: '' });
    // A path is printed as it is from the current folder.
    const printed = content.replace('/dev/stdout', relative(place.folder, '/dev/stdout'));
    expect(readFileSync(place.path('out'), 'utf8')).toBe(printed);
    expect(existsSync('/dev/stdout') && lstatSync('/dev/stdout').isSymbolicLink()).toBe(true);
  });

  test('goes to a terminal', async () => {
    const place = await samplePlace();
    const { code, text: shown } = await place.terminalShell(`${get} /dev/stdout --quiet; ${get} /dev/tty --quiet`)
      .ended;
    expect([code, shown.replaceAll('\r', '')]).toEqual([0, text + text]);
  });
});

const downloads = [
  's3api get-object --bucket photos --key harbour.txt',
  's3 get s3://photos/harbour.txt',
  's3 cp s3://photos/harbour.txt',
];

describe.each(downloads)('%s into a socket', (download) => {
  const words = (place: Place, file: string) => [...download.split(' '), place.path(file)];

  /** What is sent to a socket in the place's folder until `work` has ended; and how that ended. */
  async function received<T>(place: Place, work: () => Promise<T>): Promise<readonly [string, T]> {
    const pieces: string[] = [];
    const server = createServer((socket) => socket.setEncoding('utf8').on('data', (piece) => pieces.push(`${piece}`)));
    server.listen(place.path('socket'));
    await once(server, 'listening');
    const ended = await work();
    server.close();
    await once(server, 'close');
    return [pieces.join(''), ended];
  }

  test('with a name sends the bytes to who listens there, through a link too', async () => {
    const place = await samplePlace();
    symlinkSync('socket', place.path('link'));
    for (const file of ['socket', 'link']) {
      const [sent, { code }] = await received(place, () => place.ssebox(words(place, file)));
      expect([code, sent]).toEqual([0, text]);
    }
    expect(lstatSync(place.path('link')).isSymbolicLink()).toBe(true);
  });

  test('at which nobody listens fails, and leaves it', async () => {
    const place = await samplePlace();
    const bind = "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    execaSync(process.execPath, ['-e', bind, place.path('socket')], { reject: false });
    const { code, err } = await place.ssebox(words(place, 'socket'));
    expect(code).toBe(download.startsWith('s3 cp') ? 1 : 253);
    expect(err).toMatch(/cannot write "\S+socket": nobody is listening at the socket\n$/);
    expect(lstatSync(place.path('socket')).isSocket()).toBe(true);
  });

  test.for(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('that is standard output, as %s', async (path) => {
    const place = await samplePlace();
    // Node gives its children sockets where other programs have pipes.
    const child = spawn(process.execPath, ['bin/ssebox.js', ...download.split(' '), path], {
      env: place.variables,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (piece) => output.push(`${piece}`));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(output.join('').startsWith(text)).toBe(true);
  });
});

/** The user "nobody" of most systems. */
const NOBODY = 65_534;

/** Whether this test may become that user, who may also run the program. */
const mayBeNobody =
  process.getuid?.() === 0 &&
  execaSync(process.execPath, ['bin/ssebox.js', '--version'], { uid: NOBODY, gid: NOBODY, reject: false }).exitCode ===
    0;

test.runIf(mayBeNobody)('a file whose group cannot be kept is not opened to another group', async () => {
  const place = await samplePlace();
  mkdirSync(place.path('shared'));
  chmodSync(place.path('shared'), 0o777);
  for (const [name, mode] of [
    ['group', 0o640],
    ['all', 0o664],
  ] as const) {
    writeFileSync(place.path(`shared/${name}`), 'old');
    chmodSync(place.path(`shared/${name}`), mode);
  }
  const store = [place.store, ...readdirSync(place.store).map((name) => `${place.store}/${name}`)];
  for (const path of [place.folder, ...store]) chownSync(path, NOBODY, NOBODY);
  for (const name of ['group', 'all']) {
    const words = ['bin/ssebox.js', 's3', 'get', 's3://photos/harbour.txt', place.path(`shared/${name}`)];
    await execa(process.execPath, words, { env: place.variables, extendEnv: false, uid: NOBODY, gid: NOBODY });
  }
  const facts = (name: string) => {
    const { uid, gid, mode } = statSync(place.path(`shared/${name}`));
    return [uid, gid, mode & 0o777];
  };
  expect([facts('group'), facts('all')]).toEqual([
    [NOBODY, NOBODY, 0o600],
    [NOBODY, NOBODY, 0o644],
  ]);
});
