/**
 * Bodies that come in chunks of S3's own (`aws-chunked`), and what their requests say about them: Amazon S3 API
 * Reference, "Signature calculations: Transferring payload in multiple chunks".
 */

import { AwsError } from '../../api/errors.ts';
import { type HeaderFields, headerValue } from '../http/message.ts';

/** The bytes that a chunk has at least, unless it is the last one. */
export const MIN_CHUNK_BYTES = 8192;

/** What a request says about the chunks of its body. */
export interface ChunkedForm {
  readonly isSigned: boolean;
  /** Whether the payload is one with a trailer; if it is signed, so is its trailer. */
  readonly hasTrailer: boolean;
  /** The checksum that follows the last chunk, as `x-amz-trailer` announces it; undefined if none does. */
  readonly announced: string | undefined;
  /** The size of what the chunks hold, in bytes. */
  readonly decodedLength: number;
}

/**
 * What the headers say about the chunks of a body.
 * @throws AwsError MissingContentLength without a usable length of what the chunks hold
 */
export function chunkedForm(
  { isSigned, hasTrailer }: Pick<ChunkedForm, 'isSigned' | 'hasTrailer'>,
  headers: HeaderFields,
): ChunkedForm {
  const length = headerValue(headers, 'x-amz-decoded-content-length') ?? '';
  // S3 counts in 64 bits; what is too large for an object is refused as such later.
  if (!/^\d{1,19}$/.test(length) || BigInt(length) > MAX_LONG) {
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const announced = hasTrailer ? headerValue(headers, 'x-amz-trailer') : undefined;
  // A number holds no more exactly, and no object is as long.
  const decodedLength = Math.min(Number(length), Number.MAX_SAFE_INTEGER);
  return { isSigned, hasTrailer, announced, decodedLength };
}

const MAX_LONG = 2n ** 63n - 1n;

/** The headers as they would be if the body were not in chunks: with its length, and without its encoding. */
export function decodedHeaders(headers: HeaderFields, { decodedLength }: ChunkedForm): HeaderFields {
  const decoded = new Map(headers).set('content-length', [`${decodedLength}`]);
  const codings = (headers.get('content-encoding') ?? []).flatMap((value) => value.split(',').map((one) => one.trim()));
  const kept = codings.filter((coding) => coding !== '' && coding.toLowerCase() !== CODING);
  if (kept.length > 0) decoded.set('content-encoding', [kept.join(',')]);
  else decoded.delete('content-encoding');
  return decoded;
}

/** The content coding that says that a body is in chunks. */
const CODING = 'aws-chunked';
