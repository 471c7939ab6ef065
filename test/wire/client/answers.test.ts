/** Answers that a client is given: those that are right, and those that nobody should believe. */

import { describe, expect, test } from 'vitest';
import { EndpointError, ReceivedRefusal, UsageError } from '../../../src/api/errors.ts';
import { type OperationModel, operationModel } from '../../../src/api/model/loader.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import { beyondModel } from '../../../src/wire/client/beyond-model.ts';
import { newClient } from '../../../src/wire/client/client.ts';
import { parseEndpoint } from '../../../src/wire/client/endpoint.ts';
import type { SentRequest } from '../../../src/wire/client/transport.ts';
import { headerFields } from '../../../src/wire/http/message.ts';

type Message = Readonly<Record<string, unknown>>;

interface Canned {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Calls S3 at an endpoint that gives one answer. */
function answering({ status = 200, headers = {}, body = '' }: Canned, url = 'http://127.0.0.1:4566') {
  const endpoint = parseEndpoint(url);
  if (!endpoint) throw new Error(`no endpoint: ${url}`);
  const sent: SentRequest[] = [];
  const told: string[] = [];
  const client = newClient({
    endpoint,
    credentials: async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a-secret' }),
    now: () => 0,
    userAgent: 'test',
    debug: (line) => told.push(line),
    transport: {
      async send(request) {
        sent.push(request);
        const bytes = (async function* () {
          yield Buffer.from(body);
        })();
        return { status, headers: headerFields(Object.entries(headers)), body: bytes, isBegun: false };
      },
      close: () => undefined,
    },
  });
  const { signal } = new AbortController();
  const call = async (name: string, more: Message = {}): Promise<Message> => {
    const input = { Bucket: 'a-bucket', Key: 'k', ...more };
    return (await client.call({ service: 's3', name, input, region: 'us-east-1', signal })) as Message;
  };
  return { call, sent, told };
}

async function textOf(body: unknown): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('the checksum of a download', () => {
  test.each<[string, Canned['headers']]>([
    ['is right', { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-type': 'FULL_OBJECT' }],
    ['is over those of the parts', { 'x-amz-checksum-crc32': 'AAAAAA==-2', 'x-amz-checksum-type': 'COMPOSITE' }],
    ['is one that nobody knows', { 'x-amz-checksum-crc128': 'AAAAAA==' }],
    ['is only in the ETag', { etag: '"00000000000000000000000000000000"' }],
  ])('%s', async (_, headers = {}) => {
    const { Body } = await answering({ headers, body: 'hello' }).call('GetObject');
    expect(await textOf(Body)).toBe('hello');
  });

  test('is of the whole object, and the answer is a range of it', async () => {
    const canned = { status: 206, headers: { 'x-amz-checksum-crc32': 'AAAAAA==' }, body: 'ell' };
    const { Body } = await answering(canned).call('GetObject', { Range: 'bytes=1-3' });
    expect(await textOf(Body)).toBe('ell');
  });

  test.each([
    ['crc32', 'CRC32'],
    ['sha256', 'SHA256'],
    ['xxhash64', 'XXHASH64'],
  ])('is wrong, which fails the body at its end: %s', async (field, algorithm) => {
    const headers = { [`x-amz-checksum-${field}`]: 'AAAAAA==' };
    const { Body } = await answering({ headers, body: 'hello' }).call('GetObject');
    const read = textOf(Body);
    await expect(read).rejects.toBeInstanceOf(EndpointError);
    await expect(read).rejects.toThrow(
      new RegExp(`^Expected checksum AAAAAA== did not match calculated checksum: \\S+ \\(${algorithm} of`),
    );
  });
});

test('a refusal may come with a status of success', async () => {
  const body = '\n\n<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Wait.</Message></Error>';
  for (const [name, more] of [
    ['CopyObject', { CopySource: 'a/b' }],
    ['CompleteMultipartUpload', { UploadId: 'u', MultipartUpload: { Parts: [] } }],
    ['UploadPartCopy', { CopySource: 'a/b', UploadId: 'u', PartNumber: 1 }],
  ] as const) {
    const refused = answering({ body }).call(name, more);
    await expect(refused).rejects.toBeInstanceOf(ReceivedRefusal);
    await expect(refused).rejects.toMatchObject({ code: 'SlowDown', message: 'Wait.' });
  }
});

test('a location is a text, and nothing for us-east-1', async () => {
  const xml = (text: string) =>
    `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`;
  expect(await answering({ body: xml('eu-west-1') }).call('GetBucketLocation')).toEqual({
    LocationConstraint: 'eu-west-1',
  });
  expect(await answering({ body: xml('') }).call('GetBucketLocation')).toEqual({});
});

describe('a list', () => {
  const xml = (more: string) =>
    `<ListBucketResult><Prefix>a+b%2F</Prefix><Contents><Key>a+b%2F%01%2B</Key></Contents>${more}</ListBucketResult>`;

  test('is decoded if it is encoded', async () => {
    const encoded = answering({ body: xml('<EncodingType>url</EncodingType>') });
    expect(await encoded.call('ListObjectsV2')).toEqual({ Prefix: 'a b/', Contents: [{ Key: 'a b/\u0001+' }] });
    expect(encoded.sent[0]?.target).toBe('/a-bucket/?encoding-type=url&list-type=2');
  });

  test('is left alone otherwise', async () => {
    expect(await answering({ body: xml('') }).call('ListObjectsV2')).toMatchObject({ Prefix: 'a+b%2F' });
  });
});

describe('what an answer has beyond the model', () => {
  const list = (more: string) => `<?xml version="1.0"?><ListBucketResult><Name>a</Name>${more}</ListBucketResult>`;
  const user = (more: string) =>
    `<GetUserResponse><GetUserResult><User><UserName>a</UserName>${more}</User></GetUserResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetUserResponse>`;

  test.for<[ServiceName, string, string, readonly string[]]>([
    ['s3', 'ListObjectsV2', list('<Contents><Key>k</Key></Contents>'), []],
    [
      's3',
      'ListObjectsV2',
      list('<Marker/><Contents><Key>k</Key><Type>Normal</Type></Contents>'),
      ['Marker', 'Contents.Type: Normal'],
    ],
    ['s3', 'ListObjectsV2', list('<Rgw><Name>a</Name><Zone>b</Zone></Rgw><Zone>c</Zone>'), ['Rgw', 'Zone: c']],
    [
      's3',
      'ListObjectsV2',
      list('<Zone>c</Zone><Zone>c</Zone><AppToken>x</AppToken>'),
      ['Zone: c', 'AppToken: (not shown)'],
    ],
    ['s3', 'GetBucketPolicy', '{"Version":"2012-10-17"}', []],
    ['iam', 'GetUser', user('<Team>blue</Team>'), ['GetUserResult.User.Team: blue']],
    ['iam', 'GetUser', user('<Tags><member><Key>a</Key></member></Tags>'), []],
    [
      'kms',
      'ListKeys',
      '{"Keys":[{"KeyId":"k","Shard":7},{"Shard":7}],"__proto__":{}}',
      ['Keys.Shard: 7', '__proto__'],
    ],
    ['kms', 'ScheduleKeyDeletion', '', []],
  ])('%s %s: %s', ([service, name, body, expected]) => {
    const model = operationModel(service, name) as OperationModel;
    expect(beyondModel(model, Buffer.from(body))).toEqual(expected);
  });

  test('is told to whoever looks for it, and the output is what it was', async () => {
    const { call, told } = answering({ body: list('<Zone>c</Zone>') });
    expect(await call('ListObjectsV2')).toEqual({ Name: 'a' });
    expect(told).toEqual(['beyond the model: Zone: c']);
  });
});

describe("a customer's key", () => {
  const SSECustomerKey = Buffer.alloc(32).toString('base64');

  test.each([
    ['http://example.com', { SSECustomerKey }, false],
    ['http://example.com', { CopySource: 'a/b', CopySourceSSECustomerKey: SSECustomerKey }, false],
    ['http://localhost.example.com', { SSECustomerKey }, false],
    ['http://127.0.0.1.example.com', { SSECustomerKey }, false],
    ['http://example.com', {}, true],
    ['https://example.com', { SSECustomerKey }, true],
    ['http://127.0.0.1:4566', { SSECustomerKey }, true],
    ['http://[::1]:4566', { SSECustomerKey }, true],
    ['http://s3.localhost:4566', { SSECustomerKey }, true],
  ])('to %s, %o: sent: %s', async (url, more, isSent) => {
    const { call, sent } = answering({ body: '<CopyObjectResult/>' }, url);
    const made = call('CopySource' in more ? 'CopyObject' : 'PutObject', more);
    if (isSent) await made;
    else await expect(made).rejects.toThrow(UsageError);
    expect(sent).toHaveLength(isSent ? 1 : 0);
  });
});
