/** Requests over HTTP, signed as clients sign them. */

import { createHash } from 'node:crypto';
import { type HttpRequest, headerFields } from '../../src/wire/http/message.ts';
import { parseTarget, type QueryParameter } from '../../src/wire/http/request-target.ts';
import { canonicalRequest } from '../../src/wire/signature/canonical-request.ts';
import { encodeText } from '../../src/wire/signature/uri-encoding.ts';
import { scopeText, signatureOf, signatureTime, signingKey, stringToSign } from '../../src/wire/signature/v4.ts';

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** What a client wants to send; the rest follows from it. */
export interface Wanted {
  readonly method?: string;
  /** As in the request line, with its query. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The name that the signature is for. */
  readonly service?: string;
  readonly region?: string;
  /** When it is signed, in milliseconds. */
  readonly at: number;
  readonly credentials: SigningCredentials;
  /** What `x-amz-content-sha256` says; by default the hash of the body, of a URL nothing. */
  readonly payload?: string | undefined;
  readonly expires?: string;
  /** Signed beside those that the client sends, or instead of them. */
  readonly signedHeaders?: readonly string[];
}

/** A request as raw text, which a test may change before it is read. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The request as a server has read it. */
export const received = (raw: RawRequest, address = '127.0.0.1'): HttpRequest => ({
  method: raw.method,
  target: parseTarget(raw.target),
  headers: headerFields(raw.headers),
  body: (async function* () {})(),
  connection: { address, tls: undefined },
});

const scopeOf = ({ at, region = 'us-east-1', service = 's3' }: Wanted) => ({
  date: signatureTime(new Date(at)).slice(0, 8),
  region,
  service,
});

/** A request with its signature in the `Authorization` header. */
export function headerSigned(wanted: Wanted): RawRequest {
  const { method = 'GET', target = '/', service = 's3', body = '', credentials, at } = wanted;
  const hash = wanted.payload ?? sha256(body);
  const time = signatureTime(new Date(at));
  const headers = {
    host: '127.0.0.1:4566',
    'x-amz-date': time,
    ...(service === 's3' && { 'x-amz-content-sha256': hash }),
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
    ...wanted.headers,
  };
  const pairs = Object.entries(headers);
  const signedHeaders = wanted.signedHeaders ?? pairs.map(([name]) => name).sort();
  const scope = scopeOf(wanted);
  const canonical = canonicalRequest({
    method,
    target: parseTarget(target),
    headers: headerFields(pairs),
    signedHeaders,
    payloadHash: hash,
    service,
  });
  const signature = signatureOf(signingKey(credentials.secretAccessKey, scope), stringToSign(time, scope, canonical));
  const credential = `${credentials.accessKeyId}/${scopeText(scope)}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return { method, target, headers: [...pairs, ['authorization', authorization]] };
}

/** A request with its signature in the query. */
export function presigned(wanted: Wanted): RawRequest {
  const { method = 'GET', target = '/', credentials, at, service = 's3' } = wanted;
  const time = signatureTime(new Date(at));
  const scope = scopeOf(wanted);
  const pairs = Object.entries({ host: '127.0.0.1:4566', ...wanted.headers });
  const signedHeaders = wanted.signedHeaders ?? pairs.map(([name]) => name).sort();
  const parameters: readonly (readonly [string, string | undefined])[] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', time],
    ['X-Amz-Expires', wanted.expires ?? '60'],
    ['X-Amz-Security-Token', credentials.sessionToken],
    ['X-Amz-SignedHeaders', signedHeaders.join(';')],
  ];
  const query = parameters.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeText(value)}`]));
  const unsigned = `${target}${target.includes('?') ? '&' : '?'}${query.join('&')}`;
  const canonical = canonicalRequest({
    method,
    target: parseTarget(unsigned),
    headers: headerFields(pairs),
    signedHeaders,
    payloadHash: wanted.payload ?? (service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(wanted.body ?? '')),
    service,
  });
  const signature = signatureOf(signingKey(credentials.secretAccessKey, scope), stringToSign(time, scope, canonical));
  return { method, target: `${unsigned}&X-Amz-Signature=${signature}`, headers: pairs };
}

/** The same request with other parameters in its query; undefined takes one out. */
export function withQuery(raw: RawRequest, changes: Readonly<Record<string, string | undefined>>): RawRequest {
  const { rawPath, query } = parseTarget(raw.target);
  const kept: QueryParameter[] = query.filter(({ name }) => !Object.hasOwn(changes, name));
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) kept.push({ name, value, hasValue: true });
  }
  const text = kept.map(({ name, value }) => `${encodeText(name)}=${encodeText(value)}`).join('&');
  return { ...raw, target: `${rawPath}?${text}` };
}

/** The same request with other headers; undefined takes one out. */
export function withHeaders(raw: RawRequest, changes: Readonly<Record<string, string | undefined>>): RawRequest {
  const kept = raw.headers.filter(([name]) => !Object.hasOwn(changes, name));
  const added = Object.entries(changes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...raw, headers: [...kept, ...added] };
}
