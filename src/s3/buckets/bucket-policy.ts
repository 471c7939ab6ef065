/** Bucket policies: Amazon S3 User Guide, "Bucket policies for Amazon S3". */

import { bucketArn } from '../../api/arn.ts';
import { AwsError } from '../../api/errors.ts';
import { isTooDeep } from '../../api/json-depth.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import { bindPrincipals, principalCheck, shownPolicy } from '../../iam/principal-bindings.ts';
import { checkBucketPolicy } from '../../policy/bucket-policy-check.ts';
import { callerAccount, callerArn } from '../../policy/caller.ts';
import { isPublicPolicy } from '../../policy/public-policy.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { findBucket, publicAccessSettings, putBucket } from '../request/bucket.ts';
import { requestParameters } from '../request/event-fields.ts';
import { accountOfCanonicalId } from '../request/owner.ts';
import { bucketAccess } from '../request/permissions.ts';

/**
 * Replaces the policy. Its users and roles are bound to their current unique ids, its canonical users to their
 * accounts. A public policy is refused if Block Public Access requires it. S3 API Reference, PutBucketPolicy.
 */
export const PutBucketPolicy = operation('s3', 'PutBucketPolicy', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:PutBucketPolicy', bucket, call)],
  run(bucket, { Policy }, call) {
    requireOwnersAccount(bucket, 'PUT', call);
    const canonicalUser = (id: string) => accountOfCanonicalId(id, call.tx);
    checkBucketPolicy(Policy, bucket.name, principalCheck(call.tx, canonicalUser));
    const isPublic = isPublicPolicy(Policy);
    if (isPublic && publicAccessSettings(bucket, call.tx).BlockPublicPolicy) throw publicPolicyBlocked(bucket, call);
    const policyPrincipals = bindPrincipals(Policy, call.tx, canonicalUser);
    putBucket({ ...bucket, policy: Policy, policyPrincipals, policyIsPublic: isPublic }, call.tx);
    call.afterwards({ kind: 'policy-accepted', document: Policy, type: 'bucket', resource: bucketArn(bucket.name) });
  },
  parameters: (input) => requestParameters(input, { policy: '', bucketPolicy: parsed(input.Policy) }),
});

/**
 * The document as given, but with the ids of users and roles that no longer exist. S3 API Reference, GetBucketPolicy.
 */
export const GetBucketPolicy = operation('s3', 'GetBucketPolicy', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketPolicy', bucket, call)],
  run(bucket, _input, call) {
    requireOwnersAccount(bucket, 'GET', call);
    return { Policy: shownPolicy(requirePolicy(bucket), bucket.policyPrincipals, call.tx) };
  },
  parameters: (input) => requestParameters(input, { policy: '' }),
});

/** S3 API Reference, DeleteBucketPolicy. */
export const DeleteBucketPolicy = operation('s3', 'DeleteBucketPolicy', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:DeleteBucketPolicy', bucket, call)],
  run(bucket, _input, call) {
    requireOwnersAccount(bucket, 'DELETE', call);
    putBucket({ ...bucket, policy: undefined, policyPrincipals: undefined, policyIsPublic: undefined }, call.tx);
  },
  parameters: (input) => requestParameters(input, { policy: '' }),
});

/** Whether the policy is public. S3 API Reference, GetBucketPolicyStatus. */
export const GetBucketPolicyStatus = operation('s3', 'GetBucketPolicyStatus', {
  resolve: (input, call) => findBucket(input, call),
  authorize: (bucket, _input, call) => [bucketAccess('s3:GetBucketPolicyStatus', bucket, call)],
  run(bucket) {
    requirePolicy(bucket);
    return { PolicyStatus: { IsPublic: bucket.policyIsPublic ?? false } };
  },
  parameters: (input) => requestParameters(input, { policyStatus: '' }),
});

function requirePolicy({ name, policy }: BucketRecord): string {
  if (policy !== undefined) return policy;
  throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', { BucketName: name });
}

/** Only the owner's account may manage a bucket's policy, whatever that allows: S3 API Reference, PutBucketPolicy. */
function requireOwnersAccount({ owner }: BucketRecord, method: string, { caller }: Call): void {
  if (callerAccount(caller) === owner) return;
  throw new AwsError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    { Method: method, ResourceType: 'BUCKETPOLICY' },
    'only the account that owns a bucket can manage its policy, whatever the policy allows',
  );
}

const publicPolicyBlocked = ({ name }: BucketRecord, { caller }: Call) =>
  new AwsError(
    'AccessDenied',
    `User: ${callerArn(caller)} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucketArn(name)}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    {},
    'the policy is public: name the principals, or see ssebox s3api put-public-access-block',
  );

/** The audit log shows the parsed document, not its text. */
function parsed(text: string): unknown {
  try {
    return isTooDeep(text) ? text : JSON.parse(text);
  } catch {
    return text;
  }
}
