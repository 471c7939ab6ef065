/** An endpoint over a real store and real sockets: what is the same for all services. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { DamageError } from '../../src/api/errors.ts';
import { type Endpoint, newCredentials, type Received, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { headerSigned, type SigningCredentials, type Wanted } from '../support/signed-request.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
});
afterEach(() => endpoint.server.close(0));

function kms(operation: string, input: unknown, wanted: Partial<Wanted> = {}): Promise<Received> {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` };
  const raw = headerSigned({
    method: 'POST',
    service: 'kms',
    headers,
    body,
    credentials,
    at: world.environment.now(),
    ...wanted,
  });
  return endpoint.send(raw, body);
}

test('a call is answered in the protocol of its service, and recorded with the id of the answer', async () => {
  const created = await kms('CreateKey', {});
  expect(created).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' } });
  const { KeyId } = JSON.parse(created.text).KeyMetadata;
  const encrypted = JSON.parse((await kms('Encrypt', { KeyId, Plaintext: 'c2VjcmV0' })).text);
  const { CiphertextBlob } = encrypted;
  expect(JSON.parse((await kms('Decrypt', { CiphertextBlob })).text)).toMatchObject({ Plaintext: 'c2VjcmV0' });
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateKey' }],
  });
  expect(JSON.parse(Events[0]?.CloudTrailEvent ?? '')).toMatchObject({
    requestID: created.headers['x-amzn-requestid'],
    sourceIPAddress: '127.0.0.1',
    userIdentity: { userName: 'sam', accessKeyId: credentials.accessKeyId },
  });
});

test('a refusal has the code and the text that a command gets', async () => {
  const refused = await kms('DescribeKey', { KeyId: 'nope' });
  expect(refused.status).toBe(400);
  const body = JSON.parse(refused.text);
  expect(`${body.__type}: ${body.message}`).toBe(await world.refusal('kms', 'DescribeKey', { KeyId: 'nope' }));
  expect(endpoint.exchanges).toMatchObject([{ operation: 'DescribeKey', code: 'NotFoundException', status: 400 }]);
});

test.each<[string, string, string]>([
  ['no JSON', '{"KeyId"', 'SerializationException'],
  ['a list', '[]', 'SerializationException'],
  ['another type', '{"KeyId": 7}', 'SerializationException'],
  ['nothing where something is required', '{}', 'ValidationException'],
])('a body that is %s is refused in JSON’s words, once it is known who sends it', async (_, body, code) => {
  const refused = await kms('DescribeKey', body);
  expect([refused.status, JSON.parse(refused.text).__type]).toEqual([400, code]);
  const forged = await kms('DescribeKey', body, { credentials: { ...credentials, secretAccessKey: 'wrong' } });
  expect(JSON.parse(forged.text).__type).toBe('InvalidSignatureException');
});

test('members that the model does not have are ignored', async () => {
  expect((await kms('CreateKey', { Nothing: 1, __proto__: { Policy: 'x' } })).status).toBe(200);
});

test('what does not exist is told to those who are known only', async () => {
  const unknown = await kms('Nothing', {});
  expect([unknown.status, JSON.parse(unknown.text).__type]).toEqual([400, 'UnknownOperationException']);
  const forged = await kms('Nothing', {}, { credentials: { ...credentials, secretAccessKey: 'wrong' } });
  expect(JSON.parse(forged.text).__type).toBe('InvalidSignatureException');
});

test('a call that AWS has and ssebox has not says so', async () => {
  const refused = await kms('ConnectCustomKeyStore', { CustomKeyStoreId: 'cks-1234567890abcdef0' });
  expect(refused.status).toBe(400);
  expect(JSON.parse(refused.text).__type).toMatch(/NotImplemented|UnsupportedOperationException/);
});

test.each([
  ['dynamodb', { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.ListTables' }],
  ['secretsmanager', { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.ListSecrets' }],
  ['ec2', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['lambda', {}],
])('a request to %s is told that ssebox does not have this service', async (service, headers) => {
  const raw = headerSigned({
    method: 'POST',
    service,
    body: '{}',
    headers: { host: '127.0.0.1', ...headers },
    credentials,
    at: world.environment.now(),
  });
  const refused = await endpoint.send(raw, '{}');
  expect(refused.status).toBe(501);
  expect(refused.text).toContain('NotImplemented');
  expect(refused.text.replaceAll('&quot;', '"').replaceAll('\\"', '"')).toContain(
    `the service "${service}" is not part of ssebox`,
  );
  expect(endpoint.exchanges).toMatchObject([{ code: 'NotImplemented' }]);
  expect(endpoint.exchanges).not.toMatchObject([{ service: expect.anything() }]);
});

test('a request without a signature is refused by services that need one', async () => {
  const refused = await endpoint.send(
    {
      method: 'POST',
      target: '/',
      headers: [
        ['host', '127.0.0.1'],
        ['x-amz-target', 'TrentService.ListKeys'],
      ],
    },
    '{}',
  );
  expect([refused.status, JSON.parse(refused.text).__type]).toEqual([400, 'MissingAuthenticationTokenException']);
});

test('what is not the client’s fault is told to it as no more than that', async () => {
  const place = world.place();
  const call = () => Promise.reject(new DamageError('the row of a key is not what was written'));
  await endpoint.server.close(0);
  endpoint = await startEndpoint(world, { place: { ...place, pipeline: { ...place.pipeline, call } } });
  const failed = await kms('ListKeys', {});
  expect([failed.status, JSON.parse(failed.text).__type]).toEqual([500, 'KMSInternalException']);
  expect(failed.text).not.toContain('row');
  expect(endpoint.failures).toMatchObject([{ message: 'the row of a key is not what was written' }]);
});

test('many calls at once each have their answer', async () => {
  const { KeyId } = JSON.parse((await kms('CreateKey', {})).text).KeyMetadata;
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => {
      const isForged = index % 10 === 0;
      const forged = { credentials: { ...credentials, secretAccessKey: 'wrong' } };
      return kms('GenerateMac', { KeyId, index }, isForged ? forged : {}).then(({ status, text }) => [
        status,
        JSON.parse(text).__type,
      ]);
    }),
  );
  const expected = Array.from({ length: 200 }, (_, index) =>
    index % 10 === 0 ? [400, 'InvalidSignatureException'] : [400, 'ValidationException'],
  );
  expect(answers).toEqual(expected);
});

test('an anonymous request is redirected from the host of another region, and answered where none is said', async () => {
  const LocationConstraint = 'us-east-2';
  await world.call(
    's3',
    'CreateBucket',
    { Bucket: 'there', CreateBucketConfiguration: { LocationConstraint } },
    { region: LocationConstraint },
  );
  const codes = [];
  for (const host of ['there.s3.us-west-2.localhost', 'there.s3.us-east-2.localhost', 'there.localhost']) {
    const { status, text, headers } = await endpoint.send({ method: 'GET', target: '/', headers: [['host', host]] });
    codes.push(`${status} ${/<Code>(.*)<.Code>/.exec(text)?.[1]} ${headers['x-amz-bucket-region']}`);
  }
  expect(codes).toEqual([
    '301 PermanentRedirect us-east-2',
    '403 AccessDenied us-east-2',
    '403 AccessDenied us-east-2',
  ]);
});
