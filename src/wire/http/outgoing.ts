/** Sends an answer through Node's HTTP server: at the client's pace, and never a part that looks like the whole. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnswerMessage } from './message.ts';

/** How much of a body that nobody wants is read, so that its sender gets to the answer. */
const UNWANTED_BYTES = 4 * 1024 * 1024;

export interface Sending {
  readonly response: ServerResponse;
  /** The time of the answer, in milliseconds since 1970, which need not be Node's: the environment's clock counts. */
  readonly now: number;
  /** Of HEAD: its answer has no body, whatever the answer to GET has. */
  readonly isHead: boolean;
  /** Told of each piece that is on its way. */
  readonly sent: (bytes: number) => void;
  /** Whether the server waits for the client to take more. */
  readonly waits: (isWaiting: boolean) => void;
  /** Resolves when a client has had long enough to send what nobody reads. */
  readonly patience: () => Promise<void>;
}

/** @throws whatever ends the body; the connection is then cut, so that the client notices. */
export async function send({ status, headers, body }: AnswerMessage, sending: Sending): Promise<void> {
  const { response, now, isHead, sent } = sending;
  const hasBody = !isHead && status !== 204 && status !== 304;
  try {
    response.writeHead(status, [
      ...rawFields(headers, hasBody && body instanceof Uint8Array ? body.length : undefined),
      'Date',
      new Date(now).toUTCString(),
    ]);
  } catch (error) {
    await leave(body);
    throw error;
  }
  if (!hasBody || body === undefined) {
    await leave(body);
    response.flushHeaders();
    await readRest(sending);
    response.end();
    return;
  }
  // What fits the buffer of the socket needs no wait, and goes in one piece with the head and the end.
  if (body instanceof Uint8Array && body.length < response.writableHighWaterMark && response.req.complete) {
    if (response.destroyed || response.socket?.destroyed) throw new ClientGone();
    sent(body.length);
    response.end(body);
    return;
  }
  try {
    if (body instanceof Uint8Array) await write(body, sending);
    else for await (const piece of body) await write(piece, sending);
  } catch (error) {
    response.destroy();
    throw error;
  }
  await readRest(sending);
  response.end();
}

/** Leaves a body unread, which may have files open. */
async function leave(body: AnswerMessage['body']): Promise<void> {
  if (body && !(body instanceof Uint8Array)) await body[Symbol.asyncIterator]().return?.();
}

/** @throws Error when the client has gone away. */
async function write(piece: Uint8Array, { response, sent, waits }: Sending): Promise<void> {
  if (piece.length === 0) return;
  if (response.destroyed || response.socket?.destroyed) throw new ClientGone();
  sent(piece.length);
  if (response.write(piece)) return;
  waits(true);
  await new Promise<void>((resolve, reject) => {
    const drained = () => settle(resolve);
    const closed = () => settle(() => reject(new ClientGone()));
    function settle(done: () => void): void {
      response.off('drain', drained);
      response.off('close', closed);
      done();
    }
    response.on('drain', drained);
    response.on('close', closed);
  }).finally(() => waits(false));
}

/** The client has closed its connection before it had the whole answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client has gone away');
    this.name = 'ClientGone';
  }
}

/** The length comes last: behind it, Node takes a `Content-Disposition` for UTF-8, and refuses the bytes of other texts. */
function* rawFields(headers: AnswerMessage['headers'], length: number | undefined): Generator<string> {
  for (const [name, values] of headers) {
    if (name === LENGTH) continue;
    for (const value of values) {
      yield name;
      yield value;
    }
  }
  const [stated = length] = headers.get(LENGTH) ?? [];
  if (stated === undefined) return;
  yield LENGTH;
  yield `${stated}`;
}

const LENGTH = 'content-length';

/**
 * Reads on in what the client still sends, up to a limit: a connection that is closed over unread bytes takes the
 * answer with it. What is left then ends with the connection.
 */
async function readRest({ response, patience }: Sending): Promise<void> {
  const message = response.req;
  const { socket } = message;
  if (message.complete || message.destroyed) return;
  // A client that was not asked for its body does not send it.
  if (message.headers.expect === undefined) await discard(message, patience());
  if (!message.complete) response.once('finish', () => socket.destroySoon());
}

async function discard(message: IncomingMessage, patience: Promise<void>): Promise<void> {
  let left = UNWANTED_BYTES;
  let stop = (): void => {};
  const count = (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) stop();
  };
  const read = new Promise<void>((resolve) => {
    stop = resolve;
    message.on('data', count);
    message.on('end', stop);
    message.on('close', stop);
    message.resume();
  });
  await Promise.race([read, patience]);
  message.off('data', count);
  message.off('end', stop);
  message.off('close', stop);
  message.pause();
}
