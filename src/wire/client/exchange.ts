/**
 * One request on a socket and its answer: the body at the pace of the other side, and time-outs that count only while
 * the other side has something to do, as botocore's do.
 */

import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Body } from '../http/message.ts';
import { TimedOut } from './unanswered.ts';

export interface WaitLimits {
  /** How long to wait for a connection, in milliseconds; 0 waits for ever. */
  readonly connectMs: number;
  /** How long to wait for the other side to take or send the next byte, in milliseconds; 0 waits for ever. */
  readonly readMs: number;
}

/** What is known of a request that is under way. */
export interface Exchange {
  readonly isConnected: boolean;
  /** Whether bytes of the body were taken from a stream. */
  readonly isBegun: boolean;
  /** Whether an error is not of the connection, but of the stream that the body was read from. */
  isOwn(error: unknown): boolean;
  /** @throws the error of the body's stream, TimedOut, the socket's errors */
  readonly answer: Promise<IncomingMessage>;
  /** The body of the answer. @throws TimedOut, the socket's errors, for an answer that is cut, too */
  bytes(received: IncomingMessage): AsyncGenerator<Uint8Array, void>;
}

/** How long an interim answer is waited for before the body is sent all the same: botocore, awsrequest.py. */
const CONTINUE_MS = 1000;

/** How a body is sent. */
export interface SendRules extends WaitLimits {
  /** Whether the other side is to say first that it takes the body. */
  readonly waits: boolean;
}

/** @param sent has not been written to */
export function exchange(sent: ClientRequest, body: Body | undefined, rules: SendRules): Exchange {
  const { connectMs, readMs, waits } = rules;
  let isConnected = false;
  let isBegun = false;
  let isOurTurn = false;
  let received: IncomingMessage | undefined;
  /** Why this side ended it, which Node does not tell whoever reads the answer. */
  let failure: unknown;
  let streamError: unknown;

  const end = (error: Error) => {
    failure ??= error;
    if (received) received.destroy(error);
    else sent.destroy(error);
  };
  /** Nothing more needs to be sent: it is over, or refused. */
  const isOver = () => sent.destroyed || (received?.statusCode ?? 0) >= 300;

  watchConnecting(sent, connectMs, {
    connected: () => {
      isConnected = true;
    },
    end,
  });
  watchIdling(sent, readMs, () => {
    if (!isOurTurn) end(new TimedOut('read'));
  });

  async function sendStream(stream: AsyncIterable<Uint8Array>): Promise<void> {
    const source = stream[Symbol.asyncIterator]();
    try {
      while (!isOver()) {
        isBegun = true;
        isOurTurn = true;
        const next = await source.next().catch((error: unknown) => {
          streamError = error;
          throw error;
        });
        isOurTurn = false;
        if (isOver()) return;
        if (next.done) {
          sent.end();
          return;
        }
        // What is written may be given back as soon as the next piece is asked for.
        if (!sent.write(Buffer.from(next.value))) await anyOf(sent, ['drain', 'response', 'close']);
      }
    } finally {
      await source.return?.();
    }
  }

  async function send(): Promise<void> {
    if (waits) {
      sent.flushHeaders();
      await anyOf(sent, ['continue', 'response', 'close'], CONTINUE_MS);
      if (isOver()) return;
    }
    if (body === undefined || body instanceof Uint8Array) sent.end(body);
    else await sendStream(body);
  }

  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', (message: IncomingMessage) => {
      received = message;
      resolve(message);
    });
    // More of them may come when what is still being sent meets a closed connection.
    sent.on('error', (error) => reject(failure ?? error));
    // Of a protocol that nobody asked to change to, Node closes the connection without an error.
    sent.once('close', () => reject(failure ?? new Error('the connection was closed before there was an answer')));
  });
  send().catch((error: Error) => {
    isOurTurn = false;
    if (!isOver()) end(error);
  });

  return {
    get isConnected() {
      return isConnected;
    },
    get isBegun() {
      return isBegun;
    },
    isOwn: (error) => streamError !== undefined && error === streamError,
    answer,
    async *bytes(message) {
      try {
        for await (const piece of message as AsyncIterable<Uint8Array>) {
          isOurTurn = true;
          yield piece;
          isOurTurn = false;
        }
        if (failure !== undefined) throw failure;
      } catch (error) {
        throw failure ?? error;
      } finally {
        // On a connection with half a request nothing else can be asked.
        if (!sent.writableFinished) sent.destroy();
      }
    },
  };
}

interface Connecting {
  readonly connected: () => void;
  readonly end: (error: Error) => void;
}

/** Until the connection, with that of TLS, is there. */
function watchConnecting(sent: ClientRequest, limitMs: number, { connected, end }: Connecting): void {
  const timer = limitMs === 0 ? undefined : setTimeout(() => end(new TimedOut('connect')), limitMs);
  const settle = () => clearTimeout(timer);
  const arrive = () => {
    settle();
    connected();
  };
  sent.once('close', settle);
  sent.once('error', settle);
  sent.once('socket', (socket) => {
    const isTls = 'encrypted' in socket;
    if (sent.reusedSocket || (!isTls && !socket.connecting)) arrive();
    else socket.once(isTls ? 'secureConnect' : 'connect', arrive);
  });
}

/** From the connection on, each time nothing has moved for so long. */
function watchIdling(sent: ClientRequest, limitMs: number, idle: () => void): void {
  if (limitMs === 0) return;
  sent.once('socket', (socket) => {
    const act = () => {
      idle();
      if (!socket.destroyed) socket.setTimeout(limitMs);
    };
    socket.setTimeout(limitMs);
    socket.on('timeout', act);
    sent.once('close', () => {
      socket.off('timeout', act);
      socket.setTimeout(0);
    });
  });
}

/** Waits for the first of these events, or for so long. */
function anyOf(sent: ClientRequest, events: readonly string[], limitMs?: number): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      for (const event of events) sent.off(event, settle);
      resolve();
    };
    const timer = limitMs === undefined ? undefined : setTimeout(settle, limitMs);
    for (const event of events) sent.on(event, settle);
  });
}
