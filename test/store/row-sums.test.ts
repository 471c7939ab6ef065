import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeRootKey } from '../../src/crypto/root-key.ts';
import { rowSeal, SUMMAND_AT } from '../../src/store/row-seal.ts';
import { addTo, newRowSums, type TableSum } from '../../src/store/row-sums.ts';
import { seededRandom } from '../support/seeded-random.ts';

const MODULUS = 2n ** 256n;
const seal = rowSeal(makeRootKey(new Uint8Array(32).fill(7), seededRandom()));

/** A digest with a summand. */
function digestWith(summand: bigint): string {
  const row = Buffer.alloc(64, 0xa5);
  for (let i = 0; i < 32; i++) row[SUMMAND_AT + i] = Number((summand >> BigInt(8 * i)) & 0xffn);
  return row.toString('latin1');
}

const numberOf = (sum: Uint32Array): bigint => sum.reduceRight((value, limb) => (value << 32n) | BigInt(limb), 0n);

const mod = (value: bigint): bigint => ((value % MODULUS) + MODULUS) % MODULUS;

// Carries and borrows are where limbs are all ones or zero.
const limb = fc.oneof(fc.constantFrom(0n, 1n, 0xffff_fffen, 0xffff_ffffn), fc.bigInt({ min: 0n, max: 0xffff_ffffn }));
const summand = fc
  .array(limb, { minLength: 8, maxLength: 8 })
  .map((limbs) => limbs.reduce((value, each) => (value << 32n) | each, 0n));

test('sums are modulo 2^256, with carries and borrows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), summand), { maxLength: 30 }), (changes) => {
      const sums = newRowSums(seal);
      let expected = 0n;
      let count = 0;
      for (const [isAdded, value] of changes) {
        if (isAdded) sums.add('users', digestWith(value));
        else sums.subtract('users', digestWith(value));
        expected = mod(isAdded ? expected + value : expected - value);
        count += isAdded ? 1 : -1;
      }
      const { count: found, sum } = sums.of('users');
      expect([found, numberOf(sum)]).toEqual([count, expected]);
    }),
    { numRuns: 1000 },
  );
});

test('one and all ones are zero', () => {
  const sum = new Uint32Array(8);
  addTo(sum, digestWith(MODULUS - 1n));
  expect(numberOf(sum)).toBe(MODULUS - 1n);
  addTo(sum, digestWith(1n));
  expect(numberOf(sum)).toBe(0n);
});

const table = fc.constantFrom('users', 'roles', 'objects');
type Step =
  | { readonly do: 'add' | 'subtract'; readonly table: string; readonly summand: bigint }
  | { readonly do: 'open' | 'keep' | 'undo' };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('add' as const, 'subtract' as const), table, summand }),
  fc.record({ do: fc.constantFrom('open' as const, 'keep' as const, 'undo' as const) }),
);

const plain = ({ count, sum }: TableSum) => ({ count, sum: numberOf(sum) });

test('what is undone leaves the sums of before, and what is kept can be undone with what is around it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const sums = newRowSums(seal);
      let now = new Map<string, { count: number; sum: bigint }>();
      const before: (typeof now)[] = [];
      for (const each of steps) {
        if (each.do === 'open') {
          sums.open();
          before.push(new Map(now));
        } else if (!('table' in each)) {
          const opened = before.pop();
          if (!opened) continue;
          sums[each.do]();
          if (each.do === 'undo') now = opened;
        } else {
          sums[each.do](each.table, digestWith(each.summand));
          const { count, sum } = now.get(each.table) ?? { count: 0, sum: 0n };
          const by = each.do === 'add' ? 1 : -1;
          now.set(each.table, { count: count + by, sum: mod(sum + BigInt(by) * each.summand) });
        }
        for (const name of ['users', 'roles', 'objects']) {
          expect(plain(sums.of(name))).toEqual(now.get(name) ?? { count: 0, sum: 0n });
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('the stored form says every table, and not one bit of it may be another', () => {
  const sums = newRowSums(seal);
  sums.add('users', digestWith(5n));
  sums.add('objects', digestWith(MODULUS - 1n));
  sums.add('objects', digestWith(7n));
  sums.subtract('roles', digestWith(1n));
  const stored = sums.sealed();
  const read = newRowSums(seal);
  expect(read.load(stored)).toBe(true);
  for (const name of ['users', 'objects', 'roles', 'groups'])
    expect(plain(read.of(name))).toEqual(plain(sums.of(name)));
  expect(read.sealed().equals(stored)).toBe(true);
  for (let bit = 0; bit < stored.length * 8; bit++) {
    const flipped = Buffer.from(stored);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(read.load(flipped)).toBe(false);
  }
  for (let size = 0; size < stored.length; size++) expect(read.load(stored.subarray(0, size))).toBe(false);
  // What was loaded before stays.
  expect(plain(read.of('users'))).toEqual({ count: 1, sum: 5n });
});

test('sums are loaded only under their own key', () => {
  const other = rowSeal(makeRootKey(new Uint8Array(32).fill(8), seededRandom()));
  const stored = newRowSums(seal).sealed();
  expect(newRowSums(seal).load(stored)).toBe(true);
  expect(newRowSums(other).load(stored)).toBe(false);
});
