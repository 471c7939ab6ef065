import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEGMENT_BYTES } from '../../src/crypto/segments.ts';
import { newWorld } from '../support/harness.ts';
import { bytesOf, inPieces, modes, newBucket } from './modes.ts';

// Sizes gather where a row becomes a file, and around whole segments.
const size = fc
  .tuple(fc.constantFrom(0, 64 * 1024 - 32, SEGMENT_BYTES, 2 * SEGMENT_BYTES), fc.integer({ min: -17, max: 17 }))
  .map(([base, d]) => Math.max(0, base + d));
const content = size.map((n) => new Uint8Array(n).map((_, i) => (i * 31 + (i >> 8)) & 255));

describe.for(modes)('$name', ({ write, read }) => {
  test('getting a range inverts putting, of any size, as bytes and as a stream', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await fc.assert(
      fc.asyncProperty(content, fc.nat(), fc.nat(), fc.boolean(), async (bytes, a, b, isStream) => {
        const Body = isStream ? inPieces(bytes, 50_000) : bytes;
        const put = await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body, ...write });
        const whole = await world.call('s3', 'GetObject', { Bucket, Key: 'k', ChecksumMode: 'ENABLED', ...read });
        expect((await bytesOf(whole.Body)).equals(bytes)).toBe(true);
        expect(whole).toMatchObject({
          ETag: put.ETag,
          ContentLength: bytes.length,
          ChecksumCRC64NVME: put.ChecksumCRC64NVME,
        });
        if (bytes.length === 0) return;
        const start = Math.min(a, b) % bytes.length;
        const end = start + (Math.max(a, b) % (bytes.length - start));
        const part = await world.call('s3', 'GetObject', { Bucket, Key: 'k', Range: `bytes=${start}-${end}`, ...read });
        expect((await bytesOf(part.Body)).equals(bytes.subarray(start, end + 1))).toBe(true);
        expect(part.ContentRange).toBe(`bytes ${start}-${end}/${bytes.length}`);
      }),
      { numRuns: 8 },
    );
  });

  test('an overwritten or deleted object leaves neither rows nor files', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    for (const bytes of [10, 100_000, 10]) {
      await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: new Uint8Array(bytes), ...write });
    }
    expect(world.transact((tx) => [...tx.objectData.range()].length)).toBe(1);
    await world.call('s3', 'DeleteObject', { Bucket, Key: 'k' });
    expect(world.transact((tx) => [...tx.objectData.range(), ...tx.blobWrites.range(), ...tx.objects.range()])).toEqual(
      [],
    );
    await world.reopen();
    expect(world.transact((tx) => [...tx.unneededBlobs.range()])).toEqual([]);
  });
});

// S3 API Reference, PutObject, response elements.
test.for([
  ['SSE-S3', { ServerSideEncryption: 'AES256' }],
  [
    'SSE-KMS',
    {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: expect.stringMatching(/^arn:aws:kms:us-east-1:111122223333:key\//),
    },
  ],
  ['SSE-KMS with a bucket key', { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true }],
  ['DSSE-KMS', { ServerSideEncryption: 'aws:kms:dsse' }],
  ['SSE-C', { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: expect.any(String) }],
] as const)('%s is shown by put, get and head alike', async ([name, expected]) => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const mode = modes.find((mode) => mode.name === name);
  const put = await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x'), ...mode?.write });
  const get = await world.call('s3', 'GetObject', { Bucket, Key: 'k', ...mode?.read });
  const head = await world.call('s3', 'HeadObject', { Bucket, Key: 'k', ...mode?.read });
  for (const answer of [put, get, head]) {
    expect(answer).toMatchObject(expected);
    expect('BucketKeyEnabled' in answer).toBe(name === 'SSE-KMS with a bucket key');
    expect('ServerSideEncryption' in answer).toBe(name !== 'SSE-C');
  }
});

test('the ETag is the MD5 under SSE-S3, and different each time under every other key', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  for (const { name, write } of modes) {
    const etags = new Set<string>();
    for (const Key of ['a', 'b'])
      etags.add(
        (await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('hello'), ...write })).ETag ?? '',
      );
    expect([...etags].every((etag) => /^"[0-9a-f]{32}"$/.test(etag))).toBe(true);
    expect(etags.has('"5d41402abc4b2a76b9719d911017c592"')).toBe(name === 'SSE-S3');
    expect(etags.size).toBe(name === 'SSE-S3' ? 1 : 2);
  }
});

// Amazon S3 User Guide, "Checking object integrity for data uploads in Amazon S3".
const md5 = 'XUFAKrxLKna5cZ2REBfFkg==';
const taken = [
  ['nothing', {}, { ChecksumCRC64NVME: 'M3eFcAZSQlc=', ChecksumType: 'FULL_OBJECT' }],
  ['the right CRC32', { ChecksumCRC32: 'NhCmhg==' }, { ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' }],
  ['an algorithm alone', { ChecksumAlgorithm: 'CRC32' }, { ChecksumCRC32: 'NhCmhg==' }],
  ['the right MD5', { ContentMD5: md5 }, { ChecksumCRC64NVME: 'M3eFcAZSQlc=' }],
] as const;
test('a body with the right checksum or none is accepted, and the checksum is returned', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  for (const [, headers, expected] of taken) {
    const answer = await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('hello'), ...headers });
    expect(answer).toMatchObject(expected);
  }
});

/** Whatever of an object it is. */
const refusedBodies = [
  [
    'a wrong CRC32',
    { ChecksumCRC32: 'AAAAAA==' },
    'BadDigest: The CRC32 you specified did not match the calculated checksum.',
  ],
  [
    'a CRC32 of the wrong length',
    { ChecksumCRC32: 'AAAA' },
    'InvalidRequest: Value for x-amz-checksum-crc32 header is invalid.',
  ],
  [
    'a CRC32 of parts',
    { ChecksumCRC32: 'NhCmhg==-1' },
    'InvalidRequest: Value for x-amz-checksum-crc32 header is invalid.',
  ],
  [
    'two checksums',
    { ChecksumCRC32: 'AAAAAA==', ChecksumSHA1: 'AAAA' },
    'InvalidRequest: Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  ],
  [
    'a wrong MD5',
    { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' },
    'BadDigest: The Content-MD5 you specified did not match what we received.',
  ],
  ['an MD5 that is none', { ContentMD5: 'x' }, 'InvalidDigest: The Content-MD5 you specified was invalid.'],
  [
    'a wrong length',
    { ContentLength: 6 },
    'IncompleteBody: You did not provide the number of bytes specified by the Content-Length HTTP header',
  ],
] as const;
const refusedObjects = [
  [
    'an unknown storage class',
    { StorageClass: 'ICE' },
    'InvalidStorageClass: The storage class you specified is not valid',
  ],
  [
    'a place to append at',
    { WriteOffsetBytes: 5 },
    'NotImplemented: A header you provided implies functionality that is not implemented',
  ],
  [
    'metadata of a name that no record keeps',
    { Metadata: JSON.parse('{"a": "b", "__proto__": "c"}') },
    'NotImplemented: A header you provided implies functionality that is not implemented',
  ],
  [
    'a context of such a name',
    { ServerSideEncryption: 'aws:kms', SSEKMSEncryptionContext: btoa('{"a": "b", "__proto__": "c"}') },
    'NotImplemented: A header you provided implies functionality that is not implemented',
  ],
  [
    'too much metadata',
    { Metadata: { a: 'x'.repeat(2048) } },
    'MetadataTooLarge: Your metadata headers exceed the maximum allowed metadata size',
  ],
] as const;
test.for([
  ['PutObject', [...refusedBodies, ...refusedObjects]],
  ['UploadPart', refusedBodies],
] as const)('%s with wrong headers is refused, and nothing is stored', async ([operation, refused]) => {
  const world = newWorld();
  const object = { Bucket: await newBucket(world), Key: 'k' };
  const { UploadId } = await world.call('s3', 'CreateMultipartUpload', object);
  const part = operation === 'UploadPart' ? { UploadId, PartNumber: 1 } : {};
  for (const [what, headers, expected] of refused) {
    for (const size of [5, 100_000]) {
      const refusal = await world.refusal('s3', operation, {
        ...object,
        ...part,
        Body: Buffer.alloc(size),
        ...headers,
      });
      expect(`${what}: ${refusal}`).toBe(`${what}: ${expected}`);
    }
  }
  const stored = world.transact((tx) =>
    [tx.objects, tx.objectData, tx.multipartParts, tx.blobWrites].map((table) => [...table.range()].length),
  );
  expect(stored).toEqual([0, 0, 0, 0]);
});

test('a key of 1,024 bytes is accepted, one of 1,025 is not', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const Key = 'é'.repeat(512);
  await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('x') });
  expect((await world.call('s3', 'ListObjectsV2', { Bucket })).Contents?.[0]?.Key).toBe(Key);
  expect(await world.refusal('s3', 'PutObject', { Bucket, Key: `${Key}x` })).toBe(
    'KeyTooLongError: Your key is too long',
  );
});

test.each([
  ['a'.repeat(70) + '\u0003\u0001'.repeat(10), undefined],
  ['\u0001'.repeat(800), undefined],
  ['\u0001'.repeat(1024), 'KeyTooLongError: Your key is too long'],
])('a long key of control characters is stored as it is, or refused: %j', async (Key, refusal) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const input = { Bucket: 'photos', Key, Body: Buffer.from('x') };
  if (refusal !== undefined) {
    expect(await world.refusal('s3', 'PutObject', input)).toBe(refusal);
    return;
  }
  await world.call('s3', 'PutObject', input);
  const { UploadId } = await world.call('s3', 'CreateMultipartUpload', { Bucket: 'photos', Key });
  expect(UploadId).toBeDefined();
  await world.reopen();
  expect((await world.call('s3', 'ListObjectsV2', { Bucket: 'photos' })).Contents).toMatchObject([{ Key }]);
  expect((await world.call('s3', 'ListMultipartUploads', { Bucket: 'photos' })).Uploads).toMatchObject([{ Key }]);
});
