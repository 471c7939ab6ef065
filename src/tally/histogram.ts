/**
 * A sparse histogram with buckets that grow by the same factor, so that what is read from it has the same relative error
 * everywhere (Masson, Rim and Lee, "DDSketch", VLDB 2019). Two of them are merged without a further error.
 */

import type { StoredHistogram } from '../store/records/tally.ts';

/** The greatest relative error of a quantile. */
export const RELATIVE_ERROR = 0.01;

const GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const PER_NATURAL_LOG = 1 / Math.log(GROWTH);

/** The bucket of 0, before that of every positive number. Those of negative numbers lie before it, mirrored. */
const ZERO = -40_000;

/** The bucket of a value. @throws RangeError if it is not finite */
function bucketOf(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`a histogram takes finite numbers, not ${value}`);
  if (value === 0) return ZERO;
  return value > 0 ? bucketOfSize(value) : 2 * ZERO - bucketOfSize(-value);
}

const bucketOfSize = (value: number): number => Math.ceil(Math.log(value) * PER_NATURAL_LOG);

/** The value that stands for all in a bucket. */
function middleOf(bucket: number): number {
  if (bucket === ZERO) return 0;
  return bucket > ZERO ? middleOfSize(bucket) : -middleOfSize(2 * ZERO - bucket);
}

const middleOfSize = (bucket: number): number => (2 * GROWTH ** bucket) / (GROWTH + 1);

/** Adds a value, so many times. @returns the histogram. @throws RangeError if it is not finite */
export function addToHistogram(histogram: number[], value: number, times = 1): number[] {
  const bucket = bucketOf(value);
  const at = placeOf(bucket, histogram);
  if (histogram[at] === bucket) histogram[at + 1] = (histogram[at + 1] ?? 0) + times;
  else histogram.splice(at, 0, bucket, times);
  return histogram;
}

/** The values that stand for those in it, with their numbers, the least first. */
export function* valuesOf(histogram: StoredHistogram): Generator<readonly [value: number, count: number]> {
  for (let i = 0; i < histogram.length; i += 2) yield [middleOf(histogram[i] ?? ZERO), histogram[i + 1] ?? 0];
}

/** The index at which a bucket is, or belongs. */
function placeOf(bucket: number, histogram: StoredHistogram): number {
  let low = 0;
  let high = histogram.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((histogram[middle * 2] ?? 0) < bucket) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}

/** The histogram of the values of both. A day of metrics merges thousands: this makes one array, of the final size. */
export function mergedHistogram(one: StoredHistogram, other: StoredHistogram): StoredHistogram {
  const merged = new Array<number>(one.length + other.length);
  let [i, j, end] = [0, 0, 0];
  while (i < one.length || j < other.length) {
    const a = one[i] ?? Number.POSITIVE_INFINITY;
    const b = other[j] ?? Number.POSITIVE_INFINITY;
    let count = 0;
    if (a <= b) {
      count += one[i + 1] ?? 0;
      i += 2;
    }
    if (b <= a) {
      count += other[j + 1] ?? 0;
      j += 2;
    }
    merged[end] = Math.min(a, b);
    merged[end + 1] = count;
    end += 2;
  }
  merged.length = end;
  return merged;
}

/** The number of values in it. */
export function countOf(histogram: StoredHistogram): number {
  let count = 0;
  for (let i = 1; i < histogram.length; i += 2) count += histogram[i] ?? 0;
  return count;
}

/**
 * The value below which a share of all values are: that of the nearest rank, with `RELATIVE_ERROR`. Undefined if there
 * are no values.
 * @param share from 0 to 1
 */
export const quantile = (histogram: StoredHistogram, share: number): number | undefined =>
  valueOfRank(histogram, Math.max(1, Math.ceil(share * countOf(histogram))));

/** The value of a rank, from 1 for the least; undefined if there are not so many. */
export function valueOfRank(histogram: StoredHistogram, rank: number): number | undefined {
  let seen = 0;
  for (let i = 0; i < histogram.length; i += 2) {
    seen += histogram[i + 1] ?? 0;
    if (seen >= rank) return middleOf(histogram[i] ?? ZERO);
  }
  return undefined;
}
