/** A bucket as the store keeps it, and how a request finds it. */

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

/** Where the object of a request is or will be; nobody has looked at its key. @throws as `findBucket` */
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

/** The bucket as it is now. @throws AwsError NoSuchBucket when it, or one of its name, is another by now. */
export function requireStillThere(bucket: BucketRecord, call: Call): BucketRecord {
  const now = call.tx.buckets.get([bucket.name]);
  if (now?.id !== bucket.id) throw noSuchBucket(bucket.name);
  return now;
}
