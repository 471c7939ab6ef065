/** The condition keys of requests on objects: Service Authorization Reference, "Condition keys for Amazon S3". */

import { DAY_MS } from '../../api/duration.ts';
import type { Call } from '../../call/operation.ts';
import type { ConditionContext, UnsentKeys } from '../../policy/access.ts';
import type { BucketRecord, SentEncryption, Tag } from '../../store/records/s3.ts';
import type { AclHeaders } from './acl-headers.ts';
import { type CustomerKeyHeaders, hasCustomerKey } from './customer-key.ts';
import { defaultAsSent, type EncryptionHeaders, namedKeyArn } from './encryption-settings.ts';
import type { ObjectLockHeaders } from './object-lock.ts';

/** The headers of a write that policies can use. */
export interface WriteHeaders extends EncryptionHeaders, AclHeaders, ObjectLockHeaders {
  readonly CopySource?: string | undefined;
  readonly MetadataDirective?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/**
 * The request's headers as condition keys. They are the headers as sent, without the bucket's default: a policy that
 * denies writes without encryption headers denies them under every default. Creating a multipart upload does not create
 * an object yet, which exempts it from policies on conditional writes: Amazon S3 User Guide, "Enforce conditional
 * writes on Amazon S3 buckets".
 */
export function writeContext(
  makes: 'object' | 'upload',
  headers: WriteHeaders,
  tags: readonly Tag[] | undefined,
  bucket: BucketRecord,
  call: Call,
): ConditionContext {
  return {
    ...customerAlgorithmContext(headers),
    ...sentEncryptionContext(sentEncryption(headers, bucket, call)),
    ...aclContext(headers),
    ...lockContext(headers, call.now),
    's3:x-amz-copy-source': headers.CopySource,
    's3:x-amz-metadata-directive': headers.MetadataDirective,
    's3:x-amz-storage-class': headers.StorageClass,
    's3:x-amz-website-redirect-location': headers.WebsiteRedirectLocation,
    's3:if-match': headers.IfMatch,
    's3:if-none-match': headers.IfNoneMatch,
    's3:ObjectCreationOperation': makes === 'object',
    ...requestTagContext(tags),
  };
}

/** A request's encryption headers, as policies see them. */
export const sentEncryption = (headers: EncryptionHeaders, bucket: BucketRecord, call: Call): SentEncryption => ({
  algorithm: headers.ServerSideEncryption,
  keyArn: namedKeyArn(headers.SSEKMSKeyId, bucket, call),
});

export const sentEncryptionContext = ({ algorithm, keyArn }: SentEncryption): ConditionContext => ({
  's3:x-amz-server-side-encryption': algorithm,
  's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn,
});

/**
 * The bucket's default encryption, which is not among these keys, for an explanation to say so. Undefined if the request
 * asks for an encryption, since the default does not concern it then.
 */
export function unsentDefault(
  request: 'request' | 'CreateMultipartUpload',
  sent: SentEncryption,
  headers: CustomerKeyHeaders,
  bucket: BucketRecord,
  call: Call,
): UnsentKeys | undefined {
  if (sent.algorithm !== undefined || hasCustomerKey(headers)) return undefined;
  return { keys: sentEncryptionContext(defaultAsSent(bucket, call)), note: unsentNotes[request] };
}

const unsentNotes = {
  request:
    "the bucket's default encryption does not count: policies see the request's encryption headers, and it has none",
  CreateMultipartUpload:
    "the bucket's default encryption does not count: policies see the encryption headers of CreateMultipartUpload, and it had none",
} as const;

/** The access control list that a request asks for. */
export const aclContext = (headers: AclHeaders): ConditionContext => ({
  's3:x-amz-acl': headers.ACL,
  's3:x-amz-grant-full-control': headers.GrantFullControl,
  's3:x-amz-grant-read': headers.GrantRead,
  's3:x-amz-grant-read-acp': headers.GrantReadACP,
  's3:x-amz-grant-write': headers.GrantWrite,
  's3:x-amz-grant-write-acp': headers.GrantWriteACP,
});

/** Amazon S3 User Guide, "Managing Object Lock", setting limits on retention periods. */
function lockContext(
  { ObjectLockMode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus }: ObjectLockHeaders,
  now: Date,
): ConditionContext {
  return {
    's3:object-lock-mode': ObjectLockMode,
    's3:object-lock-retain-until-date': until,
    's3:object-lock-remaining-retention-days': until && Math.ceil((until.getTime() - now.getTime()) / DAY_MS),
    's3:object-lock-legal-hold': ObjectLockLegalHoldStatus,
  };
}

export const customerAlgorithmContext = (headers: EncryptionHeaders): ConditionContext => ({
  's3:x-amz-server-side-encryption-customer-algorithm': headers.SSECustomerAlgorithm,
});

/** The tags in a request. */
export function requestTagContext(tags: readonly Tag[] | undefined): ConditionContext {
  if (!tags || tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`s3:RequestObjectTag/${Key}`, Value])),
    's3:RequestObjectTagKeys': tags.map(({ Key }) => Key),
  };
}

/**
 * The tags of an existing object. They are not used for overwriting or deleting it: Amazon S3 User Guide, "Tagging and
 * access control policies".
 */
export function existingTagContext(tags: readonly Tag[] | undefined): ConditionContext {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [`s3:ExistingObjectTag/${Key}`, Value]));
}

/** The version that a request names. */
export const versionContext = (versionId: string | undefined): ConditionContext => ({ 's3:VersionId': versionId });
