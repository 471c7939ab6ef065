/** The common parts of all ways to write an object: PutObject, CopyObject, CreateMultipartUpload. */

import { objectArn } from '../../api/arn.ts';
import type { Call } from '../../call/operation.ts';
import type { Access, ConditionContext } from '../../policy/access.ts';
import type {
  ChangingFields,
  Content,
  FixedFields,
  ObjectVersion,
  StoredChecksum,
  StoredEncryption,
  SystemHeaders,
  Tag,
} from '../../store/records/s3.ts';
import type { WriteIdentity } from '../content/envelope.ts';
import { fixedTagOf } from '../content/fixed-tag.ts';
import { currentObject } from '../content/object-lookup.ts';
import { addVersion } from '../content/version-store.ts';
import { newChangingFields, queueObject } from '../replication/replication-queue.ts';
import { asksForAcl, requireAclForm, requireOnlyList } from '../request/acl-headers.ts';
import { findPlace, requireStillThere } from '../request/bucket.ts';
import { requireWriteConditionForms, requireWriteConditions, type WriteConditions } from '../request/conditions.ts';
import {
  customerKeysBlocked,
  requireSignature,
  type SettledEncryption,
  settleEncryption,
} from '../request/encryption-settings.ts';
import {
  existingTagContext,
  sentEncryption,
  unsentDefault,
  type WriteHeaders,
  writeContext,
} from '../request/object-context.ts';
import { keptHeaders, keptMetadata, type ObjectHeaders } from '../request/object-headers.ts';
import { type ObjectPlace, requireObjectKey } from '../request/object-key.ts';
import { type ObjectLockHeaders, refuseObjectLock } from '../request/object-lock.ts';
import { objectAccess } from '../request/permissions.ts';
import { parseTagHeader } from '../request/tag-set.ts';

export interface WriteInput extends WriteHeaders, ObjectHeaders, ObjectLockHeaders, WriteConditions {
  readonly Bucket: string;
  readonly Key: string;
  readonly ExpectedBucketOwner?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly Tagging?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

/** A write whose headers have been parsed. */
export interface WriteTarget {
  readonly place: ObjectPlace;
  /** `blocked`: with a customer's key, which the bucket does not accept. */
  readonly settled: SettledEncryption | 'blocked';
  readonly tags: readonly Tag[];
  readonly headers: SystemHeaders;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Finds the bucket and checks every header, before permissions are checked. */
export function resolveWrite(input: WriteInput, call: Call): WriteTarget {
  const place = findPlace(input, call);
  requireObjectKey(place.key);
  const settled = settleEncryption(input, place.bucket);
  requireWriteConditionForms(input);
  requireAclForm(input);
  const tags = input.Tagging === undefined ? [] : parseTagHeader(input.Tagging);
  const headers = keptHeaders(input);
  const metadata = keptMetadata(input.Metadata);
  return { place, settled, tags, headers, metadata };
}

/** S3 API Reference, PutObject, Permissions: some headers need a further permission. */
export function writePermissions(
  makes: 'object' | 'upload',
  { place, tags }: WriteTarget,
  input: WriteInput,
  call: Call,
): Access[] {
  const context = writeContext(makes, input, tags, place.bucket, call);
  const writing = [
    's3:PutObject',
    // The policies that AWS documents for services that deliver logs do not allow it: CloudTrail User Guide, "Amazon S3
    // bucket policy for CloudTrail".
    ...(asksForAcl(input) && call.caller.kind !== 'service' ? ['s3:PutObjectAcl'] : []),
    ...(input.Tagging !== undefined ? ['s3:PutObjectTagging'] : []),
    ...(input.ObjectLockMode || input.ObjectLockRetainUntilDate ? ['s3:PutObjectRetention'] : []),
    ...(input.ObjectLockLegalHoldStatus ? ['s3:PutObjectLegalHold'] : []),
  ];
  const unsent = unsentDefault('request', sentEncryption(input, place.bucket, call), input, place.bucket, call);
  const permissions: Access[] = writing.map((action) => ({ ...objectAccess(action, place, call, context), unsent }));
  if (input.IfMatch !== undefined) permissions.push(conditionalRead(place, call, context));
  return permissions;
}

/**
 * The permission for a condition on the ETag, which reveals something about the existing object: Amazon S3 User Guide,
 * "How to prevent object overwrites with conditional writes".
 */
export function conditionalRead(place: ObjectPlace, call: Call, context: ConditionContext): Access {
  const tags = existingTagContext(currentObject(place, call)?.changing.tags);
  return objectAccess('s3:GetObject', place, call, { ...context, ...tags });
}

/** Refuses a permitted write that the bucket does not accept. @returns the encryption, which the bucket accepts. */
export function requireWritable(
  { place: { bucket, key }, settled }: WriteTarget,
  input: WriteInput,
  call: Call,
): SettledEncryption {
  const write = { action: 's3:PutObject', resource: objectArn(bucket.name, key) };
  if (settled === 'blocked') throw customerKeysBlocked(write.action, write.resource, call);
  requireOnlyList(bucket, input, write, call);
  refuseObjectLock(input);
  if (settled.encryption.kind === 'SSE-KMS' || settled.encryption.kind === 'DSSE-KMS') requireSignature(call);
  return settled;
}

/** The result of writing the bytes. */
export interface WrittenObject {
  readonly size: number;
  readonly etag: string;
  readonly checksum: StoredChecksum | undefined;
  readonly content: Content;
}

/**
 * Writes the new version, after checking again everything that may have changed since the write began.
 * @throws AwsError NoSuchBucket, PreconditionFailed, NoSuchKey
 */
export function commitObject(
  identity: WriteIdentity,
  target: Pick<WriteTarget, 'headers' | 'metadata' | 'tags'>,
  { metadataKey, stored }: { readonly metadataKey: Uint8Array; readonly stored: StoredEncryption },
  written: WrittenObject,
  conditions: WriteConditions,
  call: Call,
): ObjectVersion {
  const { key, writeId } = identity;
  const bucket = requireStillThere(identity.bucket, call);
  const place = { bucket, key };
  requireWriteConditions(conditions, currentObject(place, call)?.fixed, key);
  const fixed: FixedFields = {
    ...written,
    lastModifiedMs: call.now.getTime(),
    headers: target.headers,
    metadata: target.metadata,
  };
  const changing: ChangingFields = newChangingFields(target.tags, stored.kind, place, call);
  const fixedTag = fixedTagOf(fixed, metadataKey, identity);
  const version = addVersion({ kind: 'object', writeId, fixed, fixedTag, encryption: stored, changing }, place, call);
  queueObject(version, place, call);
  return version;
}

/** `x-amz-version-id` of a write: only while versioning is enabled. */
export const versionMember = (version: { readonly versionId: string }): { VersionId?: string } =>
  version.versionId === 'null' ? {} : { VersionId: version.versionId };
