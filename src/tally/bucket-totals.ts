/**
 * Running totals of buckets, for storage metrics and bills: they change in the transaction in which a version or a part
 * of an upload is written or removed, at the one place where that is done.
 */

import { SMALL_BYTES, storageMinimum } from '../api/storage-class.ts';
import type { BucketRecord, MultipartUpload, ObjectVersion, PartRecord, VersionRecord } from '../store/records/s3.ts';
import type { BucketTotals, Contents, MinimumTotals } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';

const DAY_MS = 86_400_000;

/** How long the totals of a day are kept, as CloudWatch keeps hours. */
const KEPT_DAYS_MS = 455 * DAY_MS;

/** What is added to a bucket or, with `-1`, removed from it. */
type Sign = 1 | -1;

/** The transaction and the store's time of a change. */
interface At {
  readonly tx: Pick<Tx, 'bucketTotals' | 'bucketDays'>;
  readonly now: Date;
}

/** A version was written or removed; one that is only moved or changed in place stays in the totals. */
export function countVersion(version: VersionRecord, sign: Sign, bucket: BucketRecord, at: At): void {
  const storageClass = classOfVersion(version);
  const beyond = version.kind === 'object' ? beyondBytes(version, storageClass, sign, at.now.getTime()) : undefined;
  change(bucket, storageClass, contentsOfVersion(version), sign, at, beyond);
}

/** What a version adds to or takes from what is billed beyond its bytes; undefined in a class without minimums. */
function beyondBytes({ fixed }: ObjectVersion, storageClass: string, sign: Sign, nowMs: number): Beyond | undefined {
  const minimum = storageMinimum(storageClass);
  if (!minimum) return undefined;
  const isSmall = fixed.size < SMALL_BYTES;
  const lack = Math.max(0, (minimum.bytes ?? 0) - fixed.size);
  const leftMs = sign === 1 ? 0 : Math.max(0, fixed.lastModifiedMs + (minimum.days ?? 0) * DAY_MS - nowMs);
  return { small: isSmall ? sign : 0, lack: sign * lack, earlyByteMs: (fixed.size + lack) * leftMs };
}

type Beyond = Pick<MinimumTotals, 'small' | 'lack' | 'earlyByteMs'>;

/** A part of an unfinished upload was written or removed. */
export function countPart(part: PartRecord, sign: Sign, upload: MultipartUpload, bucket: BucketRecord, at: At): void {
  change(bucket, classOfUpload(upload), contentsOfPart(part), sign, at);
}

/** Each byte times the milliseconds for which it was stored, up to a time by the store's clock. */
export const byteMsAt = ({ byteMs, bytes, sinceMs }: BucketTotals, timeMs: number): number =>
  byteMs + bytes * Math.max(0, timeMs - sinceMs);

const NO_MINIMUM: MinimumTotals = { small: 0, lack: 0, smallMs: 0, lackMs: 0, versionMs: 0, earlyByteMs: 0 };

/** What is billed beyond bytes, up to a time by the store's clock. */
export function minimumAt({ minimum = NO_MINIMUM, versions, sinceMs }: BucketTotals, timeMs: number): MinimumTotals {
  const ms = Math.max(0, timeMs - sinceMs);
  return {
    ...minimum,
    smallMs: minimum.smallMs + minimum.small * ms,
    lackMs: minimum.lackMs + minimum.lack * ms,
    versionMs: minimum.versionMs + versions * ms,
  };
}

/**
 * The totals of a bucket in a storage class at a midnight of the last 455 days, by the store's clock; undefined if there
 * were none yet.
 */
export function totalsAt(
  [owner, id, storageClass]: readonly [owner: string, bucketId: string, storageClass: string],
  midnightMs: number,
  tx: Pick<Tx, 'bucketTotals' | 'bucketDays'>,
): BucketTotals | undefined {
  const now = tx.bucketTotals.get([owner, id, storageClass]);
  if (now && now.sinceMs < midnightMs) return now;
  const end = [owner, id, storageClass, midnightMs];
  const [day] = tx.bucketDays.range({ start: [owner, id, storageClass], end, reverse: true, limit: 1 });
  return day?.value;
}

function change(
  { id, name, owner, region }: BucketRecord,
  storageClass: string,
  by: Contents,
  sign: Sign,
  { tx, now }: At,
  beyond?: Beyond,
): void {
  const nowMs = now.getTime();
  const key: [string, string, string] = [owner, id, storageClass];
  const known = tx.bucketTotals.get(key);
  if (known && dayOf(nowMs) > dayOf(known.sinceMs)) keepDay(key, known, tx);
  // Whoever sets the clock back does not pay twice for the same hour.
  const sinceMs = Math.max(nowMs, known?.sinceMs ?? nowMs);
  const byteMs = known ? byteMsAt(known, sinceMs) : 0;
  const contents = summed(known ?? NOTHING, by, sign);
  const before = known ? minimumAt(known, sinceMs) : NO_MINIMUM;
  const minimum = beyond ? minimumWith(before, beyond) : known?.minimum && before;
  tx.bucketTotals.put(key, { v: 1, bucket: name, region, ...contents, byteMs, sinceMs, ...(minimum && { minimum }) });
}

/** Objects from before it was kept are removed, too. */
const minimumWith = (known: MinimumTotals, { small, lack, earlyByteMs }: Beyond): MinimumTotals => ({
  ...known,
  small: Math.max(0, known.small + small),
  lack: Math.max(0, known.lack + lack),
  earlyByteMs: known.earlyByteMs + earlyByteMs,
});

/** Keeps the totals of the last day on which they changed, and forgets one that is too old. */
function keepDay(key: [string, string, string], totals: BucketTotals, tx: At['tx']): void {
  const day = dayOf(totals.sinceMs);
  tx.bucketDays.put([...key, day], totals);
  // A day is added at a time, so that removing two at a time is enough.
  for (const { key: old } of [...tx.bucketDays.under(key, { limit: 2 })]) {
    if (old[3] < day - KEPT_DAYS_MS) tx.bucketDays.remove(old);
  }
}

const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS) * DAY_MS;

const NOTHING: Contents = { versions: 0, deleteMarkers: 0, parts: 0, bytes: 0 };

const summed = (one: Contents, other: Contents, sign: Sign): Contents => ({
  versions: one.versions + sign * other.versions,
  deleteMarkers: one.deleteMarkers + sign * other.deleteMarkers,
  parts: one.parts + sign * other.parts,
  bytes: one.bytes + sign * other.bytes,
});

const STANDARD = 'STANDARD';

/** A delete marker has no storage class: it is counted with those that have none of their own. */
const classOfVersion = (version: VersionRecord): string =>
  version.kind === 'object' ? (version.fixed.headers.StorageClass ?? STANDARD) : STANDARD;

const classOfUpload = ({ headers }: MultipartUpload): string => headers.StorageClass ?? STANDARD;

const contentsOfVersion = (version: VersionRecord): Contents =>
  version.kind === 'object' ? { ...NOTHING, versions: 1, bytes: version.fixed.size } : { ...NOTHING, deleteMarkers: 1 };

const contentsOfPart = ({ size }: PartRecord): Contents => ({ ...NOTHING, parts: 1, bytes: size });

/** What a recount found in one storage class, and when the newest of it was written. */
export interface Recounted extends Contents {
  readonly newestMs: number;
}

/** The rows that are read without a pause. */
const ROWS_AT_ONCE = 500;

/** The tables with what is in buckets. */
type Stored = Pick<Tx, 'objects' | 'olderVersions' | 'multipartUploads' | 'multipartParts'>;

/**
 * Counts what is in a bucket, by storage class. It pauses, so that others get their turn.
 * @throws StoreError if a row cannot be read
 */
export function* recount(bucket: string, tx: Stored): Generator<void, ReadonlyMap<string, Recounted>> {
  const found = new Map<string, Recounted>();
  let rows = 0;
  for (const [storageClass, contents, newestMs] of allIn(bucket, tx)) {
    const known = found.get(storageClass);
    const latestMs = Math.max(newestMs, known?.newestMs ?? newestMs);
    found.set(storageClass, { ...summed(known ?? NOTHING, contents, 1), newestMs: latestMs });
    rows += 1;
    if (rows % ROWS_AT_ONCE === 0) yield;
  }
  return found;
}

type Item = readonly [storageClass: string, contents: Contents, writtenMs: number];

function* allIn(bucket: string, tx: Stored): Generator<Item> {
  for (const table of [tx.objects, tx.olderVersions]) {
    for (const { value } of table.under([bucket])) {
      const writtenMs = value.kind === 'object' ? value.fixed.lastModifiedMs : value.lastModifiedMs;
      yield [classOfVersion(value), contentsOfVersion(value), writtenMs];
    }
  }
  for (const { key, value: upload } of tx.multipartUploads.under([bucket])) {
    for (const { value } of tx.multipartParts.under(key)) {
      yield [classOfUpload(upload), contentsOfPart(value), value.lastModifiedMs];
    }
  }
}

/** Whether totals say what a recount found; of a bucket that is gone, or a class that it does not use, nothing. */
export const agree = (totals: Contents | undefined, found: Contents | undefined): boolean =>
  MEMBERS.every((member) => (totals ?? NOTHING)[member] === (found ?? NOTHING)[member]);

const MEMBERS = ['versions', 'deleteMarkers', 'parts', 'bytes'] as const;

/**
 * Makes the totals of all buckets say what is in them, where they do not. What is found without totals counts for the
 * bill from when the newest of it was written: all of it has been there since.
 */
export function renewTotals(tx: Stored & Pick<Tx, 'buckets' | 'bucketTotals'>): void {
  const renewed = new Set<string>();
  for (const { value: bucket } of [...tx.buckets.range()]) {
    const { id, name, owner, region } = bucket;
    for (const [storageClass, { newestMs, ...contents }] of atOnce(recount(name, tx))) {
      const key: [string, string, string] = [owner, id, storageClass];
      renewed.add(JSON.stringify(key));
      const known = tx.bucketTotals.get(key);
      if (agree(known, contents)) continue;
      const { byteMs, sinceMs, minimum } = known ?? { byteMs: 0, sinceMs: newestMs };
      const totals = { v: 1, bucket: name, region, ...contents, byteMs, sinceMs } as const;
      tx.bucketTotals.put(key, { ...totals, ...(minimum && { minimum }) });
    }
  }
  for (const { key, value } of [...tx.bucketTotals.range()]) {
    if (!renewed.has(JSON.stringify(key)) && !agree(value, NOTHING)) tx.bucketTotals.put(key, { ...value, ...NOTHING });
  }
}

/** The result of work that pauses. */
function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
