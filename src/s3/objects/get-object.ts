/** GetObject and HeadObject: Amazon S3 User Guide, "Downloading objects". */

import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';
import type { ObjectVersion, StoredChecksum } from '../../store/records/s3.ts';
import { askForElsewhere, identityOf, requireApplicable, type WriteIdentity } from '../content/envelope.ts';
import { currentVersion, findObject, tagsOf } from '../content/object-lookup.ts';
import { partRange, requirePartNumber } from '../content/object-parts.ts';
import { openKeys, openObject } from '../content/object-reader.ts';
import { findPlace } from '../request/bucket.ts';
import { type ByteRange, contentRange, parseRange } from '../request/byte-range.ts';
import { checksumMembers } from '../request/checksum-headers.ts';
import { requireReadConditions } from '../request/conditions.ts';
import { type CustomerKey, type CustomerKeyHeaders, parseCustomerKey } from '../request/customer-key.ts';
import { encryptionMembers } from '../request/encryption-members.ts';
import { requireSignature } from '../request/encryption-settings.ts';
import { dataEventFacts, objectResources, requestParameters, sseOf } from '../request/event-fields.ts';
import { lastModified } from '../request/last-modified.ts';
import { customerAlgorithmContext, existingTagContext, versionContext } from '../request/object-context.ts';
import { type HeaderOverrides, headerMembers, isArchived, requireOverrides } from '../request/object-headers.ts';
import { type ObjectPlace, requireObjectKey } from '../request/object-key.ts';
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
  readonly place: ObjectPlace;
  readonly versionId: string | undefined;
  readonly customerKey: CustomerKey | undefined;
}

/** Reads an object or a part of it; only authenticated bytes are returned. S3 API Reference, GetObject. */
export const GetObject = operation('s3', 'GetObject', {
  resolve: (input, call) => resolveRead(input, call),
  authorize: (target, input, call) => readPermissions(target, input, call),
  run(target, input, call) {
    if (isElsewhere(target, call)) {
      askForElsewhere(target.place, call);
      return { Body: nothing(), ...answerOfElsewhere(call) };
    }
    const found = lookUp(target, input, 'GET', call);
    const { version, identity, range } = found;
    requireRestored(version);
    if (version.encryption.kind !== 'SSE-S3' && version.encryption.kind !== 'SSE-C') requireSignature(call);
    // Bytes are opened as they are read, the first of them now.
    const opened = openObject(version, identity, target.customerKey, range, call);
    call.hold(opened);
    call.note({
      resources: objectResources(target.place),
      ...dataEventFacts({
        out: range.end - range.start,
        sse: sseOf(version.encryption),
        stored: version.encryption,
      }),
    });
    return { Body: call.watch(opened.body), ...answer(target, found, input, call) };
  },
  parameters: (input) => requestParameters(input),
});

/** GetObject's response without the bytes. KMS is called only for checksums. S3 API Reference, HeadObject. */
export const HeadObject = operation('s3', 'HeadObject', {
  resolve: (input, call) => resolveRead(input, call),
  authorize: (target, input, call) => readPermissions(target, input, call),
  run(target, input, call) {
    if (isElsewhere(target, call)) {
      if (input.ChecksumMode === 'ENABLED') askForElsewhere(target.place, call);
      return answerOfElsewhere(call);
    }
    const found = lookUp(target, input, 'HEAD', call);
    // Checksums are stored encrypted: Amazon S3 User Guide, "Checking object integrity".
    if (input.ChecksumMode === 'ENABLED') openKeys(found.version, found.identity, target.customerKey, call);
    call.note({ resources: objectResources(target.place), ...dataEventFacts({}) });
    return answer(target, found, input, call);
  },
  parameters: (input) => requestParameters(input),
});

/**
 * Whether a call is only tried, on an object that an imported bucket does not have here: what it holds in its account is
 * not known, and is taken to be any key with the bucket's default encryption.
 */
const isElsewhere = ({ place, customerKey }: ReadTarget, call: Call): boolean =>
  call.isTried &&
  place.bucket.objectsElsewhere !== undefined &&
  customerKey === undefined &&
  currentVersion(place, call) === undefined;

const answerOfElsewhere = ({ now }: Call) => ({
  AcceptRanges: 'bytes',
  LastModified: lastModified(now.getTime()),
  ContentLength: 0,
  ETag: '""',
  Metadata: {},
});

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Objects in archive classes are stored but cannot be restored here. */
function requireRestored({ fixed }: ObjectVersion): void {
  const { StorageClass } = fixed.headers;
  if (StorageClass === undefined || !isArchived(StorageClass)) return;
  throw new AwsError(
    'InvalidObjectState',
    "The operation is not valid for the object's storage class",
    {
      StorageClass,
    },
    `the object is archived with the storage class ${StorageClass}, and ssebox has no RestoreObject`,
  );
}

function resolveRead(input: ReadInput, call: Call): ReadTarget {
  const place = findPlace(input, call);
  requireObjectKey(place.key);
  const customerKey = parseCustomerKey(input, 'read');
  requireOverrides(input, call.caller.kind === 'anonymous');
  if (input.PartNumber !== undefined) requirePartNumber(input.PartNumber);
  if (input.Range !== undefined && input.PartNumber !== undefined) {
    throw new AwsError('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  }
  return { place, versionId: input.VersionId, customerKey };
}

/** With a version id another permission is needed instead: S3 API Reference, GetObject, Permissions. */
function readPermissions({ place, versionId }: ReadTarget, input: ReadInput, call: Call): Access[] {
  const context = {
    ...versionContext(versionId),
    ...customerAlgorithmContext(input),
    ...existingTagContext(tagsOf(place, versionId, call)),
  };
  return [objectAccess(versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', place, call, context)];
}

interface Found {
  readonly version: ObjectVersion;
  readonly identity: WriteIdentity;
  readonly range: ByteRange;
  /** Whether the request has a range that S3 understands, or a part number, even if it covers the whole object. */
  readonly isPartial: boolean;
  /** Set if a part was requested by number. */
  readonly part: PartAnswer | undefined;
}

interface PartAnswer {
  readonly partsCount: number | undefined;
  readonly checksum: StoredChecksum | undefined;
}

function lookUp({ place, versionId, customerKey }: ReadTarget, input: ReadInput, method: string, call: Call): Found {
  const version = findObject(place, versionId, method, call);
  const { fixed } = version;
  requireReadConditions(input, fixed, call.now);
  requireApplicable(version.encryption, customerKey);
  const identity = identityOf(version, place);
  if (input.PartNumber === undefined) {
    const asked = parseRange(input.Range, fixed.size);
    const range = asked ?? { start: 0, end: fixed.size };
    return { version, identity, range, isPartial: asked !== undefined, part: undefined };
  }
  const { range, partsCount, checksum } = partRange(version, input.PartNumber, identity, call);
  return { version, identity, range, isPartial: true, part: { partsCount, checksum } };
}

function answer(target: ReadTarget, { version, range, isPartial, part }: Found, input: ReadInput, call: Call) {
  const { fixed, changing, encryption, versionId } = version;
  const isWhole = range.start === 0 && range.end === fixed.size;
  const wantsChecksum = input.ChecksumMode === 'ENABLED' && (part !== undefined || isWhole);
  const checksum = part && part.partsCount !== undefined ? part.checksum : fixed.checksum;
  const isShownAsPart = isPartial && fixed.size > 0;
  // RFC 9110 §15.3.7.
  if (isShownAsPart) call.note({ httpStatus: 206 });
  return {
    AcceptRanges: 'bytes',
    LastModified: lastModified(fixed.lastModifiedMs),
    ContentLength: range.end - range.start,
    ETag: `"${fixed.etag}"`,
    ...(wantsChecksum && checksumMembers(checksum)),
    ...(target.place.bucket.versioning !== undefined && { VersionId: versionId }),
    ...(isShownAsPart && { ContentRange: contentRange(range, fixed.size) }),
    ...headerMembers(fixed.headers, input),
    ...encryptionMembers(encryption, input),
    Metadata: fixed.metadata,
    ...(changing.replication !== undefined && { ReplicationStatus: changing.replication }),
    ...(part?.partsCount !== undefined && { PartsCount: part.partsCount }),
    ...tagCount(version, target, call),
  };
}

/** Only a caller who may read the tags gets their number: S3 API Reference, GetObject, x-amz-tagging-count. */
function tagCount({ changing }: ObjectVersion, { place, versionId }: ReadTarget, call: Call) {
  const { tags } = changing;
  if (tags.length === 0) return {};
  const action = versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
  const context = { ...versionContext(versionId), ...existingTagContext(tags) };
  const access = objectAccess(action, place, call, context);
  const { allowed } = call.decide({ ...access, decidesOnly: 'whether the answer says how many tags the object has' });
  return allowed ? { TagCount: tags.length } : {};
}
