import { expect, test } from 'vitest';
import { callAt } from '../../src/call/call-log.ts';
import { task } from '../../src/call/task.ts';
import type { ServiceCaller } from '../../src/policy/caller.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import type { Tx } from '../../src/store/tables.ts';
import { makeKey } from '../kms/made-keys.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';
import { newSetting, replicate, SOURCE } from '../support/replication-setting.ts';
import { newTrail } from '../support/trail-bucket.ts';

/** The records that wait for a trail, in their order, from the position of the first one. */
function queued(number: number, world: World): CallRecord[] {
  return world.transact((tx) =>
    [...tx.trailQueue.under([number])].map(({ value: [recipient, region, timeMs, eventId] }) => {
      const call = callAt([recipient, region, timeMs, eventId], tx);
      return call ?? expect.fail(`there is no record of ${eventId}`);
    }),
  );
}

const namesIn = (number: number, world: World): string[] => queued(number, world).map(({ operation }) => operation);

const positions = (number: number, world: World): number[] =>
  world.transact((tx) => [...tx.trailQueue.under([number])].map(({ key }) => key[1]));

const DATA = { EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }] };

test('a trail has what happens from StartLogging on, up to StopLogging', async () => {
  const world = newWorld();
  const number = await newTrail(world);
  await world.call('kms', 'ListKeys', {});
  await world.refusal('kms', 'DescribeKey', { KeyId: 'nothing' });
  await world.call('s3', 'PutObject', { Bucket: 'logs-of-audit', Key: 'k', Body: Buffer.from('x') });
  await world.call('cloudtrail', 'StopLogging', { Name: 'audit' });
  await world.call('kms', 'ListAliases', {});
  expect(namesIn(number, world)).toEqual(['StartLogging', 'ListKeys', 'DescribeKey']);
  expect(positions(number, world)).toEqual([1, 2, 3]);
  await world.call('cloudtrail', 'StartLogging', { Name: 'audit' });
  // What waited since it was stopped has been delivered.
  expect([positions(number, world), namesIn(number, world)]).toEqual([[4], ['StartLogging']]);
});

test("a row has the machine's time, whatever the clock of the store says", async () => {
  const world = newWorld();
  const number = await newTrail(world);
  world.transact((tx: Tx) => tx.facts.put(['clock'], { offsetMs: 365 * DAY }));
  world.advance(MINUTE);
  await world.call('kms', 'ListKeys', {});
  const [, [, , timeMs, , machineMs] = []] = world.transact((tx) =>
    [...tx.trailQueue.under([number])].map(({ value }) => value),
  );
  expect([timeMs, machineMs]).toEqual([START + MINUTE + 365 * DAY, START + MINUTE]);
});

test('calls that share a commit stand in the order in which they were written, each once', async () => {
  const world = newWorld();
  const number = await newTrail(world);
  const KeyId = await makeKey(world);
  const Plaintext = Buffer.from('x');
  await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      i % 7 === 0
        ? world.refusal('kms', 'DescribeKey', { KeyId: `nothing-${i}` }, { grouped: true })
        : world.call('kms', 'Encrypt', { KeyId, Plaintext }, { grouped: true }),
    ),
  );
  const names = namesIn(number, world);
  expect(names.slice(0, 2)).toEqual(['StartLogging', 'CreateKey']);
  expect(names.slice(2)).toHaveLength(200);
  expect(new Set(queued(number, world).map(({ eventId }) => eventId)).size).toBe(202);
  expect(positions(number, world)).toEqual(Array.from({ length: 202 }, (_, i) => i + 1));
  expect(world.transact((tx) => tx.trailQueueEnds.get([number]))).toBe(203);
});

test('what services did by themselves at an earlier time comes after what was written before', async () => {
  const world = newWorld();
  const number = await newTrail(world);
  const KeyId = await makeKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
  world.advance(100 * DAY);
  await world.call('s3', 'ListBuckets', {});
  await world.call('kms', 'ListKeys', {});
  const all = queued(number, world);
  expect(all.map(({ operation }) => operation)).toEqual([
    'StartLogging',
    'CreateKey',
    'EnableKeyRotation',
    'RotateKey',
    'ListBuckets',
    'ListKeys',
  ]);
  const [, , , rotated, listed] = all;
  expect([rotated?.timeMs, listed?.timeMs]).toEqual([START + 90 * DAY, START + 100 * DAY]);
});

test("data events only if its selectors want them; S3's calls to KMS are management events", async () => {
  const world = newWorld();
  const number = await newTrail(world);
  const put = (Key: string) =>
    world.call('s3', 'PutObject', {
      Bucket: 'logs-of-audit',
      Key,
      Body: Buffer.from('x'),
      ServerSideEncryption: 'aws:kms',
    });
  await put('a');
  await world.call('cloudtrail', 'PutEventSelectors', { TrailName: 'audit', ...DATA });
  await put('b');
  const names = namesIn(number, world);
  expect(names).toEqual([
    'StartLogging',
    ...names.slice(1, names.indexOf('GenerateDataKey')),
    'GenerateDataKey',
    'PutEventSelectors',
    'GenerateDataKey',
    'PutObject',
  ]);
  expect(names.slice(1, names.indexOf('GenerateDataKey'))).not.toContain('PutObject');
});

test('S3 does not log the tasks of replication, which are no operations', async () => {
  const world = newWorld();
  const number = await newTrail(world, 'audit', { IsMultiRegionTrail: true });
  await world.call('cloudtrail', 'PutEventSelectors', { TrailName: 'audit', ...DATA });
  await newSetting(world);
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  await replicate(world);
  expect(world.transact((tx) => [...tx.dataCalls.range()].length)).toBeGreaterThan(1);
  expect(namesIn(number, world)).toContain('PutObject');
  expect(namesIn(number, world)).not.toContain('ReplicateObject');
});

test("its own deliveries, and S3's calls to KMS for them, are not for any trail", async () => {
  const world = newWorld();
  const number = await newTrail(world);
  await world.call('cloudtrail', 'PutEventSelectors', { TrailName: 'audit', ...DATA });
  const deliver = task('s3', 'Deliver', {
    caller: () => (): ServiceCaller => ({ kind: 'service', name: 'cloudtrail.amazonaws.com' }),
    resolve: (Key: string) => Key,
    run: (Key, _input, call) =>
      void call.invoke('s3', 'PutObject', {
        Bucket: 'logs-of-audit',
        Key: `AWSLogs/${ACCOUNT}/${Key}`,
        Body: Buffer.from('x'),
        ACL: 'bucket-owner-full-control',
      }),
    parameters: () => ({}),
  });
  await world.perform(deliver as never, 'k');
  expect(world.transact((tx) => [...tx.dataCalls.range()].length)).toBeGreaterThan(0);
  expect(namesIn(number, world)).toEqual(['StartLogging', 'PutEventSelectors']);
});

test('a trail has its region, or all; global services if it includes them', async () => {
  const world = newWorld();
  const there = { region: 'eu-west-1' } as const;
  const all = await newTrail(world, 'all', { IsMultiRegionTrail: true });
  const local = await newTrail(world, 'local', { IncludeGlobalServiceEvents: false });
  const abroad = await newTrail(world, 'abroad', {}, there);
  const before = [all, local, abroad].map((number) => positions(number, world).length);
  await world.call('kms', 'ListKeys', {});
  await world.call('kms', 'ListAliases', {}, there);
  await world.call('iam', 'ListUsers', {});
  const since = (number: number, i: number) => namesIn(number, world).slice(before[i]);
  expect([all, local, abroad].map(since)).toEqual([
    ['ListKeys', 'ListAliases', 'ListUsers'],
    ['ListKeys'],
    ['ListAliases'],
  ]);
});

test('the trails of another account have its copies alone', async () => {
  const world = newWorld();
  const own = await newTrail(world);
  const as = `${OTHER_ACCOUNT}:user/admin`;
  await world.call('s3', 'CreateBucket', { Bucket: 'theirs' }, { as });
  const Resource = ['arn:aws:s3:::logs-of-audit'];
  const allow = (Action: string, Principal: object) => ({ Effect: 'Allow', Principal, Action, Resource });
  const Policy = JSON.stringify({
    Statement: [allow('s3:GetBucketAcl', { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` })],
  });
  await world.call('s3', 'PutBucketPolicy', { Bucket: 'logs-of-audit', Policy });
  const before = namesIn(own, world).length;
  await world.call('kms', 'ListKeys', {}, { as });
  await world.call('s3', 'GetBucketAcl', { Bucket: 'logs-of-audit' }, { as });
  const [copy, ...others] = queued(own, world).slice(before);
  expect(others).toEqual([]);
  expect(copy).toMatchObject({ operation: 'GetBucketAcl', recipient: ACCOUNT, caller: { accountId: OTHER_ACCOUNT } });
});

test('what is undone is in no queue', async () => {
  const world = newWorld();
  const number = await newTrail(world);
  const before = positions(number, world);
  expect(await world.explain('kms', 'CreateKey', {})).toMatchObject({ refusal: undefined });
  expect(positions(number, world)).toEqual(before);
});

test('a deleted trail keeps what waits for it, and one for which nothing waits is gone', async () => {
  const world = newWorld();
  const number = await newTrail(world);
  await world.call('cloudtrail', 'DeleteTrail', { Name: 'audit' });
  await world.call('kms', 'ListKeys', {});
  expect(namesIn(number, world)).toEqual(['StartLogging']);
  expect(world.transact((tx) => tx.trails.get([number]))).toMatchObject({ isLogging: false, deletedMs: START });
  await world.call('cloudtrail', 'CreateTrail', { Name: 'idle', S3BucketName: 'logs-of-audit' });
  await world.call('cloudtrail', 'DeleteTrail', { Name: 'idle' });
  expect(world.transact((tx) => [...tx.trails.range()].map(({ key }) => key[0]))).toEqual([number]);
});
