import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { configurations } from '../support/configurations.ts';
import { newWorld } from '../support/harness.ts';

const Bucket = 'photos';

const encryption = {
  ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
};
const tagging = { Tagging: { TagSet: [{ Key: 'team', Value: 'red' }] } };
const versioning = { VersioningConfiguration: { Status: 'Enabled' } };
const ownership = { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } };
const block = { PublicAccessBlockConfiguration: { BlockPublicAcls: true } };
const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::photos/*' }];

type Row = [operation: OperationName<'s3'>, subresource: string, input: object, document: object];

// Amazon S3 User Guide, "Amazon S3 CloudTrail events": a request on a bucket's configuration shows its sub-resource,
// which is the query of its URI in the S3 API Reference, and what it puts.
test.for<Row>([
  ['GetBucketAcl', 'acl', {}, {}],
  ['GetBucketAccelerateConfiguration', 'accelerate', {}, {}],
  ['GetBucketCors', 'cors', {}, {}],
  ['GetBucketEncryption', 'encryption', {}, {}],
  ['PutBucketEncryption', 'encryption', encryption, encryption],
  ['DeleteBucketEncryption', 'encryption', {}, {}],
  ['GetBucketLifecycleConfiguration', 'lifecycle', {}, {}],
  ['GetBucketLocation', 'location', {}, {}],
  ['GetBucketLogging', 'logging', {}, {}],
  ['GetBucketNotificationConfiguration', 'notification', {}, {}],
  ['GetObjectLockConfiguration', 'object-lock', {}, {}],
  ['GetBucketOwnershipControls', 'ownershipControls', {}, {}],
  ['PutBucketOwnershipControls', 'ownershipControls', ownership, ownership],
  ['DeleteBucketOwnershipControls', 'ownershipControls', {}, {}],
  ['GetBucketPolicy', 'policy', {}, {}],
  ['PutBucketPolicy', 'policy', { Policy: JSON.stringify({ Statement }) }, { bucketPolicy: { Statement } }],
  ['DeleteBucketPolicy', 'policy', {}, {}],
  ['GetBucketPolicyStatus', 'policyStatus', {}, {}],
  ['GetPublicAccessBlock', 'publicAccessBlock', {}, {}],
  ['PutPublicAccessBlock', 'publicAccessBlock', block, block],
  ['DeletePublicAccessBlock', 'publicAccessBlock', {}, {}],
  ['GetBucketReplication', 'replication', {}, {}],
  ['DeleteBucketReplication', 'replication', {}, {}],
  ['GetBucketRequestPayment', 'requestPayment', {}, {}],
  ['GetBucketTagging', 'tagging', {}, {}],
  ['PutBucketTagging', 'tagging', tagging, tagging],
  ['DeleteBucketTagging', 'tagging', {}, {}],
  ['GetBucketVersioning', 'versioning', {}, {}],
  ['PutBucketVersioning', 'versioning', versioning, versioning],
  ['GetBucketWebsite', 'website', {}, {}],
  ...Object.entries(configurations).map(([subresource, [operation, { ...input }]]): Row => {
    const { Id: id, ...document } = input as { readonly Id?: string };
    return [operation, subresource, input, { ...(id !== undefined && { id }), ...document }];
  }),
  ['DeleteBucketCors', 'cors', {}, {}],
  ['DeleteBucketLifecycle', 'lifecycle', {}, {}],
  ['DeleteBucketInventoryConfiguration', 'inventory', { Id: 'a' }, { id: 'a' }],
  ['ListBucketIntelligentTieringConfigurations', 'intelligent-tiering', {}, {}],
])('the log shows of %s the sub-resource "%s"', async ([operation, subresource, input, document]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  // What is asked for may not be there, which is logged with the same request.
  await world.call('s3', operation, { Bucket, ...input } as never).catch(() => {});
  const record = world.transact(allCalls).find((each) => each.operation === operation);
  expect(record?.parameters).toEqual({
    bucketName: Bucket,
    Host: 'photos.s3.amazonaws.com',
    [subresource]: '',
    ...document,
  });
});
