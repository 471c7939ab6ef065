import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { everyOperation, operationNames } from '../../src/api/model/loader.ts';
import { hostNames } from '../../src/wire/http/host-names.ts';
import { type FormFields, routeOf, serviceOf } from '../../src/wire/routing/route.ts';
import { httpRequest, type Parts } from '../support/http-request.ts';

const hosts = hostNames();
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const JSON_1_0 = { 'Content-Type': 'application/x-amz-json-1.0' };
const CBOR = { 'Smithy-Protocol': 'rpc-v2-cbor', 'Content-Type': 'application/cbor' };
const target = (value: string) => ({ 'X-Amz-Target': value });

const scopeOf = (service: string | undefined) => (service === undefined ? undefined : { service, region: 'us-east-1' });

const found = (signedFor: string | undefined, method: string, path: string, parts: Parts) =>
  serviceOf(httpRequest(method, path, parts), scopeOf(signedFor), hosts);

test.each<[signedFor: string | undefined, line: string, parts: Parts, service: string, protocol: string]>([
  ['kms', 'POST /', { headers: target('TrentService.Encrypt') }, 'kms', 'json'],
  // The scope counts: what the target names is refused by the service that was signed for.
  ['kms', 'POST /', { headers: target('CloudTrail_20131101.LookupEvents') }, 'kms', 'json'],
  ['kms', 'POST /', { headers: { ...JSON_1_0, ...target('TrentService.Encrypt') } }, 'kms', 'json'],
  ['kms', 'GET /bucket/key', {}, 'kms', 'json'],
  ['servicequotas', 'POST /', { headers: target('ServiceQuotasV20190624.ListServices') }, 'service-quotas', 'json'],
  ['iam', 'POST /', { headers: FORM }, 'iam', 'query'],
  ['iam', 'GET /?Action=ListUsers', {}, 'iam', 'query'],
  ['sts', 'POST /', { headers: FORM, host: 'sts.localhost:4566' }, 'sts', 'query'],
  ['monitoring', 'POST /', { headers: FORM }, 'cloudwatch', 'query'],
  [
    'monitoring',
    'POST /',
    { headers: { ...JSON_1_0, ...target('GraniteServiceVersion20100801.ListMetrics') } },
    'cloudwatch',
    'json-1.0',
  ],
  [
    'monitoring',
    'POST /service/GraniteServiceVersion20100801/operation/ListMetrics',
    { headers: CBOR },
    'cloudwatch',
    'cbor',
  ],
  ['s3', 'GET /', {}, 's3', 'rest-xml'],
  ['s3', 'POST /', { headers: FORM }, 's3', 'rest-xml'],
  ['s3', 'GET /?Action=ListUsers', {}, 's3', 'rest-xml'],
  ['s3', 'PUT /b/k', { headers: target('TrentService.Encrypt') }, 's3', 'rest-xml'],
  ['s3-object-lambda', 'POST /WriteGetObjectResponse', { host: 'route.localhost' }, 's3', 'rest-xml'],
  ['s3', 'GET /v20180820/jobs', { headers: { 'x-amz-account-id': '1' } }, 's3control', 'rest-xml'],
  [undefined, 'GET /v20180820/jobs', { headers: { 'x-amz-account-id': '1' } }, 's3control', 'rest-xml'],
  [
    's3',
    'GET /v20180820/jobs',
    { headers: { 'x-amz-account-id': '1' }, host: '111122223333.localhost:1' },
    's3control',
    'rest-xml',
  ],
  [
    's3',
    'GET /v20180820/jobs',
    { headers: { 'x-amz-account-id': '1' }, host: '111122223333.s3-control.us-east-1.localhost' },
    's3control',
    'rest-xml',
  ],
  // A bucket and a key that are called so.
  ['s3', 'GET /v20180820/jobs', {}, 's3', 'rest-xml'],
  ['s3', 'GET /v20180820/jobs', { host: '111122223333.localhost' }, 's3', 'rest-xml'],
  ['s3', 'GET /v20180820/jobs', { headers: { 'x-amz-account-id': '1' }, host: 'bucket.localhost' }, 's3', 'rest-xml'],
  ['s3', 'GET /v20180820', { headers: { 'x-amz-account-id': '1' } }, 's3', 'rest-xml'],
  [undefined, 'POST /', { headers: target('TrentService.Encrypt') }, 'kms', 'json'],
  [
    undefined,
    'POST /',
    { headers: target('com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.GetTrail') },
    'cloudtrail',
    'json',
  ],
  [undefined, 'POST /', { headers: FORM }, 'sts', 'query'],
  [undefined, 'POST /?Action=GetUser&Version=2010-05-08', { headers: FORM }, 'iam', 'query'],
  [undefined, 'GET /?Action=GetCallerIdentity&Version=2011-06-15', {}, 'sts', 'query'],
  [undefined, 'POST /', { headers: FORM, host: 'sts.us-east-1.amazonaws.com' }, 'sts', 'query'],
  [undefined, 'POST /', { headers: FORM, host: 'sts.localhost' }, 'sts', 'query'],
  [undefined, 'POST /?delete', { headers: FORM, host: 'bucket.localhost' }, 's3', 'rest-xml'],
  [undefined, 'POST /bucket', { headers: FORM }, 's3', 'rest-xml'],
  [undefined, 'PUT /', { headers: FORM, host: 'bucket.localhost' }, 's3', 'rest-xml'],
  [undefined, 'GET /?Action=x', { host: 'bucket.localhost' }, 's3', 'rest-xml'],
  [undefined, 'GET /', {}, 's3', 'rest-xml'],
])('signed for %s, %s', (signedFor, line, parts, service, protocol) => {
  const [method = '', path = ''] = line.split(' ');
  expect(found(signedFor, method, path, parts)).toEqual({ service, protocol });
});

test.each([
  '111122223333.s3-control.localhost:1',
  's3-control.localhost',
  's3-control.us-east-1.localhost',
  '111122223333.s3-control.us-east-1.amazonaws.com',
  '127.0.0.1:1',
])('S3 Control at %s', (host) => {
  expect(found('s3', 'GET', '/v20180820/jobs', { headers: { 'x-amz-account-id': '1' }, host }).service).toBe(
    's3control',
  );
});

test.each<[signedFor: string | undefined, line: string, parts: Parts, protocol: string, named: string]>([
  [
    'dynamodb',
    'POST /',
    { headers: { ...JSON_1_0, ...target('DynamoDB_20120810.ListTables') } },
    'json-1.0',
    'dynamodb',
  ],
  ['secretsmanager', 'POST /', { headers: target('secretsmanager.ListSecrets') }, 'json', 'secretsmanager'],
  ['sns', 'POST /', { headers: FORM }, 'query', 'sns'],
  ['lambda', 'GET /2015-03-31/functions', {}, 'rest-xml', 'lambda'],
  ['__proto__', 'GET /', {}, 'rest-xml', '__proto__'],
  ['', 'GET /', {}, 'rest-xml', ''],
  [undefined, 'POST /', { headers: target('DynamoDB_20120810.ListTables') }, 'json', 'DynamoDB_20120810'],
  [undefined, 'POST /', { headers: target('x') }, 'json', ''],
  [undefined, 'POST /service/Foo/operation/Bar', { headers: CBOR }, 'cbor', 'Foo'],
  [`s${'x'.repeat(5000)}`, 'GET /', {}, 'rest-xml', `s${'x'.repeat(63)}`],
])('a service that is not here, signed for %j, %s', (signedFor, line, parts, protocol, named) => {
  const [method = '', path = ''] = line.split(' ');
  const wire = found(signedFor, method, path, parts);
  expect(wire.protocol).toBe(protocol);
  expect(wire.fault).toMatchObject({
    code: 'NotImplemented',
    message: `the service ${JSON.stringify(named)} is not part of ssebox`,
  });
});

/** The code and message of a refusal, or the operation. */
function answer(signedFor: string, method: string, path: string, parts: Parts = {}, form?: FormFields): unknown {
  const request = httpRequest(method, path, parts);
  try {
    const route = routeOf(request, serviceOf(request, scopeOf(signedFor), hosts), hosts, form);
    return route.kind === 'operation' ? route.operation : route.kind;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const unknown =
  'UnknownOperationException: The action or operation requested is invalid. Verify that the action is typed correctly.';

test.each([
  ['kms', 'POST', '/', 'TrentService.Nope'],
  ['kms', 'POST', '/', 'TrentService.'],
  ['kms', 'POST', '/', 'TrentService.encrypt'],
  ['kms', 'POST', '/', 'Encrypt'],
  ['kms', 'POST', '/', 'TrentService.Encrypt.Encrypt'],
  ['kms', 'POST', '/', 'CloudTrail_20131101.LookupEvents'],
  ['kms', 'POST', '/', 'TrentService.LookupEvents'],
  ['kms', 'POST', '/', 'TrentService.__proto__'],
  ['kms', 'POST', '/', 'TrentService.constructor'],
  ['kms', 'POST', '/', 'TrentService.Encrypt,TrentService.Decrypt'],
  ['kms', 'GET', '/', 'TrentService.Encrypt'],
  ['cloudtrail', 'POST', '/', 'com.evil.CloudTrail_20131101.LookupEvents'],
])('%s does not know %s %s for %s', (service, method, path, name) => {
  expect(answer(service, method, path, { headers: target(name) })).toBe(unknown);
});

test('a request to a service with targets that has none is for no operation', () => {
  expect(answer('kms', 'POST', '/')).toBe(unknown);
  expect(answer('monitoring', 'POST', '/', { headers: CBOR })).toBe(unknown);
  expect(answer('monitoring', 'POST', '/service/GraniteServiceVersion20100801/operation/Nope', { headers: CBOR })).toBe(
    unknown,
  );
  expect(answer('monitoring', 'POST', '/service/TrentService/operation/ListMetrics', { headers: CBOR })).toBe(unknown);
});

// As STS answered; IAM is the same server.
test.each([
  ['Action=GetCallerIdentity&Version=2011-06-15', 'GetCallerIdentity'],
  [
    'Action=NoSuchAction&Version=2011-06-15',
    'InvalidAction: Could not find operation NoSuchAction for version 2011-06-15',
  ],
  [
    'Action=GetCallerIdentity',
    'InvalidAction: Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED',
  ],
  ['Action=GetCallerIdentity&Version=', 'InvalidAction: Could not find operation GetCallerIdentity for version '],
  [
    'Action=GetCallerIdentity&Version=2000-01-01',
    'InvalidAction: Could not find operation GetCallerIdentity for version 2000-01-01',
  ],
  ['Action=GetCallerIdentity&Action=NoSuchAction&Version=2011-06-15', 'GetCallerIdentity'],
  [
    'Action=GetCallerIdentity&Version=2000-01-01&Version=2011-06-15',
    'InvalidAction: Could not find operation GetCallerIdentity for version 2000-01-01',
  ],
  ['Action=&Version=2011-06-15', 'InvalidAction: Could not find operation  for version 2011-06-15'],
  ['Action=GetUser&Version=2011-06-15', 'InvalidAction: Could not find operation GetUser for version 2011-06-15'],
  ['Action=__proto__&Version=2011-06-15', 'InvalidAction: Could not find operation __proto__ for version 2011-06-15'],
  ['Version=2011-06-15', 'MissingAction: The request is missing an action or a required parameter.'],
])('the form %s to STS, in the body and in the query', (fields, expected) => {
  const form = new URLSearchParams(fields);
  expect(answer('sts', 'POST', '/', { headers: FORM }, (name) => form.get(name) ?? undefined)).toBe(expected);
  expect(answer('sts', 'GET', `/?${fields}`)).toBe(expected);
});

test('a form whose action is in the query is the same operation before and after its body is read', () => {
  const query = '/?Action=GetCallerIdentity&Version=2011-06-15';
  const form = (name: string) => (name === 'Action' ? 'AssumeRole' : '2011-06-15');
  expect(answer('sts', 'POST', query, { headers: FORM })).toBe('GetCallerIdentity');
  expect(answer('sts', 'POST', query, { headers: FORM }, form)).toBe('GetCallerIdentity');
});

test('an operation of AWS that the model leaves out is known by its name', () => {
  const leftOut = Object.values(everyOperation('iam')).filter((name) => !operationNames('iam').includes(name));
  expect(leftOut.length).toBeGreaterThan(0);
  for (const name of leftOut) {
    expect(answer('iam', 'GET', `/?Action=${name}&Version=2010-05-08`)).toBe(name);
  }
});

test('a task is not an operation of AWS, and nobody can call it', () => {
  const tasks = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(join('src', name), 'utf8').matchAll(/= task\('[\w-]+', '(\w+)'/g)])
    .map(([, name = '']) => name);
  expect(tasks.length).toBeGreaterThan(2);
  for (const name of tasks) {
    expect(answer('cloudtrail', 'POST', '/', { headers: target(`CloudTrail_20131101.${name}`) })).toBe(unknown);
    expect(answer('iam', 'GET', `/?Action=${name}&Version=2010-05-08`)).toMatch(/^InvalidAction/);
    expect(answer('s3', 'POST', `/bucket/key?${name}&x-id=${name}`)).toMatch(/^MethodNotAllowed/);
  }
});
