/** Statistics of one metric: Amazon CloudWatch API Reference, GetMetricStatistics. */

import { AwsError } from '../api/errors.ts';
import type { Datapoint, GetMetricStatisticsInput } from '../api/model/cloudwatch.types.ts';
import { operation } from '../call/operation.ts';
import { cloudwatchAccess, placeOf } from './access.ts';
import { type MetricPoint, pointsByUnit } from './metric-values.ts';
import { firstPeriodMs, isPeriod, periodMessage } from './period.ts';
import { metricOf } from './series-values.ts';
import { parseExtended, type SimpleStatistic, STATISTICS, type Statistic, statisticOf } from './statistics.ts';

/** The most points of an answer: the same page. */
const MOST_POINTS = 1440;

export const GetMetricStatistics = operation('cloudwatch', 'GetMetricStatistics', {
  resolve: (input) => checked(input),
  authorize: (_asked, _input, call) => [cloudwatchAccess('GetMetricStatistics', call)],
  run(asked, input, call) {
    const nowMs = call.now.getTime();
    const { StartTime, EndTime, Period: seconds, MetricName } = input;
    const startMs = firstPeriodMs(StartTime.getTime(), seconds, nowMs);
    const metric = metricOf(input, input.Unit);
    const stretch = { startMs, endMs: EndTime.getTime(), seconds };
    const points = pointsByUnit(metric, stretch, { ...placeOf(call), tx: call.tx, nowMs })
      .flat()
      .sort((one, other) => one.startMs - other.startMs);
    return { Label: MetricName, Datapoints: points.flatMap((point) => datapoint(point, asked)) };
  },
});

/** What is asked of each point. */
interface Asked {
  readonly simple: readonly SimpleStatistic[];
  readonly extended: readonly (readonly [name: string, Statistic])[];
}

function checked({
  StartTime,
  EndTime,
  Period,
  Statistics = [],
  ExtendedStatistics = [],
}: GetMetricStatisticsInput): Asked {
  if (StartTime.getTime() >= EndTime.getTime())
    throw new AwsError('InvalidParameterValue', 'The parameter StartTime must be less than the parameter EndTime.');
  if (!isPeriod(Period))
    throw new AwsError('InvalidParameterValue', periodMessage('Period'), {}, `the period is ${Period} seconds`);
  if (Statistics.length === 0 && ExtendedStatistics.length === 0)
    throw combination('Must specify either Statistics or ExtendedStatistics.');
  if (Statistics.length > 0 && ExtendedStatistics.length > 0)
    throw combination(
      'The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.',
    );
  const extended = ExtendedStatistics.map((name, i) => [name, extendedStatistic(name, i + 1)] as const);
  const count = Math.floor((EndTime.getTime() - StartTime.getTime()) / (Period * 1000));
  if (count > MOST_POINTS)
    throw combination(
      `You have requested up to ${count} datapoints, which exceeds the limit of ${MOST_POINTS}. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    );
  return { simple: Statistics, extended };
}

const combination = (message: string): AwsError => new AwsError('InvalidParameterCombination', message);

function extendedStatistic(name: string, member: number): Statistic {
  const statistic = parseExtended(name);
  if (statistic) return statistic;
  throw new AwsError(
    'InvalidParameterValue',
    `The value ${name} for parameter ExtendedStatistics.member.${member} is not supported.`,
    {},
    STATISTICS,
  );
}

/** None if no statistic of the point is known. */
function datapoint({ startMs, unit, scale, point }: MetricPoint, { simple, extended }: Asked): readonly Datapoint[] {
  const values = simple.map((name) => [name, statisticOf(point, { kind: 'simple', name }, scale)] as const);
  const known = extended.flatMap(([name, statistic]) => {
    const value = statisticOf(point, statistic, scale);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (values.length === 0 && known.length === 0) return [];
  return [
    {
      Timestamp: new Date(startMs),
      ...Object.fromEntries(values),
      Unit: unit,
      ...(known.length > 0 && { ExtendedStatistics: Object.fromEntries(known) }),
    },
  ];
}
