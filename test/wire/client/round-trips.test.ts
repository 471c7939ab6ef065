/** Calls of the client to an endpoint of ours: what is sent arrives as it was, and what is answered comes back. */

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EndpointError, ReceivedRefusal, UsageError } from '../../../src/api/errors.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import { type ClientOptions, newClient } from '../../../src/wire/client/client.ts';
import { parseEndpoint } from '../../../src/wire/client/endpoint.ts';
import { newTransport } from '../../../src/wire/client/transport.ts';
import { newOutsideWorld } from '../../support/outside-clients.ts';
import { objectKey } from '../../support/sent-request.ts';

type Message = Readonly<Record<string, unknown>>;

const transport = newTransport({ connectMs: 5000, readMs: 5000, verifies: true });

/** An endpoint of this test, with what makes calls to it, each to a new bucket. */
async function newEndpoint() {
  const { server, credentials } = await newOutsideWorld();
  let count = 0;
  /** @param host what the endpoint is called by */
  return async (options: Partial<ClientOptions> = {}, host = '127.0.0.1') => {
    const Bucket = `bucket-${++count}`;
    const endpoint = parseEndpoint(`http://${host}:${server.port}`);
    if (!endpoint) throw new Error('the endpoint has no URL');
    const callsOf = (more: Partial<ClientOptions>) => {
      const client = newClient({
        endpoint,
        transport,
        credentials: async () => credentials,
        now: Date.now,
        userAgent: 'test',
        ...options,
        ...more,
      });
      const { signal } = new AbortController();
      const call = async (service: ServiceName, name: string, input: Message = {}): Promise<Message> =>
        (await client.call({ service, name, input, region: 'us-east-1', signal })) as Message;
      return { call, s3: (name: string, input: Message = {}) => call('s3', name, { Bucket, ...input }) };
    };
    const calls = callsOf({});
    await calls.s3('CreateBucket');
    return { ...calls, Bucket, with: callsOf };
  };
}

const newCaller = async () => (await newEndpoint())();

async function bytesOf(body: unknown): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* streamOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe('keys', () => {
  const odd = [
    'a//b',
    '../x',
    '.',
    '..',
    '/',
    '//',
    'a b+c',
    'ü',
    '\u0001',
    'a\u0000b',
    '%2F',
    '?x=1#y',
    'a&<>"\'',
    '\r\n',
  ];

  test('are put, listed, got and deleted as they are', async () => {
    const { s3, Bucket } = await newCaller();
    const put = async (Key: string) => {
      await s3('PutObject', { Key, Body: Buffer.from(Key) });
      const { Contents, EncodingType } = await s3('ListObjectsV2', { Prefix: Key });
      expect(EncodingType).toBeUndefined();
      expect(Contents).toContainEqual(expect.objectContaining({ Key }));
      const { Versions, Prefix } = await s3('ListObjectVersions', { Prefix: Key });
      expect(Versions).toContainEqual(expect.objectContaining({ Key }));
      expect(Prefix).toBe(Key);
      const { Body } = await s3('GetObject', { Key });
      expect((await bytesOf(Body)).toString()).toBe(Key);
      await s3('CopyObject', { Key, CopySource: `${Bucket}/${encodeURIComponent(Key)}`, MetadataDirective: 'REPLACE' });
      // XML 1.0 has no such characters, not even by their numbers.
      if (/[^\P{Cc}\t\n\r]/u.test(Key)) await s3('DeleteObject', { Key });
      else await s3('DeleteObjects', { Delete: { Objects: [{ Key }] } });
    };
    // What is under way at once shares its commits.
    const all = async (keys: readonly string[]) => {
      await Promise.all(keys.map(put));
      expect(await s3('ListObjectsV2')).toMatchObject({ KeyCount: 0 });
    };
    await all(odd);
    const drawn = objectKey.filter((key) => Buffer.byteLength(key) <= 200 && key.isWellFormed());
    await fc.assert(fc.asyncProperty(fc.uniqueArray(drawn, { minLength: 2, maxLength: 4 }), all), { numRuns: 1 });
  });

  test('a list that its caller has encoded stays so', async () => {
    const { s3 } = await newCaller();
    await s3('PutObject', { Key: 'a b' });
    expect(await s3('ListObjectsV2', { EncodingType: 'url' })).toMatchObject({
      EncodingType: 'url',
      Contents: [{ Key: 'a+b' }],
    });
  });

  test('what no header field can carry is refused', async () => {
    const { s3 } = await newCaller();
    const refused: readonly Message[] = [
      { ContentDisposition: 'filename=日本' },
      { CacheControl: 'a\r\nx: y' },
      { Metadata: { 'a b': 'c' } },
    ];
    for (const more of refused) {
      await expect(s3('PutObject', { Key: 'k', ...more })).rejects.toThrow('is sent in a header field');
    }
  });
});

const ALGORITHMS = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
];

describe('checksums', () => {
  const bytes = Buffer.alloc(200_000, 'abc');

  const put = async ({ s3 }: Awaited<ReturnType<typeof newCaller>>, more: Message) => {
    const bodies: Readonly<Record<string, Message>> = {
      bytes: { Body: bytes },
      stream: { Body: streamOf(bytes.subarray(0, 70_000), bytes.subarray(70_000)), ContentLength: bytes.length },
    };
    const got: [put: Message, got: Message][] = [];
    for (const [Key, body] of Object.entries(bodies)) {
      const answer = await s3('PutObject', { Key, ...body, ...more });
      const object = await s3('GetObject', { Key });
      expect((await bytesOf(object.Body)).equals(bytes)).toBe(true);
      got.push([answer, object]);
    }
    return got;
  };

  test('every algorithm, of bytes and of a stream', async () => {
    const newBucket = await newEndpoint();
    const tried = async (ChecksumAlgorithm: string) => {
      const member = `Checksum${ChecksumAlgorithm}`;
      for (const [answer, object] of await put(await newBucket(), { ChecksumAlgorithm })) {
        expect(answer[member]).toEqual(expect.any(String));
        expect(object[member]).toBe(answer[member]);
      }
    };
    await Promise.all(ALGORITHMS.map(tried));
  });

  test('where they are supported, where they are required, and given by the caller', async () => {
    const newBucket = await newEndpoint();
    const digest = (name: string) => createHash(name).update(bytes).digest('base64');
    const rows: readonly [Partial<ClientOptions>, Message, Message][] = [
      [{}, {}, { ChecksumCRC32: expect.any(String) }],
      [{ checksums: { requests: 'when_required', answers: 'when_required' } }, {}, { ChecksumCRC32: undefined }],
      [{}, { ChecksumSHA256: digest('sha256') }, { ChecksumSHA256: digest('sha256'), ChecksumCRC32: undefined }],
      [{}, { ContentMD5: digest('md5') }, { ChecksumCRC32: expect.any(String) }],
      [{}, { ContentEncoding: 'gzip' }, { ContentEncoding: 'gzip' }],
      [{}, {}, { ContentEncoding: undefined }],
    ];
    const tried = async ([options, more, found]: (typeof rows)[number]) => {
      const caller = await newBucket(options);
      for (const [, object] of await put(caller, more)) {
        for (const [name, value] of Object.entries(found)) expect(object[name]).toEqual(value);
      }
      await caller.s3('PutBucketTagging', { Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
    };
    await Promise.all(rows.map(tried));
  });

  test('nothing is stored of a stream that is not as long as it was announced', async () => {
    const { s3 } = await newCaller();
    for (const ContentLength of [bytes.length - 1, bytes.length + 1]) {
      const put = s3('PutObject', { Key: 'k', Body: streamOf(bytes), ContentLength });
      await expect(put).rejects.toThrow(
        /^the body has (at least|only) 200000 bytes, and (199999|200001) were announced/,
      );
      await expect(put).rejects.toBeInstanceOf(EndpointError);
    }
    await expect(s3('HeadObject', { Key: 'k' })).rejects.toBeInstanceOf(ReceivedRefusal);
  });

  test('a stream has to have a length', async () => {
    const { s3 } = await newCaller();
    await expect(s3('PutObject', { Key: 'k', Body: streamOf(bytes) })).rejects.toThrow(UsageError);
  });

  test('anybody may put bytes and streams where a policy says so', async () => {
    const caller = await newCaller();
    const { s3, Bucket } = caller;
    await s3('PutPublicAccessBlock', { PublicAccessBlockConfiguration: { BlockPublicPolicy: false } });
    const Statement = { Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` };
    await s3('PutBucketPolicy', { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    const { s3: unsigned } = caller.with({ credentials: async () => undefined });
    await unsigned('PutObject', { Key: 'bytes', Body: bytes });
    await unsigned('PutObject', { Key: 'stream', Body: streamOf(bytes), ContentLength: bytes.length });
    expect(await s3('ListObjectsV2')).toMatchObject({ KeyCount: 2 });
  });
});

const calls: readonly (readonly [ServiceName, string, Message])[] = [
  ['cloudwatch', 'ListMetrics', {}],
  ['cloudwatch', 'PutMetricData', { Namespace: 'a', MetricData: [{ MetricName: 'b', Value: 1.5 }] }],
  ['cloudtrail', 'ListTrails', {}],
  ['organizations', 'ListRoots', {}],
  ['service-quotas', 'ListServices', {}],
  ['sts', 'GetCallerIdentity', {}],
  ['iam', 'ListUsers', {}],
  ['kms', 'ListKeys', {}],
  ['s3control', 'ListTagsForResource', { AccountId: '111122223333', ResourceArn: 'arn:aws:s3:::bucket-1' }],
];

test('every service answers, at a name and at an address', async () => {
  const newBucket = await newEndpoint();
  await (await newBucket()).call('organizations', 'CreateOrganization');
  // A name below localhost is this machine, whatever resolves names here.
  for (const host of ['127.0.0.1', 'localhost', 's3.localhost']) {
    const { call } = await newBucket({}, host);
    await Promise.all(
      calls.map(([service, name, input]) => expect(call(service, name, input)).resolves.toBeInstanceOf(Object)),
    );
  }
});

test('a bucket may be in the path and in the name of the host', async () => {
  const newBucket = await newEndpoint();
  for (const [addressing, host] of [
    ['virtual', 'localhost'],
    ['path', 'localhost'],
    ['virtual', '127.0.0.1'],
  ] as const) {
    const { s3 } = await newBucket({ addressing }, host);
    await s3('PutObject', { Key: 'a/b c', Body: Buffer.from('x') });
    expect(await s3('ListObjectsV2')).toMatchObject({ Contents: [{ Key: 'a/b c' }] });
    await s3('DeleteObject', { Key: 'a/b c' });
    await s3('DeleteBucket');
  }
});
