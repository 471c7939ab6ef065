/** What the values of a series in a period add up to: AWS's statistic sets, with a histogram for times and sizes. */

import type { StoredHistogram, StoredPoint } from '../store/records/tally.ts';
import { addToHistogram, mergedHistogram } from './histogram.ts';

export interface Point {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Absent for what is only counted. */
  readonly histogram?: StoredHistogram | undefined;
}

/** A stored point that is still in the making. */
export type OpenPoint = [v: 1, count: number, sum?: number, min?: number, max?: number, histogram?: number[]];

export function pointOf([, count, sum, min, max, histogram]: StoredPoint): Point {
  // Each value was 1.
  if (sum === undefined) return { count, sum: count, min: 1, max: 1 };
  return { count, sum, min: min ?? sum, max: max ?? sum, ...(histogram && { histogram }) };
}

/** A copy of a point to which values can be added; of one without values if there is none. */
export function opened(point: StoredPoint | undefined): OpenPoint {
  if (!point) return [1, 0];
  const { count, sum, min, max, histogram } = pointOf(point);
  if (point.length === 2) return [1, count];
  return histogram ? [1, count, sum, min, max, [...histogram]] : [1, count, sum, min, max];
}

/** Adds a value that is only counted. */
export function addCounted(point: OpenPoint, value: number): void {
  if (point.length === 2 && value === 1) point[1] += 1;
  else addSums(point, value);
}

/** Adds a value of a distribution. */
export function addMeasured(point: OpenPoint, value: number): void {
  addSums(point, value);
  const histogram = point[5];
  if (histogram) addToHistogram(histogram, value);
  else point[5] = addToHistogram([], value);
}

/** Each call does this for several points: it takes them apart by index, since a pattern makes an iterator. */
function addSums(point: OpenPoint, value: number): void {
  const count = point[1];
  const min = point[3] ?? (count > 0 ? 1 : value);
  point[1] = count + 1;
  point[2] = (point[2] ?? count) + value;
  point[4] = Math.max(point[4] ?? min, value);
  point[3] = Math.min(min, value);
}

/** The point of the values of both. */
export function mergedPoint(one: StoredPoint, other: StoredPoint): StoredPoint {
  if (one.length === 2 && other.length === 2) return [1, one[1] + other[1]];
  const [a, b] = [pointOf(one), pointOf(other)];
  const sums = [1, a.count + b.count, a.sum + b.sum, Math.min(a.min, b.min), Math.max(a.max, b.max)] as const;
  // A histogram of only some of the values would answer for all of them.
  return a.histogram && b.histogram ? [...sums, mergedHistogram(a.histogram, b.histogram)] : sums;
}
