/**
 * What kind of event an operation makes: its name in the log, whether it is about data, whether it only reads.
 * CloudTrail User Guide, "Understanding CloudTrail events"; Amazon S3 User Guide, "Amazon S3 CloudTrail events".
 */

export interface EventClass {
  readonly name: string;
  readonly isData: boolean;
  readonly isReadOnly: boolean;
}

export function eventClass(service: string, operation: string): EventClass {
  const name = (service === 's3' && s3Names[operation]) || operation;
  return { name, isData: service === 's3' && s3DataEvents.has(name), isReadOnly: isReadOnly(service, name) };
}

/** S3 logs some operations under an older name: Amazon S3 User Guide, "Amazon S3 CloudTrail events". */
const s3Names: Readonly<Record<string, string>> = {
  ListObjectsV2: 'ListObjects',
  PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
  GetBucketLifecycleConfiguration: 'GetBucketLifecycle',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
};

// ListMultipartUploads is in neither list of the guide; it lists what the object-level calls made.
const s3DataEvents: ReadonlySet<string> = new Set([
  // What S3 does by itself for replication; AWS has no events of it in Event history.
  'QueueExistingObjects',
  'ReplicateObject',

  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateMultipartUpload',
  'DeleteObject',
  'DeleteObjectTagging',
  'DeleteObjects',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAttributes',
  'GetObjectLegalHold',
  'GetObjectRetention',
  'GetObjectTagging',
  'GetObjectTorrent',
  'HeadBucket',
  'HeadObject',
  'ListMultipartUploads',
  'ListObjectVersions',
  'ListObjects',
  'ListParts',
  'PutObject',
  'PutObjectAcl',
  'PutObjectLegalHold',
  'PutObjectRetention',
  'PutObjectTagging',
  'RestoreObject',
  'SelectObjectContent',
  'UpdateObjectEncryption',
  'UploadPart',
  'UploadPartCopy',
]);

function isReadOnly(service: string, name: string): boolean {
  return /^(?:Get|List|Describe|Head|Lookup|Select|Simulate)/.test(name) || (readers[service]?.has(name) ?? false);
}

/** Operations that change nothing, though their name does not say so. */
const readers: Readonly<Record<string, ReadonlySet<string>>> = {
  // AWS KMS Developer Guide, "AWS KMS log entry examples".
  kms: new Set([
    'Decrypt',
    'DeriveSharedSecret',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateMac',
    'GenerateRandom',
    'ReEncrypt',
    'Sign',
    'Verify',
    'VerifyMac',
  ]),
  // IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail".
  sts: new Set(['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'DecodeAuthorizationMessage']),
  iam: new Set(['GenerateCredentialReport', 'GenerateServiceLastAccessedDetails']),
};
