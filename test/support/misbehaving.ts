/** Servers that answer as no endpoint should, and clients that call them, all in the process of the test. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { type ClientCall, type ClientOptions, newClient } from '../../src/wire/client/client.ts';
import { parseEndpoint } from '../../src/wire/client/endpoint.ts';
import { newTransport, type TransportOptions } from '../../src/wire/client/transport.ts';

/** What a server does with a request once its head is there. */
export type Reaction = (socket: Socket, head: string) => void;

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** The heads of the requests that have come, line by line as they came. */
  readonly heads: string[];
  /** How many connections were made. */
  readonly connections: () => number;
  /** How many bytes of bodies have come. */
  readonly bodyBytes: () => number;
}

/** A server that reacts to one request after the other on each connection; the last reaction is for all that follow. */
export const listen = (...reactions: readonly Reaction[]): Promise<Listening> => listenBy(createServer, reactions);

/** The same over TLS, with this certificate. */
export async function listenOverTls(
  certified: { readonly cert: string; readonly key: string },
  ...reactions: readonly Reaction[]
): Promise<Listening> {
  const listening = await listenBy((react) => createTlsServer(certified, react), reactions);
  return { ...listening, url: listening.url.replace('http:', 'https:') };
}

async function listenBy(
  serve: (react: (socket: Socket) => void) => Server,
  reactions: readonly Reaction[],
): Promise<Listening> {
  const heads: string[] = [];
  let connections = 0;
  let bodyBytes = 0;
  const server = serve((socket) => {
    connections += 1;
    let head = '';
    let isHead = true;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1');
      for (;;) {
        if (!isHead) {
          const next = /^(POST|GET|PUT|HEAD|DELETE|CONNECT) \S+ HTTP\/1\.1\r\n/m.exec(head);
          bodyBytes += next ? next.index : head.length;
          head = next ? head.slice(next.index) : '';
          if (!next) return;
          isHead = true;
        }
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        const own = head.slice(0, end);
        head = head.slice(end + 4);
        isHead = false;
        heads.push(own);
        (reactions[heads.length - 1] ?? reactions.at(-1))?.(socket, own);
      }
    });
  });
  return { ...(await listening(server)), heads, connections: () => connections, bodyBytes: () => bodyBytes };
}

async function listening(server: Server): Promise<{ readonly url: string; readonly port: number }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
}

/** An answer, byte for byte, with the length of its body. */
export function answer(status: string, body = '', ...fields: readonly string[]): Reaction {
  const lines = [`HTTP/1.1 ${status}`, `content-length: ${Buffer.byteLength(body)}`, ...fields, '', body];
  return (socket) => socket.write(lines.join('\r\n'));
}

/** These bytes and the end of the connection. */
export const closing =
  (text: string): Reaction =>
  (socket) =>
    socket.end(text);

export const silence: Reaction = () => {};

export interface TestClient {
  call(service: ServiceName, name: string, input?: unknown, more?: Partial<ClientCall>): Promise<unknown>;
  readonly lines: string[];
}

const NOW = Date.UTC(2026, 10, 29, 12);

export function clientOf(
  url: string,
  options: Partial<TransportOptions> & Partial<Pick<ClientOptions, 'now'>> = {},
): TestClient {
  const { now = () => NOW, ...transport } = options;
  const endpoint = parseEndpoint(url);
  if (!endpoint) throw new Error(`"${url}" is not an endpoint`);
  const lines: string[] = [];
  const client = newClient({
    endpoint,
    transport: newTransport({ connectMs: 0, readMs: 0, verifies: true, ...transport }),
    credentials: async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret/of/the/test' }),
    now,
    userAgent: 'test',
    debug: (line) => lines.push(line),
  });
  onTestFinished(() => client.close());
  const { signal } = new AbortController();
  return {
    lines,
    call: (service, name, input = {}, more = {}) =>
      client.call({ service, name, input, region: 'us-east-1', signal, ...more }),
  };
}

/** All bytes of an output that streams. */
export async function bytesOf(stream: unknown): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}
