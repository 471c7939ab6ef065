/** What an endpoint does with connections: real sockets, and bytes that no client library would send. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { AwsError } from '../../../src/api/errors.ts';
import { processEnvironment } from '../../../src/env.ts';
import type { Incoming } from '../../../src/wire/http/incoming.ts';
import { type Exchanged, type Listener, type ListenerOptions, listen } from '../../../src/wire/http/listener.ts';
import { type AnswerMessage, headerFields } from '../../../src/wire/http/message.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const textAnswer = (status: number, text: string): AnswerMessage => ({
  status,
  headers: headerFields([['content-type', 'text/plain']]),
  body: Buffer.from(text),
});

interface Started {
  readonly listener: Listener;
  readonly failures: unknown[];
  readonly ended: Exchanged[];
}

async function started(
  respond: ListenerOptions<undefined>['respond'],
  limits: Partial<NonNullable<ListenerOptions<undefined>['limits']>> = {},
): Promise<Started> {
  const failures: unknown[] = [];
  const ended: Exchanged[] = [];
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    environment: processEnvironment(),
    newNote: () => undefined,
    respond,
    refuse: (error: AwsError) => textAnswer(400, error.code),
    ended: (exchange) => ended.push(exchange),
    failed: (error) => failures.push(error),
    limits: { idleMs: 30_000, keepAliveMs: 65_000, checkingMs: 5_000, patienceMs: 5_000, ...limits },
  });
  open.push(() => listener.close(0));
  return { listener, failures, ended };
}

async function connected({ listener }: Started): Promise<Socket> {
  const socket = connect(listener.port, '127.0.0.1');
  socket.on('error', () => undefined);
  open.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side closes the connection. */
async function untilClosed(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  await once(socket, 'close');
  return Buffer.concat(pieces).toString('latin1');
}

/** Reads until a text has come. */
function until(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = '';
    socket.on('data', (piece) => {
      read += piece.toString('latin1');
      if (read.includes(text)) resolve(read);
    });
    socket.on('close', () => reject(new Error(`closed after ${JSON.stringify(read)}`)));
  });
}

async function bodyOf({ request }: Incoming): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of request.body) pieces.push(piece);
  return Buffer.concat(pieces);
}

const echo: ListenerOptions<undefined>['respond'] = async (incoming) =>
  textAnswer(
    200,
    `${incoming.request.method} ${incoming.request.target.rawPath} ${(await bodyOf(incoming)).length} end`,
  );

const GET = 'GET /a/../b//%2e HTTP/1.1\r\nHost: localhost\r\n';

describe('what is no request', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n', 'BadRequest'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', undefined],
    ['two lengths', `${GET}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 'BadRequest'],
    ['a length and chunks', `${GET}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 'BadRequest'],
    ['a negative length', `${GET}Content-Length: -1\r\n\r\n`, 'BadRequest'],
    ['a transfer coding under chunks', `${GET}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'NotImplemented'],
    ['chunks hidden by a space', `${GET}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`, 'BadRequest'],
    ['a NUL in a field', `${GET}x-amz-meta-a: a\0b\r\n\r\n`, 'BadRequest'],
    ['a bare carriage return in a field', `${GET}x-amz-meta-a: a\rb: c\r\n\r\n`, 'BadRequest'],
    ['a head of 17 KiB', `${GET}x-amz-meta-a: ${'a'.repeat(17_000)}\r\n\r\n`, 'RequestHeaderSectionTooLarge'],
    ['2,000 fields', `${GET}${'x-amz-meta-a: b\r\n'.repeat(2000)}\r\n`, 'RequestHeaderSectionTooLarge'],
    ['a host in the target', 'GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n', 'InvalidURI'],
    ['a fragment', 'GET /a#b HTTP/1.1\r\nHost: localhost\r\n\r\n', 'InvalidURI'],
  ])('%s', async (_, bytes, code) => {
    const server = await started(echo);
    const socket = await connected(server);
    socket.write(Buffer.from(`${bytes}`, 'latin1'));
    socket.end();
    const answer = await untilClosed(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    if (code !== undefined) expect(answer).toContain(`\r\n\r\n${code}`);
    expect(server.failures).toEqual([]);
  });
});

test('a body without an end gets no answer', async () => {
  const server = await started(echo);
  const socket = await connected(server);
  socket.end(`${GET}Transfer-Encoding: gzip\r\n\r\n`);
  expect(await untilClosed(socket)).toBe('');
});

test('a path arrives as it was sent', async () => {
  const socket = await connected(await started(echo));
  socket.end(`${GET}\r\n`);
  expect(await untilClosed(socket)).toContain('GET /a/../b//%2e 0 end');
});

test('what follows the last request of a connection is ignored', async () => {
  for (const last of ['GET /k HTTP/1.0\r\n\r\n', 'GET /k HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n']) {
    const server = await started(echo);
    const socket = await connected(server);
    socket.write(`${last}\r\n${GET}\r\n`);
    const answer = await untilClosed(socket);
    expect(answer.split('HTTP/1.1 200').length).toBe(2);
    expect(answer).toContain('GET /k 0 end');
    expect(server.failures).toEqual([]);
  }
});

test('a folded field does not become two', async () => {
  const server = await started(async ({ request }) => textAnswer(200, JSON.stringify([...request.headers])));
  const socket = await connected(server);
  socket.end(`${GET}x-amz-meta-a: a\r\n x-amz-acl: public-read\r\n\r\n`);
  expect(await untilClosed(socket)).not.toContain('["x-amz-acl"');
});

test('a client that waits sends its body when it is wanted', async () => {
  const socket = await connected(await started(echo));
  const go = until(socket, '100 Continue');
  const done = until(socket, ' end');
  socket.write('PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n');
  await go;
  socket.write('hello');
  expect(await done).toContain('PUT /b/k 5 end');
});

test('a client that waits for word gets a refusal instead, and the connection ends', async () => {
  const socket = await connected(await started(async () => textAnswer(403, 'AccessDenied')));
  socket.write('PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n');
  const answer = await untilClosed(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).toMatch(/connection: close/i);
});

test('a refusal reaches a client that is still sending', async () => {
  const socket = await connected(await started(async () => textAnswer(403, 'AccessDenied end')));
  const refused = until(socket, 'AccessDenied end');
  socket.write(`PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${1 << 20}\r\n\r\n`);
  socket.write(Buffer.alloc(1 << 20));
  expect(await refused).toMatch(/^HTTP\/1\.1 403 /);
  const next = until(socket, 'AccessDenied end');
  socket.write(`${GET}\r\n`);
  expect(await next).toMatch(/^HTTP\/1\.1 403 /);
});

test('a client that sends more than anyone reads loses its connection', async () => {
  const socket = await connected(await started(async () => textAnswer(403, 'AccessDenied')));
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(`PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${1 << 30}\r\n\r\n`);
  const piece = Buffer.alloc(1 << 20);
  let sent = 0;
  const more = () => {
    if (socket.destroyed || sent > 512) return;
    sent += 1;
    // The server has its turn in between, although it is in the same process.
    socket.write(piece, () => setImmediate(more));
  };
  more();
  await closed;
  expect(sent).toBeLessThan(512);
});

test('a body that is cut short is an error, not a short body', async () => {
  const codes: unknown[] = [];
  const server = await started(async (incoming) => {
    await bodyOf(incoming).catch((error: AwsError) => codes.push(error.code));
    return textAnswer(400, 'IncompleteBody');
  });
  const socket = await connected(server);
  socket.write('PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nabc');
  socket.end();
  await untilClosed(socket);
  await server.listener.close(0);
  expect(codes).toEqual(['IncompleteBody']);
});

test('an answer that fails in the middle cuts the connection', async () => {
  const server = await started(async () => ({
    status: 200,
    headers: headerFields([]),
    body: (async function* () {
      yield Buffer.from('the beginning');
      throw new Error('the disk is gone');
    })(),
  }));
  const socket = await connected(server);
  socket.write(`${GET}\r\n`);
  const answer = await untilClosed(socket);
  expect(answer).not.toContain('0\r\n\r\n');
  expect(server.failures).toMatchObject([{ message: 'the disk is gone' }]);
});

test('a client that goes away ends the work for it', async () => {
  const gone = withResolvers();
  const server = await started((_, signal) => {
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        gone.resolve(signal.reason);
        reject(signal.reason);
      });
    });
  });
  const socket = await connected(server);
  socket.write(`${GET}\r\n`);
  await new Promise((resolve) => socket.write('', resolve));
  socket.destroy();
  expect(await gone.promise).toMatchObject({ name: 'ClientGone' });
});

function withResolvers(): { promise: Promise<unknown>; resolve: (value: unknown) => void } {
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise<unknown>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test('a client that stops sending its body is told so', async () => {
  const server = await started(
    async (incoming) =>
      bodyOf(incoming).then(
        () => textAnswer(200, 'whole'),
        (error: AwsError) => textAnswer(400, error.code),
      ),
    { idleMs: 50, checkingMs: 20, patienceMs: 10 },
  );
  const socket = await connected(server);
  socket.write('PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nabc');
  expect(await untilClosed(socket)).toContain('RequestTimeout');
});

test('a connection that never sends a whole head is closed', async () => {
  const server = await started(echo, { idleMs: 50, checkingMs: 20 });
  const silent = await connected(server);
  const halfWay = await connected(server);
  halfWay.write('GET / HTTP/1.1\r\nHo');
  await Promise.all([once(silent.resume(), 'close'), once(halfWay.resume(), 'close')]);
  expect(server.failures).toEqual([]);
});

test('work that takes its time is not the client’s silence', async () => {
  const limits = { idleMs: 30, checkingMs: 20 };
  const server = await started(async () => {
    await processEnvironment().pause(120, new AbortController().signal);
    return textAnswer(200, 'late end');
  }, limits);
  const socket = await connected(server);
  const done = until(socket, 'late end');
  socket.write(`${GET}\r\n`);
  expect(await done).toMatch(/^HTTP\/1\.1 200 /);
});

test('closing lets what runs end, and takes nothing new', async () => {
  const answered = withResolvers();
  const asked = withResolvers();
  const server = await started(async () => {
    asked.resolve(undefined);
    await answered.promise;
    return textAnswer(200, 'the last end');
  });
  const socket = await connected(server);
  const done = untilClosed(socket);
  socket.write(`${GET}\r\n`);
  await asked.promise;
  const closing = server.listener.close(60_000);
  const late = connect(server.listener.port, '127.0.0.1');
  await once(late, 'error');
  answered.resolve(undefined);
  await closing;
  expect(await done).toContain('the last end');
});

test('closing without patience cuts off what runs', async () => {
  const asked = withResolvers();
  const server = await started((_, signal) => {
    asked.resolve(undefined);
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const socket = await connected(server);
  socket.resume();
  socket.write(`${GET}\r\n`);
  await asked.promise;
  await server.listener.close(0);
  expect(server.failures).toEqual([]);
  // It had no answer, so no status either, such as the 200 that Node begins with.
  expect(server.ended).toMatchObject([{ status: undefined, isWhole: false }]);
});

test('HEAD gets the fields without the body', async () => {
  const server = await started(echo);
  const socket = await connected(server);
  socket.end('HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const answer = await untilClosed(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer.endsWith('\r\n\r\n')).toBe(true);
});

test('a field arrives byte by byte, whatever it is and wherever the length is', async () => {
  const value = 'attachment; filename="caf\xe9 \x85 \xff"';
  for (const length of [[], [['content-length', '2']]] as const) {
    const server = await started(async () => ({
      status: 200,
      headers: headerFields([...length, ['content-disposition', value], ['x-a', value]]),
      body: Buffer.from('ok'),
    }));
    const socket = await connected(server);
    socket.end(`${GET}Connection: close\r\n\r\n`);
    const answer = await untilClosed(socket);
    expect(answer).toContain(`content-disposition: ${value}\r\n`);
    expect(answer).toContain(`x-a: ${value}\r\n`);
    expect(answer.match(/content-length: 2\r\n/g)).toHaveLength(1);
    expect(server.failures).toEqual([]);
  }
});

test('bytes are counted both ways', async () => {
  const server = await started(echo);
  const socket = await connected(server);
  socket.end('PUT /k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello');
  await untilClosed(socket);
  await server.listener.close(0);
  expect(server.ended).toMatchObject([{ status: 200, bytesIn: 5, bytesOut: 'PUT /k 5 end'.length, isWhole: true }]);
});
