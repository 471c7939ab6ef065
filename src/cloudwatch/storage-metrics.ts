/**
 * What is stored in buckets, once a day at midnight UTC: Amazon S3 User Guide, "Amazon CloudWatch metrics and
 * dimensions", daily storage metrics. They follow from the running totals of buckets.
 */

import type { BucketTotals, SeriesName } from '../store/records/tally.ts';
import { totalsAt } from '../tally/bucket-totals.ts';
import { mergedPoint } from '../tally/point.ts';
import type { PeriodPoint } from '../tally/reading.ts';
import { dimensionsOf } from '../tally/series.ts';
import type { MetricSource, Reading } from './metric-source.ts';

const DAY_MS = 86_400_000;
const KIB = 1024;
const NAMESPACE = 'AWS/S3';
const BYTES = 'BucketSizeBytes';
const OBJECTS = 'NumberOfObjects';
const ALL_TYPES = 'AllStorageTypes';

/** What a storage type counts of the totals of its class, in bytes. */
type Share = (totals: BucketTotals) => number;

const stored: Share = ({ bytes }) => bytes;
/** An archived object has 32 KiB for its index in the archive, and 8 KiB for its name in S3 Standard. */
const index: Share = ({ versions }) => versions * 32 * KIB;
const name: Share = ({ versions }) => versions * 8 * KIB;

/** The storage types of a storage class. */
const types: Readonly<Record<string, Readonly<Record<string, Share>>>> = {
  STANDARD: { StandardStorage: stored },
  STANDARD_IA: { StandardIAStorage: stored },
  ONEZONE_IA: { OneZoneIAStorage: stored },
  INTELLIGENT_TIERING: { IntelligentTieringFAStorage: stored },
  REDUCED_REDUNDANCY: { ReducedRedundancyStorage: stored },
  GLACIER_IR: { GlacierInstantRetrievalStorage: stored },
  GLACIER: { GlacierStorage: stored, GlacierObjectOverhead: index, GlacierS3ObjectOverhead: name },
  DEEP_ARCHIVE: { DeepArchiveStorage: stored, DeepArchiveObjectOverhead: index, DeepArchiveS3ObjectOverhead: name },
};

export const storageMetrics: MetricSource = {
  namespace: NAMESPACE,
  metrics: new Set([BYTES, OBJECTS]),
  *list(reading) {
    const named = new Map<string, Set<string>>();
    for (const { storageClass, totals } of classesIn(reading)) {
      const known = named.get(totals.bucket) ?? new Set();
      named.set(totals.bucket, known);
      for (const type of Object.keys(types[storageClass] ?? {})) known.add(type);
    }
    const buckets = [...named].sort(([one], [other]) => (one < other ? -1 : 1));
    for (const [bucket, known] of buckets)
      for (const type of [...known].sort()) yield seriesOf(BYTES, bucket, type, reading);
    for (const [bucket] of buckets) yield seriesOf(OBJECTS, bucket, ALL_TYPES, reading);
  },
  *points({ metric, dimensions }, { startMs, endMs, seconds }, reading) {
    const [first, bucket, second, type] = dimensions;
    if (first !== 'BucketName' || second !== 'StorageType' || bucket === undefined || type === undefined) return;
    const classes = classesByBucket(reading).get(bucket) ?? [];
    const periodMs = seconds * 1000;
    let open: PeriodPoint | undefined;
    const firstMs = Math.ceil(Math.max(startMs, oldestMs(classes, reading)) / DAY_MS) * DAY_MS;
    for (let midnightMs = firstMs; midnightMs < Math.min(endMs, reading.nowMs + 1); midnightMs += DAY_MS) {
      const value =
        metric === OBJECTS
          ? objectsAt(midnightMs, type, classes, reading)
          : bytesAt(midnightMs, type, classes, reading);
      if (value === undefined) continue;
      const periodStartMs = startMs + Math.floor((midnightMs - startMs) / periodMs) * periodMs;
      const point = [1, 1, value, value, value] as const;
      if (open?.startMs === periodStartMs) open = { startMs: periodStartMs, point: mergedPoint(open.point, point) };
      else {
        if (open) yield open;
        open = { startMs: periodStartMs, point };
      }
    }
    if (open) yield open;
  },
};

function seriesOf(metric: string, bucket: string, type: string, { account, region }: Reading): SeriesName {
  const dimensions = dimensionsOf({ BucketName: bucket, StorageType: type });
  return { account, region, namespace: NAMESPACE, metric, dimensions };
}

/** A storage class of a bucket, which may be gone by now. */
interface StoredClass {
  readonly key: readonly [owner: string, bucketId: string, storageClass: string];
  readonly storageClass: string;
  readonly totals: BucketTotals;
}

function* classesIn({ account, region, tx }: Reading): Generator<StoredClass> {
  for (const { key, value } of tx.bucketTotals.under([account])) {
    if (value.region === region) yield { key, storageClass: key[2], totals: value };
  }
}

/** Those of each reading by the bucket's name: whoever lists metrics asks for the points of every bucket. */
const classesOfReadings = new WeakMap<Reading, ReadonlyMap<string, readonly StoredClass[]>>();

function classesByBucket(reading: Reading): ReadonlyMap<string, readonly StoredClass[]> {
  const known = classesOfReadings.get(reading);
  if (known) return known;
  const found = new Map<string, StoredClass[]>();
  for (const each of classesIn(reading)) {
    const others = found.get(each.totals.bucket);
    if (others) others.push(each);
    else found.set(each.totals.bucket, [each]);
  }
  classesOfReadings.set(reading, found);
  return found;
}

/** From when on there are totals; no day before is looked at. */
function oldestMs(classes: readonly StoredClass[], { nowMs, tx }: Reading): number {
  const starts = classes.map(({ key, totals }) => {
    const [day] = tx.bucketDays.under([...key], { limit: 1 });
    return day?.value.sinceMs ?? totals.sinceMs;
  });
  return Math.min(nowMs, ...starts);
}

/** What a bucket has in its storage classes at a time; those in which it has nothing are left out. */
const presentAt = (timeMs: number, classes: readonly StoredClass[], { tx }: Reading) =>
  classes.flatMap(({ key, storageClass }) => {
    const totals = totalsAt(key, timeMs, tx);
    return totals && countOf(totals) > 0 ? [{ storageClass, totals }] : [];
  });

const countOf = ({ versions, deleteMarkers, parts }: BucketTotals): number => versions + deleteMarkers + parts;

/** Versions, delete markers and parts of all storage classes; an empty bucket has no value. */
function objectsAt(timeMs: number, type: string, classes: readonly StoredClass[], reading: Reading) {
  const present = type === ALL_TYPES ? presentAt(timeMs, classes, reading) : [];
  return present.length === 0 ? undefined : present.reduce((sum, { totals }) => sum + countOf(totals), 0);
}

function bytesAt(timeMs: number, type: string, classes: readonly StoredClass[], reading: Reading) {
  for (const { storageClass, totals } of presentAt(timeMs, classes, reading)) {
    const share = types[storageClass]?.[type];
    if (share) return share(totals);
  }
  return undefined;
}
