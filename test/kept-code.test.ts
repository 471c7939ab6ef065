/** Code that is kept for an installation that its user may not write: in the user's cache. */

import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa, execaSync } from 'execa';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

const isRoot = process.getuid?.() === 0;
const canMount =
  execaSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'ssebox', tmpdir()], { reject: false }).exitCode === 0;

let folder: string;
let cache: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssebox-kept-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ['bin', 'dist']) cpSync(part, join(folder, 'installation', part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'installation/node_modules'));
  for (const name of readdirSync(join(folder, 'installation/dist')))
    if (name.endsWith('.code')) rmSync(join(folder, 'installation/dist', name));
  cache = join(folder, 'cache');
});

/** Runs a command of the installation, which nobody may write. */
const ssebox = (variables: Readonly<Record<string, string>>, ...words: string[]) => runIn('-rm', variables, words);

/** Runs it in these new namespaces. */
function runIn(namespaces: string, variables: Readonly<Record<string, string>>, words: readonly string[]) {
  const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec node "$@"';
  const program = [join(folder, 'installation/bin/ssebox.js'), ...words, '--store', join(folder, 'store')];
  const mounted = [namespaces, 'sh', '-c', script, 'sh', join(folder, 'installation'), ...program];
  const { PATH = '' } = process.env;
  return execaSync('unshare', mounted, { reject: false, extendEnv: false, env: { PATH, ...variables } });
}

const answer = { exitCode: 0, stderr: '' };

const filesIn = (place: string): string[] =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

/** The packs of which code is kept. */
const packsIn = (place: string): string[] =>
  filesIn(place)
    .map((file) => /(\w+)-[0-9a-f]+\.js\.v[^/]*\.code$/.exec(file)?.[1] ?? file)
    .toSorted();

describe.skipIf(!canMount)('an installation that may not be written', () => {
  test.for([
    ['XDG_CACHE_HOME', (place: string) => ({ XDG_CACHE_HOME: place }), ''],
    ['.cache in HOME', (place: string) => ({ HOME: place }), '.cache'],
    [
      '.cache in HOME, for a relative XDG_CACHE_HOME',
      (place: string) => ({ HOME: place, XDG_CACHE_HOME: 'c' }),
      '.cache',
    ],
  ] as const)('keeps code in %s', ([, variablesOf, below]) => {
    const variables = variablesOf(cache);
    expect(ssebox(variables, 'kms', 'list-keys')).toMatchObject(answer);
    const place = join(cache, below, 'ssebox');
    expect(packsIn(place)).toEqual(['core', 'kms']);
    expect(packsIn(join(folder, 'installation/dist')).filter((name) => !name.includes('/'))).toEqual([]);
    // The file is read: noise in it is replaced.
    for (const file of filesIn(place)) writeFileSync(file, 'noise');
    expect(ssebox(variables, 'kms', 'list-keys')).toMatchObject(answer);
    for (const [file] of filesIn(place).map((file) => [file] as const))
      expect(execaSync('head', ['-c', '5', file]).stdout).not.toBe('noise');
  });

  test('without a home keeps none, and works', () => {
    expect(ssebox({}, 'kms', 'list-keys')).toMatchObject(answer);
  });

  test('does not follow a link in place of a file that it writes', () => {
    const variables = { XDG_CACHE_HOME: cache };
    // In a PID namespace of its own the process has the number 1.
    const asFirst = (...words: string[]) => runIn('-rmpf', variables, words);
    expect(asFirst('kms', 'list-keys')).toMatchObject(answer);
    const code = filesIn(cache);
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    for (const kept of code) {
      writeFileSync(kept, 'noise');
      symlinkSync(file, `${kept}.1`);
    }
    expect(asFirst('kms', 'list-keys')).toMatchObject(answer);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(filesIn(cache)).toEqual(code);
    for (const kept of code) expect(readFileSync(kept, 'latin1').startsWith('noise')).toBe(false);
  });

  test('removes what an older version of it kept', () => {
    const variables = { XDG_CACHE_HOME: cache };
    expect(ssebox(variables, 'kms', 'list-keys')).toMatchObject(answer);
    const place = readdirSync(join(cache, 'ssebox'))[0] ?? expect.fail('nothing was kept');
    const old = join(cache, 'ssebox', place, 'core-0123456789ab.js.v20.0.0-x64.code');
    writeFileSync(old, 'old');
    expect(ssebox(variables, 'kms', 'create-key')).toMatchObject(answer);
    expect(packsIn(join(cache, 'ssebox'))).toEqual(['core', 'kms']);
  });
});

test('a pipe or a folder in place of kept code stops no command, and leaves no other file', () => {
  const dist = join(folder, 'installation/dist');
  const run = () => {
    const words = [join(folder, 'installation/bin/ssebox.js'), 'kms', 'list-keys', '--store', join(folder, 'store')];
    return execaSync('node', words, { timeout: 30_000, reject: false });
  };
  expect(run()).toMatchObject(answer);
  const code = readdirSync(dist).filter((name) => name.endsWith('.code'));
  expect(code.length).toBe(2);
  for (const name of code) rmSync(join(dist, name));
  execaSync(
    'mkfifo',
    code.map((name) => join(dist, name)),
  );
  expect(run()).toMatchObject(answer);
  for (const name of code) {
    rmSync(join(dist, name), { force: true });
    mkdirSync(join(dist, name));
  }
  // A file cannot take the place of a folder: what was written for it goes again.
  const before = readdirSync(dist);
  expect(run()).toMatchObject(answer);
  expect(readdirSync(dist)).toEqual(before);
});

test('a command at an endpoint loads the client, and nothing of the services and the store', async () => {
  const server = createServer((_, answer) => void answer.end('{"Keys":[]}')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    HOME: folder,
  };
  const words = [join(folder, 'installation/bin/ssebox.js'), 'kms', 'list-keys'];
  const options = { extendEnv: false, env, reject: false };
  expect(await execa('node', words, options)).toMatchObject(answer);
  const dist = join(folder, 'installation/dist');
  const kept = () => packsIn(dist).filter((name) => !name.includes('/'));
  expect(kept()).toEqual(['client', 'core']);
  expect(readdirSync(folder)).toEqual(['installation']);
  // In a store the same command runs other functions, which are kept as well.
  const core = filesIn(dist).find((file) => /core-[^/]*\.code$/.test(file)) ?? expect.fail('no code was kept');
  const { size } = statSync(core);
  expect(await execa('node', [...words, '--store', join(folder, 'store')], options)).toMatchObject(answer);
  expect(statSync(core).size).toBeGreaterThan(size);
});

/** Code in V8's own words is executed as it is. */
describe.skipIf(!isRoot)('code that somebody else', () => {
  test.for([
    ['owns', (file: string) => chownSync(file, 12_345, 12_345)],
    ['may write', (file: string) => chmodSync(file, 0o666)],
  ] as const)('%s is not read', ([, change]) => {
    const run = () =>
      execaSync('node', [
        join(folder, 'installation/bin/ssebox.js'),
        'kms',
        'list-keys',
        '--store',
        join(folder, 'store'),
      ]);
    run();
    const dist = join(folder, 'installation/dist');
    const code = readdirSync(dist)
      .filter((name) => name.endsWith('.code'))
      .map((name) => join(dist, name));
    expect(code.length).toBe(2);
    for (const file of code) change(file);
    run();
    // It was compiled again, and kept as a new file.
    for (const file of code) expect(execaSync('stat', ['-c', '%u %a', file]).stdout).toBe('0 644');
  });
});
