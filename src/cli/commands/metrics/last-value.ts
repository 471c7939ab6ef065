/** When a metric had its last value, and in which unit. */

import type { StandardUnit } from '../../../api/model/cloudwatch.types.ts';
import type { Reading } from '../../../cloudwatch/metric-source.ts';
import { sourceOf } from '../../../cloudwatch/metric-sources.ts';
import { type Metric, seriesOf } from '../../../cloudwatch/metric-values.ts';
import { metricFacts } from '../../../tally/metric-facts.ts';
import { MINUTE_S, periods, startOf } from '../../../tally/periods.ts';
import { findSeries } from '../../../tally/series.ts';

const DAY_S = 86_400;

/** How far back values that follow from the store are looked for: the daily ones are two days old at most. */
const LOOKED_AT_MS = 3 * DAY_S * 1000;

export interface LastValue {
  /** The beginning of the period in which it was, in milliseconds. */
  readonly startMs: number;
  readonly unit: StandardUnit;
}

/** Undefined if there is none. */
export function lastValueOf(metric: Metric, reading: Reading): LastValue | undefined {
  const { account, region, tx, nowMs } = reading;
  const { namespace, name, dimensions } = metric;
  const source = sourceOf(namespace, name);
  if (source) {
    const series = { account, region, namespace, metric: name, dimensions };
    const stretch = { startMs: startOf(nowMs - LOOKED_AT_MS, MINUTE_S), endMs: nowMs + 1, seconds: MINUTE_S };
    const last = [...source.points(series, stretch, reading)].at(-1);
    return last && { startMs: last.startMs, unit: metricFacts(series).unit };
  }
  let latest: LastValue | undefined;
  for (const series of seriesOf(metric, reading)) {
    const number = findSeries(series, tx);
    if (number === undefined) continue;
    for (const { seconds } of periods) {
      const [last] = tx.points.under([number, seconds], { reverse: true, limit: 1 });
      if (last && last.key[2] > (latest?.startMs ?? Number.NEGATIVE_INFINITY)) {
        latest = { startMs: last.key[2], unit: metricFacts(series).unit };
      }
    }
  }
  return latest;
}
