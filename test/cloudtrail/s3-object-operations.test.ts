import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { operationFacts } from '../../src/api/operation-facts.ts';
import { s3Operations } from '../../src/s3/operations.ts';
import { arnFor, makeKey } from '../kms/made-keys.ts';
import { customerKey } from '../s3/modes.ts';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';
import { eventsOf, expectWhole, type Fields, type Told } from './whole-event.ts';

type Name = OperationName<'s3'>;
type Shown = Omit<Told, 'service' | 'eventName' | 'readOnly' | 'isData'>;

/** Makes the call as the last one of its name, and says what its event shows. */
type Row = (world: World) => Promise<Shown>;

const Bucket = 'photos';
const Key = 'reports/2026/q1.csv';
const Body = Buffer.from('12345');
const place = { Bucket, Key };
const versionId = expect.stringMatching(/^[\w.]{32}$/);

const bucketEntry = (name = Bucket): Fields => ({
  accountId: ACCOUNT,
  type: 'AWS::S3::Bucket',
  ARN: `arn:aws:s3:::${name}`,
});
const entriesOf = (key = Key, bucket = Bucket): readonly Fields[] => [
  { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
  bucketEntry(bucket),
];
const listed = (prefix: string): readonly Fields[] => [
  { type: 'AWS::S3::Object', ARNPrefix: `arn:aws:s3:::${Bucket}/${prefix}` },
  bucketEntry(),
];

const sseS3 = { 'x-amz-server-side-encryption': 'AES256' };
const put = (world: World, more: object = {}) => world.call('s3', 'PutObject', { ...place, Body, ...more });

/** A call about an object that is there. */
const onObject =
  (operation: Name, { input = {}, shown = {}, ...more }: Partial<Shown> & { input?: object; shown?: Fields }): Row =>
  async (world) => {
    await put(world);
    await world.call('s3', operation, { ...place, ...input } as never);
    return { requestParameters: { bucketName: Bucket, key: Key, ...shown }, resources: entriesOf(), ...more };
  };

const onBucket =
  (operation: Name, { input = {}, shown = {}, ...more }: Partial<Shown> & { input?: object; shown?: Fields }): Row =>
  async (world) => {
    await world.call('s3', operation, { Bucket, ...input } as never);
    return { requestParameters: { bucketName: Bucket, ...shown }, resources: [bucketEntry()], ...more };
  };

const upload = async (world: World, more: object = {}) => {
  const { UploadId } = await world.call('s3', 'CreateMultipartUpload', { ...place, ...more });
  return UploadId ?? expect.fail('there is no upload');
};

const lockMissing = ['InvalidRequest', 'Bucket is missing Object Lock Configuration'] as const;

const withoutLock =
  (operation: Name, subresource: string): Row =>
  async (world) => {
    await put(world);
    await world.refusal('s3', operation, place);
    return {
      requestParameters: { bucketName: Bucket, key: Key, [subresource]: '' },
      resources: entriesOf(),
      error: lockMissing,
    };
  };

// CloudTrail User Guide, "Amazon S3 data events"; Amazon S3 User Guide, "Example: Amazon S3 log file entries".
const rows: Readonly<Partial<Record<Name, Row>>> = {
  async AbortMultipartUpload(world) {
    const UploadId = await upload(world);
    await world.call('s3', 'AbortMultipartUpload', { ...place, UploadId });
    return { requestParameters: { bucketName: Bucket, key: Key, uploadId: UploadId }, resources: entriesOf() };
  },
  async CompleteMultipartUpload(world) {
    const UploadId = await upload(world);
    const { ETag } = await world.call('s3', 'UploadPart', { ...place, UploadId, PartNumber: 1, Body });
    await world.call('s3', 'CompleteMultipartUpload', {
      ...place,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    return {
      requestParameters: { bucketName: Bucket, key: Key, uploadId: UploadId },
      responseElements: sseS3,
      resources: entriesOf(),
    };
  },
  async CopyObject(world) {
    await put(world);
    const copy = { Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` };
    await world.call('s3', 'CopyObject', { ...copy, MetadataDirective: 'REPLACE', StorageClass: 'STANDARD_IA' });
    return {
      requestParameters: {
        bucketName: Bucket,
        key: 'copy',
        'x-amz-copy-source': `${Bucket}/${Key}`,
        'x-amz-metadata-directive': 'REPLACE',
        'x-amz-storage-class': 'STANDARD_IA',
      },
      responseElements: sseS3,
      additionalEventData: { SSEApplied: 'Default_SSE_S3' },
      resources: entriesOf('copy'),
    };
  },
  async CreateMultipartUpload(world) {
    await upload(world, { ServerSideEncryption: 'AES256', ACL: 'bucket-owner-full-control' });
    return {
      requestParameters: {
        bucketName: Bucket,
        key: Key,
        uploads: '',
        'x-amz-server-side-encryption': 'AES256',
        'x-amz-acl': 'bucket-owner-full-control',
      },
      responseElements: sseS3,
      additionalEventData: { SSEApplied: 'SSE_S3' },
      resources: entriesOf(),
    };
  },
  DeleteObject: onObject('DeleteObject', {}),
  DeleteObjectTagging: onObject('DeleteObjectTagging', { shown: { tagging: '' } }),
  DeleteObjects: onBucket('DeleteObjects', {
    input: { Delete: { Objects: [{ Key }, { Key: 'none' }] } },
    shown: { delete: '' },
  }),
  GetObject: onObject('GetObject', {
    input: { ChecksumMode: 'ENABLED', Range: 'bytes=0-2', ResponseContentType: 'text/plain' },
    shown: { 'x-amz-checksum-mode': 'ENABLED', Range: 'bytes=0-2', 'response-content-type': 'text/plain' },
    additionalEventData: { SSEApplied: 'SSE_S3', bytesTransferredOut: 3 },
  }),
  GetObjectAcl: onObject('GetObjectAcl', { shown: { acl: '' } }),
  GetObjectAttributes: onObject('GetObjectAttributes', {
    input: { ObjectAttributes: ['ETag', 'ObjectSize'] },
    shown: { attributes: '', 'x-amz-object-attributes': 'ETag,ObjectSize' },
  }),
  GetObjectLegalHold: withoutLock('GetObjectLegalHold', 'legal-hold'),
  GetObjectRetention: withoutLock('GetObjectRetention', 'retention'),
  GetObjectTagging: onObject('GetObjectTagging', { shown: { tagging: '' } }),
  HeadBucket: onBucket('HeadBucket', {}),
  HeadObject: onObject('HeadObject', {}),
  ListMultipartUploads: onBucket('ListMultipartUploads', {
    input: { Prefix: 'reports/' },
    shown: { uploads: '', prefix: 'reports/' },
  }),
  ListObjectVersions: onBucket('ListObjectVersions', {
    input: { Prefix: 'reports/' },
    shown: { versions: '', prefix: 'reports/' },
    resources: listed('reports/'),
  }),
  ListObjects: onBucket('ListObjects', { input: { MaxKeys: 5 }, shown: { 'max-keys': '5' }, resources: listed('') }),
  ListObjectsV2: onBucket('ListObjectsV2', {
    input: { Prefix: 'reports/', Delimiter: '/', FetchOwner: true },
    shown: { 'list-type': '2', prefix: 'reports/', delimiter: '/', 'fetch-owner': 'true' },
    resources: listed('reports/'),
  }),
  async ListParts(world) {
    const UploadId = await upload(world);
    await world.call('s3', 'ListParts', { ...place, UploadId, MaxParts: 5 });
    return {
      requestParameters: { bucketName: Bucket, key: Key, uploadId: UploadId, 'max-parts': '5' },
      resources: entriesOf(),
    };
  },
  async PutObject(world) {
    const SSEKMSKeyId = await makeKey(world);
    await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    const SSEKMSEncryptionContext = Buffer.from('{"team":"red"}').toString('base64');
    const headers = { SSEKMSKeyId, SSEKMSEncryptionContext, BucketKeyEnabled: true };
    await put(world, { ServerSideEncryption: 'aws:kms', ...headers, StorageClass: 'STANDARD', Tagging: 'a=b' });
    return {
      requestParameters: {
        bucketName: Bucket,
        key: Key,
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId,
        'x-amz-server-side-encryption-context': SSEKMSEncryptionContext,
        'x-amz-server-side-encryption-bucket-key-enabled': 'true',
        'x-amz-storage-class': 'STANDARD',
        'x-amz-tagging': 'a=b',
      },
      responseElements: {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': arnFor(SSEKMSKeyId),
        'x-amz-server-side-encryption-context': expect.stringMatching(/^[\w+/=]+$/),
        'x-amz-server-side-encryption-bucket-key-enabled': 'true',
        'x-amz-version-id': versionId,
      },
      additionalEventData: { bytesTransferredIn: 5, SSEApplied: 'SSE_KMS' },
      resources: entriesOf(),
    };
  },
  PutObjectAcl: async (world) => {
    await put(world);
    await world.refusal('s3', 'PutObjectAcl', { ...place, ACL: 'public-read' });
    return {
      requestParameters: { bucketName: Bucket, key: Key, acl: '', 'x-amz-acl': 'public-read' },
      error: ['AccessControlListNotSupported', 'The bucket does not allow ACLs'],
      resources: entriesOf(),
    };
  },
  PutObjectTagging: onObject('PutObjectTagging', {
    input: { Tagging: { TagSet: [{ Key: 'team', Value: 'red' }] } },
    shown: { tagging: '' },
  }),
  async UpdateObjectEncryption(world) {
    const from = await makeKey(world);
    const KMSKeyArn = arnFor(await makeKey(world));
    await put(world, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: from });
    await world.call('s3', 'UpdateObjectEncryption', { ...place, ObjectEncryption: { SSEKMS: { KMSKeyArn } } });
    return {
      requestParameters: {
        bucketName: Bucket,
        key: Key,
        encryption: '',
        ObjectEncryption: { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/', 'SSE-KMS': { KMSKeyArn } },
      },
      resources: entriesOf(),
    };
  },
  async UploadPart(world) {
    const UploadId = await upload(world);
    await world.call('s3', 'UploadPart', { ...place, UploadId, PartNumber: 1, Body });
    return {
      requestParameters: { bucketName: Bucket, key: Key, uploadId: UploadId, partNumber: '1' },
      responseElements: sseS3,
      additionalEventData: { bytesTransferredIn: 5 },
      resources: entriesOf(),
    };
  },
  async UploadPartCopy(world) {
    await put(world, { Key: 'source' });
    const UploadId = await upload(world);
    const part = { ...place, UploadId, PartNumber: 1, CopySource: `${Bucket}/source` };
    await world.call('s3', 'UploadPartCopy', part);
    return {
      requestParameters: {
        bucketName: Bucket,
        key: Key,
        uploadId: UploadId,
        partNumber: '1',
        'x-amz-copy-source': `${Bucket}/source`,
      },
      responseElements: sseS3,
      resources: entriesOf(),
    };
  },
};

const logged: Readonly<Record<string, string>> = { ListObjectsV2: 'ListObjects' };

const expectLast = (world: World, operation: string, shown: Shown): void => {
  const eventName = logged[operation] ?? operation;
  const readOnly = /^(Get|Head|List)/.test(operation);
  const event = eventsOf(world).findLast((each) => each.eventName === eventName);
  expectWhole(event, { service: 's3', eventName, readOnly, isData: true, ...shown });
};

test('there is a row for every data event', () => {
  const data = Object.keys(s3Operations).filter((name) => operationFacts('s3', name).isData);
  expect(Object.keys(rows).sort()).toEqual(data.sort());
});

test.for(Object.entries(rows))('the event of %s', async ([operation, row]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  expectLast(world, operation, await row(world));
});

// CloudTrail User Guide, "Amazon S3 data events": DeleteObjects is an event, and each of its objects is one.
test('the events of the objects that DeleteObjects deletes', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const { VersionId } = await put(world);
  await world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [{ Key, VersionId }, { Key: 'none' }] } });
  const [version, marker, ...others] = eventsOf(world).filter(({ eventName }) => eventName === 'DeleteObject');
  expect(others).toEqual([]);
  const common = { service: 's3', eventName: 'DeleteObject', readOnly: false, isData: true } as const;
  expectWhole(version, {
    ...common,
    requestParameters: { bucketName: Bucket, key: Key, versionId: VersionId },
    responseElements: { 'x-amz-version-id': VersionId },
    resources: entriesOf(),
  });
  expectWhole(marker, {
    ...common,
    requestParameters: { bucketName: Bucket, key: 'none' },
    responseElements: { 'x-amz-version-id': versionId, 'x-amz-delete-marker': 'true' },
    resources: entriesOf('none'),
  });
});

const byDefault = (SSEAlgorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse') => [
  { ApplyServerSideEncryptionByDefault: { SSEAlgorithm } },
];

// Amazon S3 User Guide, "Amazon S3 CloudTrail events": the values of SSEApplied, for a write and a read of its object.
test.for([
  ['AES256', {}, 'Default_SSE_S3', 'SSE_S3'],
  ['aws:kms', {}, 'Default_SSE_KMS', 'SSE_KMS'],
  ['aws:kms:dsse', {}, 'Default_DSSE_KMS', 'DSSE_KMS'],
  ['aws:kms', { ServerSideEncryption: 'AES256' }, 'SSE_S3', 'SSE_S3'],
  ['AES256', { ServerSideEncryption: 'aws:kms' }, 'SSE_KMS', 'SSE_KMS'],
  ['AES256', { ServerSideEncryption: 'aws:kms:dsse' }, 'DSSE_KMS', 'DSSE_KMS'],
  ['AES256', customerKey, 'SSE_C', 'SSE_C'],
] as const)('a bucket of %s and headers %j apply %s', async ([algorithm, headers, applied, read]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const Rules = byDefault(algorithm).map((rule) => ({
    ...rule,
    BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] },
  }));
  await world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
  await put(world, headers);
  const reading = 'SSECustomerKey' in headers ? headers : {};
  const SSEApplied = (eventName: string) =>
    Object(eventsOf(world).findLast((event) => event.eventName === eventName)?.additionalEventData).SSEApplied;
  await world.call('s3', 'GetObject', { ...place, ...reading });
  await upload(world, headers);
  const copying =
    'SSECustomerKey' in headers
      ? { Key: 'other', CopySource: `${Bucket}/plain` }
      : { Key: 'other', CopySource: `${Bucket}/${Key}` };
  await put(world, { Key: 'plain' });
  await put(world, headers);
  await world.call('s3', 'CopyObject', { Bucket, ...copying, ...headers });
  expect(['PutObject', 'GetObject', 'CreateMultipartUpload', 'CopyObject'].map(SSEApplied)).toEqual([
    applied,
    read,
    applied,
    applied,
  ]);
  await world.call('s3', 'DeleteObject', place);
  expect(SSEApplied('DeleteObject')).toBeUndefined();
});

test('an object under a customer’s key shows the algorithm and the digest of the key, never the key', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const Rules = [{ BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } }];
  await world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
  await put(world, customerKey);
  const headers = {
    'x-amz-server-side-encryption-customer-algorithm': 'AES256',
    'x-amz-server-side-encryption-customer-key-MD5': customerKey.SSECustomerKeyMD5,
  };
  expectLast(world, 'PutObject', {
    requestParameters: { bucketName: Bucket, key: Key, ...headers },
    responseElements: headers,
    additionalEventData: { bytesTransferredIn: 5, SSEApplied: 'SSE_C' },
    resources: entriesOf(),
  });
  expect(JSON.stringify(eventsOf(world))).not.toContain(customerKey.SSECustomerKey);
});

// Amazon S3 User Guide, "Amazon S3 CloudTrail events": a refusal has S3's code, and keeps its request.
test.for([
  ['GetObject', { Key: 'none' }, 'user/admin', 'NoSuchKey', 'The specified key does not exist.', { key: 'none' }],
  [
    'PutObject',
    { Key, Body, ACL: 'private' },
    'user/nobody',
    'AccessDenied',
    undefined,
    { key: Key, 'x-amz-acl': 'private' },
  ],
] as const)('the event of a refused %s of %j', async ([operation, input, as, code, message, shown]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('iam', 'CreateUser', { UserName: 'nobody' });
  const refusal = await world.refusal('s3', operation, { Bucket, ...input }, { as });
  const userName = as.slice('user/'.length);
  expectLast(world, operation, {
    ...(userName !== 'admin' && {
      userIdentity: {
        type: 'IAMUser',
        principalId: expect.stringMatching(/^AIDA/),
        arn: `arn:aws:iam::${ACCOUNT}:${as}`,
        accountId: ACCOUNT,
        userName,
      },
    }),
    error: [code, message ?? refusal.slice(`${code}: `.length)],
    requestParameters: { bucketName: Bucket, ...shown },
    resources: entriesOf(input.Key),
  });
});

test('the event of a call about a bucket that is missing has no resources', async () => {
  const world = newWorld();
  await world.refusal('s3', 'GetObject', place);
  expectLast(world, 'GetObject', {
    requestParameters: { bucketName: Bucket, key: Key },
    error: ['NoSuchBucket', 'The specified bucket does not exist'],
  });
});
