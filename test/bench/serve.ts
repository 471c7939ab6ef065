/**
 * What the endpoint costs beside a bare HTTP server: CPU time of the server's process a request, the bytes of large
 * objects a second beside calls in the process, and the memory that requests leave behind.
 */

import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, least, median } from './measure.ts';
import { BUCKET, CONNECTIONS, LARGE, type Served, startServed } from './served.ts';
import { GiB, KiB, MiB, manyAtOnce } from './stage.ts';
import { type Asked, kmsRequest, type WireClient, wireClient } from './wire-client.ts';

export async function served(folder: string): Promise<Figure[]> {
  const bare = await startServed('serveBare');
  const endpoint = await startServed('serveStore', join(folder, 'serve'));
  const clients = {
    bare: wireClient(bare.port, undefined, CONNECTIONS),
    endpoint: wireClient(endpoint.port, endpoint.store?.credentials, CONNECTIONS),
  };
  try {
    const small = await smallRequests(bare, endpoint, clients);
    const memory = await memoryLeft(endpoint, clients.endpoint);
    return [...small, ...(await largeBodies(endpoint, clients.endpoint)), memory];
  } finally {
    clients.bare.close();
    clients.endpoint.close();
    await Promise.all([bare.stop(), endpoint.stop()]);
  }
}

type Clients = Readonly<Record<'bare' | 'endpoint', WireClient>>;

const ROUNDS = 4;
const WARM_UP = 8000;
const REQUESTS = 3000;

const Plaintext = Buffer.alloc(32).toString('base64');
const EncryptionContext = { purpose: 'bench' };
const content = Buffer.alloc(4 * KiB, 7);
/** About what Encrypt answers: an ARN, an algorithm and a ciphertext. */
const ENCRYPT_ANSWER_BYTES = 400;

/** CPU time a request, in turns. Every request is signed and answered; the client's time does not count. */
async function smallRequests(bare: Served, endpoint: Served, clients: Clients): Promise<Figure[]> {
  const { KeyId } = endpoint.store ?? {};
  const encrypt = kmsRequest('Encrypt', { KeyId, Plaintext, EncryptionContext });
  const put: Asked = { method: 'PUT', path: `/${BUCKET}/small`, service: 's3', body: content };
  const get: Asked = { method: 'GET', path: `/${BUCKET}/small`, service: 's3' };
  const plain = (asked: Asked, bytes: number): Asked => ({ ...asked, path: `/${bytes}` });
  const many = (client: WireClient, asked: Asked) => (count: number) =>
    manyAtOnce(CONNECTIONS, count, () => client.send(asked));
  const works: Readonly<Record<string, readonly [Served, (count: number) => Promise<unknown>]>> = {
    bareEncrypt: [bare, many(clients.bare, plain(encrypt, ENCRYPT_ANSWER_BYTES))],
    bareGet: [bare, many(clients.bare, plain(get, content.length))],
    barePut: [bare, many(clients.bare, plain(put, 0))],
    encrypt: [endpoint, many(clients.endpoint, encrypt)],
    encryptInProcess: [endpoint, (count) => endpoint.inProcess('encrypt', count)],
    put: [endpoint, many(clients.endpoint, put)],
    get: [endpoint, many(clients.endpoint, get)],
  };
  await clients.endpoint.send(put);
  for (const [, run] of Object.values(works)) await run(WARM_UP);
  const used: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, [server, run]] of Object.entries(works)) {
      const before = await server.usage();
      await run(REQUESTS);
      const after = await server.usage();
      used[name] = [...(used[name] ?? []), (after.cpuSeconds - before.cpuSeconds) / REQUESTS];
    }
  }
  const cost = (name: string): number => median(used[name] ?? []);
  return [
    {
      name: 'what the wire adds to Encrypt in the process ÷ a bare request',
      value: (cost('encrypt') - cost('encryptInProcess')) / cost('bareEncrypt'),
      unit: '÷',
      aim: { atMost: 2.5 },
    },
    {
      name: `Encrypt over ${CONNECTIONS} connections, requests a CPU second ÷ bare`,
      value: cost('bareEncrypt') / cost('encrypt'),
      unit: '÷',
      aim: { atLeast: 0.25 },
    },
    {
      name: 'GetObject of 4 KiB, the same',
      value: cost('bareGet') / cost('get'),
      unit: '÷',
      aim: { atLeast: 0.15 },
    },
    { name: 'PutObject of 4 KiB, durable, the same', value: cost('barePut') / cost('put'), unit: '÷' },
    { name: 'a bare request, requests a CPU second', value: 1 / cost('bareEncrypt'), unit: '/s' },
    { name: 'Encrypt, requests a CPU second', value: 1 / cost('encrypt'), unit: '/s' },
  ];
}

const LARGE_ROUNDS = 3;

/** An object of 1 GiB, over the wire and by a call in the server's process, in turns. */
async function largeBodies(endpoint: Served, client: WireClient): Promise<Figure[]> {
  const piece = Buffer.alloc(MiB, 7);
  const put = (Key: string): Asked => ({
    ...{ method: 'PUT', path: `/${BUCKET}/${Key}`, service: 's3' },
    ...{ body: piece, times: GiB / piece.length },
  });
  await client.send(put(LARGE));
  const times = await inTurns(LARGE_ROUNDS, {
    getInProcess: () => endpoint.inProcess('getLarge', 1),
    get: () => client.send({ method: 'GET', path: `/${BUCKET}/${LARGE}`, service: 's3' }),
    putInProcess: () => endpoint.inProcess('putLarge', 1),
    put: () => client.send(put('put')),
  });
  return [
    {
      name: 'GET of 1 GiB, bytes a second ÷ in the process',
      value: least(times.getInProcess) / least(times.get),
      unit: '÷',
      aim: { atLeast: 0.7 },
    },
    {
      name: 'PUT of 1 GiB, bytes a second ÷ in the process',
      value: least(times.putInProcess) / least(times.put),
      unit: '÷',
      aim: { atLeast: 0.6 },
    },
  ];
}

const FEW = 2000;
const MANY = 20_000;

/** Requests of many kinds, refused ones among them. What was warmed up before does not count. */
async function memoryLeft(endpoint: Served, client: WireClient): Promise<Figure> {
  const { KeyId, CiphertextBlob } = endpoint.store ?? {};
  let next = 0;
  const object = (method: Asked['method'], status = 200): Asked => {
    const body = method === 'PUT' ? { body: content } : {};
    return { method, path: `/${BUCKET}/mixed/${next % 500}`, service: 's3', status, ...body };
  };
  const kinds: readonly (() => Asked)[] = [
    () => kmsRequest('Encrypt', { KeyId, Plaintext, EncryptionContext }),
    () => object('PUT'),
    () => kmsRequest('Decrypt', { CiphertextBlob, EncryptionContext }),
    () => object('PUT'),
    () => kmsRequest('GenerateDataKey', { KeyId, KeySpec: 'AES_256' }),
    () => ({ method: 'GET', path: `/${BUCKET}?list-type=2&max-keys=100`, service: 's3' }),
    () => kmsRequest('Decrypt', { CiphertextBlob }, 400),
    () => ({ method: 'GET', path: `/${BUCKET}/small`, service: 's3' }),
    () => ({ method: 'GET', path: `/${BUCKET}/none`, service: 's3', status: 404 }),
    () => object('DELETE', 204),
    () => ({ method: 'HEAD', path: `/${BUCKET}/small`, service: 's3' }),
    () => ({ method: 'PUT', path: '/other/small', service: 's3', body: content, status: 404 }),
  ];
  const run = (count: number) =>
    manyAtOnce(CONNECTIONS, count, async () => {
      const kind = kinds[next++ % kinds.length];
      if (kind) await client.send(kind());
    });
  await run(FEW);
  const before = await endpoint.usage();
  await run(MANY - FEW);
  const after = await endpoint.usage();
  return {
    name: 'memory after 20,000 mixed requests − after 2,000',
    value: after.memoryMiB - before.memoryMiB,
    unit: 'MiB',
    aim: { atMost: 32 },
  };
}
