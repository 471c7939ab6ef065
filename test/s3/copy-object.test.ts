import { describe, expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { newWorld, type World } from '../support/harness.ts';
import { bytesOf, customerKey, modes, newBucket } from './modes.ts';

const sourceKey = {
  CopySourceSSECustomerAlgorithm: customerKey.SSECustomerAlgorithm,
  CopySourceSSECustomerKey: customerKey.SSECustomerKey,
  CopySourceSSECustomerKeyMD5: customerKey.SSECustomerKeyMD5,
};

const setDefault = (world: World, Bucket: string, SSEAlgorithm: 'AES256' | 'aws:kms') =>
  world.call('s3', 'PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }] },
  });

test.for(modes)(
  "a copy of an object under $name into any mode has the bytes, but not the source's mode",
  async (from) => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const sources = from.name === 'SSE-C' ? sourceKey : {};
    for (const body of [Buffer.from('hello'), Buffer.alloc(300_000, 3)]) {
      await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: body, ...from.write });
      for (const to of modes) {
        const input = { Bucket, Key: 'b', CopySource: `/${Bucket}/a`, ...to.write, ...sources };
        const copied = await world.call('s3', 'CopyObject', input);
        const got = await world.call('s3', 'GetObject', { Bucket, Key: 'b', ...to.read });
        expect((await bytesOf(got.Body)).equals(body)).toBe(true);
        expect(copied.ServerSideEncryption).toBe(to.write.ServerSideEncryption);
        expect(got.ETag).toBe(copied.CopyObjectResult?.ETag);
      }
    }
  },
);

// S3 API Reference, CopyObject: the destination's default decides.
test.for(modes)(
  "without headers a copy of $name is encrypted with the destination bucket's default",
  async ({ name, write }) => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await world.call('s3', 'CreateBucket', { Bucket: 'there' });
    await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('x'), ...write });
    const input = { Bucket: 'there', Key: 'a', CopySource: `${Bucket}/a`, ...(name === 'SSE-C' ? sourceKey : {}) };
    expect((await world.call('s3', 'CopyObject', input)).ServerSideEncryption).toBe('AES256');
    await setDefault(world, 'there', 'aws:kms');
    expect((await world.call('s3', 'CopyObject', input)).ServerSideEncryption).toBe('aws:kms');
  },
);

describe('a copy onto itself', () => {
  const illegal =
    "InvalidRequest: This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
  // S3 API Reference, CopyObject, and what real S3 answered.
  test.for([
    ['nothing', {}, illegal],
    ['metadata that is ignored', { Metadata: { a: 'b' } }, illegal],
    ['other tags', { TaggingDirective: 'REPLACE', Tagging: 'a=b' }, illegal],
    ['replaced metadata', { MetadataDirective: 'REPLACE' }, 'ok'],
    ['the same storage class', { StorageClass: 'STANDARD' }, 'ok'],
    ['the same encryption', { ServerSideEncryption: 'AES256' }, 'ok'],
    ['a redirect', { WebsiteRedirectLocation: '/x' }, 'ok'],
  ] as const)('with %s', async ([, headers, expected]) => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('x') });
    const input = { Bucket, Key: 'a', CopySource: `${Bucket}/a`, ...headers };
    if (expected === 'ok') await world.call('s3', 'CopyObject', input);
    else expect(await world.refusal('s3', 'CopyObject', input)).toBe(expected);
  });

  test('is allowed if a default was set explicitly, even the same, but not after it is deleted', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('x') });
    const input = { Bucket, Key: 'a', CopySource: `${Bucket}/a` };
    await setDefault(world, Bucket, 'AES256');
    await world.call('s3', 'CopyObject', input);
    await world.call('s3', 'DeleteBucketEncryption', { Bucket });
    expect(await world.refusal('s3', 'CopyObject', input)).toBe(illegal);
  });

  test('restores an older version', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    const first = await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('first') });
    await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('second') });
    const copied = await world.call('s3', 'CopyObject', {
      Bucket,
      Key: 'a',
      CopySource: `${Bucket}/a?versionId=${first.VersionId}`,
    });
    expect(copied.CopySourceVersionId).toBe(first.VersionId);
    expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key: 'a' })).Body)).toString()).toBe('first');
  });
});

test('metadata and tags are copied or replaced; storage class and redirect are never copied', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const described = {
    Metadata: { a: 'b' },
    ContentType: 'text/plain',
    Tagging: 't=1',
    StorageClass: 'STANDARD_IA',
  } as const;
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('x'), ...described });
  await world.call('s3', 'CopyObject', { Bucket, Key: 'b', CopySource: `${Bucket}/a` });
  const kept = await world.call('s3', 'HeadObject', { Bucket, Key: 'b' });
  expect(kept).toMatchObject({ Metadata: { a: 'b' }, ContentType: 'text/plain', TagCount: 1 });
  expect(kept.StorageClass).toBeUndefined();
  const replace = { MetadataDirective: 'REPLACE', TaggingDirective: 'REPLACE', Metadata: { c: 'd' } } as const;
  await world.call('s3', 'CopyObject', { Bucket, Key: 'c', CopySource: `${Bucket}/a`, ...replace });
  const replaced = await world.call('s3', 'HeadObject', { Bucket, Key: 'c' });
  expect(replaced).toMatchObject({ Metadata: { c: 'd' }, ContentType: 'binary/octet-stream' });
  expect(replaced.TagCount).toBeUndefined();
});

test("the caller needs to decrypt with the source's key and to generate with the destination's, each in its region", async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'here' });
  await world.call(
    's3',
    'CreateBucket',
    { Bucket: 'there', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
    { region: 'eu-west-1' },
  );
  await world.call('s3', 'PutObject', {
    Bucket: 'here',
    Key: 'a',
    Body: Buffer.from('x'),
    ServerSideEncryption: 'aws:kms',
  });
  await world.call(
    's3',
    'CopyObject',
    { Bucket: 'there', Key: 'b', CopySource: 'here/a', ServerSideEncryption: 'aws:kms' },
    { region: 'eu-west-1' },
  );
  const calls = world.transact((tx) => allCalls(tx).filter(({ service }) => service === 'kms'));
  expect(
    calls
      .map(({ operation, region, parameters }) => [operation, region, JSON.stringify(parameters?.encryptionContext)])
      .sort(),
  ).toEqual([
    ['Decrypt', 'us-east-1', '{"aws:s3:arn":"arn:aws:s3:::here/a"}'],
    ['GenerateDataKey', 'eu-west-1', '{"aws:s3:arn":"arn:aws:s3:::there/b"}'],
    ['GenerateDataKey', 'us-east-1', '{"aws:s3:arn":"arn:aws:s3:::here/a"}'],
  ]);
});

// S3 API Reference, CopyObject, errors.
test.for([
  ['a source without a key', { CopySource: 'photos/' }, 'InvalidArgument: Invalid copy source object key'],
  [
    'a source that is not a path',
    { CopySource: 'photos' },
    'InvalidArgument: Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
  ],
  ['a missing source', { CopySource: 'photos/nope' }, 'NoSuchKey: The specified key does not exist.'],
  ['a missing bucket', { CopySource: 'nothing-here/a' }, 'NoSuchBucket: The specified bucket does not exist'],
  [
    'a condition that fails',
    { CopySource: 'photos/a', CopySourceIfMatch: '"x"' },
    'PreconditionFailed: At least one of the pre-conditions you specified did not hold',
  ],
  [
    "a source under a customer's key, without it",
    { CopySource: 'photos/c' },
    'InvalidRequest: The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
  ],
  [
    "a customer's key for another source",
    { CopySource: 'photos/a', ...sourceKey },
    'InvalidRequest: The encryption parameters are not applicable to this object.',
  ],
  [
    'an unknown directive',
    { CopySource: 'photos/a', MetadataDirective: 'KEEP' },
    'InvalidArgument: Unknown metadata directive.',
  ],
] as const)('%s is refused', async ([, input, expected]) => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body: Buffer.from('x') });
  await world.call('s3', 'PutObject', { Bucket, Key: 'c', Body: Buffer.from('x'), ...customerKey });
  expect(await world.refusal('s3', 'CopyObject', { Bucket, Key: 'b', ...input })).toBe(expected);
});
