/** Bodies that are made to cost more than they weigh, and pages that a browser sends from elsewhere. */

import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashOf } from '../../src/wire/signature/chunk-signatures.ts';
import { type Endpoint, newCredentials, type Received, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { codeIn } from '../support/raw-http.ts';
import { headerSigned, type SigningCredentials } from '../support/signed-request.ts';
import { stateOf } from '../support/store-state.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  await world.call('s3', 'PutObject', { Bucket: 'letters', Key: 'k', Body: Buffer.from('x') });
  await post('/letters?delete', Buffer.from('<Delete/>'));
});
afterEach(async () => {
  await endpoint.server.close(0);
  expect(endpoint.failures).toEqual([]);
});

const post = (target: string, body: Uint8Array, method = 'POST'): Promise<Received> =>
  endpoint.send(
    headerSigned({
      credentials,
      at: world.environment.now(),
      method,
      target,
      payload: hashOf(body),
      headers: {
        'x-amz-sdk-checksum-algorithm': 'SHA256',
        'x-amz-checksum-sha256': Buffer.from(hashOf(body), 'hex').toString('base64'),
      },
    }),
    body,
  );

const laughs = [
  '<!DOCTYPE Delete [<!ENTITY a0 "ha">',
  ...Array.from({ length: 20 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`),
  ']><Delete><Object><Key>&a20;</Key></Object></Delete>',
].join('');
const million = 1_000_000;
/** As many as a document of 2 MiB, the longest of DeleteObjects, has room for. */
const many = 400_000;
const long = (2 << 20) - 1000;

test.for<readonly [string, () => string, RegExp]>([
  ['a billion laughs', () => laughs, /^400 MalformedXML$/],
  [
    'an external entity',
    () => '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
    /^400 MalformedXML$/,
  ],
  ['an external document type', () => '<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd"><Delete/>', /^400 MalformedXML$/],
  [
    'a parameter entity',
    () => '<!DOCTYPE d [<!ENTITY % e SYSTEM "http://127.0.0.1:1/"> %e;]><Delete/>',
    /^400 MalformedXML$/,
  ],
  [
    'an XInclude',
    () => '<Delete xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></Delete>',
    /^400 MalformedXML$/,
  ],
  ['10^6 children', () => `<Delete>${'<a/>'.repeat(million)}</Delete>`, /^400 MaxMessageLengthExceeded$/],
  ['400,000 children', () => `<Delete>${'<a/>'.repeat(many)}</Delete>`, /^400 MalformedXML$/],
  ['200,000 children that are expected', () => `<Delete>${'<Object/>'.repeat(200_000)}</Delete>`, /^400 MalformedXML$/],
  ['a depth of 400,000', () => `<Delete>${'<a>'.repeat(many)}`, /^400 MalformedXML$/],
  ['400,000 attributes', () => `<Delete ${'a="" '.repeat(many)}/>`, /^400 MalformedXML$/],
  ['an attribute of 2 MiB', () => `<Delete a="${'b'.repeat(long)}"/>`, /^400 MalformedXML$/],
  ['a name of 2 MiB', () => `<${'b'.repeat(long)}/>`, /^400 MalformedXML$/],
  ['a comment of 2 MiB', () => `<Delete><!--${'-x'.repeat(long / 2)}--></Delete>`, /^400 MalformedXML$/],
  [
    '400,000 references',
    () => `<Delete><Object><Key>${'&#65;'.repeat(many)}</Key></Object></Delete>`,
    /^400 (MalformedXML|KeyTooLongError)$|^200/,
  ],
  [
    'more than 8 MiB',
    () => `<Delete>${' '.repeat(9 << 20)}</Delete>`,
    /^400 (MaxMessageLengthExceeded|EntityTooLarge)$/,
  ],
])('XML with %s is refused, and nothing is deleted', async ([, document, expected]) => {
  const before = stateOf(world);
  const body = Buffer.from(document());
  const { status, text } = await post('/letters?delete', body);
  expect(`${status} ${codeIn(text) ?? ''}`.trim()).toMatch(expected);
  expect(text).not.toContain('root:');
  // A key that is too long is named in the answer.
  expect(text.length).toBeLessThan(body.length / 4 + 2000);
  expect(stateOf(world)).toEqual(before);
});

describe('a packed body', () => {
  const json = (body: Uint8Array, coding = 'gzip') =>
    endpoint.send(
      headerSigned({
        credentials,
        at: world.environment.now(),
        service: 'kms',
        method: 'POST',
        payload: hashOf(body),
        headers: {
          'content-encoding': coding,
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'TrentService.CreateKey',
        },
      }),
      body,
    );
  const zeros = Buffer.alloc(256 << 20);
  test('is unpacked to the limit that a body has, and no further', async () => {
    expect((await json(gzipSync('{}'))).status).toBe(200);
    const before = stateOf(world);
    const bomb = gzipSync(zeros);
    expect(bomb.length).toBeLessThan(1 << 20);
    for (const body of [bomb, gzipSync(bomb), Buffer.concat([gzipSync('{'), bomb])]) {
      const { status, text } = await json(body);
      expect([status, text.length < 1000]).toEqual([
        expect.toSatisfy((each: number) => each >= 400 && each < 500),
        true,
      ]);
    }
    const packed = gzipSync('{}');
    for (const body of [packed.subarray(0, -1), packed.subarray(0, 12), Buffer.from('{}'), Buffer.of(0x1f, 0x8b)]) {
      expect((await json(body)).status).toBe(400);
    }
    for (const coding of ['br', 'deflate', 'gzip, gzip', 'x-gzip', '__proto__']) {
      expect((await json(packed, coding)).status).toBe(400);
    }
    expect(stateOf(world)).toEqual(before);
    expect((await json(packed)).status).toBe(200);
  });

  test('of an object stays packed', async () => {
    const bomb = gzipSync(zeros);
    const raw = headerSigned({
      credentials,
      at: world.environment.now(),
      method: 'PUT',
      target: '/letters/bomb',
      payload: hashOf(bomb),
      headers: { 'content-encoding': 'gzip' },
    });
    expect((await endpoint.send(raw, bomb)).status).toBe(200);
    const { ContentLength } = await world.call('s3', 'HeadObject', { Bucket: 'letters', Key: 'bomb' });
    expect(ContentLength).toBe(bomb.length);
    const asXml = await endpoint.send(
      headerSigned({
        credentials,
        at: world.environment.now(),
        method: 'POST',
        target: '/letters?delete',
        payload: hashOf(bomb),
        headers: { 'content-encoding': 'gzip', 'content-md5': 'x' },
      }),
      bomb,
    );
    expect(asXml.status).toBe(400);
  });
});

test.for<readonly [string, Readonly<Record<string, string>>, () => string]>([
  [
    'arrays of arrays',
    { 'x-amz-target': 'TrentService.CreateKey', 'content-type': 'application/x-amz-json-1.1' },
    () => '['.repeat(500_000),
  ],
  [
    'a value that is deep',
    { 'x-amz-target': 'TrentService.CreateKey', 'content-type': 'application/x-amz-json-1.1' },
    () => `{"Tags":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  ],
  [
    'unknown members that are deep',
    { 'x-amz-target': 'TrentService.ScheduleKeyDeletion', 'content-type': 'application/x-amz-json-1.1' },
    () => `{"x":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
  ],
  [
    'a number of 10^6 digits',
    { 'x-amz-target': 'TrentService.ScheduleKeyDeletion', 'content-type': 'application/x-amz-json-1.1' },
    () => `{"PendingWindowInDays":${'9'.repeat(million)}}`,
  ],
  [
    'a member of a prototype',
    { 'x-amz-target': 'TrentService.ScheduleKeyDeletion', 'content-type': 'application/x-amz-json-1.1' },
    () => '{"__proto__":{"KeyId":"a"},"constructor":{"prototype":{}}}',
  ],
  [
    'more than 1 MiB',
    { 'x-amz-target': 'TrentService.CreateKey', 'content-type': 'application/x-amz-json-1.1' },
    () => `{"Description":"${'x'.repeat(1 << 20)}"}`,
  ],
  [
    '10^5 fields',
    { 'content-type': 'application/x-www-form-urlencoded' },
    () => `Action=CreateUser&Version=2010-05-08&${'a=b&'.repeat(100_000)}`,
  ],
])('a body with %s is refused, and nothing is made', async ([, headers, body]) => {
  const before = stateOf(world).filter((line) => !line.startsWith('accessKeys '));
  const text = body();
  const service = 'x-amz-target' in headers ? 'kms' : 'iam';
  const raw = headerSigned({ credentials, at: world.environment.now(), service, method: 'POST', headers, body: text });
  const answer = await endpoint.send(raw, text);
  expect([answer.status, answer.text.length < 3000]).toEqual([
    expect.toSatisfy((status: number) => status >= 400 && status < 500),
    true,
  ]);
  expect(stateOf(world).filter((line) => !line.startsWith('accessKeys '))).toEqual(before);
  expect(({} as { KeyId?: unknown }).KeyId).toBeUndefined();
});

test('members that are far away, or deep, cost nothing', async () => {
  const base = 'Action=CreateUser&Version=2010-05-08&UserName=';
  const forms = [
    `${base}a&Tags.member.4294967295.Key=a&Tags.member.4294967295.Value=b`,
    `${base}b&Tags.member.1e9.Key=a&Tags.member.-1.Key=b&Tags.member.__proto__.Key=c`,
    `${base}c&${'Tags.member.1.'.repeat(50_000)}Key=a`,
  ];
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const body of forms) {
    const at = world.environment.now();
    const answer = await endpoint.send(
      headerSigned({ credentials, at, service: 'iam', method: 'POST', headers, body }),
      body,
    );
    expect([answer.status < 500, answer.text.length < 3000]).toEqual([true, true]);
  }
  const { Users } = await world.call('iam', 'ListUsers', {});
  for (const { UserName } of Users) {
    const { Tags } = await world.call('iam', 'ListUserTags', { UserName });
    expect(Tags.length).toBeLessThan(2);
  }
});
