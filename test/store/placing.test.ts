import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { beginStaging, isMarked, isPlacing, settlePlacing } from '../../src/store/placing.ts';
import { markName, ownProcessMark } from '../../src/store/process-mark.ts';

const living = markName(ownProcessMark());
const gone = markName({ ...ownProcessMark(), pid: 2 ** 22 + 1 });

/** What people may keep beside a store, with names like those of its own files. */
const OTHERS = ['blobs-2025', 'my-root.key', 'notes.txt', 'old-blobs'];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Files in place of a store: what counts here is where they are. */
function putStore(folder: string, text: string): void {
  for (const name of ['store.mdb', 'root.key']) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'blobs'));
  writeFileSync(join(folder, 'blobs', text), text);
}

function newOld(): string {
  const folder = newFolder();
  putStore(folder, 'old');
  writeFileSync(join(folder, 'store.mdb-lock'), 'old');
  for (const name of OTHERS) writeFileSync(join(folder, name), name);
  return folder;
}

const names = (folder: string) => readdirSync(folder).sort();

function expectStore(folder: string, text: string, lock: readonly string[] = []): void {
  expect(names(folder)).toEqual([...OTHERS, 'blobs', 'root.key', 'store.mdb', ...lock].sort());
  for (const name of ['store.mdb', 'root.key']) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  expect(names(join(folder, 'blobs'))).toEqual([text]);
  for (const name of OTHERS) expect(readFileSync(join(folder, name), 'utf8')).toBe(name);
}

describe('a store that a killed process has begun to put in place is the store, and nothing of the old one is left', () => {
  const moved = ['root.key', 'blobs', 'store.mdb'] as const;
  test.for<[string, (folder: string, placing: string) => void]>([
    ['nothing is moved', () => {}],
    ['there is a folder for what is old', (_, placing) => mkdirSync(join(placing, 'old'))],
    [
      'what is old is out of the way',
      (folder, placing) => {
        mkdirSync(join(placing, 'old'));
        for (const name of ['root.key', 'blobs']) renameSync(join(folder, name), join(placing, 'old', `0-${name}`));
      },
    ],
    [
      'the data file is there',
      (folder, placing) => {
        mkdirSync(join(placing, 'old'));
        for (const name of ['root.key', 'blobs']) renameSync(join(folder, name), join(placing, 'old', `0-${name}`));
        renameSync(join(placing, 'store.mdb'), join(folder, 'store.mdb'));
      },
    ],
    [
      'the data file is there, and a process with the old store open has made a folder for blobs again',
      (folder, placing) => {
        mkdirSync(join(placing, 'old'));
        for (const name of ['root.key', 'blobs']) renameSync(join(folder, name), join(placing, 'old', `0-${name}`));
        renameSync(join(placing, 'store.mdb'), join(folder, 'store.mdb'));
        mkdirSync(join(folder, 'blobs'));
        writeFileSync(join(folder, 'blobs', 'late'), 'old');
      },
    ],
    [
      'everything is there',
      (folder, placing) => {
        mkdirSync(join(placing, 'old'));
        for (const name of [...moved, 'store.mdb-lock']) {
          renameSync(join(folder, name), join(placing, 'old', `0-${name}`));
        }
        for (const name of moved) renameSync(join(placing, name), join(folder, name));
      },
    ],
    ['another placing was finished but for what it leaves', (folder) => mkdirSync(join(folder, `.removed-${gone}`))],
  ])('%s', ([, changes]) => {
    const folder = newOld();
    const placing = join(folder, `.placing-${gone}`);
    mkdirSync(placing);
    putStore(placing, 'new');
    changes(folder, placing);
    expect(isPlacing(folder)).toBe(true);
    settlePlacing(folder);
    expectStore(folder, 'new');
    expect(isPlacing(folder)).toBe(false);
  });
});

describe('an incomplete store is not put in place', () => {
  test.for([
    ['one that a killed process was building is removed', `.staged-${gone}`, false],
    ['the remains of an old one are removed', `.removed-${gone}`, false],
    ['files that a killed process has dropped are removed', `.dropped-${gone}`, false],
    ['files that a running process has dropped stay', `.dropped-${living}`, true],
    ['a hold of a killed process is removed', `.hold-${gone}~0123456789abcdef`, false],
    ['a hold of a running process stays', `.hold-${living}~0123456789abcdef`, true],
    ['one that a running process is building stays', `.staged-${living}`, true],
    ['one that a running process is removing stays', `.removed-${living}`, true],
    ['a name without a process stays', '.staged-x', true],
  ] as const)('%s', ([, name, stays]) => {
    const folder = newOld();
    mkdirSync(join(folder, name));
    putStore(join(folder, name), 'new');
    expect(isMarked(name)).toBe(true);
    expect(isPlacing(folder)).toBe(false);
    settlePlacing(folder);
    if (stays) rmSync(join(folder, name), { recursive: true });
    expectStore(folder, 'old', ['store.mdb-lock']);
  });

  test.for(['store.mdb', 'blobs', 'placing-1', '.git', 'a.staged-1'])(
    '%s does not belong to a store being put in place',
    (name) => {
      expect(isMarked(name)).toBe(false);
    },
  );
});

describe('a store being built', () => {
  test('belongs to its owner only, and is separate from the old one until it is placed', () => {
    const folder = newOld();
    const staging = beginStaging(folder);
    expect(statSync(staging.folder).mode & 0o777).toBe(0o700);
    putStore(staging.folder, 'new');
    settlePlacing(folder);
    expect(readFileSync(join(folder, 'store.mdb'), 'utf8')).toBe('old');
    staging.place();
    expectStore(folder, 'new');
  });

  test('disappears when it is discarded', () => {
    const folder = newOld();
    const staging = beginStaging(folder);
    putStore(staging.folder, 'new');
    staging.discard();
    expectStore(folder, 'old', ['store.mdb-lock']);
  });

  test('keeps others from building one, which leave nothing behind', () => {
    const folder = newOld();
    mkdirSync(join(folder, '.staged-x'));
    expect(() => beginStaging(folder)).toThrow(/^another process .*remove "\.staged-x"$/);
    rmSync(join(folder, '.staged-x'), { recursive: true });
    expectStore(folder, 'old', ['store.mdb-lock']);
  });

  test('needs a writable folder', () => {
    const folder = join(newFolder(), 'none');
    expect(() => beginStaging(folder)).toThrow(`cannot write to "${folder}"`);
  });
});
