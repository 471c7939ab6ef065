/**
 * The body of a request as a client sends it: its hash, the checksum that the service verifies, and the chunks in which a
 * stream goes. AWS SDKs and Tools Reference Guide, "Data Integrity Protections for Amazon S3"; Amazon S3 API Reference,
 * "Signature calculations: Transferring payload in multiple chunks".
 */

import { createHash } from 'node:crypto';
import { EndpointError, UsageError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { DigestName } from '../../crypto/checksums.ts';
import type { RunningDigest } from '../../crypto/running-digest.ts';
import { type Body, type HeaderFields, headerValue, type RequestMessage } from '../http/message.ts';
import { EMPTY_HASH, UNSIGNED_PAYLOAD } from '../signature/canonical-request.ts';
import { encodeChunks, encodedLength } from '../signature/chunk-encoder.ts';
import type { ChunkKey } from '../signature/chunk-signatures.ts';

/** A body, and what the headers of its request say of it. */
export interface Payload {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What stands for the body in the signature. */
  readonly hash: string;
  /** The bytes to send. @param key what chunks are signed with; absent if nothing is signed */
  encoded(key: ChunkKey | undefined): Body | undefined;
}

/** When a request gets a checksum: AWS SDKs and Tools Reference Guide, "Data Integrity Protections for Amazon S3". */
export type ChecksumPolicy = 'when_supported' | 'when_required';

/** The field that says what stands for the body. Of a body in chunks it is there without a signature, too. */
export const PAYLOAD_HASH = 'x-amz-content-sha256';

/** How a body is sent. */
export interface PayloadRules {
  /** Whether the connection keeps others from changing the body. */
  readonly isTls: boolean;
  readonly isSigned: boolean;
  readonly checksums: ChecksumPolicy;
}

/**
 * The payload of one request: it is made anew for each attempt, and reads the body once.
 * @throws UsageError for a stream of unknown length
 */
export async function payloadOf(model: OperationModel, message: RequestMessage, rules: PayloadRules): Promise<Payload> {
  const { body, headers } = message;
  const checksum = checksumFor(model, headers, rules);
  if (body === undefined || body instanceof Uint8Array) return wholePayload(model, body, checksum);
  return model.auth === UNSIGNED_BODY ? plainPayload(body, headers) : streamPayload(body, headers, checksum, rules);
}

const UNSIGNED_BODY = 'v4-unsigned-body';

/**
 * The checksum to add to a request; undefined if the operation takes none, or if the caller has given one. An algorithm
 * that the caller asks for is always used.
 */
function checksumFor(
  { httpChecksum }: OperationModel,
  headers: HeaderFields,
  { checksums }: PayloadRules,
): DigestName | undefined {
  if (httpChecksum?.requestAlgorithmMember === undefined) return undefined;
  if ([...headers.keys()].some((name) => CHECKSUM.test(name))) return undefined;
  const asked = headerValue(headers, ALGORITHM);
  if (asked !== undefined) return isDigestName(asked) ? asked : undefined;
  return checksums === 'when_supported' || httpChecksum.requestChecksumRequired ? 'CRC32' : undefined;
}

const CHECKSUM = /^x-amz-checksum-(?!algorithm$|type$|mode$)/;
const ALGORITHM = 'x-amz-sdk-checksum-algorithm';

async function wholePayload(
  { http }: OperationModel,
  body: Uint8Array | undefined,
  checksum: DigestName | undefined,
): Promise<Payload> {
  const headers: [string, string][] = [];
  if (body !== undefined || http.method === 'PUT' || http.method === 'POST') {
    headers.push(['content-length', `${body?.length ?? 0}`]);
  }
  if (checksum !== undefined) {
    const digest = await openChecksum(checksum);
    if (body) digest.update(body);
    headers.push([ALGORITHM, checksum], [checksumHeader(checksum), base64(digest.digest())]);
  }
  const hash = body === undefined ? EMPTY_HASH : createHash('sha256').update(body).digest('hex');
  return { headers, hash, encoded: () => body };
}

/** A stream as it is. */
function plainPayload(body: AsyncIterable<Uint8Array>, headers: HeaderFields): Payload {
  const length = lengthOf(headers);
  return {
    headers: [['content-length', `${length}`]],
    hash: UNSIGNED_PAYLOAD,
    encoded: () => counted(body, length),
  };
}

/**
 * A stream. The signature covers it chunk by chunk where nothing else protects it on its way; a checksum follows it.
 * Its SHA-256 in front of it would need the stream twice.
 */
async function streamPayload(
  body: AsyncIterable<Uint8Array>,
  headers: HeaderFields,
  checksum: DigestName | undefined,
  { isTls, isSigned }: PayloadRules,
): Promise<Payload> {
  const hasSignedChunks = isSigned && !isTls;
  if (checksum === undefined && !hasSignedChunks) return plainPayload(body, headers);
  const length = lengthOf(headers);
  const digest = checksum && (await openChecksum(checksum));
  const name = checksum && checksumHeader(checksum);
  const trailer =
    digest && name !== undefined
      ? {
          name,
          valueLength: base64(new Uint8Array(digestLength[checksum])).length,
          value: () => base64(digest.digest()),
        }
      : undefined;
  const hash = `STREAMING-${hasSignedChunks ? 'AWS4-HMAC-SHA256' : 'UNSIGNED'}-PAYLOAD${trailer ? '-TRAILER' : ''}`;
  const coding = headerValue(headers, 'content-encoding');
  return {
    headers: [
      ['content-length', `${encodedLength(length, { isSigned: hasSignedChunks, trailer })}`],
      ['content-encoding', coding === undefined ? 'aws-chunked' : `${coding},aws-chunked`],
      ['x-amz-decoded-content-length', `${length}`],
      ...(trailer && checksum ? [['x-amz-trailer', trailer.name] as const, [ALGORITHM, checksum] as const] : []),
      [PAYLOAD_HASH, hash],
    ],
    hash,
    encoded: (key) =>
      encodeChunks(
        counted(body, length, (piece) => digest?.update(piece)),
        { key: hasSignedChunks ? key : undefined, trailer },
      ),
  };
}

/** What a stream has before it is read. @throws UsageError if nobody has said so */
function lengthOf(headers: HeaderFields): number {
  const length = Number(headerValue(headers, 'content-length') ?? Number.NaN);
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new UsageError('an endpoint has to be told how long a stream is before it comes: give its size in bytes');
}

/**
 * The pieces of a body. Whoever sends them ends the connection when it fails, so that nothing is stored: a body that
 * ended early would leave the service waiting, and one that goes on would be cut.
 * @throws EndpointError if it is not as long as the request has said
 */
async function* counted(
  body: AsyncIterable<Uint8Array>,
  length: number,
  see: (piece: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > length) throw wrongLength(`at least ${size}`, length);
    see(piece);
    yield piece;
  }
  if (size < length) throw wrongLength(`only ${size}`, length);
}

const wrongLength = (size: string, length: number): EndpointError =>
  new EndpointError(`the body has ${size} bytes, and ${length} were announced: nothing was stored`, {
    hint: 'a file that is sent has to stay as it is meanwhile',
  });

/** Loads what computes checksums, which only S3's requests have. */
export const openChecksum = async (name: DigestName): Promise<RunningDigest> =>
  (await import('../../crypto/checksums.ts')).openDigest(name);

/** The field that has a checksum. @param name of its algorithm */
export const checksumHeader = (name: string): string => `x-amz-checksum-${name.toLowerCase()}`;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** In bytes. */
const digestLength: Readonly<Record<DigestName, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  MD5: 16,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
};

export const isDigestName = (text: string): text is DigestName => Object.hasOwn(digestLength, text);
