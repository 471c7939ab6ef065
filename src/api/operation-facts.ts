/**
 * What sets operations apart for those who look at calls from outside: the audit log, request quotas, bills, and the
 * queue of what waits to be replicated. A row says where an operation differs from what its name and service imply.
 */

import type { OperationName, ServiceName } from './model/operations.ts';

export interface OperationFacts {
  /** Changes nothing: `readOnly` of its events. */
  readonly reads: boolean;
  /** Makes a data event, which only trails that ask for it have; else a management event. */
  readonly isData: boolean;
  /** Its name in the audit log. */
  readonly loggedAs: string;
  /** Which rate of requests it draws on; undefined: AWS states none for it. */
  readonly quota: QuotaClass | undefined;
  /** What a request costs; undefined: AWS's price is not among those that are known here. */
  readonly price: PriceClass | undefined;
  /** Makes a version of an object or a delete marker, or changes what goes along with a version to its replicas. */
  readonly writesVersion: boolean;
}

/**
 * AWS KMS Developer Guide, "Request quotas": the shared rate of symmetric keys, the shared rate of the kind of key that
 * is used, the rate of the key pair's spec, or a rate of the operation's own.
 */
export type QuotaClass = 'symmetric' | 'key-kind' | 'key-pair' | 'own';

/**
 * AWS Key Management Service pricing: a request with a symmetric key or with none, one that costs what its key's kind
 * costs, one that costs what the pair's spec costs. Amazon S3 pricing: `s3.put` is PUT, COPY, POST and LIST, `s3.get` is
 * GET, SELECT and all others.
 */
export type PriceClass = 'kms.symmetric' | 'kms.key-kind' | 'kms.key-pair' | 's3.put' | 's3.get' | 'free';

/** What S3 does by itself for replication, beside what its model has. */
type ReplicationTask = 'QueueExistingObjects' | 'ReplicateObject';

type Row = Partial<OperationFacts>;

type Table = {
  readonly [S in ServiceName]: Readonly<
    Partial<Record<OperationName<S> | (S extends 's3' ? ReplicationTask : never), Row>>
  >;
};

// AWS KMS Developer Guide, "Request quotas" and "AWS KMS log entry examples": cryptographic operations only read.
const symmetric: Row = { reads: true, quota: 'symmetric' };
const byKey: Row = { reads: true, quota: 'key-kind', price: 'kms.key-kind' };
const pair: Row = { reads: true, quota: 'key-pair', price: 'kms.key-pair' };

// CloudTrail User Guide, "Amazon S3 data events".
const data: Row = { isData: true };
const version: Row = { isData: true, writesVersion: true };

const table: Table = {
  kms: {
    Decrypt: byKey,
    DeriveSharedSecret: byKey,
    Encrypt: byKey,
    GenerateDataKey: symmetric,
    GenerateDataKeyPair: pair,
    GenerateDataKeyPairWithoutPlaintext: pair,
    GenerateDataKeyWithoutPlaintext: symmetric,
    GenerateMac: symmetric,
    GenerateRandom: symmetric,
    // The rate is its own, the price is the key's: AWS Key Management Service pricing, free tier.
    GetPublicKey: { price: 'kms.key-kind' },
    ReEncrypt: byKey,
    Sign: byKey,
    Verify: byKey,
    VerifyMac: symmetric,
  },
  s3: {
    // AWS has no events of it in Event history. A replica costs a PUT: Amazon S3 pricing, "Replication".
    QueueExistingObjects: { ...data, price: 'free' },
    ReplicateObject: { ...data, price: 's3.put' },

    AbortMultipartUpload: data,
    CompleteMultipartUpload: version,
    CopyObject: version,
    CreateMultipartUpload: data,
    // A GET, whatever its name.
    CreateSession: { price: 's3.get' },
    DeleteObject: version,
    DeleteObjectTagging: version,
    DeleteObjects: version,
    GetObject: data,
    GetObjectAcl: data,
    GetObjectAttributes: data,
    GetObjectLegalHold: data,
    GetObjectRetention: data,
    GetObjectTagging: data,
    GetObjectTorrent: data,
    HeadBucket: data,
    HeadObject: data,
    // In neither list of the guide; it lists what the object-level calls made.
    ListMultipartUploads: data,
    ListObjectVersions: data,
    ListObjects: data,
    ListParts: data,
    PutObject: version,
    PutObjectAcl: data,
    PutObjectLegalHold: data,
    PutObjectRetention: data,
    PutObjectTagging: version,
    RestoreObject: data,
    SelectObjectContent: data,
    UpdateObjectEncryption: data,
    UploadPart: data,
    UploadPartCopy: data,

    // Logged under an older name: Amazon S3 User Guide, "Amazon S3 CloudTrail events".
    DeletePublicAccessBlock: { loggedAs: 'DeleteBucketPublicAccessBlock' },
    GetBucketLifecycleConfiguration: { loggedAs: 'GetBucketLifecycle' },
    GetBucketNotificationConfiguration: { loggedAs: 'GetBucketNotification' },
    GetPublicAccessBlock: { loggedAs: 'GetBucketPublicAccessBlock' },
    ListObjectsV2: { ...data, loggedAs: 'ListObjects' },
    PutBucketLifecycleConfiguration: { loggedAs: 'PutBucketLifecycle' },
    PutBucketNotificationConfiguration: { loggedAs: 'PutBucketNotification' },
    PutPublicAccessBlock: { loggedAs: 'PutBucketPublicAccessBlock' },
  },
  iam: {},
  // IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail".
  sts: { AssumeRole: { reads: true }, DecodeAuthorizationMessage: { reads: true } },
  // CloudTrail User Guide, "Quotas in AWS CloudTrail".
  cloudtrail: { LookupEvents: { quota: 'own' } },
  cloudwatch: {},
  organizations: {},
  'service-quotas': {},
  s3control: {},
};

/** What a service's operations have in common, where a row does not say otherwise. */
const common: Readonly<Record<ServiceName, (name: string) => Pick<OperationFacts, 'quota' | 'price'>>> = {
  kms: () => ({ quota: 'own', price: 'kms.symmetric' }),
  s3: (name) => ({ quota: undefined, price: s3Price(name) }),
  iam: () => free,
  sts: () => free,
  cloudtrail: () => free,
  cloudwatch: () => unpriced,
  organizations: () => free,
  'service-quotas': () => free,
  s3control: () => unpriced,
};

const free = { quota: undefined, price: 'free' } as const;
const unpriced = { quota: undefined, price: undefined } as const;

/** DELETE and CANCEL requests are free: Amazon S3 pricing, "Requests & data retrievals". */
function s3Price(name: string): PriceClass {
  if (/^(?:Delete|Abort)/.test(name)) return 'free';
  return /^(?:Put|Copy|Create|Complete|Upload|List|Update|Rename|Restore|Write)/.test(name) ? 's3.put' : 's3.get';
}

const resolved = new Map<string, OperationFacts>();

/**
 * The facts of an operation. It takes names as stored records have them: of one that is not in the models it answers
 * what its name implies.
 */
export function operationFacts(service: string, name: string): OperationFacts {
  const key = `${service} ${name}`;
  let facts = resolved.get(key);
  if (!facts) {
    const rows: Readonly<Record<string, Row>> | undefined = isServiceName(service) ? table[service] : undefined;
    facts = {
      reads: /^(?:Get|List|Describe|Head|Lookup|Select|Simulate)/.test(name),
      isData: false,
      loggedAs: name,
      writesVersion: false,
      ...(isServiceName(service) ? common[service](name) : unpriced),
      ...rows?.[name],
    };
    resolved.set(key, facts);
  }
  return facts;
}

const isServiceName = (name: string): name is ServiceName => Object.hasOwn(table, name);
