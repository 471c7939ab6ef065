import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const Bucket = 'photos';
const bucketEntry = { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${Bucket}` };

const eventsOf = (world: World, operation: string) =>
  world
    .transact(allCalls)
    .filter((record) => record.operation === operation)
    .map(cloudTrailEvent);

// Amazon S3 User Guide, "Example: Amazon S3 log file entries"; CloudTrail User Guide, "Amazon S3 data events".
test('deleting several objects is an event of their bucket, in its region, besides one for each', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  const Delete = { Objects: [{ Key: 'a' }, { Key: 'b' }] };
  await world.call('s3', 'DeleteObjects', { Bucket, Delete });
  expect(eventsOf(world, 'DeleteObjects')).toMatchObject([
    {
      awsRegion: 'eu-west-1',
      recipientAccountId: ACCOUNT,
      requestParameters: { bucketName: Bucket, delete: '' },
      resources: [bucketEntry],
      managementEvent: false,
    },
  ]);
  expect(eventsOf(world, 'DeleteObjects')[0]?.resources).toEqual([bucketEntry]);
  expect(eventsOf(world, 'DeleteObject').map(({ awsRegion }) => awsRegion)).toEqual(['eu-west-1', 'eu-west-1']);
});

test('deleting several objects of another account is an event for both accounts, refused or not', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const as = `${OTHER_ACCOUNT}:user/admin`;
  await world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [{ Key: 'a' }] } }, { as });
  expect(await world.refusal('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [] } }, { as })).toMatch(/^Malformed/);
  const seen = eventsOf(world, 'DeleteObjects').map(({ recipientAccountId, resources }) => [
    recipientAccountId,
    resources,
  ]);
  expect(seen).toHaveLength(4);
  for (const account of [ACCOUNT, OTHER_ACCOUNT]) {
    expect(seen.filter(([recipient]) => recipient === account)).toEqual([
      [account, [bucketEntry]],
      [account, [bucketEntry]],
    ]);
  }
});

const connection = {
  SignatureVersion: 'SigV4',
  CipherSuite: 'TLS_AES_128_GCM_SHA256',
  bytesTransferredIn: 0,
  AuthenticationMethod: 'AuthHeader',
  'x-amz-id-2': expect.stringMatching(/^[\w+/]{75}=$/),
  bytesTransferredOut: 0,
};

const Body = Buffer.from('12345');
const nobody = { as: 'user/nobody' } as const;

// Amazon S3 User Guide, "Example: Amazon S3 log file entries".
test.for([
  ['GetObject', { Bucket, Key: 'none' }, {}, 'NoSuchKey'],
  ['GetObject', { Bucket: 'nowhere', Key: 'a' }, {}, 'NoSuchBucket'],
  ['PutObject', { Bucket, Key: 'a', Body }, nobody, 'AccessDenied'],
  ['DeleteObject', { Bucket, Key: 'a', IfMatchSize: 1 }, {}, 'NotImplemented'],
  ['HeadBucket', { Bucket }, nobody, 'AccessDenied'],
  ['GetBucketPolicy', { Bucket }, {}, 'NoSuchBucketPolicy'],
] as const)(
  'a refused %s with %j describes the connection that it came by',
  async ([operation, input, options, code]) => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    await world.call('iam', 'CreateUser', { UserName: 'nobody' });
    expect(await world.refusal('s3', operation, input, options)).toMatch(new RegExp(`^${code}|^403|^Forbidden`));
    const [refused] = eventsOf(world, operation);
    expect(refused?.errorCode).toBeDefined();
    expect(refused?.additionalEventData).toEqual(connection);
  },
);

test('a refused call over HTTP describes how it was signed, and an anonymous one that it was not', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const origin = { kind: 'http', sourceIp: '203.0.113.9', isTls: false, host: 'localhost', auth: 'query' } as const;
  await world.refusal('s3', 'GetObject', { Bucket, Key: 'none' }, { origin });
  await world.refusal('s3', 'GetObject', { Bucket, Key: 'none' }, { origin: { ...origin, auth: 'none' } });
  const [signed, unsigned] = eventsOf(world, 'GetObject');
  expect(signed?.additionalEventData).toEqual({
    SignatureVersion: 'SigV4',
    bytesTransferredIn: 0,
    AuthenticationMethod: 'QueryString',
    'x-amz-id-2': connection['x-amz-id-2'],
    bytesTransferredOut: 0,
  });
  expect(unsigned?.additionalEventData).toEqual({
    bytesTransferredIn: 0,
    'x-amz-id-2': connection['x-amz-id-2'],
    bytesTransferredOut: 0,
  });
});

// Amazon S3 User Guide, "Amazon S3 server access log format", Authentication type and Signature version.
test.for([
  [{ auth: 'header', signatureVersion: 4 }, 'SigV4', 'AuthHeader'],
  [{ auth: 'header', signatureVersion: 2 }, 'SigV2', 'AuthHeader'],
  [{ auth: 'query', signatureVersion: 2 }, 'SigV2', 'QueryString'],
  [{ auth: 'form', signatureVersion: 4 }, 'SigV4', 'HtmlForm'],
] as const)('a call that is signed as %j is logged as %s in %s', async ([signed, version, method]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const origin = {
    kind: 'http',
    sourceIp: '203.0.113.9',
    isTls: true,
    isTlsAssumed: true,
    host: 'localhost',
    ...signed,
  } as const;
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body }, { origin });
  const [event] = eventsOf(world, 'PutObject');
  expect(event?.additionalEventData).toMatchObject({
    SignatureVersion: version,
    AuthenticationMethod: method,
    CipherSuite: 'TLS_AES_128_GCM_SHA256',
  });
  expect(event).toMatchObject({
    sourceIPAddress: '203.0.113.9',
    tlsDetails: { tlsVersion: 'TLSv1.3', clientProvidedHostHeader: 'localhost' },
    requestParameters: { Host: 'localhost' },
  });
});

test('an event of a configuration describes its connection, and no encryption', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  expect(eventsOf(world, 'CreateBucket')[0]?.additionalEventData).toEqual(connection);
});

test("a write's facts stand in the order of S3's log files", async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body });
  const data = eventsOf(world, 'PutObject')[0]?.additionalEventData;
  expect(data).toEqual({ ...connection, bytesTransferredIn: 5, SSEApplied: 'Default_SSE_S3' });
  expect(Object.keys(Object(data))).toEqual([
    ...['SignatureVersion', 'CipherSuite', 'bytesTransferredIn', 'SSEApplied', 'AuthenticationMethod'],
    ...['x-amz-id-2', 'bytesTransferredOut'],
  ]);
});

// Amazon S3 User Guide, "Getting Amazon S3 request IDs": the pair of ids identifies a request.
test('a request has one id of its host, which no other has, in the log of each account', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.refusal('s3', 'GetObject', { Bucket, Key: 'a' }, { as: `${OTHER_ACCOUNT}:user/admin` });
  await world.refusal('s3', 'GetObject', { Bucket, Key: 'a' });
  const ids = eventsOf(world, 'GetObject').map(({ requestID, additionalEventData }) => ({
    requestID,
    hostId: Object(additionalEventData)['x-amz-id-2'],
  }));
  expect(ids).toHaveLength(3);
  expect(new Set(ids.map(({ requestID }) => requestID)).size).toBe(2);
  expect(new Set(ids.map(({ hostId }) => hostId)).size).toBe(2);
  expect(new Set(ids.map(({ requestID, hostId }) => `${requestID} ${hostId}`)).size).toBe(2);
});
