import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dollars,
  dollarText,
  exact,
  fraction,
  isLess,
  minus,
  over,
  plus,
  split,
  sum,
  times,
  toNumber,
  usdOf,
} from '../../src/cost/exact.ts';

test.for([
  [0, 0n, 1n],
  [3, 3n, 1n],
  [0.0004, 1n, 2500n],
  [1e-7, 1n, 10_000_000n],
  [2.5e21, 2_500_000_000_000_000_000_000n, 1n],
  [12.5, 25n, 2n],
] as const)('%d is %d over %d', ([value, n, d]) => {
  expect(exact(value)).toEqual({ n, d });
});

test.for([Number.NaN, Number.POSITIVE_INFINITY])('%d is not exact', (value) => {
  expect(() => exact(value)).toThrow('is not a number that can be exact');
});

test.for([
  [fraction(1n, 3n), 0.3333333333, '0.33'],
  [fraction(2n, 3n), 0.6666666667, '0.66'],
  [exact(0.1), 0.1, '0.10'],
  [plus(exact(0.1), exact(0.2)), 0.3, '0.30'],
  [exact(123_456.789), 123_456.789, '123456.78'],
  [fraction(1n, 20_000_000_000n), 1e-10, '0.00'],
  [fraction(1n, 20_000_000_001n), 0, '0.00'],
] as const)('dollars have ten decimals', ([amount, usd, text]) => {
  expect(usdOf(dollars(amount))).toBe(usd);
  expect(dollarText(dollars(amount), 2)).toBe(text);
});

test('fractions calculate as numbers do', () => {
  const number = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [one, other] = [exact(a / 1000), exact(b / 1000)];
      expect(toNumber(plus(one, other))).toBeCloseTo((a + b) / 1000, 9);
      expect(toNumber(minus(one, other))).toBeCloseTo((a - b) / 1000, 9);
      expect(toNumber(times(one, other))).toBeCloseTo((a * b) / 1_000_000, 6);
      expect(isLess(one, other)).toBe(a < b);
      if (b !== 0) expect(toNumber(times(over(one, other), other))).toBeCloseTo(a / 1000, 9);
    }),
  );
});

test('a number is exact both ways', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-40, max: 1e12, noNaN: true }), (value) => {
      expect(toNumber(exact(value))).toBe(value);
    }),
  );
});

test('parts sum to what was split, and none is off by a unit', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 9 }),
      (amount, numbers) => {
        const shares = numbers.map(exact);
        const parts = split(amount, shares);
        expect(parts.reduce((all, part) => all + part, 0n)).toBe(amount);
        const whole = sum(shares);
        if (whole.n === 0n) return;
        for (const [i, part] of parts.entries()) {
          const fair = times(over(shares[i] ?? whole, whole), fraction(amount));
          expect(isLess(minus(fraction(part), fair), fraction(1n))).toBe(true);
          expect(isLess(minus(fair, fraction(part)), fraction(1n))).toBe(true);
        }
      },
    ),
  );
});
