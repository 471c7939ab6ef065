/**
 * Facts about operations for everything that looks at calls from outside, such as the audit log, request quotas and
 * bills. A row states only what an operation's name and service do not imply.
 */

import type { OperationName, ServiceName } from './model/operations.ts';

export interface OperationFacts {
  /** Changes nothing: `readOnly` in its events. */
  readonly reads: boolean;
  /** Logged as a data event, which only trails that ask for it record; otherwise as a management event. */
  readonly isData: boolean;
  /** A service's own work, which is none of AWS's operations: AWS has no event of it. */
  readonly isTask: boolean;
  /** Its name in the audit log. */
  readonly loggedAs: string;
  /** The request rate that it counts against; undefined if AWS states none. */
  readonly quota: QuotaClass | undefined;
  /** The price of a request; undefined if AWS's price is not known here. */
  readonly price: PriceClass | undefined;
  /** Creates a version of an object or a delete marker, or changes something about a version that its replicas copy. */
  readonly writesVersion: boolean;
  /** Sets what S3 acts on and ssebox only keeps and shows. */
  readonly isWithoutEffect: boolean;
}

/**
 * AWS KMS Developer Guide, "Request quotas": the shared rate of symmetric keys, the shared rate of the key's kind, the
 * rate of the key pair's spec, or a rate of the operation's own.
 */
export type QuotaClass = 'symmetric' | 'key-kind' | 'key-pair' | 'own';

/**
 * AWS Key Management Service pricing: a request with a symmetric key or without a key, one priced by its key's kind,
 * one priced by the pair's spec. Amazon S3 pricing: `s3.put` is PUT, COPY, POST and LIST, `s3.get` is GET, SELECT and
 * all others.
 */
export type PriceClass = 'kms.symmetric' | 'kms.key-kind' | 'kms.key-pair' | 's3.put' | 's3.get' | 'free';

/** S3's own replication work, which its model does not have. */
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

const withoutEffect: Row = { isWithoutEffect: true };

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
    // The rate is its own, but the price is the key's: AWS Key Management Service pricing, free tier.
    GetPublicKey: { price: 'kms.key-kind' },
    ReEncrypt: byKey,
    Sign: byKey,
    Verify: byKey,
    VerifyMac: symmetric,
  },
  s3: {
    // Kept with the data events. A replica costs a PUT: Amazon S3 pricing, "Replication".
    QueueExistingObjects: { ...data, isTask: true, price: 'free' },
    ReplicateObject: { ...data, isTask: true, price: 's3.put' },

    AbortMultipartUpload: data,
    CompleteMultipartUpload: version,
    CopyObject: version,
    CreateMultipartUpload: data,
    // A GET, despite its name.
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
    // In neither list of the guide; it lists the results of object-level calls.
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

    PutBucketAnalyticsConfiguration: withoutEffect,
    PutBucketCors: withoutEffect,
    PutBucketIntelligentTieringConfiguration: withoutEffect,
    PutBucketInventoryConfiguration: withoutEffect,
    PutBucketLifecycle: withoutEffect,
    PutBucketLogging: withoutEffect,
    PutBucketNotification: withoutEffect,
    PutBucketRequestPayment: withoutEffect,
    PutBucketWebsite: withoutEffect,

    // Logged under another name: Amazon S3 User Guide, "Amazon S3 CloudTrail events".
    DeletePublicAccessBlock: { loggedAs: 'DeleteBucketPublicAccessBlock' },
    GetBucketAccelerateConfiguration: { loggedAs: 'GetAccelerateConfiguration' },
    GetBucketLifecycleConfiguration: { loggedAs: 'GetBucketLifecycle' },
    GetBucketNotificationConfiguration: { loggedAs: 'GetBucketNotification' },
    GetPublicAccessBlock: { loggedAs: 'GetBucketPublicAccessBlock' },
    ListObjectsV2: { ...data, loggedAs: 'ListObjects' },
    PutBucketAccelerateConfiguration: { ...withoutEffect, loggedAs: 'PutAccelerateConfiguration' },
    PutBucketLifecycleConfiguration: { ...withoutEffect, loggedAs: 'PutBucketLifecycle' },
    PutBucketNotificationConfiguration: { ...withoutEffect, loggedAs: 'PutBucketNotification' },
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

/** What a service's operations have in common, unless a row says otherwise. */
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

/** By service, then by name: a combined string would be built for every call. */
const resolved = new Map<string, Map<string, OperationFacts>>();

/**
 * The facts of an operation. It takes names from stored records; for one that the models do not have it returns what
 * the name implies.
 */
export function operationFacts(service: string, name: string): OperationFacts {
  const ofService = resolved.get(service) ?? new Map<string, OperationFacts>();
  let facts = ofService.get(name);
  if (!facts) {
    const rows: Readonly<Record<string, Row>> | undefined = isServiceName(service) ? table[service] : undefined;
    facts = {
      reads: /^(?:Get|List|Describe|Head|Lookup|Select|Simulate)/.test(name),
      isData: false,
      isTask: false,
      loggedAs: name,
      writesVersion: false,
      isWithoutEffect: false,
      ...(isServiceName(service) ? common[service](name) : unpriced),
      ...rows?.[name],
    };
    resolved.set(service, ofService.set(name, facts));
  }
  return facts;
}

const isServiceName = (name: string): name is ServiceName => Object.hasOwn(table, name);
