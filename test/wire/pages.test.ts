import { expect, test } from 'vitest';
import { emptyStore } from '../../src/upkeep/empty.ts';
import { hostNames, isOwnHost } from '../../src/wire/http/host-names.ts';
import { startEndpoint } from '../support/endpoint.ts';
import { newWorld } from '../support/harness.ts';

const get = (target: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') => ({
  method,
  target,
  headers: Object.entries({ host: '127.0.0.1', ...headers }),
});

test('an endpoint says that it runs, to everybody on this machine', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'secret-name' });
  const { server, send } = await startEndpoint(world);
  for (const target of ['/_localstack/health', '/_ssebox/health']) {
    const answer = await send(get(target));
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.text)).toMatchObject({ services: { s3: 'running', kms: 'running' } });
    expect(answer.text).not.toContain('secret-name');
    expect(await send(get(target, {}, 'HEAD'))).toMatchObject({ status: 200, text: '' });
  }
  await server.close(0);
});

test.for([['/_localstack/state/reset'], ['/moto-api/reset']])(
  '%s empties a store that is the endpoint’s own, and no other',
  async ([target = '']) => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
    const others = await startEndpoint(world);
    const buckets = async () => (await world.call('s3', 'ListBuckets', {})).Buckets?.map(({ Name }) => Name);
    const refused = await others.send(get(target, {}, 'POST'));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('ssebox serve --temporary');
    expect(await buckets()).toEqual(['photos']);
    await others.server.close(0);
    const own = await startEndpoint(world, { reset: () => emptyStore(world.place()) });
    expect((await own.send(get(target))).status).not.toBe(200);
    expect(await buckets()).toEqual(['photos']);
    expect((await own.send(get(target, {}, 'POST'))).status).toBe(200);
    expect(await buckets()).toEqual([]);
    await own.server.close(0);
  },
);

test.for<Readonly<Record<string, string>>>([
  { origin: 'http://127.0.0.1:4566' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site' },
  { host: 'rebound.example' },
  { host: 'rebound.example:4566' },
  { host: 'localhost.evil.example' },
])('the pages are not for a browser’s: %j', async (headers) => {
  const world = newWorld();
  const resets: string[] = [];
  const { server, send } = await startEndpoint(world, { reset: () => void resets.push('reset') });
  expect((await send(get('/_localstack/health', headers))).status).toBe(403);
  expect((await send(get('/_localstack/state/reset', headers, 'POST'))).status).toBe(403);
  expect(resets).toEqual([]);
  await server.close(0);
});

test.for([
  ['127.0.0.1', true],
  ['127.0.0.1:4566', true],
  ['[::1]:4566', true],
  ['localhost:80', true],
  ['LOCALHOST', true],
  ['s3.localhost', true],
  ['s3.example.test', true],
  ['photos.localhost', false],
  ['example.test', false],
  ['evil.example', false],
  ['', false],
] as const)('the host %s is the server’s own: %s', ([host, expected]) => {
  expect(isOwnHost(host, hostNames(['s3.example.test']))).toBe(expected);
});
