import { expect, test } from 'vitest';
import { seededChance } from '../../src/simulate/chance.ts';
import { logNormalOf, logNormalQuantile, normalQuantile } from '../../src/simulate/log-normal.ts';

// Any table of the standard normal distribution.
test.for([
  [0.5, 0],
  [0.8413447461, 1],
  [0.9772498681, 2],
  [0.99, 2.326347874],
  [0.999, 3.0902323062],
  [0.00001, -4.2648907939],
] as const)('the %d quantile of the standard normal distribution is %d', ([share, value]) => {
  expect(normalQuantile(share)).toBeCloseTo(value, 6);
});

test('a distribution has the percentiles that it was made from, and values drawn from it have them', () => {
  const latency = logNormalOf({ p50: 5, p99: 30 });
  expect(logNormalQuantile(latency, 0.5)).toBeCloseTo(5, 6);
  expect(logNormalQuantile(latency, 0.99)).toBeCloseTo(30, 6);
  const chance = seededChance(1);
  const drawn = Array.from({ length: 100_000 }, () => Math.exp(latency.mu + latency.sigma * chance.normal()));
  const sorted = drawn.sort((a, b) => a - b);
  expect(sorted[50_000]).toBeCloseTo(5, 0);
  expect(Math.abs((sorted[99_000] ?? 0) - 30)).toBeLessThan(1);
});

test('the same seed gives the same chance, another one another, evenly from 0 to 1', () => {
  const of = (seed: number) => {
    const { uniform } = seededChance(seed);
    return Array.from({ length: 10_000 }, uniform);
  };
  expect(of(7)).toEqual(of(7));
  expect(of(7)).not.toEqual(of(8));
  const all = of(7);
  expect(all.every((value) => value >= 0 && value < 1)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth++) {
    const count = all.filter((value) => Math.floor(value * 10) === tenth).length;
    expect(Math.abs(count - 1000)).toBeLessThan(150);
  }
});
