/**
 * Statistics of the values in a period, and how they are written: Amazon CloudWatch User Guide, "CloudWatch statistics
 * definitions".
 */

import { AwsError } from '../api/errors.ts';
import type { StoredPoint } from '../store/records/tally.ts';
import { valueOfRank, valuesOf } from '../tally/histogram.ts';
import { type Point, pointOf } from '../tally/point.ts';

export type SimpleStatistic = 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum';

/** Where a range of values ends: at a value, or at a share of all values, from 0 to 1. */
type Bound = { readonly kind: 'value'; readonly value: number } | { readonly kind: 'share'; readonly share: number };

/** Values above `low` and up to `high`; without one, there is no end on that side. */
interface Range {
  readonly low?: Bound | undefined;
  readonly high?: Bound | undefined;
}

export type Statistic =
  | { readonly kind: 'simple'; readonly name: SimpleStatistic }
  | { readonly kind: 'percentile'; readonly share: number }
  /** The mean, number or sum of the values in a range, or the mean after all others were moved to its ends. */
  | { readonly kind: 'trimmed'; readonly of: 'mean' | 'count' | 'sum' | 'winsorized'; readonly range: Range }
  /** The percentage of the values that are in a range. */
  | { readonly kind: 'rank'; readonly range: Range };

const simple: ReadonlySet<string> = new Set<SimpleStatistic>(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']);

const isSimple = (text: string): text is SimpleStatistic => simple.has(text);

/**
 * A statistic's name.
 * @param parameter that has it, for messages
 * @throws ValidationError if it is not one
 */
export function parseStatistic(text: string, parameter: string): Statistic {
  if (isSimple(text)) return { kind: 'simple', name: text };
  const found = parseExtended(text);
  if (found) return found;
  throw new AwsError(
    'ValidationError',
    `The value ${text} for parameter ${parameter} is not supported.`,
    {},
    STATISTICS,
  );
}

/** What statistics there are, for people. */
export const STATISTICS =
  'a statistic is one of SampleCount, Average, Sum, Minimum, Maximum, IQM, a percentile such as p99.9, ' +
  'or one of tm, wm, tc, ts with a percentile or a range, such as tm90, TM(2%:98%) or TC(0.5:10), or PR(:300)';

/** A statistic that needs the values themselves; undefined if it is not one. */
export function parseExtended(text: string): Statistic | undefined {
  if (/^iqm$/i.test(text)) return { kind: 'trimmed', of: 'mean', range: { low: share(0.25), high: share(0.75) } };
  const percentile = /^([a-z]{1,2})(\d{1,3}(?:\.\d{1,10})?)$/i.exec(text);
  if (percentile) return ofPercentile(percentile[1] ?? '', Number(percentile[2]) / 100);
  const ranged = /^([a-z]{2})\(([^:]*):([^:]*)\)$/i.exec(text);
  return ranged ? ofRange(ranged[1] ?? '', ranged[2] ?? '', ranged[3] ?? '') : undefined;
}

const trimmedKinds: Readonly<Record<string, 'mean' | 'count' | 'sum' | 'winsorized' | undefined>> = {
  tm: 'mean',
  tc: 'count',
  ts: 'sum',
  wm: 'winsorized',
};

const share = (of: number): Bound => ({ kind: 'share', share: of });

function ofPercentile(name: string, of: number): Statistic | undefined {
  if (of > 1) return undefined;
  if (name === 'p') return { kind: 'percentile', share: of };
  const kind = trimmedKinds[name.toLowerCase()];
  return kind && { kind: 'trimmed', of: kind, range: { high: share(of) } };
}

function ofRange(name: string, lowText: string, highText: string): Statistic | undefined {
  const low = parseBound(lowText);
  const high = parseBound(highText);
  if (low === 'invalid' || high === 'invalid' || (!low && !high)) return undefined;
  if (low && high && (low.kind !== high.kind || sizeOf(low) > sizeOf(high))) return undefined;
  const range = { low, high };
  const kind = trimmedKinds[name.toLowerCase()];
  if (kind) return { kind: 'trimmed', of: kind, range };
  const isRank = name.toLowerCase() === 'pr' && low?.kind !== 'share' && high?.kind !== 'share';
  return isRank ? { kind: 'rank', range } : undefined;
}

function parseBound(text: string): Bound | 'invalid' | undefined {
  if (text === '') return undefined;
  const [, digits, percent] = /^(-?\d+(?:\.\d{1,10})?)(%?)$/.exec(text) ?? [];
  if (digits === undefined) return 'invalid';
  if (percent === '') return { kind: 'value', value: Number(digits) };
  const of = Number(digits) / 100;
  return of >= 0 && of <= 1 ? share(of) : 'invalid';
}

const sizeOf = (bound: Bound): number => (bound.kind === 'value' ? bound.value : bound.share);

/**
 * A statistic of the values of a period, in the metric's unit.
 * @param scale what stored values are divided by
 * @returns undefined if it needs the values themselves and only what they add up to is known, if one of them is negative
 *   (API reference, GetMetricStatistics), or if none is in the range
 */
export function statisticOf(stored: StoredPoint, statistic: Statistic, scale: number): number | undefined {
  const point = pointOf(stored);
  if (statistic.kind === 'simple') return simpleOf(point, statistic.name, scale);
  if (point.min < 0) return undefined;
  if (statistic.kind === 'percentile') return percentileOf(statistic.share, point, scale);
  const values = sortedValues(point, scale);
  return values && rangedOf(statistic, values, point.count);
}

function simpleOf({ count, sum, min, max }: Point, name: SimpleStatistic, scale: number): number {
  switch (name) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum / scale;
    case 'Average':
      return sum / count / scale;
    case 'Minimum':
      return min / scale;
    case 'Maximum':
      return max / scale;
  }
}

/** Values with how many there are of each, the least first. */
type Values = readonly (readonly [value: number, count: number])[];

/** What stands for the values in a histogram, which lies between the least and the greatest. */
function sortedValues({ count, min, max, histogram }: Point, scale: number): Values | undefined {
  if (min === max) return [[min / scale, count]];
  if (!histogram) return undefined;
  return Array.from(valuesOf(histogram), ([value, times]) => [Math.min(max, Math.max(min, value)) / scale, times]);
}

/** The value of the nearest rank, of which the first and the last are known exactly. */
function percentileOf(share: number, point: Point, scale: number): number | undefined {
  const { count, min, max, histogram } = point;
  if (min === max) return min / scale;
  if (!histogram) return undefined;
  const rank = Math.max(1, shareOf(point, share, Math.ceil));
  if (rank === 1) return min / scale;
  if (rank === count) return max / scale;
  const value = valueOfRank(histogram, rank);
  return value === undefined ? undefined : Math.min(max, Math.max(min, value)) / scale;
}

/** How many values a share is. What comes out a hair beside a whole number is that number. */
function shareOf({ count }: Pick<Point, 'count'>, of: number, rounded: (value: number) => number): number {
  const exact = of * count;
  const whole = Math.round(exact);
  return Math.abs(exact - whole) < 1e-9 * Math.max(1, count) ? whole : rounded(exact);
}

/** The value of a rank, from 1. */
function valueAt(rank: number, values: Values): number | undefined {
  let seen = 0;
  for (const [value, count] of values) {
    seen += count;
    if (seen >= rank) return value;
  }
  return values.at(-1)?.[0];
}

/**
 * Statistics of a range. Of a range between shares, as many values are left out at each end as fit into that share: none
 * of a single value.
 */
function rangedOf(
  statistic: Exclude<Statistic, { readonly kind: 'simple' | 'percentile' }>,
  values: Values,
  total: number,
): number | undefined {
  const { low, high } = statistic.range;
  const first = low?.kind === 'share' ? shareOf({ count: total }, low.share, Math.floor) : 0;
  const last = high?.kind === 'share' ? shareOf({ count: total }, high.share, Math.ceil) : total;
  const above = low?.kind === 'value' ? low.value : Number.NEGATIVE_INFINITY;
  const upTo = high?.kind === 'value' ? high.value : Number.POSITIVE_INFINITY;
  const inside = { count: 0, sum: 0 };
  let seen = 0;
  for (const [value, count] of values) {
    const ranked = Math.min(seen + count, last) - Math.max(seen, first);
    seen += count;
    if (ranked <= 0 || value <= above || value > upTo) continue;
    inside.count += ranked;
    inside.sum += value * ranked;
  }
  if (statistic.kind === 'rank') return (inside.count / total) * 100;
  if (statistic.of === 'winsorized') return winsorized(values, { first, last, above, upTo, total });
  if (statistic.of === 'count') return inside.count;
  if (inside.count === 0) return undefined;
  return statistic.of === 'sum' ? inside.sum : inside.sum / inside.count;
}

interface Ends {
  readonly first: number;
  readonly last: number;
  readonly above: number;
  readonly upTo: number;
  readonly total: number;
}

/** The mean after values outside were moved to the nearer end. */
function winsorized(values: Values, { first, last, above, upTo, total }: Ends): number | undefined {
  const least = Math.max(above, valueAt(first + 1, values) ?? above);
  const greatest = Math.min(upTo, valueAt(Math.max(last, 1), values) ?? upTo);
  let sum = 0;
  for (const [value, count] of values) sum += Math.min(greatest, Math.max(least, value)) * count;
  return total === 0 ? undefined : sum / total;
}
