/** Values of a metric by statistics and periods, as data, as CSV and for charts. */

import type { Reading } from '../../../cloudwatch/metric-source.ts';
import { type Metric, metricValues, pointsByUnit } from '../../../cloudwatch/metric-values.ts';
import { isPublished, metricFacts } from '../../../tally/metric-facts.ts';
import type { Session } from '../../session.ts';
import { dimensionsValue } from './reading.ts';
import type { ShownStretch } from './span.ts';
import { addsUp, type NamedStatistic } from './statistic.ts';

/** The values of a metric, those of the same period together. */
export interface Measured {
  readonly metric: Metric;
  readonly unit: string;
  readonly statistics: readonly NamedStatistic[];
  readonly stretch: ShownStretch;
  /** Oldest first; periods without values are left out. */
  readonly rows: readonly MeasuredRow[];
}

export interface MeasuredRow {
  readonly startMs: number;
  /** One of each statistic, as far as it can be said. */
  readonly values: readonly (number | undefined)[];
}

export function measure(
  metric: Metric,
  statistics: readonly NamedStatistic[],
  stretch: ShownStretch,
  reading: Reading,
): Measured {
  const rows = new Map<number, (number | undefined)[]>();
  for (const [i, { statistic }] of statistics.entries()) {
    for (const { startMs, value } of metricValues(metric, statistic, stretch, reading)) {
      const values = rows.get(startMs) ?? statistics.map(() => undefined);
      values[i] = value;
      rows.set(startMs, values);
    }
  }
  const inOrder = [...rows].sort(([one], [other]) => one - other);
  return {
    metric,
    unit: unitOf(metric, stretch, reading),
    statistics,
    stretch,
    rows: inOrder.map(([startMs, values]) => ({ startMs, values })),
  };
}

/** The unit of what is published, or else that of the first values that there are. */
function unitOf({ namespace, name, dimensions }: Metric, stretch: ShownStretch, reading: Reading): string {
  const series = { namespace, metric: name };
  if (isPublished(series)) return metricFacts(series).unit;
  const points = pointsByUnit({ namespace, name, dimensions }, stretch, reading);
  return points.find(({ length }) => length > 0)?.[0]?.unit ?? 'None';
}

/** `Count, `, before what else there is to say about the values; nothing for those without a unit. */
export const unitText = (unit: string): string => (unit === 'None' ? '' : `${unit}, `);

/** As a script gets it. */
export const measuredValue = ({ metric, unit, statistics, stretch, rows }: Measured) => ({
  Namespace: metric.namespace,
  MetricName: metric.name,
  Dimensions: dimensionsValue(metric.dimensions),
  Unit: unit,
  StartTime: new Date(stretch.startMs),
  EndTime: new Date(stretch.untilMs),
  Period: stretch.seconds,
  Values: rows.map(({ startMs, values }) => ({
    Timestamp: new Date(startMs),
    ...Object.fromEntries(statistics.flatMap(({ name }, i) => (values[i] === undefined ? [] : [[name, values[i]]]))),
  })),
});

/**
 * The points of a statistic for a chart. Where values are counted by ssebox itself, a period without any is 0 in a sum;
 * anything else is a gap.
 */
export function chartPoints({ metric, statistics, stretch, rows }: Measured, index: number) {
  const statistic = statistics[index];
  const known = new Map(rows.map(({ startMs, values }) => [startMs, values[index]]));
  const isCounted = isPublished({ namespace: metric.namespace, metric: metric.name });
  const absent = statistic && addsUp(statistic) && isCounted ? 0 : undefined;
  const points: { x: number; y: number | undefined }[] = [];
  const periodMs = stretch.seconds * 1000;
  for (let x = stretch.startMs; x < stretch.endMs; x += periodMs) {
    // What a period that is not over yet will add up to is not known.
    const isOver = x + periodMs <= stretch.untilMs;
    points.push({ x, y: known.get(x) ?? (isOver ? absent : undefined) });
  }
  return points;
}

/** Whether the output is read by a script that did not ask for a format: it gets lines. */
export const isForScript = ({ outputWidth, globals, settings }: Session): boolean =>
  outputWidth === undefined &&
  globals.output === undefined &&
  settings.output === undefined &&
  globals.query === undefined;

/** Comma-separated values: RFC 4180. Numbers have 15 digits at most, as many as arithmetic leaves right. */
export const csvLine = (cells: readonly (string | number | undefined)[]): string =>
  cells.map((cell) => quoted(String((typeof cell === 'number' ? Number(cell.toPrecision(15)) : cell) ?? ''))).join(',');

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Times of values in CSV, to the second. */
export const csvTime = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
