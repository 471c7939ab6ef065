/** Adds what somebody measured to a series: the values of Amazon CloudWatch API Reference, PutMetricData. */

import type { SeriesName, StoredPoint } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { addToHistogram } from './histogram.ts';
import { type MINUTE_S, type SECOND_S, startOf } from './periods.ts';
import { mergedPoint } from './point.ts';
import { seriesNumber } from './series.ts';

/** Values with their numbers, or what values that nobody knows add up to. */
export type PutValues =
  | { readonly values: readonly (readonly [value: number, count: number])[] }
  | { readonly count: number; readonly sum: number; readonly min: number; readonly max: number };

/** The resolution in which values are kept, in seconds. */
export type Resolution = typeof SECOND_S | typeof MINUTE_S;

/**
 * Adds values to the point of a time, in milliseconds by the store's clock.
 * @throws RangeError if a value is not finite
 */
export function putValues(
  name: SeriesName,
  { timeMs, resolution }: { readonly timeMs: number; readonly resolution: Resolution },
  put: PutValues,
  tx: Tx,
): void {
  const point = pointOfValues(put);
  if (!point) return;
  const key: [number, number, number] = [seriesNumber(name, tx), resolution, startOf(timeMs, resolution)];
  const known = tx.points.get(key);
  tx.points.put(key, known ? mergedPoint(known, point) : point);
}

/** Undefined if there is no value. */
function pointOfValues(put: PutValues): StoredPoint | undefined {
  if (!('values' in put)) {
    const { count, sum, min, max } = put;
    if (count === 0) return undefined;
    // Only where all values are the same, they are known.
    return min === max ? [1, count, sum, min, max, addToHistogram([], min, count)] : [1, count, sum, min, max];
  }
  const values = put.values.filter(([, count]) => count > 0);
  const [first] = values;
  if (!first) return undefined;
  let [count, sum, min, max] = [0, 0, first[0], first[0]];
  const histogram: number[] = [];
  for (const [value, times] of values) {
    count += times;
    sum += value * times;
    min = Math.min(min, value);
    max = Math.max(max, value);
    addToHistogram(histogram, value, times);
  }
  return [1, count, sum, min, max, histogram];
}
