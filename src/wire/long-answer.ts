/**
 * Answers that take long: S3 begins to answer a request that it works on for a while, and sends white space until it is
 * done, so that nobody on the way takes the connection for dead. What went wrong then stands in an answer with status
 * 200: Amazon S3 API Reference, CompleteMultipartUpload and CopyObject.
 */

import type { ServiceName } from '../api/model/operations.ts';
import type { Environment } from '../env.ts';
import type { AnswerMessage, HeaderFields } from './http/message.ts';

const longOperations: ReadonlySet<string> = new Set(['CompleteMultipartUpload', 'CopyObject', 'UploadPartCopy']);

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export interface LongAnswerOptions {
  readonly service: ServiceName;
  readonly operation: string;
  /** What identifies the answer. */
  readonly headers: () => HeaderFields;
  readonly environment: Pick<Environment, 'pause'>;
  readonly signal: AbortSignal;
  /** How long the answer may take before white space is sent for it, and then again each time, in milliseconds. */
  readonly everyMs?: number | undefined;
}

/** The answer, or the beginning of one that is not there in time. */
export async function inTime(
  { service, operation, headers, environment, signal, everyMs = 10_000 }: LongAnswerOptions,
  answer: Promise<AnswerMessage>,
): Promise<AnswerMessage> {
  if (service !== 's3' || !longOperations.has(operation)) return answer;
  const pause = pauses(environment, signal, everyMs);
  let first: AnswerMessage | typeof LATE | undefined;
  try {
    first = await Promise.race([answer, pause.next()]);
  } finally {
    if (first !== LATE) pause.stop();
  }
  if (first !== LATE) return first;
  return {
    status: 200,
    headers: new Map([...headers(), ['content-type', ['application/xml']]]),
    body: spaced(answer, pause),
  };
}

const LATE = Symbol('late');

interface Pauses {
  next(): Promise<typeof LATE>;
  stop(): void;
}

function pauses({ pause }: Pick<Environment, 'pause'>, signal: AbortSignal, everyMs: number): Pauses {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  return {
    // Whoever is not waited for any more says nothing.
    next: () =>
      pause(everyMs, either).then(
        () => LATE,
        () => new Promise<never>(() => undefined),
      ),
    stop: () => done.abort(),
  };
}

async function* spaced(answer: Promise<AnswerMessage>, pause: Pauses): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(DECLARATION);
  try {
    while ((await Promise.race([answer, pause.next()])) === LATE) yield Buffer.from(' ');
    const { body } = await answer;
    if (!(body instanceof Uint8Array)) throw new Error('an answer in XML is not a stream');
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
    yield Buffer.from(text.startsWith(DECLARATION) ? text.slice(DECLARATION.length) : text);
  } finally {
    pause.stop();
  }
}
