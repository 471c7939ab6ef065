/** What an alarm looks at and when it goes off, in words. */

import { DAY_MS } from '../../../api/duration.ts';
import type {
  ComparisonOperator,
  Dimension,
  MetricAlarm,
  MetricDataQuery,
} from '../../../api/model/cloudwatch.types.ts';

/** The settings of an alarm, as PutMetricAlarm takes and DescribeAlarms returns them. */
export type AlarmSettings = Pick<
  MetricAlarm,
  | 'ComparisonOperator'
  | 'DatapointsToAlarm'
  | 'Dimensions'
  | 'EvaluationPeriods'
  | 'ExtendedStatistic'
  | 'MetricName'
  | 'Metrics'
  | 'Namespace'
  | 'Period'
  | 'Statistic'
  | 'Threshold'
  | 'TreatMissingData'
>;

/** The metric with its namespace, or the formula: `SSEBox Denials`. */
export function metricText({ Namespace, MetricName, Metrics = [] }: AlarmSettings): string {
  const formula = returned(Metrics);
  if (formula?.MetricStat) return `${formula.MetricStat.Metric.Namespace} ${formula.MetricStat.Metric.MetricName}`;
  return formula ? (formula.Label ?? formula.Expression ?? formula.Id) : `${Namespace} ${MetricName}`;
}

/** `KeyArn=arn:… Operation=Decrypt`; empty for a metric without dimensions. */
export const dimensionsText = (dimensions: readonly Dimension[] = []): string =>
  dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join(' ');

/** `Sum >= 1 for 3 datapoints within 5 minutes`, as the console of CloudWatch writes it. */
export function conditionText(alarm: AlarmSettings): string {
  const { ComparisonOperator, Threshold, EvaluationPeriods = 1 } = alarm;
  const points = alarm.DatapointsToAlarm ?? EvaluationPeriods;
  const within = durationText(EvaluationPeriods * periodOf(alarm));
  const sign = ComparisonOperator === undefined ? undefined : comparisonWords[ComparisonOperator].sign;
  return `${statisticOf(alarm) ?? 'value'} ${sign} ${Threshold} for ${counted(points, 'datapoint')} within ${within}`;
}

/** What the alarm does, as a sentence without its name. */
export function sentence(alarm: AlarmSettings): string {
  const { ComparisonOperator, Threshold, EvaluationPeriods = 1, DatapointsToAlarm, TreatMissingData } = alarm;
  const of = dimensionsText(alarm.Dimensions);
  const statistic = statisticOf(alarm);
  const what = `${statistic === undefined ? '' : `${statistic} of `}${metricText(alarm)}${of === '' ? '' : ` with ${of}`}`;
  const is = ComparisonOperator === undefined ? 'is' : comparisonWords[ComparisonOperator].phrase;
  const length = durationText(periodOf(alarm));
  const when =
    DatapointsToAlarm !== undefined && DatapointsToAlarm < EvaluationPeriods
      ? `in ${DatapointsToAlarm} of ${EvaluationPeriods} periods of ${length}`
      : EvaluationPeriods > 1
        ? `in ${EvaluationPeriods} periods of ${length}, one after the other`
        : `in a period of ${length}`;
  return `goes to ALARM when ${what} ${is} ${Threshold} ${when}; ${missingText(TreatMissingData)}`;
}

/** What periods without values count as. */
function missingText(treatment: string | undefined): string {
  switch (treatment) {
    case 'notBreaching':
      return 'a period without values is within the threshold';
    case 'breaching':
      return 'a period without values is beyond the threshold';
    case 'ignore':
      return 'while there are no values it keeps its state';
    default:
      return 'without any values it is INSUFFICIENT_DATA';
  }
}

/** The query whose result the alarm looks at. */
export const returned = (queries: readonly MetricDataQuery[]): MetricDataQuery | undefined =>
  queries.find(({ ReturnData }) => ReturnData !== false);

/** The length of a period in seconds: of a formula the longest of its metrics. */
export const periodOf = ({ Period, Metrics = [] }: AlarmSettings): number =>
  Period ?? Math.max(...Metrics.map(({ MetricStat, Period: own }) => MetricStat?.Period ?? own ?? 60), 10);

const statisticOf = ({ Statistic, ExtendedStatistic, Metrics = [] }: AlarmSettings): string | undefined =>
  Statistic ?? ExtendedStatistic ?? returned(Metrics)?.MetricStat?.Stat;

const comparisonWords: Readonly<Record<ComparisonOperator, { readonly sign: string; readonly phrase: string }>> = {
  GreaterThanOrEqualToThreshold: { sign: '>=', phrase: 'is at least' },
  GreaterThanThreshold: { sign: '>', phrase: 'is above' },
  LessThanThreshold: { sign: '<', phrase: 'is below' },
  LessThanOrEqualToThreshold: { sign: '<=', phrase: 'is at most' },
  LessThanLowerOrGreaterThanUpperThreshold: { sign: 'outside', phrase: 'is outside' },
  LessThanLowerThreshold: { sign: 'below', phrase: 'is below' },
  GreaterThanUpperThreshold: { sign: 'above', phrase: 'is above' },
};

/** `5 minutes`, `1 day`: in the longest unit of which it is a whole number. */
export function durationText(seconds: number): string {
  const [unit, size] = units.find(([, each]) => seconds % each === 0) ?? ['second', 1];
  return counted(seconds / size, unit);
}

const units = [
  ['day', DAY_MS / 1000],
  ['hour', 3600],
  ['minute', 60],
] as const;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
