/** Requests and URLs as a client signs them, with Signature Version 4. */

import { type HeaderFields, headerFields } from '../http/message.ts';
import type { QueryParameter, RequestTarget } from '../http/request-target.ts';
import { canonicalRequest, SIGNATURE_PARAMETER, UNSIGNED_PAYLOAD } from './canonical-request.ts';
import type { ChunkKey } from './chunk-signatures.ts';
import { canonicalQuery, encodePath } from './uri-encoding.ts';
import {
  type CredentialScope,
  scopeText,
  signatureOf,
  signatureTime,
  signingKey,
  stringToSign,
  V4_ALGORITHM,
} from './v4.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only for temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** Who signs, for what, and when. */
export interface Signing {
  readonly credentials: Credentials;
  readonly region: string;
  /** As in credential scopes: `s3`, `kms`, … */
  readonly service: string;
  /** The time of the machine, which the server compares with its own. */
  readonly now: Date;
}

/** A request that has yet to be signed. */
export interface UnsignedRequest {
  readonly method: string;
  readonly target: RequestTarget;
  /** A byte a character; among them the host. */
  readonly headers: HeaderFields;
  /** The SHA-256 of the body in hex, or the name of another form of payload. */
  readonly payloadHash: string;
}

/** A request's headers with its signature, and what its chunks are signed with if it has some. */
export interface SignedHeaders {
  readonly headers: HeaderFields;
  readonly chunkKey: ChunkKey;
}

/** Signs a request in its headers: all of them but those that change on the way. */
export function signHeaders(request: UnsignedRequest, { credentials, now, ...place }: Signing): SignedHeaders {
  const { method, target, payloadHash } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const { time, scope } = scopeAt(now, place);
  const headers = new Map(request.headers).set('x-amz-date', [time]);
  if (scope.service === 's3') headers.set('x-amz-content-sha256', [payloadHash]);
  if (sessionToken !== undefined) headers.set('x-amz-security-token', [sessionToken]);
  const signedHeaders = [...headers.keys()].filter((name) => !changing.has(name)).sort();
  const canonical = canonicalRequest({ method, target, headers, signedHeaders, payloadHash, service: scope.service });
  const key = signingKey(secretAccessKey, scope);
  const seed = signatureOf(key, stringToSign(time, scope, canonical));
  const parts = [
    `Credential=${accessKeyId}/${scopeText(scope)}`,
    `SignedHeaders=${signedHeaders.join(';')}`,
    `Signature=${seed}`,
  ];
  headers.set('authorization', [`${V4_ALGORITHM} ${parts.join(', ')}`]);
  return { headers, chunkKey: { key, scope, time, seed } };
}

/** Headers that clients, servers and proxies on the way set themselves. */
const changing: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'authorization', 'cache-control', 'connection', 'expect', 'keep-alive', 'te'],
  ...['transfer-encoding', 'upgrade', 'user-agent', 'x-amzn-trace-id'],
]);

function scopeAt(now: Date, { region, service }: Pick<Signing, 'region' | 'service'>) {
  const time = signatureTime(now);
  const scope: CredentialScope = { date: time.slice(0, 8), region, service };
  return { time, scope };
}

/** The request that a URL makes. */
export interface PresignedRequest {
  readonly method: 'GET' | 'PUT' | 'HEAD' | 'DELETE';
  /** `https://HOST` or `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** Not encoded, with the leading slash. */
  readonly path: string;
  /** Further signed parameters, such as `versionId`. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly region: string;
  /** Counted from `now`. */
  readonly expiresSeconds: number;
}

/**
 * A URL of S3, valid from now on for one method on one path; anyone who has it acts as the owner of the credentials:
 * Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
 */
export function presignedUrl(request: PresignedRequest, credentials: Credentials, now: Date): string {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const { time, scope } = scopeAt(now, { region: request.region, service: 's3' });
  const { host } = new URL(request.origin);
  const rawPath = encodePath(request.path);
  const query = parametersOf({
    ...request.query,
    'X-Amz-Algorithm': V4_ALGORITHM,
    'X-Amz-Credential': `${accessKeyId}/${scopeText(scope)}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': `${request.expiresSeconds}`,
    ...(sessionToken !== undefined && { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  });
  const canonical = canonicalRequest({
    method: request.method,
    target: { rawPath, query },
    headers: headerFields([['host', host]]),
    signedHeaders: ['host'],
    payloadHash: UNSIGNED_PAYLOAD,
    service: 's3',
  });
  const signature = signatureOf(signingKey(secretAccessKey, scope), stringToSign(time, scope, canonical));
  return `${request.origin}${rawPath}?${canonicalQuery(query)}&${SIGNATURE_PARAMETER}=${signature}`;
}

const parametersOf = (values: Readonly<Record<string, string>>): QueryParameter[] =>
  Object.entries(values).map(([name, value]) => ({ name, value, hasValue: true }));
