/** Deleting objects: Amazon S3 User Guide, "Deleting Amazon S3 objects". No key and no KMS permission is needed. */

import { AwsError } from '../../api/errors.ts';
import type { DeletedObject, Error as DeleteError, ObjectIdentifier } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import { operation } from '../../call/operation.ts';
import type { Access } from '../../policy/access.ts';
import type { VersionRecord } from '../../store/records/s3.ts';
import { currentVersion, invalidVersionId, requireVersionId, tagsOf, versionById } from '../content/object-lookup.ts';
import { addDeleteMarker, removeVersion } from '../content/version-store.ts';
import { queueDeleteMarker } from '../replication/replication-queue.ts';
import { findBucket, findPlace } from '../request/bucket.ts';
import { matches, notImplementedHeader, preconditionFailed } from '../request/conditions.ts';
import {
  bucketResource,
  dataEventFacts,
  objectResources,
  requestParameters,
  responseElements,
} from '../request/event-fields.ts';
import { notCounted } from '../request/malformed-xml.ts';
import { noSuchKey, noSuchVersion } from '../request/no-such-key.ts';
import { existingTagContext, versionContext } from '../request/object-context.ts';
import { type ObjectPlace, requireObjectKey } from '../request/object-key.ts';
import { refuseBypass } from '../request/object-lock.ts';
import { objectAccess } from '../request/permissions.ts';

/** An object that a request asks to delete. */
interface Doomed {
  readonly place: ObjectPlace;
  readonly versionId: string | undefined;
  /** The ETag that the current version must have; only without a version id. */
  readonly ifMatch: string | undefined;
}

/** S3 API Reference, DeleteObject. */
export const DeleteObject = operation('s3', 'DeleteObject', {
  resolve(input, call) {
    const place = findPlace(input, call);
    requireObjectKey(place.key);
    refuseBypass(input);
    if (input.IfMatchLastModifiedTime !== undefined) throw notImplementedHeader('x-amz-if-match-last-modified-time');
    if (input.IfMatchSize !== undefined) throw notImplementedHeader('x-amz-if-match-size');
    // Conditions are evaluated for the current version only: S3 refuses one beside a version id, even if both match.
    if (input.IfMatch !== undefined && input.VersionId !== undefined) throw notImplementedHeader('If-Match');
    return { place, versionId: input.VersionId, ifMatch: input.IfMatch };
  },
  authorize: (doomed: Doomed, _input, call) => deletePermissions(doomed, call),
  run(doomed, _input, call) {
    const { place, versionId } = doomed;
    call.note({ resources: objectResources(place), ...dataEventFacts({}) });
    if (versionId !== undefined) {
      requireVersionId(versionId, call);
      if (place.bucket.versioning === undefined && versionId !== 'null') throw invalidVersionId(versionId);
    }
    return deleteOne(doomed, call);
  },
  parameters: (input) => requestParameters(input),
  response: (output) => responseElements(output),
});

/**
 * Deletes up to a thousand keys. Each is a separate DeleteObject, with its own decision and its own event: CloudTrail
 * User Guide, "Logging data events", Amazon S3. S3 API Reference, DeleteObjects.
 */
export const DeleteObjects = operation('s3', 'DeleteObjects', {
  resolve(input, call) {
    const bucket = findBucket(input, call);
    refuseBypass(input);
    return bucket;
  },
  authorize: () => [],
  run(bucket, { Delete: { Objects, Quiet } }, call) {
    call.note({ resources: [bucketResource(bucket)], region: bucket.region, ...dataEventFacts({}) });
    if (Objects.length === 0 || Objects.length > 1000) throw notCounted('Objects', 1, 1000, Objects.length);
    const deleted: DeletedObject[] = [];
    const errors: DeleteError[] = [];
    for (const object of Objects) {
      const { Key, VersionId } = object;
      try {
        deleted.push(deleteListed(bucket.name, object, call));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const { code, message } = asListed(error, object);
        errors.push({ Key, ...(VersionId !== undefined && { VersionId }), Code: code, Message: message });
      }
    }
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

/** In a list, an id from another store counts as a version that does not exist. */
const asListed = (error: AwsError, { Key, VersionId }: ObjectIdentifier): AwsError =>
  VersionId !== undefined && error.detail.ArgumentName === 'versionId' ? noSuchVersion(Key, VersionId) : error;

function deletePermissions({ place, versionId, ifMatch }: Doomed, call: Call): Access[] {
  const context = { ...versionContext(versionId), 's3:if-match': ifMatch };
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  const permissions = [objectAccess(action, place, call, context)];
  // A condition reveals something about the object: Amazon S3 User Guide, "How to perform conditional deletes".
  if (ifMatch !== undefined) {
    const read = { ...context, ...existingTagContext(tagsOf(place, undefined, call)) };
    permissions.push(objectAccess('s3:GetObject', place, call, read));
  }
  return permissions;
}

/** Deletes one key according to the bucket's versioning. @returns the removed version, or the new delete marker. */
function deleteOne(
  { place, versionId, ifMatch }: Doomed,
  call: Call,
): { readonly DeleteMarker?: true; readonly VersionId?: string } {
  if (versionId !== undefined) {
    const found = versionById(place, versionId, call);
    if (found) removeVersion(found, place, call);
    return { ...(found?.kind === 'delete-marker' && { DeleteMarker: true }), VersionId: versionId };
  }
  const current = currentVersion(place, call);
  requireMatch(current, ifMatch, place.key);
  if (place.bucket.versioning === undefined) {
    if (current) removeVersion(current, place, call);
    return {};
  }
  const marker = addDeleteMarker({ kind: 'delete-marker', lastModifiedMs: call.now.getTime() }, place, call);
  queueDeleteMarker(marker, place, call);
  return { DeleteMarker: true, VersionId: marker.versionId };
}

function requireMatch(found: VersionRecord | undefined, ifMatch: string | undefined, key: string): void {
  if (ifMatch === undefined) return;
  if (found?.kind !== 'object') throw noSuchKey(key);
  if (!matches(ifMatch, found.fixed.etag)) throw preconditionFailed('If-Match');
}
