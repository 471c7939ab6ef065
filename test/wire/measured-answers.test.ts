/** S3's answers as they go over the wire, where what they say besides code and message matters to clients. */

import { createHash } from 'node:crypto';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Endpoint, newCredentials, type Received, startEndpoint } from '../support/endpoint.ts';
import { newWorld, type World } from '../support/harness.ts';
import { headerSigned, presigned, type SigningCredentials } from '../support/signed-request.ts';

const Bucket = 'photos';
const md5 = (text: string) => createHash('md5').update(text);
const ETAG = `"${md5('hello').digest('hex')}"`;
const MODIFIED = 'Mon, 04 May 2026 09:00:00 GMT';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  const started = await startEndpoint(world);
  endpoint = started;
  onTestFinished(() => started.server.close(0));
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', {
    Bucket,
    Key: 'k',
    Body: Buffer.from('hello'),
    ContentType: 'text/plain',
    CacheControl: 'no-cache',
    Metadata: { a: 'b' },
  });
});

type Headers = Readonly<Record<string, string>>;

/** Sends `METHOD /target`, signed. */
function send(request: string, headers: Headers = {}, body = ''): Promise<Received> {
  const [method = '', target = ''] = request.split(' ');
  const raw = headerSigned({ method, target, headers, body, credentials, at: world.environment.now() });
  return endpoint.send(raw, body);
}

/** What an error has between its code and the ids of the request, which are those of the headers. */
function errorIn({ text, headers }: Received): string {
  const ids = `<RequestId>${headers['x-amz-request-id']}</RequestId><HostId>${headers['x-amz-id-2']}</HostId>`;
  const [, told] = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error>(.*)<\/Error>$/s.exec(text) ?? [];
  if (!told?.endsWith(ids)) throw new Error(`not an error of S3: ${text}`);
  expect(headers).toMatchObject({ server: 'AmazonS3', 'x-amz-request-id': expect.stringMatching(/^[0-9A-Z]{16}$/) });
  return told.slice(0, -ids.length);
}

/** The fields of an answer that are not the same for all of them. */
function fieldsOf({ headers }: Received): Headers {
  const usual = ['connection', 'content-length', 'date', 'keep-alive', 'server', 'x-amz-id-2', 'x-amz-request-id'];
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (usual.includes(name) ? [] : [[name, String(value)]])),
  );
}

const error = (code: string, message: string, elements = '') =>
  `<Code>${code}</Code><Message>${message}</Message>${elements}`;
const argument = (name: string, value: string) =>
  `<ArgumentName>${name}</ArgumentName>${value === '' ? '<ArgumentValue/>' : `<ArgumentValue>${value}</ArgumentValue>`}`;
const SSE = 'x-amz-server-side-encryption';
const unsupported = error(
  'InvalidArgument',
  'x-amz-server-side-encryption header is not supported for this operation.',
  argument(SSE, 'AES256'),
);
const emptyMd5 = '1B2M2Y8AsgTpgAmY7PhCfg==';

// Amazon S3 API Reference, "Error responses", and the service's own answers.
test.for<readonly [request: string, headers: Headers, status: number, told: string]>([
  [
    'GET /none/k',
    {},
    404,
    error('NoSuchBucket', 'The specified bucket does not exist', '<BucketName>none</BucketName>'),
  ],
  ['GET /photos/none', {}, 404, error('NoSuchKey', 'The specified key does not exist.', '<Key>none</Key>')],
  [
    'DELETE /photos',
    {},
    409,
    error('BucketNotEmpty', 'The bucket you tried to delete is not empty', '<BucketName>photos</BucketName>'),
  ],
  [
    'GET /photos?object-lock',
    {},
    404,
    error(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      '<BucketName>photos</BucketName>',
    ),
  ],
  ['GET /photos/k', { [SSE]: 'AES256' }, 400, unsupported],
  ['PUT /photos/k?partNumber=1&uploadId=u', { [SSE]: 'AES256' }, 400, unsupported],
  [
    'GET /photos/k?versions',
    {},
    400,
    error('InvalidRequest', 'There is no such thing as the ?versions sub-resource for a key'),
  ],
  [
    'GET /photos/k?uploads',
    {},
    400,
    error('InvalidRequest', 'Key is not expected for the GET method ?uploads subresource'),
  ],
  [
    'GET /photos/k?versionId=',
    {},
    400,
    error('InvalidArgument', 'Version id cannot be the empty string', argument('versionId', '')),
  ],
  [
    'PUT /photos/new?versionId=x',
    {},
    400,
    error('InvalidArgument', 'This operation does not accept a version-id.', argument('versionId', 'x')),
  ],
  [
    'GET /photos/k?response-content-type=a%0D%0Ax-amz-meta-b:c',
    {},
    400,
    error(
      'InvalidArgument',
      'Header value cannot be represented using ISO-8859-1.',
      argument('response-content-type', 'a&#xd;\nx-amz-meta-b:c'),
    ),
  ],
  [
    'PUT /photos/new',
    { 'x-amz-checksum-foo': 'AAAA' },
    400,
    error('InvalidRequest', 'The algorithm type you specified in x-amz-checksum- header is invalid.'),
  ],
  [
    'PUT /photos/new',
    { 'x-amz-sdk-checksum-algorithm': 'CRC32' },
    400,
    error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    ),
  ],
  [
    'PUT /photos/new',
    { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-sha1': 'AAAA' },
    400,
    error('InvalidRequest', 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.'),
  ],
  [
    'PUT /photos/new',
    { 'content-md5': 'x' },
    400,
    error('InvalidDigest', 'The Content-MD5 you specified was invalid.', '<Content-MD5>x</Content-MD5>'),
  ],
  [
    'GET /photos/k',
    { range: 'bytes=5-' },
    416,
    error(
      'InvalidRange',
      'The requested range is not satisfiable',
      '<RangeRequested>bytes=5-</RangeRequested><ActualObjectSize>5</ActualObjectSize>',
    ),
  ],
  [
    'GET /photos/k?partNumber=2',
    {},
    416,
    error(
      'InvalidPartNumber',
      'The requested partnumber is not satisfiable',
      '<ActualPartCount>1</ActualPartCount><PartNumberRequested>2</PartNumberRequested>',
    ),
  ],
  [
    'GET /photos/k',
    { 'if-match': '"x"' },
    412,
    error(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      '<Condition>If-Match</Condition>',
    ),
  ],
  [
    'DELETE /photos/k?uploadId=u%3C',
    {},
    404,
    error(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      '<UploadId>u&lt;</UploadId>',
    ),
  ],
])('%s with %j is answered %d: %s', async ([request, headers, status, told]) => {
  const answer = await send(request, headers, request.startsWith('PUT') ? 'hello' : '');
  expect([answer.status, errorIn(answer)]).toEqual([status, told]);
  expect(answer.headers['content-type']).toBe('application/xml');
  if (!request.startsWith('GET')) return;
  // HEAD has the same fields without the body, and S3 has no sub-resources for it.
  if (/[?&](versions|uploads|object-lock)/.test(request)) return;
  const head = await send(request.replace('GET', 'HEAD'), headers);
  expect([head.status, head.text, fieldsOf(head)]).toEqual([status, '', fieldsOf(answer)]);
});

test('a digest that is another one is shown with the one that it should be', async () => {
  const answer = await send('PUT /photos/new', { 'content-md5': emptyMd5 }, 'hello');
  const digests = `<ExpectedDigest>${emptyMd5}</ExpectedDigest><CalculatedDigest>${md5('hello').digest('base64')}</CalculatedDigest>`;
  const message = 'The Content-MD5 you specified did not match what we received.';
  expect([answer.status, errorIn(answer)]).toEqual([400, error('BadDigest', message, digests)]);
});

test('the parts of an upload are named', async () => {
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'parts' });
  for (const PartNumber of [1, 2]) {
    await world.call('s3', 'UploadPart', { Bucket, Key: 'parts', UploadId, PartNumber, Body: Buffer.from('hello') });
  }
  const part = (number: number, etag: string) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`;
  const complete = async (...parts: readonly string[]) => {
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
    const answer = await send(`POST /photos/parts?uploadId=${UploadId}`, {}, body);
    return [answer.status, errorIn(answer).replace(/<Message>.*?<\/Message>/, '')];
  };
  const bare = ETAG.replaceAll('"', '');
  expect(await complete(part(1, '&quot;x&quot;'))).toEqual([
    400,
    `<Code>InvalidPart</Code><UploadId>${UploadId}</UploadId><PartNumber>1</PartNumber><ETag>x</ETag>`,
  ]);
  expect(await complete(part(1, ETAG.replaceAll('"', '&quot;')), part(2, bare))).toEqual([
    400,
    `<Code>EntityTooSmall</Code><ProposedSize>5</ProposedSize><MinSizeAllowed>5242880</MinSizeAllowed><PartNumber>1</PartNumber><ETag>${bare}</ETag>`,
  ]);
});

const described = {
  'accept-ranges': 'bytes',
  'cache-control': 'no-cache',
  'content-type': 'text/plain',
  etag: ETAG,
  'last-modified': MODIFIED,
  'x-amz-meta-a': 'b',
  [SSE]: 'AES256',
};
const unchanged = { 'cache-control': 'no-cache', etag: ETAG, 'last-modified': MODIFIED };

// Amazon S3 API Reference, GetObject and HeadObject; RFC 9110, sections 13 to 15.
test.for<readonly [request: string, headers: Headers, status: number, fields: Headers, length: number]>([
  ['/photos/k', {}, 200, described, 5],
  ['/photos/k', { range: 'bytes=1-2' }, 206, { ...described, 'content-range': 'bytes 1-2/5' }, 2],
  ['/photos/k', { range: 'bytes=0-99' }, 206, { ...described, 'content-range': 'bytes 0-4/5' }, 5],
  ['/photos/k', { range: 'bytes=2-1' }, 200, described, 5],
  ['/photos/k', { range: 'bytes=0-0,2-2' }, 200, described, 5],
  ['/photos/k?partNumber=1', {}, 206, { ...described, 'content-range': 'bytes 0-4/5' }, 5],
  ['/photos/k', { 'if-match': ETAG }, 200, described, 5],
  [
    '/photos/k?response-content-type=text%2Fhtml&response-cache-control=no-store&response-expires=Tue%2C%2001%20Jan%202030%2000%3A00%3A00%20GMT',
    {},
    200,
    {
      ...described,
      'cache-control': 'no-store',
      'content-type': 'text/html',
      expires: 'Tue, 01 Jan 2030 00:00:00 GMT',
    },
    5,
  ],
  ['/photos/k', { 'if-none-match': ETAG }, 304, unchanged, 0],
  ['/photos/k', { 'if-none-match': ETAG.replaceAll('"', '') }, 304, unchanged, 0],
  ['/photos/k', { 'if-none-match': '*' }, 304, unchanged, 0],
  ['/photos/k', { 'if-modified-since': MODIFIED }, 304, unchanged, 0],
])('GET and HEAD of %s with %j are answered %d with %j', async ([target, headers, status, fields, length]) => {
  const get = await send(`GET ${target}`, headers);
  const head = await send(`HEAD ${target}`, headers);
  const { 'x-amz-bucket-region': _, ...shown } = fieldsOf(get);
  expect([get.status, shown, get.bytes.length]).toEqual([status, fields, length]);
  expect(get.headers['content-length']).toBe(status === 304 ? undefined : `${length}`);
  expect([head.status, fieldsOf(head), head.bytes.length]).toEqual([status, fieldsOf(get), 0]);
  expect(head.headers['content-length']).toBe(get.headers['content-length']);
});

// S3 API Reference, GetObject and HeadObject, delete markers.
test('the query of a presigned URL has fields, that of another URL does not', async () => {
  const target = '/photos/p?x-amz-meta-a=b&x-amz-storage-class=STANDARD_IA';
  const url = presigned({ method: 'PUT', target, credentials, at: world.environment.now() });
  expect((await endpoint.send(url, 'x')).status).toBe(200);
  expect((await send('HEAD /photos/p')).headers).toMatchObject({
    'x-amz-meta-a': 'b',
    'x-amz-storage-class': 'STANDARD_IA',
  });
  expect((await send('PUT /photos/p?x-amz-meta-a=b', { 'content-encoding': 'gzip,aws-chunked' }, 'x')).status).toBe(
    200,
  );
  const { headers } = await send('HEAD /photos/p');
  expect(headers).toMatchObject({ 'content-encoding': 'gzip' });
  expect(headers).not.toHaveProperty('x-amz-meta-a');
});

test.for([
  ['0', '0'],
  ['soon; "quoted"', 'soon; "quoted"'],
  ['Tue, 01 Jan 2030 00:00:00 GMT', 'Tue, 01 Jan 2030 00:00:00 GMT'],
  ['Tuesday, 01-Jan-30 00:00:00 GMT', 'Tue, 01 Jan 2030 00:00:00 GMT'],
] as const)('Expires may be %j, and comes back as %j', async ([sent, expires]) => {
  expect((await send('PUT /photos/e', { expires: sent }, 'x')).status).toBe(200);
  expect((await send('PUT /photos/copy', { 'x-amz-copy-source': '/photos/e' })).status).toBe(200);
  for (const request of ['GET /photos/e', 'HEAD /photos/e', 'GET /photos/copy']) {
    expect((await send(request)).headers).toMatchObject({ expires });
  }
  const { etag = '' } = (await send('HEAD /photos/e')).headers;
  expect(await send('GET /photos/e', { 'if-none-match': etag })).toMatchObject({ status: 304, headers: { expires } });
});

test('a delete marker identifies itself', async () => {
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const deleted = await send('DELETE /photos/k');
  const id = String(deleted.headers['x-amz-version-id']);
  const marker = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': id };
  expect([deleted.status, fieldsOf(deleted), deleted.text]).toEqual([204, marker, '']);
  const xml = { 'content-type': 'application/xml', 'x-amz-bucket-region': 'us-east-1' };
  const named = { ...marker, ...xml, allow: 'DELETE', 'last-modified': MODIFIED };
  for (const method of ['GET', 'HEAD']) {
    const found = await send(`${method} /photos/k`);
    expect([found.status, fieldsOf(found)]).toEqual([404, { ...marker, ...xml }]);
    const byId = await send(`${method} /photos/k?versionId=${id}`);
    expect([byId.status, fieldsOf(byId)]).toEqual([405, named]);
  }
  const byId = await send(`GET /photos/k?versionId=${id}`);
  const what = '<Method>GET</Method><ResourceType>DeleteMarker</ResourceType>';
  const message = 'The specified method is not allowed against this resource.';
  expect(errorIn(byId)).toBe(error('MethodNotAllowed', message, what));
});

// S3 API Reference, ListObjectsV2, encoding-type: a slash stays one.
test('versions and delete markers stand among one another, by key and the newest first', async () => {
  const versioned = { Bucket, VersioningConfiguration: { Status: 'Enabled' as const } };
  await world.call('s3', 'PutBucketVersioning', versioned);
  const listed: string[] = [];
  // All in one second, as their times do not say.
  for (const Key of ['b', 'a', 'b']) {
    const put = await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('x') });
    const { VersionId } = await world.call('s3', 'DeleteObject', { Bucket, Key });
    listed.unshift(`DeleteMarker ${Key} ${VersionId}`, `Version ${Key} ${put.VersionId}`);
  }
  const { text } = await send('GET /photos?versions&encoding-type=url');
  const found = [...text.matchAll(/<(Version|DeleteMarker)>.*?<Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId>/g)];
  const byKey = (key: string) => listed.filter((line) => line.includes(` ${key} `));
  expect(found.map(([, kind, key, id]) => `${kind} ${key} ${id}`)).toEqual([
    ...byKey('a'),
    ...byKey('b'),
    'Version k null',
  ]);
});

test('an encoded list leaves slashes as they are', async () => {
  await world.call('s3', 'PutObject', { Bucket, Key: 'a/b c/é+~', Body: Buffer.from('') });
  const list = await send('GET /photos?list-type=2&encoding-type=url&prefix=a/b%20&delimiter=/');
  expect(list.text).toContain('<Prefix>a/b+</Prefix><Delimiter>/</Delimiter>');
  expect(list.text).toContain(
    '<CommonPrefixes><Prefix>a/b+c/</Prefix></CommonPrefixes><EncodingType>url</EncodingType>',
  );
  const keys = await send('GET /photos?list-type=2&encoding-type=url&prefix=a/');
  expect(keys.text).toContain('<Key>a/b+c/%C3%A9%2B%7E</Key>');
});

const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

// S3 API Reference, the operations' pages.
test.for<readonly [request: string, headers: Headers, body: string, status: number, fields: Headers, text: string]>([
  ['PUT /made', {}, '', 200, { location: '/made', 'x-amz-bucket-arn': 'arn:aws:s3:::made' }, ''],
  [
    'GET /photos?location',
    {},
    '',
    200,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint ${xmlns}/>`,
  ],
  ['DELETE /photos?tagging', {}, '', 204, {}, ''],
  ['DELETE /photos?policy', {}, '', 204, {}, ''],
  ['DELETE /photos?encryption', {}, '', 204, {}, ''],
  ['DELETE /photos/k?tagging', {}, '', 204, {}, ''],
  ['DELETE /photos/none', {}, '', 204, {}, ''],
  [
    'PUT /photos?versioning',
    {
      'content-md5': md5('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>').digest(
        'base64',
      ),
    },
    '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    200,
    {},
    '',
  ],
])('%s with %j and %s is answered %d', async ([request, headers, body, status, fields, text]) => {
  const answer = await send(request, headers, body);
  expect([answer.status, fieldsOf(answer), answer.text]).toEqual([status, fields, text]);
});

test('a policy is put without an answer, and comes back as it was', async () => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::photos/*',
      },
    ],
  });
  const put = await send('PUT /photos?policy', { 'content-md5': md5(Policy).digest('base64') }, Policy);
  expect([put.status, fieldsOf(put), put.text]).toEqual([204, {}, '']);
  const got = await send('GET /photos?policy');
  expect([got.status, got.headers['content-type'], got.text]).toEqual([200, 'application/json', Policy]);
});

test.for([
  '/photos?policy',
  '/photos?acl',
  '/photos?versioning',
  '/photos?logging',
  '/photos?website',
  '/photos?requestPayment',
  '/photos/k?acl',
])('%s needs no digest of what is put', async (resource) => {
  const answer = await send(`PUT ${resource}`, {}, '<Wrong/>');
  expect(answer.text).toMatch(/<Code>Malformed(XML|ACLError|Policy)<\/Code>/);
});

test.for(['cors', 'lifecycle', 'tagging', 'replication'])('/photos?%s needs one', async (resource) => {
  const answer = await send(`PUT /photos?${resource}`, {}, '<Wrong/>');
  const message = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*';
  expect(answer.text).toContain(error('InvalidRequest', message));
});
