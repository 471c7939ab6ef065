import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';
import { customerKey, newBucket } from './modes.ts';

const Key = 'k';
const other = Buffer.alloc(32, 9);
const otherKey = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: other.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(other).digest('base64'),
};

const none =
  'InvalidRequest: The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.';
const wrong =
  'AccessDenied: Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.';
const inapplicable = 'InvalidRequest: The encryption parameters are not applicable to this object.';

async function newObject(world: World, size: number): Promise<string> {
  const Bucket = await newBucket(world);
  await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.alloc(size), ...customerKey });
  return Bucket;
}

// Amazon S3 User Guide, "Using server-side encryption with customer-provided keys": every way of reading checks the key.
const reads = [
  ['GetObject', {}],
  ['GetObject', { Range: 'bytes=0-0' }],
  ['HeadObject', {}],
  ['GetObjectAttributes', { ObjectAttributes: ['ETag'] }],
] as const;
const cases = [0, 5, 100_000].flatMap((size) => reads.map(([operation, input]) => ({ size, operation, input })));

test.for(cases)('$operation of an object of $size bytes needs the right key', async ({ size, operation, input }) => {
  const world = newWorld();
  const Bucket = await newObject(world, size);
  const asked = size === 0 ? { ...input, Range: undefined } : input;
  expect(await world.refusal('s3', operation, { Bucket, Key, ...asked })).toBe(none);
  expect(await world.refusal('s3', operation, { Bucket, Key, ...asked, ...otherKey })).toBe(wrong);
});

test('the source of a copy needs it, whole or as a part', async () => {
  const world = newWorld();
  const Bucket = await newObject(world, 0);
  const source = (key: typeof otherKey) => ({
    CopySourceSSECustomerAlgorithm: key.SSECustomerAlgorithm,
    CopySourceSSECustomerKey: key.SSECustomerKey,
    CopySourceSSECustomerKeyMD5: key.SSECustomerKeyMD5,
  });
  const { UploadId } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'copy' });
  const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` };
  for (const [operation, input] of [
    ['CopyObject', copy],
    ['UploadPartCopy', { ...copy, UploadId, PartNumber: 1 }],
  ] as const) {
    expect(await world.refusal('s3', operation, input)).toBe(none);
    expect(await world.refusal('s3', operation, { ...input, ...source(otherKey) })).toBe(wrong);
  }
});

test("a customer's key for an object that has none is refused", async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('x') });
  for (const operation of ['GetObject', 'HeadObject'] as const) {
    expect(await world.refusal('s3', operation, { Bucket, Key, ...customerKey })).toBe(inapplicable);
  }
});

test('deleting, listing and tagging need no key', async () => {
  const world = newWorld();
  const Bucket = await newObject(world, 5);
  await world.call('s3', 'PutObjectTagging', { Bucket, Key, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
  expect((await world.call('s3', 'GetObjectTagging', { Bucket, Key })).TagSet).toEqual([{ Key: 'a', Value: 'b' }]);
  expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(1);
  await world.call('s3', 'DeleteObject', { Bucket, Key });
});

// Amazon S3 User Guide, "Blocking or unblocking SSE-C for a general purpose bucket".
test("a new bucket accepts no customers' keys until that is allowed, and a default without the element does not allow it", async () => {
  const world = newWorld();
  const Bucket = 'photos';
  await world.call('s3', 'CreateBucket', { Bucket });
  const blocked =
    'AccessDenied: User: arn:aws:iam::111122223333:user/admin is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::photos/k" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type';
  const put = { Bucket, Key, Body: Buffer.from('x'), ...customerKey };
  expect(await world.refusal('s3', 'PutObject', put)).toBe(blocked);
  expect(await world.refusal('s3', 'CreateMultipartUpload', { Bucket, Key, ...customerKey })).toBe(blocked);
  const setRule = (rule: object) =>
    world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
  await setRule({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } });
  expect(await world.refusal('s3', 'PutObject', put)).toBe(blocked);
  await setRule({ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } });
  await world.call('s3', 'PutObject', put);
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key, ...customerKey });
  const part = { Bucket, Key, UploadId, PartNumber: 1, ...customerKey };
  const { ETag } = await world.call('s3', 'UploadPart', { ...part, Body: Buffer.from('part') });
  await world.call('s3', 'PutObject', { Bucket, Key: 'plain', Body: Buffer.from('x') });
  await setRule({ BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } });
  expect(await world.refusal('s3', 'PutObject', put)).toBe(blocked);
  expect(await world.refusal('s3', 'UploadPart', { ...part, Body: Buffer.from('x') })).toBe(blocked);
  expect(await world.refusal('s3', 'UploadPartCopy', { ...part, CopySource: 'photos/plain' })).toBe(blocked);
  const { Parts } = await world.call('s3', 'ListParts', { Bucket, Key, UploadId });
  expect(Parts).toMatchObject([{ PartNumber: 1, ETag, Size: 4 }]);
  await world.call('s3', 'GetObject', { Bucket, Key, ...customerKey });
});

test('the key is in no file of the store, only a salted hash of it', async () => {
  const world = newWorld();
  const Bucket = await newObject(world, 5);
  const stored = world.transact((tx) => JSON.stringify(tx.objects.get([Bucket, Key])));
  expect(stored).not.toContain(customerKey.SSECustomerKeyMD5);
  const first = world.transact((tx) => tx.objects.get([Bucket, Key]));
  await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.alloc(5), ...customerKey });
  const second = world.transact((tx) => tx.objects.get([Bucket, Key]));
  const verifier = (record: typeof first) =>
    record?.kind === 'object' && record.encryption.kind === 'SSE-C'
      ? Buffer.from(record.encryption.verifier).toString('hex')
      : undefined;
  expect(verifier(first)).not.toBe(verifier(second));
});
