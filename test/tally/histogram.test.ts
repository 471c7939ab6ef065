import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addToHistogram,
  countOf,
  mergedHistogram,
  quantile,
  RELATIVE_ERROR,
  valuesOf,
} from '../../src/tally/histogram.ts';

/** Times and sizes, from a millionth to a quadrillion, nothing, and what somebody put below it. */
const value = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 5000 }),
  fc.double({ min: 1e-6, max: 1e15, noNaN: true }),
  fc.double({ min: -1e15, max: -1e-6, noNaN: true }),
);
const values = fc.array(value, { minLength: 1, maxLength: 300 });
const share = fc.oneof(fc.constantFrom(0, 0.5, 0.9, 0.99, 1), fc.double({ min: 0, max: 1, noNaN: true }));

const histogramOf = (all: readonly number[]) =>
  all.reduce<number[]>((histogram, value) => addToHistogram(histogram, value), []);

/** The value of the nearest rank. */
function exactly(all: readonly number[], share: number): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * all.length)) - 1] ?? Number.NaN;
}

test('a quantile has a relative error of one percent at most', () => {
  fc.assert(
    fc.property(values, share, (all, share) => {
      const exact = exactly(all, share);
      const found = quantile(histogramOf(all), share) ?? Number.NaN;
      // The last bits of a logarithm may put a value on the border of two buckets into either.
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * (RELATIVE_ERROR + 1e-9));
    }),
  );
});

test('merged histograms are that of all values, in any order', () => {
  fc.assert(
    fc.property(values, values, (some, others) => {
      const merged = mergedHistogram(histogramOf(some), histogramOf(others));
      expect(merged).toEqual(histogramOf([...others, ...some]));
      expect(merged).toEqual(mergedHistogram(histogramOf(others), histogramOf(some)));
      expect(countOf(merged)).toBe(some.length + others.length);
    }),
  );
});

test('only what has values takes room', () => {
  expect(histogramOf([])).toEqual([]);
  expect(quantile([], 0.5)).toBeUndefined();
  expect(histogramOf(Array.from({ length: 1000 }, () => 42))).toHaveLength(2);
  expect(histogramOf([1, 1e12])).toHaveLength(4);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%d is not a value of a distribution',
  (value) => {
    expect(() => addToHistogram([], value)).toThrow(`finite numbers, not ${value}`);
  },
);

test('the values of a histogram are those that were added, within one percent and in their order', () => {
  fc.assert(
    fc.property(values, (all) => {
      const found = [...valuesOf(histogramOf(all))].flatMap(([value, count]) => Array<number>(count).fill(value));
      for (const [i, exact] of all.toSorted((a, b) => a - b).entries()) {
        const off = Math.abs((found[i] ?? Number.NaN) - exact);
        expect(off).toBeLessThanOrEqual(Math.abs(exact) * (RELATIVE_ERROR + 1e-9));
      }
    }),
  );
});
