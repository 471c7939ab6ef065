/** Uploads to an endpoint in all forms of payload, as clients write them, and as nobody may. */

import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../src/crypto/checksums.ts';
import { headerFields } from '../../src/wire/http/message.ts';
import { parseTarget } from '../../src/wire/http/request-target.ts';
import { encodeChunks, encodedLength } from '../../src/wire/signature/chunk-encoder.ts';
import { hashOf } from '../../src/wire/signature/chunk-signatures.ts';
import { type Credentials, signHeaders } from '../../src/wire/signature/signing.ts';
import { bytesOf } from '../support/content.ts';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';

let world: World;
let endpoint: Endpoint;
let credentials: Credentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
});
afterEach(async () => {
  await endpoint.server.close(0);
  expect(endpoint.failures).toEqual([]);
});

const crc32 = (bytes: Uint8Array): string => Buffer.from(digestOf('CRC32', bytes)).toString('base64');
const TRAILER = 'x-amz-checksum-crc32';

const forms = [
  'hash',
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
] as const;
type Form = (typeof forms)[number];
const chunked = forms.filter((form) => form.startsWith('STREAMING'));
const small = Buffer.from('dear reader');
const large = Buffer.alloc(300_000, 'letters and more');

interface Upload {
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Changes the body on its way. */
  readonly change?: (body: Buffer) => Buffer;
  /** Sent in HTTP's own chunks instead of with a length. */
  readonly isStream?: boolean;
  readonly checksum?: string;
  readonly awaitsContinue?: boolean;
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

async function upload(form: Form, bytes: Uint8Array, wanted: Upload = {}): Promise<Answered> {
  const { target = '/letters/k', change = (body) => body, isStream = false, awaitsContinue = false } = wanted;
  const isChunked = form.startsWith('STREAMING');
  const isSigned = form.includes('HMAC');
  const trailer = form.endsWith('TRAILER')
    ? { name: TRAILER, valueLength: 8, value: () => wanted.checksum ?? crc32(bytes) }
    : undefined;
  const length = isChunked ? encodedLength(bytes.length, { chunkBytes: 65_536, isSigned, trailer }) : bytes.length;
  const host = `127.0.0.1:${endpoint.server.port}`;
  const unsigned = headerFields(
    Object.entries({
      host,
      ...(isStream ? {} : { 'content-length': `${length}` }),
      ...(isChunked && {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': `${bytes.length}`,
        ...(trailer && { 'x-amz-trailer': TRAILER, 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
      }),
      ...wanted.headers,
    }),
  );
  const { headers, chunkKey } = signHeaders(
    {
      method: 'PUT',
      target: parseTarget(target),
      headers: unsigned,
      payloadHash: form === 'hash' ? hashOf(bytes) : form,
    },
    { credentials, region: 'us-east-1', service: 's3', now: new Date(world.environment.now()) },
  );
  const body = isChunked
    ? await bytesOf(encodeChunks(bytes, { key: isSigned ? chunkKey : undefined, trailer }))
    : Buffer.from(bytes);
  const sent = request({
    host: '127.0.0.1',
    port: endpoint.server.port,
    method: 'PUT',
    path: target,
    setHost: false,
    headers: [
      ...[...headers].flatMap(([name, values]) => values.flatMap((value) => [name, value])),
      ...(isStream ? ['transfer-encoding', 'chunked'] : []),
      ...(awaitsContinue ? ['expect', '100-continue'] : []),
    ],
  });
  const answered = once(sent, 'response');
  if (awaitsContinue) {
    sent.flushHeaders();
    await Promise.race([once(sent, 'continue'), answered]);
  }
  sent.on('error', () => {});
  sent.end(change(body));
  const [answer] = await answered;
  return { status: answer.statusCode, text: (await bytesOf(answer)).toString() };
}

const codeIn = (text: string): string | undefined => /<Code>(.*?)<\/Code>/.exec(text)?.[1];

async function stored(Key = 'k') {
  const { Body, ...got } = await world.call('s3', 'GetObject', { Bucket: 'letters', Key, ChecksumMode: 'ENABLED' });
  return { ...got, bytes: await bytesOf(Body) };
}

async function expectNothingStored(): Promise<void> {
  const { Versions = [] } = await world.call('s3', 'ListObjectVersions', { Bucket: 'letters' });
  expect(Versions).toEqual([]);
  expect(world.transact((tx) => [...tx.objectData.range(), ...tx.blobWrites.range()])).toEqual([]);
}

describe.for(forms)('%s', (form) => {
  test('stores an object of any size, without the encoding', async () => {
    for (const bytes of [Buffer.of(), small, large]) {
      const headers = form.startsWith('STREAMING')
        ? { 'content-encoding': 'gzip,aws-chunked' }
        : { 'content-encoding': 'gzip' };
      expect(await upload(form, bytes, { headers })).toEqual({ status: 200, text: '' });
      const got = await stored();
      expect(got.bytes.equals(bytes)).toBe(true);
      expect([got.ContentEncoding, got.ContentLength]).toEqual(['gzip', bytes.length]);
      if (form.endsWith('TRAILER')) expect(got.ChecksumCRC32).toBe(crc32(bytes));
    }
  });

  test('waits for word to send its body', async () => {
    for (const bytes of [Buffer.of(), small, large]) {
      expect(await upload(form, bytes, { awaitsContinue: true })).toEqual({ status: 200, text: '' });
      expect((await stored()).bytes.equals(bytes)).toBe(true);
    }
  });

  test('stores a part', async () => {
    const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket: 'letters', Key: 'k' });
    for (const bytes of [small, large]) {
      const target = `/letters/k?partNumber=1&uploadId=${encodeURIComponent(UploadId)}`;
      expect(await upload(form, bytes, { target })).toEqual({ status: 200, text: '' });
      const { Parts } = await world.call('s3', 'ListParts', { Bucket: 'letters', Key: 'k', UploadId });
      expect(Parts).toMatchObject([{ Size: bytes.length }]);
    }
  });
});

describe.for(chunked)('%s', (form) => {
  test('comes within chunks of HTTP, too', async () => {
    for (const bytes of [small, large]) {
      expect(await upload(form, bytes, { isStream: true })).toEqual({ status: 200, text: '' });
      expect((await stored()).bytes.equals(bytes)).toBe(true);
    }
  });

  test.for<readonly [string, Upload, number, string]>([
    [
      'a length of its data that is another one',
      { headers: { 'x-amz-decoded-content-length': '12' } },
      400,
      'IncompleteBody',
    ],
    ['a negative length', { headers: { 'x-amz-decoded-content-length': '-1' } }, 411, 'MissingContentLength'],
    [
      'a length of 2^63',
      { headers: { 'x-amz-decoded-content-length': '9223372036854775808' } },
      411,
      'MissingContentLength',
    ],
    [
      'a length of 2^63 - 1',
      { headers: { 'x-amz-decoded-content-length': '9223372036854775807' } },
      400,
      'EntityTooLarge',
    ],
  ])('refuses %s', async ([, wanted, status, code]) => {
    const refused = await upload(form, small, wanted);
    expect([refused.status, codeIn(refused.text)]).toEqual([status, code]);
    await expectNothingStored();
  });

  test('refuses a body that is cut off', async () => {
    for (const bytes of [small, large]) {
      const refused = await upload(form, bytes, { isStream: true, change: (body) => body.subarray(0, -8) });
      expect([refused.status, codeIn(refused.text)]).toEqual([400, 'IncompleteBody']);
      await expectNothingStored();
    }
  });

  test('is for bytes that are stored, and for nothing else', async () => {
    const refused = await upload(form, Buffer.from('<Tagging/>'), { target: '/letters?tagging' });
    expect(refused.status).toBe(501);
  });
});

test.for(forms.filter((form) => form !== 'UNSIGNED-PAYLOAD'))(
  '%s: a changed body is refused, and nothing stored',
  async (form) => {
    for (const bytes of [small, large]) {
      const change = (body: Buffer) => {
        const changed = Buffer.from(body);
        // Within the data of the first chunk.
        const at = form.startsWith('STREAMING') ? body.indexOf('\r\n') + 4 : 2;
        changed[at] = (changed[at] ?? 0) ^ 1;
        return changed;
      };
      const { status, text } = await upload(form, bytes, { change });
      expect([status, codeIn(text)]).toEqual(
        form === 'hash'
          ? [400, 'XAmzContentSHA256Mismatch']
          : form.includes('HMAC')
            ? [403, 'SignatureDoesNotMatch']
            : [400, 'BadDigest'],
      );
      await expectNothingStored();
    }
  },
);

test('a trailing checksum that is wrong is refused, and one that is malformed', async () => {
  for (const bytes of [small, large]) {
    for (const form of chunked.filter((each) => each.endsWith('TRAILER'))) {
      const wrong = await upload(form, bytes, { checksum: 'AAAAAA==' });
      expect([wrong.status, codeIn(wrong.text)]).toEqual([400, 'BadDigest']);
      const malformed = await upload(form, bytes, { checksum: 'AAAAAAAA' });
      expect([malformed.status, malformed.text]).toEqual([
        400,
        expect.stringContaining('Value for x-amz-checksum-crc32 trailing header is invalid.'),
      ]);
      await expectNothingStored();
    }
  }
});

test('the refusal of a chunk shows what it should have been signed as', async () => {
  const change = (body: Buffer) => Buffer.from(body.toString('latin1').replace('dear', 'Dear'), 'latin1');
  const { text } = await upload('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', small, { change });
  expect(text).toContain(`<AWSAccessKeyId>${credentials.accessKeyId}</AWSAccessKeyId>`);
  expect(text).toMatch(/<StringToSign>AWS4-HMAC-SHA256-PAYLOAD(&#xA;|\n)/);
  expect(text).not.toContain(credentials.secretAccessKey);
});
