/** Finds the version of an object that a request names, with S3's errors if there is none. */

import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import type { DeleteMarker, ObjectVersion, VersionRecord } from '../../store/records/s3.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { httpDate } from '../request/last-modified.ts';
import { noSuchKey, noSuchVersion } from '../request/no-such-key.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { bucketAccess } from '../request/permissions.ts';
import { hasVersionForm, isVersionId } from './version-id.ts';

/** The newest version of a key, which may be a delete marker. */
export const currentVersion = ({ bucket, key }: ObjectPlace, { tx }: Pick<Call, 'tx'>): VersionRecord | undefined =>
  tx.objects.get([bucket.name, key]);

/** The object that a plain read finds; undefined if there is none, or the newest version is a delete marker. */
export function currentObject(place: ObjectPlace, call: Pick<Call, 'tx'>): ObjectVersion | undefined {
  const current = currentVersion(place, call);
  return current?.kind === 'object' ? current : undefined;
}

/** One version by its id. */
export function versionById({ bucket, key }: ObjectPlace, versionId: string, { tx }: Call): VersionRecord | undefined {
  const current = tx.objects.get([bucket.name, key]);
  if (current?.versionId === versionId) return current;
  if (!hasVersionForm(versionId)) return undefined;
  const order = tx.versionOrders.get([bucket.name, key, versionId]);
  return order === undefined ? undefined : tx.olderVersions.get([bucket.name, key, order]);
}

/**
 * The object version that a read names.
 * @param method the method of the request, which decides what a key hidden by a delete marker is answered with
 * @throws AwsError NoSuchKey (AccessDenied for a caller who may not list), NoSuchVersion, MethodNotAllowed for a delete
 * marker, InvalidArgument for a text that is not a version id.
 */
export function findObject(
  place: ObjectPlace,
  versionId: string | undefined,
  method: string,
  call: Call,
): ObjectVersion {
  const { bucket, key } = place;
  if (versionId === undefined) {
    const found = currentVersion(place, call);
    if (found?.kind === 'object') return found;
    // Without the permission to list, S3 does not reveal that the object does not exist: S3 API Reference, GetObject,
    // Permissions.
    const decidesOnly = 'whether the caller learns that there is no such object (404) or not (403)';
    call.require({ ...bucketAccess('s3:ListBucket', bucket, call), decidesOnly });
    if (found && method !== 'GET' && method !== 'HEAD') throw deleteMarkerNotAllowed(method);
    throw noSuchKey(key, {}, found && markerHeaders(found));
  }
  requireVersionId(versionId, call);
  const found = versionById(place, versionId, call);
  if (!found) throw noSuchVersion(key, versionId);
  if (found.kind === 'delete-marker') {
    throw deleteMarkerNotAllowed(method, { ...markerHeaders(found), 'last-modified': httpDate(found.lastModifiedMs) });
  }
  return found;
}

/** The tags of the version that a request names, for conditions; undefined if the version does not exist. */
export function tagsOf(
  place: ObjectPlace,
  versionId: string | undefined,
  call: Call,
): ObjectVersion['changing']['tags'] | undefined {
  const found = versionId === undefined ? currentObject(place, call) : versionById(place, versionId, call);
  return found?.kind === 'object' ? found.changing.tags : undefined;
}

/** @throws AwsError InvalidArgument for an id that this store did not issue. */
export function requireVersionId(versionId: string, { rootKey }: Call, argument = 'versionId'): void {
  if (versionId === 'null' || isVersionId(versionId, rootKey)) return;
  throw invalidVersionId(versionId, argument);
}

/** @param argument the parameter or header that has the id */
export const invalidVersionId = (versionId: string, argument = 'versionId') =>
  invalidArgument(
    versionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified',
    argument,
    versionId,
  );

/** How an answer identifies the delete marker that was found: S3 API Reference, GetObject, x-amz-delete-marker. */
const markerHeaders = ({ versionId }: DeleteMarker) => ({
  'x-amz-delete-marker': 'true',
  'x-amz-version-id': versionId,
});

/** S3 API Reference, HeadObject: the answer about a named delete marker has its creation time. */
const deleteMarkerNotAllowed = (method: string, headers: Readonly<Record<string, string>> = {}) =>
  new AwsError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    { Method: method, ResourceType: 'DeleteMarker' },
    'this version is a delete marker, which has no content: it can only be deleted',
    { ...headers, allow: 'DELETE' },
  );
