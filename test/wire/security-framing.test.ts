/** Where one request ends and the next begins: bytes that could be read in two ways, and clients that take their time. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerOptions } from '../../src/wire/server.ts';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { codeIn, connectTo, requestBytes, sendBytes, statusesIn, untilClosed } from '../support/raw-http.ts';
import { headerSigned, type RawRequest, type SigningCredentials, sha256 } from '../support/signed-request.ts';
import { stateOf } from '../support/store-state.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

const start = async (options: Partial<ServerOptions> = {}) => {
  endpoint = await startEndpoint(world, options);
};
beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
});
afterEach(async () => {
  await endpoint.server.close(0);
  expect(endpoint.failures).toEqual([]);
});

const limits = { idleMs: 100, keepAliveMs: 100, checkingMs: 20, patienceMs: 20 };

const put = (key: string, payload: string): RawRequest =>
  headerSigned({ credentials, at: world.environment.now(), method: 'PUT', target: `/letters/${key}`, payload });

const keys = async () =>
  ((await world.call('s3', 'ListObjectsV2', { Bucket: 'letters' })).Contents ?? []).map(({ Key }) => Key);

const inHttpChunks = (body: Buffer, extension = ''): Buffer =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)}${extension}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);

/** Fields that say twice, or not clearly, where a body ends. */
const unclear: readonly (readonly [string, (length: number) => string])[] = [
  ['a length and chunks', (n) => `Content-Length: ${n}\r\nTransfer-Encoding: chunked\r\n`],
  ['chunks and a length', (n) => `Transfer-Encoding: chunked\r\nContent-Length: ${n}\r\n`],
  ['two lengths', (n) => `Content-Length: ${n}\r\nContent-Length: 0\r\n`],
  ['two lengths, the short one first', (n) => `Content-Length: 0\r\nContent-Length: ${n}\r\n`],
  ['two lengths that are alike', (n) => `Content-Length: ${n}\r\nContent-Length: ${n}\r\n`],
  ['two lengths in one field', (n) => `Content-Length: ${n}, 0\r\n`],
  ['a length with a sign', (n) => `Content-Length: +${n}\r\n`],
  ['a negative length', (n) => `Content-Length: -${n}\r\n`],
  ['a length in hex', (n) => `Content-Length: 0x${n.toString(16)}\r\n`],
  ['a length with a space in it', (n) => `Content-Length: ${n} 0\r\n`],
  ['a length beyond 64 bits', (n) => `Content-Length: ${2n ** 64n + BigInt(n)}\r\n`],
  ['a length of nothing', () => 'Content-Length:\r\n'],
  ['a length whose name has a space', (n) => `Content-Length : ${n}\r\n`],
  ['chunks twice', () => 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'],
  ['chunks twice in one field', () => 'Transfer-Encoding: chunked, chunked\r\n'],
  ['chunks and what is none', (n) => `Transfer-Encoding: chunked, identity\r\nContent-Length: ${n}\r\n`],
  ['a coding that is none', (n) => `Transfer-Encoding: xchunked\r\nContent-Length: ${n}\r\n`],
  ['a coding of nothing', (n) => `Transfer-Encoding:\r\nContent-Length: ${n}\r\n`],
  ['chunks whose name has a space', (n) => `Transfer-Encoding : chunked\r\nContent-Length: ${n}\r\n`],
  ['chunks behind a vertical tab', (n) => `Transfer-Encoding: \x0bchunked\r\nContent-Length: ${n}\r\n`],
  ['chunks in a folded line', (n) => `Transfer-Encoding:\r\n chunked\r\nContent-Length: ${n}\r\n`],
  ['chunks in the fold of another line', (n) => `X-A: b\r\n Transfer-Encoding: chunked\r\nContent-Length: ${n}\r\n`],
  ['chunks behind a bare line feed', (n) => `X-A: b\nTransfer-Encoding: chunked\r\nContent-Length: ${n}\r\n`],
  ['chunks behind a bare carriage return', (n) => `X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: ${n}\r\n`],
  ['chunks behind a NUL', (n) => `X-A: b\0Transfer-Encoding: chunked\r\nContent-Length: ${n}\r\n`],
  ['no length', () => ''],
];

describe('a request within the body of another one', () => {
  test.for(unclear)('is not done where there are %s', async ([, fields]) => {
    await start();
    // What it would be if it was one: signed as it should be.
    const inner = requestBytes(put('inner', sha256('x')), 'x');
    for (const body of [inner, inHttpChunks(inner), Buffer.concat([Buffer.from('0\r\n\r\n'), inner])]) {
      for (const payload of [sha256(body.toString('latin1')), sha256(''), 'UNSIGNED-PAYLOAD']) {
        const raw = put('outer', payload);
        const head = [`PUT ${raw.target} HTTP/1.1`, ...raw.headers.map(([name, value]) => `${name}: ${value}`)];
        const text = `${head.join('\r\n')}\r\n${fields(body.length)}\r\n`;
        const answer = await sendBytes(endpoint.server.port, Buffer.concat([Buffer.from(text, 'latin1'), body]));
        const [status = 400] = statusesIn(answer);
        expect([payload, status]).toEqual([payload, expect.any(Number)]);
        // A body without a length is none: what stands behind it is a request of its own, as anybody may send one.
        if (fields(1) !== '' && !fields(1).startsWith('Content-Length:\r')) expect(await keys()).not.toContain('inner');
      }
    }
  });
});

test.for([
  ['a=b', 200],
  ['a="b;c"', 200],
  ['chunk-signature=0', 200],
  [`a=${'b'.repeat(17_000)}`, 413],
] as const)('an extension of a chunk of HTTP is not data: %s', async ([extension, expected]) => {
  await start();
  const raw = put('k', sha256('hello'));
  const chunked = { ...raw, headers: [...raw.headers, ['transfer-encoding', 'chunked'] as const] };
  const kms = headerSigned({
    credentials,
    at: world.environment.now(),
    service: 'kms',
    method: 'POST',
    headers: { 'x-amz-target': 'TrentService.ListKeys', 'content-type': 'application/x-amz-json-1.1' },
    body: '{}',
  });
  const before = stateOf(world);
  const body = inHttpChunks(Buffer.from('{}'), `;${extension}`);
  const asked = { ...kms, headers: [...kms.headers, ['transfer-encoding', 'chunked'] as const] };
  const answer = await sendBytes(endpoint.server.port, requestBytes(asked, body));
  // Node ends the connection, or says that it is too much.
  if (expected === 200) expect(statusesIn(answer)).toEqual([200]);
  else expect(statusesIn(answer).filter((status) => status < 400)).toEqual([]);
  // An object without a length is not taken, however its chunks look.
  const stored = await sendBytes(
    endpoint.server.port,
    requestBytes(chunked, inHttpChunks(Buffer.from('hello'), `;${extension}`)),
  );
  expect(statusesIn(stored).filter((status) => status < 400)).toEqual([]);
  expect(await keys()).toEqual([]);
  expect(stateOf(world).filter((line) => !line.startsWith('accessKeys '))).toEqual(
    before.filter((line) => !line.startsWith('accessKeys ')),
  );
});

test('of 2,000 fields each counts', async () => {
  await start();
  const raw = headerSigned({ credentials, at: world.environment.now(), target: '/letters' });
  const many = Array.from({ length: 2000 }, (_, n) => [`a${n % 10}`, ''] as const);
  const answerTo = async (headers: RawRequest['headers']) => {
    const answer = await sendBytes(endpoint.server.port, requestBytes({ ...raw, headers }));
    return `${statusesIn(answer)[0]} ${codeIn(answer) ?? ''}`.trim();
  };
  expect(await answerTo([...many, ...raw.headers])).toBe('200');
  expect(await answerTo([...raw.headers, ...many, ['x-amz-acl', 'public-read']])).toBe('403 AccessDenied');
  expect(await answerTo([...raw.headers, ...many, ['host', 'other']])).toBe('400 BadRequest');
  const long = many.map(([name]) => [name, 'a value'] as const);
  expect(await answerTo([...long, ...raw.headers])).toBe('400 RequestHeaderSectionTooLarge');
});

test.for([
  'GET / HTTP/9.9\r\nHost: a\r\n\r\n',
  'GET / HTTP/2.0\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET /\r\n\r\n',
  'CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: a\r\n\r\n',
  'TRACE / HTTP/1.1\r\nHost: a\r\nCookie: secret\r\n\r\n',
  'GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nHost: a\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nExpect: the-impossible\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  'SSH-2.0-OpenSSH_9.6\r\n\r\n',
])('%j is refused', async (text) => {
  await start({ limits });
  const before = stateOf(world);
  const answer = await sendBytes(endpoint.server.port, Buffer.from(text, 'latin1'));
  expect(statusesIn(answer).filter((status) => status < 400)).toEqual([]);
  expect(answer).not.toContain('secret');
  expect(stateOf(world)).toEqual(before);
});

describe('clients that take their time', () => {
  test('with the head of a request lose their connection, whatever they send', async () => {
    await start({ limits });
    const head = Buffer.from(`GET /letters HTTP/1.1\r\nHost: a\r\nX-A: ${'b'.repeat(15_000)}`);
    const sockets = await Promise.all(Array.from({ length: 20 }, () => connectTo(endpoint.server.port)));
    const closed = sockets.map(untilClosed);
    const timers = sockets.map((socket, n) => {
      let at = 0;
      // A byte every now and then: never idle, and never done. The first ones send nothing at all.
      return setInterval(() => n > 3 && at < head.length && socket.write(head.subarray(at, ++at)), 10);
    });
    const answers = await Promise.all(closed);
    for (const timer of timers) clearInterval(timer);
    for (const answer of answers) expect(statusesIn(answer).filter((status) => status < 400)).toEqual([]);
  });

  test('with a body are waited for as long as bytes come, and others are answered meanwhile', async () => {
    await start();
    const body = 'dear reader, here is a long letter';
    const slow = await connectTo(endpoint.server.port);
    const answer = untilClosed(slow);
    const bytes = requestBytes(put('slow', sha256(body)), body);
    for (let at = 0; at < bytes.length; at++) {
      await new Promise((resolve) => slow.write(bytes.subarray(at, at + 1), resolve));
      if (at % 100 === 0) {
        const quick = requestBytes(put(`quick-${at}`, sha256('x')), 'x');
        expect(statusesIn(await sendBytes(endpoint.server.port, quick))).toEqual([200]);
      }
    }
    slow.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
    expect(statusesIn(await answer)).toEqual([200, 403]);
    expect(await keys()).toContain('slow');
  });

  test('and end in the middle leave nothing', async () => {
    await start({ limits });
    const large = Buffer.alloc(200_000, 'dear reader, ');
    const bytes = requestBytes(put('k', sha256(large.toString('latin1'))), large);
    const before = stateOf(world);
    const cuts = [1, 100, bytes.length - large.length, bytes.length - 100_000, bytes.length - 1];
    for (const cut of cuts) {
      // Closed, half closed, cut off, or silent for ever.
      for (const end of ['destroy', 'end', 'resetAndDestroy', undefined] as const) {
        const socket = await connectTo(endpoint.server.port);
        const answer = untilClosed(socket);
        await new Promise((resolve) => socket.write(bytes.subarray(0, cut), resolve));
        if (end !== undefined) socket[end]();
        expect(statusesIn(await answer).filter((status) => status < 400)).toEqual([]);
      }
    }
    // What is under way ends with the server.
    await endpoint.server.close(0);
    const told = stateOf(world).filter((line) => !line.startsWith('accessKeys '));
    expect(told).toEqual(before.filter((line) => !line.startsWith('accessKeys ')));
  });
});
