/**
 * What S3 refuses first of a request with several faults: a bucket that is not there, then the header fields, then a
 * missing permission, then the body.
 */

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { operationModel, operationNames } from '../../src/api/model/loader.ts';
import { s3Operations } from '../../src/s3/operations.ts';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { headerSigned, type SigningCredentials, type Wanted } from '../support/signed-request.ts';

let world: World;
let endpoint: Endpoint;
let admin: SigningCredentials;
let nobody: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  admin = await newCredentials(world);
  await world.call('iam', 'CreateUser', { UserName: 'ned' });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'ned' });
  nobody = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  await world.call('s3', 'CreateBucket', { Bucket: 'here' });
  endpoint = await startEndpoint(world);
});
afterEach(() => endpoint.server.close(0));

async function codeOf(wanted: Omit<Wanted, 'at'>): Promise<string | undefined> {
  const raw = headerSigned({ ...wanted, at: world.environment.now() });
  const { text } = await endpoint.send(raw, wanted.body ?? '');
  return /<Code>(\w+)<\/Code>/.exec(text)?.[1];
}

const CUT = '<Cut';
const md5 = createHash('md5').update(CUT).digest('base64');

/** The operations whose body is a document, but for CreateBucket: its bucket is not there yet. */
const withDocument = operationNames('s3').filter((name) => {
  const model = operationModel('s3', name);
  const input = model?.input && model.shapes[model.input.shape];
  if (!model || name === 'CreateBucket' || input?.type !== 'structure' || input.payload === undefined) return false;
  const payload = model.shapes[input.members[input.payload]?.shape ?? ''];
  return payload?.type === 'structure' && Object.hasOwn(s3Operations, name);
});

function requestFor(name: string, bucket: string): Pick<Wanted, 'method' | 'target'> {
  const model = operationModel('s3', name);
  const input = model?.input && model.shapes[model.input.shape];
  if (!model || input?.type !== 'structure') throw new Error(`no operation ${name}`);
  const path = model.http.requestUri.replace('{Bucket}', bucket).replace('{Key+}', 'key');
  const query = Object.entries(input.members).flatMap(([member, { location, locationName }]) =>
    location === 'querystring' && input.required?.includes(member) ? [`${locationName}=1`] : [],
  );
  const [first, ...more] = path.includes('?') ? [path, ...query] : [`${path}?${query[0]}`, ...query.slice(1)];
  return { method: model.http.method, target: [first, ...more].join('&') };
}

test('there are operations with documents', () => {
  expect(withDocument.length).toBeGreaterThan(20);
});

/** The decision takes tags or a role of the body; of objects to delete each is decided by itself. */
const decidedByBody: ReadonlySet<string> = new Set(['PutObjectTagging', 'PutBucketReplication', 'DeleteObjects']);

test.each(withDocument)(
  '%s looks for the bucket, and then for a permission, before it reads its body',
  async (name) => {
    const headers = { 'content-md5': md5 };
    const inHere = { ...requestFor(name, 'here'), headers, body: CUT };
    expect(await codeOf({ ...inHere, ...requestFor(name, 'not-here'), credentials: nobody })).toBe('NoSuchBucket');
    const isDecidedFirst = !decidedByBody.has(name);
    expect(await codeOf({ ...inHere, credentials: nobody })).toBe(isDecidedFirst ? 'AccessDenied' : 'MalformedXML');
    expect(await codeOf({ ...inHere, credentials: admin })).toBe('MalformedXML');
    const wrong = { ...inHere, headers: { 'content-md5': createHash('md5').digest('base64') } };
    expect(await codeOf({ ...wrong, credentials: nobody })).toBe(isDecidedFirst ? 'AccessDenied' : 'BadDigest');
    expect(await codeOf({ ...wrong, credentials: admin })).toBe('BadDigest');
    expect(endpoint.failures).toEqual([]);
  },
);

test('a bucket to create is not looked for', async () => {
  const create = { method: 'PUT', target: '/not-here', body: CUT };
  expect(await codeOf({ ...create, credentials: nobody })).toBe('MalformedXML');
  expect(endpoint.failures).toEqual([]);
});

test.each<[string, Omit<Wanted, 'at' | 'credentials'>, string]>([
  [
    'a body that is empty',
    { method: 'PUT', target: '/BUCKET?versioning', headers: { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' } },
    'MissingRequestBodyError',
  ],
  [
    'bytes of another hash',
    { method: 'PUT', target: '/BUCKET/key', body: 'x', payload: 'a'.repeat(64) },
    'XAmzContentSHA256Mismatch',
  ],
  [
    'chunks that are cut',
    {
      method: 'PUT',
      target: '/BUCKET/key',
      body: '3\r\nab',
      payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: { 'x-amz-decoded-content-length': '3', 'content-encoding': 'aws-chunked' },
    },
    'IncompleteBody',
  ],
])('%s is refused after the bucket was found and the request was allowed', async (_, wanted, code) => {
  const inBucket = (name: string) => ({ ...wanted, target: wanted.target?.replace('BUCKET', name) ?? '' });
  expect(await codeOf({ ...inBucket('not-here'), credentials: nobody })).toBe('NoSuchBucket');
  expect(await codeOf({ ...inBucket('here'), credentials: nobody })).toBe('AccessDenied');
  expect(await codeOf({ ...inBucket('here'), credentials: admin })).toBe(code);
  expect(endpoint.failures).toEqual([]);
});

test('a header field that S3 refuses is refused after the bucket was found, and before the decision', async () => {
  const headers = { 'x-amz-checksum-foo': 'abc' };
  const put = { method: 'PUT', body: 'x', headers };
  expect(await codeOf({ ...put, target: '/not-here/key', credentials: nobody })).toBe('NoSuchBucket');
  expect(await codeOf({ ...put, target: '/here/key', credentials: nobody })).toBe('InvalidRequest');
  const owner = { ...headers, 'x-amz-expected-bucket-owner': '999999999999' };
  expect(await codeOf({ ...put, headers: owner, target: '/here/key', credentials: admin })).toBe('AccessDenied');
});

test('what is wrong with a body is recorded with the bucket that it is about', async () => {
  const inHere = { method: 'PUT', target: '/here?versioning', headers: { 'content-md5': md5 }, body: CUT };
  expect(await codeOf({ ...inHere, credentials: admin })).toBe('MalformedXML');
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'PutBucketVersioning' }],
  });
  expect(JSON.parse(Events[0]?.CloudTrailEvent ?? '')).toMatchObject({
    errorCode: 'MalformedXML',
    requestParameters: { bucketName: 'here' },
  });
});
