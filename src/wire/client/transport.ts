/** Sends requests over HTTP and receives answers: one socket pool for one run of the program. */

import { once } from 'node:events';
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { EndpointError } from '../../api/errors.ts';
import { systemReason } from '../../api/file-error.ts';
import { type AnswerMessage, type Body, type HeaderFields, rawHeaderFields } from '../http/message.ts';

export interface TransportOptions {
  /** How long to wait for a connection, in milliseconds; 0 waits for ever. */
  readonly connectMs: number;
  /** How long to wait for the next byte of an answer, in milliseconds; 0 waits for ever. */
  readonly readMs: number;
  /** Whether certificates are checked. */
  readonly verifies: boolean;
  /** Authorities that are trusted instead of the usual ones, in PEM. */
  readonly authorities?: string | undefined;
}

/** A request with all that it needs to be sent. */
export interface SentRequest {
  readonly origin: string;
  readonly method: string;
  /** Path and query as they are sent. */
  readonly target: string;
  /** A byte a character. */
  readonly headers: HeaderFields;
  readonly body: Body | undefined;
}

export interface Transport {
  /** @throws EndpointError when no answer comes, AbortError */
  send(
    request: SentRequest,
    signal: AbortSignal,
  ): Promise<AnswerMessage & { readonly body: AsyncIterable<Uint8Array> }>;
  /** Closes what is still open. */
  close(): void;
}

export function newTransport({ verifies, authorities, connectMs, readMs }: TransportOptions): Transport {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true, rejectUnauthorized: verifies, ca: authorities });
  return {
    async send({ origin, method, target, headers, body }, signal) {
      const url = new URL(origin);
      const isTls = url.protocol === 'https:';
      const sent = (isTls ? httpsRequest : httpRequest)({
        agent: isTls ? https : http,
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || (isTls ? 443 : 80),
        method,
        path: target,
        headers: [...headers].flatMap(([name, values]) => values.flatMap((value) => [name, value])),
        setHost: false,
        signal,
        timeout: connectMs,
      });
      try {
        const received = await answered(sent, body, readMs);
        return {
          status: received.statusCode ?? 0,
          headers: rawHeaderFields(received.rawHeaders),
          body: bodyOf(received, origin, signal),
        };
      } catch (error) {
        signal.throwIfAborted();
        throw unreachable(origin, error);
      }
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

async function answered(sent: ClientRequest, body: Body | undefined, readMs: number): Promise<IncomingMessage> {
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.once('timeout', () => sent.destroy(new Error('timed out')));
  });
  sent.setTimeout(readMs);
  if (body === undefined || body instanceof Uint8Array) sent.end(body);
  else void sendAll(sent, body).catch((error: Error) => sent.destroy(error));
  return answer;
}

async function sendAll(sent: ClientRequest, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of body) {
    // What is written may be given back as soon as the next piece is asked for.
    if (!sent.write(Buffer.from(piece))) await once(sent, 'drain');
  }
  sent.end();
}

async function* bodyOf(
  received: IncomingMessage,
  origin: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* received as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal.throwIfAborted();
    throw new EndpointError(
      `Connection was closed before we received a valid response from endpoint URL: "${origin}".`,
      {
        cause: error,
        isTransient: true,
      },
    );
  }
}

/** In the AWS CLI's words: botocore, exceptions.py, `EndpointConnectionError`. */
const unreachable = (origin: string, error: unknown): EndpointError =>
  error instanceof EndpointError
    ? error
    : new EndpointError(`Could not connect to the endpoint URL: "${origin}/"`, {
        hint: systemReason(error),
        cause: error,
        isTransient: true,
      });
