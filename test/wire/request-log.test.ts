import { expect, test } from 'vitest';
import { type LogOptions, requestLog } from '../../src/wire/request-log.ts';
import { newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld } from '../support/harness.ts';
import { headerSigned, presigned } from '../support/signed-request.ts';

/** An endpoint with a log, and what is in that. */
async function logged(options: Partial<LogOptions> = {}) {
  const world = newWorld();
  const credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const lines: string[] = [];
  const log = requestLog({
    form: 'text',
    namesKeys: true,
    random: world.environment.random,
    now: world.environment.now,
    write: (line) => void lines.push(line),
    ...options,
  });
  const { server, send } = await startEndpoint(world, { observe: log });
  const put = async (key: string, body: string, more: Readonly<Record<string, string>> = {}) => {
    const wanted = { method: 'PUT', target: `/photos/${key}`, body, at: world.environment.now(), credentials };
    return send(headerSigned({ ...wanted, headers: { host: '127.0.0.1', ...more } }), body);
  };
  return { world, credentials, lines, send, put, close: () => server.close(0) };
}

const ARN = 'arn:aws:iam::111122223333:user/sam';

test('a line a request, in text', async () => {
  const { put, lines, send, close } = await logged();
  const stored = await put('a.txt', 'hello');
  await put('a%20b%22%0A.txt', 'y');
  await put('c.txt', 'x', { 'x-amz-storage-class': 'COLD' });
  await send({ method: 'GET', target: '/photos/a.txt', headers: [['host', '127.0.0.1']] });
  await send({ method: 'GET', target: '/_ssebox/health', headers: [['host', '127.0.0.1']] });
  await close();
  const id = stored.headers['x-amz-request-id'];
  const masked = lines.map((line) => line.replace(/ [\d.]+ms$/, ' 1ms').replaceAll(/ [0-9A-Z]{16} /g, ' ID '));
  expect(lines[0]).toContain(` ${id} `);
  expect(masked[0]).toBe(`2026-05-04T09:00:00.000Z ID ${ARN} s3:PutObject s3://photos/a.txt 200 - in=5 out=0 1ms`);
  expect(masked[1]).toContain(` s3:PutObject "s3://photos/a b\\"\\n.txt" 200 - in=1 `);
  expect(masked[2]).toMatch(/ s3:PutObject s3:\/\/photos\/c.txt 400 InvalidStorageClass in=1 out=\d+ 1ms$/);
  expect(masked[3]).toMatch(/ anonymous s3:GetObject s3:\/\/photos\/a.txt 403 AccessDenied in=0 out=\d+ 1ms$/);
  expect(masked[4]).toMatch(/^\S+ - - health - 200 - in=0 out=\d+ 1ms$/);
  expect(lines).toHaveLength(5);
});

test('a line a request, in JSON', async () => {
  const { put, lines, close } = await logged({ form: 'json' });
  await put('a.txt', 'hello');
  await put('%E2%80%AEx', 'hello', { 'x-amz-storage-class': 'COLD' });
  await close();
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: '2026-05-04T09:00:00.000Z',
    requestId: expect.stringMatching(/^\S+$/),
    caller: ARN,
    operation: 's3:PutObject',
    bucket: 'photos',
    key: 'a.txt',
    status: 200,
    bytesIn: 5,
    bytesOut: 0,
    ms: expect.any(Number),
  });
  expect(lines[1]).toContain('"key":"\\u202ex"');
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ status: 400, code: 'InvalidStorageClass' });
});

test('a request that was cut before its answer has no status', () => {
  const lines: string[] = [];
  const options = { namesKeys: true, random: (size: number) => new Uint8Array(size), now: () => 0 };
  const log = requestLog({ ...options, form: 'text', write: (line) => lines.push(line) });
  log({ status: undefined, bytesIn: 7, bytesOut: 0, ms: 2, isWhole: false }, { service: 's3' });
  expect(lines).toEqual(['1970-01-01T00:00:00.000Z - - s3 - - - in=7 out=0 2ms cut']);
});

test('objects are told apart without their names, and by nobody else', async () => {
  const keysOf = async (seed: number) => {
    const { put, lines, close } = await logged({
      form: 'json',
      namesKeys: false,
      random: (size) => new Uint8Array(size).fill(seed),
    });
    for (const key of ['a', 'b', 'a']) await put(key, '');
    await close();
    expect(lines.join('\n')).not.toMatch(/"key":"[ab]"/);
    return lines.map((line): string => JSON.parse(line).key);
  };
  const [a, b, again] = await keysOf(1);
  expect([a, b, again]).toEqual([expect.stringMatching(/^#[0-9a-f]{16}$/), expect.stringMatching(/^#/), a]);
  expect(a).not.toBe(b);
  expect((await keysOf(2))[0]).not.toBe(a);
});

test('the log has nothing of queries, headers and bodies', async () => {
  const { world, credentials, send, put, lines, close } = await logged();
  const url = presigned({
    method: 'GET',
    target: '/photos/a',
    at: world.environment.now(),
    credentials,
    headers: { host: '127.0.0.1' },
  });
  await put('a', 'the body', { 'x-amz-meta-note': 'the header', cookie: 'the cookie' });
  await send(url);
  await send({ ...url, target: url.target.replace(/.$/, '_') });
  await close();
  const text = lines.join('\n');
  for (const secret of ['the body', 'the header', 'the cookie', 'X-Amz', credentials.secretAccessKey, '?']) {
    expect(text).not.toContain(secret);
  }
});
