import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { CORSRule } from '../../src/api/model/s3.types.ts';
import { type CorsBucket, corsHeaders, preflightHeaders } from '../../src/wire/cors.ts';
import { headerFields } from '../../src/wire/http/message.ts';

const PAGE = 'https://localhost:4200';
const rule: CORSRule = { AllowedMethods: ['GET', 'PUT'], AllowedOrigins: [PAGE], MaxAgeSeconds: 3000 };
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';
const allowed = {
  'access-control-allow-origin': PAGE,
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'GET, PUT',
  'access-control-max-age': '3000',
  vary: VARY,
};
const forbidden = (message: string, Method: string, ResourceType: string) => ({
  code: 'AccessForbidden',
  message: `CORSResponse: ${message}`,
  detail: { Method, ResourceType },
});
const notAllowed = (Method: string) =>
  forbidden(
    "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    Method,
    'OBJECT',
  );
const badRequest = (message: string) => ({ code: 'BadRequest', message, detail: {} });

const bucketWith = (...rules: readonly CORSRule[]): CorsBucket => ({ rules });

interface Page {
  readonly origin?: string;
  readonly method?: string;
  readonly headers?: string;
}

const requestOf = (method: string, page: Page) => ({
  method,
  headers: headerFields([
    ...(page.origin === undefined ? [] : [['Origin', page.origin] as const]),
    ...(page.method === undefined ? [] : [['Access-Control-Request-Method', page.method] as const]),
    ...(page.headers === undefined ? [] : [['Access-Control-Request-Headers', page.headers] as const]),
  ]),
});

function preflight(page: Page, bucket: CorsBucket): unknown {
  try {
    return Object.fromEntries([...preflightHeaders(requestOf('OPTIONS', page), bucket)].map(([k, [v]]) => [k, v]));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, message: error.message, detail: error.detail };
  }
}

const anywhere: CORSRule = { AllowedMethods: ['HEAD'], AllowedOrigins: ['*'] };
const withHeaders = (...AllowedHeaders: string[]) => bucketWith({ ...rule, AllowedHeaders });

// S3's answers, as they were recorded; the last ones follow from the User Guide, "Elements of a CORS configuration".
test.for<readonly [string, Page, CorsBucket, unknown]>([
  ['without a page', {}, undefined, badRequest('Insufficient information. Origin request header needed.')],
  [
    'without a page, of a bucket',
    { method: 'PUT' },
    bucketWith(rule),
    badRequest('Insufficient information. Origin request header needed.'),
  ],
  ['of no bucket', { origin: PAGE }, undefined, forbidden('Bucket not found', 'OPTIONS', 'BUCKET')],
  [
    'of a bucket without rules',
    { origin: PAGE, method: 'PUT' },
    { rules: undefined },
    forbidden('CORS is not enabled for this bucket.', 'PUT', 'BUCKET'),
  ],
  [
    'without a method, of a bucket without rules',
    { origin: PAGE },
    { rules: undefined },
    forbidden('CORS is not enabled for this bucket.', 'OPTIONS', 'BUCKET'),
  ],
  ['without a method', { origin: PAGE }, bucketWith(rule), badRequest('Invalid Access-Control-Request-Method: null')],
  ['of a page that may', { origin: PAGE, method: 'PUT' }, bucketWith(rule), allowed],
  ['of another page', { origin: 'https://localhost:4201', method: 'PUT' }, bucketWith(rule), notAllowed('PUT')],
  [
    'of a page with another scheme',
    { origin: 'http://localhost:4200', method: 'PUT' },
    bucketWith(rule),
    notAllowed('PUT'),
  ],
  ['with another method', { origin: PAGE, method: 'DELETE' }, bucketWith(rule), notAllowed('DELETE')],
  ['with a method in lower case', { origin: PAGE, method: 'put' }, bucketWith(rule), notAllowed('put')],
  [
    'of any page',
    { origin: 'null', method: 'HEAD' },
    bucketWith(rule, anywhere),
    { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'HEAD', vary: VARY },
  ],
  [
    'with a header, where there are no headers in a rule',
    { origin: PAGE, method: 'PUT', headers: 'x-amz-acl' },
    bucketWith(rule),
    notAllowed('PUT'),
  ],
  [
    'with headers that may be',
    { origin: PAGE, method: 'PUT', headers: 'X-Amz-Request-Payer, x-amz-acl' },
    withHeaders('x-amz-request-payer', 'X-AMZ-ACL'),
    { ...allowed, 'access-control-allow-headers': 'x-amz-request-payer, x-amz-acl' },
  ],
  [
    'with a header that may not be',
    { origin: PAGE, method: 'PUT', headers: 'x-amz-acl,x-other' },
    withHeaders('x-amz-acl'),
    notAllowed('PUT'),
  ],
  [
    'with headers of a pattern',
    { origin: PAGE, method: 'PUT', headers: 'x-amz-acl,x-amz-tagging' },
    withHeaders('x-amz-*'),
    { ...allowed, 'access-control-allow-headers': 'x-amz-acl, x-amz-tagging' },
  ],
  [
    'with any header',
    { origin: PAGE, method: 'PUT', headers: 'x-a' },
    withHeaders('*'),
    { ...allowed, 'access-control-allow-headers': 'x-a' },
  ],
  [
    'with the headers that a page may see',
    { origin: PAGE, method: 'GET' },
    bucketWith({ ...rule, ExposeHeaders: ['ETag', 'x-amz-version-id'] }),
    { ...allowed, 'access-control-expose-headers': 'ETag, x-amz-version-id' },
  ],
  [
    'by the first rule that allows it',
    { origin: PAGE, method: 'GET' },
    bucketWith(anywhere, { ...rule, MaxAgeSeconds: 5 }, rule),
    { ...allowed, 'access-control-max-age': '5' },
  ],
])('a question %s', ([, page, bucket, expected]) => {
  expect(preflight(page, bucket)).toEqual(expected);
});

test.for([
  ['https://*.example.com', 'https://www.example.com', true],
  ['https://*.example.com', 'https://a.b.example.com', true],
  ['https://*.example.com', 'https://example.com', false],
  ['https://*.example.com', 'https://evil.com/.example.com.org', false],
  ['http://*', 'http://a', true],
  ['*.com', 'https://a.com', true],
  ['https://a*a', 'https://a', false],
  ['https://a*a', 'https://aa', true],
] as const)('the pattern %s and the page %s', ([pattern, origin, expected]) => {
  const bucket = bucketWith({ AllowedMethods: ['GET'], AllowedOrigins: [pattern] });
  expect(corsHeaders(requestOf('GET', { origin }), bucket).get('access-control-allow-origin')).toEqual(
    expected ? [origin] : undefined,
  );
});

test.for<readonly [string, string, Page, CorsBucket, unknown]>([
  ['without a page', 'GET', {}, bucketWith(rule), {}],
  ['of a page that may', 'GET', { origin: PAGE }, bucketWith(rule), allowed],
  ['of another page', 'GET', { origin: 'https://evil.example' }, bucketWith(rule), {}],
  ['with another method', 'DELETE', { origin: PAGE }, bucketWith(rule), {}],
  ['of a bucket without rules', 'GET', { origin: PAGE }, { rules: undefined }, {}],
  ['of no bucket', 'GET', { origin: PAGE }, undefined, {}],
])('the answer to a request %s', ([, method, page, bucket, expected]) => {
  const fields = corsHeaders(requestOf(method, page), bucket);
  expect(Object.fromEntries([...fields].map(([name, [value]]) => [name, value]))).toEqual(expected);
});
