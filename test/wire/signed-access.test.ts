/** What a server decides by how a request was signed, and by the connection that it came over. */

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { MINUTE, newWorld, START, type World } from '../support/harness.ts';
import { headerSigned, presigned, withHeaders, withQuery } from '../support/signed-request.ts';
import { presignedV2 } from '../support/signed-v2.ts';

const at = START;
const Bucket = 'photos';

async function newPhotos(world: World, SSEAlgorithm: 'AES256' | 'aws:kms'): Promise<void> {
  await world.call('s3', 'CreateBucket', { Bucket });
  const ServerSideEncryptionConfiguration = {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm },
        BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] },
      },
    ],
  };
  await world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration });
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('hello') });
}

const REQUIRED =
  '<Code>InvalidArgument</Code><Message>Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.</Message><ArgumentName>Authorization</ArgumentName>';

test('objects under KMS keys are neither read nor written with version 2, and others are', async () => {
  const world = newWorld();
  await newPhotos(world, 'AES256');
  const credentials = await newCredentials(world);
  const { send, server } = await startEndpoint(world);
  const url = (method: string, target: string, headers = {}) => presignedV2({ credentials, method, target, headers });
  expect(await send(url('GET', '/photos/k'))).toMatchObject({ status: 200, text: 'hello' });
  expect(await send(url('PUT', '/photos/new'), 'x')).toMatchObject({ status: 200 });
  const kms = { 'x-amz-server-side-encryption': 'aws:kms' };
  expect(await send(url('PUT', '/photos/new', kms), 'x')).toMatchObject({
    status: 400,
    text: expect.stringContaining(REQUIRED),
  });
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x'), ServerSideEncryption: 'aws:kms' });
  expect(await send(url('GET', '/photos/k'))).toMatchObject({ status: 400, text: expect.stringContaining(REQUIRED) });
  const upload = { Bucket, Key: 'parts', ServerSideEncryption: 'aws:kms' as const };
  const { UploadId } = await world.call('s3', 'CreateMultipartUpload', upload);
  const part = `/photos/parts?partNumber=1&uploadId=${UploadId}`;
  expect(await send(url('PUT', part), 'x')).toMatchObject({ status: 400, text: expect.stringContaining(REQUIRED) });
  expect(await send(presigned({ at, credentials, method: 'PUT', target: part }), 'x')).toMatchObject({ status: 200 });
  await server.close(0);
});

// As the SDK for JavaScript presigns an upload: with the checksum of no bytes.
test('a checksum in a URL is ignored, as S3 does, and one in a header is not', async () => {
  const world = newWorld();
  await newPhotos(world, 'AES256');
  const credentials = await newCredentials(world);
  const { send, server } = await startEndpoint(world);
  const target = '/photos/new?x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32';
  for (const url of [
    presigned({ at, credentials, method: 'PUT', target }),
    presignedV2({ credentials, method: 'PUT', target }),
  ]) {
    const stored = await send(url, 'hello');
    expect([stored.text, stored.headers['x-amz-checksum-type']]).toEqual(['', 'FULL_OBJECT']);
  }
  const headers = { 'x-amz-checksum-crc32': 'AAAAAA==' };
  const refused = await send(presigned({ at, credentials, method: 'PUT', target: '/photos/new', headers }), 'hello');
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('<Code>BadDigest</Code>')]);
  await server.close(0);
});

// Amazon S3 User Guide, "Using server-side encryption with customer-provided keys (SSE-C)".
test('a customer key is only taken over TLS, or where that is assumed', async () => {
  const world = newWorld();
  await newPhotos(world, 'AES256');
  const credentials = await newCredentials(world);
  const customerKey = Buffer.alloc(32, 'k');
  const headers = {
    'x-amz-server-side-encryption-customer-algorithm': 'AES256',
    'x-amz-server-side-encryption-customer-key': customerKey.toString('base64'),
    'x-amz-server-side-encryption-customer-key-md5': createHash('md5').update(customerKey).digest('base64'),
  };
  const put = headerSigned({
    at,
    credentials,
    method: 'PUT',
    target: '/photos/k',
    headers,
    body: 'x',
  });
  const open = await startEndpoint(world, { credentials: { secureTransport: 'actual' } });
  const refused = await open.send(put, 'x');
  expect([refused.status, refused.text]).toEqual([
    400,
    expect.stringContaining(
      '<Message>Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.</Message>',
    ),
  ]);
  expect(
    await open.send(headerSigned({ at, credentials, method: 'PUT', target: '/photos/k', body: 'x' }), 'x'),
  ).toMatchObject({
    status: 200,
  });
  await open.server.close(0);
  const assumed = await startEndpoint(world);
  expect(await assumed.send(put, 'x')).toMatchObject({ status: 200 });
  await assumed.server.close(0);
});

test('where TLS is not assumed, policies know that there is none', async () => {
  const world = newWorld();
  await newPhotos(world, 'AES256');
  const credentials = await newCredentials(world);
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::photos/*', Condition };
  await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  const get = headerSigned({ at, credentials, target: '/photos/k' });
  for (const [secureTransport, status] of [
    ['actual', 403],
    ['assumed', 200],
  ] as const) {
    const { send, server } = await startEndpoint(world, { credentials: { secureTransport } });
    expect((await send(get)).status).toBe(status);
    // What somebody on the way says is not believed.
    expect(
      (await send(withHeaders(get, { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.1' }))).status,
    ).toBe(status);
    await server.close(0);
  }
});

test('the use of a key is seen by GetAccessKeyLastUsed, once in a quarter of an hour', async () => {
  const world = newWorld();
  const credentials = await newCredentials(world);
  const AccessKeyId = credentials.accessKeyId;
  const lastUsed = async () => (await world.call('iam', 'GetAccessKeyLastUsed', { AccessKeyId })).AccessKeyLastUsed;
  expect(await lastUsed()).toMatchObject({ ServiceName: 'N/A', Region: 'N/A' });
  const { send, server } = await startEndpoint(world);
  let now = START;
  const used = async (service: string, region: string, after: number) => {
    now += after;
    world.advance(after);
    const target = service === 's3' ? '/' : '/?Action=GetCallerIdentity&Version=2011-06-15';
    expect((await send(headerSigned({ at: now, credentials, service, region, target }))).status).toBe(200);
    return lastUsed();
  };
  const first = { ServiceName: 's3', Region: 'us-east-1', LastUsedDate: new Date(START) };
  expect(await used('s3', 'us-east-1', 0)).toEqual(first);
  expect(await used('s3', 'us-east-1', 15 * MINUTE - 1000)).toEqual(first);
  const second = { ...first, LastUsedDate: new Date(START + 15 * MINUTE) };
  expect(await used('s3', 'us-east-1', 1000)).toEqual(second);
  expect(await used('sts', 'us-east-1', 1000)).toEqual({ ...second, ServiceName: 'sts', LastUsedDate: new Date(now) });
  expect(await used('sts', 'eu-west-1', 1000)).toMatchObject({ Region: 'eu-west-1', LastUsedDate: new Date(now) });
  const before = await lastUsed();
  world.advance(60 * MINUTE);
  const wrong = headerSigned({ at: now + 60 * MINUTE, credentials: { ...credentials, secretAccessKey: 'x' } });
  expect((await send(wrong)).status).toBe(403);
  expect(await lastUsed()).toEqual(before);
  await server.close(0);
});

test('where any credentials are taken, no web page is let in', async () => {
  const world = newWorld();
  const hosts: string[] = [];
  const anyCredentials = {
    caller: () => ({ kind: 'root', account: '111122223333', arn: 'arn:aws:iam::111122223333:root' }) as const,
    isOwnHost(host: string) {
      hosts.push(host);
      return host === '127.0.0.1:4566';
    },
  };
  const { send, server } = await startEndpoint(world, { credentials: { secureTransport: 'assumed', anyCredentials } });
  const made = { accessKeyId: 'test', secretAccessKey: 'test' };
  const buckets = headerSigned({ at, credentials: made });
  expect((await send(buckets)).status).toBe(200);
  expect((await send(withHeaders(buckets, { 'sec-fetch-site': 'none' }))).status).toBe(200);
  for (const headers of [
    { origin: 'https://example.com' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { host: 'rebound.example.com:4566' },
  ]) {
    for (const raw of [buckets, withHeaders(buckets, { authorization: undefined })]) {
      const { status, text } = await send(withHeaders(raw, headers));
      expect([status, text]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    }
  }
  expect(hosts).toContain('rebound.example.com:4566');
  const image = withQuery(
    presigned({ at, credentials: made, service: 'iam', target: '/?Action=CreateUser&UserName=x&Version=2010-05-08' }),
    {},
  );
  expect(await send(withHeaders(image, { 'sec-fetch-site': 'cross-site' }))).toMatchObject({ status: 403 });
  expect((await world.call('iam', 'ListUsers', {})).Users.map(({ UserName }) => UserName)).toEqual(['admin']);
  await server.close(0);
});

test('credentials that stand for nobody are refused in the words of each service', async () => {
  const world = newWorld();
  const anyCredentials = { caller: () => undefined, isOwnHost: () => true };
  const { send, server } = await startEndpoint(world, { credentials: { secureTransport: 'assumed', anyCredentials } });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = await send(headerSigned({ at, credentials }));
  expect([s3.status, s3.text]).toEqual([403, expect.stringContaining('<Code>InvalidAccessKeyId</Code>')]);
  const target = { 'x-amz-target': 'TrentService.ListKeys', 'content-type': 'application/x-amz-json-1.1' };
  const signed = headerSigned({ at, credentials, service: 'kms', method: 'POST', headers: target, body: '{}' });
  const kms = await send(signed, '{}');
  expect([kms.status, kms.text]).toEqual([400, expect.stringContaining('UnrecognizedClientException')]);
  await server.close(0);
});

test('a key that the store knows is verified, even where any credentials are taken', async () => {
  const world = newWorld();
  const credentials = await newCredentials(world);
  const anyCredentials = {
    caller: () => ({ kind: 'root', account: '111122223333', arn: 'arn:aws:iam::111122223333:root' }) as const,
    isOwnHost: () => true,
  };
  const { send, server } = await startEndpoint(world, { credentials: { secureTransport: 'assumed', anyCredentials } });
  expect((await send(headerSigned({ at, credentials }))).status).toBe(200);
  expect((await send(headerSigned({ at, credentials: { ...credentials, secretAccessKey: 'x' } }))).status).toBe(403);
  await world.call('iam', 'DeleteAccessKey', { UserName: 'sam', AccessKeyId: credentials.accessKeyId });
  const { status, text } = await send(headerSigned({ at, credentials }));
  expect([status, text]).toEqual([403, expect.stringContaining('<Code>InvalidAccessKeyId</Code>')]);
  await server.close(0);
});

test('what is refused before there is a call has an id in the form of its service', async () => {
  const { send, server } = await startEndpoint(newWorld());
  const headers = [
    ['host', '127.0.0.1'],
    ['authorization', 'Bearer x'],
  ] as const;
  const s3 = await send({ method: 'GET', target: '/photos', headers });
  expect([s3.status, s3.headers['x-amz-request-id']]).toEqual([400, expect.stringMatching(/^[A-Z2-7]{16}$/)]);
  const target = ['x-amz-target', 'TrentService.ListKeys'] as const;
  const kms = await send({ method: 'POST', target: '/', headers: [...headers, target] }, '{}');
  expect([kms.status, kms.headers['x-amzn-requestid']]).toEqual([400, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  await server.close(0);
});
