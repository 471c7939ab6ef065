/** The view of calls that counts them: adds their values to the points of this minute. */

import type { LateView, View } from '../call/view.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { SeriesName } from '../store/records/tally.ts';
import type { Owned } from '../store/table.ts';
import type { Tx } from '../store/tables.ts';
import { compactWhenDue } from './compaction.ts';
import { measuresOf } from './counts.ts';
import type { Measure } from './measure.ts';
import { MINUTE_S, startOf } from './periods.ts';
import { addCounted, addMeasured, type OpenPoint, opened } from './point.ts';
import { seriesNumber } from './series.ts';

/** Counts a call once, however many accounts receive its record. */
export const countCall: View = (record, tx, { isFirst }) => {
  if (!isFirst) return;
  const hasBegun = count(measuresOf(record).atOnce, record, tx);
  // A few times a transaction is often enough, and hundreds of calls may share one.
  if (hasBegun) compactWhenDue(record.timeMs, tx);
};

/** Counts what became known of a call that was counted before. */
export const countLate: LateView = (amended, tx) => void count(measuresOf(amended).late, amended, tx);

/** Counts one more in a series of what calls lead to and their records do not say. */
export function countOne(series: SeriesName, timeMs: number, tx: Tx): void {
  const startMs = startOf(timeMs, MINUTE_S);
  const latest = latestOf(tx);
  const known = latest.get(series);
  const isKnown = known?.startMs === startMs && known.owned.isStill();
  addCounted(isKnown ? known.point : openPoint(series, startMs, latest, tx), 1);
}

/** @returns whether it is the first in this transaction to add to one of the points */
function count(measures: readonly Measure[], record: CallRecord, tx: Tx): boolean {
  const startMs = startOf(record.timeMs, MINUTE_S);
  const latest = latestOf(tx);
  let hasBegun = false;
  for (const { series, isMeasured, valueIn } of measures) {
    const value = valueIn(record);
    if (value === undefined) continue;
    const known = latest.get(series);
    const isKnown = known?.startMs === startMs && known.owned.isStill();
    const point = isKnown ? known.point : openPoint(series, startMs, latest, tx);
    hasBegun ||= !isKnown;
    if (isMeasured) addMeasured(point, value);
    else addCounted(point, value);
  }
  return hasBegun;
}

/** The point of a series that values are added to in this transaction. */
interface Latest {
  readonly startMs: number;
  readonly point: OpenPoint;
  readonly owned: Owned<unknown>;
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

/** Puts a point of this transaction's own: of the hundreds of calls that share one, the first does. */
function openPoint(series: SeriesName, startMs: number, latest: LatestPoints, tx: Tx): OpenPoint {
  const key: [number, number, number] = [seriesNumber(series, tx), MINUTE_S, startMs];
  const point = opened(tx.points.get(key));
  tx.points.put(key, point);
  const owned = tx.points.owned?.(key);
  if (owned) latest.set(series, { startMs, point, owned });
  else latest.delete(series);
  return point;
}
