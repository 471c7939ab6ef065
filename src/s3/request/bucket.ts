/** A bucket in the store, and how a request finds it. */

import { isAccountId } from '../../api/arn.ts';
import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import type { BucketRecord, PublicAccessBlock } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';
import { requireBucketName } from './bucket-name.ts';
import type { ObjectPlace } from './object-key.ts';

const noSuchBucket = (name: string) =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });

/**
 * The bucket of a request, before its body is examined. A region other than the bucket's is not an error here: the AWS
 * CLI and the SDKs follow the redirect silently, and an endpoint redirects before it calls the operation.
 * @throws AwsError InvalidBucketName, NoSuchBucket, or AccessDenied if the owner is not the expected one.
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

/** The location of a request's object, existing or not; its key has not been checked. @throws like `findBucket` */
export const findPlace = (
  input: Parameters<typeof findBucket>[0] & { readonly Key: string },
  call: { readonly tx: Tx },
): ObjectPlace => ({ bucket: findBucket(input, call), key: input.Key });

/** Amazon S3 User Guide, "Verifying bucket ownership with bucket owner condition". */
function requireExpectedOwner(bucket: BucketRecord, expected: string | undefined): void {
  if (expected === undefined) return;
  if (!isAccountId(expected)) {
    throw new AwsError(
      'InvalidBucketOwnerAWSAccountID',
      `The value of the expected bucket owner parameter must be an AWS Account ID... [${expected}]`,
    );
  }
  if (expected !== bucket.owner) {
    const reason = `the owner of the bucket is not ${expected}, which --expected-bucket-owner names`;
    throw new AwsError('AccessDenied', 'Access Denied', {}, reason);
  }
}

/** Writes a changed bucket. */
export function putBucket(bucket: BucketRecord, tx: Tx): void {
  tx.buckets.put([bucket.name], bucket);
}

/** The settings of every new bucket since April 2023. */
export const allPublicAccessBlocked: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** The effective settings of a bucket: each is on if it is on for the bucket or for its owner's account. */
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

/** The bucket's current state. @throws AwsError NoSuchBucket if it was deleted, even if its name is in use again. */
export function requireStillThere(bucket: BucketRecord, call: Call): BucketRecord {
  const now = call.tx.buckets.get([bucket.name]);
  if (now?.id !== bucket.id) throw noSuchBucket(bucket.name);
  return now;
}
