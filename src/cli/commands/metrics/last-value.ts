/** When a metric had its last value. */

import type { Reading } from '../../../cloudwatch/metric-source.ts';
import { sourceOf } from '../../../cloudwatch/metric-sources.ts';
import type { Metric } from '../../../cloudwatch/metric-values.ts';
import { units } from '../../../cloudwatch/units.ts';
import type { SeriesName } from '../../../store/records/tally.ts';
import { MINUTE_S, periods, startOf } from '../../../tally/periods.ts';
import { findSeries } from '../../../tally/series.ts';

const DAY_S = 86_400;

/** How far back values that follow from the store are looked for: the daily ones are two days old at most. */
const LOOKED_AT_MS = 3 * DAY_S * 1000;

/** The beginning of the period in which it was, in milliseconds; undefined if there is none. */
export function lastValueMs({ namespace, name, dimensions }: Metric, reading: Reading): number | undefined {
  const { account, region, tx, nowMs } = reading;
  const series: SeriesName = { account, region, namespace, metric: name, dimensions };
  const source = sourceOf(namespace, name);
  if (source) {
    const stretch = { startMs: startOf(nowMs - LOOKED_AT_MS, MINUTE_S), endMs: nowMs + 1, seconds: MINUTE_S };
    return [...source.points(series, stretch, reading)].at(-1)?.startMs;
  }
  const named = units.map((unit) => (unit === 'None' ? series : { ...series, unit }));
  const numbers = [series, ...named].flatMap((each) => findSeries(each, tx) ?? []);
  const times = [...new Set(numbers)].flatMap((number) =>
    periods.flatMap(({ seconds }) => {
      const [last] = tx.points.under([number, seconds], { reverse: true, limit: 1 });
      return last ? [last.key[2]] : [];
    }),
  );
  return times.length === 0 ? undefined : Math.max(...times);
}
