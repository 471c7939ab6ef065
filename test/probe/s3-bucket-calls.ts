/** What S3 is asked about buckets: Amazon S3 API Reference, and its answers as they were recorded. */

import { bytes, callsOf, policy } from './probe-call.ts';

const Bucket = '<name>';
const none = { Bucket: '<name>-none' };
const defaultTo = (...rules: readonly object[]) => ({ ServerSideEncryptionConfiguration: { Rules: rules } });
const algorithm = (SSEAlgorithm: string, KMSMasterKeyID?: string) => ({
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(KMSMasterKeyID && { KMSMasterKeyID }) },
});
const reader = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::<caller.Account>:role/<name>' },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::<name>/*',
};
const versioned = { Bucket: '<name>-versions', Key: 'k' };

/** With an empty bucket, which the calls about objects use afterwards. */
export const bucketCalls = callsOf([
  ['a bucket', 's3 CreateBucket', { Bucket }, '200'],
  ['the same bucket in us-east-1', 's3 CreateBucket', { Bucket }, '200'],
  ['a name with an underscore', 's3 CreateBucket', { Bucket: 'ssebox_probe' }, '400 InvalidBucketName'],
  ['a name in capitals', 's3 GetBucketLocation', { Bucket: 'SSEBOX-PROBE' }, '400 InvalidBucketName'],
  [
    'us-east-1 by name',
    's3 CreateBucket',
    { ...none, CreateBucketConfiguration: { LocationConstraint: 'us-east-1' } },
    '400 InvalidLocationConstraint',
  ],
  [
    'in a region that does not exist',
    's3 CreateBucket',
    { ...none, CreateBucketConfiguration: { LocationConstraint: 'mars-1' } },
    '400 InvalidLocationConstraint',
  ],
  ['with a public ACL', 's3 CreateBucket', { ...none, ACL: 'public-read' }, '400 InvalidBucketAclWithObjectOwnership'],
  ['a bucket', 's3 HeadBucket', { Bucket }, '200'],
  ['a bucket that does not exist', 's3 HeadBucket', none, '404'],
  ['a session that may not', 's3 HeadBucket', { Bucket }, '403', { as: 'idler' }],
  ['a bucket', 's3 GetBucketLocation', { Bucket }, '200'],
  ['by the beginning of their names', 's3 ListBuckets', { Prefix: Bucket }, '200'],
  ['nobody asks', 's3 ListBuckets', {}, '403 AccessDenied', { as: 'nobody' }],
  ['of a bucket that does not exist', 's3 ListObjectsV2', none, '404 NoSuchBucket'],
  ['of another owner', 's3 GetBucketLocation', { Bucket, ExpectedBucketOwner: '000000000000' }, '403 AccessDenied'],
  [
    'of what is not an account',
    's3 GetBucketLocation',
    { Bucket, ExpectedBucketOwner: 'me' },
    '400 InvalidBucketOwnerAWSAccountID',
  ],
  ['before there is one', 's3 GetBucketPolicy', { Bucket }, '404 NoSuchBucketPolicy'],
  ['before there are any', 's3 GetBucketTagging', { Bucket }, '404 NoSuchTagSet'],
  ['before there is one', 's3 GetBucketCors', { Bucket }, '404 NoSuchCORSConfiguration'],
  ['before there is one', 's3 GetBucketLifecycleConfiguration', { Bucket }, '404 NoSuchLifecycleConfiguration'],
  ['before there is one', 's3 GetBucketReplication', { Bucket }, '404 ReplicationConfigurationNotFoundError'],
  ['before there is one', 's3 GetBucketWebsite', { Bucket }, '404 NoSuchWebsiteConfiguration'],
  ['before there is one', 's3 GetObjectLockConfiguration', { Bucket }, '404 ObjectLockConfigurationNotFoundError'],
  ['of a new bucket', 's3 GetPublicAccessBlock', { Bucket }, '200'],
  ['of a new bucket', 's3 GetBucketOwnershipControls', { Bucket }, '200'],
  ['of a new bucket', 's3 GetBucketVersioning', { Bucket }, '200'],
  ['of a new bucket', 's3 GetBucketEncryption', { Bucket }, '200'],
  ['of a new bucket', 's3 GetBucketAcl', { Bucket }, '200'],
  ['of a bucket that does not exist', 's3 GetBucketEncryption', none, '404 NoSuchBucket'],
  ['tags', 's3 PutBucketTagging', { Bucket, Tagging: { TagSet: [{ Key: 'team', Value: 'red' }] } }, '204'],
  [
    'a tag twice',
    's3 PutBucketTagging',
    {
      Bucket,
      Tagging: {
        TagSet: [
          { Key: 'a', Value: '1' },
          { Key: 'a', Value: '2' },
        ],
      },
    },
    '400 InvalidTag',
  ],
  [
    'a tag of AWS',
    's3 PutBucketTagging',
    { Bucket, Tagging: { TagSet: [{ Key: 'aws:x', Value: '1' }] } },
    '400 InvalidTag',
  ],
  ['its tags', 's3 GetBucketTagging', { Bucket }, '200'],
  ['its tags', 's3 DeleteBucketTagging', { Bucket }, '204'],
  ['a public ACL', 's3 PutBucketAcl', { Bucket, ACL: 'public-read' }, '400 AccessControlListNotSupported'],
  ['a policy that is not JSON', 's3 PutBucketPolicy', { Bucket, Policy: 'all' }, '400 MalformedPolicy'],
  [
    'a policy about another bucket',
    's3 PutBucketPolicy',
    { Bucket, Policy: policy({ ...reader, Resource: 'arn:aws:s3:::<name>-none/*' }) },
    '400 MalformedPolicy',
  ],
  [
    'a policy for a role that does not exist',
    's3 PutBucketPolicy',
    { Bucket, Policy: policy({ ...reader, Principal: { AWS: 'arn:aws:iam::<caller.Account>:role/<name>-none' } }) },
    '400 MalformedPolicy',
  ],
  [
    'a policy for everybody',
    's3 PutBucketPolicy',
    { Bucket, Policy: policy({ ...reader, Principal: '*' }) },
    '403 AccessDenied',
  ],
  ['a policy', 's3 PutBucketPolicy', { Bucket, Policy: policy(reader) }, '204'],
  ['its policy', 's3 GetBucketPolicy', { Bucket }, '200'],
  ['its policy', 's3 GetBucketPolicyStatus', { Bucket }, '200'],
  ['its policy', 's3 DeleteBucketPolicy', { Bucket }, '204'],
  ['no rules', 's3 PutBucketEncryption', { Bucket, ...defaultTo() }, '400 MalformedXML'],
  [
    'two rules',
    's3 PutBucketEncryption',
    { Bucket, ...defaultTo(algorithm('AES256'), algorithm('AES256')) },
    '400 MalformedXML',
  ],
  [
    'an algorithm that does not exist',
    's3 PutBucketEncryption',
    { Bucket, ...defaultTo(algorithm('ROT13')) },
    '400 MalformedXML',
  ],
  [
    'a key for SSE-S3',
    's3 PutBucketEncryption',
    { Bucket, ...defaultTo(algorithm('AES256', '<key.KeyMetadata.Arn>')) },
    '400 InvalidArgument',
  ],
  ['no rules, and no bucket', 's3 PutBucketEncryption', { ...none, ...defaultTo() }, '404 NoSuchBucket'],
]);

/** With a bucket of their own. */
export const versionCalls = callsOf([
  ['a bucket', 's3 CreateBucket', { Bucket: versioned.Bucket }, '200'],
  [
    'without a status',
    's3 PutBucketVersioning',
    { Bucket: versioned.Bucket, VersioningConfiguration: {} },
    '400 IllegalVersioningConfigurationException',
  ],
  [
    'a status that does not exist',
    's3 PutBucketVersioning',
    { Bucket: versioned.Bucket, VersioningConfiguration: { Status: 'enabled' } },
    '400 MalformedXML',
  ],
  ['on', 's3 PutBucketVersioning', { Bucket: versioned.Bucket, VersioningConfiguration: { Status: 'Enabled' } }, '200'],
  ['a version', 's3 PutObject', { ...versioned, Body: bytes('one') }, '200', { kept: 'first', mayLag: true }],
  ['another one', 's3 PutObject', { ...versioned, Body: bytes('two') }, '200', { kept: 'second' }],
  ['the first version', 's3 GetObject', { ...versioned, VersionId: '<first.VersionId>' }, '200'],
  ['the newest version', 's3 DeleteObject', versioned, '204', { kept: 'marker' }],
  ['behind a delete marker', 's3 GetObject', versioned, '404 NoSuchKey'],
  ['behind a delete marker', 's3 HeadObject', versioned, '404'],
  ['a delete marker', 's3 GetObject', { ...versioned, VersionId: '<marker.VersionId>' }, '405 MethodNotAllowed'],
  ['a delete marker', 's3 HeadObject', { ...versioned, VersionId: '<marker.VersionId>' }, '405'],
  ['its versions', 's3 ListObjectVersions', { Bucket: versioned.Bucket }, '200'],
  [
    'a version without a key to start after',
    's3 ListObjectVersions',
    { Bucket: versioned.Bucket, VersionIdMarker: '<first.VersionId>' },
    '400 InvalidArgument',
  ],
  ['a delete marker', 's3 DeleteObject', { ...versioned, VersionId: '<marker.VersionId>' }, '204'],
  ['once more', 's3 GetObject', versioned, '200'],
  ['the first version', 's3 DeleteObject', { ...versioned, VersionId: '<first.VersionId>' }, '204'],
  ['a version that is gone', 's3 GetObject', { ...versioned, VersionId: '<first.VersionId>' }, '404 NoSuchVersion'],
  ['a bucket with versions', 's3 DeleteBucket', { Bucket: versioned.Bucket }, '409 BucketNotEmpty'],
  [
    'off',
    's3 PutBucketVersioning',
    { Bucket: versioned.Bucket, VersioningConfiguration: { Status: 'Suspended' } },
    '200',
  ],
]);
