import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { ReplicationRule } from '../../src/api/model/s3.types.ts';
import { assemble } from '../../src/assemble.ts';
import type { ReplicationOutcome } from '../../src/s3/replication/replicate-object.ts';
import { replicateQueue } from '../../src/s3/replication/replicate-queue.ts';
import { newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { ROLE } from '../support/replication-role.ts';
import {
  addThird,
  COPY,
  configure,
  looseEndsOf,
  newSetting,
  queueExisting,
  replicate,
  SOURCE,
} from '../support/replication-setting.ts';

test('deleting a bucket removes its rules and its queue: a new one of its name, with any owner, has none', async () => {
  const world = newWorld();
  await newSetting(world);
  const { VersionId } = await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  await world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'k', VersionId });
  await world.call('s3', 'DeleteBucket', { Bucket: SOURCE });
  const other = { as: `${OTHER_ACCOUNT}:user/admin` };
  await world.call('s3', 'CreateBucket', { Bucket: SOURCE }, other);
  expect(await world.refusal('s3', 'GetBucketReplication', { Bucket: SOURCE }, other)).toMatch(
    /^ReplicationConfigurationNotFoundError: /,
  );
  for (const Status of ['Enabled', 'Suspended', 'Enabled'] as const) {
    await world.call('s3', 'PutBucketVersioning', { Bucket: SOURCE, VersioningConfiguration: { Status } }, other);
  }
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('y') }, other);
  expect(await replicate(world)).toEqual([]);
});

const suspend = (world: World) =>
  world.call('s3', 'PutBucketVersioning', { Bucket: COPY, VersioningConfiguration: { Status: 'Suspended' } });
const remove = (world: World) => world.call('s3', 'DeleteBucket', { Bucket: COPY });
const renew = async (world: World) => {
  await remove(world);
  await world.call('s3', 'CreateBucket', { Bucket: COPY });
};

// Amazon S3 User Guide, "Amazon S3 replication failure reasons".
test.for([
  ['is deleted', remove, 'DstBucketNotFound'],
  ['is recreated', renew, 'DstBucketUnversioned'],
  ['suspends versioning', suspend, 'DstBucketUnversioned'],
] as const)('a destination that %s during a replication fails only that one', async ([, change, FailureReason]) => {
  const world = newWorld();
  await newSetting(world);
  for (const Key of ['a', 'b']) {
    await world.call('s3', 'PutObject', { Bucket: SOURCE, Key, Body: Buffer.alloc(1_000_000) });
  }
  await world.reopen();
  const assembly = assemble({ folder: world.folder, environment: world.environment });
  await assembly.load('s3');
  const outcomes = replicateQueue(assembly, { region: 'us-east-1' });
  // Its first transaction is over when this returns; its bytes are not moved yet.
  const first = outcomes.next();
  await change(world);
  expect((await first).value).toMatchObject({ Status: 'GONE' });
  for (const Key of ['a', 'b']) {
    expect((await outcomes.next()).value).toMatchObject({ Status: 'FAILED', Key, FailureReason });
  }
  expect((await outcomes.next()).done).toBe(true);
  await assembly.close();
  expect((await world.call('s3', 'HeadObject', { Bucket: SOURCE, Key: 'a' })).ReplicationStatus).toBe('FAILED');
  expect(await looseEndsOf(world)).toEqual([]);
});

// Amazon S3 User Guide, "Replicating existing objects with Batch Replication", objects that were already replicated.
test('a replicated version is sent to a destination added later when requested, and not twice to the first', async () => {
  const world = newWorld();
  await newSetting(world);
  const { VersionId } = await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  await replicate(world);
  await world.call('s3', 'DeleteObject', { Bucket: COPY, Key: 'k', VersionId });
  await addThird(world, ['first', 'later']);
  expect(await queueExisting(world)).toMatchObject({ Queued: 1 });
  expect((await world.call('s3', 'HeadObject', { Bucket: SOURCE, Key: 'k' })).ReplicationStatus).toBe('PENDING');
  expect(await replicate(world)).toMatchObject([{ Status: 'COMPLETED', DestinationBucket: 'third', VersionId }]);
  expect((await world.call('s3', 'HeadObject', { Bucket: SOURCE, Key: 'k' })).ReplicationStatus).toBe('COMPLETED');
  expect(await queueExisting(world)).toMatchObject({ Queued: 0 });
});

test('a delete marker that failed is replicated when queued again, and then not any more', async () => {
  const world = newWorld();
  await newSetting(world);
  const object = { Bucket: SOURCE, Key: 'k' };
  await world.call('s3', 'PutObject', { ...object, Body: Buffer.from('x') });
  await replicate(world);
  const denial = { RoleName: 'replicator', PolicyName: 'denial' };
  const Statement = [{ Effect: 'Deny', Action: 's3:ReplicateDelete', Resource: '*' }];
  await world.call('iam', 'PutRolePolicy', {
    ...denial,
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
  await world.call('s3', 'DeleteObject', object);
  expect(await replicate(world)).toMatchObject([{ Status: 'FAILED', FailureReason: 'DstDelObjNotPermitted' }]);
  expect(await replicate(world)).toEqual([]);
  await world.call('iam', 'DeleteRolePolicy', denial);
  expect(await queueExisting(world)).toMatchObject({ Queued: 1 });
  expect(await replicate(world)).toMatchObject([{ Status: 'COMPLETED' }]);
  expect(await world.refusal('s3', 'HeadObject', { Bucket: COPY, Key: 'k' })).toMatch(/^NoSuchKey/);
  expect(await queueExisting(world)).toMatchObject({ Queued: 0 });
});

const versioning = (world: World, Status: 'Enabled' | 'Suspended') =>
  world.call('s3', 'PutBucketVersioning', { Bucket: SOURCE, VersioningConfiguration: { Status } });

// Amazon S3 User Guide, "Working with objects in a versioning-suspended bucket": the null version is written anew.
test.for<[string, (world: World) => Promise<unknown>]>([
  ['other bytes', (world) => world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('y') })],
  ['a delete marker', (world) => world.call('s3', 'DeleteObject', { Bucket: SOURCE, Key: 'k' })],
])('a null version that waits and has become %s meanwhile is not replicated', async ([, change]) => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  const withoutRules = async (work: () => Promise<unknown>) => {
    await world.call('s3', 'DeleteBucketReplication', { Bucket: SOURCE });
    await versioning(world, 'Suspended');
    await work();
    await versioning(world, 'Enabled');
    await configure(world, keyArn, {});
  };
  await withoutRules(() => world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') }));
  expect(await queueExisting(world)).toMatchObject({ Queued: 1 });
  await withoutRules(() => change(world));
  expect(await replicate(world)).toEqual([{ Status: 'GONE', Bucket: SOURCE }]);
  const { Versions, DeleteMarkers } = await world.call('s3', 'ListObjectVersions', { Bucket: COPY });
  expect([Versions, DeleteMarkers]).toEqual([undefined, undefined]);
});

// Numbers of the queue are given again: a slow worker may come back to another version's.
test('a version whose place in the queue another has by now is not taken for that one', async () => {
  const world = newWorld();
  await newSetting(world);
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'slow', Body: Buffer.alloc(1_000_000) });
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'later', Body: Buffer.from('x') });
  await world.reopen();
  const assembly = assemble({ folder: world.folder, environment: world.environment });
  await assembly.load('s3');
  const outcomes = replicateQueue(assembly, { region: 'us-east-1' });
  // Its first transaction is over when this returns; its bytes are not moved yet.
  const first = outcomes.next();
  world.transact((tx) => {
    const later = tx.replicationTasks.get([SOURCE, 2]) ?? expect.fail('there is no such task');
    tx.replicationTasks.put([SOURCE, 1], later);
    tx.replicationTasks.remove([SOURCE, 2]);
  });
  expect((await first).value).toMatchObject({ Status: 'GONE' });
  expect((await outcomes.next()).value).toMatchObject({ Status: 'COMPLETED', Key: 'later' });
  await outcomes.return(undefined);
  await assembly.close();
  const { Versions } = await world.call('s3', 'ListObjectVersions', { Bucket: COPY });
  expect(Versions?.map(({ Key }) => Key)).toEqual(['later']);
  expect(await looseEndsOf(world)).toEqual([]);
});

/** Two rules for objects under KMS keys, to `COPY` and to a bucket `third`. */
async function configureTwo(world: World, keyArn: string): Promise<void> {
  await addThird(world, ['first', 'second']);
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const rule = (bucket: string, ID: string, Priority: number, ReplicaKmsKeyID: string): ReplicationRule => ({
    ID,
    Priority,
    Status: 'Enabled',
    Filter: {},
    DeleteMarkerReplication: { Status: 'Disabled' },
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
    Destination: { Bucket: `arn:aws:s3:::${bucket}`, EncryptionConfiguration: { ReplicaKmsKeyID } },
  });
  const Rules = [rule(COPY, 'first', 1, keyArn), rule('third', 'second', 2, KeyMetadata?.Arn ?? '')];
  await world.call('s3', 'PutBucketReplication', {
    Bucket: SOURCE,
    ReplicationConfiguration: { Role: ROLE, Rules },
  });
}

test('a destination that KMS throttles waits behind the other ones, and each is reached once', async () => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  await configureTwo(world, keyArn);
  const object = { Bucket: SOURCE, Key: 'k' };
  await world.call('s3', 'PutObject', { ...object, Body: Buffer.from('x'), ServerSideEncryption: 'aws:kms' });
  await world.reopen();
  const assembly = assemble({
    folder: world.folder,
    environment: world.environment,
    throttle: ({ region }, { service }) => {
      // Where the first destination has its key.
      if (service === 'kms' && region === 'eu-west-1') throw new AwsError('ThrottlingException', 'Rate exceeded');
    },
  });
  await assembly.load('s3');
  const outcomes: ReplicationOutcome[] = [];
  for await (const outcome of replicateQueue(assembly, { region: 'us-east-1' })) outcomes.push(outcome);
  await assembly.close();
  expect(outcomes).toMatchObject([{ Status: 'PENDING', RuleId: 'first', FailureReason: 'DstPutObjectNotPermitted' }]);
  expect((await world.call('s3', 'HeadObject', object)).ReplicationStatus).toBe('PENDING');
  expect(await replicate(world)).toMatchObject([
    { Status: 'COMPLETED', RuleId: 'second' },
    { Status: 'COMPLETED', RuleId: 'first' },
  ]);
  expect((await world.call('s3', 'HeadObject', object)).ReplicationStatus).toBe('COMPLETED');
  expect(await replicate(world)).toEqual([]);
});
