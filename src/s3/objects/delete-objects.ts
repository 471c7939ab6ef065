/** Deleting objects: Amazon S3 User Guide, "Deleting Amazon S3 objects". No key and no KMS permission is needed. */

import { AwsError } from '../../api/errors.ts';
import type { DeletedObject, Error as DeleteError, ObjectIdentifier } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';
import type { BucketRecord, VersionRecord } from '../../store/records/s3.ts';
import { currentVersion, invalidVersionId, requireVersionId, tagsOf, versionById } from '../content/object-lookup.ts';
import { addDeleteMarker, removeVersion } from '../content/version-store.ts';
import { queueDeleteMarker } from '../replication/replication-queue.ts';
import { findBucket } from '../request/bucket.ts';
import { matches, notImplementedHeader, preconditionFailed } from '../request/conditions.ts';
import { dataEventExtra, objectResources, requestParameters, responseElements } from '../request/event-fields.ts';
import { malformedXml } from '../request/malformed-xml.ts';
import { noSuchKey, noSuchVersion } from '../request/no-such-key.ts';
import { existingTagContext, versionContext } from '../request/object-context.ts';
import { requireObjectKey } from '../request/object-key.ts';
import { refuseBypass } from '../request/object-lock.ts';
import { objectAccess } from '../request/permissions.ts';

interface Doomed {
  readonly Key: string;
  readonly VersionId?: string | undefined;
  /** The ETag that it must have. */
  readonly ifMatch?: string | undefined;
}

/** S3 API Reference, DeleteObject. */
export const DeleteObject = operation('s3', 'DeleteObject', {
  resolve(input, call) {
    const bucket = findBucket(input, call);
    requireObjectKey(input.Key);
    refuseBypass(input);
    if (input.IfMatchLastModifiedTime !== undefined) throw notImplementedHeader('x-amz-if-match-last-modified-time');
    if (input.IfMatchSize !== undefined) throw notImplementedHeader('x-amz-if-match-size');
    return bucket;
  },
  authorize: (bucket, { Key, VersionId, IfMatch }, call) =>
    deletePermissions(bucket, { Key, VersionId, ifMatch: IfMatch }, call),
  run(bucket, { Key, VersionId, IfMatch }, call) {
    call.note({ resources: objectResources({ bucket, key: Key }), extra: dataEventExtra({}) });
    if (VersionId !== undefined) {
      requireVersionId(VersionId, call);
      if (bucket.versioning === undefined && VersionId !== 'null') throw invalidVersionId(VersionId);
    }
    const {
      DeleteMarker,
      VersionId: removed,
      DeleteMarkerVersionId,
    } = deleteOne(bucket, { Key, VersionId, ifMatch: IfMatch }, call);
    const id = DeleteMarkerVersionId ?? removed;
    return { ...(DeleteMarker && { DeleteMarker }), ...(id !== undefined && { VersionId: id }) };
  },
  parameters: (input) => requestParameters(input),
  response: (output) => responseElements(output),
});

/**
 * Up to a thousand keys at once. Each is a DeleteObject of its own, with its own decision and its own event: CloudTrail
 * User Guide, "Logging data events", Amazon S3. S3 API Reference, DeleteObjects.
 */
export const DeleteObjects = operation('s3', 'DeleteObjects', {
  resolve(input, call) {
    const bucket = findBucket(input, call);
    refuseBypass(input);
    return bucket;
  },
  authorize: () => [],
  run({ name }, { Delete: { Objects, Quiet } }, call) {
    if (Objects.length === 0 || Objects.length > 1000) throw malformedXml();
    const deleted: DeletedObject[] = [];
    const errors: DeleteError[] = [];
    for (const object of Objects) {
      const { Key, VersionId } = object;
      try {
        deleted.push(deleteListed(name, object, call));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const { code, message } = asListed(error, object);
        errors.push({ Key, ...(VersionId !== undefined && { VersionId }), Code: code, Message: message });
      }
    }
    call.note({ extra: dataEventExtra({}) });
    return { ...(!Quiet && deleted.length > 0 && { Deleted: deleted }), ...(errors.length > 0 && { Errors: errors }) };
  },
  parameters: (input) => requestParameters(input, { delete: '' }),
});

function deleteListed(
  Bucket: string,
  { Key, VersionId, ETag, LastModifiedTime, Size }: ObjectIdentifier,
  call: Call,
): DeletedObject {
  const answer = call.invoke(
    's3',
    'DeleteObject',
    { Bucket, Key, VersionId, IfMatch: ETag, IfMatchLastModifiedTime: LastModifiedTime, IfMatchSize: Size },
    { isAnswered: true },
  );
  const { DeleteMarker, VersionId: id } = answer;
  return {
    Key,
    ...(VersionId !== undefined && { VersionId }),
    ...(DeleteMarker && { DeleteMarker, ...(id !== undefined && { DeleteMarkerVersionId: id }) }),
  };
}

/** In a list, an id of another store is a version that does not exist. */
const asListed = (error: AwsError, { Key, VersionId }: ObjectIdentifier): AwsError =>
  VersionId !== undefined && error.detail.ArgumentName === 'versionId' ? noSuchVersion(Key, VersionId) : error;

function deletePermissions(bucket: BucketRecord, { Key, VersionId, ifMatch }: Doomed, call: Call): Access[] {
  const context = { ...versionContext(VersionId), 's3:if-match': ifMatch };
  const action = VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  const permissions = [objectAccess(action, { bucket, key: Key }, call, context)];
  // A condition tells something of the object: Amazon S3 User Guide, "How to perform conditional deletes".
  if (ifMatch !== undefined) {
    const read = { ...context, ...existingTagContext(tagsOf({ bucket, key: Key }, VersionId, call)) };
    permissions.push(objectAccess('s3:GetObject', { bucket, key: Key }, call, read));
  }
  return permissions;
}

/** Deletes one key as the bucket's versioning says. */
function deleteOne(bucket: BucketRecord, { Key, VersionId, ifMatch }: Doomed, call: Call): DeletedObject {
  if (VersionId !== undefined) {
    const found = versionById({ bucket, key: Key }, VersionId, call);
    requireMatch(found, ifMatch, Key);
    if (found) removeVersion(found, { bucket, key: Key }, call);
    const isMarker = found?.kind === 'delete-marker';
    return { Key, VersionId, ...(isMarker && { DeleteMarker: true, DeleteMarkerVersionId: VersionId }) };
  }
  const current = currentVersion({ bucket, key: Key }, call);
  requireMatch(current, ifMatch, Key);
  if (bucket.versioning === undefined) {
    if (current) removeVersion(current, { bucket, key: Key }, call);
    return { Key };
  }
  const marker = addDeleteMarker(
    { kind: 'delete-marker', lastModifiedMs: call.now.getTime() },
    { bucket, key: Key },
    call,
  );
  queueDeleteMarker(marker, { bucket, key: Key }, call);
  return { Key, DeleteMarker: true, DeleteMarkerVersionId: marker.versionId };
}

function requireMatch(found: VersionRecord | undefined, ifMatch: string | undefined, key: string): void {
  if (ifMatch === undefined) return;
  if (found?.kind !== 'object') throw noSuchKey(key);
  if (!matches(ifMatch, found.fixed.etag)) throw preconditionFailed('If-Match');
}
