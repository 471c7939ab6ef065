/** How a bucket was used, as far as the cost of its encryption depends on it: from the counters of its requests. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { Tx } from '../store/tables.ts';
import { OWN_NAMESPACE } from '../tally/metric-facts.ts';
import { pointOf } from '../tally/point.ts';
import { pointsBetween } from '../tally/reading.ts';
import { dimensionsOf, findSeries } from '../tally/series.ts';
import { DAY_MS, HOUR_MS, type Stretch } from './month.ts';

export interface BucketPlace {
  readonly account: AccountId;
  readonly region: Region;
  readonly bucket: string;
}

/** Requests that began in a stretch of time, the earliest first. */
export interface Burst extends Stretch {
  readonly count: number;
}

export interface BucketUse {
  /** Requests that sent an object's data to the bucket, and that read some from it. */
  readonly writes: readonly Burst[];
  readonly reads: readonly Burst[];
  /** The bytes that were read. */
  readonly readBytes: number;
}

type Tally = Pick<Tx, 'series' | 'points'>;

const MINUTE_MS = 60_000;

/** How long minutes are kept for certain: later they become hours. */
const MINUTES_KEPT_MS = 14 * DAY_MS;

export function bucketUse(place: BucketPlace, between: Stretch, tx: Tally): BucketUse {
  const written = transfers('BytesUploaded', place, between, tx);
  const read = transfers('BytesDownloaded', place, between, tx);
  return { writes: written.bursts, reads: read.bursts, readBytes: read.bytes };
}

/** The transfers that a series has the bytes of: in minutes, and in hours where they are old. */
function transfers(metric: string, { account, region, bucket }: BucketPlace, { startMs, endMs }: Stretch, tx: Tally) {
  const dimensions = dimensionsOf({ BucketName: bucket });
  const series = findSeries({ account, region, namespace: OWN_NAMESPACE, metric, dimensions }, tx);
  const bursts: Burst[] = [];
  let bytes = 0;
  if (series === undefined) return { bursts, bytes };
  const minutesMs = Math.max(startMs, Math.floor((endMs - MINUTES_KEPT_MS) / HOUR_MS) * HOUR_MS);
  for (const [ms, from, to] of [
    [HOUR_MS, startMs, minutesMs],
    [MINUTE_MS, minutesMs, endMs],
  ] as const) {
    if (from >= to) continue;
    const aligned = Math.floor(from / ms) * ms;
    for (const point of pointsBetween(series, { startMs: aligned, endMs: to, seconds: ms / 1000 }, tx)) {
      const { count, sum } = pointOf(point.point);
      bursts.push({ startMs: point.startMs, endMs: point.startMs + ms, count });
      bytes += sum;
    }
  }
  return { bursts, bytes };
}
