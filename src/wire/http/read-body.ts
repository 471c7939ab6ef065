/**
 * Bodies that are read whole, to a limit, and unpacked to the same one, so that a small body cannot become a large one
 * in memory.
 */

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AwsError } from '../../api/errors.ts';
import { type HeaderFields, headerValue, type IncomingBody } from './message.ts';

/** How a body is read. */
export interface BodyRules {
  /** In bytes. */
  readonly limit: number;
  /** Whether it may be packed: REST services store the coding of an object's bytes with them. */
  readonly isUnpacked: boolean;
  /** The refusal of a body that is longer. */
  readonly tooLong: () => AwsError;
}

/** For bodies of JSON, CBOR and forms. */
export const protocolBody: BodyRules = {
  limit: 1024 * 1024,
  isUnpacked: true,
  tooLong: () => new AwsError('RequestEntityTooLarge', 'Request entity too large'),
};

/** The bytes of a stream. @throws AwsError for one that is too long, of which no more is read */
export async function readBody(source: IncomingBody, { limit, tooLong }: BodyRules): Promise<Uint8Array> {
  if (source.whole) {
    const bytes = await source.whole(limit);
    if (!bytes) throw tooLong();
    return bytes;
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > limit) throw tooLong();
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}

/**
 * The bytes that a body stands for. Smithy specification, "requestCompression trait": SDKs pack what they send to
 * CloudWatch.
 * @throws AwsError for one that is too long when unpacked, or in a form that cannot be unpacked
 */
export async function unpackedBody(body: Uint8Array, headers: HeaderFields, rules: BodyRules): Promise<Uint8Array> {
  const coding = headerValue(headers, 'content-encoding')?.toLowerCase() ?? '';
  if (!rules.isUnpacked || coding === '' || coding === 'identity' || body.length === 0) return body;
  if (coding !== 'gzip') throw malformedRequest(`the Content-Encoding "${coding.slice(0, 100)}" is not gzip`);
  try {
    return await unpack(body, { maxOutputLength: rules.limit });
  } catch (error) {
    if (isTooLarge(error)) throw rules.tooLong();
    throw malformedRequest('the body of the request is not gzip');
  }
}

const unpack = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(gunzip);

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

/** AWS KMS API Reference, "Common errors": a body that cannot be decompressed as its Content-Encoding says. */
const malformedRequest = (reason: string): AwsError => new AwsError('MalformedHttpRequestException', '', {}, reason);
