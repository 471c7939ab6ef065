/**
 * The replica of an object: the same version, time, metadata and tags in another bucket. Its encryption is the source's
 * mode under a key of the destination; an object under a customer's key is copied as ciphertext. Amazon S3 User Guide,
 * "Replicating encrypted objects".
 */

import { objectArn } from '../../api/arn.ts';
import type { ReplicationRule } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import type { BucketRecord, FixedFields, ObjectVersion, PartRecord, StoredEncryption } from '../../store/records/s3.ts';
import { abandonCopy, beginCopy, type CiphertextCopy, keepCopy, moveCopy } from '../content/ciphertext-copy.ts';
import {
  abandonWriting,
  beginWriting,
  finishWriting,
  type Writing,
  type Written,
  writeStream,
  writeUnread,
} from '../content/content-writer.ts';
import {
  type DataKeys,
  identityOf,
  newReplicaKeys,
  newWriteId,
  sealedFor,
  type WriteIdentity,
} from '../content/envelope.ts';
import { fixedTagOf, metadataKeyOf } from '../content/fixed-tag.ts';
import { partsIn, putPart } from '../content/object-parts.ts';
import { drained, MAX_OPEN_FILES, type OpenedObject, openKeys, openWith } from '../content/object-reader.ts';
import { addReplica, removeVersionById } from '../content/version-store.ts';
import { requireStillThere } from '../request/bucket.ts';
import { modeOf } from '../request/encryption-members.ts';
import { customerKeysBlocked, namedKeyArn } from '../request/encryption-settings.ts';
import { etagOf, etagOfParts, isEtagMd5 } from '../request/etag.ts';
import { requestTagContext, sentEncryptionContext } from '../request/object-context.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';
import { ReplicationFailure, requirePermission, withKey } from './replication-failure.ts';

/** A run of bytes that is sealed again: a whole object, or a part of one. */
interface Run {
  readonly part: PartRecord | undefined;
  readonly opened: OpenedObject;
  readonly writing: Writing;
}

interface SealedAnew {
  readonly kind: 'sealed-anew';
  readonly keys: DataKeys;
  readonly stored: StoredEncryption;
  readonly runs: readonly Run[];
}

interface Copied {
  readonly kind: 'copied';
  readonly sourceIdentity: WriteIdentity;
  readonly copy: CiphertextCopy;
}

export interface Replica {
  readonly source: ObjectVersion;
  readonly identity: WriteIdentity;
  readonly storageClass: string | undefined;
  readonly work: SealedAnew | Copied;
}

/** Checks the destination, opens the source and prepares the writing. @throws ReplicationFailure */
export function beginReplica(
  source: ObjectVersion,
  place: ObjectPlace,
  rule: ReplicationRule,
  destination: BucketRecord,
  call: Call,
): Replica {
  const { key } = place;
  const target = { bucket: destination, key };
  requireDestinationPermissions(source, target, rule, call);
  const identity: WriteIdentity = { ...target, writeId: newWriteId(call) };
  const sourceIdentity = identityOf(source, place);
  const storageClass = rule.Destination.StorageClass ?? source.fixed.headers.StorageClass;
  const work =
    source.encryption.kind === 'SSE-C'
      ? ({ kind: 'copied', sourceIdentity, copy: beginCopy(source, sourceIdentity, call) } as const)
      : beginSealing(source, sourceIdentity, rule, identity, call);
  return { source, identity, storageClass, work };
}

function requireDestinationPermissions(
  { encryption, changing }: ObjectVersion,
  target: ObjectPlace,
  { Destination }: ReplicationRule,
  call: Call,
): void {
  const mode = modeOf(encryption);
  const algorithm = { 'SSE-KMS': 'aws:kms', 'DSSE-KMS': 'aws:kms:dsse', 'SSE-S3': undefined, 'SSE-C': undefined }[mode];
  const keyId = algorithm && Destination.EncryptionConfiguration?.ReplicaKmsKeyID;
  const context = {
    ...sentEncryptionContext({ algorithm, keyArn: namedKeyArn(keyId, target.bucket, call) }),
    's3:x-amz-storage-class': Destination.StorageClass,
    ...requestTagContext(changing.tags),
  };
  const object = (action: string) => objectAccess(action, target, call, context);
  requirePermission(object('s3:ReplicateObject'), 'DstPutObjectNotPermitted', call);
  if (changing.tags.length > 0) requirePermission(object('s3:ReplicateTags'), 'DstPutTaggingNotPermitted', call);
  if (Destination.AccessControlTranslation) {
    requirePermission(object('s3:ObjectOwnerOverrideToBucketOwner'), 'DstPutAclNotPermitted', call);
  }
  if (mode === 'SSE-C' && target.bucket.blocksCustomerKeys) {
    const { message, code } = customerKeysBlocked(
      's3:ReplicateObject',
      objectArn(target.bucket.name, target.key),
      call,
    );
    throw new ReplicationFailure('DstPutObjectNotPermitted', message, code);
  }
}

function beginSealing(
  source: ObjectVersion,
  sourceIdentity: WriteIdentity,
  { Destination }: ReplicationRule,
  identity: WriteIdentity,
  call: Call,
): SealedAnew {
  const keyId = Destination.EncryptionConfiguration?.ReplicaKmsKeyID;
  const sourceKeys = withKey('Src', () => openKeys(source, sourceIdentity, undefined, call));
  const { keys, stored } = withKey('Dst', () => newReplicaKeys(source.encryption, keyId, identity, call));
  const runs: Run[] = [];
  try {
    for (const part of partsOf(source, sourceIdentity, call)) {
      const range = part ? { start: part.offset, end: part.offset + part.size } : { start: 0, end: source.fixed.size };
      const openFiles = runs.length < MAX_OPEN_FILES ? 1 : 0;
      const opened = openWith(sourceKeys, source, sourceIdentity, range, openFiles, call);
      // ETag and checksums are copied from the source.
      const needs = { needsMd5: false, algorithms: [], isSmall: false };
      runs.push({ part, opened, writing: beginWriting(identity, keys, needs, call) });
    }
  } catch (error) {
    for (const { opened } of runs) opened.close();
    throw error;
  }
  return { kind: 'sealed-anew', keys, stored, runs };
}

const partsOf = (source: ObjectVersion, identity: WriteIdentity, call: Call): (PartRecord | undefined)[] =>
  source.fixed.content.kind === 'whole'
    ? [undefined]
    : partsIn(source, { start: 0, end: Number.POSITIVE_INFINITY }, identity, call);

/** The result of `moveReplica` for `finishReplica`: one entry per run that was sealed again. */
export type MovedReplica = readonly Written[];

/** Moves the bytes. */
export async function moveReplica({ work }: Replica, signal: AbortSignal): Promise<MovedReplica> {
  if (work.kind === 'copied') {
    await moveCopy(work.copy, signal);
    return [];
  }
  const written: Written[] = [];
  for (const { writing, opened } of work.runs) written.push(await writeStream(writing, drained(opened.body), signal));
  return written;
}

/** What `moveReplica` would return, without moving the bytes: for a replication that is only tried. */
export function unmovedReplica({ source, work }: Replica): MovedReplica | undefined {
  if (work.kind === 'copied') return [];
  const moved = work.runs.map(({ part, writing }) => writeUnread(writing, part?.size ?? source.fixed.size));
  if (!moved.every((written) => written !== undefined)) return undefined;
  for (const { opened } of work.runs) opened.close();
  return moved;
}

/** Writes the replica's version, with its source's id. @throws AwsError if the destination no longer exists. */
export function finishReplica(replica: Replica, moved: MovedReplica, call: Call): void {
  const { source, identity, work } = replica;
  const { key, writeId } = identity;
  const bucket = requireStillThere(identity.bucket, call);
  // Must come first: ciphertext that is copied unchanged has the same names as in an older replica.
  removeVersionById(source.versionId, { bucket, key }, call);
  const changing = { tags: source.changing.tags, replication: 'REPLICA' } as const;
  const body = work.kind === 'copied' ? finishCopied(replica, work, call) : finishSealed(replica, work, moved, call);
  addReplica({ kind: 'object', writeId, changing, ...body }, source.versionId, { bucket, key }, call);
}

type Body = Pick<ObjectVersion, 'fixed' | 'fixedTag' | 'encryption' | 'sealedFor' | 'copiedFile'>;

/** The fixed fields are the source's: others could be authenticated only with the customer's key. */
function finishCopied({ source, identity }: Replica, { sourceIdentity, copy }: Copied, call: Call): Body {
  const { fixed, fixedTag, encryption } = source;
  const pieces = keepCopy(copy, identity, call);
  pieces.forEach(({ part, piece }, index) => {
    if (part) putPart({ ...part, piece }, index, identity, call);
  });
  const copiedFile = fixed.content.kind === 'whole' ? pieces[0]?.piece.file : undefined;
  return { fixed, fixedTag, encryption, sealedFor: sealedFor(sourceIdentity), copiedFile };
}

/** Under SSE-S3, ETags are MD5s and are kept; under KMS they are new. */
function finishSealed(
  { source, identity, storageClass }: Replica,
  work: SealedAnew,
  moved: MovedReplica,
  call: Call,
): Body {
  const { keys, stored, runs } = work;
  const mode = modeOf(stored);
  const newEtag = (old: string) => (isEtagMd5(mode) ? old : etagOf(mode, undefined, call.random));
  const partEtags: string[] = [];
  let content = source.fixed.content;
  runs.forEach(({ part, writing }, index) => {
    const written = moved[index];
    if (!written) throw new Error('a run of the replica was not written');
    const piece = finishWriting(writing, written, call);
    if (!part) content = { kind: 'whole', piece };
    else {
      const etag = newEtag(part.etag);
      partEtags.push(etag);
      putPart({ ...part, etag, piece }, index, identity, call);
    }
  });
  const fixed: FixedFields = {
    ...source.fixed,
    etag: partEtags.length > 0 ? etagOfParts(partEtags) : newEtag(source.fixed.etag),
    headers: { ...source.fixed.headers, StorageClass: storageClass === 'STANDARD' ? undefined : storageClass },
    content,
  };
  return { fixed, fixedTag: fixedTagOf(fixed, metadataKeyOf(keys, identity), identity), encryption: stored };
}

/** Releases what `beginReplica` took. */
export function abandonReplica({ work }: Replica, call: Call): void {
  if (work.kind === 'copied') {
    abandonCopy(work.copy, call);
    return;
  }
  for (const { opened, writing } of work.runs) {
    opened.close();
    abandonWriting(writing, call);
  }
}
