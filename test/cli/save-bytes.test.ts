import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../src/api/errors.ts';
import { isPartName } from '../../src/cli/part-file.ts';
import { makeFolderOf, type SaveTarget, saverOf } from '../../src/cli/save-bytes.ts';
import { testEnvironment } from '../support/harness.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-save-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const permissionsOf = (path: string): number => statSync(path).mode & 0o777;

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const save = (target: SaveTarget, bytes: AsyncIterable<Uint8Array> = pieces('new')): Promise<boolean> =>
  saverOf({
    environment: testEnvironment(() => Date.now()),
    signal: new AbortController().signal,
    rehearses: false,
  })(target, bytes);

/** Everything below a folder: what a file holds, where a link points, or a slash. */
function tree(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const entries = names.map((name) => {
    const facts = lstatSync(join(folder, name));
    if (facts.isSymbolicLink()) return [name, `-> ${readlinkSync(join(folder, name))}`];
    return [name, facts.isDirectory() ? '/' : readFileSync(join(folder, name), 'utf8')];
  });
  return Object.fromEntries(entries);
}

/** Saves two pieces, and collects how the only temporary file looks before, between and after them. */
async function observed<T>(path: string, look: (part: string) => T): Promise<T[]> {
  const folder = join(path, '..');
  const seen: T[] = [];
  const glance = () => {
    const [part, ...others] = readdirSync(folder).filter(isPartName);
    expect([part, others]).toEqual([expect.any(String), []]);
    seen.push(look(join(folder, part ?? '')));
  };
  async function* watched(): AsyncGenerator<Uint8Array> {
    glance();
    yield Buffer.from('ne');
    glance();
    yield Buffer.from('w');
    glance();
  }
  await save({ path }, watched());
  return seen;
}

test.for([0o600, 0o640, 0o400, 0o644, 0o666, 0o755, 0o604])(
  'while a file of mode %o is replaced, its temporary file has that mode',
  async (mode) => {
    const path = join(newFolder(), 'file');
    writeFileSync(path, 'old');
    chmodSync(path, mode);
    expect(await observed(path, permissionsOf)).toEqual([mode, mode, mode]);
    expect([permissionsOf(path), readFileSync(path, 'utf8')]).toEqual([mode, 'new']);
  },
);

test('a new file has the mode that the user’s other new files have, from the start', async () => {
  const path = join(newFolder(), 'file');
  const usual = 0o666 & ~process.umask();
  expect(await observed(path, permissionsOf)).toEqual([usual, usual, usual]);
  expect(permissionsOf(path)).toBe(usual);
});

test.runIf(process.getuid?.() === 0)('root gives the new file to the owner of the old one', async () => {
  const path = join(newFolder(), 'file');
  writeFileSync(path, 'old', { mode: 0o640 });
  chownSync(path, 1234, 5678);
  const owners = (file: string) => [statSync(file).uid, statSync(file).gid, permissionsOf(file)];
  const ownedSame = [1234, 5678, 0o640];
  expect(await observed(path, owners)).toEqual([ownedSame, ownedSame, ownedSame]);
  expect(owners(path)).toEqual(ownedSame);
});

test('a failure leaves the old file, and nothing else', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), 'old', { mode: 0o600 });
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('new');
    throw new Error('the object is damaged');
  }
  for (const name of ['file', 'other']) {
    await expect(save({ path: join(folder, name) }, broken())).rejects.toThrow('the object is damaged');
  }
  expect(tree(folder)).toEqual({ file: 'old' });
});

test('a file whose name is as long as a name can be is saved', async () => {
  const path = join(newFolder(), 'n'.repeat(255));
  await save({ path });
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test.for<[link: string, named: string]>([
  ['file', 'a link to a file'],
  ['nowhere', 'a link to a file that does not exist yet'],
  ['second', 'a link to a link'],
  ['../FOLDER/file', 'a link by another way'],
])('%s: the link that was named stays, and what it points to is written', async ([to]) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'file'), 'old');
  symlinkSync('file', join(folder, 'second'));
  const points = to.replace('FOLDER', folder.slice(folder.lastIndexOf('/') + 1));
  symlinkSync(points, join(folder, 'link'));
  await save({ path: join(folder, 'link') });
  expect(readFileSync(join(folder, 'link'), 'utf8')).toBe('new');
  expect(tree(folder)).toEqual({
    file: to === 'nowhere' ? 'old' : 'new',
    ...(to === 'nowhere' && { nowhere: 'new' }),
    second: '-> file',
    link: `-> ${points}`,
  });
});

test('a link that leads nowhere is named', async () => {
  const folder = newFolder();
  symlinkSync('loop', join(folder, 'loop'));
  symlinkSync('none/file', join(folder, 'lost'));
  const message = (name: string) => save({ path: join(folder, name) }).then(String, (error: Error) => error.message);
  expect(await message('loop')).toBe(`cannot write "${folder}/loop": too many symbolic links in its path`);
  expect(await message('lost')).toBe(`cannot write "${folder}/lost": no such file or folder`);
});

test('below the folder of a recursive transfer links are replaced, and nothing is written through them', async () => {
  const outside = newFolder();
  mkdirSync(join(outside, 'sub'));
  writeFileSync(join(outside, 'file'), 'theirs');
  writeFileSync(join(outside, 'sub/file'), 'theirs');
  const top = newFolder();
  symlinkSync(join(outside, 'file'), join(top, 'file'));
  symlinkSync(join(outside, 'none'), join(top, 'dangling'));
  symlinkSync(outside, join(top, 'folder'));
  symlinkSync(outside, join(top, 'deep'));
  symlinkSync(join(outside, 'none'), join(top, 'lost'));
  mkdirSync(join(top, 'kept'));
  writeFileSync(join(top, 'kept/other'), 'mine');
  const below = join(newFolder(), 'named');
  symlinkSync(top, below);
  for (const name of ['file', 'dangling', 'folder', 'deep/sub/file', 'lost/a/b', 'kept/sub/file']) {
    const target = { path: join(below, name), below };
    makeFolderOf(target);
    await save(target);
  }
  expect(readlinkSync(below)).toBe(top);
  expect(tree(outside)).toEqual({ file: 'theirs', sub: '/', 'sub/file': 'theirs' });
  expect(tree(top)).toEqual({
    file: 'new',
    dangling: 'new',
    folder: 'new',
    deep: '/',
    'deep/sub': '/',
    'deep/sub/file': 'new',
    lost: '/',
    'lost/a': '/',
    'lost/a/b': 'new',
    kept: '/',
    'kept/other': 'mine',
    'kept/sub': '/',
    'kept/sub/file': 'new',
  });
});

test.runIf(existsSync('/proc/self'))('the system’s links are not replaced', () => {
  const before = readlinkSync('/proc/self');
  for (const below of ['/proc', '/']) makeFolderOf({ path: '/proc/self/comm', below });
  const top = newFolder();
  symlinkSync('/proc', join(top, 'link'));
  makeFolderOf({ path: join(top, 'link/self/comm'), below: join(top, 'link') });
  expect(readlinkSync('/proc/self')).toBe(before);
});

test("the folders of a file are created like the user's other folders, and existing ones are kept", () => {
  const top = newFolder();
  mkdirSync(join(top, 'there'));
  symlinkSync('there', join(top, 'link'));
  makeFolderOf({ path: join(top, 'link', 'a', 'b', 'file') });
  makeFolderOf({ path: join(top, 'link', 'a', 'b', 'file') });
  expect(statSync(join(top, 'there', 'a', 'b')).mode & 0o777).toBe(0o777 & ~process.umask());
});

test.for<[path: string, words: (top: string) => string]>([
  ['file/a', (top) => `"${top}/file" is not a folder`],
  ['file/a/b', (top) => `cannot write "${top}/file/a/b": part of its path is a file, not a folder`],
  ['dangling/a', (top) => `"${top}/dangling" is not a folder`],
  ['dangling/a/b', (top) => `"${top}/dangling" is not a folder`],
])('whatever is in the way of %s is named', ([path, words]) => {
  const top = newFolder();
  writeFileSync(join(top, 'file'), 'mine');
  symlinkSync('nowhere', join(top, 'dangling'));
  const write = () => makeFolderOf({ path: join(top, path) });
  expect(write).toThrow(UsageError);
  expect(write).toThrow(new UsageError(words(top)));
});

test.for(['file/a', 'file/a/b'])('below a folder, a file in the way of %s is named too', (path) => {
  const top = newFolder();
  writeFileSync(join(top, 'file'), 'mine');
  expect(() => makeFolderOf({ path: join(top, path), below: top })).toThrow(UsageError);
  expect(tree(top)).toEqual({ file: 'mine' });
});
