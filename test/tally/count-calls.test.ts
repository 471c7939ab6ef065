/** What was counted equals a recount of the records, for any sequence of calls. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallRefused } from '../../src/api/errors.ts';
import { allCalls } from '../../src/call/call-log.ts';
import type { View } from '../../src/call/view.ts';
import { countsOf, lateCountsOf } from '../../src/tally/counts.ts';
import type { Options, World } from '../support/harness.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, OTHER_ACCOUNT } from '../support/harness.ts';
import { recounted, storedTally } from '../support/recount.ts';

const Bucket = 'photos';

/** A call; some of each kind are refused. */
type Step = (world: World, ids: Ids, options: Options) => Promise<unknown>;

interface Ids {
  readonly KeyId: string;
  readonly OtherKeyId: string;
  /** Pending deletion. */
  readonly DoomedKeyId: string;
  readonly CiphertextBlob: Uint8Array;
}

const Plaintext = Buffer.from('secret');
const Key = 'a';

const steps: Readonly<Record<string, Step>> = {
  encrypt: (world, { KeyId }, options) => world.call('kms', 'Encrypt', { KeyId, Plaintext }, options),
  decrypt: (world, { CiphertextBlob }, options) => world.call('kms', 'Decrypt', { CiphertextBlob }, options),
  reEncrypt: (world, { CiphertextBlob, OtherKeyId }, options) =>
    world.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: OtherKeyId }, options),
  missingKey: (world, _ids, options) => world.call('kms', 'Encrypt', { KeyId: 'alias/none', Plaintext }, options),
  encryptDoomed: (world, { DoomedKeyId }, options) =>
    world.call('kms', 'Encrypt', { KeyId: DoomedKeyId, Plaintext }, options),
  disableDoomed: (world, { DoomedKeyId }, options) => world.call('kms', 'DisableKey', { KeyId: DoomedKeyId }, options),
  changeTrail: (world, _ids, options) => world.call('cloudtrail', 'StopLogging', { Name: 'none' }, options),
  changeBucket: (world, _ids, options) => world.call('s3', 'DeleteBucketCors', { Bucket }, options),
  describe: (world, { KeyId }, options) => world.call('kms', 'DescribeKey', { KeyId }, options),
  random: (world, _ids, options) => world.call('kms', 'GenerateRandom', { NumberOfBytes: 8 }, options),
  put: (world, _ids, options) => world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('12345') }, options),
  putUnderKey: (world, { KeyId }, options) =>
    world.call(
      's3',
      'PutObject',
      { Bucket, Key, Body: Plaintext, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId },
      options,
    ),
  putUnderBucketKey: (world, _ids, options) =>
    world.call(
      's3',
      'PutObject',
      { Bucket, Key, Body: Plaintext, ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true },
      options,
    ),
  putUnderMissingKey: (world, _ids, options) =>
    world.call(
      's3',
      'PutObject',
      { Bucket, Key, Body: Plaintext, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/none' },
      options,
    ),
  putLarge: (world, _ids, options) =>
    world.call('s3', 'PutObject', { Bucket, Key: 'large', Body: Buffer.alloc(200_000) }, options),
  get: async (world, _ids, options) => {
    const { Body } = await world.call('s3', 'GetObject', { Bucket, Key }, options);
    for await (const _ of Body as AsyncIterable<Uint8Array>);
  },
  getUnread: (world, _ids, options) => world.call('s3', 'GetObject', { Bucket, Key }, options),
  getMissing: (world, _ids, options) => world.call('s3', 'GetObject', { Bucket, Key: 'none' }, options),
  remove: (world, _ids, options) => world.call('s3', 'DeleteObject', { Bucket, Key }, options),
  removeSeveral: (world, _ids, options) =>
    world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [{ Key }, { Key: 'b' }] } }, options),
  list: (world, _ids, options) => world.call('s3', 'ListObjectsV2', { Bucket }, options),
  noBucket: (world, _ids, options) => world.call('s3', 'ListObjectsV2', { Bucket: 'nowhere' }, options),
  putMetrics: (world, _ids, options) => {
    const MetricsConfiguration = { Id: 'a', Filter: { Prefix: 'a' } };
    return world.call('s3', 'PutBucketMetricsConfiguration', { Bucket, Id: 'a', MetricsConfiguration }, options);
  },
  removeMetrics: (world, _ids, options) =>
    world.call('s3', 'DeleteBucketMetricsConfiguration', { Bucket, Id: 'a' }, options),
  users: (world, _ids, options) => world.call('iam', 'ListUsers', {}, options),
  broken: (world, _ids, options) => world.call('kms', 'ListAliases', {}, options),
};

/** Ends a call after its record was shown, so that all that share its commit are done again. */
const broken = new Error('a view that fails');
const breaking: View = ({ operation }) => {
  if (operation === 'ListAliases') throw broken;
};

const anyStep = fc.record({
  name: fc.constantFrom(...Object.keys(steps)),
  as: fc.constantFrom('user/admin', 'user/admin', 'user/Ben', `${OTHER_ACCOUNT}:user/admin`),
  grouped: fc.boolean(),
  /** What has passed before it. */
  ms: fc.constantFrom(0, 0, 10, MINUTE, DAY),
});

/** Each twice, by everybody, alone and in groups. */
const everyStep = [...Object.keys(steps), ...Object.keys(steps)].flatMap((name, i) =>
  ['user/admin', 'user/Ben', `${OTHER_ACCOUNT}:user/admin`].map((as) => ({ name, as, grouped: i % 2 === 0, ms: 0 })),
);

/** A world with a key that others may use, a bucket that others may read, and a clock of durations. */
async function newStage(): Promise<{ world: World; ids: Ids }> {
  let ticks = 0;
  const elapsed = () => {
    ticks += 0.137;
    return ticks;
  };
  const world = newWorld({}, { elapsed, views: [breaking] });
  const everyone = { Effect: 'Allow', Principal: { AWS: [ACCOUNT, OTHER_ACCOUNT] }, Action: '*', Resource: '*' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everyone] });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy });
  const other = await world.call('kms', 'CreateKey', { Policy }, { as: `${OTHER_ACCOUNT}:user/admin` });
  const doomed = await world.call('kms', 'CreateKey', { Policy });
  const DoomedKeyId = doomed.KeyMetadata?.Arn ?? '';
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId: DoomedKeyId });
  const KeyId = KeyMetadata?.Arn ?? '';
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  await world.call('iam', 'CreateUser', { UserName: 'Ben' });
  await world.call('s3', 'CreateBucket', { Bucket });
  const shared = { ...everyone, Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`], Action: 's3:*' };
  const EntireBucket = 'EntireBucket';
  await world.call('s3', 'PutBucketMetricsConfiguration', {
    Bucket,
    Id: EntireBucket,
    MetricsConfiguration: { Id: EntireBucket },
  });
  await world.call('s3', 'PutBucketPolicy', {
    Bucket,
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [shared] }),
  });
  return {
    world,
    ids: {
      KeyId,
      OtherKeyId: other.KeyMetadata?.Arn ?? '',
      DoomedKeyId,
      CiphertextBlob: CiphertextBlob ?? Buffer.of(),
    },
  };
}

const tallies = (world: World) => world.transact((tx) => ({ stored: storedTally(tx), again: recounted(tx) }));

test('counts equal a recount of the records', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), async (sequence) => {
      const { world, ids } = await newStage();
      const running: Promise<unknown>[] = [];
      for (const { name, as, grouped, ms } of sequence) {
        world.advance(ms);
        const step = steps[name] ?? (async () => {});
        const done = step(world, ids, { as, grouped }).catch((error: unknown) => {
          if (error !== broken) expect(error).toBeInstanceOf(CallRefused);
        });
        // Those that share a commit are under way at the same time.
        if (grouped) running.push(done);
        else await Promise.all([...running.splice(0), done]);
      }
      await Promise.all(running);
      await world.call('s3', 'ListBuckets', {});
      const { stored, again } = tallies(world);
      expect(stored).toEqual(again);
      for (const name of Object.keys(stored)) seen.add(name.split(' ')[3] ?? '');
    }),
    { numRuns: 40, examples: [[everyStep]] },
  );
  expect([...seen].sort()).toEqual([
    '4xxErrors',
    '5xxErrors',
    'AllRequests',
    'BucketPolicyChanges',
    'BytesDownloaded',
    'BytesUploaded',
    'CallCount',
    'Calls',
    'DeleteRequests',
    'Denials',
    'DiskTime',
    'Duration',
    'EncryptionTime',
    'Errors',
    'FirstByteLatency',
    'GetRequests',
    'KeyChanges',
    'KmsShare',
    'KmsTime',
    'ListRequests',
    'OverRate',
    'PendingDeletionUses',
    'PostRequests',
    'PutRequests',
    'Requests',
    'SparedKmsCalls',
    'SuccessfulRequest',
    'TotalRequestLatency',
    'TrailChanges',
  ]);
});

test('a call is counted when it is answered, and the rest once its body was read', async () => {
  const { world } = await newStage();
  await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('12345') });
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key });
  const recordOf = () => world.transact(allCalls).find(({ operation }) => operation === 'GetObject');
  const planned = recordOf();
  for await (const _ of Body as AsyncIterable<Uint8Array>);
  await world.call('s3', 'ListBuckets', {});
  const read = recordOf();
  if (!planned || !read) expect.fail('the call has no record');
  const late = lateCountsOf(read);
  expect(late.map(({ series: { namespace, metric } }) => `${namespace} ${metric}`).sort()).toEqual([
    'AWS/S3 BytesDownloaded',
    'AWS/S3 TotalRequestLatency',
    'SSEBox BytesDownloaded',
    'SSEBox DiskTime',
    'SSEBox Duration',
    'SSEBox EncryptionTime',
    'SSEBox TotalRequestLatency',
  ]);
  expect(new Set([...countsOf(planned), ...late])).toEqual(new Set(countsOf(read)));
  // The others have nothing that becomes known later.
  const others = world.transact(allCalls).filter(({ operation }) => operation !== 'GetObject');
  expect(others.flatMap(lateCountsOf)).toEqual([]);
});
