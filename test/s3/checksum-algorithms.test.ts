import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type DigestName, openDigest } from '../../src/crypto/checksums.ts';
import { newWorld } from '../support/harness.ts';
import { customerKey, inPieces, newBucket } from './modes.ts';

const MiB = 1024 * 1024;

async function checksum(name: DigestName, bytes: Uint8Array): Promise<string> {
  const digest = await openDigest(name);
  digest.update(bytes);
  return Buffer.from(digest.digest()).toString('base64');
}

// The digests of `hello world` in the canonical (big-endian) form of each algorithm, in base64.
const ofHelloWorld = {
  CRC32: 'DUoRhQ==',
  CRC32C: 'yZRlqg==',
  CRC64NVME: 'jSnVw/bqjr4=',
  MD5: 'XrY7u+Ae7tCTyyK7j1rNww==',
  SHA1: 'Kq5sNclPz7QV2+lfQIuc6R7oRu0=',
  SHA256: 'uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=',
  SHA512: createHash('sha512').update('hello world').digest('base64'),
  XXHASH64: 'RatnNLIeaWg=',
  XXHASH3: '1Eex6kDmmIs=',
  XXHASH128: '340J6T+HSQCpm4d1zBW2xw==',
} as const satisfies Record<DigestName, string>;
const algorithms = Object.keys(ofHelloWorld) as DigestName[];
const hello = Buffer.from('hello world');

describe.for(algorithms)('%s', (algorithm) => {
  const member = `Checksum${algorithm}` as const;

  test('is computed on request, checked if given, and returned by everything that returns checksums', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const expected = ofHelloWorld[algorithm];
    const told = { [member]: expected, ChecksumType: 'FULL_OBJECT' };
    const put = (Key: string, headers: object) =>
      world.call('s3', 'PutObject', { Bucket, Key, Body: hello, ...headers });
    expect(await put('asked', { ChecksumAlgorithm: algorithm })).toMatchObject(told);
    expect(await put('given', { [member]: expected })).toMatchObject(told);
    const streamed = await put('streamed', {
      Body: inPieces(hello, 3),
      ContentLength: hello.length,
      [member]: expected,
    });
    expect(streamed).toMatchObject(told);
    for (const Key of ['asked', 'given', 'streamed']) {
      const at = { Bucket, Key };
      expect(await world.call('s3', 'HeadObject', { ...at, ChecksumMode: 'ENABLED' })).toMatchObject(told);
      expect(await world.call('s3', 'GetObject', { ...at, ChecksumMode: 'ENABLED' })).toMatchObject(told);
      const attributes = await world.call('s3', 'GetObjectAttributes', { ...at, ObjectAttributes: ['Checksum'] });
      expect(attributes.Checksum).toEqual(told);
    }
    for (const operation of ['ListObjects', 'ListObjectsV2'] as const) {
      const { Contents } = await world.call('s3', operation, { Bucket });
      expect(Contents?.map((each) => each.ChecksumAlgorithm)).toEqual([[algorithm], [algorithm], [algorithm]]);
    }
  });

  test('is kept by a copy, and computed for a copy on request', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await world.call('s3', 'PutObject', { Bucket, Key: 'has', Body: hello, ChecksumAlgorithm: algorithm });
    await world.call('s3', 'PutObject', { Bucket, Key: 'has not', Body: hello });
    const large = Buffer.alloc(200_000, 'letters');
    await world.call('s3', 'PutObject', { Bucket, Key: 'large', Body: large, ChecksumAlgorithm: algorithm });
    const copy = async (Key: string, more: object) =>
      (await world.call('s3', 'CopyObject', { Bucket, Key: `${Key}, copied`, CopySource: `${Bucket}/${Key}`, ...more }))
        .CopyObjectResult?.[member];
    expect(await copy('has', {})).toBe(ofHelloWorld[algorithm]);
    expect(await copy('has not', { ChecksumAlgorithm: algorithm })).toBe(ofHelloWorld[algorithm]);
    expect(await copy('large', {})).toBe(await checksum(algorithm, large));
  });

  test('that is wrong or malformed is refused, and nothing is stored', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const wrong = Buffer.from(ofHelloWorld[algorithm], 'base64').fill(1).toString('base64');
    for (const Body of [hello, inPieces(hello, 3), Buffer.alloc(200_000)]) {
      const input = { Bucket, Key: 'k', Body, [member]: wrong };
      expect(await world.refusal('s3', 'PutObject', input)).toBe(
        `BadDigest: The ${algorithm} you specified did not match the calculated checksum.`,
      );
    }
    expect(await world.refusal('s3', 'PutObject', { Bucket, Key: 'k', Body: hello, [member]: 'AAAA' })).toBe(
      `InvalidRequest: Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`,
    );
    expect(world.transact((tx) => [...tx.objects.range(), ...tx.objectData.range(), ...tx.blobWrites.range()])).toEqual(
      [],
    );
  });
});

// Amazon S3 User Guide, "Checking object integrity for data uploads in Amazon S3", "Full object and composite checksum
// types": only CRCs are of the full object, and CRC64NVME is of nothing else.
describe.for(algorithms)('an upload in parts with %s', (algorithm) => {
  const member = `Checksum${algorithm}` as const;
  const isCrc = algorithm.startsWith('CRC');
  const Key = 'k';

  test(`is ${algorithm === 'CRC64NVME' ? 'of the full object' : 'composite'} by default`, async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const answer = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key, ChecksumAlgorithm: algorithm });
    const ChecksumType = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
    expect(answer).toMatchObject({ ChecksumAlgorithm: algorithm, ChecksumType });
    const other = ChecksumType === 'COMPOSITE' ? 'FULL_OBJECT' : 'COMPOSITE';
    const create = { Bucket, Key, ChecksumAlgorithm: algorithm, ChecksumType: other } as const;
    if (isCrc && other === 'FULL_OBJECT') {
      expect(await world.call('s3', 'CreateMultipartUpload', create)).toMatchObject({ ChecksumType: other });
    } else {
      expect(await world.refusal('s3', 'CreateMultipartUpload', create)).toBe(
        `InvalidRequest: The ${other} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
      );
    }
  });

  if (algorithm === 'CRC64NVME') return;
  test('has the checksum of the checksums of its parts', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const bodies = [Buffer.alloc(5 * MiB, algorithm), hello];
    const create = { Bucket, Key, ChecksumAlgorithm: algorithm };
    const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', create);
    await world.call('s3', 'PutObject', { Bucket, Key: 'source', Body: hello });
    const Parts = [];
    for (const [i, Body] of bodies.entries()) {
      const input = { Bucket, Key, UploadId, PartNumber: i + 1, Body };
      const { ETag, [member]: value } = await world.call('s3', 'UploadPart', input);
      expect(value).toBe(await checksum(algorithm, Body));
      Parts.push({ PartNumber: i + 1, ETag, [member]: value });
    }
    const copy = { Bucket, Key, UploadId, PartNumber: 3, CopySource: `${Bucket}/source` };
    const { CopyPartResult } = await world.call('s3', 'UploadPartCopy', copy);
    expect(CopyPartResult?.[member]).toBe(ofHelloWorld[algorithm]);
    const listed = await world.call('s3', 'ListParts', { Bucket, Key, UploadId });
    expect(listed.Parts?.[1]?.[member]).toBe(ofHelloWorld[algorithm]);

    const at = { Bucket, Key, UploadId };
    const unsaid = { ...at, MultipartUpload: { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) } };
    expect(await world.refusal('s3', 'CompleteMultipartUpload', unsaid)).toMatch('must include the checksum');
    const ofParts = await Promise.all(
      bodies.map(async (body) => Buffer.from(await checksum(algorithm, body), 'base64')),
    );
    const expected = `${await checksum(algorithm, Buffer.concat(ofParts))}-2`;
    const wrong = { ...at, MultipartUpload: { Parts }, [member]: ofHelloWorld[algorithm] };
    expect(await world.refusal('s3', 'CompleteMultipartUpload', wrong)).toMatch('BadDigest');
    const done = await world.call('s3', 'CompleteMultipartUpload', {
      ...at,
      MultipartUpload: { Parts },
      [member]: expected,
    });
    expect(done).toMatchObject({ [member]: expected, ChecksumType: 'COMPOSITE' });
    const head = await world.call('s3', 'HeadObject', { Bucket, Key, ChecksumMode: 'ENABLED' });
    expect(head).toMatchObject({ [member]: expected, ChecksumType: 'COMPOSITE' });
    const attributes = { Bucket, Key, ObjectAttributes: ['Checksum', 'ObjectParts'] } as const;
    const { Checksum, ObjectParts } = await world.call('s3', 'GetObjectAttributes', attributes);
    expect(Checksum).toEqual({ [member]: expected.replace('-2', ''), ChecksumType: 'COMPOSITE' });
    expect(ObjectParts?.Parts?.[1]).toMatchObject({ [member]: ofHelloWorld[algorithm] });
    expect(await world.refusal('s3', 'CompleteMultipartUpload', { ...at, MultipartUpload: { Parts } })).toMatch(
      'NoSuchUpload',
    );
  });
});

test("an upload with xxHash under a customer's key, and one that another call completes meanwhile", async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const create = { Bucket, Key: 'k', ChecksumAlgorithm: 'XXHASH3', ...customerKey } as const;
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', create);
  const at = { Bucket, Key: 'k', UploadId, ...customerKey };
  const { ETag } = await world.call('s3', 'UploadPart', { ...at, PartNumber: 1, Body: hello });
  const Parts = [{ PartNumber: 1, ETag, ChecksumXXHASH3: ofHelloWorld.XXHASH3 }];
  const both = await Promise.allSettled([
    world.call('s3', 'CompleteMultipartUpload', { ...at, MultipartUpload: { Parts } }),
    world.call('s3', 'CompleteMultipartUpload', { ...at, MultipartUpload: { Parts } }),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(both[1]).toMatchObject({ reason: { code: 'NoSuchUpload' } });
});

test('an algorithm that S3 does not have is refused with a list of those that it has', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const expected =
    'InvalidRequest: Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]';
  const ChecksumAlgorithm = 'XXHASH32' as 'XXHASH64';
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: hello });
  const copy = { Bucket, Key: 'c', CopySource: `${Bucket}/k`, ChecksumAlgorithm };
  expect(await world.refusal('s3', 'PutObject', { Bucket, Key: 'k', Body: hello, ChecksumAlgorithm })).toBe(expected);
  expect(await world.refusal('s3', 'CopyObject', copy)).toBe(expected);
  expect(await world.refusal('s3', 'CreateMultipartUpload', { Bucket, Key: 'k', ChecksumAlgorithm })).toBe(expected);
});

// Amazon S3 User Guide, "Checking object integrity for data uploads in Amazon S3": `x-amz-sdk-checksum-algorithm` says
// which checksum the client computes, in upper or lower case.
describe('an algorithm that is named', () => {
  const sdkHeader = 'InvalidRequest: Value for x-amz-sdk-checksum-algorithm header is invalid.';
  const mismatch = (upload: string, part: string) =>
    `InvalidRequest: Checksum Type mismatch occurred, expected checksum Type: ${upload}, actual checksum Type: ${part}`;
  const sha256 = { ChecksumSHA256: ofHelloWorld.SHA256 };
  const crc32 = { ChecksumCRC32: ofHelloWorld.CRC32 };
  // The upload's algorithm, what the part says, and what its answer says or the refusal.
  const rows: readonly (readonly [string | undefined, object, object | string])[] = [
    ['SHA256', { ChecksumAlgorithm: 'SHA256' }, sha256],
    ['SHA256', { ChecksumAlgorithm: 'sha256' }, sha256],
    ['sha256', {}, sha256],
    ['sha256', { ChecksumAlgorithm: 'sha256', ...sha256 }, sha256],
    ['SHA256', { ChecksumAlgorithm: 'CRC32' }, mismatch('sha256', 'crc32')],
    ['SHA256', { ChecksumAlgorithm: 'crc32' }, mismatch('sha256', 'crc32')],
    ['SHA256', crc32, mismatch('sha256', 'crc32')],
    ['CRC64NVME', { ChecksumAlgorithm: 'XXHASH3' }, mismatch('crc64nvme', 'xxhash3')],
    ['SHA256', { ChecksumAlgorithm: 'CRC32', ...sha256 }, sdkHeader],
    ['SHA256', { ChecksumAlgorithm: 'SHA256', ...crc32 }, sdkHeader],
    [undefined, {}, {}],
    [undefined, { ChecksumAlgorithm: 'sha256' }, sha256],
    [undefined, { ChecksumAlgorithm: 'CRC32', ...crc32 }, crc32],
    [undefined, { ChecksumAlgorithm: 'CRC32', ...sha256 }, sdkHeader],
  ];
  test.for(rows)('by an upload of %s and a part with %j: %j', async ([ChecksumAlgorithm, part, expected]) => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const create = { Bucket, Key: 'k', ...(ChecksumAlgorithm !== undefined && { ChecksumAlgorithm }) } as object;
    const begun = await world.call('s3', 'CreateMultipartUpload', create as { Bucket: string; Key: string });
    expect(begun.ChecksumAlgorithm).toBe(ChecksumAlgorithm?.toUpperCase());
    const { UploadId = '' } = begun;
    const input = { Bucket, Key: 'k', UploadId, PartNumber: 1, Body: hello, ...part };
    if (typeof expected === 'string') {
      expect(await world.refusal('s3', 'UploadPart', input)).toBe(expected);
      expect((await world.call('s3', 'ListParts', { Bucket, Key: 'k', UploadId })).Parts ?? []).toEqual([]);
      return;
    }
    const { ETag: _, ServerSideEncryption: __, ...told } = await world.call('s3', 'UploadPart', input);
    expect(told).toEqual(expected);
  });

  test.for(algorithms)('%s in lower case is the same, of an object and of a copy', async (algorithm) => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    const ChecksumAlgorithm = algorithm.toLowerCase() as DigestName;
    const told = { [`Checksum${algorithm}`]: ofHelloWorld[algorithm] };
    expect(await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: hello, ChecksumAlgorithm })).toMatchObject(
      told,
    );
    await world.call('s3', 'PutObject', { Bucket, Key: 'plain', Body: hello });
    const copy = { Bucket, Key: 'c', CopySource: `${Bucket}/plain`, ChecksumAlgorithm };
    expect((await world.call('s3', 'CopyObject', copy)).CopyObjectResult).toMatchObject(told);
  });

  test.for(algorithms)('%s with the value of another one is refused, and nothing is stored', async (algorithm) => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    for (const other of algorithms) {
      if (other === algorithm) continue;
      const given = { ChecksumAlgorithm: algorithm, [`Checksum${other}`]: ofHelloWorld[other] };
      const input = { Bucket, Key: 'k', Body: hello, ...given };
      expect(await world.refusal('s3', 'PutObject', input)).toBe(sdkHeader);
    }
    expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(0);
  });
});
