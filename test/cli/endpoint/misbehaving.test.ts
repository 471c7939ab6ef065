/** What commands say and do where an endpoint or the way to it misbehaves. */

import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../../../src/wire/tls/certificates.ts';
import { type CommandLine, type Ended, newCommandLine, type RunOptions } from '../../support/command-line.ts';
import { answer, closing, type Listening, listen, listenOverTls, type Reaction } from '../../support/misbehaving.ts';

const KEYS = '{"Keys":[],"Truncated":false}';
const LIST = ['kms', 'list-keys'];

interface Tried extends Pick<Ended, 'code' | 'out' | 'err'> {
  /** The pauses that it would have made, in milliseconds. */
  readonly pauses: readonly number[];
}

/** Runs a command whose calls go to a server. */
async function run(
  server: Pick<Listening, 'url'>,
  words: readonly string[],
  { line = newCommandLine(), variables, ...options }: RunOptions & { readonly line?: CommandLine } = {},
): Promise<Tried> {
  const pauses: number[] = [];
  const { code, out, err } = await line.ssebox(words, {
    ...options,
    variables: {
      SSEBOX_STORE: '',
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret/of/the/test',
      ...variables,
    },
    pause: async (ms) => void pauses.push(ms),
  });
  return { code, out, err, pauses };
}

const slowDown = (...fields: readonly string[]): Reaction =>
  answer(
    '503 Service Unavailable',
    '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
    ...fields,
  );

const continued =
  (then: Reaction): Reaction =>
  (socket, head) => {
    socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    socket.once('data', () => then(socket, head));
  };

describe('messages and exit codes', () => {
  test.for<[what: string, Reaction, code: number, message: RegExp]>([
    ['a page', answer('200 OK', '<html></html>'), 255, /^http:\S+ does not answer as kms does: .*\n$/],
    ['an end', closing(''), 255, /^Connection was closed before we received a valid response from endpoint URL: .*\n$/],
    [
      'a page with a status',
      answer('502 Bad Gateway', '<html></html>'),
      254,
      /^An error occurred \(502\) when calling the ListKeys operation \(reached max retries: 2\): Bad Gateway\n$/,
    ],
    [
      'a redirect',
      answer('302 Found', '', 'location: http://elsewhere.example.com/login'),
      255,
      /^http:\S+ redirects to http:\/\/elsewhere\.example\.com, which is not followed\n$/,
    ],
  ])('%s', async ([, reaction, code, message]) => {
    const ended = await run(await listen(reaction), LIST);
    expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
  });

  const endless = '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>';
  test.for<[words: string, code: number]>([
    ['s3 ls s3://b --recursive', 255],
    ['s3api list-objects-v2 --bucket b', 255],
    ['s3 rm s3://b --recursive --dryrun', 1],
  ])('a list that goes on where it was: %s', async ([words, code]) => {
    const server = await listen(answer('200 OK', `${endless}</ListBucketResult>`));
    const err = expect.stringMatching(
      /^(fatal error: )?Error during pagination: The same next token was received twice: .*\n$/,
    );
    expect(await run(server, words.split(' '))).toMatchObject({ code, err });
    expect(server.heads.length).toBe(2);
  });

  test('a download that cannot be saved is not kept waiting', async () => {
    const line = newCommandLine();
    writeFileSync(line.path('file'), '');
    const closed: Promise<unknown>[] = [];
    const server = await listen(answer('200 OK', '', 'etag: "e"'), (socket) => {
      closed.push(once(socket, 'close'));
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\netag: "e"\r\n\r\nb');
    });
    expect(await run(server, ['s3', 'cp', 's3://b/k', line.path('file/k')], { line })).toMatchObject({ code: 1 });
    expect(closed.length).toBe(1);
    await Promise.all(closed);
  });

  test('the time-outs of the AWS CLI count, and have to be some', async () => {
    const server = await listen(() => {});
    const ended = await run(server, [...LIST, '--cli-read-timeout', '-1']);
    expect(ended).toMatchObject({ code: 252, err: expect.stringContaining('--cli-read-timeout takes a number') });
    expect(server.connections()).toBe(0);
  });
});

describe('a call is made again', () => {
  test('twice at most, with the number of the attempt', async () => {
    const server = await listen(slowDown());
    const ended = await run(server, ['s3api', 'list-buckets']);
    expect(ended).toMatchObject({
      code: 254,
      err: 'An error occurred (SlowDown) when calling the ListBuckets operation (reached max retries: 2): Please reduce your request rate.\n',
    });
    const fieldOf = (name: string) =>
      server.heads.map((head) => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1]?.trim());
    expect(fieldOf('amz-sdk-request')).toEqual(['attempt=1; max=3', 'attempt=2; max=3', 'attempt=3; max=3']);
    expect(new Set(fieldOf('amz-sdk-invocation-id')).size).toBe(1);
    expect(ended.pauses.length).toBe(2);
  });

  test('until it succeeds', async () => {
    const server = await listen(slowDown(), closing(''), answer('200 OK', '<ListAllMyBucketsResult/>'));
    expect(await run(server, ['s3api', 'list-buckets'])).toMatchObject({ code: 0, err: '' });
  });

  test.for<[field: string, least: number, most: number]>([
    ['retry-after: 2', 2000, 2000],
    ['x-amz-retry-after: 1500', 1500, 1500],
    ['retry-after: 3600', 5000, 6000],
    ['retry-after: soon', 0, 1000],
  ])('after the pause that is asked for, within reason: %s', async ([field, least, most]) => {
    const server = await listen(slowDown(field), answer('200 OK', '<ListAllMyBucketsResult/>'));
    const { pauses } = await run(server, ['s3api', 'list-buckets']);
    expect(pauses.length).toBe(1);
    expect(pauses[0]).toBeGreaterThanOrEqual(least);
    expect(pauses[0]).toBeLessThanOrEqual(most);
  });

  test('with the bytes of a file from its beginning', async () => {
    const line = newCommandLine();
    writeFileSync(line.path('file'), Buffer.alloc(200_000, 'a'));
    const server = await listen(continued(slowDown('connection: close')), continued(answer('200 OK')));
    const words = ['s3', 'cp', line.path('file'), 's3://b/k', '--no-progress'];
    expect(await run(server, words, { line })).toMatchObject({ code: 0, err: '' });
    expect(server.heads.length).toBe(2);
  });

  test('never with a stream that is gone', async () => {
    const server = await listen(continued(slowDown('connection: close')));
    const words = ['s3api', 'put-object', '--bucket', 'b', '--key', 'k', '--body', '-', '--content-length', '200000'];
    const ended = await run(server, [...words, '--debug'], { stdin: Buffer.alloc(200_000) });
    expect(ended.code).toBe(254);
    expect(ended.err).toContain('debug: s3 PutObject: not retried: a stream that has been read cannot be sent again');
    expect(server.heads.length).toBe(1);
  });
});

test('an upload that is refused for its checksum says which setting leaves it out', async () => {
  const hint = 'hint: if the server does not know the checksums of uploads, set AWS_REQUEST_CHECKSUM_CALCULATION=';
  const put = ['s3api', 'put-object', '--bucket', 'b', '--key', 'k'];
  const line = newCommandLine();
  writeFileSync(line.path('file'), 'x');
  const rows: readonly (readonly [words: readonly string[], refusal: string, when: string, isShown: boolean])[] = [
    [put, '400 XAmzContentSHA256Mismatch', '', true],
    [['s3', 'cp', line.path('file'), 's3://b/k', '--no-progress'], '400 XAmzContentSHA256Mismatch', '', true],
    [put, '501 NotImplemented A header you provided implies functionality that is not implemented', '', true],
    [put, '501 NotImplemented STREAMING-UNSIGNED-PAYLOAD-TRAILER', '', true],
    [put, "400 InvalidArgument Unsupported header 'x-amz-checksum-crc32'", '', true],
    [put, '411 MissingContentLength You must provide the Content-Length HTTP header.', '', true],
    [put, '501 NotImplemented object lock', '', false],
    [put, '400 InvalidArgument Invalid storage class', '', false],
    [put, '400 XAmzContentSHA256Mismatch', 'when_required', false],
    [[...put, '--checksum-algorithm', 'SHA256'], '501 NotImplemented x-amz-checksum-sha256', '', false],
    [['s3api', 'create-bucket', '--bucket', 'b'], '501 NotImplemented A header', '', false],
  ];
  for (const [words, refusal, when, isShown] of rows) {
    const [status = '', code = '', ...message] = refusal.split(' ');
    const body = `<Error><Code>${code}</Code><Message>${message.join(' ')}</Message></Error>`;
    const server = await listen(answer(`${status} No`, body, 'connection: close'));
    const variables = { AWS_MAX_ATTEMPTS: '1', AWS_REQUEST_CHECKSUM_CALCULATION: when };
    const { code: ended, err } = await run(server, words, { line, variables, terminal: 200 });
    expect([words, refusal, ended === 0, err.includes(hint)]).toEqual([words, refusal, false, isShown]);
  }
});

test.for([
  ['s3api', 'get-object', '--bucket', 'b', '--key', 'k', 'FILE'],
  ['s3', 'cp', 's3://b/k', 'FILE', '--no-progress'],
  ['s3', 'get', 's3://b/k', 'FILE'],
])('an object that is cut leaves no file: %s %s', async (words) => {
  const head: Reaction = answer('200 OK', '', 'etag: "e"', 'last-modified: Sun, 29 Nov 2026 12:00:00 GMT');
  const line = newCommandLine();
  const cut = closing('HTTP/1.1 200 OK\r\ncontent-length: 9\r\netag: "e"\r\n\r\nhello');
  const server = await listen((socket, request) => (request.startsWith('HEAD') ? head : cut)(socket, request));
  const file = line.path('file');
  const ended = await run(
    server,
    words.map((word) => (word === 'FILE' ? file : word)),
    { line },
  );
  expect(ended.code).not.toBe(0);
  expect(ended.err).toContain('Connection was closed before we received a valid response');
  expect(existsSync(file)).toBe(false);
});

describe('over TLS', async () => {
  const certified = await makeCertificate(['localhost'], {
    now: () => Date.now(),
    random: (size) => crypto.getRandomValues(new Uint8Array(size)),
  });
  const server = () => listenOverTls(certified, answer('200 OK', KEYS));
  const withFile = (text: string) => {
    const line = newCommandLine();
    writeFileSync(line.path('ca.pem'), text);
    return { line, file: line.path('ca.pem') };
  };

  test('a certificate of an unknown authority is an error that says what to do', async () => {
    const { url } = await server();
    const ended = await run({ url }, LIST, { terminal: 200 });
    expect(ended.code).toBe(255);
    expect(ended.err).toMatch(`SSL validation failed for ${url}/ `);
    expect(ended.err).toMatch('hint: name the authority to trust with --ca-bundle FILE');
    expect(ended.pauses).toEqual([]);
  });

  test('an authority can be named in three ways', async () => {
    const { line, file } = withFile(certified.authority);
    const { url } = await server();
    expect(await run({ url }, [...LIST, '--ca-bundle', file], { line })).toMatchObject({ code: 0, err: '' });
    const variables = { AWS_CA_BUNDLE: file };
    expect(await run({ url }, LIST, { line, variables })).toMatchObject({ code: 0, err: '' });
    await line.ok(['config', 'set', 'ca_bundle', file]);
    expect(await run({ url }, LIST, { line })).toMatchObject({ code: 0, err: '' });
  });

  test('certificates are not checked with --no-verify-ssl, which is said once', async () => {
    const ended = await run(await server(), [...LIST, '--no-verify-ssl', '--ca-bundle', '/nowhere']);
    expect(ended).toMatchObject({
      code: 0,
      err: 'warning: certificates are not verified, because of --no-verify-ssl\n',
    });
  });

  test.for<[text: string | undefined, message: string]>([
    [undefined, 'which cannot be read: no such file or folder'],
    ['no certificate', 'which must hold certificates in PEM, and does not'],
    [
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'which must hold certificates in PEM, and does not',
    ],
  ])('a file without certificates ends the command before anything is sent: %s', async ([text, message]) => {
    const { line, file } = withFile(text ?? '');
    const path = text === undefined ? line.path('nowhere') : file;
    const { url, connections } = await server();
    const ended = await run({ url }, [...LIST, '--ca-bundle', path], { line });
    expect(ended).toMatchObject({ code: 253, err: `--ca-bundle names the file "${path}", ${message}\n` });
    expect(connections()).toBe(0);
  });

  test('what does not speak TLS is told with the way out', async () => {
    const plain = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void plain.close());
    await once(plain, 'listening');
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const ended = await run({ url: url.replace('http:', 'https:') }, LIST, { terminal: 200 });
    expect(ended.code).toBe(255);
    expect(ended.err).toMatch(
      /^SSL validation failed for https:\S+ (wrong version number|packet length too long)\nhint: if the endpoint does not speak TLS, use http:/,
    );
    expect(ended.err).toContain(`use ${url}\n`);
  });
});

describe('proxies', () => {
  const AUTHORIZATION = `proxy-authorization: Basic ${Buffer.from('ann:s3cr3t').toString('base64')}`;
  const withUser = (url: string) => url.replace('//', '//ann:s3cr3t@');

  test('get plain requests with their whole URL', async () => {
    const proxy = await listen(answer('200 OK', KEYS));
    const variables = { HTTP_PROXY: withUser(proxy.url) };
    const ended = await run({ url: 'http://ssebox.test:4566' }, LIST, { variables });
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(proxy.heads[0]).toMatch(/^POST http:\/\/ssebox\.test:4566\/ HTTP\/1\.1\r\n/);
    expect(proxy.heads[0]?.toLowerCase()).toContain(AUTHORIZATION.toLowerCase());
    expect(proxy.heads[0]).toMatch(/^host: ssebox\.test:4566$/m);
  });

  test('make tunnels for requests over TLS, and never see those', async () => {
    const proxy = await listen(answer('403 Forbidden', 'no'));
    const variables = { https_proxy: withUser(proxy.url), AWS_MAX_ATTEMPTS: '1' };
    const ended = await run({ url: 'https://ssebox.test' }, [...LIST, '--debug'], { variables });
    expect(ended.code).toBe(254);
    expect(ended.err).not.toContain('s3cr3t');
    expect(ended.err).not.toContain(AUTHORIZATION.split(' ').at(-1));
    expect(proxy.heads.length).toBe(1);
    expect(proxy.heads[0]).toMatch(/^CONNECT ssebox\.test:443 HTTP\/1\.1\r\n/);
    expect(proxy.heads[0]?.toLowerCase()).toContain(AUTHORIZATION.toLowerCase());
    expect(proxy.heads[0]).not.toMatch(/AKIA/);
  });

  test('that do not answer are named without their credentials', async () => {
    const variables = { HTTP_PROXY: 'http://ann:s3cr3t@127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' };
    const ended = await run({ url: 'http://ssebox.test' }, LIST, { variables });
    expect(ended).toMatchObject({ code: 255, err: 'Failed to connect to proxy URL: "http://127.0.0.1:1/"\n' });
  });

  test('that are none end the command, without what may be a password', async () => {
    const variables = { HTTP_PROXY: 'http://ann:s3cr3t@:99999' };
    const ended = await run({ url: 'http://ssebox.test' }, LIST, { variables });
    expect(ended).toMatchObject({ code: 253, err: expect.stringMatching(/^HTTP_PROXY must be the URL of a proxy, /) });
    expect(ended.err).not.toContain('s3cr3t');
  });
});
