/**
 * Which permissions each operation needs: S3 API Reference, the operations' pages, Permissions, and Service Authorization
 * Reference, "Actions, resources, and condition keys for Amazon S3".
 */

import { describe, expect, test } from 'vitest';
import { s3Operations } from '../../src/s3/operations.ts';
import { configurations, metrics } from '../support/configurations.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';
const bucket = 'arn:aws:s3:::photos';
const OBJECT = 'arn:aws:s3:::photos/k';
const NEW = 'arn:aws:s3:::photos/new';
const ROLE = 'arn:aws:iam::111122223333:role/replication';
const Body = Buffer.from('x');
const Key = 'k';
const upload = { Key: 'new', UploadId: 'u', PartNumber: 1 };
const acl = { ACL: 'bucket-owner-full-control' };

/** An operation, its input beside the bucket, and `permission resource` of each permission. */
type Row = readonly [operation: string, input: object, ...permissions: (readonly [string, string])[]];

const inputOf = (operation: string, input: object) => (operation === 'ListBuckets' ? input : { Bucket, ...input });

const on = (resource: string, ...permissions: readonly string[]) =>
  permissions.map((permission) => [permission, resource] as const);

const ofBucket = (operation: string, permission: string, input: object = {}): Row => [
  operation,
  input,
  ...on(bucket, permission),
];

const putting = (kind: keyof typeof configurations, permission: string): Row =>
  ofBucket(configurations[kind][0], permission, configurations[kind][1]);

const rows: readonly Row[] = [
  ['ListBuckets', {}, ['s3:ListAllMyBuckets', '*']],
  ['CreateBucket', { Bucket: 'another' }, ['s3:CreateBucket', 'arn:aws:s3:::another']],
  [
    'CreateBucket',
    {
      Bucket: 'another',
      ACL: 'private',
      ObjectOwnership: 'ObjectWriter',
      CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: 'b' }] },
    },
    ...on(
      'arn:aws:s3:::another',
      's3:CreateBucket',
      's3:PutBucketAcl',
      's3:PutBucketOwnershipControls',
      's3:TagResource',
    ),
  ],
  ofBucket('DeleteBucket', 's3:DeleteBucket'),
  ofBucket('HeadBucket', 's3:ListBucket'),
  ofBucket('GetBucketLocation', 's3:GetBucketLocation'),
  ofBucket('ListObjects', 's3:ListBucket'),
  ofBucket('ListObjectsV2', 's3:ListBucket'),
  ofBucket('ListObjectVersions', 's3:ListBucketVersions'),
  ofBucket('ListMultipartUploads', 's3:ListBucketMultipartUploads'),
  ofBucket('GetBucketPolicy', 's3:GetBucketPolicy'),
  ofBucket('PutBucketPolicy', 's3:PutBucketPolicy', { Policy: '{}' }),
  ofBucket('DeleteBucketPolicy', 's3:DeleteBucketPolicy'),
  ofBucket('GetBucketPolicyStatus', 's3:GetBucketPolicyStatus'),
  ofBucket('GetBucketAcl', 's3:GetBucketAcl'),
  ofBucket('PutBucketAcl', 's3:PutBucketAcl', acl),
  ofBucket('GetBucketVersioning', 's3:GetBucketVersioning'),
  ofBucket('PutBucketVersioning', 's3:PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } }),
  ofBucket('GetBucketTagging', 's3:GetBucketTagging'),
  ofBucket('PutBucketTagging', 's3:PutBucketTagging', { Tagging: { TagSet: [] } }),
  ofBucket('DeleteBucketTagging', 's3:PutBucketTagging'),
  ofBucket('GetBucketEncryption', 's3:GetEncryptionConfiguration'),
  ofBucket('PutBucketEncryption', 's3:PutEncryptionConfiguration', {
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  }),
  ofBucket('DeleteBucketEncryption', 's3:PutEncryptionConfiguration'),
  ofBucket('GetBucketLifecycleConfiguration', 's3:GetLifecycleConfiguration'),
  ofBucket('GetBucketReplication', 's3:GetReplicationConfiguration'),
  [
    'PutBucketReplication',
    { ReplicationConfiguration: { Role: ROLE, Rules: [] } },
    ['s3:PutReplicationConfiguration', bucket],
    ['iam:PassRole', ROLE],
  ],
  ofBucket('DeleteBucketReplication', 's3:PutReplicationConfiguration'),
  ofBucket('GetPublicAccessBlock', 's3:GetBucketPublicAccessBlock'),
  ofBucket('PutPublicAccessBlock', 's3:PutBucketPublicAccessBlock', {
    PublicAccessBlockConfiguration: { BlockPublicAcls: true },
  }),
  ofBucket('DeletePublicAccessBlock', 's3:PutBucketPublicAccessBlock'),
  ofBucket('GetBucketOwnershipControls', 's3:GetBucketOwnershipControls'),
  ofBucket('PutBucketOwnershipControls', 's3:PutBucketOwnershipControls', {
    OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  }),
  ofBucket('DeleteBucketOwnershipControls', 's3:PutBucketOwnershipControls'),
  ofBucket('GetBucketAccelerateConfiguration', 's3:GetAccelerateConfiguration'),
  ofBucket('GetBucketCors', 's3:GetBucketCORS'),
  ofBucket('GetBucketLogging', 's3:GetBucketLogging'),
  ofBucket('GetBucketNotificationConfiguration', 's3:GetBucketNotification'),
  ofBucket('GetBucketRequestPayment', 's3:GetBucketRequestPayment'),
  ofBucket('GetBucketWebsite', 's3:GetBucketWebsite'),
  ofBucket('GetBucketLifecycle', 's3:GetLifecycleConfiguration'),
  ofBucket('GetBucketNotification', 's3:GetBucketNotification'),
  ofBucket('GetBucketAnalyticsConfiguration', 's3:GetAnalyticsConfiguration', { Id: 'a' }),
  ofBucket('GetBucketMetricsConfiguration', 's3:GetMetricsConfiguration', { Id: 'a' }),
  ofBucket('ListBucketMetricsConfigurations', 's3:GetMetricsConfiguration'),
  ofBucket('PutBucketMetricsConfiguration', 's3:PutMetricsConfiguration', {
    Id: 'a',
    MetricsConfiguration: metrics('a'),
  }),
  ofBucket('DeleteBucketMetricsConfiguration', 's3:PutMetricsConfiguration', { Id: 'a' }),
  ofBucket('GetBucketInventoryConfiguration', 's3:GetInventoryConfiguration', { Id: 'a' }),
  ofBucket('GetBucketIntelligentTieringConfiguration', 's3:GetIntelligentTieringConfiguration', { Id: 'a' }),
  ofBucket('ListBucketAnalyticsConfigurations', 's3:GetAnalyticsConfiguration'),
  ofBucket('ListBucketInventoryConfigurations', 's3:GetInventoryConfiguration'),
  ofBucket('ListBucketIntelligentTieringConfigurations', 's3:GetIntelligentTieringConfiguration'),
  putting('lifecycle', 's3:PutLifecycleConfiguration'),
  putting('cors', 's3:PutBucketCORS'),
  putting('logging', 's3:PutBucketLogging'),
  putting('notification', 's3:PutBucketNotification'),
  putting('accelerate', 's3:PutAccelerateConfiguration'),
  putting('requestPayment', 's3:PutBucketRequestPayment'),
  putting('website', 's3:PutBucketWebsite'),
  putting('analytics', 's3:PutAnalyticsConfiguration'),
  putting('inventory', 's3:PutInventoryConfiguration'),
  putting('intelligent-tiering', 's3:PutIntelligentTieringConfiguration'),
  ofBucket('PutBucketLifecycle', 's3:PutLifecycleConfiguration', {
    LifecycleConfiguration: { Rules: [{ Prefix: '', Status: 'Enabled', Expiration: { Days: 1 } }] },
  }),
  ofBucket('PutBucketNotification', 's3:PutBucketNotification', { NotificationConfiguration: {} }),
  ofBucket('DeleteBucketLifecycle', 's3:PutLifecycleConfiguration'),
  ofBucket('DeleteBucketCors', 's3:PutBucketCORS'),
  ofBucket('DeleteBucketWebsite', 's3:DeleteBucketWebsite'),
  ofBucket('DeleteBucketAnalyticsConfiguration', 's3:PutAnalyticsConfiguration', { Id: 'a' }),
  ofBucket('DeleteBucketInventoryConfiguration', 's3:PutInventoryConfiguration', { Id: 'a' }),
  ofBucket('DeleteBucketIntelligentTieringConfiguration', 's3:PutIntelligentTieringConfiguration', { Id: 'a' }),
  ofBucket('GetObjectLockConfiguration', 's3:GetBucketObjectLockConfiguration'),
  ['GetObject', { Key }, ...on(OBJECT, 's3:GetObject')],
  ['GetObject', { Key, VersionId: 'null' }, ...on(OBJECT, 's3:GetObjectVersion')],
  ['HeadObject', { Key }, ...on(OBJECT, 's3:GetObject')],
  ['HeadObject', { Key, VersionId: 'null' }, ...on(OBJECT, 's3:GetObjectVersion')],
  ['GetObjectAttributes', { Key, ObjectAttributes: ['ETag'] }, ...on(OBJECT, 's3:GetObject', 's3:GetObjectAttributes')],
  [
    'GetObjectAttributes',
    { Key, VersionId: 'null', ObjectAttributes: ['ETag'] },
    ...on(OBJECT, 's3:GetObjectVersion', 's3:GetObjectVersionAttributes'),
  ],
  ['PutObject', { Key: 'new', Body }, ...on(NEW, 's3:PutObject')],
  [
    'PutObject',
    { Key: 'new', Body, ...acl, Tagging: 'a=b' },
    ...on(NEW, 's3:PutObject', 's3:PutObjectAcl', 's3:PutObjectTagging'),
  ],
  [
    'PutObject',
    { Key: 'new', Body, ObjectLockMode: 'GOVERNANCE', ObjectLockLegalHoldStatus: 'ON' },
    ...on(NEW, 's3:PutObject', 's3:PutObjectRetention', 's3:PutObjectLegalHold'),
  ],
  ['PutObject', { Key, Body, IfMatch: '"e"' }, ...on(OBJECT, 's3:PutObject', 's3:GetObject')],
  ['PutObject', { Key: 'new', Body, IfNoneMatch: '*' }, ...on(NEW, 's3:PutObject')],
  ['CreateMultipartUpload', { Key: 'new' }, ...on(NEW, 's3:PutObject')],
  [
    'CreateMultipartUpload',
    { Key: 'new', ...acl, Tagging: 'a=b' },
    ...on(NEW, 's3:PutObject', 's3:PutObjectAcl', 's3:PutObjectTagging'),
  ],
  ['UploadPart', { ...upload, Body }, ...on(NEW, 's3:PutObject')],
  ['UploadPartCopy', { ...upload, CopySource: 'photos/k' }, ['s3:GetObject', OBJECT], ['s3:PutObject', NEW]],
  [
    'UploadPartCopy',
    { ...upload, CopySource: 'photos/k?versionId=null' },
    ['s3:GetObjectVersion', OBJECT],
    ['s3:PutObject', NEW],
  ],
  ['CompleteMultipartUpload', { Key: 'new', UploadId: 'u' }, ...on(NEW, 's3:PutObject')],
  ['CompleteMultipartUpload', { Key: 'new', UploadId: 'u', IfNoneMatch: '*' }, ...on(NEW, 's3:PutObject')],
  // Amazon S3 User Guide, "How to prevent object overwrites with conditional writes", permissions.
  [
    'CompleteMultipartUpload',
    { Key: 'new', UploadId: 'u', IfMatch: '"e"' },
    ...on(NEW, 's3:PutObject', 's3:GetObject'),
  ],
  ['AbortMultipartUpload', { Key: 'new', UploadId: 'u' }, ...on(NEW, 's3:AbortMultipartUpload')],
  ['ListParts', { Key: 'new', UploadId: 'u' }, ...on(NEW, 's3:ListMultipartUploadParts')],
  // Of a copy the tags go along, unless they are replaced.
  [
    'CopyObject',
    { Key: 'new', CopySource: 'photos/plain' },
    ['s3:GetObject', 'arn:aws:s3:::photos/plain'],
    ['s3:PutObject', NEW],
  ],
  [
    'CopyObject',
    { Key: 'new', CopySource: 'photos/k' },
    ...on(OBJECT, 's3:GetObject', 's3:GetObjectTagging'),
    ...on(NEW, 's3:PutObject', 's3:PutObjectTagging'),
  ],
  [
    'CopyObject',
    { Key: 'new', CopySource: 'photos/k?versionId=null' },
    ...on(OBJECT, 's3:GetObjectVersion', 's3:GetObjectVersionTagging'),
    ...on(NEW, 's3:PutObject', 's3:PutObjectTagging'),
  ],
  [
    'CopyObject',
    { Key: 'new', CopySource: 'photos/k', TaggingDirective: 'REPLACE' },
    ...on(OBJECT, 's3:GetObject'),
    ...on(NEW, 's3:PutObject'),
  ],
  ['DeleteObject', { Key }, ...on(OBJECT, 's3:DeleteObject')],
  ['DeleteObject', { Key, VersionId: 'null' }, ...on(OBJECT, 's3:DeleteObjectVersion')],
  ['GetObjectTagging', { Key }, ...on(OBJECT, 's3:GetObjectTagging')],
  ['GetObjectTagging', { Key, VersionId: 'null' }, ...on(OBJECT, 's3:GetObjectVersionTagging')],
  ['PutObjectTagging', { Key, Tagging: { TagSet: [] } }, ...on(OBJECT, 's3:PutObjectTagging')],
  [
    'PutObjectTagging',
    { Key, VersionId: 'null', Tagging: { TagSet: [] } },
    ...on(OBJECT, 's3:PutObjectVersionTagging'),
  ],
  ['DeleteObjectTagging', { Key }, ...on(OBJECT, 's3:DeleteObjectTagging')],
  ['DeleteObjectTagging', { Key, VersionId: 'null' }, ...on(OBJECT, 's3:DeleteObjectVersionTagging')],
  ['GetObjectAcl', { Key }, ...on(OBJECT, 's3:GetObjectAcl')],
  ['GetObjectAcl', { Key, VersionId: 'null' }, ...on(OBJECT, 's3:GetObjectVersionAcl')],
  ['PutObjectAcl', { Key, ...acl }, ...on(OBJECT, 's3:PutObjectAcl')],
  ['PutObjectAcl', { Key, VersionId: 'null', ...acl }, ...on(OBJECT, 's3:PutObjectVersionAcl')],
  ['GetObjectRetention', { Key }, ...on(OBJECT, 's3:GetObjectRetention')],
  ['GetObjectLegalHold', { Key }, ...on(OBJECT, 's3:GetObjectLegalHold')],
  [
    'UpdateObjectEncryption',
    { Key, ObjectEncryption: { SSEKMS: { KMSKeyArn: 'x' } } },
    ...on(OBJECT, 's3:UpdateObjectEncryption', 's3:PutObject'),
  ],
];

async function newPhotos(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key, Body, Tagging: 'a=b' });
  await world.call('s3', 'PutObject', { Bucket, Key: 'plain', Body });
  await world.call('iam', 'CreateUser', { UserName: 'u' });
  return world;
}

const user = { as: 'user/u' };

describe.for(rows)('%s with %j', ([operation, input, ...permissions]) => {
  test(`needs ${permissions.map(([permission]) => permission).join(', ')}`, async () => {
    const world = await newPhotos();
    const { decisions } = await world.explain('s3', operation, inputOf(operation, input));
    const needed = decisions.filter(({ decidesOnly }) => decidesOnly === undefined);
    expect(needed.map(({ action, resource }) => [action, resource])).toEqual(permissions);
  });

  test('needs each of them', async () => {
    const world = await newPhotos();
    for (const missing of permissions) {
      const given = permissions.filter((permission) => permission !== missing);
      const Statement = [['s3:ListTagsForResource', '*'] as const, ...given].map(([Action, Resource]) => ({
        Effect: 'Allow',
        Action,
        Resource,
      }));
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await world.call('iam', 'PutUserPolicy', { UserName: 'u', PolicyName: 'p', PolicyDocument });
      expect(await world.refusal('s3', operation as 'GetObject', inputOf(operation, input), user)).toMatch(
        `is not authorized to perform: ${missing[0]}`,
      );
    }
  });
});

test('every operation is in the table', () => {
  // It decides as DeleteObject, for each object.
  const elsewhere = ['DeleteObjects'];
  const named = new Set([...rows.map(([operation]) => operation), ...elsewhere]);
  expect(Object.keys(s3Operations).filter((operation) => !named.has(operation))).toEqual([]);
});
