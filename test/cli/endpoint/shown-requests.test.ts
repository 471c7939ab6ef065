/** What `--debug` shows of the requests to an endpoint, and what it never shows. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withRequestsShown } from '../../../src/cli/endpoint/shown-requests.ts';
import type { SentRequest, Transport } from '../../../src/wire/client/transport.ts';
import { headerFields } from '../../../src/wire/http/message.ts';
import { newEndpointLine } from '../../support/endpoint-line.ts';

test('the request is shown as it was sent, and the answer with its headers and its time', async () => {
  const { ssebox, url, credentials } = await newEndpointLine();
  const { code, err } = await ssebox(['kms', 'list-keys', '--debug']);
  expect(code).toBe(0);
  const host = new URL(url).host;
  expect(err).toContain(`debug: request: POST ${url}/\n`);
  expect(err).toContain(`debug:   host: ${host}\n`);
  expect(err).toContain('debug:   x-amz-target: TrentService.ListKeys\n');
  expect(err).toMatch(
    new RegExp(
      `debug: {3}authorization: AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/.*, Signature=\\(not shown\\)\n`,
    ),
  );
  expect(err).toMatch(/debug: answer: 200 after \d+ ms\n/);
  expect(err).toMatch(/debug: {3}x-amzn-requestid: [\da-f-]{36}\n/i);
});

test('a refusal and an endpoint that does not answer are shown, too', async () => {
  const { ssebox } = await newEndpointLine();
  const refused = await ssebox(['s3api', 'get-object', '--bucket', 'none', '--key', 'a b', '-', '--debug']);
  expect(refused.err).toMatch(/debug: request: GET http:\/\/[^ ]*\/none\/a%20b\?x-id=GetObject\n|\/none\/a%20b\n/);
  expect(refused.err).toMatch(/debug: answer: 404 after \d+ ms\n/);
  // Nothing listens at the port of the discard protocol.
  const lost = await ssebox(['kms', 'list-keys', '--debug'], {
    variables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' },
  });
  expect(lost.code).toBe(255);
  expect(lost.err).toMatch(
    /debug: no answer after \d+ ms: Could not connect to the endpoint URL: "http:\/\/127.0.0.1:9\//,
  );
});

test('nothing secret is shown: no secret key, no session token, no customer-provided key', async () => {
  const { ssebox, ok, world, path, credentials } = await newEndpointLine();
  const { Credentials } = await world.call('sts', 'GetSessionToken', {}, { as: 'user/sam' });
  if (!Credentials) throw new Error('there are no credentials');
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials;
  await ok(['s3', 'mb', 's3://photos']);
  await ok(['s3api', 'put-bucket-encryption', '--bucket', 'photos', '--server-side-encryption-configuration', OPEN]);
  writeFileSync(path('file'), 'hello');
  const key = 'k'.repeat(32);
  const customer = ['--sse-customer-algorithm', 'AES256', '--sse-customer-key', key];
  const source = ['--copy-source-sse-customer-algorithm', 'AES256', '--copy-source-sse-customer-key', key];
  const object = ['--bucket', 'photos', '--key', 'a'];
  const lines = [
    ['s3api', 'put-object', ...object, '--body', path('file'), ...customer],
    ['s3api', 'get-object', ...object, path('got'), ...customer],
    ['s3api', 'copy-object', ...object, '--copy-source', 'photos/a', ...source, ...customer],
    ['s3api', 'head-object', ...object, ...customer],
    ['kms', 'list-keys'],
  ];
  const session = {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
  for (const [i, words] of lines.entries()) {
    const variables = i % 2 === 0 ? session : {};
    const { err, code } = await ssebox([...words, '--debug'], { variables });
    expect(code).toBe(0);
    expect(err).toContain('debug: request: ');
    for (const secret of [
      SecretAccessKey,
      SessionToken,
      credentials.secretAccessKey,
      key,
      Buffer.from(key).toString('base64'),
    ]) {
      expect(err).not.toContain(secret);
    }
    expect(err).not.toMatch(/Signature=[\da-f]/);
  }
});

/** A new bucket refuses customer-provided keys. */
const OPEN = JSON.stringify({
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
    },
  ],
});

test.each([
  [
    'authorization',
    'AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=abc',
    'AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=(not shown)',
  ],
  ['X-Amz-Security-Token', 'secret', '(not shown)'],
  ['x-amz-server-side-encryption-customer-key', 'secret', '(not shown)'],
  ['x-amz-copy-source-server-side-encryption-customer-key', 'secret', '(not shown)'],
  ['Proxy-Authorization', 'Basic secret', '(not shown)'],
  ['Set-Cookie', 'secret', '(not shown)'],
  ['x-amz-server-side-encryption-customer-algorithm', 'AES256', 'AES256'],
])('of %s: %s it shows %s', async (name, value, shown) => {
  const lines: string[] = [];
  const headers = headerFields([[name, value]]);
  const transport: Transport = {
    send: async () => ({ status: 200, headers, body: (async function* () {})() }) as never,
    close: () => {},
  };
  const request: SentRequest = { origin: 'http://a', method: 'GET', target: '/', headers, body: undefined };
  await withRequestsShown(
    transport,
    (line) => lines.push(line),
    () => 0,
  ).send(request, new AbortController().signal);
  const field = `  ${[...headers.keys()]}: ${shown}`;
  expect(lines).toEqual(['request: GET http://a/', field, 'answer: 200 after 0 ms', field]);
});
