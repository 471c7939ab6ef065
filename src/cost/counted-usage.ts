/** What calls add up to and is paid for, from the tally. */

import type { AccountId } from '../api/arn.ts';
import { isRegion, type Region, regions } from '../api/regions.ts';
import type { Tx } from '../store/tables.ts';
import { dimensionNamed } from '../tally/dimensions.ts';
import { OWN_NAMESPACE } from '../tally/metric-facts.ts';
import { pointOf } from '../tally/point.ts';
import { type FoundSeries, pointsBetween, seriesIn } from '../tally/reading.ts';
import { exact, fraction, over } from './exact.ts';
import { HOUR_MS, type Stretch } from './month.ts';
import type { Period, Used } from './usage.ts';
import { isBilledUsage } from './usage-types.ts';

type Tally = Pick<Tx, 'series' | 'seriesNames' | 'points'>;

/** The metrics whose values are paid for, by usage type, and how many of the values make a unit. */
const metrics: Readonly<Record<string, bigint>> = { Requests: 1n, TrailEvents: 1n, BilledBytes: 2n ** 30n };

/** Requests, events of trails and bytes by usage type, key and bucket. */
export function* countedUsage(account: AccountId, { pieces }: Period, tx: Tally): Generator<Used> {
  for (const region of regions) {
    for (const [metric, unit] of Object.entries(metrics)) {
      for (const found of seriesIn({ account, region, namespace: OWN_NAMESPACE, metric }, tx)) {
        yield* usageOf(found, { account, region, unit }, pieces, tx);
      }
    }
  }
}

interface Place {
  readonly account: AccountId;
  readonly region: Region;
  readonly unit: bigint;
}

function* usageOf(
  { number, name }: FoundSeries,
  { unit, ...place }: Place,
  pieces: readonly Stretch[],
  tx: Tally,
): Generator<Used> {
  const dimension = (wanted: string) => dimensionNamed(name.dimensions, wanted);
  const usageType = dimension('UsageType');
  if (usageType === undefined || !isBilledUsage(usageType)) return;
  const [key, bucket, toRegion] = [dimension('KeyArn'), dimension('BucketName'), dimension('ToRegion')];
  const to = toRegion !== undefined && isRegion(toRegion) ? toRegion : undefined;
  for (const piece of pieces) {
    const sum = sumIn(number, piece, tx);
    if (sum === 0) continue;
    yield {
      ...place,
      usageType,
      quantity: over(exact(sum), fraction(unit)),
      atMs: piece.startMs,
      ...(to && { to }),
      ...(key && { key }),
      ...(bucket && { bucket }),
    };
  }
}

/** What the values of a series sum to in a stretch of time; a point belongs to the one in which it begins. */
function sumIn(series: number, { startMs, endMs }: Stretch, tx: Tally): number {
  // As long as an hour at least, since older points are.
  const seconds = Math.max(HOUR_MS, endMs - startMs) / 1000;
  let sum = 0;
  for (const { point } of pointsBetween(series, { startMs, endMs, seconds: Math.ceil(seconds) }, tx)) {
    sum += pointOf(point).sum;
  }
  return sum;
}
