/** A server between a client and an endpoint that passes requests on as they are, and does to some what a test asks. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request, as its first line has it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/**
 * What happens to a request: it is passed on; its connection is closed without an answer, before or after it was passed
 * on; its answer is cut after so many bytes of the body, or another one is sent; or it is refused.
 */
export type Fate =
  | 'passed'
  | 'unheard'
  | 'unanswered'
  | { readonly cutAfter: number }
  | { readonly rewritten: (text: string) => string }
  | { readonly status: number; readonly code: string };

export interface FlakyEndpoint {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Replaces what decides on requests. */
  decide(fate: (request: SeenRequest) => Fate): void;
}

/** The server; it is closed when the test ends. @param port of the endpoint behind it */
export async function flakyEndpoint(port: number): Promise<FlakyEndpoint> {
  const seen: SeenRequest[] = [];
  let fateOf: (request: SeenRequest) => Fate = () => 'passed';
  const server = createServer((incoming, answer) => {
    const { method = '', url = '', headers } = incoming;
    seen.push({ method, url, headers });
    pass(incoming, answer, port, fateOf({ method, url, headers }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    decide(fate) {
      fateOf = fate;
    },
  };
}

function pass(incoming: IncomingMessage, answer: ServerResponse, port: number, fate: Fate): void {
  if (fate === 'unheard') return void incoming.socket.destroy();
  if (typeof fate === 'object' && 'status' in fate) {
    incoming.resume().once('end', () => {
      const text = `<Error><Code>${fate.code}</Code><Message>as the test asked</Message></Error>`;
      answer.writeHead(fate.status, { 'content-length': text.length, 'content-type': 'application/xml' }).end(text);
    });
    return;
  }
  const { method, url, rawHeaders } = incoming;
  const sent = request({ host: '127.0.0.1', port, method, path: url, headers: rawHeaders, setHost: false });
  const end = () => incoming.socket.destroy();
  incoming.pipe(sent).on('error', end);
  incoming.on('error', () => sent.destroy());
  sent.on('response', (received) => {
    if (fate === 'unanswered') {
      received.resume().once('end', end);
      return;
    }
    if (typeof fate === 'object' && 'rewritten' in fate) {
      void wholeText(received).then((text) =>
        answer.writeHead(received.statusCode ?? 0, keptFields(received)).end(fate.rewritten(text)),
      );
      return;
    }
    answer.writeHead(received.statusCode ?? 0, received.rawHeaders);
    let left = typeof fate === 'object' ? fate.cutAfter : Number.POSITIVE_INFINITY;
    if (left === 0) {
      answer.flushHeaders();
      answer.socket?.write('', end);
      return;
    }
    received.on('data', (piece: Buffer) => {
      if (left <= 0) return;
      answer.write(piece.subarray(0, left), left > piece.length ? undefined : end);
      left -= piece.length;
    });
    received.on('end', () => {
      if (left > 0) answer.end();
    });
  });
}

async function wholeText(received: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of received) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** What an answer says besides its length. */
const keptFields = ({ rawHeaders }: IncomingMessage): string[] =>
  rawHeaders.filter((_, i) => rawHeaders[i - (i % 2)]?.toLowerCase() !== 'content-length');
