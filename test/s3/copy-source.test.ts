import { expect, test } from 'vitest';
import { newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const Bucket = 'photos';
const Body = Buffer.from('x');
const invalid = 'InvalidArgument: Copy Source must mention the source bucket and key: sourcebucket/sourcekey';
const noKey = 'InvalidArgument: Invalid copy source object key';
const encoding = 'InvalidArgument: Invalid copy source encoding.';
const missing = 'NoSuchKey: The specified key does not exist.';

async function newBucket(...keys: readonly string[]): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  for (const Key of keys) await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(Key) });
  return world;
}

// S3 API Reference, CopyObject, x-amz-copy-source. A path is not walked: dots, slashes and escapes are parts of a key.
test.for([
  ['photos/..', '..'],
  ['photos/../x', '../x'],
  ['/photos/%2e%2e/x', '../x'],
  ['photos%2F..%2Fx', '../x'],
  ['photos//x', '/x'],
  ['photos/a/./b//', 'a/./b//'],
  ['photos/%252e%252e', '%2e%2e'],
  ['photos/a%3FversionId%3Dnull', 'a?versionId=null'],
  ['photos/a%20b%2Bc', 'a b+c'],
  ['photos/%E2%98%95?versionId=null', '☕'],
] as const)('the source %s is the object with the key %s', async ([CopySource, Key]) => {
  const world = await newBucket(Key, 'x', 'photos');
  await world.call('s3', 'CopyObject', { Bucket, Key: 'copy', CopySource });
  const { Body: copied } = await world.call('s3', 'GetObject', { Bucket, Key: 'copy' });
  const pieces: Uint8Array[] = [];
  for await (const piece of copied ?? []) pieces.push(piece as Uint8Array);
  expect(Buffer.concat(pieces).toString()).toBe(Key);
});

test.for([
  ['', invalid],
  ['/', invalid],
  ['//', invalid],
  ['photos', invalid],
  ['/photos', invalid],
  ['//photos/x', invalid],
  ['photos/', noKey],
  ['photos/?versionId=null', noKey],
  ['photos/%', encoding],
  ['photos/%ff', encoding],
  ['photos/x%00', missing],
  ['../photos/x', 'InvalidBucketName: The specified bucket is not valid.'],
  ['%2e%2e/photos/x', 'InvalidBucketName: The specified bucket is not valid.'],
  ['photos\\x/y', 'InvalidBucketName: The specified bucket is not valid.'],
  ['photos/../other/x', missing],
  ['photos/x?versionId=', 'InvalidArgument: Version id cannot be the empty string'],
  ['photos/x?versionId=..', 'InvalidArgument: Invalid version id specified'],
] as const)('the source "%s" is refused: %s', async ([CopySource, refusal]) => {
  const world = await newBucket('x');
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'new' });
  expect(await world.refusal('s3', 'CopyObject', { Bucket, Key: 'new', CopySource })).toBe(refusal);
  const part = { Bucket, Key: 'new', UploadId, PartNumber: 1, CopySource };
  expect(await world.refusal('s3', 'UploadPartCopy', part)).toBe(refusal);
  expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(1);
});

test('the key of a source has up to 1,024 bytes', async () => {
  const world = await newBucket('x');
  for (const [length, refusal] of [
    [1024, missing],
    [1025, 'KeyTooLongError: Your key is too long'],
  ] as const) {
    const CopySource = `${Bucket}/${'k'.repeat(length)}`;
    expect(await world.refusal('s3', 'CopyObject', { Bucket, Key: 'new', CopySource })).toBe(refusal);
  }
});

/** Lets the other account's administrator do everything with the bucket, or everything but to read an object. */
const policy = (NotAction: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
      NotAction,
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    },
  });

// Amazon S3 User Guide, "Copying, moving, and renaming objects": reading is allowed by the source's own bucket.
test.for(['CopyObject', 'UploadPartCopy'] as const)(
  "%s from another account's bucket is decided by that bucket",
  async (operation) => {
    const world = await newBucket('x');
    const as = { as: `arn:aws:iam::${OTHER_ACCOUNT}:user/admin` };
    await world.call('s3', 'CreateBucket', { Bucket: 'theirs' }, as);
    const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket: 'theirs', Key: 'copy' }, as);
    const copy = (CopySource: string) => {
      const input = { Bucket: 'theirs', Key: 'copy', CopySource };
      const part = { UploadId, PartNumber: 1 };
      return world.refusal('s3', operation, operation === 'CopyObject' ? input : { ...input, ...part }, as);
    };
    // What is there and what is not are answered alike.
    for (const source of [`${Bucket}/x`, `${Bucket}/nothing`, 'theirs/../photos/x', `${Bucket}/x?versionId=null`]) {
      expect(await copy(source)).toBe(source.startsWith('theirs') ? missing : 'AccessDenied: Access Denied');
    }
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: policy('s3:GetObject') });
    expect(await copy(`${Bucket}/x`)).toBe('AccessDenied: Access Denied');
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: policy('s3:PutObject') });
    expect(await copy(`${Bucket}/nothing`)).toBe(missing);
    await expect(copy(`${Bucket}/x`)).rejects.toThrow('was not refused');
  },
);

const etag = '"9dd4e461268c8034f5c8564e155c67a6"';
const conditions = [
  { IfMatch: etag },
  { IfMatch: '"0"' },
  { IfNoneMatch: etag },
  { IfNoneMatch: '"0"' },
  { IfModifiedSince: new Date(0) },
  { IfModifiedSince: new Date('2026-05-04T09:00:00Z') },
  { IfUnmodifiedSince: new Date(0) },
  { Range: 'bytes=0-0' },
  { Range: 'bytes=1-' },
  { PartNumber: 2 },
  { VersionId: 'null' },
];

// What a condition, a range or a part number would tell is told to nobody who may not read the object.
test('a read with conditions is denied in the same words whatever they say', async () => {
  const world = await newBucket();
  await world.call('s3', 'PutObject', { Bucket, Key: 'x', Body });
  await world.call('iam', 'CreateUser', { UserName: 'nobody' });
  for (const name of ['GetObject', 'HeadObject'] as const) {
    for (const Key of ['x', 'nothing']) {
      const answers = new Set<string>();
      for (const condition of conditions) {
        const refused = await world.refusal('s3', name, { Bucket, Key, ...condition }, { as: 'user/nobody' });
        answers.add(refused.replaceAll('GetObjectVersion', 'GetObject').replace(`/${Key}"`, '/…"'));
      }
      expect([...answers]).toEqual([
        'AccessDenied: User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::photos/…" because no identity-based policy allows the s3:GetObject action',
      ]);
    }
  }
});

test('a copy with conditions on its source is denied in the same words whatever they say', async () => {
  const world = await newBucket();
  await world.call('s3', 'PutObject', { Bucket, Key: 'x', Body });
  await world.call('iam', 'CreateUser', { UserName: 'writer' });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' },
  });
  await world.call('iam', 'PutUserPolicy', { UserName: 'writer', PolicyName: 'p', PolicyDocument });
  const answers = new Set<string>();
  for (const condition of [
    { CopySourceIfMatch: etag },
    { CopySourceIfMatch: '"0"' },
    { CopySourceIfNoneMatch: etag },
  ]) {
    for (const key of ['x', 'nothing']) {
      const input = { Bucket, Key: 'copy', CopySource: `${Bucket}/${key}`, ...condition };
      const refused = await world.refusal('s3', 'CopyObject', input, { as: 'user/writer' });
      answers.add(refused.replace(`/${key}"`, '/…"'));
    }
  }
  expect([...answers]).toHaveLength(1);
  expect([...answers][0]).toMatch(/^AccessDenied: /);
  // A condition on what is overwritten needs the permission to read that.
  for (const IfMatch of [etag, '"0"']) {
    const refused = await world.refusal('s3', 'PutObject', { Bucket, Key: 'x', Body, IfMatch }, { as: 'user/writer' });
    expect(refused).toMatch(/^AccessDenied: .* s3:GetObject /);
  }
});
