/**
 * What pages of other sites may ask of a bucket: Amazon S3 User Guide, "Using cross-origin resource sharing (CORS)". S3
 * carries out a request whatever page it comes from; the answer says to browsers whether the page may see it, and before
 * some requests they ask.
 */

import { AwsError } from '../api/errors.ts';
import type { CORSRule } from '../api/model/s3.types.ts';
import { corsRulesOf } from '../s3/buckets/cors.ts';
import type { Tx } from '../store/tables.ts';
import { type HeaderFields, type HttpRequest, headerFields, headerValue } from './http/message.ts';

/** The bucket that a page asks of: undefined if there is none, otherwise the rules that it has. */
export type CorsBucket = { readonly rules: readonly CORSRule[] | undefined } | undefined;

/** What a page may ask of the bucket of an address, which may name none. */
export const corsBucket = (name: string | undefined, tx: Tx): CorsBucket =>
  name !== undefined && tx.buckets.get([name]) ? { rules: corsRulesOf(name, tx) } : undefined;

/** Whether a request comes from a page, so that its answer may have to say something of that. */
export const isCrossOrigin = ({ headers }: Pick<HttpRequest, 'headers'>): boolean => headers.has('origin');

/**
 * What a browser is answered that asks before a request of a page, with the status 200.
 * @throws AwsError AccessForbidden if the page may not make the request, BadRequest if it is not clear which
 */
export function preflightHeaders(request: Pick<HttpRequest, 'method' | 'headers'>, bucket: CorsBucket): HeaderFields {
  const { headers } = request;
  if (!isCrossOrigin(request)) throw badRequest('Insufficient information. Origin request header needed.');
  const method = headerValue(headers, REQUEST_METHOD);
  const refused = (message: string, type: string) =>
    new AwsError('AccessForbidden', `CORSResponse: ${message}`, { Method: method ?? 'OPTIONS', ResourceType: type });
  if (!bucket) throw refused('Bucket not found', 'BUCKET');
  if (!bucket.rules) throw refused('CORS is not enabled for this bucket.', 'BUCKET');
  if (method === undefined) throw badRequest('Invalid Access-Control-Request-Method: null');
  const allowed = corsHeaders(request, bucket);
  if (allowed.size > 0) return allowed;
  // The spelling is S3's.
  throw refused(
    "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    'OBJECT',
  );
}

/** What the answer to a request says to browsers; nothing if the request is not a page's, or no rule allows it. */
export function corsHeaders(
  { method, headers }: Pick<HttpRequest, 'method' | 'headers'>,
  bucket: CorsBucket,
): HeaderFields {
  const origin = headerValue(headers, 'origin');
  if (origin === undefined) return NOTHING;
  const asked: Asked = {
    origin,
    // S3 goes by what a browser asks for in any request.
    method: headerValue(headers, REQUEST_METHOD) ?? method,
    headers: listed(headerValue(headers, REQUEST_HEADERS) ?? ''),
  };
  const rule = bucket?.rules?.find((each) => allows(each, asked));
  if (!rule) return NOTHING;
  const { AllowedOrigins, AllowedMethods, ExposeHeaders = [], MaxAgeSeconds } = rule;
  const isForAll = AllowedOrigins.includes('*');
  return headerFields([
    ['Access-Control-Allow-Origin', isForAll ? '*' : origin],
    ...(isForAll ? [] : [['Access-Control-Allow-Credentials', 'true'] as const]),
    ['Access-Control-Allow-Methods', AllowedMethods.join(', ')],
    ...(asked.headers.length > 0 ? [['Access-Control-Allow-Headers', asked.headers.join(', ')] as const] : []),
    ...(ExposeHeaders.length > 0 ? [['Access-Control-Expose-Headers', ExposeHeaders.join(', ')] as const] : []),
    ...(MaxAgeSeconds === undefined ? [] : [['Access-Control-Max-Age', String(MaxAgeSeconds)] as const]),
    ['Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'],
  ]);
}

const NOTHING: HeaderFields = new Map();
const REQUEST_METHOD = 'access-control-request-method';
const REQUEST_HEADERS = 'access-control-request-headers';

/** What a page asks for: headers in lower case. */
interface Asked {
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly string[];
}

const listed = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

const allows = ({ AllowedOrigins, AllowedMethods, AllowedHeaders = [] }: CORSRule, asked: Asked): boolean =>
  AllowedMethods.includes(asked.method) &&
  AllowedOrigins.some((pattern) => matches(pattern, asked.origin)) &&
  asked.headers.every((header) => AllowedHeaders.some((pattern) => matches(pattern.toLowerCase(), header)));

/** A pattern has at most one asterisk, which stands for any characters. */
function matches(pattern: string, text: string): boolean {
  const at = pattern.indexOf('*');
  if (at < 0) return pattern === text;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

const badRequest = (message: string): AwsError => new AwsError('BadRequest', message);
