/** CopyObject: Amazon S3 User Guide, "Copying, moving, and renaming objects". */

import { AwsError } from '../../api/errors.ts';
import type { Input } from '../../api/model/operations.ts';
import { allowed } from '../../api/nearest.ts';
import type { Call } from '../../call/operation.ts';
import { transfer } from '../../call/operation.ts';
import type { ChecksumAlgorithm, ObjectVersion, StoredEncryption } from '../../store/records/s3.ts';
import {
  abandonWriting,
  beginWriting,
  finishWriting,
  type Writing,
  type Written,
  writeAtOnce,
  writeStream,
  writeUnread,
} from '../content/content-writer.ts';
import { type DataKeys, newDataKeys, newWriteId, type WriteIdentity } from '../content/envelope.ts';
import { metadataKeyOf } from '../content/fixed-tag.ts';
import { currentObject } from '../content/object-lookup.ts';
import { drained, type OpenedObject, openObject } from '../content/object-reader.ts';
import { checksumMembers, onlyComputed, parseChecksumAlgorithm, requireWhole } from '../request/checksum-headers.ts';
import { hasCustomerKey } from '../request/customer-key.ts';
import { contextMember, encryptionMembers, modeOf } from '../request/encryption-members.ts';
import type { SettledEncryption } from '../request/encryption-settings.ts';
import { etagOf, isEtagMd5 } from '../request/etag.ts';
import {
  dataEventFacts,
  objectResources,
  requestParameters,
  responseElements,
  sseApplied,
} from '../request/event-fields.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { lastModified } from '../request/last-modified.ts';
import { requestTagContext } from '../request/object-context.ts';
import { isArchived } from '../request/object-headers.ts';
import { objectAccess } from '../request/permissions.ts';
import { MAX_SINGLE_BYTES } from '../request/put-limits.ts';
import { type CopySource, findSource, resolveSource, sourcePermissions, sourceTags } from './copy-source.ts';
import { commitObject, requireWritable, resolveWrite, type WriteTarget, writePermissions } from './object-write.ts';

type CopyInput = Input<'s3', 'CopyObject'>;

interface CopyTarget extends WriteTarget {
  readonly source: CopySource;
  readonly copiesTags: boolean;
  /** The checksum algorithm that the request names. */
  readonly algorithm: ChecksumAlgorithm | undefined;
}

interface Plan {
  readonly target: CopyTarget;
  readonly settled: SettledEncryption;
  readonly source: ObjectVersion;
  readonly identity: WriteIdentity;
  readonly keys: DataKeys;
  readonly stored: StoredEncryption;
  readonly opened: OpenedObject;
  readonly writing: Writing;
}

/**
 * Copies an object. The request and the destination's default determine its encryption; nothing is carried over from
 * the source's. The bytes are opened and sealed again in memory. S3 API Reference, CopyObject.
 */
export const CopyObject = transfer('s3', 'CopyObject', {
  resolve(input, call): CopyTarget {
    const target = resolveWrite(input, call);
    requireDirective(input.MetadataDirective, 'metadata');
    requireDirective(input.TaggingDirective, 'tagging');
    const algorithm = parseChecksumAlgorithm(input.ChecksumAlgorithm);
    return {
      ...target,
      algorithm,
      source: resolveSource(input, call),
      copiesTags: input.TaggingDirective !== 'REPLACE',
    };
  },
  authorize(target, input, call) {
    const { place, source, copiesTags } = target;
    const permissions = [
      ...sourcePermissions(source, call, { copiesTags }),
      ...writePermissions('object', target, input, call),
    ];
    const tags = copiesTags ? sourceTags(source, call) : [];
    if (tags.length > 0) {
      permissions.push(objectAccess('s3:PutObjectTagging', place, call, requestTagContext(tags)));
    }
    return permissions;
  },
  begin(target, input, call): Plan {
    const settled = requireWritable(target, input, call);
    const { version, identity: sourceIdentity } = findSource(target.source, input, call);
    requireCopyable(version);
    requireChange(target, version, settled, input, call);
    const whole = { start: 0, end: version.fixed.size };
    const opened = openObject(version, sourceIdentity, target.source.customerKey, whole, call);
    try {
      const identity: WriteIdentity = { ...target.place, writeId: newWriteId(call) };
      const { keys, stored } = newDataKeys(settled.encryption, identity, call);
      const needsMd5 = isEtagMd5(settled.encryption.kind);
      const needs = { needsMd5, algorithms: [algorithmOf(version, target)], isSmall: opened.small !== undefined };
      const writing = beginWriting(identity, keys, needs, call);
      return { target, settled, source: version, identity, keys, stored, opened, writing };
    } catch (error) {
      opened.close();
      throw error;
    }
  },
  moveAtOnce: ({ writing, opened }) => opened.small && writeAtOnce(writing, opened.small),
  move: ({ writing, opened }, _input, signal) => writeStream(writing, drained(opened.body), signal),
  rehearse({ writing, opened, source }) {
    const written = writeUnread(writing, source.fixed.size);
    if (written) opened.close();
    return written;
  },
  finish(plan, written: Written, input, call) {
    const { target, settled, source, identity, keys, stored, writing } = plan;
    const checksum = requireWhole(written, onlyComputed(algorithmOf(source, target)), undefined);
    const etag = etagOf(settled.encryption.kind, written.md5, call.random);
    const content = { kind: 'whole', piece: finishWriting(writing, written, call) } as const;
    const object = { size: written.size, etag, checksum, content };
    const kept = { metadataKey: metadataKeyOf(keys, identity), stored };
    const version = commitObject(identity, describe(target, source, input), kept, object, input, call);
    call.note({
      resources: objectResources(target.place),
      ...dataEventFacts({ sse: sseApplied(settled), stored }),
    });
    return {
      CopyObjectResult: {
        ETag: `"${etag}"`,
        LastModified: lastModified(version.fixed.lastModifiedMs),
        ...checksumMembers(checksum),
      },
      ...(source.versionId !== 'null' && { CopySourceVersionId: source.versionId }),
      // `null` in a bucket with suspended versioning, for which PutObject returns no version id.
      ...(identity.bucket.versioning !== undefined && { VersionId: version.versionId }),
      ...encryptionMembers(stored, input),
      ...contextMember(stored, input.SSEKMSEncryptionContext),
    };
  },
  abandon({ writing, opened }, call) {
    opened.close();
    abandonWriting(writing, call);
  },
  parameters: (input) => requestParameters(input),
  response: (output) => responseElements(output),
});

function requireDirective(directive: string | undefined, kind: 'metadata' | 'tagging'): void {
  if (directive === undefined || directive === 'COPY' || directive === 'REPLACE') return;
  throw invalidArgument(
    `Unknown ${kind} directive.`,
    `x-amz-${kind}-directive`,
    directive,
    allowed(directive, ['COPY', 'REPLACE']),
  );
}

function requireCopyable({ fixed }: ObjectVersion): void {
  if (isArchived(fixed.headers.StorageClass)) {
    throw new AwsError(
      'ObjectNotInActiveTierError',
      'The source object of the COPY action is not in the active tier and is only stored in Amazon S3 Glacier.',
    );
  }
  if (fixed.size <= MAX_SINGLE_BYTES) return;
  throw new AwsError(
    'InvalidRequest',
    `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_SINGLE_BYTES}`,
  );
}

/**
 * A copy of an object onto itself must change something; a default that was set explicitly counts as a change.
 * @throws AwsError InvalidRequest
 */
function requireChange(
  { place, source }: CopyTarget,
  version: ObjectVersion,
  { encryption }: SettledEncryption,
  input: CopyInput,
  call: Call,
): void {
  const { bucket, key } = place;
  if (source.place.bucket.id !== bucket.id || source.place.key !== key) return;
  const restoresOlder = source.versionId !== undefined && currentObject(place, call)?.versionId !== version.versionId;
  const changes =
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.BucketKeyEnabled !== undefined ||
    hasCustomerKey(input) ||
    bucket.encryptionIsExplicit ||
    modeOf(version.encryption) !== encryption.kind ||
    restoresOlder;
  if (changes) return;
  throw new AwsError(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

/** The source's algorithm, unless the request names one. */
const algorithmOf = ({ fixed }: ObjectVersion, { algorithm }: CopyTarget): ChecksumAlgorithm =>
  algorithm ?? fixed.checksum?.algorithm ?? 'CRC64NVME';

/** Headers, metadata and tags of the copy. Storage class and redirect never come from the source. */
function describe(
  target: CopyTarget,
  { fixed, changing }: ObjectVersion,
  input: CopyInput,
): Pick<WriteTarget, 'headers' | 'metadata' | 'tags'> {
  const { StorageClass, WebsiteRedirectLocation } = target.headers;
  const copied = { ...fixed.headers, StorageClass, WebsiteRedirectLocation };
  const isReplaced = input.MetadataDirective === 'REPLACE';
  return {
    headers: isReplaced ? target.headers : copied,
    metadata: isReplaced ? target.metadata : fixed.metadata,
    tags: target.copiesTags ? changing.tags : target.tags,
  };
}
