/** HTTP as bytes on a connection, which need not be a request that any client would send. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { RawRequest } from './signed-request.ts';

/** The bytes of a request; it says the length of its body unless it has something to say of that itself. */
export function requestBytes(raw: RawRequest, body: Uint8Array | string = ''): Buffer {
  const names = new Set(raw.headers.map(([name]) => name.toLowerCase()));
  const framed = names.has('content-length') || names.has('transfer-encoding') || body.length === 0;
  const headers = [...raw.headers, ...(framed ? [] : [['content-length', `${Buffer.byteLength(body)}`] as const])];
  const lines = [`${raw.method} ${raw.target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

export async function connectTo(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  // The other side may end it at any time.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/**
 * Sends bytes, and behind them a request that ends the connection, so that nothing waits for more: what is cut short takes
 * some of that, and what has ended is answered before it.
 * @returns the answers to the bytes, a byte a character
 */
export async function sendBytes(port: number, bytes: Uint8Array): Promise<string> {
  const socket = await connectTo(port);
  const answer = untilClosed(socket);
  socket.write(Buffer.concat([bytes, LAST]));
  const all = await answer;
  const last = all.indexOf('HTTP/1.1 200', Math.max(0, all.lastIndexOf('HTTP/1.1 ')));
  return last >= 0 && all.includes('"edition":"ssebox"', last) ? all.slice(0, last) : all;
}

/** Longer than what a changed digit makes of the length of a short body. */
const LAST = Buffer.from(
  `GET /_ssebox/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Filling: ${'x'.repeat(1000)}\r\nConnection: close\r\n\r\n`,
);

/** Everything that comes until the other side ends the connection, a byte a character. */
export async function untilClosed(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  socket.on('end', () => socket.end());
  await once(socket, 'close');
  return Buffer.concat(pieces).toString('latin1');
}

/** The status of each answer, without those that only say to go on. */
export const statusesIn = (answer: string): readonly number[] =>
  [...answer.matchAll(/(?:^|[\n>}])HTTP\/1\.1 (\d{3})/g)]
    .map(([, status]) => Number(status))
    .filter((each) => each !== 100);

/** The code of an error in XML. */
export const codeIn = (text: string): string | undefined => /<Code>(.*?)<\/Code>/.exec(text)?.[1];
