/** Headers that somebody adds to a signed request, names that nobody outside may use, and bytes that end a line. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { codeIn, requestBytes, sendBytes, statusesIn } from '../support/raw-http.ts';
import {
  headerSigned,
  presigned,
  type RawRequest,
  type SigningCredentials,
  sha256,
  withHeaders,
  withQuery,
} from '../support/signed-request.ts';
import { headerSignedV2, presignedV2 } from '../support/signed-v2.ts';
import { stateOf } from '../support/store-state.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;
let stranger: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  await world.call('iam', 'CreateUser', { UserName: 'eve' });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'eve' });
  stranger = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  endpoint = await startEndpoint(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  await world.call('s3', 'PutObject', { Bucket: 'letters', Key: 'secret', Body: Buffer.from('a secret') });
  // From now on the keys have been used lately, which is noted from time to time.
  for (const each of [credentials, stranger]) await answerTo(signed({ target: '/letters/k', credentials: each }));
});
afterEach(async () => {
  await endpoint.server.close(0);
  expect(endpoint.failures).toEqual([]);
});

type Wanted = Partial<Parameters<typeof headerSigned>[0]>;
const signed = (wanted: Wanted) => headerSigned({ credentials, at: world.environment.now(), ...wanted });
const url = (wanted: Wanted) => presigned({ credentials, at: world.environment.now(), ...wanted });

/** The whole answer. */
const sent = (raw: RawRequest, body = ''): Promise<string> => sendBytes(endpoint.server.port, requestBytes(raw, body));

async function answerTo(raw: RawRequest, body = ''): Promise<string> {
  const answer = await sent(raw, body);
  return `${statusesIn(answer)[0]} ${codeIn(answer)}`;
}

const put: Wanted = { method: 'PUT', target: '/letters/k', body: 'x', payload: sha256('x') };

describe('a header that is added to a signed request', () => {
  test.for<Readonly<Record<string, string>>>([
    { 'x-amz-copy-source': '/letters/secret' },
    { 'x-amz-tagging': 'a=b' },
    { 'x-amz-acl': 'public-read' },
    { 'x-amz-grant-full-control': 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' },
    { 'x-amz-server-side-encryption': 'aws:kms' },
    { 'x-amz-server-side-encryption-aws-kms-key-id': 'alias/other' },
    { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' },
    { 'x-amz-server-side-encryption-context': 'e30=' },
    { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    { 'x-amz-server-side-encryption-customer-key': Buffer.alloc(32).toString('base64') },
    { 'x-amz-meta-a': 'b' },
    { 'x-amz-storage-class': 'GLACIER' },
    { 'x-amz-website-redirect-location': 'https://example.com/' },
    { 'x-amz-object-lock-mode': 'COMPLIANCE' },
    { 'x-amz-security-token': 'token' },
    { 'x-amz-expected-bucket-owner': '111122223333' },
    { 'x-amz-bypass-governance-retention': 'true' },
    { 'X-Amz-Mfa': 'serial 123456' },
  ])('is refused: %j', async (added) => {
    const before = stateOf(world);
    const inHeader = signed(put);
    const inQuery = url({ ...put, payload: undefined });
    const old = { credentials, method: 'PUT', target: '/letters/k' };
    for (const [raw, code] of [
      [inHeader, 'AccessDenied'],
      [inQuery, 'AccessDenied'],
      [headerSignedV2(old), 'SignatureDoesNotMatch'],
      [presignedV2(old), 'SignatureDoesNotMatch'],
    ] as const) {
      expect(await answerTo(withHeaders(raw, added), 'x')).toBe(`403 ${code}`);
    }
    // In the query of either: it is signed like the rest of the target.
    for (const raw of [inHeader, inQuery]) {
      expect(await answerTo(withQuery(raw, added), 'x')).toMatch(
        /^(403 (SignatureDoesNotMatch|AccessDenied)|400 AuthorizationQueryParametersError)$/,
      );
    }
    expect(stateOf(world)).toEqual(before);
  });

  test('is refused where it repeats one that is signed, with another value', async () => {
    const before = stateOf(world);
    const headers = { 'x-amz-meta-a': 'one', 'x-amz-acl': 'bucket-owner-full-control' };
    for (const raw of [signed({ ...put, headers }), url({ ...put, payload: undefined, headers })]) {
      for (const more of [
        ['x-amz-meta-a', 'two'],
        ['X-AMZ-META-A', ''],
        ['x-amz-acl', 'public-read'],
        ['host', 'other.localhost'],
      ] as const) {
        for (const changed of [
          [...raw.headers, more],
          [more, ...raw.headers],
        ]) {
          expect(await answerTo({ ...raw, headers: changed }, 'x')).toMatch(
            /^(403 SignatureDoesNotMatch|400 BadRequest)$/,
          );
        }
      }
    }
    expect(stateOf(world)).toEqual(before);
  });
});

// Names that the server could be taken to know, and those that proxies and other servers use among themselves.
test.for([
  'x-ssebox-as',
  'x-ssebox-caller',
  'x-ssebox-account',
  'x-ssebox-principal',
  'x-ssebox-region',
  'x-ssebox-request-id',
  'x-ssebox-secure-transport',
  'x-ssebox-internal',
  'x-minio-source-replication-request',
  'x-forwarded-user',
  'x-forwarded-host',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method-override',
  'x-remote-user',
  'x-real-ip',
  'forwarded',
])('%s means nothing', async (name) => {
  const before = stateOf(world);
  for (const value of ['arn:aws:iam::111122223333:root', 'root', 'true', '/letters/secret', 'DELETE', '127.0.0.1']) {
    const read = { target: '/letters/secret', credentials: stranger };
    for (const raw of [signed(read), url(read), signed({ ...read, headers: { [name]: value } })]) {
      expect(await answerTo(withHeaders(raw, { [name]: value }))).toBe('403 AccessDenied');
    }
    const nobody = {
      method: 'GET',
      target: '/letters/secret',
      headers: [
        ['host', '127.0.0.1'],
        [name, value],
      ],
    } as const;
    expect(await answerTo(nobody)).toBe('403 AccessDenied');
    expect(await sent(withHeaders(signed({ target: '/letters/secret' }), { [name]: value }))).toMatch(
      /\r\n\r\na secret$/,
    );
  }
  expect(stateOf(world)).toEqual(before);
  const calls = endpoint.exchanges.filter(({ operation }) => operation === 'GetObject');
  expect(new Set(calls.map(({ caller }) => caller?.kind))).toEqual(new Set(['user', 'anonymous']));
});

describe('bytes that end a line', () => {
  const bytes = ['\r\n', '\n', '\r', '\0', '\x0b', '\x7f'];

  test('end a request in a header, and nothing is stored', async () => {
    const before = stateOf(world);
    for (const byte of bytes) {
      for (const name of ['x-amz-meta-a', 'content-type', 'cache-control', 'x-amz-tagging', 'content-disposition']) {
        const raw = signed({ ...put, headers: { [name]: `a${byte}x-evil: b` } });
        expect([byte, name, await answerTo(raw, 'x')]).toEqual([byte, name, expect.stringMatching(/^4\d\d /)]);
      }
    }
    expect(stateOf(world)).toEqual(before);
  });

  // Beyond latin1, whose low bytes are those of a line's end.
  const texts = [...bytes, '\u010d\u010a', '\u560d\u560a', '\u2028', '\u0085'];
  test('are in no header of an answer that a URL asks for', async () => {
    for (const text of texts) {
      for (const name of [
        'response-content-type',
        'response-content-disposition',
        'response-cache-control',
        'response-content-encoding',
        'response-content-language',
        'response-expires',
      ]) {
        const target = `/letters/secret?${name}=${encodeURIComponent(`a${text}x-evil: b${text}${text}<b>`)}`;
        const answer = await sent(url({ target }));
        const head = answer.slice(0, answer.indexOf('\r\n\r\n'));
        expect([name, text, head]).toEqual([name, text, expect.not.stringMatching(/[\r\n]x-evil/i)]);
        expect([name, text, statusesIn(answer)]).toEqual([name, text, [expect.any(Number)]]);
      }
    }
  });

  test('are in no header of an object that a URL or a coded text says', async () => {
    for (const text of texts) {
      const said = `a${text}x-evil: b`;
      const coded = `=?UTF-8?B?${Buffer.from(said).toString('base64')}?=`;
      const quoted = `=?UTF-8?Q?${[...Buffer.from(said)].map((byte) => `=${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')}?=`;
      const requests = [
        url({ method: 'PUT', target: `/letters/k?x-amz-meta-a=${encodeURIComponent(said)}` }),
        url({ method: 'PUT', target: `/letters/k?x-amz-website-redirect-location=${encodeURIComponent(`/${said}`)}` }),
        signed({ ...put, headers: { 'x-amz-meta-a': coded } }),
        signed({ ...put, headers: { 'x-amz-meta-a': quoted } }),
        signed({ ...put, headers: { 'content-type': coded, 'content-disposition': quoted } }),
      ];
      for (const raw of requests) {
        await sent(raw, 'x');
        for (const method of ['GET', 'HEAD']) {
          const answer = await sent(signed({ method, target: '/letters/k' }));
          expect([raw.target, answer]).toEqual([raw.target, expect.not.stringMatching(/[\r\n]x-evil/i)]);
          expect([raw.target, statusesIn(answer)]).toEqual([raw.target, [expect.any(Number)]]);
        }
      }
    }
  });

  test('in a key are escaped wherever the answer has the key', async () => {
    for (const text of texts) {
      const key = encodeURIComponent(`a${text}x-evil: b`);
      for (const raw of [
        signed({ ...put, target: `/letters/${key}` }),
        signed({ target: `/letters/${key}` }),
        signed({ method: 'POST', target: `/letters/${key}?uploads` }),
        signed({ target: '/letters?encoding-type=url' }),
        signed({ target: '/letters' }),
        signed({ target: `/letters?prefix=${key}` }),
        signed({ target: `/${key}` }),
      ]) {
        const answer = await sent(raw, raw.method === 'PUT' ? 'x' : '');
        const head = answer.slice(0, answer.indexOf('\r\n\r\n'));
        expect(head).not.toMatch(/[\r\n]x-evil/i);
        expect(statusesIn(answer)).toEqual([expect.any(Number)]);
      }
    }
  });
});
