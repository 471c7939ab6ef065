/** What browsers are told by an endpoint: before the request of a page, and with its answer. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Endpoint, newCredentials, type Received, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { presigned as presignedBy, type RawRequest, type SigningCredentials } from '../support/signed-request.ts';

const PAGE = 'https://app.example.com';
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
  for (const Bucket of ['photos', 'closed']) await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutBucketCors', {
    Bucket: 'photos',
    CORSConfiguration: {
      CORSRules: [
        {
          AllowedOrigins: ['https://*.example.com'],
          AllowedMethods: ['GET', 'PUT'],
          AllowedHeaders: ['content-type'],
          ExposeHeaders: ['ETag'],
          MaxAgeSeconds: 600,
        },
      ],
    },
  });
});
afterEach(() => endpoint.server.close(0));

const ask = (target: string, headers: Readonly<Record<string, string>> = {}): Promise<Received> =>
  endpoint.send({
    method: 'OPTIONS',
    target,
    headers: Object.entries({ host: '127.0.0.1', origin: PAGE, 'access-control-request-method': 'PUT', ...headers }),
  });

test('a browser is told what a page may do, without credentials', async () => {
  const answer = await ask('/photos/a/b.jpg?x-id=PutObject', { 'access-control-request-headers': 'Content-Type' });
  expect(answer).toMatchObject({ status: 200, text: '' });
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': PAGE,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'content-type',
    'access-control-expose-headers': 'ETag',
    'access-control-max-age': '600',
    vary: VARY,
    'content-length': '0',
    server: 'AmazonS3',
    'x-amz-request-id': expect.stringMatching(/^[A-Z2-7]{16}$/),
    'x-amz-id-2': expect.stringMatching(/./),
  });
  expect((await ask('/', { host: 'photos.localhost' })).status).toBe(200);
});

test.for([
  ['/photos/a', { origin: 'https://evil.example' }, 'This CORS request is not allowed.'],
  ['/photos/a', { 'access-control-request-method': 'DELETE' }, 'This CORS request is not allowed.'],
  ['/closed/a', {}, 'CORS is not enabled for this bucket.'],
  ['/nowhere/a', {}, 'Bucket not found'],
  ['/', {}, 'Bucket not found'],
] as const)('a browser that asks of %s with %j is refused', async ([target, headers, message]) => {
  const answer = await ask(target, headers);
  expect(answer.status).toBe(403);
  expect(answer.headers).toMatchObject({
    server: 'AmazonS3',
    'x-amz-request-id': expect.stringMatching(/^[A-Z2-7]{16}$/),
  });
  expect(answer.text).toContain(`<Code>AccessForbidden</Code><Message>CORSResponse: ${message}`);
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

/** A request of a page by a presigned URL. */
const used = (raw: RawRequest, body = '', origin: string = PAGE): Promise<Received> =>
  endpoint.send({ ...raw, headers: [...raw.headers, ['origin', origin]] }, body);

const presigned = (method: string, target: string, at = world.environment.now()): RawRequest =>
  presignedBy({ method, target, at, credentials, headers: { host: '127.0.0.1' } });

test('a page uploads and downloads by presigned URLs', async () => {
  const put = await used(presigned('PUT', '/photos/a.txt'), 'hello');
  expect([put.status, put.headers['access-control-allow-origin']]).toEqual([200, PAGE]);
  const get = await used(presigned('GET', '/photos/a.txt'));
  expect(get).toMatchObject({ status: 200, text: 'hello' });
  expect(get.headers).toMatchObject({ 'access-control-expose-headers': 'ETag', vary: VARY });
});

test('a page is shown its refusals, too', async () => {
  const missing = await used(presigned('GET', '/photos/none'));
  expect([missing.status, missing.headers['access-control-allow-origin']]).toEqual([404, PAGE]);
  const expired = await used(presigned('GET', '/photos/a.txt', world.environment.now() - 864_000_000));
  expect([expired.status, expired.headers['access-control-allow-origin']]).toEqual([403, PAGE]);
});

test('another page is answered, and its browser is told nothing', async () => {
  const answer = await used(presigned('PUT', '/photos/a.txt'), 'hello', 'https://evil.example');
  expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, undefined]);
  const closed = await used(presigned('PUT', '/closed/a.txt'), 'hello');
  expect([closed.status, closed.headers['access-control-allow-origin']]).toEqual([200, undefined]);
});
