/** The values of a metric between two times: statistics of what its series have, period by period. */

import type { StandardUnit } from '../api/model/cloudwatch.types.ts';
import type { Dimensions, SeriesName } from '../store/records/tally.ts';
import { isPublished, metricFacts } from '../tally/metric-facts.ts';
import { mergedPoint } from '../tally/point.ts';
import { type PeriodPoint, pointsBetween, type Stretch } from '../tally/reading.ts';
import { findSeries } from '../tally/series.ts';
import type { Reading } from './metric-source.ts';
import { sourceOf } from './metric-sources.ts';
import { type Statistic, statisticOf } from './statistics.ts';
import { units } from './units.ts';

/** A metric, by the exact set of its dimensions. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** As `dimensionsOf` in `tally/series.ts` orders them. */
  readonly dimensions: Dimensions;
  /** Values in this unit alone; by default in all. */
  readonly unit?: StandardUnit | undefined;
}

/** A statistic of the values of a period, in the unit in which the metric is published. */
export interface SeriesValue {
  /** When the period begins. */
  readonly startMs: number;
  readonly value: number;
  /** How many values it is of; undefined for the result of an expression. */
  readonly sampleCount?: number | undefined;
}

/**
 * The values of a metric in a stretch of time, oldest first; periods without one are left out. Periods begin with the
 * stretch, and none of them after now. Values in several units are taken together, unless the metric says in which.
 */
export function metricValues(
  metric: Metric,
  statistic: Statistic,
  stretch: Stretch,
  reading: Reading,
): readonly SeriesValue[] {
  const values: SeriesValue[] = [];
  for (const { startMs, scale, point } of pointsByUnit(metric, stretch, reading).reduce(joined, [])) {
    const value = statisticOf(point, statistic, scale);
    if (value !== undefined) values.push({ startMs, value, sampleCount: point[1] });
  }
  return values;
}

/** What the values of a period in a unit add up to. */
export interface MetricPoint extends PeriodPoint {
  readonly unit: StandardUnit;
  /** What stored values are divided by. */
  readonly scale: number;
}

/** The points of a metric in a stretch of time, oldest first, those of each unit apart. */
export function pointsByUnit(metric: Metric, stretch: Stretch, reading: Reading): readonly (readonly MetricPoint[])[] {
  const asked = { ...stretch, endMs: Math.min(stretch.endMs, reading.nowMs + 1) };
  return seriesOf(metric, reading).map((series) => pointsOf(series, asked, reading));
}

/** The series that a metric's values may be in: one a unit for what somebody put. */
export function seriesOf(
  { namespace, name, dimensions, unit }: Metric,
  { account, region }: Pick<Reading, 'account' | 'region'>,
): readonly SeriesName[] {
  const series: SeriesName = { account, region, namespace, metric: name, dimensions };
  if (isPublished(series)) return unit === undefined || unit === metricFacts(series).unit ? [series] : [];
  const asked = unit === undefined ? units : [unit];
  return asked.map((each) => (each === 'None' ? series : { ...series, unit: each }));
}

function pointsOf(series: SeriesName, stretch: Stretch, reading: Reading): readonly MetricPoint[] {
  const found = storedPoints(series, stretch, reading);
  const { scale, unit } = metricFacts(series);
  return Array.from(found, (each) => ({ ...each, scale, unit }));
}

function storedPoints(series: SeriesName, stretch: Stretch, reading: Reading): Iterable<PeriodPoint> {
  const source = sourceOf(series.namespace, series.metric);
  if (source) return source.points(series, stretch, reading);
  const number = findSeries(series, reading.tx);
  return number === undefined ? [] : pointsBetween(number, stretch, reading.tx);
}

/** The points of both. Those of the same period are merged as they are, in whatever unit. */
function joined(one: readonly MetricPoint[], other: readonly MetricPoint[]): readonly MetricPoint[] {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const byStart = new Map<number, MetricPoint>(one.map((point) => [point.startMs, point]));
  for (const point of other) {
    const known = byStart.get(point.startMs);
    byStart.set(point.startMs, known ? { ...known, point: mergedPoint(known.point, point.point) } : point);
  }
  return [...byStart.values()].sort((a, b) => a.startMs - b.startMs);
}
