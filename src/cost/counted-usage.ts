/** What calls add up to and is paid for, from the tally. */

import type { AccountId } from '../api/arn.ts';
import { type Region, regions } from '../api/regions.ts';
import type { Tx } from '../store/tables.ts';
import { OWN_NAMESPACE } from '../tally/metric-facts.ts';
import { pointOf } from '../tally/point.ts';
import { type FoundSeries, pointsBetween, seriesIn } from '../tally/reading.ts';
import { exact } from './exact.ts';
import { HOUR_MS, type Stretch } from './month.ts';
import type { Period, Used } from './usage.ts';
import { isBilledUsage } from './usage-types.ts';

type Tally = Pick<Tx, 'series' | 'seriesNames' | 'points'>;

/** Requests by usage type, key and bucket. */
export function* countedUsage(account: AccountId, { pieces }: Period, tx: Tally): Generator<Used> {
  for (const region of regions) {
    for (const found of seriesIn({ account, region, namespace: OWN_NAMESPACE, metric: 'Requests' }, tx)) {
      yield* usageOf(found, { account, region }, pieces, tx);
    }
  }
}

interface Place {
  readonly account: AccountId;
  readonly region: Region;
}

function* usageOf({ number, name }: FoundSeries, place: Place, pieces: readonly Stretch[], tx: Tally): Generator<Used> {
  const dimension = dimensionsIn(name.dimensions);
  const usageType = dimension('UsageType');
  if (usageType === undefined || !isBilledUsage(usageType)) return;
  const [key, bucket] = [dimension('KeyArn'), dimension('BucketName')];
  for (const piece of pieces) {
    const sum = sumIn(number, piece, tx);
    if (sum === 0) continue;
    const quantity = exact(sum);
    yield { ...place, usageType, quantity, atMs: piece.startMs, ...(key && { key }), ...(bucket && { bucket }) };
  }
}

/** The value of a dimension of a series by its name. */
const dimensionsIn =
  (dimensions: readonly string[]) =>
  (wanted: string): string | undefined => {
    const i = dimensions.findIndex((name, at) => at % 2 === 0 && name === wanted);
    return i < 0 ? undefined : dimensions[i + 1];
  };

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
