/** Requests that nobody has signed as they are: whatever the form of their body, they write nothing. */

import { expect, test } from 'vitest';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, START, type World } from '../support/harness.ts';
import {
  headerSigned,
  presigned,
  type RawRequest,
  type SigningCredentials,
  sha256,
  withHeaders,
} from '../support/signed-request.ts';

const at = START;
const Bucket = 'photos';
const target = '/photos/k';

interface Place extends Endpoint {
  readonly world: World;
  readonly credentials: SigningCredentials;
  readonly keys: () => Promise<(string | undefined)[]>;
}

async function newPlace(): Promise<Place> {
  const world = newWorld();
  const credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key: 'secret', Body: Buffer.from('other') });
  const endpoint = await startEndpoint(world);
  const keys = async () => (await world.call('s3', 'ListObjectsV2', { Bucket })).Contents?.map(({ Key }) => Key) ?? [];
  return { world, credentials, keys, ...endpoint };
}

const signature = '0'.repeat(64);
/** Each form of a body, and `abc` in it. */
const forms: readonly (readonly [payload: string, body: string])[] = [
  [sha256('abc'), 'abc'],
  ['UNSIGNED-PAYLOAD', 'abc'],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n'],
  [
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    `3;chunk-signature=${signature}\r\nabc\r\n0;chunk-signature=${signature}\r\n\r\n`,
  ],
  [
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    `3;chunk-signature=${signature}\r\nabc\r\n0;chunk-signature=${signature}\r\nx-amz-checksum-crc32:NSRBwg==\r\nx-amz-trailer-signature:${signature}\r\n\r\n`,
  ],
];

const chunkHeaders = (payload: string) =>
  payload.startsWith('STREAMING')
    ? {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': '3',
        ...(payload.endsWith('TRAILER') && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
      }
    : {};

test.for(forms)('a body of the form %s that is signed wrongly is not stored', async ([payload, body]) => {
  const { credentials, keys, send, server } = await newPlace();
  const wrong = { ...credentials, secretAccessKey: 'wrong' };
  const headers = chunkHeaders(payload);
  const stated = { ...headers, 'x-amz-content-sha256': payload };
  const put = { at, method: 'PUT', target } as const;
  const requests: readonly (readonly [string, RawRequest, string])[] = [
    ['header', headerSigned({ ...put, credentials: wrong, headers, payload }), 'SignatureDoesNotMatch'],
    ['query', presigned({ ...put, credentials: wrong, headers: stated, payload }), 'SignatureDoesNotMatch'],
    // The form is in a header that the URL does not sign.
    ['query, form beside it', withHeaders(presigned({ ...put, credentials }), stated), 'AccessDenied'],
    // The form is another one than was signed.
    [
      'header, other form',
      withHeaders(headerSigned({ ...put, credentials, headers, payload: sha256('') }), {
        'x-amz-content-sha256': payload,
      }),
      'SignatureDoesNotMatch',
    ],
    ['nobody', { method: 'PUT', target, headers: [['host', '127.0.0.1'], ...Object.entries(stated)] }, ''],
  ];
  for (const [name, raw, code] of requests) {
    const { status, text } = await send(raw, body);
    expect([name, status >= 400, text]).toEqual([name, true, expect.stringContaining(`<Code>${code}`)]);
  }
  expect(await keys()).toEqual(['secret']);
  await server.close(0);
});

test.for([
  ['x-amz-copy-source', '/photos/secret'],
  ['x-amz-tagging', 'a=b'],
  ['x-amz-acl', 'bucket-owner-full-control'],
  ['x-amz-grant-read', 'uri=http://acs.amazonaws.com/groups/global/AllUsers'],
  ['x-amz-server-side-encryption', 'AES256'],
  ['x-amz-server-side-encryption-customer-key', 'a'],
  ['x-amz-meta-a', 'b'],
  ['x-amz-security-token', 'a'],
  ['X-Amz-Storage-Class', 'STANDARD_IA'],
] as const)('the header %s is not added to what somebody else has signed', async ([name, value]) => {
  const { credentials, keys, send, server } = await newPlace();
  for (const sign of [headerSigned, presigned]) {
    const { status, text } = await send(
      withHeaders(sign({ at, credentials, method: 'PUT', target, body: 'abc' }), { [name]: value }),
      'abc',
    );
    expect(status).toBe(403);
    expect(text).toContain(`<HeadersNotSigned>${name.toLowerCase()}</HeadersNotSigned>`);
  }
  expect(await keys()).toEqual(['secret']);
  await server.close(0);
});

test('headers that only look as if they were ours mean nothing', async () => {
  const { world, send, server } = await newPlace();
  await world.call('iam', 'CreateUser', { UserName: 'nobody' });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'nobody' });
  const credentials = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  const headers = {
    'x-ssebox-as': 'user/admin',
    'x-ssebox-caller': 'arn:aws:iam::111122223333:root',
    'x-amz-source-arn': 'arn:aws:iam::111122223333:root',
    'x-forwarded-for': '10.0.0.1',
  };
  expect(await send(headerSigned({ at, credentials, target, headers }))).toMatchObject({ status: 403 });
  await server.close(0);
});

test('a session has no more than its session policy, and ends with its role', async () => {
  const { world, send, server } = await newPlace();
  const trust = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await world.call('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument });
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await world.call('iam', 'AttachRolePolicy', { RoleName: 'r', PolicyArn });
  const Statement = { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const input = { RoleArn: Role.Arn, RoleSessionName: 'work', Policy };
  const { Credentials } = await world.call('sts', 'AssumeRole', input);
  if (!Credentials) return expect.fail('no credentials');
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials;
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  for (const sign of [headerSigned, presigned]) {
    expect(await send(sign({ at, credentials, target: '/photos?list-type=2' }))).toMatchObject({ status: 200 });
    expect(await send(sign({ at, credentials, target: '/photos/secret' }))).toMatchObject({ status: 403 });
  }
  await world.call('iam', 'DetachRolePolicy', { RoleName: 'r', PolicyArn });
  await world.call('iam', 'DeleteRole', { RoleName: 'r' });
  expect(await send(headerSigned({ at, credentials, target: '/photos?list-type=2' }))).toMatchObject({ status: 403 });
  await server.close(0);
});

test('a flood of wrong signatures leaves the calls of others as they are', async () => {
  const { world, credentials, send, server } = await newPlace();
  const wrong = { ...credentials, secretAccessKey: 'wrong' };
  const sent = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      send(
        headerSigned({
          at,
          credentials: n % 3 === 0 ? credentials : wrong,
          method: 'PUT',
          target: `/photos/${n}`,
          body: 'x',
        }),
        'x',
      ),
    ),
  );
  expect(sent.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(sent.filter(({ status }) => status === 403)).toHaveLength(40);
  expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(21);
  await server.close(0);
});
