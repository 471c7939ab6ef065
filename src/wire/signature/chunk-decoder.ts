/** Reads bodies that come in chunks of S3's own, piece by piece and in constant memory. */

import { createHash, type Hash } from 'node:crypto';
import { AwsError } from '../../api/errors.ts';
import type { Trailer } from '../../call/payload.ts';
import { otherSize } from '../../s3/request/body-refusals.ts';
import { trimmed } from '../http/message.ts';
import { EMPTY_HASH } from './canonical-request.ts';
import {
  type ChunkKey,
  type ChunkLink,
  chunkVerifier,
  hashOf,
  type LinkRefusal,
  trailerText,
} from './chunk-signatures.ts';
import { type ChunkedForm, MIN_CHUNK_BYTES } from './chunked-form.ts';

/** The longest line between chunks, in bytes. */
const MAX_LINE_BYTES = 4096;

/** Who verifies the signatures of chunks. */
export interface ChunkVerification {
  /** Asked for when the first signature is there. `unverified`: nobody knows the secret, and any credentials do. */
  chunkKey(): ChunkKey | 'unverified' | undefined;
  readonly refusal: LinkRefusal;
}

/** What chunks hold, as it arrives. */
export interface DecodedStream {
  /** It ends only if all chunks, their signatures and the trailer are as they should be. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly trailer: Trailer | undefined;
}

/**
 * Decodes a body of any size at the pace of its reader. Its bytes are handed on before the signature of their chunk is
 * known, so whoever writes them keeps nothing if the body ends with an error: AwsError IncompleteBody,
 * InvalidChunkSizeError, MalformedTrailerError, or the refusal of a signature.
 */
export function decodeStream(
  source: AsyncIterable<Uint8Array>,
  form: ChunkedForm,
  verification: ChunkVerification,
): DecodedStream {
  let verify: ((link: ChunkLink) => void) | undefined;
  const reader = newChunkReader(form, (link) => {
    verify ??= verifierOf(verification);
    verify(link);
  });
  async function* body() {
    for await (const bytes of source) yield* reader.read(bytes);
    reader.end();
  }
  return { body: body(), trailer: trailerOf(form, reader) };
}

/** What chunks hold, in memory; their signatures are yet to be verified. */
export interface DecodedBody {
  readonly bytes: Uint8Array;
  readonly trailer: Trailer | undefined;
  /** Verifies the signatures of all chunks. It throws the refusal of the first that is wrong. */
  verify(verification: ChunkVerification): void;
}

/** Decodes a small body, whose signing key may not be known yet. @throws AwsError like `decodeStream` */
export function decodeWhole(encoded: Uint8Array, form: ChunkedForm): DecodedBody {
  const links: ChunkLink[] = [];
  const reader = newChunkReader(form, (link) => void links.push(link));
  const pieces = [...reader.read(encoded)];
  reader.end();
  const [only] = pieces;
  return {
    bytes: only && pieces.length === 1 ? only : Buffer.concat(pieces),
    trailer: trailerOf(form, reader),
    verify(verification) {
      if (form.isSigned) links.forEach(verifierOf(verification));
    },
  };
}

/** Chunks that are signed are verified, except where nobody can. */
function verifierOf({ chunkKey, refusal }: ChunkVerification): (link: ChunkLink) => void {
  const key = chunkKey();
  if (key === undefined) throw new Error('chunks are read before it is known what they are verified with');
  return key === 'unverified' ? () => {} : chunkVerifier(key, refusal);
}

function trailerOf({ announced }: ChunkedForm, reader: ChunkReader): Trailer | undefined {
  return announced === undefined ? undefined : { announced, value: () => reader.trailer() };
}

interface ChunkReader {
  /** Takes the next bytes of the body. @returns what of them is data, as parts of the same memory */
  read(bytes: Uint8Array): Iterable<Uint8Array>;
  /** There are no more bytes. */
  end(): void;
  /** The value of the trailer, which has been read. */
  trailer(): string;
}

/** What a line has to be: the head of a chunk, what ends its data, part of the trailer, or nothing at all. */
type Expected = 'head' | 'data end' | 'trailer' | 'line end' | 'nothing';

/** @param onLink takes each signature with what it covers, as soon as that has been read */
function newChunkReader(form: ChunkedForm, onLink: (link: ChunkLink) => void): ChunkReader {
  const { isSigned, decodedLength } = form;
  const head = isSigned ? SIGNED_HEAD : UNSIGNED_HEAD;
  const trailer = newTrailer(form);
  let expected: Expected = 'head';
  let line = '';
  let chunk = { number: 0, size: MIN_CHUNK_BYTES, left: 0, signature: '' };
  let hash: Hash | undefined;
  let total = 0;

  function begin(text: string): Expected {
    const [, length = '', signature = ''] = head.exec(text) ?? [];
    if (length === '') throw brokenOff();
    const size = Number.parseInt(length, 16);
    if (size === 0) {
      if (total !== decodedLength) throw otherSize(decodedLength, total);
      if (isSigned) onLink({ kind: 'chunk', hash: EMPTY_HASH, signature });
      return 'trailer';
    }
    const number = chunk.number + 1;
    if (chunk.size < MIN_CHUNK_BYTES) throw smallChunk(number, chunk.size);
    total += size;
    if (total > decodedLength) throw otherSize(decodedLength, total);
    chunk = { number, size, left: size, signature };
    hash = isSigned ? createHash('sha256') : undefined;
    return 'data end';
  }

  function takeLine(text: string): Expected {
    switch (expected) {
      case 'head':
        return begin(text);
      case 'data end':
        if (text !== CRLF) throw brokenOff();
        if (hash) onLink({ kind: 'chunk', hash: hash.digest('hex'), signature: chunk.signature });
        return 'head';
      case 'trailer':
        if (text === CRLF) {
          endTrailer();
          return 'nothing';
        }
        trailer.take(text.replace(/\r?\n$/, ''));
        return text.endsWith(CRLF) ? 'trailer' : 'line end';
      case 'line end':
        if (text !== CRLF) throw malformedTrailer();
        return 'trailer';
      case 'nothing':
        throw brokenOff();
    }
  }

  function endTrailer(): void {
    const link = trailer.end();
    if (link) onLink(link);
  }

  return {
    *read(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (chunk.left > 0) {
          const piece = bytes.subarray(at, at + chunk.left);
          at += piece.length;
          chunk.left -= piece.length;
          hash?.update(piece);
          yield piece;
          continue;
        }
        if (expected === 'nothing') throw brokenOff();
        const newline = bytes.indexOf(NEWLINE, at);
        const end = newline < 0 ? bytes.length : newline + 1;
        if (line.length + end - at > MAX_LINE_BYTES) throw brokenOff();
        line += Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
        at = end;
        if (newline < 0) continue;
        const text = line;
        line = '';
        expected = takeLine(text);
      }
    },
    end() {
      if (line !== '' || expected === 'head' || expected === 'data end') throw brokenOff();
      // Some clients leave the last, empty line out.
      if (expected !== 'nothing') endTrailer();
    },
    trailer: () => trailer.value(),
  };
}

const CRLF = '\r\n';
const NEWLINE = 0x0a;
const UNSIGNED_HEAD = /^([0-9A-Fa-f]{1,16})\r\n$/;
const SIGNED_HEAD = /^([0-9A-Fa-f]{1,16});chunk-signature=([0-9a-f]{64})\r\n$/;

/** What follows the last chunk: the one checksum that was announced, and its signature if chunks have one. */
function newTrailer({ isSigned, hasTrailer, announced }: ChunkedForm) {
  const needsSignature = isSigned && hasTrailer;
  let found: { readonly name: string; readonly value: string } | undefined;
  let signature: string | undefined;
  return {
    /** Takes a line without its end. */
    take(text: string): void {
      const colon = text.indexOf(':');
      const name = text.slice(0, Math.max(0, colon));
      const value = trimmed(text.slice(colon + 1));
      if (!found && announced !== undefined && name.toLowerCase() === announced.toLowerCase()) {
        found = { name, value };
      } else if (found && needsSignature && signature === undefined && name === TRAILER_SIGNATURE) {
        signature = value;
      } else {
        throw malformedTrailer();
      }
    },
    /** @returns the link, if it is signed */
    end(): ChunkLink | undefined {
      const isWhole = (announced === undefined) === (found === undefined);
      if (!isWhole || needsSignature !== (signature !== undefined)) throw malformedTrailer();
      if (!found || signature === undefined) return undefined;
      return { kind: 'trailer', hash: hashOf(trailerText(found.name, found.value)), signature };
    },
    value(): string {
      if (!found) throw new Error('the body has not been read to its end');
      return found.value;
    },
  };
}

const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

const brokenOff = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly');

const malformedTrailer = () =>
  new AwsError(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );

/** The chunk before this one is too small not to be the last. */
const smallChunk = (number: number, size: number) =>
  new AwsError(
    'InvalidChunkSizeError',
    `Only the last chunk is allowed to have a size less than ${MIN_CHUNK_BYTES} bytes`,
    {
      Chunk: `${number}`,
      BadChunkSize: `${size}`,
    },
  );
