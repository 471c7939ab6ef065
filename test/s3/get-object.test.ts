import { describe, expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { newWorld, START } from '../support/harness.ts';
import { bytesOf } from './modes.ts';

const Bucket = 'photos';
const Key = 'k';

async function newObject(input: object = {}) {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const put = await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('hello'), ...input });
  return { world, put };
}

// S3 API Reference, GetObject.
test('headers, metadata and times are returned as given', async () => {
  const described = {
    CacheControl: 'no-cache',
    ContentDisposition: 'inline',
    ContentEncoding: 'gzip',
    ContentLanguage: 'de',
    ContentType: 'text/plain',
    Expires: new Date('2030-01-01T00:00:00Z'),
    StorageClass: 'STANDARD_IA',
    WebsiteRedirectLocation: '/x',
  } as const;
  const { world } = await newObject({ ...described, Metadata: { Colour: 'blau' } });
  for (const operation of ['GetObject', 'HeadObject'] as const) {
    expect(await world.call('s3', operation, { Bucket, Key })).toMatchObject({
      ...described,
      Metadata: { colour: 'blau' },
      LastModified: new Date(START),
      ContentLength: 5,
      AcceptRanges: 'bytes',
    });
  }
});

test("metadata and contexts can use the names of JavaScript's object members", async () => {
  const Metadata = { constructor: 'a', tostring: 'b' };
  const context = { constructor: 'c', toString: 'd' };
  const { world } = await newObject({
    Metadata,
    ServerSideEncryption: 'aws:kms',
    SSEKMSEncryptionContext: btoa(JSON.stringify(context)),
  });
  const answer = await world.call('s3', 'GetObject', { Bucket, Key });
  expect((await bytesOf(answer.Body)).toString()).toBe('hello');
  expect(answer.Metadata).toEqual(Metadata);
});

test('a read can request other headers', async () => {
  const { world } = await newObject({ ContentType: 'text/plain' });
  const answer = await world.call('s3', 'GetObject', {
    Bucket,
    Key,
    ResponseContentType: 'text/html',
    ResponseCacheControl: 'no-store',
  });
  expect(answer).toMatchObject({ ContentType: 'text/html', CacheControl: 'no-store' });
});

describe('part numbers of an object without parts', () => {
  test('part 1 is the whole object, with a Content-Range', async () => {
    const { world } = await newObject();
    const answer = await world.call('s3', 'GetObject', { Bucket, Key, PartNumber: 1 });
    expect((await bytesOf(answer.Body)).toString()).toBe('hello');
    expect(answer.ContentRange).toBe('bytes 0-4/5');
    expect(answer.PartsCount).toBeUndefined();
  });
  test('there is no part 2, and no part with a range', async () => {
    const { world } = await newObject();
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key, PartNumber: 2 })).toBe(
      'InvalidPartNumber: The requested partnumber is not satisfiable',
    );
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key, PartNumber: 1, Range: 'bytes=0-1' })).toBe(
      'InvalidRequest: Cannot specify both Range header and partNumber query parameter',
    );
  });
  test.for([0, -1, 10_001])('%i is not a valid part number', async (PartNumber) => {
    const { world } = await newObject();
    for (const operation of ['GetObject', 'HeadObject'] as const) {
      expect(await world.refusal('s3', operation, { Bucket, Key, PartNumber })).toBe(
        'InvalidArgument: Part number must be an integer between 1 and 10000, inclusive',
      );
    }
  });
});

// S3 API Reference, "Authenticating Requests: Using the Authorization Header", transferring the payload in chunks.
test.for([
  ['aws-chunked', undefined],
  ['aws-chunked,gzip', 'gzip'],
  ['br, AWS-Chunked, gzip', 'br,gzip'],
  ['br, gzip', 'br, gzip'],
] as const)('of the content encoding %s, %s is kept', async ([ContentEncoding, kept]) => {
  const { world } = await newObject({ ContentEncoding });
  expect((await world.call('s3', 'HeadObject', { Bucket, Key })).ContentEncoding).toBe(kept);
});

test('a checksum is returned if requested, and only with the whole object', async () => {
  const { world, put } = await newObject();
  const get = (input: object) => world.call('s3', 'GetObject', { Bucket, Key, ...input });
  expect((await get({})).ChecksumCRC64NVME).toBeUndefined();
  expect((await get({ ChecksumMode: 'ENABLED' })).ChecksumCRC64NVME).toBe(put.ChecksumCRC64NVME);
  expect((await get({ ChecksumMode: 'ENABLED', Range: 'bytes=0-1' })).ChecksumCRC64NVME).toBeUndefined();
  expect((await get({ ChecksumMode: 'ENABLED', Range: 'bytes=0-4' })).ChecksumCRC64NVME).toBe(put.ChecksumCRC64NVME);
});

test('conditions that fail are 412 and 304', async () => {
  const { world, put } = await newObject();
  expect(await world.refusal('s3', 'GetObject', { Bucket, Key, IfMatch: '"x"' })).toMatch(/^PreconditionFailed/);
  expect(await world.refusal('s3', 'HeadObject', { Bucket, Key, IfNoneMatch: put.ETag })).toBe('304: Not Modified');
});

test('a conditional write sees the state at its commit', async () => {
  const { world, put } = await newObject();
  const body = { Bucket, Key, Body: Buffer.from('new') };
  expect(await world.refusal('s3', 'PutObject', { ...body, IfNoneMatch: '*' })).toMatch(/^PreconditionFailed/);
  await world.call('s3', 'PutObject', { ...body, IfMatch: put.ETag });
  expect(await world.refusal('s3', 'PutObject', { ...body, IfMatch: put.ETag })).toMatch(/^PreconditionFailed/);
  await world.call('s3', 'DeleteObject', { Bucket, Key });
  await world.call('s3', 'PutObject', { ...body, IfNoneMatch: '*' });
});

test('a delete during a download does not affect it', async () => {
  const bytes = Buffer.alloc(2_000_000, 'abc');
  const { world } = await newObject({ Body: bytes });
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key });
  await world.call('s3', 'DeleteObject', { Bucket, Key });
  await new Promise((resolve) => setImmediate(resolve));
  expect((await bytesOf(Body)).equals(bytes)).toBe(true);
});

// CloudTrail User Guide, "Logging data events", and Amazon S3 User Guide, "Amazon S3 CloudTrail events".
test('the audit log has the headers with their names, the applied encryption and the bytes', async () => {
  const { world } = await newObject({ ServerSideEncryption: 'aws:kms' });
  await world.call('s3', 'PutObject', { Bucket, Key: 'd', Body: Buffer.from('x') });
  await world.call('s3', 'GetObject', { Bucket, Key, Range: 'bytes=1-2' });
  await world.refusal('s3', 'GetObject', { Bucket, Key: 'nope' });
  const records = world.transact((tx) => allCalls(tx)).filter(({ operation }) => /^(Put|Get)Object$/.test(operation));
  expect(records).toMatchObject([
    {
      parameters: { bucketName: Bucket, key: Key, 'x-amz-server-side-encryption': 'aws:kms' },
      response: {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': expect.any(String),
      },
      extra: { SSEApplied: 'SSE_KMS' },
      bytesIn: 5,
      bytesOut: 0,
      resources: [
        { type: 'AWS::S3::Object', arn: 'arn:aws:s3:::photos/k' },
        { type: 'AWS::S3::Bucket', arn: 'arn:aws:s3:::photos', account: '111122223333' },
      ],
    },
    { extra: { SSEApplied: 'Default_SSE_S3' } },
    { parameters: { Range: 'bytes=1-2' }, extra: { SSEApplied: 'SSE_KMS' }, bytesOut: 2, response: null },
    { parameters: { key: 'nope' }, error: { code: 'NoSuchKey' } },
  ]);
});

test("a customer's key is in no record of the audit log", async () => {
  const { world } = await newObject();
  const key = Buffer.alloc(32, 0x41);
  const headers = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key.toString('base64'), SSECustomerKeyMD5: 'x' };
  await world.refusal('s3', 'GetObject', { Bucket, Key, ...headers });
  const log = world.transact((tx) => JSON.stringify([...allCalls(tx), ...tx.refusals.range()]));
  expect(log).not.toContain(key.toString('base64'));
  expect(log).toContain('x-amz-server-side-encryption-customer-key-MD5');
});
