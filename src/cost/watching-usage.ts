/**
 * What watching costs: alarms for the hours for which they exist, a charge for each metric that they evaluate, and
 * custom metrics for the hours in which they have values. Amazon CloudWatch pricing; Amazon S3 User Guide, "Monitoring
 * metrics with Amazon CloudWatch": request and replication metrics are billed as custom metrics, storage metrics are
 * free.
 */

import type { AccountId } from '../api/arn.ts';
import { type Region, regions } from '../api/regions.ts';
import type { SeriesRecord } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { OWN_NAMESPACE } from '../tally/metric-facts.ts';
import { pointsBetween, seriesIn } from '../tally/reading.ts';
import { fraction } from './exact.ts';
import { HOUR_MS, hoursBegun, type Stretch } from './month.ts';
import type { Period, Used } from './usage.ts';

type Watching = Pick<Tx, 'alarmTerms' | 'series' | 'seriesNames' | 'points'>;

export function* watchingUsage(account: AccountId, period: Period, tx: Watching): Generator<Used> {
  yield* alarmUsage(account, period, tx);
  for (const region of regions) yield* metricUsage(account, region, period, tx);
}

const hoursOf = ({ month }: Period): bigint => BigInt((month.endMs - month.startMs) / HOUR_MS);

function* alarmUsage(account: AccountId, period: Period, tx: Watching): Generator<Used> {
  for (const { key, value } of tx.alarmTerms.under([account])) {
    const [, region, , startMs] = key;
    const { metrics, isHighResolution, end } = value;
    const usageType = isHighResolution ? 'CW:HighResAlarmMonitorUsage' : 'CW:AlarmMonitorUsage';
    const life = { startMs, endMs: end?.storeMs ?? period.month.endMs };
    for (const piece of period.pieces) {
      const hours = hoursBegun(life, piece) * metrics;
      if (hours === 0) continue;
      const quantity = fraction(BigInt(hours), hoursOf(period));
      yield { account, usageType, region, quantity, atMs: piece.startMs };
    }
  }
}

function* metricUsage(account: AccountId, region: Region, period: Period, tx: Watching): Generator<Used> {
  for (const { number, name } of seriesIn({ account, region }, tx)) {
    if (!isPaid(name)) continue;
    for (const piece of period.pieces) {
      const hours = hoursWithValues(number, piece, tx);
      if (hours === 0) continue;
      const quantity = fraction(BigInt(hours), hoursOf(period));
      yield { account, usageType: 'CW:MetricMonitorUsage', region, quantity, atMs: piece.startMs };
    }
  }
}

/** A metric of somebody's own, or one of AWS's that a bucket's configuration asks for. What AWS lacks costs nothing. */
function isPaid({ namespace, dimensions }: SeriesRecord): boolean {
  if (namespace === OWN_NAMESPACE) return false;
  if (!namespace.startsWith('AWS/')) return true;
  return (
    namespace === 'AWS/S3' && dimensions.some((name, i) => i % 2 === 0 && (name === 'FilterId' || name === 'RuleId'))
  );
}

/** An hour belongs to the piece of time that its first value is in. */
function hoursWithValues(series: number, { startMs, endMs }: Stretch, tx: Watching): number {
  const hours = (from: number, to: number) =>
    from < to ? [...pointsBetween(series, { startMs: from, endMs: to, seconds: HOUR_MS / 1000 }, tx)].length : 0;
  const wholeMs = Math.min(endMs, Math.ceil(startMs / HOUR_MS) * HOUR_MS);
  const hasBegun = hours(Math.floor(startMs / HOUR_MS) * HOUR_MS, startMs) > 0;
  return hours(wholeMs, endMs) + (hasBegun ? 0 : hours(startMs, wholeMs));
}
