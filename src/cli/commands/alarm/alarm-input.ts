/** The input of PutMetricAlarm, from what an alarm looks at and when it goes off. */

import type {
  ComparisonOperator,
  MetricDataQuery,
  PutMetricAlarmInput,
  Statistic,
} from '../../../api/model/cloudwatch.types.ts';

/** What an alarm looks at: a statistic of a metric, or the result of a formula over several. */
export type Watched =
  | {
      readonly kind: 'metric';
      readonly namespace: string;
      readonly metric: string;
      readonly dimensions: Readonly<Record<string, string>>;
      /** By AWS's name: `Sum`, `p99`. */
      readonly statistic: string;
    }
  | {
      readonly kind: 'formula';
      /** @param seconds the length of a period */
      readonly queries: (seconds: number) => readonly MetricDataQuery[];
    };

/** The comparisons of alarms with a single threshold. */
export const comparisons = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const satisfies readonly ComparisonOperator[];

export const missingTreatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** When an alarm goes off. */
export interface Rule {
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  /** The length of a period, in seconds. */
  readonly seconds: number;
  /** How many of the last `outOf` periods breach the threshold. */
  readonly periods: number;
  readonly outOf: number;
  /** What periods without values count as; absent: AWS's default, `missing`. */
  readonly missing?: (typeof missingTreatments)[number] | undefined;
}

/** What an alarm has besides. */
export interface Labels {
  readonly name: string;
  readonly description?: string | undefined;
  readonly actions?: readonly string[] | undefined;
  readonly okActions?: readonly string[] | undefined;
}

export function alarmInput(labels: Labels, watched: Watched, rule: Rule): PutMetricAlarmInput {
  const { comparison, threshold, seconds, periods, outOf, missing } = rule;
  const { name, description, actions = [], okActions = [] } = labels;
  return {
    AlarmName: name,
    ...(description !== undefined && { AlarmDescription: description }),
    ...(actions.length > 0 && { AlarmActions: actions }),
    ...(okActions.length > 0 && { OKActions: okActions }),
    ...watchedInput(watched, seconds),
    EvaluationPeriods: outOf,
    // Absent means all of them, and alarms without it word their reasons in another way.
    ...(periods !== outOf && { DatapointsToAlarm: periods }),
    Threshold: threshold,
    ComparisonOperator: comparison,
    ...(missing !== undefined && { TreatMissingData: missing }),
  };
}

function watchedInput(watched: Watched, seconds: number): Partial<PutMetricAlarmInput> {
  if (watched.kind === 'formula') return { Metrics: watched.queries(seconds) };
  const { namespace, metric, dimensions, statistic } = watched;
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Namespace: namespace,
    MetricName: metric,
    ...(Dimensions.length > 0 && { Dimensions }),
    ...(isStatistic(statistic) ? { Statistic: statistic } : { ExtendedStatistic: statistic }),
    Period: seconds,
  };
}

/** The statistics that have a name; percentiles and the like are extended statistics. */
export const statistics = [
  'Average',
  'Sum',
  'Minimum',
  'Maximum',
  'SampleCount',
] as const satisfies readonly Statistic[];

const isStatistic = (text: string): text is Statistic => statistics.some((each) => each === text);
