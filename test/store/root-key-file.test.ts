import { fork } from 'node:child_process';
import fs, {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import { hashLabels } from '../../src/crypto/labels.ts';
import type { RootKey } from '../../src/crypto/root-key.ts';
import { changePassphrase, settleRootKey } from '../../src/store/root-key-change.ts';
import {
  draftRootKey,
  isPassphrase,
  isSealed,
  openRootKey,
  rootKeyCheck,
  rootKeyOf,
} from '../../src/store/root-key-file.ts';
import { bundled } from '../support/bundled.ts';
import { watchFileSteps } from '../support/file-steps.ts';
import { seededRandom } from '../support/seeded-random.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-root-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const random = seededRandom();
const fingerprint = (key: RootKey) => Buffer.from(key.derive(hashLabels.rootKeyCheck)).toString('hex');
const fileIn = (folder: string) => join(folder, 'root.key');

/** What a root key that cannot be had says. */
function refusal(folder: string, passphrase?: string): string {
  try {
    rootKeyOf(folder, random, passphrase);
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return error instanceof Error ? error.message : '';
  }
  return expect.fail('the root key was opened');
}

describe('a root key', () => {
  test('is created once and never changes', () => {
    const folder = newFolder();
    const made = fingerprint(rootKeyOf(folder, random));
    expect(fingerprint(rootKeyOf(folder, random))).toBe(made);
    expect(fingerprint(rootKeyOf(newFolder(), random))).not.toBe(made);
  });

  test('is 32 bytes that only the owner may read, and leaves no other file', () => {
    const folder = newFolder();
    rootKeyOf(folder, random);
    expect(statSync(fileIn(folder)).size).toBe(32);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['root.key']);
  });

  test('is made unreadable for others', () => {
    const folder = newFolder();
    const made = fingerprint(rootKeyOf(folder, random));
    chmodSync(fileIn(folder), 0o644);
    expect(fingerprint(rootKeyOf(folder, random))).toBe(made);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  test.for([0, 31, 33, 1000])('of %i bytes is damaged', (size) => {
    const folder = newFolder();
    writeFileSync(fileIn(folder), Buffer.alloc(size));
    expect(refusal(folder)).toBe(`the root key "${fileIn(folder)}" is damaged: its ${size} bytes are not a root key`);
    expect(readFileSync(fileIn(folder)).length).toBe(size);
  });

  test('that cannot be created says why', () => {
    const folder = join(newFolder(), 'nowhere');
    expect(refusal(folder)).toBe(`cannot read or make the root key "${fileIn(folder)}": no such file or folder`);
  });

  test('created first by another process is used', () => {
    const folder = newFolder();
    const other = seededRandom('other')(32);
    beforeLink(() => writeFileSync(fileIn(folder), other));
    const made = fingerprint(rootKeyOf(folder, random));
    expect(readFileSync(fileIn(folder)).equals(other)).toBe(true);
    expect(fingerprint(rootKeyOf(folder, random))).toBe(made);
    expect(readdirSync(folder)).toEqual(['root.key']);
  });

  test('that cannot get its name, as on a disk without links, is refused and leaves no file', () => {
    const folder = newFolder();
    beforeLink(() => {
      throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
    });
    expect(refusal(folder)).toBe(`cannot read or make the root key "${fileIn(folder)}": permission denied`);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is the same for many processes that create it at once', async () => {
    const program = await bundled('test/support/programs/root-key-maker.ts');
    for (let round = 0; round < 2; round++) {
      const folder = newFolder();
      const answers = await Promise.all(Array.from({ length: 4 }, () => answerOf(program, folder)));
      expect(new Set(answers).size).toBe(1);
      expect(readdirSync(folder)).toEqual(['root.key']);
    }
  });
});

describe('a root key that is drafted for a new store', () => {
  const checkOf = (key: RootKey) => ({ check: rootKeyCheck(key), random });

  test('is the store’s once it has its name, and leaves no other file', () => {
    const folder = newFolder();
    const draft = draftRootKey(folder, 2, random);
    expect(existsSync(fileIn(folder))).toBe(false);
    draft.name();
    expect(readdirSync(folder)).toEqual(['root.key']);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
    const { rootKey, storeFormat, isSettled } = openRootKey(folder, checkOf(draft.rootKey));
    expect([fingerprint(rootKey), storeFormat, isSettled]).toEqual([fingerprint(draft.rootKey), 2, true]);
  });

  test('is discarded if another process was faster, whether or not it is still there', () => {
    const folder = newFolder();
    const [first, second] = [draftRootKey(folder, 2, random), draftRootKey(folder, 2, random)];
    first.name();
    second.discard();
    second.discard();
    expect(readdirSync(folder)).toEqual(['root.key']);
    expect(fingerprint(openRootKey(folder, checkOf(first.rootKey)).rootKey)).toBe(fingerprint(first.rootKey));
  });

  test('may be removed by another process that settles the store while it is made', async () => {
    const folder = newFolder();
    const first = draftRootKey(folder, 2, random);
    first.name();
    const unwatch = await watchFileSteps(({ kind, path }) => {
      if (kind === 'sync' && path !== folder) settleRootKey(folder, checkOf(first.rootKey));
      return undefined;
    });
    const second = draftRootKey(folder, 2, random);
    unwatch();
    expect(readdirSync(folder)).toEqual(['root.key']);
    second.discard();
    expect(fingerprint(openRootKey(folder, checkOf(first.rootKey)).rootKey)).toBe(fingerprint(first.rootKey));
  });

  test('is named by the next process if its own was killed, and is the one that the store has', () => {
    const folder = newFolder();
    const drafts = [1, 2, 3].map(() => draftRootKey(folder, 2, random));
    const torn = join(folder, 'root.key.0123456789abcdef');
    writeFileSync(torn, 'ssebox root key 2\n\u0001');
    const [, wanted = expect.fail()] = drafts;
    const access = checkOf(wanted.rootKey);
    expect(fingerprint(openRootKey(folder, access).rootKey)).toBe(fingerprint(wanted.rootKey));
    // Meanwhile, its own process was not killed after all.
    wanted.name();
    settleRootKey(folder, access);
    expect(readdirSync(folder)).toEqual(['root.key']);
    expect(() => wanted.name()).not.toThrow();
    expect(fingerprint(openRootKey(folder, access).rootKey)).toBe(fingerprint(wanted.rootKey));
  });

  test('that another process names at this moment is used', () => {
    const folder = newFolder();
    const draft = draftRootKey(folder, 2, random);
    beforeLink(() => draft.name());
    const { rootKey } = openRootKey(folder, checkOf(draft.rootKey));
    expect(fingerprint(rootKey)).toBe(fingerprint(draft.rootKey));
    expect(readdirSync(folder)).toEqual(['root.key']);
  });

  test('is not used for a store that has another key', () => {
    const folder = newFolder();
    draftRootKey(folder, 2, random);
    const before = readdirSync(folder);
    expect(() => openRootKey(folder, { check: random(32), random })).toThrow(
      `the root key "${fileIn(folder)}" is missing`,
    );
    expect(readdirSync(folder)).toEqual(before);
  });

  test('does not replace a file that is there, and is kept', () => {
    const folder = newFolder();
    const draft = draftRootKey(folder, 2, random);
    writeFileSync(fileIn(folder), 'something else');
    expect(() => draft.name()).toThrow('is not the one that this store was written with');
    expect(readFileSync(fileIn(folder), 'utf8')).toBe('something else');
    expect(readdirSync(folder)).toHaveLength(2);
    rmSync(fileIn(folder));
    draft.name();
    expect(readdirSync(folder)).toEqual(['root.key']);
  });

  test('is not made behind a link that leads nowhere', () => {
    const folder = newFolder();
    symlinkSync('nowhere', fileIn(folder));
    const message = `the root key "${fileIn(folder)}" is a link to "nowhere", which does not exist`;
    expect(() => draftRootKey(folder, 2, random)).toThrow(message);
    expect(refusal(folder)).toBe(message);
    expect(readdirSync(folder)).toEqual(['root.key']);
  });
});

test.for<[string, string, string]>([
  ['is of a later format', 'ssebox root key 3\nwhatever', 'has format 3, newer than the 2 that this version of ssebox'],
  ['has no whole record', 'ssebox root key 2\n\u0001\u0002', 'is damaged'],
  ['has none at all', 'ssebox root key 2\n', 'is damaged'],
  ['was sealed and is cut', 'ssebox sealed root key 1\n\u000f', 'is damaged'],
])('a root key file that %s is refused', ([, content, message]) => {
  const folder = newFolder();
  writeFileSync(fileIn(folder), content);
  expect(refusal(folder, 'open sesame')).toContain(`the root key "${fileIn(folder)}" ${message}`);
});

/** Does something at the moment at which the next file is to be linked. */
function beforeLink(work: () => void): void {
  const { linkSync } = fs;
  const restore = () => {
    fs.linkSync = linkSync;
    syncBuiltinESMExports();
  };
  fs.linkSync = (from, to) => {
    restore();
    work();
    linkSync(from, to);
  };
  syncBuiltinESMExports();
  onTestFinished(restore);
}

function answerOf(program: string, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [folder]);
    child.once('message', (answer) => resolve(String(answer)));
    child.once('error', reject);
  });
}

describe('a root key sealed with a passphrase', () => {
  // Sealing is slow on purpose: it is done once.
  let sealed: { readonly content: Buffer; readonly made: string } | undefined;

  function sealedFolder(): { folder: string; made: string } {
    const folder = newFolder();
    if (sealed) writeFileSync(fileIn(folder), sealed.content, { mode: 0o600 });
    else {
      const made = fingerprint(rootKeyOf(folder, random));
      changePassphrase(folder, random, { from: undefined, to: 'correct horse' });
      sealed = { content: readFileSync(fileIn(folder)), made };
    }
    return { folder, made: sealed.made };
  }

  test('opens with it, and does not contain the key in the clear', () => {
    const folder = newFolder();
    const made = fingerprint(rootKeyOf(folder, random));
    const inTheClear = readFileSync(fileIn(folder));
    expect(isSealed(folder)).toBe(false);
    changePassphrase(folder, random, { from: undefined, to: 'correct horse' });
    expect(isSealed(folder)).toBe(true);
    expect(fingerprint(rootKeyOf(folder, random, 'correct horse'))).toBe(made);
    expect(readFileSync(fileIn(folder)).includes(inTheClear)).toBe(false);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['root.key']);
  });

  test('does not open with another one, or without one', () => {
    const { folder } = sealedFolder();
    expect(isPassphrase(folder, 'correct horse')).toBe(true);
    expect(isPassphrase(folder, 'wrong horse')).toBe(false);
    expect(refusal(folder, 'wrong horse')).toBe(`the passphrase does not open the root key of the store "${folder}"`);
    expect(refusal(folder)).toBe(`the store "${folder}" is sealed with a passphrase, and none was given`);
  });

  test('opens however the letters of the passphrase are composed', () => {
    const { folder } = sealedFolder();
    changePassphrase(folder, random, { from: 'correct horse', to: 'caf\u00e9' });
    expect(() => rootKeyOf(folder, random, 'cafe\u0301')).not.toThrow();
  });

  test('gets another passphrase, or none, only with the right one', () => {
    const { folder, made } = sealedFolder();
    expect(() => changePassphrase(folder, random, { from: 'wrong', to: 'mine' })).toThrow(
      'the passphrase does not open',
    );
    changePassphrase(folder, random, { from: 'correct horse', to: undefined });
    expect(isSealed(folder)).toBe(false);
    expect(fingerprint(rootKeyOf(folder, random))).toBe(made);
  });

  test('does not open after one flipped bit anywhere', () => {
    const { folder } = sealedFolder();
    const content = readFileSync(fileIn(folder));
    // The end of the magic, a cost, and what is wrapped.
    for (const at of [24, 27, 60]) {
      const damaged = Buffer.from(content);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(fileIn(folder), damaged);
      expect(refusal(folder, 'correct horse')).toMatch(/damaged|does not open/);
    }
  });
});
