/** How long the documents of S3's requests may be: what S3 takes fits, and what is longer is refused unread. */

import { createHash } from 'node:crypto';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { headerSigned, type SigningCredentials } from '../support/signed-request.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  const started = await startEndpoint(world);
  endpoint = started;
  onTestFinished(() => started.server.close(0));
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
});

/** The status of an answer, its code, and the limit that it names. */
async function answer(request: string, body: string): Promise<string> {
  const [method = '', target = ''] = request.split(' ');
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
  const raw = headerSigned({ method, target, headers, body, credentials, at: world.environment.now() });
  const { status, text } = await endpoint.send(raw, body);
  const [, code = ''] = /<Code>(.*?)<\/Code>/.exec(text) ?? [];
  const [, limit = ''] = /<MaxMessageLengthBytes>(.*?)<\/MaxMessageLengthBytes>/.exec(text) ?? [];
  return [status, code, limit].filter((part) => part !== '').join(' ');
}

const many = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join('');

const key = (index: number): string => `${index}/`.padEnd(1024, 'k');
const checksum = Buffer.alloc(32, 1).toString('base64');
const part = (index: number): string => `
    <Part>
        <PartNumber>${index + 1}</PartNumber>
        <ETag>&quot;${'a'.repeat(32)}&quot;</ETag>
        <ChecksumSHA256>${checksum}</ChecksumSHA256>
    </Part>`;
const tag = (index: number): string =>
  `<Tag><Key>${`${index}`.padEnd(60, 'k')}</Key><Value>${'v'.repeat(60)}</Value></Tag>`;
const rule = (index: number): string =>
  `<Rule><ID>${index}</ID><Filter><And>${many(10, tag)}</And></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>`;

test.each([
  [
    'POST /photos?delete',
    `<Delete><Quiet>true</Quiet>${many(1000, (i) => `<Object><Key>${key(i)}</Key></Object>`)}</Delete>`,
    '200',
  ],
  // As long as it can be, and not too long: there is no such upload.
  [
    'POST /photos/k?uploadId=none',
    `<CompleteMultipartUpload>${many(10_000, part)}</CompleteMultipartUpload>`,
    '404 NoSuchUpload',
  ],
  ['PUT /photos?lifecycle', `<LifecycleConfiguration>${many(1000, rule)}</LifecycleConfiguration>`, '200'],
])('the longest document of %s is read', async (request, document, expected) => {
  expect(await answer(request, document)).toBe(expected);
});

test.each([
  ['PUT /photos?policy', 20 * KIB],
  ['PUT /photos?cors', 64 * KIB],
  ['PUT /photos?website', 128 * KIB],
  ['PUT /photos?replication', 2 * MIB],
  ['PUT /photos?lifecycle', 2 * MIB],
  ['POST /photos?delete', 2 * MIB],
  ['POST /photos/k?uploadId=none', 4 * MIB],
  ['PUT /photos?tagging', MIB],
  ['PUT /photos/k?acl', MIB],
])('what is longer than a document of %s can be is not read', async (request, limit) => {
  expect(await answer(request, ' '.repeat(limit))).toMatch(/^400 Malformed/);
  expect(await answer(request, ' '.repeat(limit + 1))).toBe(`400 MaxMessageLengthExceeded ${limit}`);
});
