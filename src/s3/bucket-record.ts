/** A bucket as the store keeps it, and how a request finds it. */

import { type AccountId, isAccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Region } from '../api/regions.ts';
import type { Tx } from '../store/tables.ts';
import { requireBucketName } from './bucket-name.ts';

/** What an object gets that is written without encryption headers. */
export type BucketDefault =
  | { readonly kind: 'SSE-S3'; readonly bucketKey: boolean }
  | {
      readonly kind: 'SSE-KMS' | 'DSSE-KMS';
      /** As it was given: id, ARN or alias, resolved at each write; undefined: `alias/aws/s3`. */
      readonly keyId: string | undefined;
      readonly bucketKey: boolean;
    };

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export interface BucketTag {
  readonly Key: string;
  readonly Value: string;
}

export interface BucketRecord {
  readonly v: 1;
  /** Tells apart two buckets that had the same name one after the other. */
  readonly id: string;
  readonly name: string;
  readonly owner: AccountId;
  readonly region: Region;
  /** What GetBucketLocation answers: `EU` where the bucket was made with it. */
  readonly location: string | undefined;
  readonly createdMs: number;
  /** The bucket's own key, under which SSE-S3 data keys are wrapped; itself wrapped by the root key. */
  readonly s3Key: Uint8Array;
  readonly encryption: BucketDefault;
  /** Whether PutBucketEncryption ever set it: then copying an object onto itself is no error. */
  readonly encryptionIsExplicit: boolean;
  readonly blocksCustomerKeys: boolean;
  /** Absent: never set, which is not the same as suspended. */
  readonly versioning?: 'Enabled' | 'Suspended' | undefined;
  readonly publicAccessBlock?: PublicAccessBlock | undefined;
  readonly ownership?: Ownership | undefined;
  /** The bucket policy's text. */
  readonly policy?: string | undefined;
  /** What the policy's principals stood for when it was put (`bindPrincipals`). */
  readonly policyPrincipals?: Readonly<Record<string, string>> | undefined;
  readonly policyIsPublic?: boolean | undefined;
  readonly tags?: readonly BucketTag[] | undefined;
}

export const noSuchBucket = (name: string) =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });

/**
 * The bucket of a request, before its body is looked at. A region other than the bucket's is no error here: the AWS
 * CLI and the SDKs follow the redirect silently, and an endpoint answers it before it comes to the operation.
 * @throws AwsError InvalidBucketName, NoSuchBucket, or AccessDenied when the expected owner is another.
 */
export function findBucket(
  input: { readonly Bucket: string; readonly ExpectedBucketOwner?: string | undefined },
  call: { readonly tx: Tx },
): BucketRecord {
  requireBucketName(input.Bucket);
  const bucket = call.tx.buckets.get([input.Bucket]);
  if (!bucket) throw noSuchBucket(input.Bucket);
  requireExpectedOwner(bucket, input.ExpectedBucketOwner);
  return bucket;
}

/** Amazon S3 User Guide, "Verifying bucket ownership with bucket owner condition". */
function requireExpectedOwner(bucket: BucketRecord, expected: string | undefined): void {
  if (expected === undefined) return;
  if (!isAccountId(expected)) {
    throw new AwsError(
      'InvalidBucketOwnerAWSAccountID',
      `The value of the expected bucket owner parameter must be an AWS Account ID... [${expected}]`,
    );
  }
  if (expected !== bucket.owner) throw new AwsError('AccessDenied', 'Access Denied');
}

/** Writes a changed bucket. */
export function putBucket(bucket: BucketRecord, tx: Tx): void {
  tx.buckets.put([bucket.name], bucket);
}

/** What every new bucket has since April 2023. */
export const allPublicAccessBlocked: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** The settings that count for a bucket: each is on when it is on at the bucket or at its owner's account. */
export function publicAccessSettings(bucket: BucketRecord, tx: Tx): PublicAccessBlock {
  const account = tx.accountPublicAccessBlocks.get([bucket.owner]);
  const either = (name: keyof PublicAccessBlock) =>
    (bucket.publicAccessBlock?.[name] ?? false) || (account?.[name] ?? false);
  return {
    BlockPublicAcls: either('BlockPublicAcls'),
    IgnorePublicAcls: either('IgnorePublicAcls'),
    BlockPublicPolicy: either('BlockPublicPolicy'),
    RestrictPublicBuckets: either('RestrictPublicBuckets'),
  };
}
