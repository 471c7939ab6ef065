/** Calls through an endpoint in each protocol, written and read by the client's side of its codec. */

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { loadCodec } from '../../src/wire/codecs/load-codec.ts';
import { headerFields } from '../../src/wire/http/message.ts';
import type { QueryParameter } from '../../src/wire/http/request-target.ts';
import type { WireProtocol } from '../../src/wire/routing/route.ts';
import { encodeText } from '../../src/wire/signature/uri-encoding.ts';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { headerSigned, type SigningCredentials } from '../support/signed-request.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
});
afterEach(() => endpoint.server.close(0));

const signedAs: Readonly<Partial<Record<ServiceName, string>>> = { cloudwatch: 'monitoring', s3control: 's3' };

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: (body: Uint8Array) => Uint8Array;
}

/** The output of a call, or `CODE STATUS: message`. */
async function call(protocol: WireProtocol, service: ServiceName, name: string, input: unknown, sent: Sent = {}) {
  const codec = await loadCodec(protocol);
  const model = operationModel(service, name);
  if (!model) throw new Error(`${service} has no ${name}`);
  const request = codec.writeInput(model, input);
  const written = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const body = sent.body?.(written) ?? written;
  const hash = createHash('sha256').update(body).digest('hex');
  const own = Object.fromEntries([...request.headers].map(([field, values]) => [field, values.join(',')]));
  const query = request.target.query.map(parameterText).join('&');
  const raw = headerSigned({
    method: request.method,
    target: request.target.rawPath + (query && `?${query}`),
    headers: { ...own, ...sent.headers },
    service: signedAs[service] ?? service,
    payload: hash,
    credentials,
    at: world.environment.now(),
  });
  const { status, headers, bytes } = await endpoint.send(raw, body);
  const fields = headerFields(Object.entries(headers).map(([field, value]) => [field, `${value}`] as const));
  const answer = { status, headers: fields, body: bytes };
  if (status < 300) return codec.readOutput(model, answer);
  const { code, message } = codec.readError(answer);
  return `${code} ${status}: ${message}`;
}

const parameterText = ({ name, value, hasValue }: QueryParameter): string =>
  hasValue ? `${encodeText(name)}=${encodeText(value)}` : encodeText(name);

test('IAM and STS speak the query protocol', async () => {
  const input = { UserName: 'alice', Path: '/a/', Tags: [{ Key: 'k 1', Value: 'ü+=' }] };
  const created = await call('query', 'iam', 'CreateUser', input);
  expect(created).toMatchObject({ User: { UserName: 'alice', Path: '/a/', Tags: [{ Key: 'k 1', Value: 'ü+=' }] } });
  expect(created).toEqual({ User: { ...Object(await world.call('iam', 'GetUser', { UserName: 'alice' })).User } });
  expect(await call('query', 'iam', 'GetUser', { UserName: 'bob' })).toBe(
    'NoSuchEntity 404: The user with name bob cannot be found.',
  );
  expect(await call('query', 'sts', 'GetCallerIdentity', {})).toMatchObject({ Account: expect.any(String) });
});

const metric = {
  Namespace: 'App',
  MetricData: [{ MetricName: 'Size', Value: 5, Unit: 'Bytes', Dimensions: [{ Name: 'a', Value: 'b' }] }],
};
const cloudwatch: readonly WireProtocol[] = ['cbor', 'json-1.0', 'query'];

test.each(cloudwatch)('CloudWatch speaks %s', async (protocol) => {
  const data = { ...metric, Namespace: `App-${protocol}` };
  expect(await call(protocol, 'cloudwatch', 'PutMetricData', data)).toEqual({});
  const now = world.environment.now();
  const statistics = {
    Namespace: data.Namespace,
    MetricName: 'Size',
    Dimensions: [{ Name: 'a', Value: 'b' }],
    StartTime: new Date(now - 600_000),
    EndTime: new Date(now + 600_000),
    Period: 60,
    Statistics: ['Average'],
  };
  const found = await call(protocol, 'cloudwatch', 'GetMetricStatistics', statistics);
  expect(found).toEqual(
    await world.call('cloudwatch', 'GetMetricStatistics', { ...statistics, Statistics: ['Average'] }),
  );
  expect(found).toMatchObject({ Datapoints: [{ Average: 5, Unit: 'Bytes' }] });
  const wrong = { AlarmName: 'nope', StateValue: 'OK', StateReason: 'r' };
  expect(await call(protocol, 'cloudwatch', 'SetAlarmState', wrong)).toMatch(/^ResourceNotFound 404: /);
});

test.each(cloudwatch)('a body of %s may be packed', async (protocol) => {
  const packed = { headers: { 'content-encoding': 'gzip' }, body: (body: Uint8Array) => gzipSync(body) };
  const data = { ...metric, Namespace: `Packed-${protocol}` };
  expect(await call(protocol, 'cloudwatch', 'PutMetricData', data, packed)).toEqual({});
  const { Metrics } = await world.call('cloudwatch', 'ListMetrics', { Namespace: data.Namespace });
  expect(Metrics).toHaveLength(1);
});

const gzip = { 'content-encoding': 'gzip' };
const zeros = (size: number) => Buffer.alloc(size, '0');
const tooLong: Sent = { body: () => zeros(1024 * 1024 + 1) };
const bomb: Sent = { headers: gzip, body: () => gzipSync(zeros(100 * 1024 * 1024)) };
const torn: Sent = { headers: gzip, body: (body) => gzipSync(body).subarray(0, 20) };
const plain: Sent = { headers: gzip };
const foreign: Sent = { headers: { 'content-encoding': 'br' } };

test.each<[what: string, sent: Sent, code: string]>([
  ['is too long', tooLong, 'RequestEntityTooLarge 413: Request entity too large'],
  ['is too long when unpacked', bomb, 'RequestEntityTooLarge 413: Request entity too large'],
  ['is packed and cut', torn, 'MalformedHttpRequestException 400: '],
  ['is not packed', plain, 'MalformedHttpRequestException 400: '],
  ['is packed otherwise', foreign, 'MalformedHttpRequestException 400: '],
])('a body that %s is refused in every protocol', async (_, sent, code) => {
  expect(await call('json', 'kms', 'ListKeys', {}, sent)).toBe(code);
  expect(await call('query', 'iam', 'ListUsers', {}, sent)).toBe(code);
  for (const protocol of cloudwatch) expect(await call(protocol, 'cloudwatch', 'ListMetrics', {}, sent)).toBe(code);
});

test.each<[what: string, size: number, operation: string, input: object]>([
  ['a policy', 20 * 1024 + 1, 'PutBucketPolicy', { Policy: '{}' }],
  ['XML', 8 * 1024 * 1024 + 1, 'PutBucketTagging', { Tagging: { TagSet: [] } }],
])('%s that is too long is refused', async (_, size, operation, input) => {
  await world.call('s3', 'CreateBucket', { Bucket: `long-${size}` });
  const refused = await call(
    'rest-xml',
    's3',
    operation,
    { Bucket: `long-${size}`, ...input },
    { body: () => zeros(size) },
  );
  expect(refused).toBe('MaxMessageLengthExceeded 400: Your request was too big.');
});

test.each<[what: string, form: string, code: RegExp]>([
  ['an escape that is none', 'Action=ListUsers&Version=2010-05-08&Marker=%zz', /^MalformedQueryString 404: /],
  ['nothing', '', /^MissingAction 400: /],
])('a form with %s is refused', async (_, form, code) => {
  expect(await call('query', 'iam', 'ListUsers', {}, { body: () => Buffer.from(form) })).toMatch(code);
});
