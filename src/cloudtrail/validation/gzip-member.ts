/** Unpacks a gzip file while it is read, and says whether it is whole: RFC 1952. */

import { once } from 'node:events';
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';

/** How a file ends: with its content, before that, or with bytes behind it. */
export type GzipEnd = 'whole' | 'cut off' | 'followed by more';

/** The bytes are not those of a gzip file, or are damaged. */
export class GzipFault extends Error {}

/**
 * Passes the content on, piece by piece, and reads no further than the byte after its end. Holds a piece at a time.
 * @param take takes a piece of the content, whose memory is its own
 * @throws GzipFault
 */
export async function unzip(source: AsyncIterable<Uint8Array>, take: (piece: Uint8Array) => void): Promise<GzipEnd> {
  const member = newMember(take);
  try {
    for await (const piece of source) {
      await member.add(piece);
      if (member.rest.length > TRAILER_BYTES) break;
    }
    return await member.end();
  } finally {
    member.close();
  }
}

const TRAILER_BYTES = 8;
const MAX_HEADER_BYTES = 128 * 1024;

function newMember(take: (piece: Uint8Array) => void) {
  const inflate = createInflateRaw();
  let header = Buffer.alloc(0);
  let isBegun = false;
  let isInflated = false;
  let given = 0;
  let sum = 0;
  let size = 0;
  let rest = Buffer.alloc(0);
  inflate.on('data', (piece: Buffer) => {
    sum = crc32(piece, sum);
    size += piece.length;
    take(piece);
  });
  const inflated = endOf(inflate);
  const deflated = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.length === 0) return;
    given += bytes.length;
    await Promise.race([inflated, written(inflate, bytes)]);
    // What it did not take lies behind the compressed data.
    const left = given - inflate.bytesWritten;
    isInflated = left > 0;
    rest = Buffer.from(bytes.subarray(bytes.length - left));
  };
  return {
    /** What was read behind the content: the sum and the size, and whatever follows them. */
    get rest() {
      return rest;
    },
    async add(piece: Uint8Array): Promise<void> {
      if (isInflated) rest = Buffer.concat([rest, piece]);
      else if (isBegun) await deflated(piece);
      else {
        header = Buffer.concat([header, piece]);
        const length = headerLength(header);
        if (length === undefined) return;
        isBegun = true;
        await deflated(header.subarray(length));
      }
    },
    async end(): Promise<GzipEnd> {
      if (!isBegun) return 'cut off';
      if (!isInflated) {
        inflate.end();
        if ((await inflated) === 'cut off') return 'cut off';
      }
      if (rest.length < TRAILER_BYTES) return 'cut off';
      if (rest.readUInt32LE(0) !== sum || rest.readUInt32LE(4) !== size % 2 ** 32) throw new GzipFault();
      return rest.length === TRAILER_BYTES ? 'whole' : 'followed by more';
    },
    close() {
      inflate.destroy();
    },
  };
}

/** How the compressed data ends. @throws GzipFault */
function endOf(inflate: InflateRaw): Promise<'whole' | 'cut off'> {
  const ended = once(inflate, 'end').then(
    () => 'whole' as const,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'Z_BUF_ERROR') return 'cut off' as const;
      throw new GzipFault();
    },
  );
  // Whoever waits for it gets its error; nobody does after an earlier one.
  ended.catch(() => {});
  return ended;
}

/** Resolves once the bytes have been used. */
const written = (inflate: InflateRaw, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    inflate.write(bytes, (error) => (error ? reject(new GzipFault()) : resolve()));
  });

const CRC = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;
const DEFLATE = 8;

/** The length of the header; undefined if more of it is needed. @throws GzipFault */
function headerLength(bytes: Buffer): number | undefined {
  const fixed = [0x1f, 0x8b, DEFLATE];
  if (fixed.some((byte, i) => i < bytes.length && bytes[i] !== byte)) throw new GzipFault();
  const flags = bytes[3] ?? 0;
  if ((flags & RESERVED) !== 0) throw new GzipFault();
  let at = 10;
  if (flags & EXTRA) at += 2 + (bytes.length < at + 2 ? 0 : bytes.readUInt16LE(at));
  for (const flag of [NAME, COMMENT]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    at = end < 0 ? Number.POSITIVE_INFINITY : end + 1;
  }
  if (flags & CRC) at += 2;
  if (at > bytes.length) {
    if (bytes.length > MAX_HEADER_BYTES) throw new GzipFault();
    return undefined;
  }
  if (flags & CRC && bytes.readUInt16LE(at - 2) !== crc32(bytes.subarray(0, at - 2)) % 2 ** 16) throw new GzipFault();
  return at;
}
