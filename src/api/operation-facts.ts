/**
 * Facts about operations for everything that looks at calls from outside, such as the audit log, request quotas and
 * bills. A row states only what an operation's name and service do not imply.
 */

import type { Input, OperationName, ServiceName } from './model/operations.ts';
import { type Drawn, keyQuota, type OfKey, pairQuota, type RatedTarget } from './request-quota.ts';

export interface OperationFacts {
  /** Changes nothing: `readOnly` in its events. */
  readonly reads: boolean;
  /** Logged as a data event, which only trails that ask for it record; otherwise as a management event. */
  readonly isData: boolean;
  /** A service's own work, which is none of AWS's operations: AWS has no event of it. */
  readonly isTask: boolean;
  /** Its name in the audit log. */
  readonly loggedAs: string;
  /**
   * The request quotas that a call draws on, one entry each time, by the result of its `resolve` and its input; none if
   * AWS states no rate. The same entries say for what it is billed: `usage-type.ts`.
   */
  readonly rates: (target: unknown, input: unknown) => readonly Drawn[];
  /** The price of a request; undefined if AWS's price is not known here. */
  readonly price: PriceClass | undefined;
  /** Creates a version of an object or a delete marker, or changes something about a version that its replicas copy. */
  readonly writesVersion: boolean;
  /** Sets what S3 acts on and ssebox only keeps and shows. */
  readonly isWithoutEffect: boolean;
}

/**
 * AWS Key Management Service pricing: a request with a symmetric key or without a key, one priced by its key's kind,
 * one priced by the pair's spec. Amazon S3 pricing: `s3.put` is PUT, COPY, POST and LIST, `s3.get` is GET, SELECT and
 * all others. Amazon CloudWatch pricing, "API requests": a request, or each metric that GetMetricData is asked for.
 */
export type PriceClass =
  | 'kms.symmetric'
  | 'kms.key-kind'
  | 'kms.key-pair'
  | 's3.put'
  | 's3.get'
  | 'cw.request'
  | 'cw.metric'
  | 'free';

/** The work of services on their own, which their models do not have. */
interface Tasks {
  readonly s3: 'QueueExistingObjects' | 'ReplicateObject';
  readonly cloudtrail: 'DeliverLogFile' | 'DeliverDigest';
}

type Common = Partial<Omit<OperationFacts, 'rates'>>;

/** A row may state rates only by what the operation's `resolve` finds: the compiler holds the operation to it. */
type Row<S extends ServiceName, N extends OperationName<S>> = Common & {
  readonly rates?: (target: RatedTarget<S, N>, input: Input<S, N>) => readonly Drawn[];
};

type Table = {
  readonly [S in ServiceName]: { readonly [N in OperationName<S>]?: Row<S, N> } & (S extends keyof Tasks
    ? { readonly [N in Tasks[S]]?: Common }
    : unknown);
};

// AWS KMS Developer Guide, "Request quotas" and "AWS KMS log entry examples": cryptographic operations only read.
const symmetric = {
  reads: true,
  rates: ({ key }: OfKey) => [{ quota: 'symmetric', key }],
};
const byKey = {
  reads: true,
  price: 'kms.key-kind',
  rates: ({ key }: OfKey) => [keyQuota(key)],
} as const;
const pair = {
  reads: true,
  price: 'kms.key-pair',
  rates: ({ key }: OfKey, { KeyPairSpec }: { readonly KeyPairSpec: string }) => [
    { quota: pairQuota(KeyPairSpec), key },
  ],
} as const;

// CloudTrail User Guide, "Amazon S3 data events".
const data: Common = { isData: true };
const paidData: Common = { ...data, price: 'cw.request' };
const version: Common = { isData: true, writesVersion: true };

/** Kept with the data events, if any account has a record of it. */
const freeTask: Common = { isData: true, isTask: true, price: 'free' };

const withoutEffect: Common = { isWithoutEffect: true };

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
    // Without a key.
    GenerateRandom: { reads: true, rates: () => [{ quota: 'symmetric' }] },
    // The rate is its own, but the price is the key's: AWS Key Management Service pricing, free tier.
    GetPublicKey: { price: 'kms.key-kind', rates: ({ key: { spec } }) => [{ quota: 'GetPublicKey', spec }] },
    // A request for each side.
    ReEncrypt: {
      reads: true,
      price: 'kms.key-kind',
      rates: ({ source, destination }) => [keyQuota(source.key), keyQuota(destination.key)],
    },
    // The replica's creation is tried before: AWS KMS Developer Guide, "Request quotas".
    ReplicateKey: {
      rates: ({ region }) => [
        { quota: 'ReplicateKey' },
        { quota: 'CreateKey', region },
        { quota: 'CreateKey', region },
      ],
    },
    Sign: byKey,
    // Once in each of the two regions: the same page.
    UpdatePrimaryRegion: {
      rates: ({ key, region }) => [
        { quota: 'UpdatePrimaryRegion' },
        ...(region === key.region ? [] : [{ quota: 'UpdatePrimaryRegion', region }]),
      ],
    },
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
  // Service Authorization Reference, access levels: a report changes nothing.
  iam: { GenerateCredentialReport: { reads: true }, GenerateServiceLastAccessedDetails: { reads: true } },
  // IAM User Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail".
  sts: { AssumeRole: { reads: true }, DecodeAuthorizationMessage: { reads: true } },
  cloudtrail: { DeliverDigest: freeTask, DeliverLogFile: freeTask },
  // CloudWatch User Guide, "CloudWatch data events in CloudTrail".
  cloudwatch: {
    GetMetricData: { ...data, price: 'cw.metric' },
    GetMetricStatistics: paidData,
    ListMetrics: paidData,
    PutMetricData: paidData,
  },
  organizations: {},
  'service-quotas': {},
  s3control: {},
};

/** What a service's operations have in common, unless a row says otherwise. */
const common: Readonly<Record<ServiceName, (name: string) => Pick<OperationFacts, 'rates' | 'price'>>> = {
  // AWS KMS Developer Guide, "Request quotas": each operation has a rate of its own, except those that share one.
  kms: (name) => ({ rates: ownRate(name), price: 'kms.symmetric' }),
  s3: (name) => ({ ...unrated, price: s3Price(name) }),
  iam: () => free,
  sts: () => free,
  // CloudTrail User Guide, "Quotas in AWS CloudTrail".
  cloudtrail: (name) => ({ rates: ownRate(name), price: 'free' }),
  // Alarms, tags and the like: Amazon CloudWatch pricing, "API requests", does not list them.
  cloudwatch: () => free,
  organizations: () => free,
  'service-quotas': () => free,
  s3control: () => unpriced,
};

function ownRate(quota: string): OperationFacts['rates'] {
  const drawn = [{ quota }];
  return () => drawn;
}

const nothing: readonly Drawn[] = [];
const unrated = { rates: () => nothing };
const free = { ...unrated, price: 'free' } as const;
const unpriced = { ...unrated, price: undefined } as const;

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
    const rows = isServiceName(service) ? (table[service] as Rows) : undefined;
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

/** Rows as they are looked for: who has the facts of an operation passes what belongs to the operation. */
type Rows = Readonly<Record<string, Partial<OperationFacts>>>;

const isServiceName = (name: string): name is ServiceName => Object.hasOwn(table, name);
