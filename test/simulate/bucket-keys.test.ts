/** How often S3 asks KMS with bucket keys: the model against our own S3, and its closed form against the model. */

import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import {
  countLevelKeyCalls,
  expectedLevelKeyCalls,
  lastLevelKeyCalls,
  type ObjectTraffic,
  operationsOf,
} from '../../src/simulate/bucket-keys.ts';
import { seededChance } from '../../src/simulate/chance.ts';
import { newWorld, START } from '../support/harness.ts';

const LIFE_S = 300;
const requesters = ['user/admin', 'user/ana', 'user/bob'];
const buckets = ['photos', 'reports'];

const traffic: ObjectTraffic = {
  writesPerSecond: 0.02,
  readsPerSecond: 0.05,
  requesters: requesters.length,
  pairs: buckets.length,
  lifeS: LIFE_S,
  seconds: 7200,
};

test('S3 calls KMS exactly as often as the model says', async () => {
  const world = newWorld({ bucketKeyLifetimeMs: LIFE_S * 1000 });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  for (const UserName of ['ana', 'bob']) {
    await world.call('iam', 'CreateUser', { UserName });
    await world.call('iam', 'PutUserPolicy', { UserName, PolicyName: 'all', PolicyDocument });
  }
  for (const Bucket of buckets) {
    await world.call('s3', 'CreateBucket', { Bucket });
    const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
    const ApplyServerSideEncryptionByDefault = {
      SSEAlgorithm: 'aws:kms',
      KMSMasterKeyID: KeyMetadata?.Arn,
    } as const;
    await world.call('s3', 'PutBucketEncryption', {
      Bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }] },
    });
  }
  const operations = [...operationsOf(traffic, seededChance(11))];
  expect(operations.length).toBeGreaterThan(400);
  const before = world.transact(allCalls).length;
  const written: { readonly Bucket: string; readonly Key: string }[] = [];
  let clockMs = 0;
  for (const operation of operations) {
    world.advance(operation.atMs - clockMs);
    clockMs = operation.atMs;
    const as = requesters[operation.requester] ?? '';
    if (operation.kind === 'write') {
      const place = { Bucket: buckets[operation.pair] ?? '', Key: `${written.length}` };
      await world.call('s3', 'PutObject', { ...place, Body: Buffer.from('text') }, { as });
      written.push(place);
    } else {
      const { Body } = await world.call('s3', 'GetObject', written[operation.object] ?? { Bucket: '', Key: '' }, {
        as,
      });
      for await (const _ of Body ?? []);
    }
  }
  const calls = world.transact(allCalls).slice(before);
  const countOf = (operation: string) => calls.filter((call) => call.operation === operation).length;
  const counted = countLevelKeyCalls(operations, LIFE_S * 1000);
  expect(calls.every(({ error, timeMs }) => error === undefined && timeMs >= START)).toBe(true);
  expect({ generateDataKey: countOf('GenerateDataKey'), decrypt: countOf('Decrypt') }).toEqual(counted);
  // A tenth of the calls spared, and not all of them: the comparison is about both.
  expect(counted.generateDataKey).toBeLessThan(countOf('PutObject') * 0.9);
  expect(counted.decrypt).toBeLessThan(countOf('GetObject') * 0.95);
  const expected = expectedLevelKeyCalls(traffic);
  expect(counted.generateDataKey / expected.generateDataKey).toBeCloseTo(1, 0);
  expect(counted.decrypt / expected.decrypt).toBeCloseTo(1, 0);
});

const hour = 3600;

test.for([
  ['one requester, who writes as often as it reads', { requesters: 1, pairs: 1 }],
  ['several requesters', { requesters: 5, pairs: 1 }],
  ['several buckets', { requesters: 5, pairs: 4 }],
  [
    'few writes, so that each has a key of its own',
    { writesPerSecond: 0.01, requesters: 3, pairs: 2, seconds: 30 * hour },
  ],
  ['a short life', { writesPerSecond: 2, readsPerSecond: 0.5, lifeS: 60, requesters: 3, pairs: 2 }],
  ['no life at all', { lifeS: 0, requesters: 3, pairs: 2 }],
  ['less than a life', { readsPerSecond: 0, requesters: 3, pairs: 2, seconds: 200 }],
] as const satisfies readonly (readonly [string, Partial<ObjectTraffic>])[])(
  'what is expected is what is counted on average: %s',
  ([, changes]) => {
    const usual = { writesPerSecond: 1, readsPerSecond: 1, lifeS: LIFE_S, seconds: 20 * hour };
    const each: ObjectTraffic = { ...usual, ...changes };
    const runs = [1, 2, 3].map((seed) => countLevelKeyCalls(operationsOf(each, seededChance(seed)), each.lifeS * 1000));
    const expected = expectedLevelKeyCalls(each);
    const mean = (of: 'generateDataKey' | 'decrypt') => runs.reduce((sum, run) => sum + run[of], 0) / runs.length;
    for (const of of ['generateDataKey', 'decrypt'] as const) {
      expect(Math.abs(mean(of) - expected[of])).toBeLessThanOrEqual(0.01 * expected[of] + Math.sqrt(expected[of]) + 1);
    }
  },
);

test('the more was written, the more reads ask KMS; at the end it is what the last day shows', () => {
  const of = (days: number): ObjectTraffic => ({
    writesPerSecond: 50,
    readsPerSecond: 50,
    requesters: 10,
    pairs: 1,
    lifeS: LIFE_S,
    seconds: days * 86_400,
  });
  const shares = [1, 10, 100, 1000].map((days) => lastLevelKeyCalls(of(days)).decrypt / 50);
  // A requester's key has 1 + 5 × 300 objects. Each is read 5 / (50 × seconds of writing) times a second by a reader.
  const half = (1501 * 300 * 5) / 50;
  const expected = [1, 10, 100, 1000].map((days) => (days * 86_400) / (days * 86_400 + half));
  for (const [i, share] of shares.entries()) expect(share).toBeCloseTo(expected[i] ?? 0, 3);
  const [whole, but] = [30, 29].map((days) => expectedLevelKeyCalls(of(days)).decrypt);
  expect(((whole ?? 0) - (but ?? 0)) / 86_400 / lastLevelKeyCalls(of(30)).decrypt).toBeCloseTo(1, 1);
});

test('where nothing is written, reads are of what was written before', () => {
  const reading: ObjectTraffic = {
    writesPerSecond: 0,
    readsPerSecond: 10,
    requesters: 2,
    pairs: 3,
    lifeS: LIFE_S,
    seconds: 10 * hour,
  };
  // Each of two readers asks for six bucket-level keys, each once in five minutes and 1.2 seconds.
  expect(expectedLevelKeyCalls(reading).decrypt).toBeCloseTo((10 * hour * 12) / (LIFE_S + 1.2), 3);
  expect(expectedLevelKeyCalls(reading).generateDataKey).toBe(0);
});
