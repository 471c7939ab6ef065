/**
 * What the endpoint costs beside a bare HTTP server: CPU time of the server's process a request, the bytes of large
 * objects a second beside calls in the process, and the memory that requests leave behind.
 */

import { once } from 'node:events';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import { inTurns, least, median } from './measure.ts';
import type { Programs } from './program.ts';
import { BUCKET, CONNECTIONS, LARGE, type Served, startServed } from './served.ts';
import { GiB, KiB, MiB, manyAtOnce } from './stage.ts';
import { type Asked, kmsRequest, type WireClient, wireClient } from './wire-client.ts';

export async function served(folder: string, programs: Programs): Promise<Figure[]> {
  const starting = await startOfEndpoints(join(folder, 'start'), programs);
  const bare = await startServed('serveBare');
  const endpoint = await startServed('serveStore', join(folder, 'serve'));
  const clients = {
    bare: wireClient(bare.port, undefined, CONNECTIONS),
    endpoint: wireClient(endpoint.port, endpoint.store?.credentials, CONNECTIONS),
  };
  try {
    const small = await smallRequests(bare, endpoint, clients);
    const memory = await memoryLeft(endpoint, clients.endpoint);
    return [...small, ...(await largeBodies(bare, endpoint, clients)), memory, ...starting];
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
async function largeBodies(bare: Served, endpoint: Served, clients: Clients): Promise<Figure[]> {
  const piece = Buffer.alloc(MiB, 7);
  const get = (path: string): Asked => ({ method: 'GET', path, service: 's3' });
  const put = (path: string): Asked => ({ ...get(path), method: 'PUT', body: piece, times: GiB / piece.length });
  await clients.endpoint.send(put(`/${BUCKET}/${LARGE}`));
  const used: Record<string, number[]> = {};
  const watched = (name: string, server: Served, work: () => Promise<unknown>) => async () => {
    const before = await server.usage();
    await work();
    const after = await server.usage();
    used[name] = [...(used[name] ?? []), after.cpuSeconds - before.cpuSeconds];
  };
  const times = await inTurns(LARGE_ROUNDS, {
    getInProcess: watched('getInProcess', endpoint, () => endpoint.inProcess('getLarge', 1)),
    get: watched('get', endpoint, () => clients.endpoint.send(get(`/${BUCKET}/${LARGE}`))),
    bareGet: watched('bareGet', bare, () => clients.bare.send(get(`/${GiB}`))),
    putInProcess: watched('putInProcess', endpoint, () => endpoint.inProcess('putLarge', 1)),
    put: watched('put', endpoint, () => clients.endpoint.send(put(`/${BUCKET}/put`))),
    barePut: watched('barePut', bare, () => clients.bare.send(put('/0'))),
  });
  const cost = (name: string): number => median(used[name] ?? []);
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
    {
      name: 'GET of 1 GiB, CPU time ÷ in the process and a bare server together',
      value: cost('get') / (cost('getInProcess') + cost('bareGet')),
      unit: '÷',
    },
    {
      name: 'PUT of 1 GiB, the same',
      value: cost('put') / (cost('putInProcess') + cost('barePut')),
      unit: '÷',
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

const STARTS = 20;

/** A program that is run against an endpoint, and an endpoint that is started until it has answered once. */
async function startOfEndpoints(store: string, { node, ssebox, start }: Programs): Promise<Figure[]> {
  const answers: number[] = [];
  const works = {
    node: () => node('-e', '0'),
    exec: () => ssebox(store, 'exec', '--', 'true'),
    serve: async () => {
      const startedMs = performance.now();
      const server = start(store, 'serve', '--port', '0', '--quiet', '--log', 'none');
      const ended = once(server, 'exit');
      const [url] = await once(server.stdout, 'data');
      const { ok } = await fetch(`${String(url).trim()}/_ssebox/health`);
      answers.push((performance.now() - startedMs) / 1000);
      server.kill('SIGTERM');
      await ended;
      if (!ok) throw new Error('the endpoint is not well');
    },
  };
  // What V8 compiled is kept at the first run of a command.
  await inTurns(3, works);
  answers.length = 0;
  const times = await inTurns(STARTS, works);
  const base = median(times.node);
  return [
    { name: 'ssebox exec -- true ÷ node -e 0', value: median(times.exec) / base, unit: '÷', aim: { atMost: 5 } },
    {
      name: 'ssebox serve, from its start to its first answer ÷ node -e 0',
      value: median(answers) / base,
      unit: '÷',
      aim: { atMost: 3 },
    },
  ];
}
