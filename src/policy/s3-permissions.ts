/**
 * S3's permissions, the kind of resource that each is about, and the condition keys that only some of them support:
 * Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3". Names are in lower case.
 */

type About = 'bucket' | 'object' | 'account';

const bucketActions = `
  CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket DeleteBucketMetadataTableConfiguration
  DeleteBucketPolicy DeleteBucketWebsite GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac
  GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketMetadataTableConfiguration
  GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy
  GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning
  GetBucketWebsite GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration
  GetLifecycleConfiguration GetMetricsConfiguration GetReplicationConfiguration ListBucket
  ListBucketMultipartUploads ListBucketVersions ListTagsForResource PutAccelerateConfiguration
  PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification
  PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock
  PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
  PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration PutMetricsConfiguration
  PutReplicationConfiguration TagResource UntagResource`;

const objectActions = `
  AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
  DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
  GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes
  GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication
  ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectLegalHold
  PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete ReplicateObject
  ReplicateTags RestoreObject UpdateObjectEncryption`;

const accountActions = `
  CreateJob DescribeJob GetAccountPublicAccessBlock ListAccessPoints ListAllMyBuckets ListJobs
  PutAccountPublicAccessBlock UpdateJobPriority UpdateJobStatus`;

const words = (text: string) => text.toLowerCase().trim().split(/\s+/);

/** The actions as AWS spells them: `s3:GetObject`. */
export const s3ActionNames = (): readonly string[] =>
  `${bucketActions} ${objectActions} ${accountActions}`
    .trim()
    .split(/\s+/)
    .map((name) => `s3:${name}`);

/** Every permission, with the kind of its resource. */
export const s3Permissions: ReadonlyMap<string, About> = new Map([
  ...words(bucketActions).map((name) => [`s3:${name}`, 'bucket'] as const),
  ...words(objectActions).map((name) => [`s3:${name}`, 'object'] as const),
  ...words(accountActions).map((name) => [`s3:${name}`, 'account'] as const),
]);

const WRITING = 'putobject replicateobject';
const ACCESS_CONTROL = 'putobject putobjectacl putobjectversionacl putbucketacl createbucket';
const LISTING = 'listbucket listbucketversions listbucketmultipartuploads';
const LOCKING = 'putobject putobjectretention putobjectlegalhold bypassgovernanceretention replicateobject';
const TAGGING = 'putobject putobjecttagging putobjectversiontagging replicateobject replicatetags';
const TAGGED =
  'getobject getobjectversion getobjectacl getobjectversionacl getobjectattributes getobjectversionattributes ' +
  'getobjecttagging getobjectversiontagging putobjectacl putobjectversionacl putobjecttagging putobjectversiontagging ' +
  'deleteobjecttagging deleteobjectversiontagging updateobjectencryption';
const VERSIONED =
  'getobjectversion getobjectversionacl getobjectversionattributes getobjectversiontagging getobjectversiontorrent ' +
  'getobjectversionforreplication deleteobjectversion deleteobjectversiontagging putobjectversionacl ' +
  'putobjectversiontagging putobjectretention getobjectretention putobjectlegalhold getobjectlegalhold restoreobject';

/** Condition keys that only some permissions support; every permission supports the others. */
const particular: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    's3:x-amz-server-side-encryption': WRITING,
    's3:x-amz-server-side-encryption-aws-kms-key-id': WRITING,
    's3:x-amz-server-side-encryption-customer-algorithm': `${WRITING} getobject getobjectversion getobjectattributes getobjectversionattributes`,
    's3:x-amz-acl': ACCESS_CONTROL,
    's3:x-amz-grant-full-control': ACCESS_CONTROL,
    's3:x-amz-grant-read': ACCESS_CONTROL,
    's3:x-amz-grant-read-acp': ACCESS_CONTROL,
    's3:x-amz-grant-write': ACCESS_CONTROL,
    's3:x-amz-grant-write-acp': ACCESS_CONTROL,
    's3:x-amz-copy-source': 'putobject',
    's3:x-amz-metadata-directive': 'putobject',
    's3:x-amz-storage-class': 'putobject putobjectacl putobjectversionacl',
    's3:x-amz-website-redirect-location': 'putobject',
    's3:objectcreationoperation': 'putobject',
    's3:if-match': 'putobject deleteobject',
    's3:if-none-match': 'putobject',
    's3:prefix': LISTING,
    's3:delimiter': LISTING,
    's3:max-keys': LISTING,
    // Not for writing and deleting: Amazon S3 User Guide, "Tagging and access control policies".
    's3:existingobjecttag/': TAGGED,
    's3:requestobjecttagkeys': TAGGING,
    's3:requestobjecttag/': TAGGING,
    's3:versionid': VERSIONED,
    's3:object-lock-mode': LOCKING,
    's3:object-lock-legal-hold': LOCKING,
    's3:object-lock-retain-until-date': LOCKING,
    's3:object-lock-remaining-retention-days': LOCKING,
    's3:locationconstraint': 'createbucket',
  }).map(([key, names]) => [key, new Set(words(names).map((name) => `s3:${name}`))]),
);

/** Whether a permission supports a condition key; both in lower case. */
export function knowsConditionKey(permission: string, key: string): boolean {
  const slash = key.indexOf('/');
  const names = particular.get(slash < 0 ? key : key.slice(0, slash + 1));
  return names === undefined || names.has(permission);
}
