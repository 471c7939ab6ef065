/**
 * The body of a request as a client sends it: its hash, the checksum that the service verifies, and the chunks in which a
 * stream goes. AWS SDKs and Tools Reference Guide, "Data Integrity Protections for Amazon S3"; Amazon S3 API Reference,
 * "Signature calculations: Transferring payload in multiple chunks".
 */

import { createHash } from 'node:crypto';
import { UsageError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import { type DigestName, openDigest } from '../../crypto/checksums.ts';
import { type Body, type HeaderFields, headerValue, type RequestMessage } from '../http/message.ts';
import { EMPTY_HASH } from '../signature/canonical-request.ts';
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

/** How a body is sent. */
export interface PayloadRules {
  /** Whether the connection keeps others from changing the body. */
  readonly isTls: boolean;
  readonly isSigned: boolean;
}

/** @throws UsageError for a stream of unknown length */
export async function payloadOf(model: OperationModel, message: RequestMessage, rules: PayloadRules): Promise<Payload> {
  const { body, headers } = message;
  const checksum = model.service === 's3' ? checksumFor(model, headers) : undefined;
  if (body === undefined || body instanceof Uint8Array) return wholePayload(model, body, checksum);
  return streamPayload(body, headers, checksum ?? 'CRC32', rules);
}

/** The checksum to add to a request, unless the caller has one already; undefined if the operation takes none. */
function checksumFor({ httpChecksum }: OperationModel, headers: HeaderFields): DigestName | undefined {
  if (httpChecksum?.requestAlgorithmMember === undefined) return undefined;
  if ([...headers.keys()].some((name) => CHECKSUM.test(name))) return undefined;
  const asked = headerValue(headers, ALGORITHM) as DigestName | undefined;
  return asked ?? 'CRC32';
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
  if (checksum !== undefined && body !== undefined) {
    const digest = await openDigest(checksum);
    digest.update(body);
    headers.push([ALGORITHM, checksum], [checksumHeader(checksum), base64(digest.digest())]);
  }
  const hash = body === undefined ? EMPTY_HASH : createHash('sha256').update(body).digest('hex');
  return { headers, hash, encoded: () => body };
}

async function streamPayload(
  body: AsyncIterable<Uint8Array>,
  headers: HeaderFields,
  checksum: DigestName,
  { isTls, isSigned }: PayloadRules,
): Promise<Payload> {
  const length = Number(headerValue(headers, 'content-length') ?? Number.NaN);
  if (!Number.isSafeInteger(length)) throw new UsageError('the length of what is sent to an endpoint has to be known');
  const digest = await openDigest(checksum);
  const name = checksumHeader(checksum);
  const hasSignedChunks = isSigned && !isTls;
  const valueLength = base64(new Uint8Array(digestLength[checksum])).length;
  const coding = headerValue(headers, 'content-encoding');
  return {
    headers: [
      ['content-length', `${encodedLength(length, { isSigned: hasSignedChunks, trailer: { name, valueLength } })}`],
      ['content-encoding', coding === undefined ? 'aws-chunked' : `aws-chunked,${coding}`],
      ['x-amz-decoded-content-length', `${length}`],
      ['x-amz-trailer', name],
      [ALGORITHM, checksum],
    ],
    hash: hasSignedChunks ? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    encoded: (key) =>
      encodeChunks(
        summed(body, (piece) => digest.update(piece)),
        {
          key: hasSignedChunks ? key : undefined,
          trailer: { name, value: () => base64(digest.digest()) },
        },
      ),
  };
}

async function* summed(
  body: AsyncIterable<Uint8Array>,
  see: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of body) {
    see(piece);
    yield piece;
  }
}

const checksumHeader = (name: DigestName): string => `x-amz-checksum-${name.toLowerCase()}`;

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
