import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  laterVersion,
  plainRecord,
  type RootKeyRecord,
  readRootKeyContent,
  rootKeyContent,
  sealedRecord,
  unseal,
} from '../../src/store/root-key-record.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom();
const key = random(32);
const PASSPHRASE = 'open sesame';

const plain = plainRecord(key, 2);
/** Sealing is slow on purpose: it is done once. */
const sealed = sealedRecord(key, 2, PASSPHRASE, random);

const contentOf = (...records: readonly Uint8Array[]) => Buffer.from(rootKeyContent(records));

function flipped(content: Buffer, at: number, bits: number): Buffer {
  const damaged = Buffer.from(content);
  damaged[at] = (damaged[at] ?? 0) ^ bits;
  return damaged;
}

/** The key that a record gives. */
const openedBy = (record: RootKeyRecord, passphrase: string): Uint8Array | undefined =>
  record.kind === 'plain' ? record.key.bytes : unseal(record, passphrase);

describe('the content of a root key file', () => {
  test('has the key and the format of the store, plain or sealed', () => {
    const { version, records, isWhole } = readRootKeyContent(contentOf(plain, sealed));
    expect([version, isWhole]).toEqual([2, true]);
    expect(records.map(({ kind, storeFormat }) => [kind, storeFormat])).toEqual([
      ['plain', 2],
      ['sealed', 2],
    ]);
    for (const record of records) expect(Buffer.from(openedBy(record, PASSPHRASE) ?? []).equals(key)).toBe(true);
    expect(records.map((record) => openedBy(record, 'open barley') === undefined)).toEqual([false, true]);
  });

  test('is laid out as documented', () => {
    const magic = 'ssebox root key 2\n';
    expect(contentOf(plain).subarray(0, 18).toString()).toBe(magic);
    expect([...plain.subarray(0, 2)]).toEqual([1, 2]);
    expect(plain.subarray(2, 34)).toEqual(Buffer.from(key));
    expect(plain.length).toBe(50);
    expect([...sealed.subarray(0, 5)]).toEqual([2, 2, 15, 8, 3]);
    expect(sealed.length).toBe(81);
    expect(contentOf(sealed).includes(Buffer.from(key))).toBe(false);
  });

  test('is read in the first format, as that of a store of format 1', () => {
    const { version, records, isWhole } = readRootKeyContent(Buffer.from(key));
    expect([version, isWhole, records.length]).toEqual([1, true, 1]);
    expect(records[0]).toMatchObject({ kind: 'plain', storeFormat: 1 });
  });

  test('with a plain record has no bit that can be flipped', () => {
    const content = contentOf(plain);
    for (let at = 0; at < content.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        expect(readRootKeyContent(flipped(content, at, 1 << bit)).records, `bit ${bit} of byte ${at}`).toEqual([]);
      }
    }
  });

  test('with a sealed record has no bit that can be flipped', () => {
    const content = contentOf(sealed);
    const [cost, wrapped] = [20, 39];
    for (let at = 0; at < content.length; at++) {
      // Another cost or salt needs the passphrase to be stretched again, which is slow on purpose.
      const bits = at >= cost && at < wrapped ? [(3 * at) % 8] : [0, 1, 2, 3, 4, 5, 6, 7];
      if (bits.length === 1 && at % 4 !== 0) continue;
      for (const bit of bits) {
        const { records } = readRootKeyContent(flipped(content, at, 1 << bit));
        const opened = records.filter((record) => openedBy(record, PASSPHRASE) !== undefined);
        expect(opened, `bit ${bit} of byte ${at}`).toEqual([]);
      }
    }
  });

  test('whose record claims another format of the store is refused', () => {
    for (const [content, at] of [
      [contentOf(plain), 19],
      [contentOf(sealed), 19],
    ] as const) {
      const { records } = readRootKeyContent(flipped(content, at, 3));
      expect(records.every((record) => openedBy(record, PASSPHRASE) === undefined)).toBe(true);
    }
  });

  test.for([
    ['a record cut short', (record: Uint8Array) => record.subarray(0, -1)],
    ['the first byte of a record', (record: Uint8Array) => record.subarray(0, 1)],
    ['a record of an unknown kind', () => Buffer.of(9, 2, 1, 1)],
    ['zeros', () => Buffer.alloc(50)],
  ] as const)('with %s after a whole record still has that one', ([, cut]) => {
    for (const first of [plain, sealed]) {
      for (const second of [plain, sealed]) {
        const { records, isWhole } = readRootKeyContent(contentOf(first, cut(second)));
        expect(records).toEqual(readRootKeyContent(contentOf(first)).records);
        expect(isWhole).toBe(false);
      }
    }
  });

  test('with a damaged plain record between others has the others', () => {
    const { records, isWhole } = readRootKeyContent(contentOf(sealed, flipped(Buffer.from(plain), 5, 1), plain));
    expect(records.map(({ kind }) => kind)).toEqual(['sealed', 'plain']);
    expect(isWhole).toBe(false);
  });

  test('that is anything at all gives only keys that are authentic', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isFramed) => {
        const content = isFramed ? contentOf(bytes) : Buffer.from(bytes);
        const { records, version } = readRootKeyContent(content);
        if (version === 2) expect(records.filter(({ kind }) => kind === 'plain')).toEqual([]);
        else expect(records.length).toBe(bytes.length === 32 ? 1 : 0);
      }),
    ));

  test.for([
    // log2 N, r, p
    [0, 8, 3],
    [25, 8, 3],
    [24, 8, 3],
    [15, 200, 3],
    [15, 8, 255],
    [15, 0, 3],
    [15, 8, 0],
  ])('never makes a passphrase cost more than it may: %i %i %i', (cost) => {
    const damaged = Buffer.from(sealed);
    damaged.set(cost, 2);
    expect(readRootKeyContent(contentOf(damaged)).records).toEqual([]);
  });

  test('of a later version is told from one that is damaged', () => {
    expect(laterVersion(Buffer.from('ssebox root key 3\nwhatever'))).toBe(3);
    expect(laterVersion(contentOf(plain))).toBeUndefined();
    expect(laterVersion(Buffer.from('ssebox root key 0\n'))).toBeUndefined();
    expect(laterVersion(Buffer.from(key))).toBeUndefined();
  });
});
