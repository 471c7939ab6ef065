/** A streamed body, read far enough that a small one is complete. */

import { isRereadable } from '../api/message.ts';
import { MAX_ROW_BYTES } from '../store/records/s3.ts';

/** A body up to this size is passed on in one piece, since it is stored in one transaction. */
export const SMALL_BYTES = MAX_ROW_BYTES;

/**
 * The bytes themselves if they are few, so that they can be stored in one transaction; otherwise the same stream, whose
 * first chunks have already been read unless it can be read again.
 * @param most how many are few
 */
export async function settleBody(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  most = SMALL_BYTES,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  if (body instanceof Uint8Array) return body;
  if (isRereadable(body) && body.size > SMALL_BYTES) return body;
  const source = body[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let size = 0;
  while (size <= most) {
    const next = await source.next();
    if (next.done) return Buffer.concat(read);
    // A block of a file is valid until the next one is read.
    read.push(isRereadable(body) ? next.value.slice() : next.value);
    size += next.value.length;
  }
  return rest(read, source);
}

async function* rest(read: readonly Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* read;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

/** A body that has nothing in it. */
export async function* noBytes(): AsyncGenerator<Uint8Array, void> {}
