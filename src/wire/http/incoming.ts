/** A request as Node's HTTP server hands it on, as the value that the rest works with. */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { AwsError } from '../../api/errors.ts';
import { notImplementedHeader } from '../../s3/request/conditions.ts';
import { type HttpRequest, type IncomingBody, rawHeaderFields } from './message.ts';
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
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') throw notImplementedHeader('Transfer-Encoding');
  // RFC 9112, section 3.2. Node's own refusal would have no error in it.
  if (message.httpVersion === '1.1' && message.headers.host === undefined) throw notHttp();
  let bytes = 0;
  let giveUp: ((error: AwsError) => void) | undefined;

  let isTaken = false;

  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    if (isTaken) return;
    isTaken = true;
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

  function whole(limit: number): Promise<Uint8Array | undefined> {
    if (isTaken) return Promise.resolve(new Uint8Array());
    isTaken = true;
    sendContinue?.();
    return new Promise((resolve, reject) => {
      const read: Buffer[] = [];
      const stop = (): void => {
        giveUp = undefined;
        message.off('data', take);
        message.off('end', end);
        message.off('close', fail);
        message.off('error', fail);
      };
      const take = (piece: Buffer): void => {
        bytes += piece.length;
        read.push(piece);
        if (bytes <= limit) return;
        stop();
        message.pause();
        resolve(undefined);
      };
      const end = (): void => {
        stop();
        if (message.complete) resolve(read.length === 1 ? read[0] : Buffer.concat(read));
        else reject(cutOff());
      };
      const fail = (): void => {
        stop();
        reject(cutOff());
      };
      if (message.destroyed) {
        fail();
        return;
      }
      giveUp = (error) => {
        stop();
        message.pause();
        reject(error);
      };
      message.on('end', end);
      message.on('close', fail);
      message.on('error', fail);
      message.on('data', take);
    });
  }

  let reading: AsyncGenerator<Uint8Array, void> | undefined;
  const body: IncomingBody = {
    [Symbol.asyncIterator]() {
      reading ??= pieces();
      return reading;
    },
    whole,
  };
  return {
    request: {
      method: message.method ?? 'GET',
      target: parseTarget(message.url ?? ''),
      headers: rawHeaderFields(message.rawHeaders),
      body,
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
