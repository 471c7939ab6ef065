/**
 * The body of a request, as far as it is taken before the call: all of a short one, so that the call needs one
 * transaction only, and nothing of a long one, which the call reads when it has decided. Amazon S3 API Reference,
 * "Authenticating Requests".
 */

import { hash } from 'node:crypto';
import { AwsError } from '../../api/errors.ts';
import type { Payload } from '../../call/payload.ts';
import { otherHash, otherSize } from '../../s3/request/body-refusals.ts';
import { notImplementedHeader } from '../../s3/request/conditions.ts';
import { MAX_ROW_BYTES } from '../../store/records/s3.ts';
import type { Authentication } from '../credentials/authentication.ts';
import type { PayloadForm } from '../credentials/payload-form.ts';
import { wrongSignature } from '../credentials/wrong-signature.ts';
import type { Incoming } from '../http/incoming.ts';
import { type Body, type HeaderFields, headerValue, type IncomingBody } from '../http/message.ts';
import { type BodyRules, readBody, unpackedBody } from '../http/read-body.ts';
import { type ChunkVerification, decodeStream, decodeWhole } from '../signature/chunk-decoder.ts';
import { type ChunkedForm, chunkedForm, decodedHeaders } from '../signature/chunked-form.ts';
import { restBody } from './body-rules.ts';

export interface TakenBody {
  readonly body: Body;
  /** The headers of the request, those about the body as if it had been sent without chunks of its own. */
  readonly headers: HeaderFields;
  /** The SHA-256 of the body in hex, if the signature of the request needs it. */
  readonly sha256?: string | undefined;
  /** What the request says about the bytes, for the operation that writes them. */
  readonly payload?: Payload | undefined;
  /** What is wrong with it. */
  readonly fault?: AwsError | undefined;
  /** Checks what needs the key of the signature, once that is verified. @throws AwsError */
  readonly verify?: (() => void) | undefined;
}

const NOTHING = new Uint8Array();
const NOTHING_SHA256 = hash('sha256', NOTHING);

/**
 * Reads a body that an operation takes whole. The hash of a body that is packed is that of the packed one.
 * @throws AwsError for a body that cannot be read, if who sends it can be verified only with the body
 */
export async function takeBody(
  { request }: Incoming,
  { payload, headers }: Authentication,
  rules: BodyRules,
): Promise<TakenBody> {
  const isSigned = payload.kind === 'body';
  if (payload.kind === 'chunked')
    return { body: NOTHING, headers, fault: notImplementedHeader('x-amz-content-sha256') };
  const { body, fault } = hasBody(headers) ? await whole(request.body, rules) : { body: NOTHING, fault: undefined };
  if (isSigned) {
    // Who sends it can be known by the whole body only.
    if (fault) throw fault;
    return { headers, sha256: sha256Of(body), ...(await unpacked(body, headers, rules)) };
  }
  const wrong = fault ?? otherBody(payload, body);
  return wrong ? { body, headers, fault: wrong } : { headers, ...(await unpacked(body, headers, rules)) };
}

async function unpacked(
  body: Uint8Array,
  headers: HeaderFields,
  rules: BodyRules,
): Promise<Pick<TakenBody, 'body' | 'fault'>> {
  return faultless(() => unpackedBody(body, headers, rules));
}

/** A body other than the one whose hash is signed. */
function otherBody(payload: PayloadForm, body: Uint8Array): AwsError | undefined {
  if (payload.kind !== 'hash') return undefined;
  const actual = sha256Of(body);
  return actual === payload.sha256 ? undefined : otherHash(payload.sha256, actual);
}

/**
 * Takes the body of an operation that reads it at its own pace: PutObject and UploadPart, the only ones whose bodies may
 * be in chunks.
 */
export async function takeStream(incoming: Incoming, authentication: Authentication): Promise<TakenBody> {
  const { payload, headers } = authentication;
  if (payload.kind === 'chunked') return takeChunks(payload, incoming, authentication);
  const length = headerValue(headers, 'content-length');
  if (length === undefined) return { body: NOTHING, headers, fault: noLength() };
  const about: Pick<TakenBody, 'headers' | 'payload'> = {
    headers,
    payload: payload.kind === 'hash' ? { sha256: payload.sha256 } : undefined,
  };
  // Node passes on no request whose length is not a number.
  if (!isShort(incoming, Number(length))) return { ...about, body: incoming.request.body };
  return { ...about, ...(await whole(incoming.request.body, restBody(MAX_ROW_BYTES))) };
}

async function takeChunks(
  payload: Extract<PayloadForm, { kind: 'chunked' }>,
  incoming: Incoming,
  authentication: Authentication,
): Promise<TakenBody> {
  const { request } = incoming;
  const verification: ChunkVerification = {
    chunkKey: () => authentication.chunkKey(),
    refusal: (wrong) => wrongSignature('s3', { ...wrong, accessKeyId: authentication.accessKeyId ?? '' }),
  };
  let { headers } = authentication;
  try {
    const form = chunkedForm(payload, headers);
    headers = decodedHeaders(headers, form);
    if (!isShort(incoming, form.decodedLength)) {
      const { body, trailer } = decodeStream(request.body, form, verification);
      return { headers, body, payload: { trailer } };
    }
    const encoded = await whole(request.body, framedBody(form));
    if (encoded.fault) return { headers, ...encoded };
    const { bytes, trailer, verify } = decodeWhole(encoded.body, form);
    return { headers, body: bytes, payload: { trailer }, verify: () => verify(verification) };
  } catch (error) {
    if (error instanceof AwsError) return { headers, body: NOTHING, fault: error };
    throw error;
  }
}

/** A body that is longer than its chunks can be holds more bytes than the request says. */
const framedBody = ({ decodedLength }: ChunkedForm): BodyRules => ({
  ...restBody(decodedLength + FRAME_BYTES),
  tooLong: () => otherSize(decodedLength),
});

/** What the lines around the chunks of a short body may come to; they are far shorter. */
const FRAME_BYTES = 64 * 1024;

/** Whether a body is taken before the call. A client that waits for word does not send it before that. */
const isShort = ({ awaitsContinue }: Incoming, size: number): boolean =>
  size === 0 || (!awaitsContinue && size <= MAX_ROW_BYTES);

/** Whether there is no body, or a short one that is on its way. */
export function comesSoon(incoming: Incoming): boolean {
  const { headers } = incoming.request;
  return headers.has('transfer-encoding')
    ? false
    : isShort(incoming, Number(headerValue(headers, 'content-length') ?? 0));
}

/** A short body. */
const whole = (source: IncomingBody, rules: BodyRules) => faultless(() => readBody(source, rules));

/** A body, or what is wrong with it. */
async function faultless(
  read: () => Promise<Uint8Array>,
): Promise<{ readonly body: Uint8Array; readonly fault?: AwsError }> {
  try {
    return { body: await read() };
  } catch (error) {
    if (error instanceof AwsError) return { body: NOTHING, fault: error };
    throw error;
  }
}

const hasBody = (headers: HeaderFields): boolean =>
  headers.has('transfer-encoding') || (headerValue(headers, 'content-length') ?? '0') !== '0';

const sha256Of = (bytes: Uint8Array): string => (bytes.length === 0 ? NOTHING_SHA256 : hash('sha256', bytes));

const noLength = (): AwsError =>
  new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.');
