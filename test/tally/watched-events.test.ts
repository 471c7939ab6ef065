/** Events that AWS's controls set alarms on: which calls they are, for whom, and by which key. */

import { expect, test } from 'vitest';
import { operationNames } from '../../src/api/model/loader.ts';
import { setQuota } from '../../src/quotas/settings.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { watchedEvents } from '../../src/tally/watched-events.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { storedTally } from '../support/recount.ts';

const recordOf = (service: string, operation: string): CallRecord => ({
  eventId: 'e',
  requestId: 'r',
  timeMs: 0,
  recipient: ACCOUNT,
  region: 'us-east-1',
  service,
  operation,
  caller: { type: 'IAMUser' },
  parameters: null,
  response: null,
  resources: [],
  durationMs: 1,
});

// Security Hub CSPM User Guide, CloudWatch.5, CloudWatch.7 and CloudWatch.8: the filters, which name events. S3 logs
// PutBucketLifecycleConfiguration as PutBucketLifecycle.
test.for([
  ['cloudtrail', 'TrailChanges', 'CreateTrail DeleteTrail StartLogging StopLogging UpdateTrail'],
  ['kms', 'KeyChanges', 'DisableKey ScheduleKeyDeletion'],
  [
    's3',
    'BucketPolicyChanges',
    'DeleteBucketCors DeleteBucketLifecycle DeleteBucketPolicy DeleteBucketReplication PutBucketAcl PutBucketCors PutBucketLifecycle PutBucketLifecycleConfiguration PutBucketPolicy PutBucketReplication',
  ],
  ['iam', 'nothing', ''],
] as const)('of %s, %s counts what AWS filters', ([service, metric, operations]) => {
  const counted = operationNames(service).flatMap((operation) =>
    watchedEvents(recordOf(service, operation), { owner: undefined, keys: [] }).map((event) => ({ operation, event })),
  );
  expect(counted.map(({ operation }) => operation).join(' ')).toBe(operations);
  for (const { event } of counted) expect(event).toEqual({ metric, account: ACCOUNT, dimensions: [{}] });
});

/** The sums of the series of a metric, by account and dimensions. */
const sums = (world: World, metric: string): Record<string, number> =>
  world.transact((tx) =>
    Object.fromEntries(
      Object.entries(storedTally(tx, Number.MAX_SAFE_INTEGER)).flatMap(([name, { sum }]) => {
        const [account, , , of, ...dimensions] = name.split(' ').slice(0, -1);
        return of === metric ? [[[account, ...dimensions].join(' '), sum] as const] : [];
      }),
    ),
  );

test('a use of a key that is pending deletion counts for its account and for the key, and other failures do not', async () => {
  const world = newWorld();
  const newKey = async () => (await world.call('kms', 'CreateKey', {})).KeyMetadata?.Arn ?? '';
  const [KeyId, disabled] = [await newKey(), await newKey()];
  const Plaintext = Buffer.from('secret');
  const { CiphertextBlob = Buffer.of() } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  await world.call('s3', 'CreateBucket', { Bucket: 'docs' });
  const under = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId } as const;
  await world.call('s3', 'PutObject', { Bucket: 'docs', Key: 'a', Body: Plaintext, ...under });
  await world.call('kms', 'DisableKey', { KeyId: disabled });
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId });
  await world.refusal('kms', 'Encrypt', { KeyId: disabled, Plaintext });
  await world.refusal('kms', 'CancelKeyDeletion', { KeyId: disabled });
  expect(sums(world, 'PendingDeletionUses')).toEqual({});
  await world.refusal('kms', 'Decrypt', { CiphertextBlob });
  // The key is found in a call about two, and behind S3.
  await world.refusal('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: await newKey() });
  await world.refusal('s3', 'GetObject', { Bucket: 'docs', Key: 'a' });
  expect(sums(world, 'PendingDeletionUses')).toEqual({ [ACCOUNT]: 3, [`${ACCOUNT} KeyArn ${KeyId}`]: 3 });
});

test('changes of keys count for the account and by key, whether they succeed or not', async () => {
  const world = newWorld();
  const KeyId = (await world.call('kms', 'CreateKey', {})).KeyMetadata?.Arn ?? '';
  await world.call('kms', 'DisableKey', { KeyId });
  await world.call('kms', 'EnableKey', { KeyId });
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId });
  await world.refusal('kms', 'DisableKey', { KeyId });
  expect(sums(world, 'KeyChanges')).toEqual({ [ACCOUNT]: 3, [`${ACCOUNT} KeyArn ${KeyId}`]: 3 });
});

test("changes of a bucket count for its owner, changes of a trail for the caller's account", async () => {
  const world = newWorld();
  const other = { as: `${OTHER_ACCOUNT}:user/admin` };
  await world.call('s3', 'CreateBucket', { Bucket: 'docs' });
  await world.call('s3', 'DeleteBucketPolicy', { Bucket: 'docs' });
  await world.refusal('s3', 'DeleteBucketPolicy', { Bucket: 'docs' }, other);
  await world.refusal('cloudtrail', 'StopLogging', { Name: 'none' }, other);
  expect(sums(world, 'BucketPolicyChanges')).toEqual({ [ACCOUNT]: 2 });
  expect(sums(world, 'TrailChanges')).toEqual({ [OTHER_ACCOUNT]: 1 });
});

test('denials also count for the account, so that one alarm can watch them', async () => {
  const world = newWorld();
  const as = 'user/Ben';
  await world.call('iam', 'CreateUser', { UserName: 'Ben' });
  await world.refusal('kms', 'ListKeys', {}, { as });
  await world.refusal('iam', 'ListUsers', {}, { as });
  expect(sums(world, 'Denials')).toEqual({ [ACCOUNT]: 2 });
});

test('calls over a rate count by service, whether they were throttled or only observed', async () => {
  const world = newWorld();
  // The rate of CreateKey is 5 a second.
  for (let i = 0; i < 7; i += 1) await world.call('kms', 'CreateKey', {});
  expect(sums(world, 'OverRate')).toEqual({ [`${ACCOUNT} Service kms`]: 2 });
  expect(sums(world, 'Throttles')).toEqual({});
  const place = { account: ACCOUNT, region: 'us-east-1', service: 'kms' } as const;
  world.transact((tx) => {
    for (const name of ['CreateKey', 'ListKeys']) setQuota({ ...place, name }, 0, tx);
  });
  await world.refusal('kms', 'CreateKey', {});
  await world.refusal('kms', 'ListKeys', {});
  expect(sums(world, 'OverRate')).toEqual({ [`${ACCOUNT} Service kms`]: 4 });
});
