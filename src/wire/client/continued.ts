/**
 * The body of an object that goes on where its connection was cut: the rest is asked for as a range, on the condition
 * that the object is still the same. It stands below the comparison with the object's checksum, which is over all of it,
 * and is for whoever reads, a pipe too, as if nothing had been cut. RFC 9110, sections 13.1.1 and 14; botocore,
 * s3transfer, `num_download_attempts`.
 */

import { EndpointError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import { type AnswerMessage, headerValue, type RequestMessage } from '../http/message.ts';
import type { ReceivedAnswer } from './answer.ts';

/** How the rest of a body is asked for. */
export interface Continuing {
  readonly message: RequestMessage;
  /** Sends a request like the first. @throws EndpointError, AbortError */
  again(message: RequestMessage): Promise<ReceivedAnswer>;
  /** @param ms until the next attempt */
  pause(ms: number): Promise<void>;
}

/** Attempts at one stretch, and how long a stretch is: those of the AWS CLI, whose ranges are of this size. */
const MOST_ATTEMPTS = 5;
const STRETCH_BYTES = 8 * 1024 * 1024;
/** The first pause, in milliseconds; each is twice as long as the one before. */
const PAUSE_MS = 500;

/** The same answer, whose body is continued if it can be. */
export function withContinuedBody(
  { service, name }: OperationModel,
  answer: ReceivedAnswer,
  continuing: Continuing,
): ReceivedAnswer {
  const range = service === 's3' && name === 'GetObject' ? rangeOf(answer) : undefined;
  const isPart = continuing.message.target.query.some((parameter) => parameter.name === 'partNumber');
  return range && !isPart ? { ...answer, body: continuedBody(answer.body, range, continuing) } : answer;
}

/** The bytes of an object that an answer has, and the object's state. */
interface ObjectRange {
  readonly first: number;
  readonly last: number;
  readonly etag: string;
}

/** Undefined if the answer does not say it. */
function rangeOf({ status, headers }: AnswerMessage): ObjectRange | undefined {
  const etag = headerValue(headers, 'etag');
  if (etag === undefined) return undefined;
  if (status === 206) {
    const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(headerValue(headers, 'content-range') ?? '') ?? [];
    return first === undefined ? undefined : { first: Number(first), last: Number(last), etag };
  }
  const length = headerValue(headers, 'content-length');
  return status === 200 && length !== undefined ? { first: 0, last: Number(length) - 1, etag } : undefined;
}

async function* continuedBody(
  body: AsyncIterable<Uint8Array>,
  { first, last, etag }: ObjectRange,
  continuing: Continuing,
): AsyncGenerator<Uint8Array, void> {
  let at = first;
  let stretch = first;
  let attempts = 1;
  let rest: AsyncIterable<Uint8Array> | undefined = body;
  for (;;) {
    try {
      rest ??= await restOf({ first: at, last, etag }, continuing);
      for await (const piece of rest) {
        at += piece.length;
        yield piece;
      }
      return;
    } catch (error) {
      if (!(error instanceof EndpointError) || !error.isTransient || at > last) throw error;
      if (at >= stretch + STRETCH_BYTES) {
        stretch = at;
        attempts = 1;
      }
      if (attempts === MOST_ATTEMPTS) throw error;
      await continuing.pause(PAUSE_MS * 2 ** (attempts - 1));
      attempts += 1;
      rest = undefined;
    }
  }
}

/** @throws EndpointError, which is transient if the same may be asked again */
async function restOf(range: ObjectRange, { message, again }: Continuing): Promise<AsyncIterable<Uint8Array>> {
  const { first, last, etag } = range;
  const headers = new Map(message.headers).set('range', [`bytes=${first}-${last}`]).set('if-match', [etag]);
  const answer = await again({ ...message, headers });
  const found = answer.status === 206 ? rangeOf(answer) : undefined;
  if (found?.first === first && found.last === last && found.etag === etag) return answer.body;
  await drained(answer.body);
  if (answer.status === 412) throw new EndpointError('the object was replaced while it was read: read it again');
  const isTransient = answer.status === 429 || answer.status >= 500;
  throw new EndpointError(`the connection was cut, and the rest of the object cannot be read (${answer.status})`, {
    isTransient,
  });
}

/** What a refusal has at most; a longer body ends with its connection. */
const MOST_DRAINED_BYTES = 64 * 1024;

async function drained(body: AsyncIterable<Uint8Array>): Promise<void> {
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > MOST_DRAINED_BYTES) return;
  }
}
