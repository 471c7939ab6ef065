/**
 * Sealing of objects of any size, so that any range can be opened alone: the STREAM construction (Hoang, Reyhanitabar,
 * Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", section 7) over AES-256-GCM.
 *
 * The plaintext is cut into segments of 256 KiB, each sealed separately. The nonce is the segment's number and a flag
 * that is set on the last one, so that a segment opens only in its own position, and an
 * object only with the end that it was sealed with. The last segment is never empty, except in an empty object.
 */

import { NONCE_BYTES, openInto, sealInto, TAG_BYTES } from './aes-gcm.ts';
import { AuthenticationError } from './authentication-error.ts';
import { timedWait, timedWork, type WorkTimes } from './work-times.ts';

/** The cipher of a segment: NIST SP 800-38D, with keys of 256 bits. */
export const SEGMENT_CIPHER = 'AES-256-GCM';
/** The plaintext bytes in every segment but the last. */
export const SEGMENT_BYTES = 256 * 1024;
/** The bytes of a sealed segment, except the last. */
export const SEALED_SEGMENT_BYTES = SEGMENT_BYTES + TAG_BYTES;

/** A range of the plaintext: from `start` up to but excluding `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads exactly `length` sealed bytes from a position; fewer only if the sealed bytes end there. The bytes must not
 * change until the read after the next one, because one block is read ahead.
 */
export type Read = (position: number, length: number) => Promise<Uint8Array>;

/** The synchronous form: for bytes in memory, or so few that waiting takes longer than reading. */
export type ReadNow = (position: number, length: number) => Uint8Array;

/** Reads from bytes in memory. */
export const readIn =
  (bytes: Uint8Array): ReadNow =>
  (position, length) =>
    bytes.subarray(position, position + length);

/** The size of a plaintext after sealing, in bytes. */
export function sealedSize(plaintextBytes: number): number {
  return plaintextBytes + TAG_BYTES * Math.max(1, Math.ceil(plaintextBytes / SEGMENT_BYTES));
}

/** The number of bytes that were sealed. @throws AuthenticationError if no plaintext has this sealed size. */
export function plaintextSize(sealedBytes: number): number {
  const plaintextBytes = sealedBytes - TAG_BYTES * Math.max(1, Math.ceil(sealedBytes / SEALED_SEGMENT_BYTES));
  if (plaintextBytes < 0 || sealedSize(plaintextBytes) !== sealedBytes) throw damaged();
  return plaintextBytes;
}

/** Seals bytes in memory. The key must be fresh for each object: nonces never repeat under it. */
export function sealBytes(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const sealed = Buffer.allocUnsafeSlow(sealedSize(plaintext.length));
  const last = lastSegment(plaintext.length);
  for (let index = 0; index <= last; index++) {
    const segment = plaintext.subarray(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES);
    sealInto(sealed.subarray(index * SEALED_SEGMENT_BYTES), key, nonceOf(index, index === last), segment);
  }
  return sealed;
}

/** The synchronous form of `openRange`. @throws AuthenticationError, RangeError */
export function openRangeNow(
  key: Uint8Array,
  read: ReadNow,
  sealedBytes: number,
  range: Range,
  times?: WorkTimes,
): Uint8Array {
  const { first, end, last } = segmentsOf(range, plaintextSize(sealedBytes));
  const pieces: Uint8Array[] = [];
  for (let index = first; index < end; index++) {
    const position = index * SEALED_SEGMENT_BYTES;
    const sealed = read(position, Math.min(SEALED_SEGMENT_BYTES, sealedBytes - position));
    pieces.push(
      timedWork(times, 'encryptionMs', () => openSegment(key, { index, isLast: index === last }, sealed, range)),
    );
  }
  const [only] = pieces;
  return pieces.length === 1 && only ? only : Buffer.concat(pieces);
}

/** The number of segments to open for a range of an object of `size` bytes. */
export function segmentCount(range: Range, size: number): number {
  const { first, end } = segmentsOf(range, size);
  return end - first;
}

/**
 * Seals a stream, yielding one segment at a time. Input is consumed before the next piece is requested, and output is
 * valid until then, so that memory is reused. The key must be fresh for each object: nonces never repeat.
 */
export function seal(
  key: Uint8Array,
  times?: WorkTimes,
): (plaintext: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, void> {
  return async function* (plaintext) {
    const sealed = Buffer.allocUnsafeSlow(SEALED_SEGMENT_BYTES);
    // A full segment is held back until it is known whether more bytes follow.
    const held = Buffer.allocUnsafeSlow(SEGMENT_BYTES);
    let heldBytes = 0;
    let index = 0;
    function sealNext(segment: Uint8Array, isLast: boolean): Uint8Array {
      timedWork(times, 'encryptionMs', () => sealInto(sealed, key, nonceOf(index++, isLast), segment));
      return sealed.subarray(0, segment.length + TAG_BYTES);
    }
    for await (const piece of plaintext) {
      for (let at = 0; at < piece.length; ) {
        if (heldBytes === SEGMENT_BYTES) {
          yield sealNext(held, false);
          heldBytes = 0;
        }
        if (heldBytes === 0 && piece.length - at > SEGMENT_BYTES) {
          yield sealNext(piece.subarray(at, at + SEGMENT_BYTES), false);
          at += SEGMENT_BYTES;
        } else {
          const taken = piece.subarray(at, at + SEGMENT_BYTES - heldBytes);
          held.set(taken, heldBytes);
          heldBytes += taken.length;
          at += taken.length;
        }
      }
    }
    yield sealNext(held.subarray(0, heldBytes), true);
  };
}

/** The number of segments read at once: 1 MiB. */
const BLOCK_SEGMENTS = 4;

/**
 * Opens a range of a sealed object without reading the rest. Every byte that it yields has been authenticated, as are
 * an empty range of an existing segment and the empty object. Each piece has its own memory, which belongs to the
 * caller; `giveBack` frees it early.
 * @param sealedBytes the size of the sealed object, from the object's authenticated record.
 * @param times gets the time of opening and, if `read` reads from a disk, that of waiting for it.
 * @throws AuthenticationError, RangeError
 */
export async function* openRange(
  key: Uint8Array,
  read: Read,
  sealedBytes: number,
  range: Range,
  { times, isOnDisk = false }: { readonly times?: WorkTimes | undefined; readonly isOnDisk?: boolean } = {},
): AsyncGenerator<Uint8Array, void> {
  const { first, end, last } = segmentsOf(range, plaintextSize(sealedBytes));
  const readBlock = (from: number): Promise<Uint8Array> => {
    const position = from * SEALED_SEGMENT_BYTES;
    const blockEnd = Math.min(Math.min(from + BLOCK_SEGMENTS, end) * SEALED_SEGMENT_BYTES, sealedBytes);
    return read(position, blockEnd - position);
  };
  let ahead: Promise<Uint8Array> | undefined = readBlock(first);
  try {
    for (let from = first; ahead; from += BLOCK_SEGMENTS) {
      const block: Uint8Array = await (isOnDisk ? timedWait(times, 'diskMs', ahead) : ahead);
      const next = from + BLOCK_SEGMENTS;
      ahead = next < end ? readBlock(next) : undefined;
      // A failure before it is awaited must not count as unhandled.
      ahead?.catch(() => {});
      for (let index = from; index < Math.min(next, end); index++) {
        const offset = (index - from) * SEALED_SEGMENT_BYTES;
        const segment = block.subarray(offset, offset + SEALED_SEGMENT_BYTES);
        const place = { index, isLast: index === last };
        const piece = timedWork(times, 'encryptionMs', () => openSegment(key, place, segment, range));
        if (piece.length > 0) yield piece;
      }
    }
  } finally {
    // A read in progress still writes to memory that the next reader may get.
    await ahead?.catch(() => {});
  }
}

/** Opens one segment; the plaintext within the range gets its own memory. @throws AuthenticationError */
function openSegment(
  key: Uint8Array,
  { index, isLast }: { readonly index: number; readonly isLast: boolean },
  sealed: Uint8Array,
  { start, end }: Range,
): Uint8Array {
  if (sealed.length < TAG_BYTES) throw damaged();
  const begin = index * SEGMENT_BYTES;
  const size = sealed.length - TAG_BYTES;
  const [from, to] = [Math.max(0, start - begin), Math.min(size, end - begin)];
  const plaintext = Buffer.allocUnsafeSlow(Math.max(0, to - from));
  if (!openInto(plaintext, key, nonceOf(index, isLast), sealed, undefined, from)) throw damaged();
  return plaintext;
}

/** The segments that hold a range, from `first` up to but excluding `end`, and the number of the object's last one. */
function segmentsOf({ start, end }: Range, size: number): { first: number; end: number; last: number } {
  if (start < 0 || start > end || end > size) {
    throw new RangeError(`the range ${start} to ${end} is not within the ${size} bytes of the object`);
  }
  const last = lastSegment(size);
  const first = Math.min(Math.floor(start / SEGMENT_BYTES), last);
  return { first, end: Math.max(first + 1, Math.ceil(end / SEGMENT_BYTES)), last };
}

const lastSegment = (size: number): number => Math.max(0, Math.ceil(size / SEGMENT_BYTES) - 1);

/** Eleven bytes of counter and one of flag make up GCM's 96 bits. Counters exceed the size of any object by far. */
function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntBE(index, NONCE_BYTES - 7, 6);
  nonce[NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}

const damaged = () => new AuthenticationError('the ciphertext');
