import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';
import { bytesOf, customerKey, modes, newBucket } from './modes.ts';

const MiB = 1024 * 1024;
const Key = 'k';

async function upload(
  world: World,
  Bucket: string,
  parts: readonly Uint8Array[],
  create: object = {},
  part: object = {},
) {
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key, ...create });
  const Parts = [];
  for (const [i, Body] of parts.entries()) {
    const answer = await world.call('s3', 'UploadPart', { Bucket, Key, UploadId, PartNumber: i + 1, Body, ...part });
    Parts.push({ PartNumber: i + 1, ETag: answer.ETag ?? '', answer });
  }
  return { UploadId, Parts };
}

const complete = (
  world: World,
  Bucket: string,
  UploadId: string,
  Parts: readonly { PartNumber: number; ETag: string }[],
  more: object = {},
) =>
  world.call('s3', 'CompleteMultipartUpload', {
    Bucket,
    Key,
    UploadId,
    MultipartUpload: { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) },
    ...more,
  });

const content = (size: number, seed: number) => Buffer.alloc(size, createHash('sha256').update(`${seed}`).digest());

describe.for(modes)('$name', ({ write, read }) => {
  test('an object of parts is their bytes in order, by ranges and by part numbers', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const parts = [content(5 * MiB, 1), content(5 * MiB + 7, 2), content(100, 3)];
    const { UploadId, Parts } = await upload(world, Bucket, parts, write, read);
    const done = await complete(world, Bucket, UploadId, Parts);
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    const whole = Buffer.concat(parts);
    const got = await world.call('s3', 'GetObject', { Bucket, Key, ...read });
    expect((await bytesOf(got.Body)).equals(whole)).toBe(true);
    const ranges = [
      [0, 0],
      [5 * MiB - 1, 5 * MiB],
      [5 * MiB, 10 * MiB + 6],
      [10 * MiB, 10 * MiB + 106],
      [3, 10 * MiB + 50],
    ] as const;
    for (const [start, end] of ranges) {
      const part = await world.call('s3', 'GetObject', { Bucket, Key, Range: `bytes=${start}-${end}`, ...read });
      expect((await bytesOf(part.Body)).equals(whole.subarray(start, end + 1))).toBe(true);
    }
    for (const [i, bytes] of parts.entries()) {
      const part = await world.call('s3', 'GetObject', { Bucket, Key, PartNumber: i + 1, ...read });
      expect((await bytesOf(part.Body)).equals(bytes)).toBe(true);
      expect(part.PartsCount).toBe(3);
    }
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key, PartNumber: 4, ...read })).toBe(
      'InvalidPartNumber: The requested partnumber is not satisfiable',
    );
    await world.call('s3', 'DeleteObject', { Bucket, Key });
    expect(
      world.transact((tx) => [...tx.objectParts.range(), ...tx.multipartParts.range(), ...tx.objectData.range()]),
    ).toEqual([]);
  });
});

test("the ETag is the MD5 of the parts', under any key", async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  for (const { write, read } of modes) {
    const { UploadId, Parts } = await upload(world, Bucket, [Buffer.from('test content 123')], write, read);
    const raw = Buffer.from(Parts[0]?.ETag.replaceAll('"', '') ?? '', 'hex');
    const expected = `"${createHash('md5').update(raw).digest('hex')}-1"`;
    expect((await complete(world, Bucket, UploadId, Parts)).ETag).toBe(expected);
  }
});

// What real S3 answered: S3 API Reference, CompleteMultipartUpload; one part `test content 123` under CRC32C.
test('a composite checksum is computed from the checksums of the parts', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const { UploadId, Parts } = await upload(world, Bucket, [Buffer.from('test content 123')], {
    ChecksumAlgorithm: 'CRC32C',
  });
  expect(Parts[0]?.answer.ChecksumCRC32C).toBe('fwuu0Q==');
  const done = await world.call('s3', 'CompleteMultipartUpload', {
    Bucket,
    Key,
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: Parts[0]?.ETag, ChecksumCRC32C: 'fwuu0Q==' }] },
  });
  expect(done).toMatchObject({
    ChecksumCRC32C: 'sZB91Q==-1',
    ChecksumType: 'COMPOSITE',
    ETag: '"b972025bc34adf8d76d6d51e93c035cc-1"',
  });
});

test.for(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
  'a full object %s equals that of the same bytes in one put',
  async (ChecksumAlgorithm) => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const parts = [content(5 * MiB, 1), content(12345, 2)];
    const { UploadId, Parts } = await upload(world, Bucket, parts, { ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' });
    const done = await complete(world, Bucket, UploadId, Parts);
    const put = await world.call('s3', 'PutObject', {
      Bucket,
      Key: 'other',
      Body: Buffer.concat(parts),
      ChecksumAlgorithm,
    });
    expect(done[`Checksum${ChecksumAlgorithm}`]).toBe(put[`Checksum${ChecksumAlgorithm}`]);
    expect(done.ChecksumType).toBe('FULL_OBJECT');
  },
);

// S3 API Reference, CompleteMultipartUpload, errors.
test.for([
  ['no part', [], 'InvalidRequest: You must specify at least one part'],
  [
    'parts in the wrong order',
    [2, 1],
    'InvalidPartOrder: The list of parts was not in ascending order. Parts must be ordered by part number.',
  ],
  [
    'a missing part',
    [1, 3],
    "InvalidPart: One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  [
    'a small part before the last',
    [1, 2],
    'EntityTooSmall: Your proposed upload is smaller than the minimum allowed size',
  ],
] as const)('completing with %s is refused, and the upload remains', async ([, numbers, expected]) => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const { UploadId, Parts } = await upload(world, Bucket, [Buffer.from('a'), Buffer.from('b')]);
  const named = numbers.map((PartNumber) => ({ PartNumber, ETag: Parts[PartNumber - 1]?.ETag ?? '"x"' }));
  const input = { Bucket, Key, UploadId, MultipartUpload: { Parts: named } };
  expect(await world.refusal('s3', 'CompleteMultipartUpload', input)).toBe(expected);
  expect((await world.call('s3', 'ListParts', { Bucket, Key, UploadId })).Parts).toHaveLength(2);
});

test("a customer's key belongs to the upload: every part needs the same one", async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const { UploadId } = await upload(world, Bucket, [], customerKey);
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body: Buffer.from('x') };
  const other = {
    ...customerKey,
    SSECustomerKey: Buffer.alloc(32, 1).toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(Buffer.alloc(32, 1)).digest('base64'),
  };
  expect(await world.refusal('s3', 'UploadPart', part)).toBe(
    'InvalidRequest: The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
  );
  expect(await world.refusal('s3', 'UploadPart', { ...part, ...other })).toBe(
    'InvalidRequest: The provided encryption parameters did not match the ones used originally.',
  );
  const { ETag = '' } = await world.call('s3', 'UploadPart', { ...part, ...customerKey });
  expect(
    await world.refusal('s3', 'CompleteMultipartUpload', {
      Bucket,
      Key,
      UploadId,
      ...other,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    }),
  ).toMatch(/^InvalidRequest/);
  // Without a checksum algorithm at creation, completion needs no key: S3 API Reference, CompleteMultipartUpload.
  const done = await complete(world, Bucket, UploadId, [{ PartNumber: 1, ETag }]);
  expect(Object.keys(done)).not.toContain('SSECustomerAlgorithm');
  expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key, ...customerKey })).Body)).toString()).toBe(
    'x',
  );
});

// AWS KMS Developer Guide and S3 API Reference: parts, their list and the completion need kms:Decrypt.
test('an upload under a KMS key needs to decrypt for every part, for the list and for completion', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  await world.call('iam', 'CreateUser', { UserName: 'u' });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:*', 'kms:GenerateDataKey'], Resource: '*' }],
  });
  await world.call('iam', 'PutUserPolicy', { UserName: 'u', PolicyName: 'p', PolicyDocument });
  const user = { as: 'user/u' };
  const create = { Bucket, Key, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyMetadata?.Arn } as const;
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', create, user);
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body: Buffer.from('x') };
  const { ETag } = await world.call('s3', 'UploadPart', part);
  for (const [operation, input] of [
    ['UploadPart', part],
    ['ListParts', { Bucket, Key, UploadId }],
    ['CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }],
    ['UploadPartCopy', { Bucket, Key, UploadId, PartNumber: 2, CopySource: `${Bucket}/source` }],
  ] as const) {
    if (operation === 'UploadPartCopy')
      await world.call('s3', 'PutObject', { Bucket, Key: 'source', Body: Buffer.from('y') });
    expect(await world.refusal('s3', operation, input, user)).toContain('kms:Decrypt');
  }
  await world.call('s3', 'AbortMultipartUpload', { Bucket, Key, UploadId }, user);
});

test('encryption is determined when the upload begins: a later default does not change it', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const { UploadId } = await upload(world, Bucket, []);
  await world.call('s3', 'PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
  });
  const { ETag = '' } = await world.call('s3', 'UploadPart', {
    Bucket,
    Key,
    UploadId,
    PartNumber: 1,
    Body: Buffer.from('x'),
  });
  await complete(world, Bucket, UploadId, [{ PartNumber: 1, ETag }]);
  expect((await world.call('s3', 'HeadObject', { Bucket, Key })).ServerSideEncryption).toBe('AES256');
});

test('a condition fails on a key that was written since the upload began', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const { UploadId, Parts } = await upload(world, Bucket, [Buffer.from('x')]);
  await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('x') });
  const input = {
    Bucket,
    Key,
    UploadId,
    IfNoneMatch: '*',
    MultipartUpload: { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) },
  };
  expect(await world.refusal('s3', 'CompleteMultipartUpload', input)).toBe(
    'ConditionalRequestConflict: The conditional request cannot succeed due to a conflicting operation against this resource.',
  );
});

test('aborting leaves nothing, and the upload is unknown afterwards', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const { UploadId } = await upload(world, Bucket, [Buffer.alloc(200_000), Buffer.from('b')]);
  await world.call('s3', 'AbortMultipartUpload', { Bucket, Key, UploadId });
  expect(
    world.transact((tx) => [
      ...tx.multipartParts.range(),
      ...tx.multipartUploads.range(),
      ...tx.objectData.range(),
      ...tx.blobWrites.range(),
    ]),
  ).toEqual([]);
  expect(await world.refusal('s3', 'AbortMultipartUpload', { Bucket, Key, UploadId })).toBe(
    'NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  );
});

test('parts are copied from an object, by ranges', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const source = content(300_000, 9);
  await world.call('s3', 'PutObject', { Bucket, Key: 'source', Body: source, ...customerKey });
  const { UploadId } = await upload(world, Bucket, []);
  const answer = await world.call('s3', 'UploadPartCopy', {
    Bucket,
    Key,
    UploadId,
    PartNumber: 1,
    CopySource: `${Bucket}/source`,
    CopySourceRange: 'bytes=1000-299000',
    CopySourceSSECustomerAlgorithm: customerKey.SSECustomerAlgorithm,
    CopySourceSSECustomerKey: customerKey.SSECustomerKey,
    CopySourceSSECustomerKeyMD5: customerKey.SSECustomerKeyMD5,
  });
  await complete(world, Bucket, UploadId, [{ PartNumber: 1, ETag: answer.CopyPartResult?.ETag ?? '' }]);
  const got = await world.call('s3', 'GetObject', { Bucket, Key });
  expect((await bytesOf(got.Body)).equals(source.subarray(1000, 299_001))).toBe(true);
});

test('uploads are listed by key, then by the time at which they began, page by page', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const expected: string[] = [];
  for (const name of ['b', 'a', 'a', 'dir/x', 'a']) {
    world.advance(1000);
    const { UploadId } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key: name });
    expected.push(`${name} ${UploadId}`);
  }
  expected.sort();
  const listed: string[] = [];
  let marker = {};
  for (;;) {
    const page = await world.call('s3', 'ListMultipartUploads', { Bucket, MaxUploads: 2, ...marker });
    listed.push(...(page.Uploads ?? []).map((entry) => `${entry.Key} ${entry.UploadId}`));
    if (!page.IsTruncated) break;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
  expect(listed).toEqual(expected);
  const rolled = await world.call('s3', 'ListMultipartUploads', { Bucket, Delimiter: '/', KeyMarker: 'b' });
  expect(rolled.CommonPrefixes).toEqual([{ Prefix: 'dir/' }]);
});

test('deleting a bucket removes its unfinished uploads', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  await upload(world, Bucket, [Buffer.alloc(200_000)]);
  await world.call('s3', 'DeleteBucket', { Bucket });
  expect(
    world.transact((tx) => [...tx.multipartUploads.range(), ...tx.multipartParts.range(), ...tx.blobWrites.range()]),
  ).toEqual([]);
  await world.reopen();
  expect(world.transact((tx) => [...tx.unneededBlobs.range()])).toEqual([]);
});

test('a part that is uploaded again replaces the first', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const { UploadId } = await upload(world, Bucket, [Buffer.from('first')]);
  const { ETag = '' } = await world.call('s3', 'UploadPart', {
    Bucket,
    Key,
    UploadId,
    PartNumber: 1,
    Body: Buffer.from('second'),
  });
  await complete(world, Bucket, UploadId, [{ PartNumber: 1, ETag }]);
  expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key })).Body)).toString()).toBe('second');
  expect(world.transact((tx) => [...tx.objectData.range()])).toHaveLength(1);
});
