/** GetObject and HeadObject: Amazon S3 User Guide, "Downloading objects". */

import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';
import type { BucketRecord, ObjectVersion, StoredChecksum } from '../../store/records/s3.ts';
import { identityOf, requireApplicable, type WriteIdentity } from '../content/envelope.ts';
import { currentObject, findObject, versionById } from '../content/object-lookup.ts';
import { partRange, requirePartNumber } from '../content/object-parts.ts';
import { openKeys, openObject } from '../content/object-reader.ts';
import { findBucket } from '../request/bucket.ts';
import { type ByteRange, contentRange, parseRange } from '../request/byte-range.ts';
import { checksumMembers } from '../request/checksum-headers.ts';
import { requireReadConditions } from '../request/conditions.ts';
import { type CustomerKey, type CustomerKeyHeaders, parseCustomerKey } from '../request/customer-key.ts';
import { encryptionMembers } from '../request/encryption-members.ts';
import { requireSignature } from '../request/encryption-settings.ts';
import { dataEventExtra, objectResources, requestParameters, sseOf } from '../request/event-fields.ts';
import { lastModified } from '../request/last-modified.ts';
import { customerAlgorithmContext, existingTagContext, versionContext } from '../request/object-context.ts';
import { type HeaderOverrides, headerMembers, isArchived, requireSignedOverrides } from '../request/object-headers.ts';
import { requireObjectKey } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';

interface ReadInput extends CustomerKeyHeaders, HeaderOverrides {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
  readonly ChecksumMode?: string | undefined;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

interface ReadTarget {
  readonly bucket: BucketRecord;
  readonly customerKey: CustomerKey | undefined;
}

/** Reads an object or a part of it; only bytes that authenticated come out. S3 API Reference, GetObject. */
export const GetObject = operation('s3', 'GetObject', {
  resolve: (input, call) => resolveRead(input, call),
  authorize: ({ bucket }, input, call) => readPermissions(bucket, input, call),
  run(target, input, call) {
    const { version, identity, range, part } = lookUp(target, input, 'GET', call);
    requireRestored(version);
    if (version.encryption.kind !== 'SSE-S3' && version.encryption.kind !== 'SSE-C') requireSignature(call);
    // The bytes are opened as they are read, and the first of them now.
    const opened = openObject(version, identity, target.customerKey, range, call);
    call.hold(opened);
    call.note({
      resources: objectResources(identity.bucket, input.Key),
      extra: dataEventExtra({ out: range.end - range.start, sse: sseOf(version.encryption) }),
    });
    return { Body: opened.body, ...answer(version, range, part, input, identity.bucket, call) };
  },
  parameters: (input) => requestParameters(input),
});

/** What GetObject would say, without the bytes. KMS is asked only for checksums. S3 API Reference, HeadObject. */
export const HeadObject = operation('s3', 'HeadObject', {
  resolve: (input, call) => resolveRead(input, call),
  authorize: ({ bucket }, input, call) => readPermissions(bucket, input, call),
  run(target, input, call) {
    const { version, identity, range, part } = lookUp(target, input, 'HEAD', call);
    // Checksums are stored encrypted: Amazon S3 User Guide, "Checking object integrity".
    if (input.ChecksumMode === 'ENABLED') openKeys(version, identity, target.customerKey, call);
    call.note({ resources: objectResources(identity.bucket, input.Key), extra: dataEventExtra({}) });
    return answer(version, range, part, input, identity.bucket, call);
  },
  parameters: (input) => requestParameters(input),
});

/** Objects of the archive classes are kept, and never restored here. */
function requireRestored({ fixed }: ObjectVersion): void {
  const { StorageClass } = fixed.headers;
  if (StorageClass === undefined || !isArchived(StorageClass)) return;
  throw new AwsError('InvalidObjectState', "The operation is not valid for the object's storage class", {
    StorageClass,
  });
}

function resolveRead(input: ReadInput, call: Call): ReadTarget {
  const bucket = findBucket(input, call);
  requireObjectKey(input.Key);
  const customerKey = parseCustomerKey(input, 'read');
  requireSignedOverrides(input, call.caller.kind === 'anonymous');
  if (input.PartNumber !== undefined) requirePartNumber(input.PartNumber);
  if (input.Range !== undefined && input.PartNumber !== undefined) {
    throw new AwsError('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  }
  return { bucket, customerKey };
}

/** With a version id the permission is another one, instead: S3 API Reference, GetObject, Permissions. */
function readPermissions(bucket: BucketRecord, input: ReadInput, call: Call): Access[] {
  const { Key, VersionId } = input;
  const context = {
    ...versionContext(VersionId),
    ...customerAlgorithmContext(input),
    ...existingTagContext(tagsOf(bucket, input, call)),
  };
  return [objectAccess(VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', bucket, Key, call, context)];
}

/** The tags of the version that a request means, for conditions; none when there is no such version. */
export function tagsOf(
  bucket: BucketRecord,
  { Key, VersionId }: { readonly Key: string; readonly VersionId?: string | undefined },
  call: Call,
): ObjectVersion['changing']['tags'] | undefined {
  const found = VersionId === undefined ? currentObject(bucket, Key, call) : versionById(bucket, Key, VersionId, call);
  return found?.kind === 'object' ? found.changing.tags : undefined;
}

interface Found {
  readonly version: ObjectVersion;
  readonly identity: WriteIdentity;
  readonly range: ByteRange;
  /** Set when a part was asked for by its number. */
  readonly part: PartAnswer | undefined;
}

interface PartAnswer {
  readonly partsCount: number | undefined;
  readonly checksum: StoredChecksum | undefined;
}

function lookUp({ bucket, customerKey }: ReadTarget, input: ReadInput, method: string, call: Call): Found {
  const version = findObject(bucket, input, method, call);
  const { fixed } = version;
  requireReadConditions(input, fixed, call.now);
  requireApplicable(version.encryption, customerKey);
  const identity = identityOf(version, bucket, input.Key);
  const whole = { start: 0, end: fixed.size };
  if (input.PartNumber === undefined) {
    return { version, identity, range: parseRange(input.Range, fixed.size) ?? whole, part: undefined };
  }
  const { range, partsCount, checksum } = partRange(version, input.PartNumber, identity, call);
  return { version, identity, range, part: { partsCount, checksum } };
}

function answer(
  version: ObjectVersion,
  range: ByteRange,
  part: PartAnswer | undefined,
  input: ReadInput,
  bucket: BucketRecord,
  call: Call,
) {
  const { fixed, changing, encryption, versionId } = version;
  const isWhole = range.start === 0 && range.end === fixed.size;
  const isPartial =
    part !== undefined || (input.Range !== undefined && parseRange(input.Range, fixed.size) !== undefined);
  const wantsChecksum = input.ChecksumMode === 'ENABLED' && (part !== undefined || isWhole);
  const checksum = part && part.partsCount !== undefined ? part.checksum : fixed.checksum;
  return {
    AcceptRanges: 'bytes',
    LastModified: lastModified(fixed.lastModifiedMs),
    ContentLength: range.end - range.start,
    ETag: `"${fixed.etag}"`,
    ...(wantsChecksum && checksumMembers(checksum)),
    ...(bucket.versioning !== undefined && { VersionId: versionId }),
    ...(isPartial && fixed.size > 0 && { ContentRange: contentRange(range, fixed.size) }),
    ...headerMembers(fixed.headers, input),
    ...encryptionMembers(encryption, input),
    Metadata: fixed.metadata,
    ...(changing.replication !== undefined && { ReplicationStatus: changing.replication }),
    ...(part?.partsCount !== undefined && { PartsCount: part.partsCount }),
    ...tagCount(version, bucket, input, call),
  };
}

/** Only who may see the tags learns how many there are: S3 API Reference, GetObject, x-amz-tagging-count. */
function tagCount({ changing }: ObjectVersion, bucket: BucketRecord, { Key, VersionId }: ReadInput, call: Call) {
  const { tags } = changing;
  if (tags.length === 0) return {};
  const action = VersionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
  const context = { ...versionContext(VersionId), ...existingTagContext(tags) };
  const access = objectAccess(action, bucket, Key, call, context);
  const { allowed } = call.decide({ ...access, decidesOnly: 'whether the answer says how many tags the object has' });
  return allowed ? { TagCount: tags.length } : {};
}
