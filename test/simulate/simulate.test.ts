import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Region } from '../../src/api/regions.ts';
import { awsBook } from '../../src/cost/price-book.ts';
import { guessedPrices } from '../../src/simulate/bill.ts';
import { logOfDay } from '../../src/simulate/log-volume.ts';
import { type SimulatedMode, simulate } from '../../src/simulate/simulate.ts';
import type { Workload } from '../../src/simulate/workload.ts';

const steady: Workload = {
  objectsPerSecond: 100,
  size: 2 ** 20,
  readShare: 0.25,
  keys: 2,
  requesters: 4,
  buckets: 3,
  bucketKeyLifeMs: 300_000,
  regions: ['us-east-1'],
  retries: 2,
  days: 30,
  seed: 1,
};

const modesOf = (changes: Partial<Workload>): Readonly<Record<string, SimulatedMode>> => {
  const [first] = simulate({ ...steady, ...changes });
  return Object.fromEntries((first?.modes ?? []).map((mode) => [mode.mode, mode]));
};

const SECONDS = 30 * 86_400;

// AWS's prices of us-east-1 in 2026-09: KMS 0.03 for 10,000 requests and 1.00 for a key, S3 0.005 for 1,000 writes and
// 0.0004 for 1,000 reads, 0.023 for a GB-month, 0.10 for 100,000 data events, and 0.003 for a GB read under DSSE-KMS.
test('the bill of a month is the prices of what is used', () => {
  const modes = modesOf({});
  const requests = 100 * SECONDS;
  const s3Requests = (75 * SECONDS * 0.005) / 1000 + (25 * SECONDS * 0.0004) / 1000;
  // 75 MiB a second, of which on average half are there; up to 50 TB at the first price, up to 500 TB at the second.
  const gigabytes = (75 * SECONDS) / 1024 / 2;
  const storage = 50 * 1024 * 0.023 + (gigabytes - 50 * 1024) * 0.022;
  const dataEvents = (requests / 100_000) * 0.1;
  const common = { s3Requests, storage, dataEvents };
  const bills: Readonly<Record<string, { kmsKeys: number; kmsRequests: number; dsse: number }>> = {
    'SSE-S3': { kmsKeys: 0, kmsRequests: 0, dsse: 0 },
    'SSE-KMS': { kmsKeys: 2, kmsRequests: (requests / 10_000) * 0.03, dsse: 0 },
    'DSSE-KMS': { kmsKeys: 2, kmsRequests: (requests / 10_000) * 0.03, dsse: ((25 * SECONDS) / 1024) * 0.003 },
  };
  for (const [mode, parts] of Object.entries(bills)) {
    const expected = { ...common, ...parts };
    const bill = modes[mode]?.bill;
    for (const [name, usd] of Object.entries(expected)) {
      expect([mode, name, bill?.[name as keyof typeof expected].toFixed(2)]).toEqual([mode, name, usd.toFixed(2)]);
    }
    expect(bill?.total).toBeCloseTo(
      Object.values(expected).reduce((sum, usd) => sum + usd, 0),
      4,
    );
  }
});

test('a bucket key asks KMS for keys as long as they live, and for what was written under them', () => {
  const { 'SSE-KMS with a bucket key': mode, 'SSE-KMS': without } = modesOf({ readShare: 0 });
  // Twelve pairs of a requester and a bucket, each with a key every 300 s and the time to the next write.
  const perSecond = 12 / (300 + 12 / 100);
  expect(mode?.kmsPerSecond).toBeCloseTo(perSecond, 4);
  expect(mode?.bill.kmsRequests).toBeCloseTo((perSecond * SECONDS * 0.03) / 10_000, 2);
  expect(1 - (mode?.kmsPerSecond ?? 1) / (without?.kmsPerSecond ?? 1)).toBeGreaterThan(0.99);
  expect(mode?.addedMs).toEqual({ p50: 0, p99: 0 });
});

test('small workloads are followed request by request, and larger ones are not', () => {
  const small = modesOf({ objectsPerSecond: 0.01 })['SSE-KMS with a bucket key'];
  const least = modesOf({ objectsPerSecond: 0.00001 })['SSE-KMS with a bucket key'];
  expect([least?.followed.levelKeys, least?.kmsPerSecond.toFixed(7)]).toEqual([false, '0.0000100']);
  const large = modesOf({ objectsPerSecond: 1 })['SSE-KMS with a bucket key'];
  expect([small?.followed.levelKeys, large?.followed.levelKeys]).toEqual([true, false]);
  expect(small?.kmsPerSecond).toBeGreaterThan(0);
  expect(small?.kmsPerSecond).toBeLessThanOrEqual(0.01);
});

// AWS KMS Developer Guide, "Request quotas".
test.for([
  ['us-east-1', 100_000],
  ['eu-central-1', 20_000],
  ['eu-west-3', 10_000],
] as const)('%s takes %d requests a second', ([region, quota]) => {
  const [found] = simulate({ ...steady, objectsPerSecond: quota * 0.8, regions: [region] });
  expect(found?.quota).toBe(quota);
  const kms = found?.modes.find(({ mode }) => mode === 'SSE-KMS');
  expect(kms?.throttledAtFirst).toBe(0);
  const [over] = simulate({ ...steady, objectsPerSecond: quota * 2, retries: 0, regions: [region] });
  const throttled = over?.modes.find(({ mode }) => mode === 'DSSE-KMS');
  expect(throttled?.throttledAfterRetries).toBeCloseTo(0.5, 2);
  // Half of the requests are stored and paid for.
  expect(throttled?.bill.kmsRequests).toBeCloseTo((quota * SECONDS * 0.03) / 10_000, -4);
});

const regions: readonly Region[] = ['us-east-1', 'eu-west-3', 'sa-east-1'];

const anyWorkload: fc.Arbitrary<Workload> = fc.record({
  objectsPerSecond: fc.oneof(fc.double({ min: 0.00001, max: 1, noNaN: true }), fc.integer({ min: 1, max: 10_000_000 })),
  size: fc.integer({ min: 1, max: 50 * 2 ** 40 }),
  readShare: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  keys: fc.integer({ min: 1, max: 100_000 }),
  requesters: fc.integer({ min: 1, max: 1_000_000_000 }),
  buckets: fc.integer({ min: 1, max: 1_000_000 }),
  bucketKeyLifeMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 31_536_000_000 })),
  regions: fc.constantFrom(...regions).map((region) => [region]),
  retries: fc.nat(10),
  days: fc.integer({ min: 1, max: 3650 }),
  seed: fc.nat(),
});

test('whatever the workload, numbers are numbers, shares are shares, and the same again is the same', () => {
  fc.assert(
    fc.property(anyWorkload, (workload) => {
      const [found] = simulate(workload);
      for (const mode of found?.modes ?? []) {
        const { throttledAtFirst, throttledAfterRetries, kmsPerSecond, addedMs, bill, logOfDay } = mode;
        for (const share of [throttledAtFirst, throttledAfterRetries]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(throttledAfterRetries).toBeLessThanOrEqual(throttledAtFirst + 1e-9);
        expect(kmsPerSecond).toBeLessThanOrEqual(workload.objectsPerSecond * (1 + 1e-9));
        const numbers = [kmsPerSecond, mode.attemptsPerSecond, addedMs.p50, addedMs.p99, ...Object.values(bill)];
        for (const value of [...numbers, logOfDay.data.gzipBytes, logOfDay.management.rawBytes]) {
          expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
        expect(addedMs.p99).toBeGreaterThanOrEqual(addedMs.p50);
      }
      expect(found?.modes).toHaveLength(4);
    }),
    { numRuns: 25 },
  );
  expect(simulate(steady)).toEqual(simulate(steady));
});

// Measured on records with random ids, five roles and three keys.
test.for([
  [{ generateDataKey: 1, decrypt: 0, data: 0 }, 1470, 84 - (84 - 73) * Math.log10(3)],
  [{ generateDataKey: 100, decrypt: 0, data: 0 }, 1470, 73],
  [{ generateDataKey: 0, decrypt: 100, data: 0 }, 1390, 71],
  [{ generateDataKey: 0, decrypt: 1 / 3000, data: 0 }, 1390, 756],
] as const)('of %j, an event has %d bytes, and %d in a file', ([perSecond, raw, gzip]) => {
  const { management } = logOfDay(perSecond);
  expect(management.events).toBeCloseTo((perSecond.generateDataKey + perSecond.decrypt) * 86_400, 6);
  expect(management.rawBytes / management.events).toBeCloseTo(raw, 6);
  expect(management.gzipBytes / management.events).toBeCloseTo(gzip, 6);
});

test('prices that are not known of a region are named', () => {
  expect(guessedPrices('us-east-1', awsBook)).toEqual([]);
  expect(guessedPrices('eu-west-3', awsBook)).toContain('KMS-Requests');
});
