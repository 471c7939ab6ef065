/** What `--debug` shows of a call as a request: the bindings of the services' models. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { requestLines } from '../../src/cli/request-lines.ts';
import { newSample } from '../support/command-line.ts';

const at = { Bucket: 'photos', Key: 'a b/ü.txt' };

test.for<[ServiceName, string, object, string[]]>([
  [
    's3',
    'PutObject',
    { ...at, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/app', Metadata: { team: 'red' }, Body: 'x' },
    [
      's3 PutObject: PUT https://photos.s3.eu-west-1.amazonaws.com/a%20b/%C3%BC.txt',
      '  x-amz-meta-team: red',
      '  x-amz-server-side-encryption: aws:kms',
      '  x-amz-server-side-encryption-aws-kms-key-id: alias/app',
    ],
  ],
  [
    's3',
    'GetObject',
    { ...at, Bucket: 'with.dots', VersionId: 'v', IfModifiedSince: new Date('2026-05-04T09:00:00Z') },
    [
      's3 GetObject: GET https://s3.eu-west-1.amazonaws.com/with.dots/a%20b/%C3%BC.txt?versionId=v',
      '  If-Modified-Since: Mon, 04 May 2026 09:00:00 GMT',
    ],
  ],
  [
    's3',
    'GetBucketCors',
    { Bucket: 'photos' },
    ['s3 GetBucketCors: GET https://photos.s3.eu-west-1.amazonaws.com/?cors'],
  ],
  [
    's3',
    'GetObject',
    { ...at, Key: '\ud800', VersionId: '\udfff' },
    ['s3 GetObject: GET https://photos.s3.eu-west-1.amazonaws.com/%EF%BF%BD?versionId=%EF%BF%BD'],
  ],
  ['s3', 'ListBuckets', {}, ['s3 ListBuckets: GET https://s3.eu-west-1.amazonaws.com/']],
  [
    's3',
    'GetObject',
    { ...at, Key: 'k', SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'c2VjcmV0', SSECustomerKeyMD5: 'bWQ1' },
    [
      's3 GetObject: GET https://photos.s3.eu-west-1.amazonaws.com/k',
      '  x-amz-server-side-encryption-customer-algorithm: AES256',
      '  x-amz-server-side-encryption-customer-key: (not shown)',
      '  x-amz-server-side-encryption-customer-key-MD5: bWQ1',
    ],
  ],
  [
    'kms',
    'Decrypt',
    { CiphertextBlob: new Uint8Array(3) },
    [
      'kms Decrypt: POST https://kms.eu-west-1.amazonaws.com/',
      '  Content-Type: application/x-amz-json-1.1',
      '  X-Amz-Target: TrentService.Decrypt',
    ],
  ],
  [
    'iam',
    'ListUsers',
    {},
    [
      'iam ListUsers: POST https://iam.amazonaws.com/',
      '  Content-Type: application/x-www-form-urlencoded; charset=utf-8',
    ],
  ],
  ['s3', 'NoSuchOperation', {}, []],
])('%s %s with %j', ([service, name, input, lines]) => {
  expect(requestLines(service, name, input, 'eu-west-1')).toEqual(lines);
});

test('--debug shows the headers of each call on standard error, and no key', async () => {
  const line = await newSample();
  writeFileSync(line.path('a.txt'), 'a');
  writeFileSync(line.path('key'), 'k'.repeat(32));
  const to = ['s3', 'cp', line.path('a.txt'), 's3://photos/a'];
  const { err, out } = await line.ok([...to, '--sse', 'aws:kms', '--sse-kms-key-id', 'alias/app', '--debug']);
  expect(err.split('\n')).toEqual(
    expect.arrayContaining([
      'debug: s3 PutObject: PUT https://photos.s3.us-east-1.amazonaws.com/a',
      'debug:   x-amz-server-side-encryption: aws:kms',
      'debug:   x-amz-server-side-encryption-aws-kms-key-id: alias/app',
    ]),
  );
  expect(out).not.toContain('debug');
  const under = await line.ssebox([
    ...to,
    '--sse-c',
    'AES256',
    '--sse-c-key',
    `fileb://${line.path('key')}`,
    '--debug',
  ]);
  expect(under.err).toContain('debug:   x-amz-server-side-encryption-customer-key: (not shown)');
  expect(under.err).not.toContain(Buffer.from('k'.repeat(32)).toString('base64'));
  expect(under.err).not.toContain('kkkk');
  expect((await line.ok(to)).err).toBe('');
});
