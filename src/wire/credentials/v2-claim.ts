/**
 * What a request to S3 claims with a signature of version 2: Amazon S3 User Guide, "Signing and authenticating REST
 * requests (AWS signature version 2)". Clients still make URLs with it for buckets in us-east-1.
 */

import { type HeaderFields, type HttpRequest, headerValue } from '../http/message.ts';
import { type QueryParameter, queryValues } from '../http/request-target.ts';
import * as s3 from './s3-credential-refusals.ts';

export interface V2Claim {
  readonly place: 'header' | 'query';
  readonly accessKeyId: string;
  /** As it came: in base64, if it is one. */
  readonly signature: string;
  /** When a URL is no longer good, as it stands in the string to sign. */
  readonly expires: string | undefined;
  readonly sessionToken: string | undefined;
}

/** Whether the query has something that only a signature of version 2 has. */
export const hasV2Query = (query: readonly QueryParameter[]): boolean =>
  query.some(({ name }) => name === 'AWSAccessKeyId' || name === 'Signature');

export const isV2Header = (authorization: string): boolean => /^AWS[ \t]/.test(authorization);

/**
 * Reads a claim from the `Authorization` header.
 * @param now the machine's clock, in milliseconds
 * @throws AwsError for a header that cannot be read, and for a request of another time
 */
export function v2HeaderClaim(authorization: string, { headers }: HttpRequest, now: number): V2Claim {
  const [, accessKeyId, signature] = /^AWS[ \t]+([^\s:]+):([^\s:]+)$/.exec(authorization) ?? [];
  if (accessKeyId === undefined || signature === undefined) throw s3.malformedV2Header();
  const date = headerValue(headers, 'x-amz-date') ?? headerValue(headers, 'date');
  const ms = date === undefined ? undefined : instantOf(date);
  if (date === undefined || ms === undefined) throw s3.noDate();
  if (Math.abs(now - ms) > s3.S3_SKEW_MS) throw s3.tooSkewed(date, now);
  return {
    place: 'header',
    accessKeyId,
    signature,
    expires: undefined,
    sessionToken: headerValue(headers, 'x-amz-security-token'),
  };
}

/** The instant of a date of RFC 9110, or of ISO 8601's basic format; undefined for anything else. */
function instantOf(date: string): number | undefined {
  const text = /^\d{8}T\d{6}Z$/.test(date)
    ? date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')
    : date.replace(/[+-]0000$/, 'GMT');
  if (!/^\d{4}-|^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC)$/.test(text))
    return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Reads a claim from the query of a URL.
 * @param headers the request's, and those that its URL has instead of them
 * @param now the machine's clock, in milliseconds
 * @throws AwsError for a URL that cannot be read, or has expired
 */
export function v2QueryClaim({ target }: HttpRequest, headers: HeaderFields, now: number): V2Claim {
  const [accessKeyId, signature, expires] = ['AWSAccessKeyId', 'Signature', 'Expires'].map((name) => {
    const values = queryValues(target, name);
    return values.length === 1 ? values[0] : undefined;
  });
  if (!accessKeyId || !signature || !expires) throw s3.incompleteQueryV2();
  if (!/^-?\d{1,11}$/.test(expires)) throw s3.invalidExpires(expires);
  const expiresMs = Number(expires) * 1000;
  if (now >= expiresMs) throw s3.expiredUrl(expiresMs, now);
  return {
    place: 'query',
    accessKeyId,
    signature,
    expires,
    sessionToken: headerValue(headers, 'x-amz-security-token'),
  };
}
