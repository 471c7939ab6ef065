/** The workload that a store had in its last day, from what its calls add up to. */

import type { AccountId } from '../api/arn.ts';
import { DAY_MS } from '../api/duration.ts';
import type { Region } from '../api/regions.ts';
import type { Tx } from '../store/tables.ts';
import { dimensionPairs } from '../tally/dimensions.ts';
import { OWN_NAMESPACE } from '../tally/metric-facts.ts';
import { type Point, pointOf } from '../tally/point.ts';
import { pointsBetween, seriesIn } from '../tally/reading.ts';
import type { Workload } from './workload.ts';

export interface Place {
  readonly account: AccountId;
  readonly region: Region;
}

/** What is known of the workload; the tally does not tell requesters apart. */
export type MeasuredWorkload = Pick<Workload, 'objectsPerSecond' | 'size' | 'readShare' | 'keys' | 'buckets'>;

const WRITES: ReadonlySet<string> = new Set(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);
const READS: ReadonlySet<string> = new Set(['GetObject']);

/** The workload of an account in a region in the day before a time; undefined if no object was written or read. */
export function measuredWorkload(place: Place, nowMs: number, tx: Tx): MeasuredWorkload | undefined {
  const counts = { writes: 0, reads: 0, bytesIn: 0, bytesOut: 0 };
  const buckets = new Set<string>();
  const keys = new Set<string>();
  for (const { metric, dimensions, point } of lastDay(place, nowMs, tx)) {
    const { BucketName, KeyArn, Operation = '', Service, UsageType = '' } = dimensions;
    if (metric === 'Calls' && Service === 's3') {
      if (WRITES.has(Operation)) counts.writes += point.sum;
      if (READS.has(Operation)) counts.reads += point.sum;
    }
    if (metric === 'BytesUploaded') counts.bytesIn += point.sum;
    if (metric === 'BytesDownloaded') counts.bytesOut += point.sum;
    if (/^Bytes(Up|Down)loaded$/.test(metric) && BucketName !== undefined) buckets.add(BucketName);
    if (metric === 'Requests' && UsageType.startsWith('KMS-') && KeyArn !== undefined) keys.add(KeyArn);
  }
  const { writes, reads, bytesIn, bytesOut } = counts;
  if (writes + reads === 0) return undefined;
  return {
    objectsPerSecond: ((writes + reads) * 1000) / DAY_MS,
    size: Math.max(1, Math.round(writes > 0 ? bytesIn / writes : bytesOut / reads)),
    readShare: reads / (writes + reads),
    keys: Math.max(1, keys.size),
    buckets: Math.max(1, buckets.size),
  };
}

interface LastDay {
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly point: Point;
}

const METRICS = ['Calls', 'BytesUploaded', 'BytesDownloaded', 'Requests'];

function* lastDay(place: Place, nowMs: number, tx: Tx): Generator<LastDay> {
  const stretch = { startMs: nowMs - DAY_MS, endMs: nowMs + 1, seconds: (2 * DAY_MS) / 1000 };
  for (const metric of METRICS) {
    for (const { number, name } of seriesIn({ ...place, namespace: OWN_NAMESPACE, metric }, tx)) {
      for (const { point } of pointsBetween(number, stretch, tx)) {
        yield { metric, dimensions: Object.fromEntries(dimensionPairs(name.dimensions)), point: pointOf(point) };
      }
    }
  }
}
