/**
 * Adding and removing versions: Amazon S3 User Guide, "How S3 Versioning works". The newest version of a key is in
 * `objects`, the others in `olderVersions`, so that a plain listing does not see them.
 */

import type { Call } from '../../call/operation.ts';
import type { DeleteMarker, ObjectVersion, ReplicationStatus, VersionRecord } from '../../store/records/s3.ts';
import { countVersion } from '../../tally/bucket-totals.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { removeContent } from './content-store.ts';
import { newVersionId } from './version-id.ts';

type Draft<V> = Omit<V, 'v' | 'versionId' | 'order'>;

/**
 * Writes a new newest version. In a bucket with versioning it is added to the others; otherwise it replaces the `null`
 * version, whose bytes are removed with the commit.
 */
export function addVersion(draft: Draft<ObjectVersion>, place: ObjectPlace, call: Call): ObjectVersion {
  const { bucket, key } = place;
  const record: ObjectVersion = { v: 1, ...roomOnTop(place, call), ...draft };
  countVersion(record, 1, bucket, call);
  call.tx.objects.put([bucket.name, key], record);
  return record;
}

/** Adds a delete marker as the newest version. */
export function addDeleteMarker(draft: Draft<DeleteMarker>, place: ObjectPlace, call: Call): DeleteMarker {
  const { bucket, key } = place;
  const record: DeleteMarker = { v: 1, ...roomOnTop(place, call), ...draft };
  countVersion(record, 1, bucket, call);
  call.tx.objects.put([bucket.name, key], record);
  return record;
}

function roomOnTop(place: ObjectPlace, call: Call): { versionId: string; order: number } {
  const { bucket, key } = place;
  const { tx } = call;
  const current = tx.objects.get([bucket.name, key]);
  const order = (current?.order ?? 0) - 1;
  const versionId = bucket.versioning === 'Enabled' ? newVersionId(order, call) : 'null';
  if (!current) return { versionId, order };
  if (current.versionId === versionId) {
    dropContentOf(current, place, call);
    return { versionId, order };
  }
  if (versionId === 'null') removeOlder(place, versionId, call);
  putOlder(current, place, call);
  return { versionId, order };
}

/**
 * Writes the replica of a version. It has its source's id and time, and therefore its position among the existing
 * versions: however late it arrives, it does not hide a newer one. An existing version with this id must be removed
 * first.
 */
export function addReplica(
  draft: Draft<ObjectVersion> | Draft<DeleteMarker>,
  versionId: string,
  place: ObjectPlace,
  call: Call,
): void {
  const { bucket, key } = place;
  const { tx } = call;
  const current = tx.objects.get([bucket.name, key]);
  const newer = current ? newerThan(timeOf(draft), current, place, call) : [];
  const order = newer.at(-1)?.order ?? (current?.order ?? 0) - 1;
  const record: VersionRecord = { v: 1, versionId, order, ...draft };
  countVersion(record, 1, bucket, call);
  const [newest] = newer;
  if (newest) {
    for (const each of newer) if (each !== newest) forgetOlder(each, place, call);
    for (const each of newer) {
      const moved = { ...each, order: each.order - 1 };
      if (each === newest) tx.objects.put([bucket.name, key], moved);
      else putOlder(moved, place, call);
    }
    putOlder(record, place, call);
    return;
  }
  if (current) putOlder(current, place, call);
  tx.objects.put([bucket.name, key], record);
}

/** The versions of a key that are newer than a given time, the newest first. */
function newerThan(timeMs: number, current: VersionRecord, { bucket, key }: ObjectPlace, { tx }: Call) {
  const newer: VersionRecord[] = [];
  if (timeOf(current) <= timeMs) return newer;
  newer.push(current);
  for (const { value } of tx.olderVersions.under([bucket.name, key])) {
    if (timeOf(value) <= timeMs) break;
    newer.push(value);
  }
  return newer;
}

const timeOf = (version: Draft<ObjectVersion> | Draft<DeleteMarker>): number =>
  version.kind === 'object' ? version.fixed.lastModifiedMs : version.lastModifiedMs;

function putOlder(version: VersionRecord, { bucket: { name }, key }: ObjectPlace, { tx }: Call): void {
  tx.olderVersions.put([name, key, version.order], version);
  tx.versionOrders.put([name, key, version.versionId], version.order);
}

function forgetOlder({ order, versionId }: VersionRecord, { bucket: { name }, key }: ObjectPlace, { tx }: Call): void {
  tx.olderVersions.remove([name, key, order]);
  tx.versionOrders.remove([name, key, versionId]);
}

/** Whether a bucket has a version with this id. */
export const hasVersion = (bucket: string, key: string, versionId: string, { tx }: Call): boolean =>
  tx.objects.get([bucket, key])?.versionId === versionId ||
  tx.versionOrders.get([bucket, key, versionId]) !== undefined;

/** Permanently removes the version with an id, if it exists. */
export function removeVersionById(versionId: string, place: ObjectPlace, call: Call): void {
  const { bucket, key } = place;
  const current = call.tx.objects.get([bucket.name, key]);
  if (current?.versionId === versionId) removeVersion(current, place, call);
  else removeOlder(place, versionId, call);
}

/** Permanently removes one version; the next older one becomes the newest. */
export function removeVersion(record: VersionRecord, place: ObjectPlace, call: Call): void {
  const { bucket, key } = place;
  const { tx } = call;
  const current = tx.objects.get([bucket.name, key]);
  if (current?.versionId !== record.versionId) {
    removeOlder(place, record.versionId, call);
    return;
  }
  dropContentOf(current, place, call);
  const [next] = tx.olderVersions.under([bucket.name, key], { limit: 1 });
  if (!next) {
    tx.objects.remove([bucket.name, key]);
    return;
  }
  forgetOlder(next.value, place, call);
  tx.objects.put([bucket.name, key], next.value);
}

function removeOlder(place: ObjectPlace, versionId: string, call: Call): void {
  const { bucket, key } = place;
  const { tx } = call;
  const order = tx.versionOrders.get([bucket.name, key, versionId]);
  if (order === undefined) return;
  const record = tx.olderVersions.get([bucket.name, key, order]);
  if (record) dropContentOf(record, place, call);
  tx.olderVersions.remove([bucket.name, key, order]);
  tx.versionOrders.remove([bucket.name, key, versionId]);
}

/** Of a version that is removed: takes it out of the bucket's totals, and removes its bytes. */
function dropContentOf(record: VersionRecord, place: ObjectPlace, call: Call): void {
  countVersion(record, -1, place.bucket, call);
  if (record.kind === 'object') removeContent(record, place, call);
}

/** Writes a version with new changing fields or wrapped keys in its place. */
export function updateVersion(
  record: ObjectVersion,
  change: Partial<Pick<ObjectVersion, 'changing' | 'encryption'>>,
  place: ObjectPlace,
  call: Call,
): ObjectVersion {
  const updated = { ...record, ...change };
  putInPlace(updated, place, call);
  return updated;
}

/** Writes the replication status of a delete marker, its only changing field. */
export function updateMarker(
  record: DeleteMarker,
  replication: ReplicationStatus,
  place: ObjectPlace,
  call: Call,
): void {
  putInPlace({ ...record, replication }, place, call);
}

function putInPlace(updated: VersionRecord, { bucket: { name }, key }: ObjectPlace, { tx }: Call): void {
  if (tx.objects.get([name, key])?.order === updated.order) tx.objects.put([name, key], updated);
  else tx.olderVersions.put([name, key, updated.order], updated);
}
