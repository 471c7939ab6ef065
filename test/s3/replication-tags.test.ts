/** New tags of what was replicated: Amazon S3 User Guide, "What does Amazon S3 replicate?", object tags. */

import { expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';
import { ROLE } from '../support/replication-role.ts';
import { COPY, newSetting, queueExisting, replicate, SOURCE } from '../support/replication-setting.ts';

const NEW = [{ Key: 'turn', Value: '2' }];

const tag = (world: World, Bucket: string, TagSet = NEW) =>
  world.call('s3', 'PutObjectTagging', { Bucket, Key: 'k', Tagging: { TagSet } });
const tagsOf = async (world: World, Bucket: string) =>
  (await world.call('s3', 'GetObjectTagging', { Bucket, Key: 'k' })).TagSet;
const statusOf = async (world: World, Bucket: string) =>
  (await world.call('s3', 'HeadObject', { Bucket, Key: 'k' })).ReplicationStatus;
const put = (world: World) =>
  world.call('s3', 'PutObject', {
    Bucket: SOURCE,
    Key: 'k',
    Body: Buffer.from('x'),
    Tagging: 'turn=1',
    ServerSideEncryption: 'aws:kms',
  });

/** What the role may not do from now on. */
const deny = (world: World, Action: readonly string[]) =>
  world.call('iam', 'PutRolePolicy', {
    RoleName: 'replicator',
    PolicyName: 'denial',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action, Resource: '*' }],
    }),
  });

test('only the tags are sent: the replica stays, and no object or key permission is needed', async () => {
  const world = newWorld();
  await newSetting(world);
  await put(world);
  await replicate(world);
  const before = await world.call('s3', 'HeadObject', { Bucket: COPY, Key: 'k' });
  await deny(world, ['s3:ReplicateObject', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 'kms:*']);
  for (const TagSet of [NEW, []]) {
    await tag(world, SOURCE, TagSet);
    expect(await statusOf(world, SOURCE)).toBe('PENDING');
    expect(await replicate(world)).toMatchObject([{ Status: 'COMPLETED' }]);
    expect(await tagsOf(world, COPY)).toEqual(TagSet);
  }
  const { TagCount: _, ...rest } = before;
  expect(await world.call('s3', 'HeadObject', { Bucket: COPY, Key: 'k' })).toEqual(rest);
  expect(await statusOf(world, SOURCE)).toBe('COMPLETED');
});

test.for([
  ['s3:GetObjectVersionTagging', 'SrcGetTaggingNotPermitted'],
  ['s3:ReplicateTags', 'DstPutTaggingNotPermitted'],
] as const)(
  'without %s they are not sent: %s, until that is fixed and they are queued again',
  async ([action, FailureReason]) => {
    const world = newWorld();
    await newSetting(world);
    await put(world);
    await replicate(world);
    await deny(world, [action]);
    await tag(world, SOURCE);
    const [outcome] = await replicate(world);
    expect(outcome).toMatchObject({ Status: 'FAILED', FailureReason, Message: expect.stringContaining(action) });
    expect(await statusOf(world, SOURCE)).toBe('FAILED');
    expect(await tagsOf(world, COPY)).toEqual([{ Key: 'turn', Value: '1' }]);
    // What arrived already is not asked for again.
    await deny(world, ['s3:ReplicateObject']);
    expect(await queueExisting(world)).toMatchObject({ Queued: 1 });
    expect(await replicate(world)).toMatchObject([{ Status: 'COMPLETED' }]);
    expect(await tagsOf(world, COPY)).toEqual(NEW);
    expect(await statusOf(world, SOURCE)).toBe('COMPLETED');
  },
);

test('if the replica was deleted in the meantime they fail, and do not restore it', async () => {
  const world = newWorld();
  await newSetting(world);
  const { VersionId } = await put(world);
  await replicate(world);
  await tag(world, SOURCE);
  await world.call('s3', 'DeleteObject', { Bucket: COPY, Key: 'k', VersionId });
  expect(await replicate(world)).toMatchObject([{ Status: 'FAILED', FailureReason: 'DstVersionNotFound' }]);
  expect(await queueExisting(world)).toMatchObject({ Queued: 0 });
  expect(await world.refusal('s3', 'HeadObject', { Bucket: COPY, Key: 'k' })).toMatch(/^NoSuchKey/);
});

// Amazon S3 User Guide, "Replicating metadata changes with replica modification sync".
test.for([
  ['Enabled', NEW],
  ['Disabled', [{ Key: 'turn', Value: '1' }]],
] as const)(
  "with replica modification sync %s a replica's new tags go back accordingly",
  async ([Status, expected]) => {
    const world = newWorld();
    await newSetting(world);
    const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
    await put(world);
    await replicate(world);
    await world.call('s3', 'PutBucketReplication', {
      Bucket: COPY,
      ReplicationConfiguration: {
        Role: ROLE,
        Rules: [
          {
            ID: 'back',
            Priority: 1,
            Status: 'Enabled',
            Filter: {},
            DeleteMarkerReplication: { Status: 'Disabled' },
            SourceSelectionCriteria: {
              SseKmsEncryptedObjects: { Status: 'Enabled' },
              ReplicaModifications: { Status },
            },
            Destination: {
              Bucket: `arn:aws:s3:::${SOURCE}`,
              EncryptionConfiguration: { ReplicaKmsKeyID: KeyMetadata?.Arn },
            },
          },
        ],
      },
    });
    await tag(world, COPY);
    expect(await replicate(world)).toHaveLength(Status === 'Enabled' ? 1 : 0);
    expect(await tagsOf(world, SOURCE)).toEqual(expected);
    // Nothing goes back and forth, and each stays what it was.
    expect(await replicate(world)).toEqual([]);
    expect([await statusOf(world, SOURCE), await statusOf(world, COPY)]).toEqual(['COMPLETED', 'REPLICA']);
  },
);
