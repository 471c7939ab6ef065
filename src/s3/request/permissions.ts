/** The permissions that S3 operations need, with their condition keys. */

import { type AccountId, bucketArn, objectArn } from '../../api/arn.ts';
import { connectionOf } from '../../api/origin.ts';
import type { Call } from '../../call/operation.ts';
import type { Access, ConditionContext, ResourceSetting } from '../../policy/access.ts';
import { callerAccount } from '../../policy/caller.ts';
import type { BucketRecord } from '../../store/records/s3.ts';
import { publicAccessSettings } from './bucket.ts';
import type { ObjectPlace } from './object-key.ts';

/** The parts of a call that a permission depends on. */
export type RequestOf = Pick<Call, 'caller' | 'origin' | 'tx'>;

/** A permission on a bucket itself. */
export function bucketAccess(
  action: string,
  bucket: BucketRecord,
  call: RequestOf,
  context: ConditionContext = {},
): Access {
  return access(action, bucketArn(bucket.name), bucket, call, context);
}

/** A permission on an object, whether it exists or not. */
export function objectAccess(
  action: string,
  { bucket, key }: ObjectPlace,
  call: RequestOf,
  context: ConditionContext = {},
): Access {
  return access(action, objectArn(bucket.name, key), bucket, call, context);
}

function access(
  action: string,
  resource: string,
  bucket: BucketRecord,
  call: RequestOf,
  context: ConditionContext,
): Access {
  return {
    action,
    resource,
    owner: bucket.owner,
    region: bucket.region,
    resourcePolicy: {
      kind: 'bucket-policy',
      document: bucket.policy,
      principals: bucket.policyPrincipals,
      setting: isRestricted(bucket, call) ? restrictPublicBuckets : undefined,
    },
    context: { ...connectionContext(call, bucket.owner), 'aws:RequestedRegion': bucket.region, ...context },
  };
}

/** A request's connection: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3". */
export function connectionContext(call: RequestOf, owner: AccountId): ConditionContext {
  const { tls, auth, signatureVersion, signatureAgeMs, contentSha256 } = connectionOf(call.origin, 's3');
  const authType = call.caller.kind === 'anonymous' ? undefined : authTypes[auth];
  return {
    's3:ResourceAccount': owner,
    's3:TlsVersion': tls?.version && Number(tls.version.slice('TLSv'.length)),
    's3:authType': authType,
    's3:signatureversion': authType && (signatureVersion === 2 ? 'AWS' : 'AWS4-HMAC-SHA256'),
    's3:signatureAge': signatureAgeMs,
    's3:x-amz-content-sha256': contentSha256,
  };
}

const authTypes = { header: 'REST-HEADER', query: 'REST-QUERY-STRING', form: 'POST', none: undefined } as const;

/**
 * RestrictPublicBuckets limits a public policy to AWS services and the owner's account, which shows as an explicit deny
 * in a resource-based policy: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
 */
function isRestricted(bucket: BucketRecord, { caller, tx }: RequestOf): boolean {
  if (!bucket.policyIsPublic || caller.kind === 'service' || callerAccount(caller) === bucket.owner) return false;
  return publicAccessSettings(bucket, tx).RestrictPublicBuckets;
}

const restrictPublicBuckets: ResourceSetting = {
  name: 'RestrictPublicBuckets setting of Block Public Access',
  document: JSON.stringify({ Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' } }),
  lift: 'turn off RestrictPublicBuckets for the bucket and its account, or have the bucket policy allow the caller by name and nobody publicly',
};
