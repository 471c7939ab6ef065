/** Requests against a quota that is counted in windows: what is followed and the closed form say the same. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counted, hasRoom, windowAt } from '../../src/quotas/windows.ts';
import { seededChance } from '../../src/simulate/chance.ts';
import { logNormalOf } from '../../src/simulate/log-normal.ts';
import { expectedOver } from '../../src/simulate/poisson.ts';
import { type Demand, simulateWindows, throttlingInClosedForm, throttlingOf } from '../../src/simulate/throttling.ts';
import type { QuotaUse } from '../../src/store/records/quota.ts';

const latency = logNormalOf({ p50: 5, p99: 30 });

const demandOf = (limit: number, load: number, retries: number): Demand => ({
  perSecond: limit * load,
  quota: windowAt(0, limit),
  retries,
  latency,
});

/** Seconds in which so many requests come. */
const secondsFor = ({ perSecond }: Demand, requests: number): number => Math.ceil(requests / perSecond);

test('without retries, the share that is refused is within 2 % of the Poisson closed form', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 2000 }),
      fc.double({ min: 0.5, max: 3, noNaN: true }),
      fc.nat(1000),
      (limit, load, seed) => {
        const demand = demandOf(limit, load, 0);
        const { atFirst, afterRetries } = simulateWindows(demand, secondsFor(demand, 50_000), seededChance(seed));
        const expected = expectedOver(demand.perSecond, limit) / demand.perSecond;
        expect(Math.abs(atFirst - expected)).toBeLessThan(0.02);
        expect(afterRetries).toBe(atFirst);
        expect(throttlingInClosedForm(demand, seededChance(seed)).atFirst).toBeCloseTo(expected, 6);
      },
    ),
    { numRuns: 40 },
  );
});

test.for([
  [100, 0.9, 2],
  [100, 1.1, 2],
  [100, 1.5, 2],
  [100, 3, 2],
  [1000, 0.9, 1],
  [1000, 1.1, 1],
  [1000, 1.2, 4],
  [1000, 2, 2],
  [5000, 1.1, 2],
] as const)(
  'with a quota of %d, %d times as many requests and %d retries, both are within 2 % of the requests',
  ([limit, load, retries]) => {
    const demand = demandOf(limit, load, retries);
    const followed = simulateWindows(demand, secondsFor(demand, 60_000), seededChance(3));
    const closed = throttlingInClosedForm(demand, seededChance(3));
    expect(Math.abs(followed.atFirst - closed.atFirst)).toBeLessThan(0.02);
    expect(Math.abs(followed.afterRetries - closed.afterRetries)).toBeLessThan(0.02);
    expect(Math.abs(followed.attemptsPerSecond / closed.attemptsPerSecond - 1)).toBeLessThan(0.02);
    expect(followed.latencies.quantile(0.99) / closed.latencies.quantile(0.99)).toBeGreaterThan(0.4);
  },
);

test('nothing waits where the quota is far away: what is added is the latency alone', () => {
  const { atFirst, latencies, isSimulated } = throttlingOf(demandOf(10_000, 0.5, 2), seededChance(1));
  expect([atFirst, isSimulated]).toEqual([0, false]);
  expect(latencies.quantile(0.5)).toBeCloseTo(5, 6);
  expect(latencies.quantile(0.99)).toBeCloseTo(30, 6);
});

test('requests are followed while they are few enough, with the same result for the same seed', () => {
  const near = demandOf(1000, 1, 2);
  const [one, same, other] = [1, 1, 2].map((seed) => throttlingOf(near, seededChance(seed)));
  expect(one?.isSimulated).toBe(true);
  expect({ ...same, latencies: undefined }).toEqual({ ...one, latencies: undefined });
  expect(other?.atFirst).not.toBe(one?.atFirst);
  expect(throttlingOf(demandOf(100_000, 2, 2), seededChance(1)).isSimulated).toBe(false);
});

test('retries let more requests through, and wait at least their pauses', () => {
  const results = [0, 1, 2, 4].map((retries) => throttlingOf(demandOf(1000, 0.99, retries), seededChance(5)));
  const failed = results.map(({ afterRetries }) => afterRetries);
  expect(failed).toEqual([...failed].sort((a, b) => b - a));
  expect(failed[0]).toBeGreaterThan(failed[3] ?? 0);
  expect(results[2]?.latencies.quantile(0.999)).toBeGreaterThan(100);
});

test('a window takes as many as our own throttle lets through', () => {
  const limit = 20;
  const chance = seededChance(9);
  const arrivals: number[] = [];
  for (let atMs = chance.exponential(30) * 1000; atMs < 60_000; atMs += chance.exponential(30) * 1000) {
    arrivals.push(atMs);
  }
  let use: QuotaUse | undefined;
  let refused = 0;
  for (const atMs of arrivals) {
    const window = windowAt(Math.floor(atMs), limit);
    const isOver = !hasRoom(use, 1, window);
    if (isOver) refused += 1;
    use = counted(use, 1, isOver, window);
  }
  const expected = expectedOver(30, limit) / 30;
  expect(Math.abs(refused / arrivals.length - expected)).toBeLessThan(0.04);
});
