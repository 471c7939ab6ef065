import { expect, test } from 'vitest';
import { newWorld } from '../support/harness.ts';

const Bucket = 'photos';
const Key = 'k';
const Body = Buffer.from('x');

const lockHeaders = [
  { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date('2030-01-01') },
  { ObjectLockMode: 'COMPLIANCE' },
  { ObjectLockRetainUntilDate: new Date('2030-01-01') },
  { ObjectLockLegalHoldStatus: 'ON' },
  { ObjectLockLegalHoldStatus: 'OFF' },
] as const;

// S3 API Reference, PutObject, CopyObject and CreateMultipartUpload: S3 writes the words together for these.
test.for([
  ['PutObject', { Key: 'new', Body }],
  ['CopyObject', { Key: 'new', CopySource: `${Bucket}/${Key}` }],
  ['CreateMultipartUpload', { Key: 'new' }],
] as const)('%s with the headers of Object Lock is refused in a bucket without it', async ([operation, input]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key, Body });
  for (const headers of lockHeaders) {
    expect(await world.refusal('s3', operation, { Bucket, ...input, ...headers })).toBe(
      'InvalidRequest: Bucket is missing ObjectLockConfiguration',
    );
  }
  expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(1);
  expect((await world.call('s3', 'ListMultipartUploads', { Bucket })).Uploads ?? []).toEqual([]);
});

// S3 API Reference, GetObjectRetention and GetObjectLegalHold.
test.for(['GetObjectRetention', 'GetObjectLegalHold'] as const)(
  '%s is refused there with spaces',
  async (operation) => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    await world.call('s3', 'PutObject', { Bucket, Key, Body });
    expect(await world.refusal('s3', operation, { Bucket, Key })).toBe(
      'InvalidRequest: Bucket is missing Object Lock Configuration',
    );
  },
);
