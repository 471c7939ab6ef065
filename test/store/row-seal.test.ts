import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeRootKey } from '../../src/crypto/root-key.ts';
import { hasTag, rowNameOf, rowSeal, TAG_BYTES } from '../../src/store/row-seal.ts';
import type { TableKey } from '../../src/store/table.ts';
import { anyCharacter } from '../support/any-character.ts';
import { seededRandom } from '../support/seeded-random.ts';

const rootKey = makeRootKey(new Uint8Array(32).fill(7), seededRandom());

// Texts that look like the framing itself, and all of UTF-16, unpaired surrogates included.
const text = fc.oneof(
  fc.constantFrom('', 'a', '1:a', '2:aa', '#1;', '1 1:a', '"a"', '\u0000', '\ud800', '\udbff', '\udc00', '\u{1f600}'),
  fc.string({ unit: anyCharacter, maxLength: 4 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 3 }),
);
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }).map((value) => value + 0),
);
const key = fc.array(fc.oneof(text, number), { minLength: 1, maxLength: 4 });

const sameKey = (one: TableKey, other: TableKey): boolean =>
  one.length === other.length && one.every((part, i) => part === other[i]);

const inUtf8 = (name: string): Buffer => Buffer.from(name);

test('different keys have different names, and none begins with another', () => {
  const pair = fc.oneof(
    fc.tuple(key, key),
    // The same text, cut at different places.
    fc.tuple(fc.string(), fc.nat(), fc.nat()).map(([whole, one, other]): [TableKey, TableKey] => {
      const cut = (at: number) => [whole.slice(0, at % (whole.length + 1)), whole.slice(at % (whole.length + 1))];
      return [cut(one), cut(other)];
    }),
  );
  fc.assert(
    fc.property(pair, ([one, other]) => {
      const [name, otherName] = [inUtf8(rowNameOf(one)), inUtf8(rowNameOf(other))];
      const begins = otherName.subarray(0, name.length).equals(name);
      expect(begins).toBe(sameKey(one, other));
    }),
    { numRuns: 3000 },
  );
});

test('a key of a damaged row, of whatever type, has the name of no other', () => {
  const odd: unknown[] = [null, true, false, Symbol('x'), 5n, Buffer.from('a'), ['a'], undefined];
  const names = odd.map((part) => rowNameOf([part as string]));
  const written = ['null', 'true', 'a', '!object;', 0, 1].map((part) => rowNameOf([part]));
  for (const name of names) expect(written).not.toContain(name);
});

test('a digest depends on table, key and body, and on where each ends', () => {
  const { digest } = rowSeal(rootKey);
  const rows: [string, TableKey, string][] = [
    ['users', ['a', 'b'], 'body'],
    ['roles', ['a', 'b'], 'body'],
    ['users', ['ab', ''], 'body'],
    ['users', ['a', 'b', ''], 'body'],
    ['users', ['a', 'bb'], 'ody'],
    ['users', ['a', 'b'], 'bodY'],
    ['users', ['a', 1], 'body'],
    ['users', ['a', '1'], 'body'],
  ];
  const digests = rows.map(([table, key, body]) => digest(table, rowNameOf(key), Buffer.from(body)));
  expect(new Set(digests).size).toBe(rows.length);
});

test('a tag is the first bytes of the digest, and every bit of it counts', () => {
  const row = rowSeal(rootKey).digest('users', rowNameOf(['a']), Buffer.from('body'));
  const stored = Buffer.concat([Buffer.from('body'), Buffer.from(row.slice(0, TAG_BYTES), 'latin1')]);
  expect(hasTag(stored, stored.length, row)).toBe(true);
  for (let bit = 0; bit < TAG_BYTES * 8; bit++) {
    const flipped = Buffer.from(stored);
    const at = 4 + (bit >> 3);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
    expect(hasTag(flipped, flipped.length, row)).toBe(false);
  }
});
