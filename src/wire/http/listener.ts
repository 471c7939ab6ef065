/**
 * An HTTP server with the limits of an endpoint of AWS: how long it waits, how much it takes, and how it ends. It knows
 * nothing of AWS's protocols.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AwsError } from '../../api/errors.ts';
import type { Environment } from '../../env.ts';
import { type Incoming, incoming, notHttp } from './incoming.ts';
import type { AnswerMessage } from './message.ts';
import { ClientGone, send } from './outgoing.ts';

/** @typeParam N what is noted of an exchange while it goes on */
export interface ListenerOptions<N> {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly tls?: ServerIdentity | undefined;
  readonly environment: Pick<Environment, 'now' | 'pause' | 'elapsed'>;
  /** Answers a request. The signal ends when the client goes away. */
  readonly respond: (incoming: Incoming, signal: AbortSignal, note: N) => Promise<AnswerMessage>;
  readonly newNote: () => N;
  /** Answers what could not be read as a request, and so came to nobody. */
  readonly refuse: (error: AwsError) => AnswerMessage | Promise<AnswerMessage>;
  /** Told at the end of each exchange. */
  readonly ended?: ((exchange: Exchanged, note: N) => void) | undefined;
  /** Told of errors that no client can be told of any more. */
  readonly failed: (error: unknown) => void;
  readonly limits?: Limits | undefined;
}

export interface Limits {
  /** How long neither side may send a byte before the exchange is given up, in milliseconds. */
  readonly idleMs: number;
  /** How long a connection waits for its next request. */
  readonly keepAliveMs: number;
  /** How often connections are looked at that have not sent a whole head. */
  readonly checkingMs: number;
  /** How long a client may take to send what nobody reads. */
  readonly patienceMs: number;
}

/** What a server shows of itself over TLS, in PEM. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

/** The measures of a request and its answer. */
export interface Exchanged {
  readonly incoming: Incoming;
  /** Undefined if the client was gone before its answer began. */
  readonly status: number | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly ms: number;
  /** Whether the client had the whole answer. */
  readonly isWhole: boolean;
}

export interface Listener {
  readonly port: number;
  /** Takes no new connections, waits for what runs at most so long, then cuts it off. */
  close(graceMs: number): Promise<void>;
}

/** Node's limit by default; AWS's own is 8 KiB, which the SDKs' longest presigned URLs are beyond. */
const HEADER_BYTES = 16 * 1024;
const CONNECTIONS = 10_000;
const usualLimits: Limits = { idleMs: 30_000, keepAliveMs: 65_000, checkingMs: 5_000, patienceMs: 5_000 };

/** An exchange that goes on, for those who have to end it. */
interface Running {
  readonly incoming: Incoming | undefined;
  readonly work: Promise<void>;
  readonly isWaitingForReader: () => boolean;
}

/** Listens. @throws Error as Node has it, such as EADDRINUSE for a port that is taken. */
export async function listen<N>(options: ListenerOptions<N>): Promise<Listener> {
  const { environment, tls, limits = usualLimits } = options;
  const running = new Map<Socket, Set<Running>>();
  let isClosing = false;

  const serve = (message: IncomingMessage, response: ServerResponse, awaits: boolean): void => {
    const { socket } = message;
    const startedMs = environment.elapsed();
    const goneAway = new AbortController();
    const note = options.newNote();
    let bytesOut = 0;
    let isWaitingForReader = false;
    let asked: Incoming | undefined;
    let isEnded = false;
    let endWait = (): void => {};
    response.once('close', () => {
      isEnded = true;
      endWait();
      if (!response.writableFinished) goneAway.abort(new ClientGone());
    });
    const exchange = async (): Promise<void> => {
      const answer = await answerOf();
      if (isClosing) response.shouldKeepAlive = false;
      await send(answer, {
        response,
        now: environment.now(),
        isHead: message.method === 'HEAD',
        sent: (bytes) => {
          bytesOut += bytes;
        },
        waits: (isWaiting) => {
          isWaitingForReader = isWaiting;
        },
        async patience() {
          if (isEnded) return;
          // Made where it is needed, which is seldom: to abort a signal costs as much as to verify a signature.
          const waited = new AbortController();
          endWait = () => waited.abort();
          await environment.pause(limits.patienceMs, waited.signal).catch(() => undefined);
        },
      });
    };
    const answerOf = async (): Promise<AnswerMessage> => {
      try {
        asked = incoming(message, awaits ? () => response.writeContinue() : undefined);
      } catch (error) {
        if (error instanceof AwsError) return options.refuse(error);
        throw error;
      }
      return options.respond(asked, goneAway.signal, note);
    };
    const work = exchange()
      .catch((error: unknown) => {
        response.destroy();
        // It may be known by the connection before the answer's end says so.
        if (!goneAway.signal.aborted && !(error instanceof ClientGone)) options.failed(error);
      })
      .then(() => {
        ofSocket.delete(entry);
        if (ofSocket.size === 0) running.delete(socket);
        if (!asked) return;
        options.ended?.(
          {
            incoming: asked,
            status: response.headersSent ? response.statusCode : undefined,
            bytesIn: asked.bytesIn(),
            bytesOut,
            ms: environment.elapsed() - startedMs,
            isWhole: response.writableEnded,
          },
          note,
        );
      });
    const ofSocket = running.get(socket) ?? new Set();
    const entry: Running = {
      get incoming() {
        return asked;
      },
      work,
      isWaitingForReader: () => isWaitingForReader,
    };
    running.set(socket, ofSocket.add(entry));
  };

  const server = await newServer(tls, limits);
  server.maxConnections = CONNECTIONS;
  // Those beyond a number would be dropped without a word, and with them what a signature covers; their bytes count.
  server.maxHeadersCount = 0;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.headersTimeout = limits.idleMs;
  // Node's limit for a whole request would cut off long uploads.
  server.requestTimeout = 0;
  server.timeout = limits.idleMs;
  server.on('request', (message, response) => serve(message, response, false));
  server.on('checkContinue', (message, response) => serve(message, response, true));
  server.on('timeout', (socket) => {
    const exchanges = [...(running.get(socket) ?? [])];
    const waiting = exchanges.find(({ incoming: asked }) => asked?.isWaiting());
    if (waiting) waiting.incoming?.giveUp(timedOut());
    else if (exchanges.length === 0 || exchanges.some((each) => each.isWaitingForReader())) socket.destroy();
    // The client waits for the answer, not the other way round.
    else socket.setTimeout(limits.idleMs);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const isRunning = socket instanceof Socket && running.has(socket);
    // What follows the last request of a connection is for nobody: RFC 9112, section 9.6. Its answer is still to be sent.
    if (error.code === 'HPE_CLOSED_CONNECTION' && isRunning) return;
    // Between the bytes of another answer this one would be taken for a part of it.
    const isFree = socket.writable && !isRunning;
    if (error.code === 'ECONNRESET' || !isFree) socket.destroy();
    else void refuse(socket, faultOf(error.code));
  });
  const refuse = async (socket: Duplex, fault: AwsError): Promise<void> => {
    const answer = await options.refuse(fault);
    if (socket.writable) socket.end(rawAnswer(answer, new Date(environment.now())), () => socket.destroy());
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.off('error', reject);
      server.on('error', options.failed);
      resolve();
    });
  });

  return {
    // A TCP server has an address of this kind while it listens.
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const rest = async () => {
        while (running.size > 0) {
          await Promise.all([...running.values()].flatMap((exchanges) => [...exchanges].map(({ work }) => work)));
        }
      };
      const waited = new AbortController();
      await Promise.race([rest(), environment.pause(graceMs, waited.signal).catch(() => undefined)]);
      waited.abort();
      server.closeAllConnections();
      await Promise.all([rest(), closed]);
    },
  };
}

async function newServer(tls: ServerIdentity | undefined, { checkingMs }: Limits): Promise<Server> {
  const common = {
    maxHeaderSize: HEADER_BYTES,
    connectionsCheckingInterval: checkingMs,
    noDelay: true,
    requireHostHeader: false,
  };
  if (!tls) return createServer(common);
  const https = await import('node:https');
  return https.createServer({ ...common, ...tls, minVersion: 'TLSv1.2' });
}

/** Amazon S3 API Reference, "Error responses". */
const timedOut = (): AwsError =>
  new AwsError(
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  );

/** What is wrong with bytes that are no request: Amazon S3 API Reference, "Error responses". */
function faultOf(code: string | undefined): AwsError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = { MaxSizeAllowed: `${HEADER_BYTES}` };
    return new AwsError(
      'RequestHeaderSectionTooLarge',
      'Your request header section exceeds the maximum allowed size.',
      detail,
    );
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return timedOut();
  return notHttp();
}

/** An answer as bytes, for a connection on which nothing else follows. */
function rawAnswer({ status, headers, body }: AnswerMessage, now: Date): Buffer {
  const text = body instanceof Uint8Array ? body : new Uint8Array();
  const fields = [...headers].flatMap(([name, values]) => values.map((value) => `${name}: ${value}\r\n`));
  const last = `Date: ${now.toUTCString()}\r\ncontent-length: ${text.length}\r\nConnection: close\r\n\r\n`;
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fields.join('')}${last}`;
  return Buffer.concat([Buffer.from(head, 'latin1'), text]);
}
