/** The resource of a request about tags, which its ARN names. S3 API Reference, TagResource. */

import { isAccountId, parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Call } from '../call/operation.ts';
import { callerAccount } from '../policy/caller.ts';
import type { BucketRecord } from '../store/records/s3.ts';

/**
 * The bucket with an ARN. Nothing else that S3 Control tags exists here.
 * @throws AwsError InvalidURI for what is not the ARN of something that it tags, InvalidRequest for an ARN of another
 * partition, region or account, AccessDenied for an account id that is neither the caller's nor the owner's,
 * NoSuchResource
 */
export function taggedBucket(
  { AccountId, ResourceArn }: { readonly AccountId: string; readonly ResourceArn: string },
  call: Call,
): BucketRecord {
  const name = bucketNamed(ResourceArn, AccountId, call);
  const bucket = name === undefined ? undefined : call.tx.buckets.get([name]);
  const own = callerAccount(call.caller);
  // "The account ID that created the S3 resource … or the requester's account ID".
  if (AccountId !== own && AccountId !== bucket?.owner) {
    const reason = `${AccountId} is neither the account of the caller nor that of the owner of the bucket`;
    throw new AwsError('AccessDenied', 'Access Denied', {}, reason);
  }
  if (bucket) return bucket;
  throw new AwsError('NoSuchResource', "The specified resource doesn't exist.");
}

/** The name of the bucket that an ARN is of; undefined for that of something else. */
function bucketNamed(arn: string, accountId: string, call: Call): string | undefined {
  const { partition, service = '', region, account, resource = '' } = parseArn(arn) ?? {};
  const isBucket = service === 's3' && region === '' && account === '' && /^[^/:]{1,255}$/.test(resource);
  const isOther =
    region !== '' && account !== undefined && isAccountId(account) && tagged.get(service)?.test(resource) === true;
  if (!isBucket && !isOther) {
    throw new AwsError(
      'InvalidURI',
      "Couldn't parse the specified URI.",
      { URI: `tags/${arn}` },
      `"${arn}" is not the ARN of a bucket, which is arn:aws:s3:::NAME`,
    );
  }
  if (partition !== 'aws') throw new AwsError('InvalidRequest', 'The AWS partition in the resourceArn is invalid.');
  if (isBucket) return resource;
  if (region !== call.region) {
    throw new AwsError(
      'InvalidRequest',
      "The AWS Region in the resource ARN doesn't match the Region that's specified in this request.",
    );
  }
  if (account !== accountId) {
    throw new AwsError(
      'InvalidRequest',
      "The AWS account in the resource ARN doesn't match the account ID that's specified in this request.",
    );
  }
  return undefined;
}

/** What else S3 Control tags, by the service in its ARN: Service Authorization Reference, Amazon S3 and S3 Express. */
const tagged: ReadonlyMap<string, RegExp> = new Map([
  ['s3', /^(?:accesspoint|storage-lens-group|access-grants)\/./s],
  ['s3express', /^(?:bucket|accesspoint)\/./s],
]);
