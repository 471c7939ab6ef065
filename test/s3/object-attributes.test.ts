import { expect, test } from 'vitest';
import { newWorld } from '../support/harness.ts';

const Bucket = 'photos';
const Key = 'k';
const MiB = 1024 * 1024;

async function newObjectOfParts() {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const at = { Bucket, Key };
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { ...at, ChecksumAlgorithm: 'CRC32' });
  const Parts = [];
  for (const [i, size] of [5 * MiB, 5 * MiB, 1].entries()) {
    const input = { ...at, UploadId, PartNumber: i + 1, Body: Buffer.alloc(size), ChecksumAlgorithm: 'CRC32' } as const;
    const { ETag, ChecksumCRC32 } = await world.call('s3', 'UploadPart', input);
    Parts.push({ PartNumber: i + 1, ETag, ChecksumCRC32 });
  }
  await world.call('s3', 'CompleteMultipartUpload', { ...at, UploadId, MultipartUpload: { Parts } });
  return world;
}

// As S3 answers GetObjectAttributes, with a marker beyond the parts too.
test('parts are returned in pages, and none after the last', async () => {
  const world = await newObjectOfParts();
  const page = async (PartNumberMarker: number, MaxParts?: number) => {
    const input = { Bucket, Key, ObjectAttributes: ['ObjectParts'], PartNumberMarker, MaxParts } as const;
    const { Parts, ...told } = (await world.call('s3', 'GetObjectAttributes', input)).ObjectParts ?? {};
    return { ...told, numbers: Parts?.map(({ PartNumber }) => PartNumber) };
  };
  const of3 = { TotalPartsCount: 3, MaxParts: 2 };
  const first = { ...of3, PartNumberMarker: 0, NextPartNumberMarker: 2, IsTruncated: true, numbers: [1, 2] };
  expect(await page(0, 2)).toEqual(first);
  const last = { ...of3, PartNumberMarker: 2, NextPartNumberMarker: 3, IsTruncated: false, numbers: [3] };
  expect(await page(2, 2)).toEqual(last);
  const beyond = { ...of3, PartNumberMarker: 10, NextPartNumberMarker: 0, IsTruncated: false, numbers: undefined };
  expect(await page(10, 2)).toEqual(beyond);
});

test.for([
  [{ ObjectAttributes: ['Etag'] }, 'Invalid attribute name specified.'],
  [{ ObjectAttributes: ['ETag', 'Size'] }, 'Invalid attribute name specified.'],
  [{ ObjectAttributes: [] }, 'Invalid attribute name specified.'],
  [
    { ObjectAttributes: ['ObjectParts'], PartNumberMarker: -1 },
    'Argument part-number-marker must be an integer between 0 and 2147483647',
  ],
  [
    { ObjectAttributes: ['ObjectParts'], MaxParts: -1 },
    'Argument max-parts must be an integer between 0 and 2147483647',
  ],
] as const)('%j is refused', async ([input, message]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  expect(await world.refusal('s3', 'GetObjectAttributes', { Bucket, Key, ...input })).toBe(
    `InvalidArgument: ${message}`,
  );
});
