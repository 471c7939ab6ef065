/**
 * What a request claims with a signature of version 4, in the `Authorization` header or in the query: read, and checked
 * as far as that takes no secret. AWS General Reference, "Authentication methods"; Amazon S3 API Reference,
 * "Authenticating Requests (AWS Signature Version 4)".
 */

import { AwsError } from '../../api/errors.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { isRegion, type Region } from '../../api/regions.ts';
import { serviceFacts } from '../../api/service-facts.ts';
import { type HeaderFields, type HttpRequest, headerValue } from '../http/message.ts';
import { type QueryParameter, queryValue } from '../http/request-target.ts';
import { isObjectLambda, OBJECT_LAMBDA } from '../routing/s3-route.ts';
import { SIGNATURE_PARAMETER } from '../signature/canonical-request.ts';
import { type CredentialScope, SCOPE_END, signatureTime, V4_ALGORITHM } from '../signature/v4.ts';
import { type ClaimPlace, type ClaimWords, claimWords } from './claim-words.ts';
import { expiredUrl, malformedQuery, notValidYet, S3_SKEW_MS, tooSkewed } from './s3-credential-refusals.ts';

export interface V4Claim {
  readonly place: ClaimPlace;
  readonly accessKeyId: string;
  readonly scope: CredentialScope & { readonly region: Region };
  /** Names in lower case. */
  readonly signedHeaders: readonly string[];
  /** As it came: in hex, if it is one. */
  readonly signature: string;
  /** When it was signed, as it stands in the string to sign, and in milliseconds. */
  readonly time: string;
  readonly timeMs: number;
  readonly sessionToken: string | undefined;
}

/** The parts of a claim, as they stand in a header or a query. */
interface Parts {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  /** In ISO 8601's basic format; undefined if the request does not say it. */
  readonly time: string | undefined;
  readonly sessionToken: string | undefined;
}

/** Whether the query has something that only a signature of version 4 has. */
export const hasV4Query = (query: readonly QueryParameter[]): boolean =>
  query.some(({ name }) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Credential' || name === SIGNATURE_PARAMETER);

export const isV4Header = (authorization: string): boolean => authorization.startsWith('AWS4-');

/** The scope that a credential names; undefined if it does not have the form of one. Nothing about it is checked. */
export function scopeOfCredential(credential: string): CredentialScope | undefined {
  const [, date, region, service, end, ...more] = credential.split('/');
  if (date === undefined || region === undefined || service === undefined || end === undefined) return undefined;
  return more.length === 0 ? { date, region, service } : undefined;
}

/** The credential that a request with a signature of version 4 names, wherever it is; undefined if there is none. */
export function credentialIn({ headers, target }: Pick<HttpRequest, 'headers' | 'target'>): string | undefined {
  const authorization = headers.get('authorization')?.[0];
  if (authorization !== undefined && isV4Header(authorization)) {
    return /[\s,]Credential=([^\s,]*)/.exec(authorization)?.[1];
  }
  return queryValue(target, 'X-Amz-Credential');
}

/**
 * Reads a claim from the `Authorization` header.
 * @param now the machine's clock, in milliseconds
 * @throws AwsError in the words of the service
 */
export function headerClaim(authorization: string, request: HttpRequest, service: ServiceName, now: number): V4Claim {
  const words = claimWords(service, 'header');
  const { Credential, SignedHeaders, Signature } = componentsOf(authorization, words);
  const { headers } = request;
  const claim = checked(
    {
      credential: Credential,
      signedHeaders: SignedHeaders,
      signature: Signature,
      time: headerValue(headers, 'x-amz-date') ?? dateHeader(headers, words),
      sessionToken: headerValue(headers, 'x-amz-security-token'),
    },
    'header',
    request,
    { service, words },
  );
  requireRecent(claim, service, now);
  return claim;
}

type Components = Readonly<Record<'Credential' | 'SignedHeaders' | 'Signature', string>>;

/** The three parts of the header, between commas with or without white space, in any order. */
function componentsOf(authorization: string, words: ClaimWords): Components {
  const [algorithm = '', ...rest] = authorization.split(/[ \t]+/);
  const missing = ['Credential', 'Signature', 'SignedHeaders'];
  if (algorithm !== V4_ALGORITHM) throw words.incomplete(missing, `the algorithm must be ${V4_ALGORITHM}`);
  const parts = new Map<string, string>();
  for (const part of rest.join('').split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0));
    if (!missing.includes(name)) throw words.incomplete(missing, 'the header has parts other than the three');
    if (parts.has(name)) throw words.incomplete([name], `the header has ${name} twice`);
    parts.set(name, part.slice(equals + 1));
  }
  const absent = missing.filter((name) => !parts.get(name));
  if (absent.length > 0) throw words.incomplete(absent, `the header lacks ${absent.join(' and ')}`);
  const textOf = (name: string): string => parts.get(name) ?? '';
  return {
    Credential: textOf('Credential'),
    SignedHeaders: textOf('SignedHeaders'),
    Signature: textOf('Signature'),
  };
}

/** The time of a request that has only a `Date`, as RFC 9110 writes it. */
function dateHeader(headers: HeaderFields, words: ClaimWords): string | undefined {
  const date = headerValue(headers, 'date');
  if (date === undefined || ISO_TIME.test(date)) return date;
  const ms = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(date)
    ? Date.parse(date)
    : Number.NaN;
  if (Number.isNaN(ms)) throw words.time(date);
  return signatureTime(new Date(ms));
}

/**
 * A signature is good for S3 for 15 minutes before and after, for the other services for 5: Amazon S3 API Reference,
 * "RequestTimeTooSkewed"; AWS General Reference, "Troubleshoot SigV4 errors".
 */
function requireRecent({ time, timeMs }: V4Claim, service: ServiceName, now: number): void {
  if (serviceFacts[service].host === 's3') {
    if (Math.abs(now - timeMs) > S3_SKEW_MS) throw tooSkewed(time, now);
    return;
  }
  requireWithin(time, timeMs, now, SKEW_MS, service);
}

const SKEW_MS = 5 * 60_000;

const ISO_TIME = /^\d{8}T\d{6}Z$/;

/** The parameters of a presigned URL, each of which it has once; only S3 insists on its life. */
export const V4_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  SIGNATURE_PARAMETER,
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;

/**
 * Reads a claim from the query of a presigned URL.
 * @param now the machine's clock, in milliseconds
 * @throws AwsError in the words of the service
 */
export function queryClaim(request: HttpRequest, service: ServiceName, now: number): V4Claim {
  const words = claimWords(service, 'query');
  const isS3 = serviceFacts[service].host === 's3';
  const { query } = request.target;
  const values = new Map<string, string>();
  for (const { name, value } of query) {
    if (!(V4_PARAMETERS as readonly string[]).includes(name) && name !== TOKEN) continue;
    if (values.has(name)) throw words.incomplete([name], `the URL has ${name} twice`);
    values.set(name, value);
  }
  const absent = V4_PARAMETERS.filter((name) => !values.get(name) && (isS3 || name !== 'X-Amz-Expires'));
  if (absent.length > 0) throw words.incomplete(absent, `the URL lacks ${absent.join(' and ')}`);
  const textOf = (name: (typeof V4_PARAMETERS)[number]): string => values.get(name) ?? '';
  const algorithm = textOf('X-Amz-Algorithm');
  if (algorithm !== V4_ALGORITHM) {
    if (isS3) throw malformedQuery(`X-Amz-Algorithm only supports "${V4_ALGORITHM}"`);
    throw words.incomplete(['X-Amz-Algorithm'], `the algorithm must be ${V4_ALGORITHM}`);
  }
  const claim = checked(
    {
      credential: textOf('X-Amz-Credential'),
      signedHeaders: textOf('X-Amz-SignedHeaders'),
      signature: textOf(SIGNATURE_PARAMETER),
      time: textOf('X-Amz-Date'),
      sessionToken: values.get(TOKEN) ?? headerValue(request.headers, TOKEN.toLowerCase()),
    },
    'query',
    request,
    { service, words },
  );
  const expires = values.get('X-Amz-Expires');
  if (isS3) requireLife(claim, lifeOf(expires ?? ''), now);
  else requireWithin(claim.time, claim.timeMs, now, ordinaryLifeMs(expires, words), service);
  return claim;
}

/** The parameter with a session token. */
export const TOKEN = 'X-Amz-Security-Token';

/** A week in seconds: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters", X-Amz-Expires. */
const LONGEST_LIFE = 604_800;

/** @returns seconds */
function lifeOf(expires: string): number {
  if (!/^-?\d+$/.test(expires)) throw malformedQuery('X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 0) throw malformedQuery('X-Amz-Expires must be non-negative');
  if (seconds > LONGEST_LIFE) {
    throw malformedQuery(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return seconds;
}

function requireLife({ timeMs }: V4Claim, seconds: number, now: number): void {
  if (timeMs - now > S3_SKEW_MS) throw notValidYet(timeMs, now);
  const expiresMs = timeMs + seconds * 1000;
  if (now >= expiresMs) throw expiredUrl(expiresMs, now, seconds);
}

function ordinaryLifeMs(expires: string | undefined, words: ClaimWords): number {
  if (expires === undefined) return SKEW_MS;
  if (!/^\d{1,6}$/.test(expires) || Number(expires) > LONGEST_LIFE) {
    throw words.incomplete(['X-Amz-Expires'], `X-Amz-Expires takes 0 to ${LONGEST_LIFE} seconds`);
  }
  return Number(expires) * 1000;
}

const skewed = (service: ServiceName, message: string): AwsError =>
  new AwsError(serviceFacts[service].credentialErrors.skewed, message);

/** How the services besides S3 refuse what was signed too long ago, or in the future. */
function requireWithin(time: string, timeMs: number, now: number, lifeMs: number, service: ServiceName): void {
  if (now - timeMs <= lifeMs && timeMs - now <= SKEW_MS) return;
  const minutes = `${Math.round(lifeMs / 60_000)} min.`;
  const nowText = signatureTime(new Date(now));
  const textAt = (ms: number): string => signatureTime(new Date(ms));
  if (now - timeMs > lifeMs) {
    throw skewed(
      service,
      `Signature expired: ${time} is now earlier than ${textAt(now - lifeMs)} (${nowText} - ${minutes})`,
    );
  }
  throw skewed(
    service,
    `Signature not yet current: ${time} is still later than ${textAt(now + SKEW_MS)} (${nowText} + 5 min.)`,
  );
}

/** Whether a credential scope names a service as it is signed for. */
const isSignedFor = (service: ServiceName, name: string, request: HttpRequest): boolean =>
  name === serviceFacts[service].host || (service === 's3' && name === OBJECT_LAMBDA && isObjectLambda(request));

/** Checks the parts of a claim that are alike in header and query. */
function checked(
  { credential, signedHeaders, signature, time, sessionToken }: Parts,
  place: ClaimPlace,
  request: HttpRequest,
  { service, words }: { readonly service: ServiceName; readonly words: ClaimWords },
): V4Claim {
  const [accessKeyId = '', date, region, name, end, ...more] = credential.split('/');
  if (!accessKeyId || date === undefined || region === undefined || name === undefined || end === undefined) {
    throw words.credential(credential);
  }
  if (more.length > 0) throw words.credential(credential);
  if (end !== SCOPE_END) throw words.scopeEnd(end);
  if (!isSignedFor(service, name, request)) throw words.scopeService(name);
  const timeMs = time === undefined ? undefined : instantOf(time);
  if (time === undefined || timeMs === undefined) throw words.time(time);
  if (date !== time.slice(0, 8)) throw words.scopeDate(date, time);
  if (!isRegion(region)) throw words.scopeRegion(region);
  const names = signedNames(signedHeaders, words);
  requireSigned(names, request, place, words);
  return {
    place,
    accessKeyId,
    scope: { date, region, service: name },
    signedHeaders: names,
    signature,
    time,
    timeMs,
    sessionToken,
  };
}

/** The instant of a time in ISO 8601's basic format, in milliseconds; undefined if it is not one. */
function instantOf(time: string): number | undefined {
  // The requests of a second have the same one.
  if (time === last.time) return last.ms;
  const ms = parsedInstant(time);
  if (ms !== undefined) last = { time, ms };
  return ms;
}

let last = { time: '', ms: Number.NaN };

function parsedInstant(time: string): number | undefined {
  if (!ISO_TIME.test(time)) return undefined;
  const ms = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  // Date.parse takes the 31st of every month.
  return Number.isNaN(ms) || signatureTime(new Date(ms)) !== time ? undefined : ms;
}

function signedNames(text: string, words: ClaimWords): readonly string[] {
  const names = text.split(';');
  if (!names.every((name) => /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) || new Set(names).size < names.length) {
    throw words.incomplete(['SignedHeaders'], 'the names of signed headers must be in lower case, and different');
  }
  return names;
}

/**
 * The host and every header that means something to AWS must be signed, or somebody on the way could add one. A header
 * may not say again what the query says: one of the two would not count.
 */
function requireSigned(
  names: readonly string[],
  { headers, target }: HttpRequest,
  place: ClaimPlace,
  words: ClaimWords,
): void {
  const signed = new Set(names);
  const inQuery = new Set<string>();
  if (place === 'query') for (const { name } of target.query) inQuery.add(name.toLowerCase());
  const unsigned: string[] = signed.has('host') ? [] : ['host'];
  for (const name of headers.keys()) {
    if (name.startsWith('x-amz-') && (!signed.has(name) || inQuery.has(name))) unsigned.push(name);
  }
  if (unsigned.length > 0) throw words.unsigned(unsigned.sort());
}
