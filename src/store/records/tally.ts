/** The rows of the tally: series of numbers, and what their values add up to in a stretch of time. */

import type { AccountId } from '../../api/arn.ts';
import type { StandardUnit } from '../../api/model/cloudwatch.types.ts';
import type { Region } from '../../api/regions.ts';

/** Names and values in turn, by name: `['KeyArn', 'arn:…', 'Operation', 'Encrypt']`. */
export type Dimensions = readonly string[];

/** What the values of a series are about; two series differ in at least one member. */
export interface SeriesName {
  readonly account: AccountId;
  readonly region: Region;
  /** AWS's own where AWS publishes the metric, `SSEBox`, or that of whoever put the values. */
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Dimensions;
  /** The unit of values that somebody put, where it was stated: values in different units are apart. */
  readonly unit?: StandardUnit | undefined;
}

/** A row of a series, under its number. */
export interface SeriesRecord extends SeriesName {
  readonly v: 1;
}

/**
 * The values of a series in one period: their number and, unless each of them was 1, their sum, least and greatest; of
 * a distribution also its histogram.
 */
export type StoredPoint = readonly [
  v: 1,
  count: number,
  sum?: number,
  min?: number,
  max?: number,
  histogram?: StoredHistogram,
];

/** A bucket's index and the number of values in it, in turn, in order of the values. Buckets without values are left out. */
export type StoredHistogram = readonly number[];

/**
 * A level in a minute in which it changed: what it was at the end, null if there was none then, and what the levels
 * that there were in it add up to.
 */
export type StoredLevel = readonly [
  v: 1,
  last: number | null,
  count?: number,
  sum?: number,
  min?: number,
  max?: number,
];

/** How far the tally's upkeep has come. */
export interface TallyUpkeep {
  readonly v: 1;
  /** When the next round is due on the store's clock, in milliseconds. */
  readonly dueMs: number;
  /** The round that is under way: what is older than `asOfMs` demands is compacted, up to this series so far. */
  readonly round?: { readonly asOfMs: number; readonly series: number } | undefined;
}

/** What is stored in a bucket in one storage class. */
export interface Contents {
  /** Versions of objects, current or not, without delete markers. */
  readonly versions: number;
  readonly deleteMarkers: number;
  /** Parts of unfinished multipart uploads. */
  readonly parts: number;
  /** The bytes of versions and parts, as the bill counts them. */
  readonly bytes: number;
}

/** What S3 bills beyond the bytes that are stored, in a class with minimums; objects count from when it is kept. */
export interface MinimumTotals {
  /** Objects below the size from which they are billed or monitored as they are. */
  readonly small: number;
  /** The bytes that they lack to it. */
  readonly lack: number;
  /** The same and all versions, each times the milliseconds for which it was stored, up to `sinceMs` of the totals. */
  readonly smallMs: number;
  readonly lackMs: number;
  readonly versionMs: number;
  /** Bytes times the milliseconds that objects which were removed lacked to the least time. */
  readonly earlyByteMs: number;
}

/** The running totals of a bucket in one storage class. They stay when the bucket is deleted, for the bill. */
export interface BucketTotals extends Contents {
  readonly v: 1;
  /** The bucket's name; another bucket may have it by now. */
  readonly bucket: string;
  readonly region: Region;
  /** Each byte times the milliseconds for which it was stored, up to `sinceMs`. */
  readonly byteMs: number;
  /** When it last changed, by the store's clock. It does not go back with the clock. */
  readonly sinceMs: number;
  /** Only in a storage class with minimums. */
  readonly minimum?: MinimumTotals | undefined;
}
