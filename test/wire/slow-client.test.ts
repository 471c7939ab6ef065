/** Clients that read slowly, or not to the end: what stays open, what is held in memory, and what is recorded. */

import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { headerSigned, type SigningCredentials } from '../support/signed-request.ts';

const Bucket = 'photos';
const MIB = 1024 * 1024;
/** More than sockets hold between them, of which the system decides: Linux lets them grow to 4 and 6 MiB. */
const LARGE = 40 * MIB;

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  await world.call('s3', 'CreateBucket', { Bucket });
  const Body = (async function* () {
    const piece = new Uint8Array(MIB);
    for (let sent = 0; sent < LARGE; sent += MIB) yield piece;
  })();
  await world.call('s3', 'PutObject', { Bucket, Key: 'large', Body });
  endpoint = await startEndpoint(world);
});
afterEach(() => endpoint.server.close(0));

/** The blob files of the store that this process has open. */
const openBlobs = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${world.folder}/blobs/`);
    } catch {
      // The descriptor of the listing itself is gone by now.
      return false;
    }
  }).length;

/** A client that has asked for an object, and that the test reads for. */
async function asking(method: string, key: string): Promise<Socket> {
  const socket = connect(endpoint.server.port, '127.0.0.1');
  await once(socket, 'connect');
  const raw = headerSigned({ method, target: `/${Bucket}/${key}`, at: world.environment.now(), credentials });
  const fields = raw.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`${raw.method} ${raw.target} HTTP/1.1\r\n${fields}\r\n`);
  return socket;
}

/** Gives everything else its turn, until something is so. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}

const reads = () => world.transact(allCalls).filter(({ operation }) => operation === 'GetObject');

/** Other clients are served meanwhile, and a server that did not wait for this one would have read everything. */
async function othersAsk(): Promise<void> {
  for (let i = 0; i < 50; i++) {
    const raw = headerSigned({ target: '/', at: world.environment.now(), credentials });
    expect((await endpoint.send(raw)).status).toBe(200);
  }
}

test('an object is read from the disk as fast as its client reads, and no faster', async () => {
  const client = await asking('GET', 'large');
  await once(client, 'readable');
  const before = process.memoryUsage().arrayBuffers;
  await othersAsk();
  expect(openBlobs()).toBe(1);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MIB);
  client.destroy();
  await until(() => endpoint.exchanges.some(({ operation }) => operation === 'GetObject'));
  // The bytes that the sockets hold have been sent, and not half of the others.
  const [sent] = endpoint.exchanges.filter(({ operation }) => operation === 'GetObject');
  expect(sent?.bytesOut).toBeLessThan(LARGE / 2);
  expect(endpoint.failures).toEqual([]);
});

test('a client that goes away in the middle leaves no file open, and its record has what was sent', async () => {
  const client = await asking('GET', 'large');
  await once(client, 'readable');
  expect(openBlobs()).toBe(1);
  expect(reads()).toMatchObject([{ body: 'planned', bytesOut: LARGE }]);
  client.destroy();
  await until(() => openBlobs() === 0);
  await until(() => endpoint.exchanges.length > 0);
  await othersAsk();
  const [read] = reads();
  const [sent] = endpoint.exchanges;
  expect(read).toMatchObject({ body: 'broken-off', operation: 'GetObject' });
  // A piece that was on its way when the client left does not count.
  expect(read?.bytesOut).toBeLessThanOrEqual(sent?.bytesOut ?? 0);
  expect(read?.bytesOut).toBeGreaterThan((sent?.bytesOut ?? 0) - MIB);
  expect(endpoint.failures).toEqual([]);
});

test('a client that goes away before its answer leaves no file open', async () => {
  for (let i = 0; i < 20; i++) {
    const client = await asking('GET', 'large');
    for (let turns = 0; turns < i; turns++) await setImmediate();
    client.destroy();
  }
  await othersAsk();
  await until(() => openBlobs() === 0);
  await othersAsk();
  for (const { body, bytesOut } of reads()) {
    expect(body).toBe('broken-off');
    expect(bytesOut).toBeLessThan(LARGE);
  }
  expect(endpoint.failures).toEqual([]);
});

test('a client that reads slowly gets every byte', async () => {
  const client = await asking('GET', 'large');
  let received = 0;
  for await (const piece of client) {
    received += piece.length;
    await setImmediate();
    if (received > LARGE) break;
  }
  await until(() => endpoint.exchanges.length > 0);
  await othersAsk();
  expect(reads()).toMatchObject([{ body: 'whole', bytesOut: LARGE }]);
  expect(endpoint.exchanges[0]?.bytesOut).toBe(LARGE);
  expect(openBlobs()).toBe(0);
});

test('a client that asks with HEAD opens no file', async () => {
  const client = await asking('HEAD', 'large');
  const [head] = await once(client, 'data');
  expect(head.toString()).toMatch(new RegExp(`^HTTP/1.1 200 OK\\r\\n[^]*content-length: ${LARGE}\\r\\n`, 'i'));
  expect(openBlobs()).toBe(0);
  client.destroy();
});
