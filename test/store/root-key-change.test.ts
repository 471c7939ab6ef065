import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addRootKey, changePassphrase, settleRootKey, stampFormat } from '../../src/store/root-key-change.ts';
import {
  draftRootKey,
  isRootKeyLeftover,
  isSealed,
  openRootKey,
  rootKeyCheck,
  rootKeyOf,
} from '../../src/store/root-key-file.ts';
import { plainRecord, rootKeyContent, sealedRecord } from '../../src/store/root-key-record.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom();
const PASSPHRASE = 'open sesame';
const OTHER = 'open barley';
const fileIn = (folder: string) => join(folder, 'root.key');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ssebox-root-key-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Made {
  readonly folder: string;
  readonly check: Uint8Array;
}

/** A folder with the root key of a store of format 2. */
function made(folder = newFolder()): Made {
  const draft = draftRootKey(folder, 2, random);
  draft.name();
  return { folder, check: rootKeyCheck(draft.rootKey) };
}

/** The same, sealed. */
function sealed(folder = newFolder()): Made {
  const { check } = made(folder);
  changePassphrase(folder, random, { from: undefined, to: PASSPHRASE, check });
  return { folder, check };
}

/** Which key a file gives, and of what format the store is. */
function opened({ folder, check }: Made, passphrase?: string): { check: string; storeFormat: number } {
  const { rootKey, storeFormat } = openRootKey(folder, { check, random, passphrase });
  return { check: hex(rootKeyCheck(rootKey)), storeFormat };
}

describe('a root key whose seal changes', () => {
  test('stays the same, with the format of the store, and leaves no other file', () => {
    const store = made();
    const { folder, check } = store;
    const same = { check: hex(check), storeFormat: 2 };
    const key = readFileSync(fileIn(folder)).subarray(20, 52);
    changePassphrase(folder, random, { from: undefined, to: PASSPHRASE, check });
    expect([isSealed(folder), opened(store, PASSPHRASE)]).toEqual([true, same]);
    expect(readFileSync(fileIn(folder)).includes(key)).toBe(false);
    changePassphrase(folder, random, { from: PASSPHRASE, to: OTHER, check });
    expect([isSealed(folder), opened(store, OTHER)]).toEqual([true, same]);
    expect(() => opened(store, PASSPHRASE)).toThrow('the passphrase does not open');
    changePassphrase(folder, random, { from: OTHER, to: undefined, check });
    expect([isSealed(folder), opened(store)]).toEqual([false, same]);
    expect(readFileSync(fileIn(folder)).length).toBe(68);
    expect(readdirSync(folder)).toEqual(['root.key']);
    expect(statSync(fileIn(folder)).mode & 0o777).toBe(0o600);
  });

  test('is read from a file of the first format', () => {
    const folder = newFolder();
    const check = rootKeyCheck(rootKeyOf(folder, random));
    const same = { check: hex(check), storeFormat: 1 };
    changePassphrase(folder, random, { from: undefined, to: PASSPHRASE, check });
    expect(opened({ folder, check }, PASSPHRASE)).toEqual(same);
    changePassphrase(folder, random, { from: PASSPHRASE, to: undefined, check });
    expect(opened({ folder, check })).toEqual(same);
  });

  test('that may not be written is unsealed all the same', () => {
    const store = sealed();
    chmodSync(fileIn(store.folder), 0o400);
    changePassphrase(store.folder, random, { from: PASSPHRASE, to: undefined, check: store.check });
    expect(isSealed(store.folder)).toBe(false);
  });
});

describe('a file with two records', () => {
  const [first, second] = [random(32), random(32)];
  const checks = [first, second].map((key) => checkOf(key));
  const sealedFirst = sealedRecord(first, 2, PASSPHRASE, random);
  const sealedSecond = sealedRecord(second, 2, PASSPHRASE, random);

  function checkOf(key: Uint8Array): Uint8Array {
    const folder = mkdtempSync(join(tmpdir(), 'ssebox-root-key-'));
    writeFileSync(fileIn(folder), rootKeyContent([plainRecord(key, 2)]));
    const { rootKey } = openRootKey(folder, { check: undefined, random });
    rmSync(folder, { recursive: true });
    return rootKeyCheck(rootKey);
  }

  function holding(...records: readonly Uint8Array[]): string {
    const folder = newFolder();
    writeFileSync(fileIn(folder), rootKeyContent(records), { mode: 0o600 });
    return folder;
  }

  test('gives the one that the store has, and is then settled', () => {
    const plain = [plainRecord(first, 2), plainRecord(second, 2)];
    for (const [records, passphrase] of [
      [plain, undefined],
      [[sealedFirst, sealedSecond], PASSPHRASE],
    ] as const) {
      for (const check of checks) {
        const folder = holding(...records);
        const access = { check, random, passphrase };
        expect(openRootKey(folder, access).isSettled).toBe(false);
        expect(opened({ folder, check: check }, passphrase).check).toBe(hex(check));
        settleRootKey(folder, access);
        expect(openRootKey(folder, access).isSettled).toBe(true);
        for (const other of checks.filter((each) => each !== check)) {
          expect(() => opened({ folder, check: other }, passphrase)).toThrow('is not the one that this store');
        }
      }
    }
  });

  test('is not sealed once its key has been added unsealed', () => {
    const folder = holding(sealedFirst, plainRecord(first, 2));
    const [check] = checks;
    expect(isSealed(folder)).toBe(false);
    settleRootKey(folder, { check, random });
    expect(readFileSync(fileIn(folder))).toEqual(Buffer.from(rootKeyContent([plainRecord(first, 2)])));
  });

  test('is still sealed if the unsealed record is incomplete, which the next command removes', () => {
    const torn = plainRecord(first, 2).subarray(0, 40);
    const folder = holding(sealedFirst, torn);
    const access = { check: checks[0], random };
    expect(isSealed(folder)).toBe(true);
    expect(() => openRootKey(folder, access)).toThrow('is sealed with a passphrase, and none was given');
    expect(openRootKey(folder, { ...access, passphrase: PASSPHRASE }).isSettled).toBe(false);
    settleRootKey(folder, { ...access, passphrase: PASSPHRASE });
    expect(readFileSync(fileIn(folder)).includes(Buffer.from(first))).toBe(false);
    expect(openRootKey(folder, { ...access, passphrase: PASSPHRASE }).isSettled).toBe(true);
  });

  test('of which an unsealed one is not the store’s still needs the passphrase', () => {
    const folder = holding(sealedFirst, plainRecord(second, 2));
    expect(() => opened({ folder, check: checks[0] ?? first })).toThrow('is sealed with a passphrase');
    expect(opened({ folder, check: checks[0] ?? first }, PASSPHRASE).check).toBe(hex(checks[0] ?? first));
  });

  test.for([undefined, PASSPHRASE])('is made by adding a fresh key, with the same seal: %s', (passphrase) => {
    const store = passphrase === undefined ? made() : sealed();
    const access = { check: store.check, random, passphrase };
    const fresh = rootKeyCheck(addRootKey(store.folder, access));
    expect(fresh).not.toEqual(store.check);
    expect(isSealed(store.folder)).toBe(passphrase !== undefined);
    for (const check of [store.check, fresh]) {
      expect(opened({ folder: store.folder, check }, passphrase)).toEqual({ check: hex(check), storeFormat: 2 });
    }
    settleRootKey(store.folder, { ...access, check: fresh });
    expect(() => opened(store, passphrase)).toThrow('is not the one that this store was written with');
    expect(readdirSync(store.folder)).toEqual(['root.key']);
  });
});

test('the format of the store is stamped into the file, and the seal stays', () => {
  const folder = newFolder();
  const check = rootKeyCheck(rootKeyOf(folder, random));
  const plain = { check, random };
  expect(openRootKey(folder, plain)).toMatchObject({ storeFormat: 1, isSettled: true });
  stampFormat(folder, 2, plain);
  expect(openRootKey(folder, plain)).toMatchObject({ storeFormat: 2, isSettled: true });
  changePassphrase(folder, random, { from: undefined, to: PASSPHRASE, check });
  const sealed = { ...plain, passphrase: PASSPHRASE };
  stampFormat(folder, 3, sealed);
  expect([isSealed(folder), openRootKey(folder, sealed).storeFormat]).toEqual([true, 3]);
  expect(() => stampFormat(folder, 4, plain)).toThrow('is sealed with a passphrase');
  expect(openRootKey(folder, sealed).storeFormat).toBe(3);
});

test('what killed processes have left beside the file is removed before the file changes', () => {
  const { folder, check } = made();
  const left = join(folder, 'root.key.0123456789abcdef');
  const other = join(folder, 'root.key.mine');
  writeFileSync(other, 'of the user');
  for (const work of [
    () => settleRootKey(folder, { check, random }),
    () => stampFormat(folder, 2, { check, random }),
    () => changePassphrase(folder, random, { from: undefined, to: PASSPHRASE, check }),
  ]) {
    writeFileSync(left, readFileSync(fileIn(folder)));
    work();
    expect(existsSync(left)).toBe(false);
  }
  expect(readFileSync(other, 'utf8')).toBe('of the user');
  expect(['root.key.0123456789abcdef', 'root.key.mine', 'root.key', 'blobs'].map(isRootKeyLeftover)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

describe('a root key under another name', () => {
  test('that is a symbolic link is followed: the file that it leads to changes, and is not replaced by one here', () => {
    const folder = newFolder();
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const { check } = made(elsewhere);
    const store = join(folder, 'store');
    mkdirSync(store);
    symlinkSync('elsewhere/root.key', join(folder, 'link'));
    symlinkSync('../link', fileIn(store));
    const key = readFileSync(fileIn(elsewhere)).subarray(20, 52);
    // What a killed process may have left.
    writeFileSync(join(elsewhere, 'root.key.0123456789abcdef'), key);
    writeFileSync(join(store, 'root.key.0123456789abcdef'), key);
    changePassphrase(store, random, { from: undefined, to: PASSPHRASE, check });
    expect([isSealed(store), isSealed(elsewhere)]).toEqual([true, true]);
    expect([readdirSync(store), readdirSync(elsewhere)]).toEqual([['root.key'], ['root.key']]);
    expect(readFileSync(fileIn(store)).includes(key)).toBe(false);
    changePassphrase(store, random, { from: PASSPHRASE, to: undefined, check });
    expect([isSealed(store), isSealed(elsewhere)]).toEqual([false, false]);
    expect(opened({ folder: store, check }).check).toBe(hex(check));
  });

  test.for([
    ['set', (store: Made) => changePassphrase(store.folder, random, { ...store, from: undefined, to: OTHER })],
    ['rekey', (store: Made) => addRootKey(store.folder, { ...store, random })],
  ] as const)('that is a hard link is refused by %s, and nothing is changed', ([, work]) => {
    const store = made();
    const before = readFileSync(fileIn(store.folder));
    linkSync(fileIn(store.folder), join(store.folder, 'copy'));
    expect(() => work(store)).toThrow(
      `the root key "${fileIn(store.folder)}" has 2 names (hard links): the others would keep the old content`,
    );
    expect(readFileSync(fileIn(store.folder))).toEqual(before);
    expect(readdirSync(store.folder).sort()).toEqual(['copy', 'root.key']);
    rmSync(join(store.folder, 'copy'));
    work(store);
  });

  test('that is a hard link does not keep the format of the store from being stamped', () => {
    const store = made();
    const before = readFileSync(fileIn(store.folder));
    linkSync(fileIn(store.folder), join(store.folder, 'copy'));
    stampFormat(store.folder, 3, { ...store, random });
    expect(opened(store)).toEqual({ check: hex(store.check), storeFormat: 3 });
    expect(readFileSync(join(store.folder, 'copy'))).toEqual(before);
  });

  test('that is a hard link is refused by remove, and stays sealed', () => {
    const { folder, check } = sealed();
    linkSync(fileIn(folder), join(folder, 'copy'));
    expect(() => changePassphrase(folder, random, { from: PASSPHRASE, to: undefined, check })).toThrow('has 2 names');
    expect([isSealed(folder), readFileSync(fileIn(folder)).length]).toEqual([true, 99]);
  });

  test('that a killed process has left does not count', () => {
    const { folder, check } = made();
    linkSync(fileIn(folder), join(folder, 'root.key.0123456789abcdef'));
    changePassphrase(folder, random, { from: undefined, to: PASSPHRASE, check });
    expect([isSealed(folder), readdirSync(folder)]).toEqual([true, ['root.key']]);
  });
});

test('any sequence of changes keeps the key, and nothing unsealed while it is sealed', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('passphrase' as const), to: fc.constantFrom(undefined, PASSPHRASE, OTHER) }),
    fc.record({ kind: fc.constant('stamp' as const), format: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('rekey' as const), isKept: fc.boolean() }),
    fc.record({ kind: fc.constant('cut' as const), bytes: fc.integer({ min: 1, max: 30 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
      const folder = newFolder();
      let check = rootKeyCheck(rootKeyOf(folder, random));
      let passphrase: string | undefined;
      let format = 1;
      const keys: Buffer[] = [];
      for (const each of steps) {
        const access = { check, random, passphrase };
        if (passphrase === undefined) keys.push(...unsealedKeys(folder));
        if (each.kind === 'passphrase') {
          changePassphrase(folder, random, { from: passphrase, to: each.to, check });
          passphrase = each.to;
        } else if (each.kind === 'stamp') {
          stampFormat(folder, each.format, access);
          format = each.format;
        } else if (each.kind === 'rekey') {
          const fresh = rootKeyCheck(addRootKey(folder, access));
          if (each.isKept) check = fresh;
          settleRootKey(folder, { ...access, check });
        } else if (readFileSync(fileIn(folder)).length > 32) {
          // Of a record that a killed process was adding.
          writeFileSync(fileIn(folder), Buffer.concat([readFileSync(fileIn(folder)), Buffer.alloc(each.bytes, 1)]));
          settleRootKey(folder, access);
        }
        const now = openRootKey(folder, { check, random, passphrase });
        expect(hex(rootKeyCheck(now.rootKey))).toBe(hex(check));
        expect([now.storeFormat, now.isSettled, isSealed(folder)]).toEqual([format, true, passphrase !== undefined]);
        expect(readdirSync(folder)).toEqual(['root.key']);
        if (passphrase !== undefined) {
          const content = readFileSync(fileIn(folder));
          expect(keys.some((key) => content.includes(key))).toBe(false);
        }
      }
    }),
    { numRuns: 12 },
  );
});

/** The keys that anyone who can read the file has. */
function unsealedKeys(folder: string): Buffer[] {
  const content = readFileSync(fileIn(folder));
  return [content.length === 32 ? content : content.subarray(20, 52)];
}
