import { expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';
import { bytesOf, modes, newBucket } from './modes.ts';

const newKey = async (world: World) => (await world.call('kms', 'CreateKey', {})).KeyMetadata?.Arn ?? '';
const Key = 'k';

// S3 API Reference, UpdateObjectEncryption.
const unsupported =
  "InvalidRequest: The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.";

test.for(modes)(
  'an object under $name gets another key in place, if its mode allows it',
  async ({ name, write, read }) => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const KMSKeyArn = await newKey(world);
    const put = await world.call('s3', 'PutObject', {
      Bucket,
      Key,
      Body: Buffer.alloc(100_000, 5),
      Tagging: 'a=b',
      ...write,
    });
    const before = await world.call('s3', 'HeadObject', { Bucket, Key, ...read });
    for (const BucketKeyEnabled of [false, true]) {
      const input = { Bucket, Key, ObjectEncryption: { SSEKMS: { KMSKeyArn, BucketKeyEnabled } } };
      if (name === 'SSE-C' || name === 'DSSE-KMS') {
        expect(await world.refusal('s3', 'UpdateObjectEncryption', input)).toBe(unsupported);
        continue;
      }
      await world.call('s3', 'UpdateObjectEncryption', input);
      const after = await world.call('s3', 'GetObject', { Bucket, Key });
      expect((await bytesOf(after.Body)).equals(Buffer.alloc(100_000, 5))).toBe(true);
      expect(after).toMatchObject({
        ETag: put.ETag,
        LastModified: before.LastModified,
        SSEKMSKeyId: KMSKeyArn,
        TagCount: 1,
      });
      expect(after.BucketKeyEnabled).toBe(BucketKeyEnabled || undefined);
    }
  },
);

test('afterwards the object no longer needs the old key, but the new one', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const [oldKey, newOne] = [await newKey(world), await newKey(world)];
  await world.call('s3', 'PutObject', {
    Bucket,
    Key,
    Body: Buffer.from('x'),
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: oldKey,
  });
  await world.call('s3', 'UpdateObjectEncryption', {
    Bucket,
    Key,
    ObjectEncryption: { SSEKMS: { KMSKeyArn: newOne } },
  });
  await world.call('kms', 'DisableKey', { KeyId: oldKey });
  await world.call('s3', 'GetObject', { Bucket, Key });
  await world.call('kms', 'DisableKey', { KeyId: newOne });
  expect(await world.refusal('s3', 'GetObject', { Bucket, Key })).toBe(`KMS.DisabledException: ${newOne} is disabled.`);
});

const valid = /^InvalidRequest: .* require a valid AWS KMS key Amazon Resource Name/;

test.for([
  ['an alias', 'alias/app', valid],
  ['the ARN of an alias', 'arn:aws:kms:us-east-1:111122223333:alias/app', valid],
  ['an ARN without a key', 'arn:aws:kms:us-east-1:111122223333:key/', valid],
  [
    'an ARN of a region in capitals',
    'arn:aws:kms:US-EAST-1:111122223333:key/12345678-1234-1234-1234-123456789012',
    valid,
  ],
  [
    'a key of another account',
    'arn:aws:kms:us-east-1:444455556666:key/12345678-1234-1234-1234-123456789012',
    /^AccessDenied: The AWS KMS key in the request must be owned by the same account as the bucket/,
  ],
  [
    'a key of another region',
    'arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012',
    /^KMS.NotFoundException: Invalid arn eu-west-1/,
  ],
] as const)('%s is refused', async ([, KMSKeyArn, expected]) => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('x') });
  expect(
    await world.refusal('s3', 'UpdateObjectEncryption', { Bucket, Key, ObjectEncryption: { SSEKMS: { KMSKeyArn } } }),
  ).toMatch(expected);
});
