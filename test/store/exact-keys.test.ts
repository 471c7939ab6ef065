import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { isForeignKey, requireExactKeys } from '../../src/store/exact-keys.ts';
import { openLmdb } from '../../src/store/lmdb.ts';
import { keyOf } from '../../src/store/lmdb-table.ts';
import { rowNameOf } from '../../src/store/row-seal.ts';
import { anyCharacter } from '../support/any-character.ts';
import { editRaw } from '../support/raw-rows.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const open = (folder: string) =>
  openLmdb({ path: join(folder, 'store.mdb'), noSubdir: true, maxDbs: 128, encoding: 'msgpack' });

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 80 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0x24 }).map((code) => String.fromCharCode(code)), maxLength: 8 }),
  // lmdb writes a text from 64 characters on in another way.
  fc.string({
    unit: fc.oneof(
      fc.integer({ min: 0, max: 6 }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('a', 'é'),
    ),
    minLength: 58,
    maxLength: 140,
  }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 5 }),
  fc.constantFrom('', '\u0000', 'a\u0000', '\u0004', 'arn:aws:s3:::bucket/key', '\u{10ffff}', 'é'),
);
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeNat(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const key = fc.array(fc.oneof(text, number), { minLength: 1, maxLength: 5 });

test('a key that was written is read as it was written', async () => {
  const root = open(newFolder());
  const database = requireExactKeys(root.openDB('keys', { encoding: 'binary' }));
  root.transactionSync(() =>
    fc.assert(
      fc.property(key, (written) => {
        database.putSync(written, Buffer.of(1));
        const found = [...database.getRange({})].map((row) => keyOf(row.key));
        database.removeSync(written);
        expect(found).toEqual([written]);
      }),
      { numRuns: 2000 },
    ),
  );
  await root.close();
});

test('texts of all lengths are in the order of their characters', async () => {
  const root = open(newFolder());
  const database = requireExactKeys(root.openDB('keys', { encoding: 'binary' }));
  const unit = fc.constantFrom('\0', '\x01', '\x03', '\x04', '\x05', 'a', 'b');
  const near = fc
    .tuple(fc.constantFrom('', 'a'.repeat(60), 'a'.repeat(70)), fc.string({ unit, maxLength: 6 }))
    .map((pieces) => pieces.join(''));
  root.transactionSync(() =>
    fc.assert(
      fc.property(fc.uniqueArray(near, { minLength: 2, maxLength: 8 }), (texts) => {
        for (const each of texts) database.putSync(['bucket', each], Buffer.of(1));
        const found = [...database.getRange({})].map((row) => keyOf(row.key)[1]);
        for (const each of texts) database.removeSync(['bucket', each]);
        expect(found).toEqual([...texts].sort());
      }),
      { numRuns: 1000 },
    ),
  );
  await root.close();
});

test('no other bytes are read as the key of a row', async () => {
  const folder = newFolder();
  const keys = [
    ['111122223333', 'us-east-1', 1777885199000, 'event'],
    ['photos', 'small', -2],
    ['photos', 'a\u0001b', 0],
    ['é', 'x'],
    [1],
    ['a'],
  ];
  const root = open(folder);
  const database = root.openDB('keys', { encoding: 'binary' });
  root.transactionSync(() => {
    for (const each of keys) database.putSync(each, Buffer.from(rowNameOf(each)));
  });
  await root.close();

  const names = new Set(keys.map(rowNameOf));
  let bits = 0;
  await editRaw(folder, 'keys', (raw) => {
    for (const { key, value } of [...raw.getRange({})]) {
      for (let bit = 0; bit < key.length * 8; bit++, bits++) {
        const flipped = Buffer.from(key);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        raw.putSync(flipped, value);
      }
      // Longer forms of the same.
      for (const end of [[0], [1], [0x10], [0, 0]]) raw.putSync(Buffer.concat([key, Buffer.from(end)]), value);
    }
  });

  const again = open(folder);
  const exact = requireExactKeys(again.openDB('keys', { encoding: 'binary' }));
  const found = [...exact.getRange({})].map((row) => ({
    key: keyOf(row.key),
    value: Buffer.from(row.value as Uint8Array),
  }));
  await again.close();
  expect(found.length).toBeGreaterThan(bits * 0.9);
  const own = found.filter(({ key, value }) => !isForeignKey(key) && rowNameOf(key) === value.toString());
  expect(own.map(({ key }) => rowNameOf(key)).sort()).toEqual([...names].sort());
});
