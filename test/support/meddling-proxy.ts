/** A server between a client and an endpoint, which changes what passes. */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request on its way to the endpoint. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Answered {
  readonly status: number;
  /** Names and values in turns. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export interface Meddling {
  /** Takes a request before the endpoint does; an answer keeps it from there, and `cut` ends the connection. */
  before?(asked: Asked): Promise<Answered | 'cut' | undefined> | undefined;
  /** What the client gets instead of an answer; undefined: the answer. */
  after?(asked: Asked, answer: Answered): Answered | 'cut' | undefined;
}

export interface MeddlingProxy {
  readonly url: string;
  /** What came, in its order. */
  readonly asked: Asked[];
}

/** It ends with the test. */
export async function newMeddlingProxy(url: string, { before, after }: Meddling = {}): Promise<MeddlingProxy> {
  const asked: Asked[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url: path = '', headers, rawHeaders } = incoming;
    const one = { method, url: path, headers };
    asked.push(one);
    const body = await bytesOf(incoming);
    const early = await before?.(one);
    const answer = early ?? (await passedOn());
    const given = early ? answer : (answer !== 'cut' && after?.(one, answer)) || answer;
    if (given === 'cut') outgoing.destroy();
    else outgoing.writeHead(given.status, [...given.headers]).end(given.body);

    async function passedOn(): Promise<Answered> {
      const sent = request(new URL(path, url), { method, headers: rawHeaders, setHost: false });
      sent.end(body);
      const [received] = await once(sent, 'response');
      return { status: received.statusCode, headers: received.rawHeaders, body: await bytesOf(received) };
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
