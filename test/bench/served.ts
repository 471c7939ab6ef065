/**
 * A server in a process of its own, whose CPU time and memory can be asked for: the endpoint over a store, or a bare
 * HTTP server to compare it with, which reads a request's body and answers as many bytes as the path says.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Assembly } from '../../src/assemble.ts';
import { startServer } from '../../src/wire/server.ts';
import type { Credentials } from '../../src/wire/signature/signing.ts';
import { drain, environment, GiB, MiB, manyAtOnce, openStage, request } from './stage.ts';

/** What there is to call: made once, before anything is measured. */
export interface ServedStore {
  readonly credentials: Credentials;
  readonly KeyId: string;
  readonly CiphertextBlob: string;
}

export interface Served {
  readonly port: number;
  readonly store: ServedStore | undefined;
  usage(): Promise<Usage>;
  /** Makes calls within the process, as many under way as connections would be. */
  inProcess(work: InProcess, count: number): Promise<void>;
  stop(): Promise<void>;
}

/** What the process has used: CPU time of all its threads, and memory that is its own and in no file. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly memoryMiB: number;
}

export const BUCKET = 'served';
export const LARGE = 'large';
export const CONNECTIONS = 32;

export type InProcess = keyof typeof works;

const Plaintext = new Uint8Array(32);
const EncryptionContext = { purpose: 'bench' };

const works = {
  encrypt: ({ pipeline }: Assembly, { KeyId }: ServedStore) =>
    pipeline.invoke('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext }, request({ grouped: true })),
  getLarge: (assembly: Assembly) => drain(assembly, { Bucket: BUCKET, Key: LARGE }),
  putLarge: ({ pipeline }: Assembly) =>
    pipeline.invoke(
      's3',
      'PutObject',
      { Bucket: BUCKET, Key: 'put', Body: pieces(GiB), ContentLength: GiB },
      request({ grouped: true }),
    ),
};

/** So many bytes, in pieces as large as a socket's. */
async function* pieces(bytes: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(64 * 1024, 7);
  for (let left = bytes; left > 0; left -= piece.length) yield piece.subarray(0, Math.min(left, piece.length));
}

type Question = { readonly ask: 'usage' } | { readonly ask: InProcess; readonly count: number };

/** Starts the process; `name` is what it does, and `store` the folder that it needs for that. */
export async function startServed(name: 'serveBare' | 'serveStore', store = ''): Promise<Served> {
  const child = fork(process.argv[1] ?? '', [name, store], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port, made } = await answerOf<{ port: number; made: ServedStore | undefined }>(child);
  const ask = <T>(question: Question): Promise<T> => {
    const answer = answerOf<T>(child);
    child.send(question);
    return answer;
  };
  return {
    port,
    store: made,
    usage: () => ask({ ask: 'usage' }),
    inProcess: (work, count) => ask({ ask: work, count }),
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const gone = new AbortController();
  const ended = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`the server ended with ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: gone.signal }), ended]);
    return message;
  } finally {
    gone.abort();
    ended.catch(() => {});
  }
}

/** What the process of the bare server does. */
export async function serveBare(): Promise<void> {
  const piece = Buffer.alloc(MiB, 7);
  const server = createServer((message, response) => {
    const size = Number(message.url?.slice(1));
    message.resume();
    message.on('end', async () => {
      response.setHeader('content-length', size);
      let left = size;
      for (; left > piece.length; left -= piece.length) {
        if (!response.write(piece)) await once(response, 'drain');
      }
      response.end(piece.subarray(0, left));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  answerQuestions(
    async () => {},
    () => server.close(),
  );
  process.send?.({ port: (server.address() as AddressInfo).port });
}

/** What the process of the endpoint does: a store with a user, a key and a bucket, and the endpoint over it. */
export async function serveStore([folder = '']: readonly string[]): Promise<void> {
  const assembly = await openStage(folder, 'kms', 's3', 'iam');
  const made = await fillStore(assembly);
  const server = await startServer({
    place: assembly,
    environment,
    host: '127.0.0.1',
    port: 0,
    credentials: { secureTransport: 'assumed' },
    failed: (error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
  });
  answerQuestions(
    (work, count) => manyAtOnce(CONNECTIONS, count, () => works[work](assembly, made)),
    async () => {
      await server.close(0);
      await assembly.close();
    },
  );
  process.send?.({ port: server.port, made });
}

async function fillStore({ pipeline }: Assembly): Promise<ServedStore> {
  const UserName = 'bench';
  await pipeline.invoke('iam', 'CreateUser', { UserName }, request());
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await pipeline.invoke('iam', 'AttachUserPolicy', { UserName, PolicyArn }, request());
  const { AccessKey } = (await pipeline.invoke('iam', 'CreateAccessKey', { UserName }, request())).output;
  const { KeyMetadata } = (await pipeline.invoke('kms', 'CreateKey', {}, request())).output;
  const KeyId = KeyMetadata?.KeyId ?? '';
  const sealed = await pipeline.invoke('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext }, request());
  await pipeline.invoke('s3', 'CreateBucket', { Bucket: BUCKET }, request());
  return {
    credentials: { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey },
    KeyId,
    CiphertextBlob: Buffer.from(sealed.output.CiphertextBlob ?? []).toString('base64'),
  };
}

/** Answers the process that started this one, until that lets it go. */
function answerQuestions(run: (work: InProcess, count: number) => Promise<unknown>, end: () => unknown): void {
  process.on('message', async (question: Question) => {
    if (question.ask !== 'usage') await run(question.ask, question.count);
    process.send?.(usageOf());
  });
  process.on('disconnect', end);
}

function usageOf(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, memoryMiB: ownMemory() / MiB };
}

/** Bytes of memory in no file: the pages of LMDB's file belong to the system. */
function ownMemory(): number {
  try {
    const [, kib = ''] = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kib) * 1024;
  } catch {
    return process.memoryUsage.rss();
  }
}
