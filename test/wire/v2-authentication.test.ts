import { expect, test } from 'vitest';
import { readAuthentication, readFormAuthentication } from '../../src/wire/credentials/authentication.ts';
import { formClaim } from '../../src/wire/forms/post-form.ts';
import { signatureV2 } from '../../src/wire/signature/v2.ts';
import { signatureOf, signingKey } from '../../src/wire/signature/v4.ts';
import { answerTo, newKey, newSession, refusalOf, rulesIn } from '../support/claims.ts';
import { MINUTE, START, type World } from '../support/harness.ts';
import {
  headerSigned,
  presigned,
  type RawRequest,
  received,
  type SigningCredentials,
  withHeaders,
  withQuery,
} from '../support/signed-request.ts';
import { headerSignedV2, presignedV2 } from '../support/signed-v2.ts';

const at = START;
const seconds = (ms: number): string => `${Math.floor(ms / 1000)}`;

async function withBucket(world: World, region: 'us-east-1' | 'eu-west-1'): Promise<void> {
  const config = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
  await world.call('s3', 'CreateBucket', { Bucket: 'photos', ...config }, { region });
}

test.for([
  ['header', headerSignedV2],
  ['query', presignedV2],
] as const)(
  'a signature of version 2 in the %s leads to the caller, for buckets in us-east-1 and what is not there',
  async ([, sign]) => {
    const { world, credentials } = await newKey();
    const ann = { kind: 'user', name: 'ann' };
    expect(answerTo(sign({ credentials }), world)).toMatchObject(ann);
    expect(answerTo(sign({ credentials, target: '/?x-id=ListBuckets' }), world)).toMatchObject(ann);
    await withBucket(world, 'us-east-1');
    expect(answerTo(sign({ credentials }), world)).toMatchObject(ann);
    const host = { host: 'photos.localhost:4566' };
    expect(answerTo(sign({ credentials, target: '/a?acl', headers: host, hostBucket: 'photos' }), world)).toMatchObject(
      ann,
    );
    const moved = sign({ credentials, method: 'PUT', target: '/photos/a?acl', headers: { 'x-amz-acl': 'private' } });
    expect(answerTo(moved, world)).toMatchObject(ann);
    expect(refusalOf(withHeaders(moved, { 'x-amz-acl': 'public-read' }), world)[0]).toMatch(/^SignatureDoesNotMatch: /);
    expect(refusalOf(withHeaders(moved, { 'x-amz-tagging': 'a=b' }), world)[0]).toMatch(/^SignatureDoesNotMatch: /);
    expect(refusalOf({ ...moved, method: 'DELETE' }, world)[0]).toMatch(/^SignatureDoesNotMatch: /);
    expect(refusalOf({ ...moved, target: moved.target.replace('/a', '/b') }, world)[0]).toMatch(
      /^SignatureDoesNotMatch: /,
    );
  },
);

test.for([
  ['header', headerSignedV2],
  ['query', presignedV2],
] as const)('a session signs with version 2 in the %s, and with its token', async ([, sign]) => {
  const { world, credentials } = await newSession();
  expect(answerTo(sign({ credentials }), world)).toMatchObject({ kind: 'role-session' });
  expect(refusalOf(sign({ credentials: { ...credentials, sessionToken: 'x' } }), world)[0]).toMatch(/^InvalidToken: /);
});

// Amazon S3 User Guide, "Signature Version 2 turned off (deprecated) for Amazon S3".
test('elsewhere version 2 is refused', async () => {
  const { world, credentials } = await newKey();
  await withBucket(world, 'eu-west-1');
  const unsupported =
    'InvalidRequest: The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
  expect(refusalOf(headerSignedV2({ credentials }), world)).toEqual([unsupported, {}]);
  expect(refusalOf(presignedV2({ credentials }), world)).toEqual([unsupported, {}]);
  const hosted = presignedV2({
    credentials,
    target: '/a?acl',
    headers: { host: 'photos.localhost' },
    hostBucket: 'photos',
  });
  expect(refusalOf(hosted, world)).toEqual([unsupported, {}]);
  expect(refusalOf(headerSignedV2({ credentials }), world, { service: 'kms' })[0]).toMatch(
    /^IncompleteSignatureException: /,
  );
});

const EXPIRED = { Expires: '2026-05-04T09:00:00Z', ServerTime: '2026-05-04T09:00:00Z' };
const INCOMPLETE =
  'AccessDenied: Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters';
const WRONG =
  'SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.';
const MECHANISMS =
  'InvalidArgument: Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified';
const HEADER = 'InvalidArgument: AWS authorization header is invalid.  Expected AwsAccessKeyId:signature';

test.for<readonly [string, (credentials: SigningCredentials) => RawRequest, string, unknown?]>([
  [
    'an expired URL',
    (credentials) => presignedV2({ credentials, expires: seconds(at) }),
    'AccessDenied: Request has expired',
    EXPIRED,
  ],
  ['a URL without a key', (c) => withQuery(presignedV2({ credentials: c }), { AWSAccessKeyId: undefined }), INCOMPLETE],
  ['a URL without an end', (c) => withQuery(presignedV2({ credentials: c }), { Expires: undefined }), INCOMPLETE],
  [
    'a URL without a signature',
    (c) => withQuery(presignedV2({ credentials: c }), { Signature: undefined }),
    INCOMPLETE,
  ],
  [
    'a URL with two signatures',
    (c) => ({ ...presignedV2({ credentials: c }), target: `${presignedV2({ credentials: c }).target}&Signature=a` }),
    INCOMPLETE,
  ],
  [
    'a URL whose end is a word',
    (c) => presignedV2({ credentials: c, expires: 'soon' }),
    'AccessDenied: Invalid date (should be seconds since epoch): soon',
  ],
  [
    'a URL whose end is far away',
    (c) => presignedV2({ credentials: c, expires: '9'.repeat(300) }),
    `AccessDenied: Invalid date (should be seconds since epoch): ${'9'.repeat(300)}`,
  ],
  [
    'a URL with a later end',
    (c) => withQuery(presignedV2({ credentials: c }), { Expires: seconds(at + 2 * MINUTE) }),
    WRONG,
  ],
  ['a URL with another version', (c) => withQuery(presignedV2({ credentials: c }), { versionId: '1' }), WRONG],
  [
    'a header without a colon',
    (c) => withHeaders(headerSignedV2({ credentials: c }), { authorization: 'AWS a' }),
    HEADER,
    { ArgumentName: 'Authorization' },
  ],
  [
    'a header without a date',
    (c) => withHeaders(headerSignedV2({ credentials: c }), { date: undefined }),
    'AccessDenied: AWS authentication requires a valid Date or x-amz-date header',
  ],
  [
    'a date that is none',
    (c) => withHeaders(headerSignedV2({ credentials: c }), { date: 'today' }),
    'AccessDenied: AWS authentication requires a valid Date or x-amz-date header',
  ],
  [
    'a header of long ago',
    (c) => headerSignedV2({ credentials: c, headers: { date: new Date(at - 16 * MINUTE).toUTCString() } }),
    'RequestTimeTooSkewed: The difference between the request time and the current time is too large.',
  ],
  [
    'signatures in query and header',
    (c) => ({ ...presignedV2({ credentials: c }), headers: headerSignedV2({ credentials: c }).headers }),
    MECHANISMS,
  ],
  [
    'signed chunks',
    (c) =>
      headerSignedV2({ credentials: c, headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' } }),
    'InvalidRequest: The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  ],
])('%s is refused', async ([, make, refused, detail]) => {
  const { world, credentials } = await newKey();
  const [message, actual] = refusalOf(make(credentials), world);
  expect(message).toBe(refused);
  if (detail !== undefined) expect(actual).toEqual(detail);
});

test('S3 shows what it has computed of a wrong signature, without tokens', async () => {
  const { world, credentials } = await newSession();
  const [, detail] = refusalOf(headerSignedV2({ credentials: { ...credentials, secretAccessKey: 'x' } }), world);
  expect(detail).toEqual({
    AWSAccessKeyId: credentials.accessKeyId,
    StringToSign: `GET\n\n\nMon, 04 May 2026 09:00:00 GMT\nx-amz-security-token:***\n/photos/a%20b?acl`,
    StringToSignBytes: expect.stringMatching(/^47 45 54 0a 0a 0a 4d /),
    SignatureProvided: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
  });
});

test('the version and the place of a signature are known to policies and the audit log', async () => {
  const { world, credentials } = await newKey();
  const origin = (raw: RawRequest) => readAuthentication(received(raw), 's3', rulesIn(world)).origin;
  const process = { kind: 'http', sourceIp: '127.0.0.1', host: '127.0.0.1:4566', isTls: true, isTlsAssumed: true };
  const UNSIGNED = { contentSha256: 'UNSIGNED-PAYLOAD' };
  expect(origin(headerSignedV2({ credentials }))).toEqual({ ...process, auth: 'header', signatureVersion: 2 });
  expect(origin(presignedV2({ credentials }))).toEqual({ ...process, auth: 'query', signatureVersion: 2 });
  const early = presigned({ at: at - 1000, credentials });
  expect(origin(early)).toEqual({ ...process, ...UNSIGNED, auth: 'query', signatureVersion: 4, signatureAgeMs: 1000 });
  const signed = headerSigned({ at, credentials, payload: 'UNSIGNED-PAYLOAD' });
  expect(origin(signed)).toEqual({ ...process, ...UNSIGNED, auth: 'header', signatureVersion: 4 });
  const anonymous = { method: 'GET', target: '/', headers: [['host', '127.0.0.1:4566']] } as const;
  expect(origin(anonymous)).toEqual({ ...process, auth: 'none' });
});

const form = (fields: Readonly<Record<string, string>>) =>
  formClaim(new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), { name, value }])));

const posted = (headers: Readonly<Record<string, string>> = {}, target = '/photos') =>
  received({ method: 'POST', target, headers: Object.entries({ host: '127.0.0.1:4566', ...headers }) });

const POLICY = Buffer.from('{"expiration":"2026-05-05T00:00:00Z","conditions":[]}').toString('base64');

function formV4({ accessKeyId, secretAccessKey }: SigningCredentials, policy = POLICY) {
  const scope = { date: '20260504', region: 'us-east-1', service: 's3' };
  return form({
    policy,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${accessKeyId}/20260504/us-east-1/s3/aws4_request`,
    'x-amz-date': '20260504T090000Z',
    'x-amz-signature': signatureOf(signingKey(secretAccessKey, scope), POLICY),
  });
}

const formV2 = ({ accessKeyId, secretAccessKey }: SigningCredentials, policy = POLICY) =>
  form({ policy, AWSAccessKeyId: accessKeyId, signature: signatureV2(secretAccessKey, POLICY) });

test.for([
  ['4', formV4],
  ['2', formV2],
] as const)('a form that is signed with version %s is from who signed its policy', async ([version, sign]) => {
  const { world, credentials } = await newKey();
  const { caller, origin, kind, place } = readFormAuthentication(sign(credentials), 'photos', posted(), rulesIn(world));
  expect([kind, place]).toEqual([`v${version}`, 'form']);
  expect(origin).toMatchObject({ auth: 'form', signatureVersion: Number(version) });
  world.transact((tx) => {
    const now = new Date(at);
    expect(caller(tx, now)).toMatchObject({ kind: 'user', name: 'ann' });
    const other = readFormAuthentication(
      sign(credentials, `${POLICY.slice(0, -4)}AAA=`),
      'photos',
      posted(),
      rulesIn(world),
    );
    expect(() => other.caller(tx, now)).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
  });
  const second = posted({ authorization: 'AWS a:b', date: new Date(at).toUTCString() });
  expect(() => readFormAuthentication(sign(credentials), 'photos', second, rulesIn(world))).toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  );
});

test('a form without a signature is from nobody, and one of version 2 only good for us-east-1', async () => {
  const { world, credentials } = await newKey();
  await withBucket(world, 'eu-west-1');
  expect(readFormAuthentication(form({ key: 'a' }), 'photos', posted(), rulesIn(world)).kind).toBe('anonymous');
  const { caller } = readFormAuthentication(formV2(credentials), 'photos', posted(), rulesIn(world));
  world.transact((tx) => {
    expect(() => caller(tx, new Date(at))).toThrow(expect.objectContaining({ code: 'InvalidRequest' }));
  });
});
