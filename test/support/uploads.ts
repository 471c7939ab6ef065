/** Uploads in every form of payload, in pieces that a test may change before they are sent. */

import { digestOf } from '../../src/crypto/checksums.ts';
import { chunkSigner, hashOf, trailerText } from '../../src/wire/signature/chunk-signatures.ts';
import { signatureTime, signingKey } from '../../src/wire/signature/v4.ts';
import { headerSigned, presigned, type RawRequest, type SigningCredentials } from './signed-request.ts';

export const payloadForms = [
  'hash',
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
] as const;
export type PayloadFormName = (typeof payloadForms)[number];
export const chunkedForms = payloadForms.filter((form) => form.startsWith('STREAMING'));

export interface WantedUpload {
  readonly form: PayloadFormName;
  readonly place?: 'header' | 'query';
  readonly bytes: Uint8Array;
  readonly credentials: SigningCredentials;
  readonly at: number;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunkBytes?: number;
  /** Instead of the size of the bytes. */
  readonly decodedLength?: string;
}

/** A request whose body is its pieces, one after the other. */
export interface Upload {
  readonly raw: RawRequest;
  /** Of a body in chunks: each chunk. Of any other: its bytes. */
  readonly chunks: readonly Buffer[];
  /** The chunk without data, the trailer, its signature and an empty line, as far as the form has them. */
  readonly end: readonly Buffer[];
}

export const bodyOf = ({ chunks, end }: Upload): Buffer => Buffer.concat([...chunks, ...end]);

export const TRAILER = 'x-amz-checksum-crc32';
const crc32 = (bytes: Uint8Array): string => Buffer.from(digestOf('CRC32', bytes)).toString('base64');

export function signedUpload(wanted: WantedUpload): Upload {
  const { form, place = 'header', bytes, credentials, at, target = '/letters/k', chunkBytes = 8192 } = wanted;
  const isChunked = form.startsWith('STREAMING');
  const hasTrailer = form.endsWith('TRAILER');
  const payload = form === 'hash' ? hashOf(bytes) : form;
  const raw = (place === 'header' ? headerSigned : presigned)({
    method: 'PUT',
    target,
    payload,
    at,
    credentials,
    headers: {
      'x-amz-content-sha256': payload,
      ...(isChunked && {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': wanted.decodedLength ?? `${bytes.length}`,
        ...(hasTrailer && { 'x-amz-trailer': TRAILER }),
      }),
      ...wanted.headers,
    },
  });
  if (!isChunked) return { raw, chunks: [Buffer.from(bytes)], end: [] };
  const sign = form.includes('HMAC') ? signerFor(raw, wanted) : undefined;
  const chunkOf = (data: Uint8Array): Buffer => {
    const signature = sign && `;chunk-signature=${sign({ kind: 'chunk', hash: hashOf(data) }).signature}`;
    const head = Buffer.from(`${data.length.toString(16)}${signature ?? ''}\r\n`);
    return data.length === 0 ? head : Buffer.concat([head, data, CRLF]);
  };
  const chunks: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    chunks.push(chunkOf(bytes.subarray(from, from + chunkBytes)));
  }
  const end = [chunkOf(new Uint8Array())];
  if (hasTrailer) {
    const value = crc32(bytes);
    end.push(Buffer.from(`${TRAILER}:${value}\r\n`));
    const signature = sign?.({ kind: 'trailer', hash: hashOf(trailerText(TRAILER, value)) }).signature;
    if (signature !== undefined) end.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`));
  }
  return { raw, chunks, end: [...end, CRLF] };
}

const CRLF = Buffer.from('\r\n');

function signerFor({ target, headers }: RawRequest, { at, credentials }: WantedUpload) {
  const time = signatureTime(new Date(at));
  const scope = { date: time.slice(0, 8), region: 'us-east-1', service: 's3' };
  const signed = headers.find(([name]) => name === 'authorization')?.[1] ?? target;
  const seed = /Signature=([0-9a-f]{64})/.exec(signed)?.[1] ?? '';
  return chunkSigner({ key: signingKey(credentials.secretAccessKey, scope), scope, time, seed });
}
