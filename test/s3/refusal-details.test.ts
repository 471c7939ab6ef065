import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { Input, OperationName } from '../../src/api/model/operations.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';
const Key = 'a/k.txt';
const Body = Buffer.from('0123456789');
/** The MD5 of the body, in hex and in base64, and of no bytes. */
const etag = '781e5e245d69b566979b86e28d23f2c7';
const md5 = 'eB5eJF1ptWaXm4bijSPyxw==';
const otherMd5 = '1B2M2Y8AsgTpgAmY7PhCfg==';
const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: '', SSECustomerKeyMD5: '' };
const SSE = 'x-amz-server-side-encryption';

interface Place {
  readonly world: World;
  /** Of an upload with part 1, of ten bytes, and part 2, of one. */
  readonly uploadId: string;
}

/** A bucket with an object, an unfinished upload, and customers' keys allowed. */
async function newPlace(): Promise<Place> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutBucketEncryption', {
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
        },
      ],
    },
  });
  await world.call('s3', 'PutObject', { Bucket, Key, Body });
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key });
  await world.call('s3', 'UploadPart', { Bucket, Key, UploadId, PartNumber: 1, Body });
  await world.call('s3', 'UploadPart', { Bucket, Key, UploadId, PartNumber: 2, Body: Body.subarray(0, 1) });
  return { world, uploadId: UploadId };
}

type Name = OperationName<'s3'>;

async function refusalOf({ world }: Place, name: Name, input: object): Promise<AwsError> {
  const error: unknown = await world.call('s3', name, input as Input<'s3', Name>).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof AwsError) return error;
  throw new Error(`${name} was not refused`, { cause: error });
}

const part = (PartNumber: number, ETag: string) => ({ PartNumber, ETag });
const unknownUpload = `0${'0'.repeat(8)}${'a'.repeat(48)}`;

type Row = readonly [
  name: Name,
  input: (place: Place) => object,
  code: string,
  detail: Readonly<Record<string, string>>,
];

const object = (more: object) => () => ({ Bucket, Key, ...more });
const bucket =
  (more: object = {}) =>
  () => ({ Bucket, ...more });
const argument = (ArgumentName: string, ArgumentValue?: string) => ({
  ArgumentName,
  ...(ArgumentValue !== undefined && { ArgumentValue }),
});
const lifecycle = (...rules: readonly object[]) =>
  bucket({
    LifecycleConfiguration: { Rules: rules.map((rule) => ({ Status: 'Enabled', Filter: { Prefix: '' }, ...rule })) },
  });
const notification = (...topics: readonly object[]) =>
  bucket({
    NotificationConfiguration: {
      TopicConfigurations: topics.map((topic) => ({
        TopicArn: 'arn:aws:sns:us-east-1:111122223333:t',
        Events: ['s3:ObjectCreated:*'],
        ...topic,
      })),
    },
  });

// Amazon S3 API Reference, "Error responses", and the elements that the service's answers have besides code and message,
// in its order.
const rows: readonly Row[] = [
  ['HeadBucket', () => ({ Bucket: 'nothing-here' }), 'NoSuchBucket', { BucketName: 'nothing-here' }],
  ['HeadBucket', () => ({ Bucket: 'A' }), 'InvalidBucketName', { BucketName: 'A' }],
  ['DeleteBucket', bucket(), 'BucketNotEmpty', { BucketName: Bucket }],
  ['GetBucketPolicy', bucket(), 'NoSuchBucketPolicy', { BucketName: Bucket }],
  ['GetBucketTagging', bucket(), 'NoSuchTagSet', { BucketName: Bucket }],
  ['GetBucketReplication', bucket(), 'ReplicationConfigurationNotFoundError', { BucketName: Bucket }],
  ['GetBucketLifecycleConfiguration', bucket(), 'NoSuchLifecycleConfiguration', { BucketName: Bucket }],
  ['GetBucketCors', bucket(), 'NoSuchCORSConfiguration', { BucketName: Bucket }],
  ['GetBucketWebsite', bucket(), 'NoSuchWebsiteConfiguration', { BucketName: Bucket }],
  ['GetObjectLockConfiguration', bucket(), 'ObjectLockConfigurationNotFoundError', { BucketName: Bucket }],
  ['GetBucketMetricsConfiguration', bucket({ Id: 'i' }), 'NoSuchConfiguration', { BucketName: Bucket }],
  ['GetObject', object({ Key: 'nothing' }), 'NoSuchKey', { Key: 'nothing' }],
  ['GetObjectAcl', object({ Key: 'nothing' }), 'NoSuchKey', { Key: 'nothing' }],
  ['PutObjectTagging', object({ Key: 'nothing', Tagging: { TagSet: [] } }), 'NoSuchKey', { Key: 'nothing' }],
  ['CopyObject', object({ CopySource: `${Bucket}/nothing` }), 'NoSuchKey', { Key: 'nothing' }],
  ['CopyObject', object({ CopySource: 'nothing-here/k' }), 'NoSuchBucket', { BucketName: 'nothing-here' }],
  ['GetObject', object({ VersionId: 'x' }), 'InvalidArgument', argument('versionId', 'x')],
  ['GetObject', object({ VersionId: '' }), 'InvalidArgument', argument('versionId', '')],
  [
    'CopyObject',
    object({ CopySource: `${Bucket}/${Key}?versionId=` }),
    'InvalidArgument',
    argument('x-amz-copy-source', ''),
  ],
  [
    'CopyObject',
    object({ CopySource: `${Bucket}/${Key}?versionId=abc` }),
    'InvalidArgument',
    argument('x-amz-copy-source', 'abc'),
  ],
  ['CopyObject', object({ CopySource: 'photos' }), 'InvalidArgument', argument('x-amz-copy-source', 'photos')],
  ['GetObject', object({ Key: 'k'.repeat(1025) }), 'KeyTooLongError', { Size: '1025', MaxSizeAllowed: '1024' }],
  [
    'PutObject',
    object({ Body, Metadata: { n: 'v'.repeat(2048) } }),
    'MetadataTooLarge',
    { Size: '2049', MaxSizeAllowed: '2048' },
  ],
  ['PutObject', object({ Body, StorageClass: 'COLD' }), 'InvalidStorageClass', { StorageClassRequested: 'COLD' }],
  ['PutObject', object({ Body, Tagging: 'a=1&a=2' }), 'InvalidArgument', argument('x-amz-tagging', 'a=1&a=2')],
  [
    'PutObjectTagging',
    object({ Tagging: { TagSet: [{ Key: 'k', Value: '{' }] } }),
    'InvalidTag',
    { TagKey: 'k', TagValue: '{' },
  ],
  [
    'PutObjectTagging',
    object({ Tagging: { TagSet: [{ Key: 'aws:k', Value: '' }] } }),
    'InvalidTag',
    { TagKey: 'aws:k' },
  ],
  // Digests.
  [
    'PutObject',
    object({ Body, ContentMD5: otherMd5 }),
    'BadDigest',
    { ExpectedDigest: otherMd5, CalculatedDigest: md5 },
  ],
  ['PutObject', object({ Body, ContentMD5: 'eB5e' }), 'InvalidDigest', { 'Content-MD5': 'eB5e' }],
  ['PutObject', object({ Body, ChecksumCRC32: 'AAAAAA==' }), 'BadDigest', {}],
  // Ranges, parts and conditions.
  [
    'GetObject',
    object({ Range: 'bytes=10-' }),
    'InvalidRange',
    { RangeRequested: 'bytes=10-', ActualObjectSize: '10' },
  ],
  ['GetObject', object({ PartNumber: 2 }), 'InvalidPartNumber', { ActualPartCount: '1', PartNumberRequested: '2' }],
  ['GetObject', object({ PartNumber: 0 }), 'InvalidArgument', argument('partNumber', '0')],
  ['GetObject', object({ IfMatch: '"0"' }), 'PreconditionFailed', { Condition: 'If-Match' }],
  ['GetObject', object({ IfUnmodifiedSince: new Date(0) }), 'PreconditionFailed', { Condition: 'If-Unmodified-Since' }],
  ['PutObject', object({ Body, IfNoneMatch: '*' }), 'PreconditionFailed', { Condition: 'If-None-Match' }],
  ['PutObject', object({ Body, IfMatch: '"0"' }), 'PreconditionFailed', { Condition: 'If-Match' }],
  ['PutObject', object({ Body, Key: 'nothing', IfMatch: '"0"' }), 'NoSuchKey', { Key: 'nothing' }],
  [
    'CopyObject',
    object({ CopySource: `${Bucket}/${Key}`, CopySourceIfNoneMatch: `"${etag}"` }),
    'PreconditionFailed',
    { Condition: 'x-amz-copy-source-If-None-Match' },
  ],
  [
    'PutObject',
    object({ Body, IfMatch: '"0"', IfNoneMatch: '*' }),
    'NotImplemented',
    {
      Header: 'If-Match,If-None-Match',
      additionalMessage: 'Multiple conditional request headers present in the request',
    },
  ],
  [
    'PutObject',
    object({ Body, IfNoneMatch: '"0"' }),
    'NotImplemented',
    {
      Header: 'If-None-Match',
      additionalMessage: "We don't accept the provided value of If-None-Match header for this API",
    },
  ],
  ['DeleteObject', object({ IfMatchSize: 1 }), 'NotImplemented', { Header: 'x-amz-if-match-size' }],
  // Uploads in parts.
  ['ListParts', object({ UploadId: unknownUpload }), 'NoSuchUpload', { UploadId: unknownUpload }],
  ['AbortMultipartUpload', object({ UploadId: 'x' }), 'NoSuchUpload', { UploadId: 'x' }],
  [
    'UploadPart',
    ({ uploadId: UploadId }) => ({ Bucket, Key, UploadId, PartNumber: 10_001, Body }),
    'InvalidArgument',
    argument('partNumber', '10001'),
  ],
  [
    'ListMultipartUploads',
    bucket({ KeyMarker: 'k', UploadIdMarker: 'x' }),
    'InvalidArgument',
    argument('upload-id-marker', 'x'),
  ],
  // Encryption.
  ['PutObject', object({ Body, ServerSideEncryption: 'aes' }), 'InvalidArgument', argument(SSE, 'aes')],
  ['PutObject', object({ Body, SSEKMSKeyId: 'k' }), 'InvalidArgument', argument(SSE, 'null')],
  [
    'PutObject',
    object({ Body, ServerSideEncryption: 'AES256', SSEKMSKeyId: 'k' }),
    'InvalidArgument',
    argument(SSE, 'AES256'),
  ],
  [
    'PutObject',
    object({ Body, ServerSideEncryption: 'aws:kms', SSEKMSEncryptionContext: '{}' }),
    'InvalidArgument',
    argument(`${SSE}-context`, '{}'),
  ],
  [
    'PutObject',
    object({ Body, ...customer, ServerSideEncryption: 'AES256' }),
    'InvalidArgument',
    argument(SSE, 'AES256'),
  ],
  [
    'PutObject',
    object({ Body, ...customer, SSECustomerAlgorithm: 'AES' }),
    'InvalidEncryptionAlgorithmError',
    argument(SSE, 'AES'),
  ],
  ['PutObject', object({ Body, SSECustomerKey: '' }), 'InvalidArgument', argument(SSE, 'null')],
  ['PutObject', object({ Body, SSECustomerAlgorithm: 'AES256' }), 'InvalidArgument', argument(SSE, 'null')],
  [
    'PutObject',
    object({ Body, SSECustomerAlgorithm: 'AES256', SSECustomerKey: '' }),
    'InvalidArgument',
    argument(SSE, 'null'),
  ],
  ['PutObject', object({ Body, ...customer }), 'InvalidArgument', argument(SSE, 'null')],
  ['PutObject', object({ Body, ...customer, SSECustomerKeyMD5: otherMd5 }), 'InvalidArgument', argument(SSE, 'null')],
  // Listings.
  ['ListObjectsV2', bucket({ ContinuationToken: '!' }), 'InvalidArgument', argument('continuation-token')],
  ['ListObjectsV2', bucket({ EncodingType: 'xml' }), 'InvalidArgument', argument('encoding-type', 'xml')],
  ['ListObjectsV2', bucket({ MaxKeys: -1 }), 'InvalidArgument', argument('max-keys', '-1')],
  ['ListMultipartUploads', bucket({ MaxUploads: -1 }), 'InvalidArgument', argument('max-uploads', '-1')],
  ['ListParts', object({ UploadId: unknownUpload, MaxParts: -1 }), 'InvalidArgument', argument('max-parts', '-1')],
  ['ListBuckets', () => ({ MaxBuckets: 0 }), 'InvalidArgument', argument('max-buckets', '0')],
  ['ListBuckets', () => ({ MaxBuckets: 10_001 }), 'InvalidArgument', argument('max-buckets', '10001')],
  ['ListObjectVersions', bucket({ VersionIdMarker: 'x' }), 'InvalidArgument', argument('version-id-marker', 'x')],
  ['ListBuckets', () => ({ BucketRegion: 'mars' }), 'InvalidArgument', argument('bucket-region', 'mars')],
  // Buckets.
  [
    'CreateBucket',
    () => ({ Bucket: 'b23', CreateBucketConfiguration: { LocationConstraint: 'mars' } }),
    'InvalidLocationConstraint',
    { LocationConstraint: 'mars' },
  ],
  [
    'CreateBucket',
    () => ({ Bucket: 'b23', ObjectOwnership: 'Me' }),
    'InvalidArgument',
    argument('x-amz-object-ownership'),
  ],
  [
    'CreateBucket',
    () => ({ Bucket, CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: '1' }] } }),
    'BucketAlreadyOwnedByYou',
    { BucketName: Bucket },
  ],
  [
    'PutBucketLogging',
    bucket({ BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: '' } } }),
    'InvalidTargetBucketForLogging',
    { TargetBucket: 'logs' },
  ],
  // Access control lists.
  ['PutObject', object({ Body, ACL: 'private', GrantRead: 'id="x"' }), 'InvalidRequest', {}],
  ['CreateBucket', () => ({ Bucket: 'b23', GrantRead: 'me' }), 'InvalidArgument', argument('x-amz-grant-read', 'me')],
  [
    'PutObjectAcl',
    object({ GrantWriteACP: 'name="x"' }),
    'InvalidArgument',
    argument('x-amz-grant-write-acp', 'name="x"'),
  ],
  ['PutObjectAcl', object({ GrantRead: 'uri="http://x"' }), 'InvalidArgument', argument('uri', 'http://x')],
  ['PutBucketAcl', bucket({ GrantRead: 'id="x"' }), 'InvalidArgument', argument('id', 'x')],
  ['PutBucketAcl', bucket(), 'MissingSecurityHeader', { MissingHeaderName: 'x-amz-acl' }],
  ['PutObjectAcl', object({}), 'MissingSecurityHeader', { MissingHeaderName: 'x-amz-acl' }],
  ['PutObjectAcl', object({ ACL: 'private', AccessControlPolicy: {} }), 'UnexpectedContent', {}],
  // Documents.
  ['PutBucketLifecycleConfiguration', lifecycle({ Expiration: { Days: 0 } }), 'InvalidArgument', argument('Days', '0')],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Expiration: { Date: new Date(1) } }),
    'InvalidArgument',
    argument('Date', '1970-01-01T00:00:00.001Z'),
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ ID: 'x', Expiration: { Days: 1 } }, { ID: 'x', Expiration: { Days: 1 } }),
    'InvalidArgument',
    argument('ID', 'x'),
  ],
  [
    'PutBucketLifecycleConfiguration',
    lifecycle({ Transitions: [{ Days: 1, StorageClass: 'STANDARD_IA' }] }),
    'InvalidArgument',
    argument('Days', '1'),
  ],
  [
    'PutBucketNotificationConfiguration',
    notification({ Events: ['s3:Other'] }),
    'InvalidArgument',
    argument('Event', 's3:Other'),
  ],
  ['PutBucketNotificationConfiguration', notification({ TopicArn: 'x' }), 'InvalidArgument', argument('TopicArn', 'x')],
  [
    'PutBucketNotificationConfiguration',
    notification({ Id: 'i', Events: ['s3:ObjectRemoved:*'] }, { Id: 'i' }),
    'InvalidArgument',
    argument('Id', 'i'),
  ],
];

const named = rows.map(([name, input, code, detail]) => ({ name, input, code, detail }));

test.for(named)('$name is refused with $code and $detail', async ({ name, input, code, detail }) => {
  const place = await newPlace();
  const refusal = await refusalOf(place, name, input(place));
  expect([refusal.code, Object.entries(refusal.detail)]).toEqual([code, Object.entries(detail)]);
  expect(refusal.headers).toEqual({});
});

// The parts of an upload are named in the elements of several refusals.
test('the completion of an upload names the part that is wrong', async () => {
  const place = await newPlace();
  const { uploadId: UploadId } = place;
  const complete = async (...Parts: readonly object[]) => {
    const { code, detail } = await refusalOf(place, 'CompleteMultipartUpload', {
      Bucket,
      Key,
      UploadId,
      MultipartUpload: { Parts },
    });
    return [code, ...Object.entries(detail).map((entry) => entry.join(' '))];
  };
  expect(await complete(part(1, '"abc"'))).toEqual(['InvalidPart', `UploadId ${UploadId}`, 'PartNumber 1', 'ETag abc']);
  expect(await complete(part(0, etag))).toEqual(['InvalidArgument', 'ArgumentName PartNumber', 'ArgumentValue 0']);
  expect(await complete(part(3, etag))).toEqual([
    'InvalidPart',
    `UploadId ${UploadId}`,
    'PartNumber 3',
    `ETag ${etag}`,
  ]);
  expect(await complete(part(2, etag), part(1, etag))).toEqual([
    'InvalidPart',
    `UploadId ${UploadId}`,
    'PartNumber 2',
    `ETag ${etag}`,
  ]);
  expect(await complete(part(1, etag), part(1, etag))).toEqual(['InvalidPartOrder', `UploadId ${UploadId}`]);
  expect(await complete(part(1, etag), part(2, 'cfcd208495d565ef66e7dff9f98764da'))).toEqual([
    ...['EntityTooSmall', 'ProposedSize 10', 'MinSizeAllowed 5242880'],
    ...['PartNumber 1', `ETag ${etag}`],
  ]);
});

test('every InvalidArgument says which argument it is about', () => {
  const files = readdirSync('src/s3', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const thrown = files.filter((name) => readFileSync(join('src/s3', name), 'utf8').includes("'InvalidArgument'"));
  expect(thrown).toEqual([join('request', 'invalid-argument.ts')]);
});

// S3 API Reference, GetObject and HeadObject, delete markers; a write of what a marker hides has nothing to write to.
test('a delete marker identifies itself in the headers of an answer, whether found or named', async () => {
  const place = await newPlace();
  const { world } = place;
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const { VersionId = '' } = await world.call('s3', 'DeleteObject', { Bucket, Key });
  const marker = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': VersionId };
  const named = { ...marker, 'last-modified': 'Mon, 04 May 2026 09:00:00 GMT', allow: 'DELETE' };
  const Tagging = { TagSet: [] };
  const requests: readonly (readonly [name: Name, method: string, input: object])[] = [
    ['GetObject', 'GET', {}],
    ['HeadObject', 'HEAD', {}],
    ['GetObjectAcl', 'GET', {}],
    ['GetObjectTagging', 'GET', {}],
    ['GetObjectAttributes', 'GET', { ObjectAttributes: ['ETag'] }],
    ['PutObjectTagging', 'PUT', { Tagging }],
    ['DeleteObjectTagging', 'DELETE', {}],
    ['PutObjectAcl', 'PUT', { ACL: 'bucket-owner-full-control' }],
  ];
  for (const [name, Method, input] of requests) {
    const found = await refusalOf(place, name, { Bucket, Key, ...input });
    const byId = await refusalOf(place, name, { Bucket, Key, ...input, VersionId });
    const detail = { Method, ResourceType: 'DeleteMarker' };
    expect(byId).toMatchObject({ code: 'MethodNotAllowed', detail, headers: named });
    const isRead = Method === 'GET' || Method === 'HEAD';
    expect([found.code, found.detail, found.headers]).toEqual(
      isRead ? ['NoSuchKey', { Key }, marker] : ['MethodNotAllowed', detail, { allow: 'DELETE' }],
    );
  }
  const source = await refusalOf(place, 'CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` });
  expect([source.code, source.headers]).toEqual(['NoSuchKey', marker]);
});

test('a caller who may not list does not learn of a delete marker', async () => {
  const { world } = await newPlace();
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await world.call('s3', 'DeleteObject', { Bucket, Key });
  await world.call('iam', 'CreateUser', { UserName: 'reader' });
  const Action = ['s3:GetObject', 's3:PutObjectTagging'];
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action, Resource: '*' },
  });
  await world.call('iam', 'PutUserPolicy', { UserName: 'reader', PolicyName: 'p', PolicyDocument });
  for (const [name, input] of [
    ['GetObject', {}],
    ['PutObjectTagging', { Tagging: { TagSet: [] } }],
  ] as const) {
    const call = world.call('s3', name, { Bucket, Key, ...input } as never, { as: 'user/reader' });
    await expect(call).rejects.toMatchObject({ code: 'AccessDenied', detail: {}, headers: {} });
  }
});

// RFC 9110, section 15.4.5.
test('an answer without a body says what a cache needs to know', async () => {
  const place = await newPlace();
  const kept = { CacheControl: 'max-age=60', Expires: new Date('2030-01-01T00:00:00Z') };
  await place.world.call('s3', 'PutObject', { Bucket, Key: 'cached', Body, ...kept });
  const fields = { etag: `"${etag}"`, 'last-modified': 'Mon, 04 May 2026 09:00:00 GMT' };
  for (const name of ['GetObject', 'HeadObject'] as const) {
    for (const condition of [{ IfNoneMatch: etag }, { IfModifiedSince: new Date('2026-05-04T09:00:00Z') }]) {
      const plain = await refusalOf(place, name, { Bucket, Key, ...condition });
      expect([plain.code, plain.detail, plain.headers]).toEqual(['304', {}, fields]);
      const cached = await refusalOf(place, name, { Bucket, Key: 'cached', ...condition });
      expect(cached.headers).toEqual({
        ...fields,
        'cache-control': 'max-age=60',
        expires: 'Tue, 01 Jan 2030 00:00:00 GMT',
      });
    }
  }
});
