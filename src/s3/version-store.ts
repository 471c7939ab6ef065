/**
 * Versions come and go: Amazon S3 User Guide, "How S3 Versioning works". The newest version of a key is in `objects`,
 * the others in `olderVersions`, so that a plain listing never meets them.
 */

import type { Call } from '../api/operation.ts';
import type { BucketRecord } from './bucket-record.ts';
import { removeContent } from './content-store.ts';
import { type DeleteMarker, type ObjectVersion, sealRecord, type VersionRecord } from './object-record.ts';
import { newVersionId } from './version-id.ts';

type Draft<V> = Omit<V, 'v' | 'versionId' | 'order' | 'tag'>;

/**
 * Writes a new newest version. In a bucket with versioning it goes on top of the others; else it takes the place of
 * the `null` version, whose bytes are gone with the commit.
 * @param versionId of a replica, which keeps its source's.
 */
export function addVersion(
  draft: Draft<ObjectVersion>,
  bucket: BucketRecord,
  key: string,
  call: Call,
  versionId?: string,
): ObjectVersion {
  const place = makeRoom(bucket, key, call, versionId);
  const record = sealRecord<ObjectVersion>({ v: 1, ...place, ...draft }, bucket, key, call.rootKey);
  call.tx.objects.put([bucket.name, key], record);
  return record;
}

/** Puts a delete marker on top. */
export function addDeleteMarker(
  draft: Draft<DeleteMarker>,
  bucket: BucketRecord,
  key: string,
  call: Call,
  versionId?: string,
): DeleteMarker {
  const place = makeRoom(bucket, key, call, versionId);
  const record = sealRecord<DeleteMarker>({ v: 1, ...place, ...draft }, bucket, key, call.rootKey);
  call.tx.objects.put([bucket.name, key], record);
  return record;
}

function makeRoom(
  bucket: BucketRecord,
  key: string,
  call: Call,
  wanted: string | undefined,
): { versionId: string; order: number } {
  const { tx } = call;
  const current = tx.objects.get([bucket.name, key]);
  const versionId = wanted ?? (bucket.versioning === 'Enabled' ? newVersionId(call) : 'null');
  const order = (current?.order ?? 0) - 1;
  if (!current) return { versionId, order };
  if (current.versionId === versionId) {
    removeContentOf(current, bucket, key, call);
    return { versionId, order };
  }
  if (versionId === 'null' || wanted !== undefined) removeOlder(bucket, key, versionId, call);
  tx.olderVersions.put([bucket.name, key, current.order], current);
  tx.versionOrders.put([bucket.name, key, current.versionId], current.order);
  return { versionId, order };
}

/** Removes one version for ever; the next older one becomes the newest. */
export function removeVersion(record: VersionRecord, bucket: BucketRecord, key: string, call: Call): void {
  const { tx } = call;
  const current = tx.objects.get([bucket.name, key]);
  if (current?.versionId !== record.versionId) {
    removeOlder(bucket, key, record.versionId, call);
    return;
  }
  removeContentOf(current, bucket, key, call);
  const [next] = tx.olderVersions.under([bucket.name, key], { limit: 1 });
  if (!next) {
    tx.objects.remove([bucket.name, key]);
    return;
  }
  tx.olderVersions.remove(next.key);
  tx.versionOrders.remove([bucket.name, key, next.value.versionId]);
  tx.objects.put([bucket.name, key], next.value);
}

function removeOlder(bucket: BucketRecord, key: string, versionId: string, call: Call): void {
  const { tx } = call;
  const order = tx.versionOrders.get([bucket.name, key, versionId]);
  if (order === undefined) return;
  const record = tx.olderVersions.get([bucket.name, key, order]);
  if (record) removeContentOf(record, bucket, key, call);
  tx.olderVersions.remove([bucket.name, key, order]);
  tx.versionOrders.remove([bucket.name, key, versionId]);
}

function removeContentOf(record: VersionRecord, bucket: BucketRecord, key: string, call: Call): void {
  if (record.kind === 'object') removeContent(record, bucket, key, call);
}

/** Writes a version whose changing fields or wrapped keys are new, in its place. */
export function updateVersion(
  record: ObjectVersion,
  change: Partial<Pick<ObjectVersion, 'changing' | 'encryption'>>,
  bucket: BucketRecord,
  key: string,
  call: Call,
): ObjectVersion {
  const { tag: _old, ...rest } = record;
  const updated = sealRecord<ObjectVersion>({ ...rest, ...change }, bucket, key, call.rootKey);
  const { tx } = call;
  if (tx.objects.get([bucket.name, key])?.order === record.order) tx.objects.put([bucket.name, key], updated);
  else tx.olderVersions.put([bucket.name, key, record.order], updated);
  return updated;
}
