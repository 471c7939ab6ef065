import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atLeast, expectationOf, expectedOver } from '../../src/simulate/poisson.ts';

/** The masses of all numbers that matter, each from the one before. */
function masses(mean: number): number[] {
  const found: number[] = [];
  let mass = Math.exp(-mean);
  for (let k = 0; k < 4 * mean + 60; k++) {
    found.push(mass);
    mass *= mean / (k + 1);
  }
  return found;
}

const mean = fc.double({ min: 0.001, max: 300, noNaN: true });

test('what is over a limit is what a sum over all numbers gives', () => {
  fc.assert(
    fc.property(mean, fc.nat(600), (mean, limit) => {
      const expected = masses(mean).reduce((sum, mass, k) => sum + Math.max(0, k - limit) * mass, 0);
      expect(expectedOver(mean, limit)).toBeCloseTo(expected, 8);
    }),
  );
});

test('so are the probability of at least so many, and an expectation', () => {
  fc.assert(
    fc.property(mean, fc.nat(100), (mean, count) => {
      const all = masses(mean);
      const tail = all.reduce((sum, mass, k) => (k >= count ? sum + mass : sum), 0);
      expect(atLeast(count, mean)).toBeCloseTo(tail, 8);
      const root = all.reduce((sum, mass, k) => sum + Math.sqrt(k) * mass, 0);
      expect(expectationOf(Math.sqrt, mean)).toBeCloseTo(root, 8);
    }),
  );
});

// The standard deviation is √mean, of which a limit at the mean is exceeded by 1/√(2π) on average.
test.for([
  [10_000, 10_000, Math.sqrt(10_000 / (2 * Math.PI))],
  [100_000, 100_000, Math.sqrt(100_000 / (2 * Math.PI))],
  [100_000, 50_000, 50_000],
  [50_000, 100_000, 0],
  [0, 10, 0],
  [3, 0, 3],
] as const)('of %d expected, %d allowed, %d are over it', ([mean, limit, over]) => {
  expect(expectedOver(mean, limit)).toBeCloseTo(over, 1);
});

test('what hardly happens has all its digits', () => {
  expect(atLeast(1, 1e-12) / 1e-12).toBeCloseTo(1, 10);
  expect(atLeast(2, 1e-6) / 5e-13).toBeCloseTo(1, 5);
});

test('a large number is its mean', () => {
  expect(expectationOf((count) => 1 / count, 1e6)).toBeCloseTo(1e-6, 10);
});
