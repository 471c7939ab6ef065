import { expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';
const Key = 'k';

async function newPhoto(): Promise<{ world: World; etag: string }> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const { ETag = '' } = await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('x') });
  return { world, etag: ETag };
}

const failed = 'PreconditionFailed: At least one of the pre-conditions you specified did not hold';
const notThere = 'NoSuchKey: The specified key does not exist.';
const notImplemented = 'NotImplemented: A header you provided implies functionality that is not implemented';
const bypass = 'InvalidArgument: x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.';

/** The ETag of the object, under SSE-S3. */
const etagOfX = '"9dd4e461268c8034f5c8564e155c67a6"';

// Amazon S3 User Guide, "How to perform conditional deletes"; what directory buckets have, and Object Lock, is refused.
test.for([
  [{ IfMatch: '"0123456789abcdef0123456789abcdef"' }, failed],
  [{ Key: 'nothing', IfMatch: '*' }, notThere],
  // Conditions are about the current version: beside a version id they are refused even if both match.
  [{ VersionId: 'null', IfMatch: '0123456789abcdef0123456789abcdef' }, notImplemented],
  [{ VersionId: 'null', IfMatch: '*' }, notImplemented],
  [{ VersionId: 'null', IfMatch: etagOfX }, notImplemented],
  [{ IfMatchSize: 1 }, notImplemented],
  [{ IfMatchLastModifiedTime: new Date(0) }, notImplemented],
  [{ BypassGovernanceRetention: true }, bypass],
] as const)('a delete with %j is refused, and the object stays', async ([condition, expected]) => {
  const { world } = await newPhoto();
  expect(await world.refusal('s3', 'DeleteObject', { Bucket, Key, ...condition })).toBe(expected);
  expect((await world.call('s3', 'HeadObject', { Bucket, Key })).ContentLength).toBe(1);
});

test('a delete with a condition that holds deletes', async () => {
  const { world, etag } = await newPhoto();
  for (const IfMatch of [etag, etag.replaceAll('"', ''), '*']) {
    await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('x') });
    await world.call('s3', 'DeleteObject', { Bucket, Key, IfMatch });
    expect(await world.refusal('s3', 'HeadObject', { Bucket, Key })).toBe(notThere);
  }
});

// S3 API Reference, DeleteObjects.
test('in a list every key has its own condition and refusal', async () => {
  const { world, etag } = await newPhoto();
  const other = await world.call('s3', 'PutObject', { Bucket, Key: 'other', Body: Buffer.from('y') });
  const otherEtag = other.ETag ?? '';
  const Objects = [
    ...[{ Key, ETag: etag }, { Key: 'other', ETag: etag }, { Key: 'nothing' }, { Key: 'other', Size: 1 }],
    { Key: 'other', ETag: otherEtag, VersionId: 'null' },
  ];
  const answer = await world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects } });
  expect(answer.Deleted).toEqual([{ Key }, { Key: 'nothing' }]);
  expect(answer.Errors).toMatchObject([
    { Key: 'other', Code: 'PreconditionFailed' },
    { Key: 'other', Code: 'NotImplemented' },
    { Key: 'other', Code: 'NotImplemented', VersionId: 'null' },
  ]);
  const input = { Bucket, Delete: { Objects }, BypassGovernanceRetention: true };
  expect(await world.refusal('s3', 'DeleteObjects', input)).toBe(bypass);
});
