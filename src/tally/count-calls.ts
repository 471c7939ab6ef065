/** The view of calls that counts them: adds their values to the points of this minute. */

import type { LateView, View } from '../call/view.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { SeriesName } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { compactWhenDue } from './compaction.ts';
import { type Measure, measuresOf } from './counts.ts';
import { MINUTE_S, startOf } from './periods.ts';
import { addCounted, addMeasured, type OpenPoint, opened } from './point.ts';
import { seriesNumber } from './series.ts';

/** Counts a call once, however many accounts receive its record. */
export const countCall: View = (record, tx, { isFirst }) => {
  if (!isFirst) return;
  compactWhenDue(record.timeMs, tx);
  count(measuresOf(record).atOnce, record, tx);
};

/** Counts what became known of a call that was counted before. */
export const countLate: LateView = (amended, tx) => count(measuresOf(amended).late, amended, tx);

function count(measures: readonly Measure[], record: CallRecord, tx: Tx): void {
  const startMs = startOf(record.timeMs, MINUTE_S);
  const latest = latestOf(tx);
  for (const { series, isMeasured, valueIn } of measures) {
    const value = valueIn(record);
    if (value === undefined) continue;
    const point = openPoint(series, startMs, latest, tx);
    if (isMeasured) addMeasured(point, value);
    else addCounted(point, value);
  }
}

/** The point of a series that values are added to in this transaction. */
interface Latest {
  readonly key: [series: number, seconds: number, startMs: number];
  readonly point: OpenPoint;
}

type LatestPoints = WeakMap<SeriesName, Latest>;

const latestOfStores = new WeakMap<Tx, LatestPoints>();

function latestOf(tx: Tx): LatestPoints {
  let latest = latestOfStores.get(tx);
  if (!latest) {
    latest = new WeakMap();
    latestOfStores.set(tx, latest);
  }
  return latest;
}

/** A point of this transaction's own: of the hundreds of calls that share one, the first puts it. */
function openPoint(series: SeriesName, startMs: number, latest: LatestPoints, tx: Tx): OpenPoint {
  const known = latest.get(series);
  if (known?.key[2] === startMs && tx.points.owned?.(known.key) === known.point) return known.point;
  const key: Latest['key'] = [seriesNumber(series, tx), MINUTE_S, startMs];
  const point = opened(tx.points.get(key));
  tx.points.put(key, point);
  latest.set(series, { key, point });
  return point;
}
