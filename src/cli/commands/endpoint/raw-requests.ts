/** Requests to S3 that no client would send: with a wrong signature, without one, late, or with another body. */

import { ReceivedRefusal } from '../../../api/errors.ts';
import { operationModel } from '../../../api/model/loader.ts';
import { type Address, addressOf } from '../../../wire/client/address.ts';
import type { Endpoint } from '../../../wire/client/endpoint.ts';
import type { Transport } from '../../../wire/client/transport.ts';
import { restXml } from '../../../wire/codecs/rest-xml.ts';
import { isAddress } from '../../../wire/http/host-names.ts';
import { type HeaderFields, headerFields } from '../../../wire/http/message.ts';
import { encodeChunks, encodedLength } from '../../../wire/signature/chunk-encoder.ts';
import { hashOf } from '../../../wire/signature/chunk-signatures.ts';
import { type Credentials, presignedUrl, signHeaders } from '../../../wire/signature/signing.ts';
import { encodePath } from '../../../wire/signature/uri-encoding.ts';
import { bytesOf } from './bytes.ts';
import { NotTried } from './outcome.ts';

export interface RawRequest {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly body?: Uint8Array;
  /** Where the bucket is named; in the path, if absent. */
  readonly style?: 'virtual';
  /** Absent: it is signed as it should be. */
  readonly signature?: 'of another secret' | 'none';
  /** How far its time is from now, in milliseconds. */
  readonly skewMs?: number;
  /** The hash that is signed, if it is not that of the body. */
  readonly payloadHash?: string;
}

/** A body in chunks, and what is wrong with it. */
export interface ChunkedPut {
  readonly key: string;
  readonly body: Uint8Array;
  readonly signed: boolean;
  /** The checksum that follows the body, in base64, and its header. */
  readonly trailer?: { readonly name: string; readonly value: string };
  /** Whether a chunk has the signature of other bytes. */
  readonly isSpoiled?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly bytes: Uint8Array;
}

export interface RawClient {
  /** @throws ReceivedRefusal, EndpointError */
  send(request: RawRequest, signal: AbortSignal): Promise<RawAnswer>;
  putChunks(put: ChunkedPut, signal: AbortSignal): Promise<RawAnswer>;
  /** Follows a URL that was signed some time ago. */
  getPresigned(url: PresignedGet, signal: AbortSignal): Promise<RawAnswer>;
}

export interface PresignedGet {
  readonly key: string;
  readonly isSpoiled?: boolean;
  /** How long ago it was signed, in milliseconds; it is valid for a minute. */
  readonly ageMs?: number;
}

export interface RawSources {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly region: string;
  readonly bucket: string;
  readonly now: () => number;
  /** Undefined: nothing is signed. */
  readonly credentials: () => Promise<Credentials | undefined>;
}

export function newRawClient(sources: RawSources): RawClient {
  const { transport, region, bucket } = sources;
  const address = bucketAddress(sources, 'path');
  const answer = async (sent: Parameters<Transport['send']>[0], signal: AbortSignal): Promise<RawAnswer> => {
    const { status, headers, body } = await transport.send(sent, signal);
    const bytes = await bytesOf(body);
    if (status < 300) return { status, headers, bytes };
    const received = restXml.readError({ status, headers, body: bytes });
    const operation = sent.method === 'PUT' ? 'PutObject' : 'GetObject';
    throw new ReceivedRefusal(received, { service: 's3', operation, requestId: received.requestId ?? '' });
  };
  const signing = async ({ signature, skewMs = 0 }: Pick<RawRequest, 'signature' | 'skewMs'>) => {
    const credentials = signature === 'none' ? undefined : await sources.credentials();
    return (
      credentials && {
        credentials:
          signature === 'of another secret' ? { ...credentials, secretAccessKey: ANOTHER_SECRET } : credentials,
        region: address.signingRegion,
        service: 's3',
        now: new Date(sources.now() + skewMs),
      }
    );
  };
  return {
    async send(request, signal) {
      const { method, key, body, payloadHash = hashOf(body ?? new Uint8Array()), style } = request;
      const { origin, host, pathOf } = style ? bucketAddress(sources, style) : address;
      const target = { rawPath: pathOf(encodePath(`/${bucket}/${key}`)), query: [] };
      const fields = headerFields([['host', host], ...(body ? [['content-length', `${body.length}`] as const] : [])]);
      const signs = await signing(request);
      const headers = signs ? signHeaders({ method, target, headers: fields, payloadHash }, signs).headers : fields;
      return answer({ origin, method, target: target.rawPath, headers, body }, signal);
    },
    async putChunks({ key, body, signed, trailer, isSpoiled }, signal) {
      const signs = await signing({});
      const { name, value } = trailer ?? { name: '', value: '' };
      const form = signed ? `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}` : UNSIGNED_TRAILER;
      const target = { rawPath: address.pathOf(encodePath(`/${bucket}/${key}`)), query: [] };
      const ends = trailer && { name, valueLength: value.length };
      const fields = headerFields([
        ['host', address.host],
        ['content-length', `${encodedLength(body.length, { isSigned: signed, trailer: ends })}`],
        ['content-encoding', 'aws-chunked'],
        ['x-amz-decoded-content-length', `${body.length}`],
        ...(trailer ? [['x-amz-trailer', name] as const, [ALGORITHM_HEADER, algorithmOf(name)] as const] : []),
      ]);
      const request = { method: 'PUT', target, headers: fields, payloadHash: form };
      const sent = signs ? signHeaders(request, signs) : { headers: fields, chunkKey: undefined };
      const writing = {
        key: signed ? sent.chunkKey : undefined,
        trailer: trailer && { name, value: () => value },
      };
      const chunks = await bytesOf(encodeChunks(body, writing));
      return answer(
        {
          origin: address.origin,
          method: 'PUT',
          target: target.rawPath,
          headers: sent.headers,
          body: isSpoiled ? withAnotherSignature(chunks) : chunks,
        },
        signal,
      );
    },
    async getPresigned({ key, isSpoiled, ageMs = 0 }, signal) {
      const credentials = await sources.credentials();
      if (!credentials) throw new Error('a URL is signed with credentials');
      const request = {
        method: 'GET',
        origin: `${new URL(address.origin).protocol}//${address.host}`,
        path: address.pathOf(`/${bucket}/${key}`),
        region,
        expiresSeconds: 60,
      } as const;
      const url = presignedUrl(request, credentials, new Date(sources.now() - ageMs));
      const target = url.slice(request.origin.length);
      return answer(
        {
          origin: address.origin,
          method: 'GET',
          target: isSpoiled ? `${target.slice(0, -1)}${target.endsWith('0') ? '1' : '0'}` : target,
          headers: headerFields([['host', address.host]]),
          body: undefined,
        },
        signal,
      );
    },
  };
}

/** SDKs send it, too. */
const ALGORITHM_HEADER = 'x-amz-sdk-checksum-algorithm';
const algorithmOf = (header: string): string => header.replace('x-amz-checksum-', '').toUpperCase();

const ANOTHER_SECRET = 'not/the/secret/of/this/access/key/at/all';
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/**
 * The address of the check's bucket.
 * @throws NotTried where no name can stand before the host
 */
function bucketAddress({ endpoint, region, bucket }: RawSources, style: 'path' | 'virtual'): Address {
  const model = operationModel('s3', 'GetObject');
  if (!model) throw new Error('S3 has no GetObject');
  const call = { model, input: { Bucket: bucket }, region, style };
  if (endpoint.kind === 'aws' || style === 'path') return addressOf(endpoint, call);
  const url = new URL(endpoint.origin);
  if (!isAddress(url.hostname)) return addressOf(endpoint, call);
  if (!/^127\.|^\[::1\]$/.test(url.hostname))
    throw new NotTried('the endpoint is an address, which has no names below it');
  // This machine has a name, which not every resolver knows names below of.
  url.hostname = 'localhost';
  return { ...addressOf({ ...endpoint, origin: url.origin }, call), origin: endpoint.origin };
}

/** A body in chunks whose first signature has another last digit. */
function withAnotherSignature(chunks: Uint8Array): Uint8Array {
  const spoiled = Uint8Array.from(chunks);
  const end = chunks.indexOf(0x0d) - 1;
  spoiled[end] = chunks[end] === 0x30 ? 0x31 : 0x30;
  return spoiled;
}
