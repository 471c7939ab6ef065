/** What an alarm looks at, and how often. Amazon CloudWatch User Guide, "Alarm evaluation". */

import { AwsError } from '../api/errors.ts';
import type { ComparisonOperator, MetricDataQuery } from '../api/model/cloudwatch.types.ts';
import type { AlarmSettings } from '../store/records/alarm.ts';
import { type Comparison, type Criteria, evaluationRange, type MissingData } from './alarm-evaluation.ts';
import type { Watched } from './alarm-reason.ts';
import { type PlannedQuery, planQueries, type QueryPlan } from './series-values.ts';

const SECOND_MS = 1000;
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

export interface AlarmSchedule {
  readonly plan: QueryPlan;
  /** The query whose values are compared. */
  readonly returned: PlannedQuery;
  readonly watched: Watched;
  /** How many periods are looked at. */
  readonly range: number;
  readonly periodMs: number;
  /** An alarm is evaluated at the multiples of this, for points from before. */
  readonly stepMs: number;
}

/** What the settings of an alarm say, once they are known to be valid. */
export function scheduleOf(settings: AlarmSettings): AlarmSchedule {
  const plan = planQueries(queriesOf(settings), 'Metrics');
  const returned = plan.queries.find(({ isReturned }) => isReturned);
  if (!returned) throw new TypeError('an alarm watches one of its metrics');
  const { EvaluationPeriods: periods, DatapointsToAlarm, Unit } = settings;
  const seconds = periodOf(settings);
  const watched: Watched = {
    criteria: criteriaOf(settings, returned),
    isMOfN: DatapointsToAlarm !== undefined,
    seconds,
    statistic: statisticName(settings, returned),
    unit: Unit,
  };
  const range = Math.min(evaluationRange(periods), Math.floor(keptOf(seconds, periods) / seconds));
  return {
    plan,
    returned,
    watched,
    range,
    periodMs: seconds * SECOND_MS,
    stepMs: stepOf(seconds, periods) * SECOND_MS,
  };
}

/** The metrics of an alarm as queries. */
export function queriesOf(settings: Partial<AlarmSettings>): readonly MetricDataQuery[] {
  const {
    Metrics,
    MetricName,
    Namespace,
    Dimensions,
    Period = MINUTE_S,
    Statistic,
    ExtendedStatistic,
    Unit,
  } = settings;
  if (Metrics) return Metrics;
  const Metric = { MetricName, Namespace, Dimensions };
  return [{ Id: 'm1', MetricStat: { Metric, Period, Stat: Statistic ?? ExtendedStatistic ?? '', Unit } }];
}

/** The length of the periods that an alarm compares, in seconds: the longest of its metrics'. */
export const periodOf = ({ Period, Metrics = [] }: Pick<AlarmSettings, 'Period' | 'Metrics'>): number =>
  Period ?? Math.max(...Metrics.map((query) => query.MetricStat?.Period ?? query.Period ?? 1));

/** Every ten seconds, minutes or, for an alarm that looks at more than a day, hours. */
function stepOf(seconds: number, periods: number): number {
  if (seconds < MINUTE_S) return 10;
  return seconds * periods > DAY_S ? HOUR_S : MINUTE_S;
}

/**
 * For how long points are kept in a resolution from which every period of the alarm can be put together, in seconds: it
 * must not depend on when older ones are joined to longer ones.
 */
function keptOf(seconds: number, periods: number): number {
  if (seconds < MINUTE_S) return 3 * HOUR_S;
  return resolutionOf(seconds, stepOf(seconds, periods)) === MINUTE_S ? 15 * DAY_S : 63 * DAY_S;
}

/** The longest resolution, in seconds, in which no point falls into two periods, whenever the alarm is evaluated. */
export function resolutionOf(seconds: number, stepSeconds: number): number {
  if (seconds < MINUTE_S) return 1;
  return stepSeconds === HOUR_S && seconds % 300 === 0 ? 300 : MINUTE_S;
}

function criteriaOf(settings: AlarmSettings, returned: PlannedQuery): Criteria {
  const { EvaluationPeriods: periods, DatapointsToAlarm: toAlarm = periods, Threshold: threshold } = settings;
  const { TreatMissingData = 'missing', EvaluateLowSampleCountPercentile } = settings;
  return {
    periods,
    toAlarm,
    threshold,
    comparison: comparisonOf(settings.ComparisonOperator),
    // Checked when the alarm was put.
    missing: TreatMissingData as MissingData,
    leastSamples: EvaluateLowSampleCountPercentile === 'ignore' ? leastSamples(returned) : undefined,
  };
}

/** @throws NotImplemented for the comparisons of anomaly detection */
export function comparisonOf(operator: ComparisonOperator): Comparison {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
    case 'GreaterThanThreshold':
    case 'LessThanThreshold':
    case 'LessThanOrEqualToThreshold':
      return operator;
    default:
      throw new AwsError('NotImplemented', 'Anomaly detection is not part of ssebox.');
  }
}

/** The same guide, "Percentile-based CloudWatch alarms and low data samples". */
function leastSamples(returned: PlannedQuery): number | undefined {
  if (returned.kind !== 'metric' || returned.statistic.kind !== 'percentile') return undefined;
  const { share } = returned.statistic;
  return share <= 0 || share >= 1 ? undefined : 10 / (share < 0.5 ? share : 1 - share);
}

function statisticName({ Statistic, ExtendedStatistic, Metrics = [] }: AlarmSettings, { id }: PlannedQuery) {
  return Statistic ?? ExtendedStatistic ?? Metrics.find((query) => query.Id === id)?.MetricStat?.Stat;
}
