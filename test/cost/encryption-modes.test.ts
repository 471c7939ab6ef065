import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Burst, bucketUse } from '../../src/cost/bucket-use.ts';
import { bucketKeyCalls, modeCosts } from '../../src/cost/encryption-modes.ts';
import { awsBook } from '../../src/cost/price-book.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START } from '../support/harness.ts';

const LIFE = 5 * MINUTE;

/** Requests in minutes: so many in each. */
const minutes = (counts: Readonly<Record<number, number>>): Burst[] =>
  Object.entries(counts).map(([minute, count]) => {
    const startMs = Number(minute) * MINUTE;
    return { startMs, endMs: startMs + MINUTE, count };
  });

interface Scene {
  readonly title: string;
  readonly writes: Readonly<Record<number, number>>;
  readonly reads: Readonly<Record<number, number>>;
  readonly requesters: number;
  readonly calls: number;
}

const scenes: readonly Scene[] = [
  { title: 'nothing', writes: {}, reads: {}, requesters: 1, calls: 0 },
  { title: 'a thousand writes in one life', writes: { 0: 1000 }, reads: {}, requesters: 1, calls: 1 },
  {
    title: 'a life begins with the first write after the last one',
    writes: { 0: 5, 4: 5, 5: 5, 9: 5, 11: 5 },
    reads: {},
    requesters: 1,
    calls: 3,
  },
  {
    title: 'reads of what was written under one key',
    writes: { 0: 10 },
    reads: { 0: 10, 7: 10 },
    requesters: 1,
    calls: 3,
  },
  { title: 'reads of what was written earlier', writes: {}, reads: { 0: 100 }, requesters: 1, calls: 1 },
  {
    title: 'many reads under each of four keys',
    writes: { 0: 1, 10: 1, 20: 1, 30: 1 },
    reads: { 40: 1000 },
    requesters: 1,
    calls: 8,
  },
  {
    title: 'one read under one of four keys',
    writes: { 0: 1, 10: 1, 20: 1, 30: 1 },
    reads: { 40: 1 },
    requesters: 1,
    calls: 5,
  },
  { title: 'each of ten requesters', writes: { 0: 1000 }, reads: {}, requesters: 10, calls: 10 },
  { title: 'more requesters than requests', writes: { 0: 5 }, reads: {}, requesters: 1_000_000, calls: 5 },
  {
    title: 'requesters who each read under each key',
    writes: { 0: 1000, 10: 1000 },
    reads: { 20: 100_000 },
    requesters: 10,
    calls: 20 + 200,
  },
];

test.for(scenes)('KMS requests with a bucket key: $title', ({ writes, reads, requesters, calls }) => {
  const use = { writes: minutes(writes), reads: minutes(reads), readBytes: 0 };
  expect(bucketKeyCalls(use, { requesters, lifeMs: LIFE })).toBe(calls);
});

test('an hour of many requests has as many lives as fit into it', () => {
  const hour = [{ startMs: 0, endMs: 60 * MINUTE, count: 10_000 }];
  expect(bucketKeyCalls({ writes: hour, reads: [], readBytes: 0 }, { requesters: 1, lifeMs: LIFE })).toBe(12);
  expect(bucketKeyCalls({ writes: hour, reads: [], readBytes: 0 }, { requesters: 1, lifeMs: 0 })).toBe(10_000);
});

test.for([
  ['half a request', 0.5, LIFE, 1],
  ['two and a half in an hour', 2.5, LIFE, 3],
  ['two and a half without a life', 2.5, 0, 3],
  ['billions without a life', 5e9, 0, 5e9],
] as const)('requests may be the share that a prefix has of them: %s', ([, count, lifeMs, calls]) => {
  const hour = [{ startMs: 0, endMs: 60 * MINUTE, count }];
  // As many requesters as there can be, so that each request needs a call.
  const keys = { requesters: 1e15, lifeMs };
  expect(bucketKeyCalls({ writes: hour, reads: [], readBytes: 0 }, keys)).toBe(calls);
});

test('a bucket key never needs more requests than there are without one', () => {
  const bursts = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 500 })))
    .map((pairs) => minutes(Object.fromEntries(pairs)).sort((one, other) => one.startMs - other.startMs));
  fc.assert(
    fc.property(bursts, bursts, fc.integer({ min: 1, max: 1000 }), (writes, reads, requesters) => {
      const use = { writes, reads, readBytes: 0 };
      const all = [...writes, ...reads].reduce((sum, { count }) => sum + count, 0);
      expect(bucketKeyCalls(use, { requesters, lifeMs: LIFE })).toBeLessThanOrEqual(all);
    }),
  );
});

test('the modes cost what differs between them', () => {
  const use = { writes: minutes({ 0: 500_000 }), reads: minutes({ 1: 500_000 }), readBytes: 100 * 2 ** 30 };
  const costs = modeCosts(use, { requesters: 1, lifeMs: LIFE }, { region: 'us-east-1', months: 1, book: awsBook });
  expect(costs.map(({ mode, ...rest }) => [mode, ...Object.values(rest)])).toEqual([
    ['SSE-S3', 0, 0, 0, 0],
    ['SSE-KMS', 1_000_000, 3, 0, 1],
    ['SSE-KMS with a bucket key', 2, 0.000006, 0, 1],
    ['DSSE-KMS', 1_000_000, 3, 0.3, 1],
  ]);
});

/** What S3 here really asks of KMS, and what is calculated from the counters afterwards. */
test.for([
  ['SSE-KMS', false],
  ['SSE-KMS with a bucket key', true],
] as const)('what is calculated for %s is what S3 asked for', async ([mode, BucketKeyEnabled]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  for (let i = 0; i < 12; i += 1) {
    const Key = `${i}`;
    const put = { Bucket: 'photos', ServerSideEncryption: 'aws:kms', BucketKeyEnabled } as const;
    await world.call('s3', 'PutObject', { ...put, Key, Body: Buffer.from('hello') });
    world.advance(i < 6 ? 1000 : 7 * MINUTE);
  }
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 12; i += 1) {
      const { Body } = await world.call('s3', 'GetObject', { Bucket: 'photos', Key: `${i}` });
      for await (const _ of Body as AsyncIterable<Uint8Array>);
    }
    world.advance(6 * MINUTE);
  }
  // What was read last is counted with the next call.
  await world.call('iam', 'ListUsers', {});
  const asked = world.transact(
    (tx) => [...tx.managementCalls.range()].filter(({ value }) => value[2] === 'kms').length,
  );
  const between = { startMs: START - DAY, endMs: world.environment.now() };
  const place = { account: ACCOUNT, region: 'us-east-1', bucket: 'photos' } as const;
  const use = world.transact((tx) => bucketUse(place, between, tx));
  expect([use.writes, use.reads].map((bursts) => bursts.reduce((all, { count }) => all + count, 0))).toEqual([12, 36]);
  expect(use.readBytes).toBe(36 * 5);
  const keys = { requesters: 1, lifeMs: LIFE };
  const costs = modeCosts(use, keys, { region: 'us-east-1', months: 1, book: awsBook });
  const calculated = costs.find((each) => each.mode === mode)?.kmsRequests ?? 0;
  // The first call creates the key aws/s3, which is not a request of S3's.
  expect(Math.abs(calculated - asked)).toBeLessThanOrEqual(2);
});
