/** Messages of S3 as they are on the wire. */

import { expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { type OperationModel, operationModel } from '../../../src/api/model/loader.ts';
import { RefusedAnswer, UnreadableAnswer } from '../../../src/wire/codecs/codec.ts';
import { loadCodec } from '../../../src/wire/codecs/load-codec.ts';
import { type AnswerMessage, headerFields } from '../../../src/wire/http/message.ts';
import { parseTarget } from '../../../src/wire/http/request-target.ts';

const restXml = await loadCodec('rest-xml');
const ids = { requestId: '79A6C3B2E5F80D14', hostId: 'aG9zdA==' };
const XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

function modelOf(name: string, service: 's3' | 's3control' = 's3'): OperationModel {
  const model = operationModel(service, name);
  if (!model) throw new Error(`S3 has no ${name}`);
  return model;
}

interface Sent {
  readonly target?: string;
  readonly headers?: readonly [string, string][];
  readonly body?: string | Uint8Array;
}

const read = (name: string, { target = '/', headers = [], body = '' }: Sent, labels = {}): unknown =>
  restXml.readInput(modelOf(name), {
    method: 'GET',
    target: parseTarget(target),
    headers: headerFields(headers),
    body: Buffer.from(body),
    labels,
  });

test.each<[what: string, operation: string, sent: Sent, input: unknown]>([
  ['labels are members', 'HeadBucket', {}, { Bucket: 'b' }],
  ['parameters', 'ListParts', { target: '/b/k?uploadId=u%2B1&max-parts=07&x=1' }, { UploadId: 'u+1', MaxParts: 7 }],
  ['a parameter without a value', 'HeadObject', { target: '/b/k?versionId' }, { VersionId: '' }],
  ['an empty number', 'ListObjects', { target: '/b?max-keys=' }, { MaxKeys: undefined }],
  [
    'a list in a field',
    'GetObjectAttributes',
    { headers: [['x-amz-object-attributes', 'ETag, ObjectSize,']] },
    { ObjectAttributes: ['ETag', 'ObjectSize'] },
  ],
  [
    'a list in two fields',
    'GetObjectAttributes',
    {
      headers: [
        ['X-Amz-Object-Attributes', 'ETag'],
        ['x-amz-object-attributes', 'Checksum'],
      ],
    },
    { ObjectAttributes: ['ETag', 'Checksum'] },
  ],
  [
    'a time',
    'HeadObject',
    { headers: [['If-Modified-Since', 'Wed, 21 Oct 2015 07:28:00 GMT']] },
    { IfModifiedSince: new Date('2015-10-21T07:28:00Z') },
  ],
  [
    'a time of RFC 850',
    'HeadObject',
    { headers: [['If-Modified-Since', 'Sunday, 06-Nov-94 08:49:37 GMT']] },
    { IfModifiedSince: new Date('1994-11-06T08:49:37Z') },
  ],
  [
    'a time of asctime',
    'HeadObject',
    { headers: [['If-Modified-Since', 'Sun Nov  6 08:49:37 1994']] },
    { IfModifiedSince: new Date('1994-11-06T08:49:37Z') },
  ],
  ['a condition that cannot be read', 'HeadObject', { headers: [['If-Modified-Since', 'yesterday']] }, {}],
  [
    'a day that does not exist',
    'HeadObject',
    { headers: [['If-Modified-Since', 'Mon, 30 Feb 2015 07:28:00 GMT']] },
    {},
  ],
  [
    'an ISO time',
    'PutObject',
    { headers: [['x-amz-object-lock-retain-until-date', '2030-01-02T03:04:05.678+01:00']] },
    { ObjectLockRetainUntilDate: new Date('2030-01-02T02:04:05.678Z') },
  ],
  [
    'a boolean in capitals',
    'PutObject',
    { headers: [['x-amz-server-side-encryption-bucket-key-enabled', 'True']] },
    { BucketKeyEnabled: true },
  ],
  [
    'metadata',
    'PutObject',
    {
      headers: [
        ['X-Amz-Meta-Color', 'red'],
        ['x-amz-meta-color', 'blue'],
        ['x-amz-meta-__proto__', 'p'],
      ],
    },
    { Metadata: JSON.parse('{"color":"red,blue","__proto__":"p"}') },
  ],
  [
    'metadata in encoded words',
    'PutObject',
    { headers: [['x-amz-meta-a', '=?utf-8?q?caf=C3=A9?= =?UTF-8?B?IQ==?=']] },
    { Metadata: { a: 'café!' } },
  ],
  [
    'metadata in an unknown charset',
    'PutObject',
    { headers: [['x-amz-meta-a', '=?x-none?q?caf?=']] },
    { Metadata: { a: '=?x-none?q?caf?=' } },
  ],
  // Amazon S3 User Guide, "Working with object metadata": ÄMÄZÕÑ S3 in UTF-8, which counts as Latin-1.
  [
    'metadata in bytes',
    'PutObject',
    { headers: [['x-amz-meta-nonascii', Buffer.from('ÄMÄZÕÑ S3').toString('latin1')]] },
    { Metadata: { nonascii: Buffer.from('ÄMÄZÕÑ S3').toString('latin1') } },
  ],
  [
    'the length that was sent, whatever is said about chunks',
    'PutObject',
    {
      headers: [
        ['Content-Length', '99'],
        ['x-amz-decoded-content-length', '5'],
        ['Content-Encoding', 'gzip, aws-chunked'],
      ],
    },
    { ContentLength: 99, ContentEncoding: 'gzip, aws-chunked' },
  ],
  // What a presigned URL has in its query is a header before a request is read.
  ['no fields in the query', 'PutObject', { target: '/b/k?X-Amz-Signature=0&x-amz-acl=private' }, {}],
])('reads %s', (_, operation, sent, input) => {
  const found = Object(read(operation, sent, { Bucket: 'b' }));
  expect({ ...found, Body: undefined }).toEqual({ Bucket: 'b', ...Object(input) });
  expect(Object.getPrototypeOf(found.Metadata ?? {})).toBe(Object.prototype);
});

test.each<[operation: string, target: string, name: string, value: string]>([
  ['ListObjectsV2', '/b?max-keys=ten', 'max-keys', 'ten'],
  ['ListParts', '/b/k?part-number-marker=0x1', 'part-number-marker', '0x1'],
  ['UploadPart', '/b/k?partNumber=1e3', 'partNumber', '1e3'],
  ['ListObjects', '/b?max-keys=2147483648', 'max-keys', '2147483648'],
])('refuses the number of %s %s', (operation, target, name, value) => {
  expect(() => read(operation, { target })).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      message: `Provided ${name} not an integer or within integer range`,
      detail: { ArgumentName: name, ArgumentValue: value },
    }),
  );
});

test('refuses a field that is not of its type', () => {
  const headers: [string, string][] = [['x-amz-object-lock-retain-until-date', 'soon']];
  expect(() => read('PutObject', { headers })).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      message: 'Invalid x-amz-object-lock-retain-until-date header: soon',
    }),
  );
});

const enabled = { VersioningConfiguration: { Status: 'Enabled' } };

test.each<[what: string, body: string]>([
  ['a namespace', `<VersioningConfiguration ${XMLNS}><Status>Enabled</Status></VersioningConfiguration>`],
  ['no namespace', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'],
  ['a prefix', `<a:VersioningConfiguration xmlns:a="x"><a:Status>Enabled</a:Status></a:VersioningConfiguration>`],
  [
    'a declaration, comments and white space',
    '<?xml version="1.0"?>\n<!-- -->\n<VersioningConfiguration>\n <Status>Enabled</Status>\n</VersioningConfiguration>\n',
  ],
  ['a byte order mark', '\ufeff<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'],
  ['references', '<VersioningConfiguration><Status>&#69;nabled</Status></VersioningConfiguration>'],
  ['character data', '<VersioningConfiguration><Status><![CDATA[Ena]]>bled</Status></VersioningConfiguration>'],
])('reads a document with %s', (_, body) => {
  expect(read('PutBucketVersioning', { body })).toEqual(enabled);
});

const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;
const tags = (count: number) =>
  `<Tagging><TagSet>${'<Tag><Key>k</Key><Value>v</Value></Tag>'.repeat(count)}</TagSet></Tagging>`;
const laughs = `<!DOCTYPE a [<!ENTITY a "${'ha'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}">]><Tagging>&b;</Tagging>`;

test.each<[what: string, body: string | Uint8Array, reason: RegExp]>([
  ['text', 'Enabled', /text data outside of root node/],
  ['a document that is cut', '<Tagging><TagSet>', /unclosed tag/],
  ['tags that cross', '<Tagging><TagSet></Tagging></TagSet>', /unmatched|unexpected close tag/],
  ['JSON', '{"TagSet":[]}', /text data outside/],
  ['another root', '<VersioningConfiguration/>', /does not begin as expected, but with VersioningConfiguration/],
  ['a second root', `${tags(1)}${tags(1)}`, /only one root/],
  ['text behind the root', `${tags(1)}x`, /text data outside/],
  ['text between elements', '<Tagging>x<TagSet/></Tagging>', /text between elements/],
  [
    'an unknown element',
    '<Tagging><TagSet><Tag><Colour/></Tag></TagSet></Tagging>',
    /the element Colour is not expected/,
  ],
  ['an element of a prototype', '<Tagging><__proto__/></Tagging>', /the element __proto__ is not expected/],
  [
    'an element in text',
    '<Tagging><TagSet><Tag><Key><b/></Key></Tag></TagSet></Tagging>',
    /the element b is not expected/,
  ],
  ['an element twice', '<Tagging><TagSet/><TagSet/></Tagging>', /the element TagSet stands here twice/],
  ['a document type', `<!DOCTYPE Tagging>${tags(1)}`, /a document type is not allowed/],
  [
    'an external entity',
    `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Tagging>&x;</Tagging>`,
    /document type/,
  ],
  ['a billion laughs', laughs, /document type/],
  ['an undefined entity', '<Tagging>&x;</Tagging>', /undefined entity/],
  ['an unbound prefix', '<a:Tagging/>', /unbound namespace prefix/],
  ['a character that XML does not have', '<Tagging>\u0001</Tagging>', /disallowed character/],
  ['elements too deep', nested(100_000), /does not begin/],
  ['too many elements', tags(100_000), /more than 200000 elements/],
  ['too many attributes', `<Tagging ${Array.from({ length: 70 }, (_, i) => `a${i}=""`).join(' ')}/>`, /64 attributes/],
  ['bytes that are not UTF-8', Buffer.from('<Tagging>\xff</Tagging>', 'latin1'), /not UTF-8/],
])('refuses %s', (_, body, reason) => {
  expect(() => read('PutBucketTagging', { body })).toThrow(
    expect.objectContaining({ code: 'MalformedXML', reason: expect.stringMatching(reason) }),
  );
});

test('refuses elements that are nested too deep', () => {
  // The client's reader skips what it does not know, so that only the depth ends it.
  const answer = { status: 200, headers: headerFields([]), body: Buffer.from(`<Tagging>${nested(40)}</Tagging>`) };
  expect(() => restXml.readOutput(modelOf('GetBucketTagging'), answer)).toThrow(/nested deeper than 32/);
});

test('refuses a body that is not there where there has to be one', () => {
  expect(() => read('PutBucketTagging', {})).toThrow(expect.objectContaining({ code: 'MissingRequestBodyError' }));
  expect(read('CreateBucket', {}, { Bucket: 'b' })).toEqual({ Bucket: 'b' });
});

test('reads an attribute whatever the prefix of its namespace', () => {
  const grantee = `<Grantee xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="Group"><URI>u</URI></Grantee>`;
  const body = `<AccessControlPolicy><AccessControlList><Grant>${grantee}</Grant></AccessControlList></AccessControlPolicy>`;
  expect(read('PutBucketAcl', { body })).toEqual({
    AccessControlPolicy: { Grants: [{ Grantee: { Type: 'Group', URI: 'u' } }] },
  });
});

test('passes the bytes of an object on', () => {
  expect(read('PutObject', { body: '<x' })).toEqual({ Body: Buffer.from('<x') });
});

const text = ({ body }: AnswerMessage): string | undefined => (body === undefined ? undefined : `${body}`);
const answered = (name: string, output: unknown) => {
  const answer = restXml.writeOutput(modelOf(name), output, ids);
  return { status: answer.status, fields: Object.fromEntries(answer.headers), text: text(answer) };
};
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const idFields = { 'x-amz-request-id': ['79A6C3B2E5F80D14'], 'x-amz-id-2': ['aG9zdA=='] };

test.each<[what: string, operation: string, output: unknown, status: number, body: string | undefined]>([
  [
    'the location',
    'GetBucketLocation',
    { LocationConstraint: 'eu-west-1' },
    200,
    `${XML}<LocationConstraint ${XMLNS}>eu-west-1</LocationConstraint>`,
  ],
  ['no location', 'GetBucketLocation', {}, 200, `${XML}<LocationConstraint ${XMLNS}/>`],
  [
    'a root that is not the shape',
    'GetBucketVersioning',
    { Status: 'Enabled' },
    200,
    `${XML}<VersioningConfiguration ${XMLNS}><Status>Enabled</Status></VersioningConfiguration>`,
  ],
  [
    'lists, a time and what XML reserves',
    'ListBuckets',
    { Buckets: [{ Name: 'a&<b', CreationDate: new Date(0) }] },
    200,
    `${XML}<ListAllMyBucketsResult ${XMLNS}><Buckets><Bucket><Name>a&amp;&lt;b</Name><CreationDate>1970-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>`,
  ],
  [
    'flat lists',
    'ListObjects',
    { Contents: [{ Key: 'a' }, { Key: '\u0001' }] },
    200,
    `${XML}<ListBucketResult ${XMLNS}><Contents><Key>a</Key></Contents><Contents><Key>&#x1;</Key></Contents></ListBucketResult>`,
  ],
  ['a policy', 'GetBucketPolicy', { Policy: '{"a":1}' }, 200, '{"a":1}'],
  ['nothing', 'PutBucketVersioning', undefined, 200, ''],
  ['nothing, with 204', 'DeleteObject', {}, 204, undefined],
  ['a part', 'GetObject', { ContentRange: 'bytes 0-0/2', Body: Buffer.from('x') }, 206, 'x'],
  ['HEAD', 'HeadObject', { ContentLength: 5 }, 200, undefined],
])('answers with %s', (_, operation, output, status, body) => {
  expect(answered(operation, output)).toMatchObject({ status, text: body, fields: idFields });
});

test('answers with fields', () => {
  const output = {
    ETag: '"a"',
    LastModified: new Date('2015-10-21T07:28:00Z'),
    BucketKeyEnabled: true,
    ContentType: 'text/plain; x=ä',
    ContentDisposition: 'attachment; filename="日\r\n本\0"',
    Metadata: {
      color: 'red',
      a: 'café',
      b: Buffer.from('ÄMÄZÕÑ S3').toString('latin1'),
      c: 'x\r\ny: z',
      ü: '1',
      'a b': '2',
    },
  };
  expect(answered('HeadObject', output).fields).toEqual({
    ...idFields,
    etag: ['"a"'],
    'last-modified': ['Wed, 21 Oct 2015 07:28:00 GMT'],
    'x-amz-server-side-encryption-bucket-key-enabled': ['true'],
    'content-type': ['text/plain; x=ä'],
    // S3 puts a space for what a field cannot have.
    'content-disposition': ['attachment; filename="     "'],
    'x-amz-meta-color': ['red'],
    'x-amz-meta-a': ['=?UTF-8?Q?caf=C3=A9?='],
    // Amazon S3 User Guide, "Working with object metadata".
    'x-amz-meta-b': ['=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?='],
    'x-amz-meta-c': [`=?UTF-8?B?${Buffer.from('x\r\ny: z').toString('base64')}?=`],
    'x-amz-missing-meta': ['2'],
  });
});

const denied = new AwsError('AccessDenied', 'a<b', { BucketName: 'b&c' }, undefined, { 'x-amz-delete-marker': 'true' });

test.each<[service: 's3' | 's3control', error: AwsError, status: number, body: string | undefined]>([
  [
    's3',
    denied,
    403,
    `${XML}<Error><Code>AccessDenied</Code><Message>a&lt;b</Message><BucketName>b&amp;c</BucketName><RequestId>79A6C3B2E5F80D14</RequestId><HostId>aG9zdA==</HostId></Error>`,
  ],
  [
    's3control',
    denied,
    403,
    `${XML}<ErrorResponse xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Error><Code>AccessDenied</Code><Message>a&lt;b</Message><BucketName>b&amp;c</BucketName></Error><RequestId>79A6C3B2E5F80D14</RequestId><HostId>aG9zdA==</HostId></ErrorResponse>`,
  ],
  ['s3', new AwsError('304', 'Not Modified', {}, undefined, { 'x-amz-delete-marker': 'true' }), 304, undefined],
])('words a refusal of %s', (service, error, status, body) => {
  const answer = restXml.writeError(error, ids, undefined, service);
  expect([answer.status, text(answer)]).toEqual([status, body]);
  expect(Object.fromEntries(answer.headers)).toMatchObject({ ...idFields, 'x-amz-delete-marker': ['true'] });
  expect(restXml.readError(answer)).toEqual(
    body === undefined
      ? { status, code: '304', message: '', detail: {}, requestId: ids.requestId }
      : { status, code: error.code, message: error.message, detail: error.detail, requestId: ids.requestId },
  );
});

const received = (body: string | Uint8Array): AnswerMessage => ({
  status: 200,
  headers: headerFields([]),
  body: Buffer.from(body),
});
const completed = '<CompleteMultipartUploadResult><ETag>e</ETag><New><x/></New></CompleteMultipartUploadResult>';

test('reads an answer that has more than the model', () => {
  expect(restXml.readOutput(modelOf('CompleteMultipartUpload'), received(`  \n${completed}`))).toEqual({ ETag: 'e' });
});

test('takes a refusal for one although it comes with a success', () => {
  const answer = received(`  ${XML.trim()}<Error><Code>InternalError</Code><Message>m</Message></Error>`);
  expect(() => restXml.readOutput(modelOf('CompleteMultipartUpload'), answer)).toThrow(RefusedAnswer);
});

test.each(['<html><p>', 'nothing', '<Error></Error>', Buffer.from([0xff])])(
  'does not take %s for an answer',
  (body) => {
    expect(() => restXml.readOutput(modelOf('CompleteMultipartUpload'), received(body))).toThrow(UnreadableAnswer);
  },
);

test('makes a request', () => {
  const input = { Bucket: 'b', Key: 'a b/../ü//', UploadId: 'u+/', PartNumber: 3, ContentMD5: 'x', Body: Buffer.of(1) };
  expect(restXml.writeInput(modelOf('UploadPart'), input)).toEqual({
    method: 'PUT',
    target: {
      rawPath: '/b/a%20b/../%C3%BC//',
      query: [
        { name: 'partNumber', value: '3', hasValue: true },
        { name: 'uploadId', value: 'u+/', hasValue: true },
      ],
    },
    headers: headerFields([['content-md5', 'x']]),
    body: Buffer.of(1),
  });
  expect(restXml.writeInput(modelOf('GetBucketAcl'), { Bucket: 'b' }).target).toEqual({
    rawPath: '/b',
    query: [{ name: 'acl', value: '', hasValue: false }],
  });
});
