/** Writes bodies in chunks of S3's own, as clients send them. */

import { type ChunkKey, chunkSigner, hashOf, trailerText } from './chunk-signatures.ts';
import { MIN_CHUNK_BYTES } from './chunked-form.ts';

/** How a body is written. */
export interface ChunkWriting {
  /** The size of all chunks but the last one. */
  readonly chunkBytes?: number | undefined;
  /** Absent if chunks are not signed. */
  readonly key?: ChunkKey | undefined;
  /** The checksum that follows; its value is asked for after the last byte. */
  readonly trailer?: { readonly name: string; value(): string } | undefined;
}

/** What AWS's clients that sign chunks take. */
const USUAL_CHUNK_BYTES = 65_536;

/** The body as it is sent. */
export async function* encodeChunks(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  { chunkBytes = USUAL_CHUNK_BYTES, key, trailer }: ChunkWriting,
): AsyncGenerator<Uint8Array, void> {
  if (chunkBytes < MIN_CHUNK_BYTES) throw new Error(`a chunk has at least ${MIN_CHUNK_BYTES} bytes`);
  const sign = key && chunkSigner(key);
  const headOf = (data: Uint8Array): Buffer => {
    const size = data.length.toString(16);
    return Buffer.from(
      sign ? `${size}${SIGNATURE}${sign({ kind: 'chunk', hash: hashOf(data) }).signature}\r\n` : `${size}\r\n`,
    );
  };
  for await (const chunk of chunksOf(body, chunkBytes)) yield Buffer.concat([headOf(chunk), chunk, CRLF]);
  yield headOf(new Uint8Array());
  if (trailer) {
    const { name } = trailer;
    const value = trailer.value();
    yield Buffer.from(`${name}:${value}\r\n`);
    if (sign) {
      const { signature } = sign({ kind: 'trailer', hash: hashOf(trailerText(name, value)) });
      yield Buffer.from(`${TRAILER_SIGNATURE}:${signature}\r\n`);
    }
  }
  yield CRLF;
}

/** The size of a body as it is sent, in bytes. */
export function encodedLength(
  size: number,
  { chunkBytes = USUAL_CHUNK_BYTES, isSigned, trailer }: EncodedParts,
): number {
  const headLength = (length: number) => length.toString(16).length + (isSigned ? SIGNATURE.length + HEX : 0) + 2;
  const full = Math.floor(size / chunkBytes);
  const rest = size % chunkBytes;
  const chunks = full * (headLength(chunkBytes) + chunkBytes + 2) + (rest > 0 ? headLength(rest) + rest + 2 : 0);
  const signature = isSigned ? TRAILER_SIGNATURE.length + 1 + HEX + 2 : 0;
  const ends = trailer ? trailer.name.length + 1 + trailer.valueLength + 2 + signature : 0;
  return chunks + headLength(0) + ends + 2;
}

/** What the size of a body in chunks depends on. */
export interface EncodedParts extends Pick<ChunkWriting, 'chunkBytes'> {
  readonly isSigned: boolean;
  readonly trailer?: { readonly name: string; readonly valueLength: number } | undefined;
}

const CRLF = Buffer.from('\r\n');
const SIGNATURE = ';chunk-signature=';
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';
/** The length of a signature. */
const HEX = 64;

/** Bytes in chunks of one size; only the last one may be shorter. A chunk is valid until the next one is asked for. */
async function* chunksOf(body: Uint8Array | AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void> {
  let chunk: Buffer | undefined;
  let filled = 0;
  for await (const bytes of body instanceof Uint8Array ? [body] : body) {
    for (let at = 0; at < bytes.length; ) {
      const taken = bytes.subarray(at, at + size - filled);
      at += taken.length;
      // Most chunks lie in one piece, and are not copied.
      if (taken.length === size) {
        yield taken;
        continue;
      }
      chunk ??= Buffer.allocUnsafe(size);
      chunk.set(taken, filled);
      filled += taken.length;
      if (filled < size) continue;
      yield chunk;
      filled = 0;
    }
  }
  if (chunk && filled > 0) yield chunk.subarray(0, filled);
}
