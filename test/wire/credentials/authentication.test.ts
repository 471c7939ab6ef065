import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { readAuthentication, scopeOf } from '../../../src/wire/credentials/authentication.ts';
import { answerTo, newKey, newSession, refusalOf, rulesIn } from '../../support/claims.ts';
import { MINUTE, newWorld, START } from '../../support/harness.ts';
import {
  headerSigned,
  presigned,
  type RawRequest,
  received,
  type SigningCredentials,
  sha256,
  withHeaders,
  withQuery,
} from '../../support/signed-request.ts';

const at = START;

test('a signature in the header or in the query leads to the caller, for S3 and the other services', async () => {
  const { world, credentials } = await newKey();
  const ann = { kind: 'user', name: 'ann', accessKeyId: credentials.accessKeyId };
  for (const sign of [headerSigned, presigned]) {
    expect(answerTo(sign({ at, credentials, target: '/photos//a/../b%2Fc?versionId=1' }), world)).toMatchObject(ann);
    const kms = sign({ at, credentials, service: 'kms', method: 'POST', body: '{}', headers: { 'x-amz-target': 'T' } });
    expect(answerTo(kms, world, { service: 'kms', body: '{}' })).toMatchObject(ann);
    expect(answerTo(kms, world, { service: 'kms', body: '{ }' })).toMatchObject({ code: 'InvalidSignatureException' });
    expect(scopeOf(received(sign({ at, credentials, region: 'eu-west-1' })))).toEqual({
      date: '20260504',
      region: 'eu-west-1',
      service: 's3',
    });
  }
});

test('a request without a signature is anonymous', async () => {
  const world = newWorld();
  const raw = { method: 'GET', target: '/photos', headers: [['host', 'localhost']] } as const;
  expect(answerTo(raw, world)).toEqual({ kind: 'anonymous' });
  expect(scopeOf(received(raw))).toBeUndefined();
});

test('a session is let in with its token alone, in the header and in the query', async () => {
  const { world, credentials } = await newSession();
  for (const sign of [headerSigned, presigned]) {
    expect(answerTo(sign({ at, credentials }), world)).toMatchObject({ kind: 'role-session', roleName: 'r' });
    const other = { ...credentials, sessionToken: `${credentials.sessionToken}x` };
    expect(refusalOf(sign({ at, credentials: other }), world)[0]).toMatch(/^InvalidToken: /);
    const none = { ...credentials, sessionToken: undefined };
    expect(refusalOf(sign({ at, credentials: none }), world)[0]).toMatch(/^InvalidAccessKeyId: /);
  }
});

test('the caller is settled once: what happens to the credentials afterwards does not matter', async () => {
  const { world, credentials } = await newKey();
  const request = received(headerSigned({ at, credentials }));
  const authentication = readAuthentication(request, 's3', rulesIn(world));
  const refused = readAuthentication(
    received(headerSigned({ at, credentials: { ...credentials, secretAccessKey: 'x' } })),
    's3',
    rulesIn(world),
  );
  const callers = () =>
    world.transact((tx) =>
      [authentication, refused].map((each) => {
        try {
          return each.caller(tx, new Date(world.environment.now())).kind;
        } catch (error) {
          return error;
        }
      }),
    );
  const [caller, refusal] = callers();
  expect([caller, refusal]).toEqual(['user', expect.any(AwsError)]);
  await world.call('iam', 'DeleteAccessKey', { UserName: 'ann', AccessKeyId: credentials.accessKeyId });
  world.advance(60 * MINUTE);
  expect(callers()).toEqual([caller, refusal]);
  expect(answerTo(headerSigned({ at: at + 60 * MINUTE, credentials }), world)).toMatchObject({
    code: 'InvalidAccessKeyId',
  });
});

// Every byte of the method, the target, and the names and values of the headers: changed, it is another request, which
// nobody has signed, or the same one in other letters.
const requests: readonly (readonly [string, (credentials: SigningCredentials) => RawRequest])[] = [
  [
    'header',
    (credentials) =>
      headerSigned({
        at,
        credentials,
        method: 'PUT',
        target: '/photos/a/../b%2Fc//d+e?tagging&versionId=a%20b',
        headers: { 'content-type': 'text/plain', 'x-amz-acl': 'private', 'x-amz-meta-a': 'one two' },
        body: 'x',
      }),
  ],
  [
    'query',
    (credentials) =>
      presigned({
        at,
        credentials,
        method: 'PUT',
        target: '/photos/a/../b%2Fc//d+e?tagging&x-amz-acl=private',
        headers: { 'x-amz-meta-a': 'one two' },
      }),
  ],
];

/** What a request says, however it is spelled. */
function said(raw: RawRequest) {
  const { method, target, headers } = received(raw);
  const path = target.rawPath.replace(/%[0-9a-f]{2}/gi, (text) => {
    const char = decodeURIComponentOf(text);
    return /^[A-Za-z0-9._~-]$/.test(char) ? char : text.toUpperCase();
  });
  const sorted = [...headers].map(
    ([name, values]) => [name, values.map((value) => value.replace(/ +/g, ' '))] as const,
  );
  return { method, path, query: target.query, headers: sorted.sort() };
}

const decodeURIComponentOf = (text: string): string => String.fromCharCode(Number.parseInt(text.slice(1), 16));

test.for(requests)('every byte of a request with a signature in the %s counts', async ([, make]) => {
  const { world, credentials } = await newKey();
  const raw = make(credentials);
  expect(answerTo(raw, world)).toMatchObject({ kind: 'user' });
  const original = said(raw);
  const texts = [raw.method, raw.target, ...raw.headers.flat()];
  const places = texts.flatMap((text, which) => Array.from(text, (_, position) => ({ which, position })));
  const withTexts = (all: readonly string[]): RawRequest => ({
    method: all[0] ?? '',
    target: all[1] ?? '',
    headers: raw.headers.map((_, n) => [all[2 + 2 * n] ?? '', all[3 + 2 * n] ?? '']),
  });
  const changed = (which: number, position: number, char: string): RawRequest =>
    withTexts(texts.map((text, n) => (n === which ? text.slice(0, position) + char + text.slice(position + 1) : text)));
  const byte = fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code));
  /** Whether the changed request is refused, or says the same. */
  const counts = (request: RawRequest): boolean => {
    const answer = answerTo(request, world);
    if (answer instanceof AwsError) return true;
    // Nobody's request is let in as nobody's.
    if (answer.kind === 'anonymous') return true;
    expect(said(request)).toEqual(original);
    return true;
  };
  for (const { which, position } of places) {
    const old = texts[which]?.charCodeAt(position) ?? 0;
    // The neighbours in ASCII, and the other case.
    for (const code of [old ^ 1, old ^ 0x20])
      expect(counts(changed(which, position, String.fromCharCode(code)))).toBe(true);
  }
  fc.assert(
    fc.property(fc.constantFrom(...places), byte, ({ which, position }, char) =>
      counts(changed(which, position, char)),
    ),
    {
      numRuns: 300,
    },
  );
});

test('a request that was changed so that it has no signature is nobody’s', async () => {
  const { world, credentials } = await newKey();
  expect(answerTo(withHeaders(headerSigned({ at, credentials }), { authorization: undefined }), world)).toEqual({
    kind: 'anonymous',
  });
  const url = presigned({ at, credentials });
  for (const name of ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature']) {
    expect(refusalOf(withQuery(url, { [name]: undefined }), world)[0]).toMatch(/^AuthorizationQueryParametersError: /);
  }
});

test('what a presigned URL says instead of headers is read as headers', async () => {
  const { world, credentials } = await newKey();
  const headersOf = (target: string) =>
    readAuthentication(received(presigned({ at, credentials, target })), 's3', rulesIn(world)).headers;
  expect(headersOf('/b/k?x-amz-meta-a=gr%C3%BCn&X-Amz-Acl=private').get('x-amz-acl')).toEqual(['private']);
  expect(headersOf('/b/k?x-amz-meta-a=gr%C3%BCn').get('x-amz-meta-a')).toEqual([
    Buffer.from('grün').toString('latin1'),
  ]);
  expect([...headersOf('/b/k').keys()]).toEqual(['host']);
  const checksum = '/b/k?x-amz-checksum-sha256=x&X-Amz-Sdk-Checksum-Algorithm=SHA256&x-amz-checksum-mode=ENABLED';
  expect([...headersOf(checksum).keys()]).toEqual(['host', 'x-amz-checksum-mode']);
  for (const text of ['a%0D%0Ax-amz-acl:public-read', '%00', 'a%7F']) {
    expect(() => headersOf(`/b/k?x-amz-meta-a=${text}`)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  }
});

test('what was signed for the body is what counts, wherever it is said', async () => {
  const { world, credentials } = await newKey();
  const payloadOf = (raw: RawRequest) => readAuthentication(received(raw), 's3', rulesIn(world)).payload;
  const hash = sha256('');
  const STREAMING = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
  expect(payloadOf(headerSigned({ at, credentials }))).toEqual({ kind: 'hash', sha256: hash });
  expect(payloadOf(presigned({ at, credentials }))).toEqual({ kind: 'unsigned' });
  expect(payloadOf(headerSigned({ at, credentials, payload: STREAMING }))).toEqual({
    kind: 'chunked',
    isSigned: true,
    hasTrailer: true,
  });
  const stated = { 'X-Amz-Content-Sha256': hash };
  expect(payloadOf(withQuery(presigned({ at, credentials }), stated))).toEqual({ kind: 'hash', sha256: hash });
  // Not signed by a URL, but with it.
  const added = withHeaders(presigned({ at, credentials }), { 'x-amz-content-sha256': STREAMING });
  expect(() => payloadOf(added)).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
  const anonymous = {
    method: 'PUT',
    target: '/b/k',
    headers: [
      ['host', 'localhost'],
      ['x-amz-content-sha256', STREAMING],
    ],
  } as const;
  expect(() => payloadOf(anonymous)).toThrow(expect.objectContaining({ code: 'InvalidRequest' }));
});
