import { expect, test } from 'vitest';
import { httpStatusOf } from '../../src/api/error-codes.ts';
import { AwsError } from '../../src/api/errors.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { serviceFacts } from '../../src/api/service-facts.ts';
import { answerTo, newKey, newSession, refusalOf } from '../support/claims.ts';
import { MINUTE, newWorld, START } from '../support/harness.ts';
import {
  headerSigned,
  presigned,
  type RawRequest,
  type SigningCredentials,
  type Wanted,
  withHeaders,
  withQuery,
} from '../support/signed-request.ts';

const at = START;
const ASKED: readonly ServiceName[] = ['s3', 's3control', 'kms', 'cloudtrail', 'iam', 'sts'];
const hostOf = (service: ServiceName): string => serviceFacts[service].host;

const header = (service: ServiceName, wanted: Partial<Wanted> & { credentials: SigningCredentials }): RawRequest =>
  headerSigned({ at, service: hostOf(service), ...wanted });

const authorizationOf = (raw: RawRequest): string => raw.headers.find(([name]) => name === 'authorization')?.[1] ?? '';

/** The same request with its credential written differently. */
const withAuthorization = (raw: RawRequest, change: (authorization: string) => string): RawRequest =>
  withHeaders(raw, { authorization: change(authorizationOf(raw)) });

interface Row {
  readonly s3: readonly [code: string, status: number];
  readonly json: readonly [code: string, status: number];
  readonly query: readonly [code: string, status: number];
  readonly wrong: (service: ServiceName) => Promise<readonly [RawRequest, Parameters<typeof answerTo>[1]]>;
}

const UNKNOWN: SigningCredentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };

// Amazon S3 API Reference, "Error responses"; AWS KMS, IAM and STS API Reference, "Common errors".
const rows: Readonly<Record<string, Row>> = {
  'a key that the store never had': {
    s3: ['InvalidAccessKeyId', 403],
    json: ['UnrecognizedClientException', 400],
    query: ['InvalidClientTokenId', 403],
    wrong: async (service) => [header(service, { credentials: UNKNOWN }), newWorld()],
  },
  'a deleted key': {
    s3: ['InvalidAccessKeyId', 403],
    json: ['UnrecognizedClientException', 400],
    query: ['InvalidClientTokenId', 403],
    async wrong(service) {
      const { world, credentials } = await newKey();
      await world.call('iam', 'DeleteAccessKey', { UserName: 'ann', AccessKeyId: credentials.accessKeyId });
      return [header(service, { credentials }), world];
    },
  },
  'an inactive key': {
    s3: ['InvalidAccessKeyId', 403],
    json: ['UnrecognizedClientException', 400],
    query: ['InvalidClientTokenId', 403],
    async wrong(service) {
      const { world, credentials } = await newKey();
      const AccessKeyId = credentials.accessKeyId;
      await world.call('iam', 'UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Inactive' });
      return [header(service, { credentials }), world];
    },
  },
  'a wrong token': {
    s3: ['InvalidToken', 400],
    json: ['UnrecognizedClientException', 400],
    query: ['InvalidClientTokenId', 403],
    async wrong(service) {
      const { world, credentials } = await newSession();
      return [header(service, { credentials: { ...credentials, sessionToken: 'other' } }), world];
    },
  },
  'a token with a long-term key': {
    s3: ['InvalidToken', 400],
    json: ['UnrecognizedClientException', 400],
    query: ['InvalidClientTokenId', 403],
    async wrong(service) {
      const { world, credentials } = await newKey();
      return [header(service, { credentials: { ...credentials, sessionToken: 'other' } }), world];
    },
  },
  'an expired session': {
    s3: ['ExpiredToken', 400],
    json: ['ExpiredTokenException', 400],
    query: ['ExpiredToken', 403],
    async wrong(service) {
      const { world, credentials } = await newSession();
      world.advance(60 * MINUTE);
      return [header(service, { credentials, at: at + 60 * MINUTE }), world];
    },
  },
  'a wrong signature': {
    s3: ['SignatureDoesNotMatch', 403],
    json: ['InvalidSignatureException', 400],
    query: ['SignatureDoesNotMatch', 403],
    async wrong(service) {
      const { world, credentials } = await newKey();
      return [header(service, { credentials: { ...credentials, secretAccessKey: 'other' } }), world];
    },
  },
  'a signature of long ago': {
    s3: ['RequestTimeTooSkewed', 403],
    json: ['InvalidSignatureException', 400],
    query: ['SignatureDoesNotMatch', 403],
    async wrong(service) {
      const { world, credentials } = await newKey();
      return [header(service, { credentials, at: at - 15 * MINUTE - 1000 }), world];
    },
  },
  'a signature of the future': {
    s3: ['RequestTimeTooSkewed', 403],
    json: ['InvalidSignatureException', 400],
    query: ['SignatureDoesNotMatch', 403],
    async wrong(service) {
      const { world, credentials } = await newKey();
      return [header(service, { credentials, at: at + 15 * MINUTE + 1000 }), world];
    },
  },
  'a header that does not parse': {
    s3: ['AuthorizationHeaderMalformed', 400],
    json: ['IncompleteSignatureException', 400],
    query: ['IncompleteSignature', 400],
    async wrong(service) {
      const raw = header(service, { credentials: UNKNOWN });
      return [withAuthorization(raw, (text) => text.replace(/, Signature=.*/, '')), newWorld()];
    },
  },
};

const kindOf = (service: ServiceName): 's3' | 'json' | 'query' =>
  hostOf(service) === 's3' ? 's3' : service === 'iam' || service === 'sts' ? 'query' : 'json';

test.for(Object.entries(rows).flatMap(([name, row]) => ASKED.map((service) => [name, service, row] as const)))(
  '%s: %s refuses it in its own words',
  async ([, service, row]) => {
    const [raw, world] = await row.wrong(service);
    const answer = answerTo(raw, world, { service });
    if (!(answer instanceof AwsError)) return expect.fail(`${answer.kind} is let in`);
    expect([answer.code, httpStatusOf(answer.code, service)]).toEqual(row[kindOf(service)]);
  },
);

test('of a service besides S3, a signature counts for five minutes before and after', async () => {
  const { world, credentials } = await newKey();
  for (const [service, minutes] of [
    ['s3', 15],
    ['kms', 5],
    ['sts', 5],
  ] as const) {
    for (const sign of [-1, 1]) {
      const skewed = (ms: number) => answerTo(header(service, { credentials, at: at + sign * ms }), world, { service });
      expect(skewed(minutes * MINUTE)).toMatchObject({ kind: 'user' });
      expect(skewed(minutes * MINUTE + 1000)).toBeInstanceOf(AwsError);
    }
  }
  expect(refusalOf(header('kms', { credentials, at: at - 6 * MINUTE }), world, { service: 'kms' })[0]).toBe(
    'InvalidSignatureException: Signature expired: 20260504T085400Z is now earlier than 20260504T085500Z (20260504T090000Z - 5 min.)',
  );
  expect(refusalOf(header('sts', { credentials, at: at + 6 * MINUTE }), world, { service: 'sts' })[0]).toBe(
    'SignatureDoesNotMatch: Signature not yet current: 20260504T090600Z is still later than 20260504T090500Z (20260504T090000Z + 5 min.)',
  );
  expect(refusalOf(header('s3', { credentials, at: at - 16 * MINUTE }), world)).toEqual([
    'RequestTimeTooSkewed: The difference between the request time and the current time is too large.',
    { RequestTime: '20260504T084400Z', ServerTime: '2026-05-04T09:00:00Z', MaxAllowedSkewMilliseconds: '900000' },
  ]);
});

test('S3 names the key that it does not know, and shows what it has computed of a wrong signature', async () => {
  const { world, credentials } = await newKey();
  expect(refusalOf(header('s3', { credentials: UNKNOWN }), world)).toEqual([
    'InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.',
    { AWSAccessKeyId: UNKNOWN.accessKeyId },
  ]);
  const raw = header('s3', { credentials: { ...credentials, secretAccessKey: 'x' }, target: '/b/k?versions' });
  const [refused, detail] = refusalOf(raw, world);
  const canonical = `GET
/b/k
versions=
host:127.0.0.1:4566
x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-amz-date:20260504T090000Z

host;x-amz-content-sha256;x-amz-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`;
  expect(refused).toBe(
    'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
  expect(detail).toMatchObject({
    AWSAccessKeyId: credentials.accessKeyId,
    CanonicalRequest: canonical,
    CanonicalRequestBytes: expect.stringMatching(/^47 45 54 0a 2f 62 /),
    StringToSign: expect.stringMatching(
      /^AWS4-HMAC-SHA256\n20260504T090000Z\n20260504\/us-east-1\/s3\/aws4_request\n[0-9a-f]{64}$/,
    ),
    StringToSignBytes: expect.stringMatching(/^41 57 53 34 /),
    SignatureProvided: authorizationOf(raw).slice(-64),
  });
  // The others only say that it is wrong.
  expect(
    refusalOf(header('kms', { credentials: { ...credentials, secretAccessKey: 'x' } }), world, { service: 'kms' })[1],
  ).toEqual({});
});

test('what is shown of a wrong signature has no secret in it', async () => {
  const { world, credentials } = await newSession();
  const key = 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';
  const secrets = [
    key,
    encodeURIComponent(key),
    credentials.sessionToken,
    encodeURIComponent(credentials.sessionToken),
  ];
  const wrong = { ...credentials, secretAccessKey: 'x' };
  const headers = { 'x-amz-server-side-encryption-customer-key': key, cookie: 'c00kie' };
  const target = `/b/k?x-amz-copy-source-server-side-encryption-customer-key=${encodeURIComponent(key)}`;
  for (const raw of [
    headerSigned({ at, credentials: wrong, headers }),
    presigned({ at, credentials: wrong, headers, target }),
  ]) {
    const shown = Object.values(refusalOf(raw, world)[1]);
    expect(shown.join()).toContain('***');
    for (const secret of [...secrets, 'c00kie', credentials.secretAccessKey]) {
      expect(shown.filter((text) => text.includes(secret) || text.includes(hex(secret)))).toEqual([]);
    }
  }
});

const hex = (text: string): string =>
  Buffer.from(text)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');

type Change = (raw: RawRequest) => RawRequest;
const authorization =
  (from: string | RegExp, to: string): Change =>
  (raw) =>
    withAuthorization(raw, (text) => text.replace(from, to));
const added =
  (...headers: readonly (readonly [string, string])[]): Change =>
  (raw) => ({
    ...raw,
    headers: [...raw.headers, ...headers],
  });

/** A change of a request that is signed in the header: what S3 and KMS say of it. */
const headerTable: readonly (readonly [string, Change, s3: string, kms: string])[] = [
  [
    'two Authorization headers',
    (raw) => added(['Authorization', authorizationOf(raw)])(raw),
    'InvalidArgument: Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    'IncompleteSignatureException: Only one authentication mechanism is allowed: a signature in the header or in the query.',
  ],
  [
    'two Host headers',
    added(['Host', '127.0.0.1:4566']),
    'BadRequest: An error occurred when parsing the HTTP request.',
    'IncompleteSignatureException: The request must have exactly one Host header.',
  ],
  [
    'no Host header',
    (raw) => withHeaders(raw, { host: undefined }),
    'BadRequest: An error occurred when parsing the HTTP request.',
    'IncompleteSignatureException: The request must have exactly one Host header.',
  ],
  [
    'a signature in the query too',
    (raw) => withQuery(raw, { 'X-Amz-Signature': 'a' }),
    'InvalidArgument: Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    'IncompleteSignatureException: Only one authentication mechanism is allowed: a signature in the header or in the query.',
  ],
  [
    'an unsigned host',
    authorization('SignedHeaders=host;', 'SignedHeaders='),
    'AccessDenied: There were headers present in the request which were not signed',
    "InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'an unsigned header of AWS',
    added(['x-amz-tagging', 'a=b']),
    'AccessDenied: There were headers present in the request which were not signed',
    "InvalidSignatureException: 'x-amz-tagging' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'an unsigned header of AWS in capital letters',
    added(['X-AMZ-Copy-Source', '/other/k']),
    'AccessDenied: There were headers present in the request which were not signed',
    "InvalidSignatureException: 'x-amz-copy-source' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'a scheme that there is not',
    (raw) => withAuthorization(raw, () => 'Bearer token'),
    'InvalidArgument: Unsupported Authorization Type',
    "IncompleteSignatureException: Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
  ],
  [
    'another algorithm',
    authorization('HMAC-SHA256', 'ECDSA-P256-SHA256'),
    'AuthorizationHeaderMalformed: The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    "IncompleteSignatureException: Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
  ],
  [
    'no credential',
    authorization(/Credential=[^,]*, /, ''),
    'AuthorizationHeaderMalformed: The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    "IncompleteSignatureException: Authorization header requires 'Credential' parameter.",
  ],
  [
    'a part twice',
    authorization(/(, Signature=.*)/, '$1$1'),
    'AuthorizationHeaderMalformed: The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    "IncompleteSignatureException: Authorization header requires 'Signature' parameter.",
  ],
  [
    'a credential of four parts',
    authorization('/aws4_request', ''),
    'AuthorizationHeaderMalformed: The authorization header is malformed; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'KEY/20260504/us-east-1/SERVICE'",
  ],
  [
    'another end of the scope',
    authorization('aws4_request', 'aws5_request'),
    'AuthorizationHeaderMalformed: The authorization header is malformed; incorrect terminal "aws5_request". This endpoint uses "aws4_request".',
    "InvalidSignatureException: Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.",
  ],
  [
    'another service',
    authorization(/us-east-1\/[a-z0-9]+/, 'us-east-1/ec2'),
    'AuthorizationHeaderMalformed: The authorization header is malformed; incorrect service "ec2". This endpoint belongs to "s3".',
    "InvalidSignatureException: Credential should be scoped to correct service: 'kms'.",
  ],
  [
    'the service of another operation',
    authorization(/us-east-1\/[a-z0-9]+/, 'us-east-1/s3-object-lambda'),
    'AuthorizationHeaderMalformed: The authorization header is malformed; incorrect service "s3-object-lambda". This endpoint belongs to "s3".',
    "InvalidSignatureException: Credential should be scoped to correct service: 'kms'.",
  ],
  [
    'a region that there is not',
    authorization('us-east-1', 'mars-north-1'),
    "AuthorizationHeaderMalformed: The authorization header is malformed; the region 'mars-north-1' is wrong; expecting 'us-east-1'",
    "InvalidSignatureException: Credential should be scoped to a valid region, not 'mars-north-1'.",
  ],
  [
    'another day',
    authorization('20260504', '20260503'),
    'AuthorizationHeaderMalformed: The authorization header is malformed; Invalid credential date "20260503". This date is not the same as X-Amz-Date: "20260504".',
    "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260503' != '20260504', from '20260504T090000Z'.",
  ],
  [
    'a day that is none',
    authorization('20260504', '2026-05'),
    'AuthorizationHeaderMalformed: The authorization header is malformed; incorrect date format "2026-05". This date in the credential must be in the format "yyyyMMdd".',
    "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '2026-05' != '20260504', from '20260504T090000Z'.",
  ],
  [
    'no date',
    (raw) => withHeaders(raw, { 'x-amz-date': undefined }),
    'AccessDenied: AWS authentication requires a valid Date or x-amz-date header',
    "IncompleteSignatureException: Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
  ],
  [
    'a date that is none',
    (raw) => withHeaders(raw, { 'x-amz-date': '20260231T090000Z' }),
    'AccessDenied: AWS authentication requires a valid Date or x-amz-date header',
    "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '20260231T090000Z'. See http://en.wikipedia.org/wiki/ISO_8601",
  ],
  [
    'names of headers in capital letters',
    authorization('=host;', '=Host;'),
    'AuthorizationHeaderMalformed: The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    "IncompleteSignatureException: Authorization header requires 'SignedHeaders' parameter.",
  ],
  [
    'a signed header that is not there',
    (raw) => withHeaders(raw, { 'x-amz-target': undefined }),
    'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    'InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ],
];

test.for(headerTable)('a signature in the header: %s', async ([, change, s3, kms]) => {
  const { world, credentials } = await newKey();
  const signed = (service: string) => headerSigned({ at, credentials, service, headers: { 'x-amz-target': 'T' } });
  expect(refusalOf(change(signed('s3')), world)[0]).toBe(s3);
  const expected = kms.replace('KEY', credentials.accessKeyId).replace('SERVICE', 'kms');
  expect(refusalOf(change(signed('kms')), world, { service: 'kms' })[0]).toBe(expected);
});

test('a header that is signed as absent does not let a request in', async () => {
  const { world, credentials } = await newKey();
  const signedHeaders = ['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-meta-a'];
  expect(refusalOf(headerSigned({ at, credentials, signedHeaders }), world)[0]).toMatch(/^SignatureDoesNotMatch: /);
});

test('S3 needs to be told what the body is, in one of the ways that there are', async () => {
  const { world, credentials } = await newKey();
  const missing = withHeaders(headerSigned({ at, credentials }), { 'x-amz-content-sha256': undefined });
  expect(refusalOf(missing, world)[0]).toBe(
    'InvalidRequest: Missing required header for this request: x-amz-content-sha256',
  );
  for (const payload of [
    '',
    'streaming',
    'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
    'E3'.repeat(32),
    'e3'.repeat(33),
  ]) {
    const raw = headerSigned({ at, credentials, headers: { 'x-amz-content-sha256': payload }, payload });
    expect(refusalOf(raw, world)).toEqual([
      expect.stringMatching(/^InvalidArgument: x-amz-content-sha256 must be UNSIGNED-PAYLOAD, /),
      { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payload },
    ]);
  }
});

test('a header names what was not signed', async () => {
  const { world, credentials } = await newKey();
  const raw = added(['x-amz-tagging', 'a=b'], ['x-amz-acl', 'private'])(headerSigned({ at, credentials }));
  expect(refusalOf(raw, world)[1]).toEqual({ HeadersNotSigned: 'x-amz-acl, x-amz-tagging' });
});

test('the scheme of an Authorization header is refused without its credentials', async () => {
  const { world, credentials } = await newKey();
  const raw = withAuthorization(headerSigned({ at, credentials }), () => 'Basic c2VjcmV0');
  expect(refusalOf(raw, world)[1]).toEqual({ ArgumentName: 'Authorization' });
});

const QUERY = 'AuthorizationQueryParametersError: ';
const MISSING =
  'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.';
const CREDENTIAL = `${QUERY}Error parsing the X-Amz-Credential parameter; `;
const query =
  (changes: Readonly<Record<string, string | undefined>>): Change =>
  (raw) =>
    withQuery(raw, changes);

// Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"; as S3 answers.
const queryTable: readonly (readonly [string, Change, s3: string, detail?: unknown])[] = [
  ...[
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Signature',
    'X-Amz-Date',
    'X-Amz-SignedHeaders',
    'X-Amz-Expires',
  ].flatMap(
    (name) =>
      [
        [`no ${name}`, query({ [name]: undefined }), QUERY + MISSING],
        [`two of ${name}`, (raw) => ({ ...raw, target: `${raw.target}&${name}=a` }), QUERY + MISSING],
      ] as const satisfies readonly (readonly [string, Change, string])[],
  ),
  [
    'another algorithm',
    query({ 'X-Amz-Algorithm': 'AWS5' }),
    `${QUERY}X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"`,
  ],
  [
    'a credential of one part',
    query({ 'X-Amz-Credential': 'a' }),
    `${CREDENTIAL}the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
  ],
  [
    'a region that there is not',
    query({ 'X-Amz-Credential': 'a/20260504/mars/s3/aws4_request' }),
    `${CREDENTIAL}the region 'mars' is wrong; expecting 'us-east-1'`,
    { Region: 'us-east-1' },
  ],
  ['a life in words', query({ 'X-Amz-Expires': 'soon' }), `${QUERY}X-Amz-Expires should be a number`],
  ['half a second', query({ 'X-Amz-Expires': '0.5' }), `${QUERY}X-Amz-Expires should be a number`],
  ['a life below nothing', query({ 'X-Amz-Expires': '-1' }), `${QUERY}X-Amz-Expires must be non-negative`],
  [
    'more than a week',
    query({ 'X-Amz-Expires': '604801' }),
    `${QUERY}X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds`,
  ],
  [
    'no life at all',
    query({ 'X-Amz-Expires': '0' }),
    'AccessDenied: Request has expired',
    { 'X-Amz-Expires': '0', Expires: '2026-05-04T09:00:00Z', ServerTime: '2026-05-04T09:00:00Z' },
  ],
  [
    'a date of another form',
    query({ 'X-Amz-Date': '2026-05-04T09:00:00Z' }),
    `${QUERY}X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`,
  ],
  [
    'an unsigned header',
    added(['x-amz-acl', 'private']),
    'AccessDenied: There were headers present in the request which were not signed',
    { HeadersNotSigned: 'x-amz-acl' },
  ],
  [
    'an Authorization header too',
    added(['authorization', 'AWS4-HMAC-SHA256 x']),
    'InvalidArgument: Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
  ],
  [
    'a signature of version 2 too',
    query({ Signature: 'a' }),
    'InvalidArgument: Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
  ],
  [
    'another method',
    (raw) => ({ ...raw, method: 'PUT' }),
    'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  [
    'another signature',
    query({ 'X-Amz-Signature': 'a'.repeat(64) }),
    'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
];

test.for(queryTable)('a signature in the query: %s', async ([, change, refused, detail]) => {
  const { world, credentials } = await newKey();
  const [message, actual] = refusalOf(change(presigned({ at, credentials })), world);
  expect(message).toBe(refused);
  if (detail !== undefined) expect(actual).toEqual(detail);
});

test('a URL is good from when it was signed until it expires, by the clock of the machine', async () => {
  const { world, credentials } = await newKey();
  const answer = (ms: number) => answerTo(presigned({ at: at - ms, credentials, expires: '604800' }), world);
  const week = 604_800_000;
  expect(answer(0)).toMatchObject({ kind: 'user' });
  // S3's RequestTimeTooSkewed is about headers alone.
  expect(answer(week - 1000)).toMatchObject({ kind: 'user' });
  expect(answer(week)).toMatchObject({
    code: 'AccessDenied',
    message: 'Request has expired',
    detail: { 'X-Amz-Expires': '604800', Expires: '2026-05-04T09:00:00Z', ServerTime: '2026-05-04T09:00:00Z' },
  });
  expect(answer(-15 * MINUTE)).toMatchObject({ kind: 'user' });
  expect(answer(-15 * MINUTE - 1000)).toMatchObject({ code: 'AccessDenied', message: 'Request is not valid yet' });
});

test('what is said both in a header and in the query of a URL is refused, even if both are signed', async () => {
  const { world, credentials } = await newKey();
  const raw = presigned({ at, credentials, target: '/b/k?x-amz-acl=private', headers: { 'x-amz-acl': 'public-read' } });
  expect(refusalOf(raw, world)).toEqual([
    'AccessDenied: There were headers present in the request which were not signed',
    { HeadersNotSigned: 'x-amz-acl' },
  ]);
});

test('the services besides S3 take URLs, too, whose life need not be said', async () => {
  const { world, credentials } = await newKey();
  const url = (wanted: Partial<Wanted>) =>
    presigned({ at, credentials, service: 'sts', target: '/?Action=GetCallerIdentity', ...wanted });
  const sts = { service: 'sts' } as const;
  expect(answerTo(url({ expires: '900', at: at - 14 * MINUTE }), world, sts)).toMatchObject({ kind: 'user' });
  expect(refusalOf(url({ expires: '900', at: at - 16 * MINUTE }), world, sts)[0]).toBe(
    'SignatureDoesNotMatch: Signature expired: 20260504T084400Z is now earlier than 20260504T084500Z (20260504T090000Z - 15 min.)',
  );
  expect(refusalOf(withQuery(url({}), { 'X-Amz-Credential': undefined }), world, sts)[0]).toBe(
    "IncompleteSignature: AWS query-string parameters must include 'X-Amz-Credential'. Re-examine the query-string parameters.",
  );
  expect(refusalOf(withQuery(url({}), { 'X-Amz-Expires': 'x' }), world, sts)[0]).toMatch(/^IncompleteSignature: /);
});

test('a date may stand in a header of its own', async () => {
  const { world, credentials } = await newKey();
  const date = new Date(at).toUTCString();
  const signed = headerSigned({ at, credentials, service: 'kms', headers: { date }, signedHeaders: ['date', 'host'] });
  expect(answerTo(withHeaders(signed, { 'x-amz-date': undefined }), world, { service: 'kms' })).toMatchObject({
    kind: 'user',
  });
});
