/** What a client makes of servers and networks that misbehave; the words are the AWS CLI's where it has some. */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { EndpointError, ReceivedRefusal, UsageError } from '../../../src/api/errors.ts';
import { answer, bytesOf, clientOf, closing, listen, type Reaction, silence } from '../../support/misbehaving.ts';

const PAGE = '<!DOCTYPE html>\n<html><body>It works!</body></html>';
const KEYS = '{"Keys":[],"Truncated":false}';
const BUCKETS = '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>';
const CLOSED = /^Connection was closed before we received a valid response from endpoint URL: "http:\S+\/"\.$/;

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (output) => output,
    (error: unknown) => error,
  );

describe('what is no answer of the service is an error that says so', () => {
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1d\r\n{"Keys":[]';
  test.for<[what: string, Reaction, message: RegExp, hint?: RegExp]>([
    ['a page', answer('200 OK', PAGE), /does not answer as kms does: the answer is not a JSON object/],
    ['nothing where there are members', answer('200 OK'), /does not answer as kms does: the answer is empty/],
    ['JSON of another service', answer('200 OK', '{"status":"up"}'), /has nothing that ListKeys answers/],
    ['a list', answer('200 OK', '[]'), /is not a JSON object/],
    ['an end at once', closing(''), CLOSED, /closed the connection/],
    [
      'another protocol that nobody asked for',
      answer('101 Switching Protocols', KEYS, 'upgrade: x', 'connection: upgrade'),
      CLOSED,
    ],
    ['another protocol', closing('SSH-2.0-OpenSSH_9.6\r\n'), CLOSED, /is not HTTP/],
    ['an end within the head', closing('HTTP/1.1 200 OK\r\ncontent-le'), CLOSED],
    ['a body that is cut', closing(`HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n${KEYS}`), CLOSED],
    ['chunks that are cut', closing(chunked), CLOSED],
  ])('%s', async ([, reaction, message, hint]) => {
    const { url } = await listen(reaction);
    const error = await failureOf(clientOf(url).call('kms', 'ListKeys'));
    expect(error).toBeInstanceOf(EndpointError);
    expect(error).toMatchObject({
      message: expect.stringMatching(message),
      ...(hint && { hint: expect.stringMatching(hint) }),
    });
  });

  test.for<[what: string, Reaction, message: RegExp]>([
    ['a page', answer('200 OK', PAGE), /does not answer as s3 does: the answer is not XML/],
    ['nothing', answer('200 OK'), /does not answer as s3 does: the answer is empty/],
    ['JSON', answer('200 OK', KEYS), /the answer is not XML/],
    [
      'a time that is none',
      answer('200 OK', bucketsOf('<Name>b</Name><CreationDate>now</CreationDate>')),
      /: Buckets\[\]\.CreationDate is "now", not a time$/,
    ],
  ])('of S3: %s', async ([, reaction, message]) => {
    const { url } = await listen(reaction);
    const error = await failureOf(clientOf(url).call('s3', 'ListBuckets'));
    expect(error).toBeInstanceOf(EndpointError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });

  test.for([
    [{ KeyMetadata: { KeyId: 'k', CreationDate: 'now' } }, 'KeyMetadata.CreationDate is "now", not a time'],
    [{ KeyMetadata: { KeyId: 'k', Enabled: 1 } }, 'KeyMetadata.Enabled is a number, not true or false'],
    [{ KeyMetadata: { KeyId: 5 } }, 'KeyMetadata.KeyId is a number, not a text'],
    [{ KeyMetadata: ['k'] }, 'KeyMetadata is a list, not a structure'],
  ] as const)('of KMS: %j', async ([said, message]) => {
    const { url } = await listen(answer('200 OK', JSON.stringify(said)));
    const error = await failureOf(clientOf(url).call('kms', 'DescribeKey', { KeyId: 'k' }));
    expect(error).toBeInstanceOf(EndpointError);
    expect(error).toMatchObject({ message: `${url} does not answer as kms does: ${message}` });
  });

  test('an empty element of another type than text counts as absent', async () => {
    const { url } = await listen(answer('200 OK', bucketsOf('<Name>b</Name><CreationDate/>')));
    expect(await clientOf(url).call('s3', 'ListBuckets')).toMatchObject({ Buckets: [{ Name: 'b' }] });
  });

  test('a stream that is cut fails after its last byte, and is never a success', async () => {
    const { url } = await listen(closing('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello'));
    const output = await clientOf(url).call('s3', 'GetObject', { Bucket: 'b', Key: 'k' });
    await expect(bytesOf(Reflect.get(Object(output), 'Body'))).rejects.toThrow(/^Connection was closed/);
  });
});

const bucketsOf = (bucket: string): string =>
  `<ListAllMyBucketsResult><Buckets><Bucket>${bucket}</Bucket></Buckets></ListAllMyBucketsResult>`;

describe('refusals without a code have those of their status', () => {
  test.for<[Reaction, number, string]>([
    [answer('502 Bad Gateway', PAGE, 'content-type: text/html'), 502, 'Bad Gateway'],
    [answer('503 Service Unavailable'), 503, 'Service Unavailable'],
    [answer('407 Proxy Authentication Required'), 407, 'Proxy Authentication Required'],
    [answer('404 Nope', '{}'), 404, 'Not Found'],
  ])('%#', async ([reaction, status, message]) => {
    const { url } = await listen(reaction);
    const error = await failureOf(clientOf(url).call('kms', 'ListKeys'));
    expect(error).toMatchObject({ code: `${status}`, httpStatus: status, message });
    expect(error).toBeInstanceOf(ReceivedRefusal);
  });

  test('one in what began as a success has the status of a failure', async () => {
    const body = '<Error><Code>InternalError</Code><Message>We failed</Message></Error>';
    const { url } = await listen(answer('200 OK', body));
    const input = { Bucket: 'b', Key: 'k', CopySource: 'b/l' };
    const error = await failureOf(clientOf(url).call('s3', 'CopyObject', input));
    expect(error).toMatchObject({ code: 'InternalError', httpStatus: 500 });
  });
});

describe('waiting', () => {
  test('for an answer, and for the next byte of it, ends after the time-out', async () => {
    const { url } = await listen(silence, (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'));
    const client = clientOf(url, { readMs: 20 });
    for (let i = 0; i < 2; i++) {
      const error = await failureOf(client.call('kms', 'ListKeys'));
      expect(error).toMatchObject({ message: `Read timeout on endpoint URL: "${url}/"`, isTransient: true });
    }
  });

  test('does not end while bytes come, one at a time', async () => {
    const { url } = await listen((socket) => {
      const pieces = [...`HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello`];
      const next = () => {
        const piece = pieces.shift();
        if (piece !== undefined) socket.write(piece, () => setImmediate(next));
      };
      next();
    });
    const client = clientOf(url, { readMs: 300 });
    const output = await client.call('s3', 'GetObject', { Bucket: 'b', Key: 'k' });
    expect(String(await bytesOf(Reflect.get(Object(output), 'Body')))).toBe('hello');
  });

  test('ends when the user interrupts', async () => {
    const user = new AbortController();
    const { url } = await listen(() => user.abort());
    const error = await failureOf(clientOf(url).call('kms', 'ListKeys', {}, { signal: user.signal }));
    expect(error).toMatchObject({ name: 'AbortError' });
  });

  test('is in vain where nothing listens', async () => {
    const { url, port } = await listen(silence);
    const gone = url.replace(`${port}`, '1');
    const error = await failureOf(clientOf(gone).call('s3', 'ListObjectsV2', { Bucket: 'b' }));
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Could not connect to the endpoint URL: "http:\/\/127\.0\.0\.1:1\/b\S*"$/),
      hint: 'connection refused: nothing listens at 127.0.0.1:1',
      isTransient: true,
    });
  });
});

describe('connections', () => {
  test('are used again', async () => {
    const { url, connections } = await listen(answer('200 OK', KEYS));
    const client = clientOf(url);
    for (let i = 0; i < 3; i++) await client.call('kms', 'ListKeys');
    expect(connections()).toBe(1);
  });

  test('that were closed in the meantime are replaced without a word', async () => {
    const { url, connections, heads } = await listen(
      answer('200 OK', KEYS),
      (socket) => socket.destroy(),
      answer('200 OK', KEYS),
    );
    const client = clientOf(url);
    for (let i = 0; i < 2; i++) await client.call('kms', 'ListKeys');
    expect([connections(), heads.length]).toEqual([2, 3]);
  });

  test('on which something comes that was not asked for are not used again', async () => {
    const sockets: Socket[] = [];
    const { url, connections } = await listen((socket, head) => {
      sockets.push(socket);
      answer('200 OK', KEYS)(socket, head);
    });
    const client = clientOf(url);
    await client.call('kms', 'ListKeys');
    const [socket] = sockets;
    if (!socket) return expect.fail('nothing was asked');
    socket.write('HTTP/1.1 200 OK\r\n');
    await once(socket, 'close');
    await client.call('kms', 'ListKeys');
    expect(connections()).toBe(2);
  });

  test('that are closed as soon as they are used are an error', async () => {
    const { url, heads } = await listen(answer('200 OK', KEYS), (socket) => socket.destroy());
    const client = clientOf(url);
    await client.call('kms', 'ListKeys');
    await expect(client.call('kms', 'ListKeys')).rejects.toThrow(CLOSED);
    expect(heads.length).toBe(3);
  });
});

describe('bodies', () => {
  const upload = { Bucket: 'b', Key: 'k', ContentLength: 64 * 1024 * 1024 };
  /** Blocks of which some are never asked for. */
  const blocks = (asked: { count: number }) =>
    (async function* () {
      const block = new Uint8Array(64 * 1024);
      for (asked.count = 0; asked.count < 1024; asked.count++) yield block;
    })();
  const refusal = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

  test('are not sent if the answer comes before them', async () => {
    const server = await listen(answer('403 Forbidden', refusal, 'connection: close'));
    const asked = { count: -1 };
    const error = await failureOf(clientOf(server.url).call('s3', 'PutObject', { ...upload, Body: blocks(asked) }));
    expect(error).toMatchObject({ code: 'AccessDenied', call: { isBegun: false } });
    expect(asked.count).toBe(-1);
    expect(server.heads[0]).toMatch(/^expect: 100-continue$/m);
  });

  test('are not sent to their end if the answer comes while they are sent', async () => {
    const server = await listen((socket, head) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      socket.once('data', () => {
        socket.pause();
        answer('403 Forbidden', refusal, 'connection: close')(socket, head);
      });
    });
    const asked = { count: -1 };
    const error = await failureOf(clientOf(server.url).call('s3', 'PutObject', { ...upload, Body: blocks(asked) }));
    expect(error).toMatchObject({ code: 'AccessDenied', call: { isBegun: true } });
    expect(asked.count).toBeLessThan(1024);
  });

  test('that cannot be read end the request with their own error, and close it', async () => {
    const closed: Promise<unknown>[] = [];
    const server = await listen((socket) => {
      closed.push(once(socket, 'close'));
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    });
    const Body = (async function* () {
      yield new Uint8Array(10);
      throw new Error('the disk is gone');
    })();
    await expect(clientOf(server.url).call('s3', 'PutObject', { ...upload, Body })).rejects.toThrow(
      /^the disk is gone$/,
    );
    await Promise.all(closed);
  });
});

test("a customer's key is not shown to a proxy", async () => {
  const { url, connections } = await listen(answer('200 OK'));
  const proxyFor = () => ({ url: 'http://proxy.example.com:3128/', authorization: undefined });
  const input = { Bucket: 'b', Key: 'k', SSECustomerKey: Buffer.alloc(32).toString('base64') };
  const error = await failureOf(clientOf(url, { proxyFor }).call('s3', 'HeadObject', input));
  expect(error).toBeInstanceOf(UsageError);
  expect(connections()).toBe(0);
});

describe('redirects', () => {
  test('to another host are not followed', async () => {
    const other = await listen(answer('200 OK', KEYS));
    const { url } = await listen(answer('307 Temporary Redirect', '', `location: ${other.url}/there`));
    for (const [service, name, input] of [
      ['kms', 'ListKeys', {}],
      ['s3', 'GetObject', { Bucket: 'b', Key: 'k' }],
      ['s3', 'HeadBucket', { Bucket: 'b' }],
    ] as const) {
      const error = await failureOf(clientOf(url).call(service, name, input));
      expect(error).toBeInstanceOf(EndpointError);
      expect(error).toMatchObject({ message: `${url} redirects to ${other.url}, which is not followed` });
    }
    expect(other.connections()).toBe(0);
  });

  const wrong =
    '<Error><Code>AuthorizationHeaderMalformed</Code><Message>expecting eu-west-1</Message><Region>eu-west-1</Region></Error>';
  test.for<[what: string, Reaction]>([
    ['a status and a field', answer('301 Moved Permanently', '', 'x-amz-bucket-region: eu-west-1')],
    [
      'the same to another host',
      answer('307 Temporary Redirect', '', 'x-amz-bucket-region: eu-west-1', 'location: http://127.0.0.1:1/'),
    ],
    ['a code and an element', answer('400 Bad Request', wrong)],
  ])('to another region are followed once, at the same endpoint: %s', async ([, redirect]) => {
    const list = answer('200 OK', '<ListBucketResult><Name>b</Name></ListBucketResult>');
    const server = await listen(redirect, list);
    const client = clientOf(server.url);
    for (let i = 0; i < 2; i++) await client.call('s3', 'ListObjectsV2', { Bucket: 'b' });
    const regions = server.heads.map((head) => /Credential=[^/]+\/\d+\/([^/]+)/.exec(head)?.[1]);
    expect(regions).toEqual(['us-east-1', 'eu-west-1', 'eu-west-1']);
    expect(client.lines).toEqual(['S3 redirects calls about the bucket b from us-east-1 to eu-west-1']);
  });

  test.for([
    ['garage', ['us-east-1', 'garage']],
    ['x/../y', ['us-east-1']],
  ] as const)(
    'to a region that AWS does not have, such as %s, change what is signed and nothing else',
    async ([named, expected]) => {
      const list = answer('200 OK', '<ListBucketResult><Name>b</Name></ListBucketResult>');
      const server = await listen(answer('400 Bad Request', wrong.replaceAll('eu-west-1', named)), list);
      await clientOf(server.url)
        .call('s3', 'ListObjectsV2', { Bucket: 'b' })
        .catch(() => {});
      const regions = server.heads.map((head) => /Credential=[^/]+\/\d+\/([^/]+)/.exec(head)?.[1]);
      expect(regions).toEqual(expected);
    },
  );

  test('that go on are refusals', async () => {
    const { url, heads } = await listen(
      answer('301 Moved Permanently', '', 'x-amz-bucket-region: eu-west-1'),
      answer('301 Moved Permanently', '', 'x-amz-bucket-region: eu-west-2'),
    );
    const error = await failureOf(clientOf(url).call('s3', 'ListObjectsV2', { Bucket: 'b' }));
    expect(error).toMatchObject({ httpStatus: 301 });
    expect(heads.length).toBe(2);
  });
});

describe('a clock that is an hour off', () => {
  const NOW = Date.UTC(2026, 10, 29, 12);
  const date = (ms: number) => `date: ${new Date(NOW + ms).toUTCString()}`;
  const HOUR = 3_600_000;
  const skewed = (ms: number) => answer('400 Bad Request', '{"__type":"InvalidSignatureException"}', date(ms));

  test('is learned from the answer, and the call made once more', async () => {
    const server = await listen(skewed(-HOUR), answer('200 OK', KEYS, date(-HOUR)));
    const client = clientOf(server.url, { now: () => NOW });
    for (let i = 0; i < 2; i++) await client.call('kms', 'ListKeys');
    const times = server.heads.map((head) => /^x-amz-date: (\S+)$/m.exec(head)?.[1]);
    expect(times).toEqual(['20261129T120000Z', '20261129T110000Z', '20261129T110000Z']);
    expect(client.lines).toEqual([`the clock of ${server.url} is -3600 s ahead: requests are signed with its time`]);
  });

  test.for(['Sat, 13 Sep 275760 00:00:00 GMT', 'Fri, 31 Dec 10001 23:59:59 GMT', '-000001-01-01T00:00:00Z'])(
    'is not learned from what is no time: %s',
    async (time) => {
      const server = await listen(answer('400 Bad Request', '{"__type":"InvalidSignatureException"}', `date: ${time}`));
      const error = await failureOf(clientOf(server.url, { now: () => NOW }).call('kms', 'ListKeys'));
      expect(error).toMatchObject({ code: 'InvalidSignatureException' });
      expect(server.heads.length).toBe(1);
    },
  );

  test('is not believed if that does not help, and not asked if it is right', async () => {
    const server = await listen(skewed(HOUR), skewed(HOUR), skewed(1000));
    const client = clientOf(server.url, { now: () => NOW });
    for (let i = 0; i < 2; i++) {
      const error = await failureOf(client.call('kms', 'ListKeys'));
      expect(error).toMatchObject({ code: 'InvalidSignatureException' });
    }
    const times = server.heads.map((head) => /^x-amz-date: (\S+)$/m.exec(head)?.[1]);
    expect(times).toEqual(['20261129T120000Z', '20261129T130000Z', '20261129T120000Z']);
  });
});

test('an answer with buckets is one', async () => {
  const { url } = await listen(answer('200 OK', BUCKETS));
  expect(await clientOf(url).call('s3', 'ListBuckets')).toEqual({ Buckets: [] });
});
