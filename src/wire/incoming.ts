/** A request as Node's HTTP server hands it on, as the value that the rest works with. */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { AwsError } from '../api/errors.ts';
import { type HeaderFields, type HttpRequest, headerFields } from './message.ts';
import { parseTarget } from './request-target.ts';

/** A request whose body may be wanted later. */
export interface Incoming {
  readonly request: HttpRequest;
  /** Whether the client waits for word before it sends the body. */
  readonly awaitsContinue: boolean;
  /** How many bytes of the body have come. */
  bytesIn(): number;
  /** Whether the server waits for more of the body. */
  isWaiting(): boolean;
  /** Ends the wait for more of the body, and with it the request, by an error. */
  giveUp(error: AwsError): void;
}

/**
 * @param sendContinue tells a client that waits to send the body; called once, when the body is first read
 * @throws AwsError InvalidURI for a target that is none, NotImplemented for a transfer coding other than chunks,
 * BadRequest without a host
 */
export function incoming(message: IncomingMessage, sendContinue: (() => void) | undefined): Incoming {
  const coding = message.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') throw notImplemented('Transfer-Encoding');
  // RFC 9112, section 3.2. Node's own refusal would have no error in it.
  if (message.httpVersion === '1.1' && message.headers.host === undefined) throw notHttp();
  let bytes = 0;
  let giveUp: ((error: AwsError) => void) | undefined;

  async function* body(): AsyncGenerator<Uint8Array, void> {
    sendContinue?.();
    // To stop reading ends the answer's connection, not the answer.
    const source: AsyncIterator<Buffer> = message.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
    for (;;) {
      const next = await new Promise<IteratorResult<Buffer>>((resolve, reject) => {
        giveUp = reject;
        source.next().then(resolve, () => reject(cutOff()));
      }).finally(() => {
        giveUp = undefined;
      });
      if (next.done) break;
      bytes += next.value.length;
      yield next.value;
    }
    // The stream of a body whose sender has gone away in the middle may end like that of a whole one.
    if (!message.complete) throw cutOff();
  }

  return {
    request: {
      method: message.method ?? 'GET',
      target: parseTarget(message.url ?? ''),
      headers: fieldsOf(message),
      body: body(),
      connection: { address: addressOf(message.socket), tls: tlsOf(message.socket) },
    },
    awaitsContinue: sendContinue !== undefined,
    bytesIn: () => bytes,
    isWaiting: () => giveUp !== undefined,
    giveUp: (error) => giveUp?.(error),
  };
}

/** The refusal of what is not a request of HTTP, as S3 answers. */
export const notHttp = (): AwsError => new AwsError('BadRequest', 'An error occurred when parsing the HTTP request.');

/** Amazon S3 API Reference, "Error responses", IncompleteBody. */
const cutOff = (): AwsError =>
  new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header');

/** Amazon S3 API Reference, "Error responses", NotImplemented. */
const notImplemented = (header: string): AwsError =>
  new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', {
    Header: header,
  });

function fieldsOf({ rawHeaders }: IncomingMessage): HeaderFields {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return headerFields(pairs);
}

/** An IPv4 client of an IPv6 socket has its IPv4 address, as policies know it. */
const addressOf = ({ remoteAddress = '' }: Socket): string => remoteAddress.replace(/^::ffff:(?=\d+\.)/, '');

function tlsOf(socket: Socket): HttpRequest['connection']['tls'] {
  if (!('getCipher' in socket) || typeof socket.getCipher !== 'function') return undefined;
  const { getProtocol } = socket as unknown as { getProtocol?: () => string | null };
  const cipher: unknown = socket.getCipher();
  const standardName = cipher instanceof Object && 'standardName' in cipher ? cipher.standardName : undefined;
  return {
    version: getProtocol?.call(socket) ?? undefined,
    cipher: typeof standardName === 'string' ? standardName : undefined,
  };
}
