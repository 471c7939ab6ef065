/** How a request finds a version of an object, and what S3 answers when there is none. */

import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import type { BucketRecord, DeleteMarker, ObjectVersion, VersionRecord } from '../../store/records/s3.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { noSuchKey, noSuchVersion } from '../request/no-such-key.ts';
import { bucketAccess } from '../request/permissions.ts';
import { requireGenuine } from './object-record.ts';
import { isVersionId } from './version-id.ts';

/** The newest version of a key, be it a delete marker. */
export function currentVersion(bucket: BucketRecord, key: string, call: Call): VersionRecord | undefined {
  return genuine(call.tx.objects.get([bucket.name, key]), bucket, key, call);
}

/** The object that a plain read finds; undefined when there is none, or a delete marker is on top. */
export function currentObject(bucket: BucketRecord, key: string, call: Call): ObjectVersion | undefined {
  const current = currentVersion(bucket, key, call);
  return current?.kind === 'object' ? current : undefined;
}

/** One version by its id. */
export function versionById(
  bucket: BucketRecord,
  key: string,
  versionId: string,
  call: Call,
): VersionRecord | undefined {
  const { tx } = call;
  const current = tx.objects.get([bucket.name, key]);
  if (current?.versionId === versionId) return genuine(current, bucket, key, call);
  const order = tx.versionOrders.get([bucket.name, key, versionId]);
  return order === undefined ? undefined : genuine(tx.olderVersions.get([bucket.name, key, order]), bucket, key, call);
}

function genuine(
  record: VersionRecord | undefined,
  bucket: BucketRecord,
  key: string,
  { rootKey }: Call,
): VersionRecord | undefined {
  if (record) requireGenuine(record, bucket, key, rootKey);
  return record;
}

/**
 * The object version that a read means.
 * @throws AwsError NoSuchKey (AccessDenied for a caller who may not list), NoSuchVersion, MethodNotAllowed for a
 * delete marker, InvalidArgument for what is no version id.
 */
export function findObject(
  bucket: BucketRecord,
  { Key, VersionId }: { readonly Key: string; readonly VersionId?: string | undefined },
  method: string,
  call: Call,
): ObjectVersion {
  if (VersionId === undefined) {
    const found = currentVersion(bucket, Key, call);
    if (found?.kind === 'object') return found;
    // Without the permission to list, S3 does not tell that there is nothing: S3 API Reference, GetObject, Permissions.
    const decidesOnly = 'whether the caller learns that there is no such object (404) or not (403)';
    call.require({ ...bucketAccess('s3:ListBucket', bucket, call), decidesOnly });
    throw noSuchKey(Key, found && { 'x-amz-delete-marker': 'true', 'x-amz-version-id': found.versionId });
  }
  requireVersionId(VersionId, call);
  const found = versionById(bucket, Key, VersionId, call);
  if (!found) throw noSuchVersion(Key, VersionId);
  if (found.kind === 'delete-marker') throw deleteMarkerNotAllowed(method, found);
  return found;
}

/** @throws AwsError InvalidArgument for an id that this store did not make. */
export function requireVersionId(versionId: string, { rootKey }: Call): void {
  if (versionId === 'null' || isVersionId(versionId, rootKey)) return;
  throw invalidVersionId(versionId);
}

export const invalidVersionId = (versionId: string) =>
  invalidArgument('Invalid version id specified', 'versionId', versionId);
/** S3 API Reference, HeadObject: a delete marker that is named tells when it was made. */
const deleteMarkerNotAllowed = (method: string, { versionId, lastModifiedMs }: DeleteMarker) =>
  new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    Method: method,
    ResourceType: 'DeleteMarker',
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': versionId,
    Allow: 'DELETE',
    'Last-Modified': new Date(lastModifiedMs).toUTCString(),
  });
