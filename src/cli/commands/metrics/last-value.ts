/** When a metric had its last value. */

import type { Reading } from '../../../cloudwatch/metric-source.ts';
import { sourceOf } from '../../../cloudwatch/metric-sources.ts';
import { type Metric, seriesOf } from '../../../cloudwatch/metric-values.ts';
import { MINUTE_S, periods, startOf } from '../../../tally/periods.ts';
import { findSeries } from '../../../tally/series.ts';

const DAY_S = 86_400;

/** How far back values that follow from the store are looked for: the daily ones are two days old at most. */
const LOOKED_AT_MS = 3 * DAY_S * 1000;

/** The beginning of the period in which it was, in milliseconds; undefined if there is none. */
export function lastValueMs(metric: Metric, reading: Reading): number | undefined {
  const { account, region, tx, nowMs } = reading;
  const { namespace, name, dimensions } = metric;
  const source = sourceOf(namespace, name);
  if (source) {
    const series = { account, region, namespace, metric: name, dimensions };
    const stretch = { startMs: startOf(nowMs - LOOKED_AT_MS, MINUTE_S), endMs: nowMs + 1, seconds: MINUTE_S };
    return [...source.points(series, stretch, reading)].at(-1)?.startMs;
  }
  const numbers = seriesOf(metric, reading).flatMap((each) => findSeries(each, tx) ?? []);
  const times = numbers.flatMap((number) =>
    periods.flatMap(({ seconds }) => {
      const [last] = tx.points.under([number, seconds], { reverse: true, limit: 1 });
      return last ? [last.key[2]] : [];
    }),
  );
  return times.length === 0 ? undefined : Math.max(...times);
}
