/**
 * What refusals say about how the request should have been made, so that it can be made once more: the region of a
 * bucket, as botocore's `S3RegionRedirectorv2` does (utils.py), and the time, as the AWS SDKs do.
 */

import { EndpointError, type ReceivedRefusal } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { isRegion, isRegionName } from '../../api/regions.ts';
import { type HeaderFields, headerValue } from '../http/message.ts';
import type { Endpoint } from './endpoint.ts';

/** A refused request, as far as a correction depends on it. */
export interface Refused {
  readonly endpoint: Endpoint;
  readonly service: ServiceName;
  readonly name: string;
  /** Of S3; undefined if the call is not about one. */
  readonly bucket: string | undefined;
  /** What it was signed for. */
  readonly region: string;
  /** The time that it was signed with, in milliseconds since 1970. */
  readonly signedAt: number;
  readonly headers: HeaderFields;
  readonly refusal: ReceivedRefusal;
}

export type Correction =
  | { readonly kind: 'region'; readonly bucket: string; readonly region: string }
  /** In milliseconds that the clock of the other side is ahead of the time that was signed. */
  | { readonly kind: 'clock'; readonly aheadMs: number };

/** What to make differently; undefined if nothing is known that would help. */
export const correctionOf = (refused: Refused): Correction | undefined => otherRegion(refused) ?? otherTime(refused);

function otherRegion({ endpoint, service, name, bucket, region, headers, refusal }: Refused): Correction | undefined {
  if (service !== 's3' || bucket === undefined || !isAboutRegion(name, refusal)) return undefined;
  const found = headerValue(headers, 'x-amz-bucket-region') ?? refusal.detail.Region;
  if (found === undefined || found === region) return undefined;
  // At AWS it becomes part of a host's name, at a URL only of what is signed.
  if (!(endpoint.kind === 'aws' ? isRegion(found) : isRegionName(found))) return undefined;
  return { kind: 'region', bucket, region: found };
}

function isAboutRegion(operation: string, { received: { code, status } }: ReceivedRefusal): boolean {
  if (operation === 'CreateBucket') return false;
  if ([301, 302, 307].includes(status)) return true;
  // An answer to HEAD has no code.
  if (code === '400') return true;
  return ['AuthorizationHeaderMalformed', 'PermanentRedirect', 'IllegalLocationConstraintException'].includes(code);
}

/** The machine's clock may be off by so much before it is corrected; AWS refuses five minutes. */
const MOST_SKEW_MS = 4 * 60_000;

/** A time of a clock that goes, in the form of RFC 9110, section 5.6.7: no request can be signed with a year of more digits. */
const OWN_TIME = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} [12]\d{3} \d{2}:\d{2}:\d{2} GMT$/;

const CLOCK_CODES: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'SignatureException',
]);

/** Whether a refusal may be due to the time of the request. An answer to HEAD has no code. */
export const isAboutClock = ({ received: { code } }: ReceivedRefusal): boolean =>
  CLOCK_CODES.has(code) || code === '403';

function otherTime({ headers, refusal, signedAt }: Refused): Correction | undefined {
  if (!isAboutClock(refusal)) return undefined;
  const date = headerValue(headers, 'date') ?? '';
  const aheadMs = OWN_TIME.test(date) ? Date.parse(date) - signedAt : 0;
  return Math.abs(aheadMs) > MOST_SKEW_MS ? { kind: 'clock', aheadMs } : undefined;
}

/**
 * Nothing follows a redirect to where nobody asked to go, so that no credentials do.
 * @returns the error to end with; undefined if the answer names no place
 */
export function unfollowed(refusal: ReceivedRefusal, headers: HeaderFields, origin: string): EndpointError | undefined {
  const location = headerValue(headers, 'location');
  if (![301, 302, 303, 307, 308].includes(refusal.httpStatus)) return undefined;
  if (location === undefined || !URL.canParse(location, origin)) return undefined;
  const to = new URL(location, origin).origin;
  return to === new URL(origin).origin
    ? new EndpointError(`${origin} redirects requests to other paths of its own, as no endpoint of AWS does`)
    : new EndpointError(`${origin} redirects to ${to}, which is not followed`, {
        hint: `if that is the endpoint, use --endpoint-url ${to}`,
      });
}

/** How long a refusal asks to wait, in milliseconds. RFC 9110, section 10.2.3; botocore, retries/standard.py. */
export function retryAfterMs(headers: HeaderFields, now: number): number | undefined {
  const ms = headerValue(headers, 'x-amz-retry-after');
  if (ms !== undefined && /^\d+$/.test(ms)) return Number(ms);
  const after = headerValue(headers, 'retry-after');
  if (after === undefined) return undefined;
  const waitMs = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - now;
  return waitMs >= 0 ? waitMs : undefined;
}
