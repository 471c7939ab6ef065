/**
 * What a topic or a function receives when an alarm changes its state. Amazon CloudWatch User Guide, "Notifying users on
 * alarm changes" and "Invoke a Lambda function from an alarm", and messages of CloudWatch.
 */

import { createHash } from 'node:crypto';
import { parseArn } from '../api/arn.ts';
import type { Dimension, MetricDataQuery } from '../api/model/cloudwatch.types.ts';
import type { AlarmSettings, AlarmState } from '../store/records/alarm.ts';
import type { Place } from './access.ts';
import { alarmArn } from './alarm-arn.ts';
import { periodOf, queriesOf } from './alarm-schedule.ts';
import { type JavaJson, javaJson, javaTime } from './java-json.ts';
import { regionNames } from './region-names.ts';

/** A change of an alarm's state. */
export interface StateChange {
  readonly place: Place;
  readonly name: string;
  readonly settings: AlarmSettings;
  readonly configuredMs: number;
  readonly before: AlarmState;
  readonly after: AlarmState;
  /** When it is noted, by the machine's clock. */
  readonly machineMs: number;
}

/** The text that the action with this ARN receives; without an action, what a topic would. */
export const noticeFor = (action: string | undefined, change: StateChange): string =>
  javaJson(parseArn(action ?? '')?.service === 'lambda' ? lambdaEvent(change) : topicMessage(change));

/** The body of a message of SNS, which the other kinds of actions get here, too. */
function topicMessage({ place, name, settings, configuredMs, before, after }: StateChange): JavaJson {
  return {
    AlarmName: name,
    AlarmDescription: settings.AlarmDescription ?? null,
    AWSAccountId: place.account,
    AlarmConfigurationUpdatedTimestamp: javaTime(configuredMs),
    NewStateValue: after.value,
    NewStateReason: after.reason,
    StateChangeTime: javaTime(after.updatedMs),
    Region: regionNames[place.region],
    AlarmArn: alarmArn(place, name),
    OldStateValue: before.value,
    OKActions: settings.OKActions,
    AlarmActions: settings.AlarmActions,
    InsufficientDataActions: settings.InsufficientDataActions,
    Trigger: triggerOf(settings),
  };
}

function triggerOf(settings: AlarmSettings): JavaJson {
  const { Metrics, MetricName, Namespace, Statistic, ExtendedStatistic, Unit, Dimensions = [], Period } = settings;
  const metric = {
    MetricName,
    Namespace,
    StatisticType: Statistic ? 'Statistic' : 'ExtendedStatistic',
    Statistic: statisticWords[Statistic ?? ''],
    ExtendedStatistic,
    Unit: Unit ?? null,
    Dimensions: Dimensions.map(ofTopic),
    Period,
  };
  return {
    ...(Metrics ? { Period: periodOf(settings) } : metric),
    EvaluationPeriods: settings.EvaluationPeriods,
    DatapointsToAlarm: settings.DatapointsToAlarm,
    ComparisonOperator: settings.ComparisonOperator,
    Threshold: { double: settings.Threshold },
    TreatMissingData: settings.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: settings.EvaluateLowSampleCountPercentile ?? '',
    Metrics: Metrics?.map(topicQuery),
  };
}

const statisticWords: Readonly<Record<string, string>> = {
  Average: 'AVERAGE',
  Maximum: 'MAXIMUM',
  Minimum: 'MINIMUM',
  SampleCount: 'SAMPLE_COUNT',
  Sum: 'SUM',
};

const ofTopic = ({ Name, Value }: Dimension) => ({ value: Value, name: Name });

const topicQuery = ({ Expression, Id, Label, MetricStat, ReturnData = true }: MetricDataQuery): JavaJson => ({
  Expression,
  Id,
  Label,
  MetricStat: MetricStat && {
    Metric: {
      Dimensions: (MetricStat.Metric.Dimensions ?? []).map(ofTopic),
      MetricName: MetricStat.Metric.MetricName,
      Namespace: MetricStat.Metric.Namespace,
    },
    Period: MetricStat.Period,
    Stat: MetricStat.Stat,
    Unit: MetricStat.Unit,
  },
  ReturnData,
});

function lambdaEvent({ place, name, settings, before, after }: StateChange): JavaJson {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarmArn(place, name),
    accountId: place.account,
    time: javaTime(after.updatedMs),
    region: place.region,
    alarmData: {
      alarmName: name,
      state: eventState(after),
      previousState: eventState(before),
      configuration: {
        description: settings.AlarmDescription,
        metrics: queriesOf(settings).map((query) => eventQuery(query, settings)),
      },
    },
  };
}

const eventState = ({ value, reason, data, updatedMs }: AlarmState): JavaJson => ({
  value,
  reason,
  reasonData: data,
  timestamp: javaTime(updatedMs),
});

function eventQuery({ Id, Expression, Label, MetricStat, ReturnData = true }: MetricDataQuery, of: AlarmSettings) {
  return {
    id: of.Metrics ? Id : madeUpId(MetricStat),
    expression: Expression,
    label: Label,
    metricStat: MetricStat && {
      metric: {
        namespace: MetricStat.Metric.Namespace,
        name: MetricStat.Metric.MetricName,
        dimensions: Object.fromEntries((MetricStat.Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      },
      period: MetricStat.Period,
      stat: MetricStat.Stat,
      unit: MetricStat.Unit,
    },
    returnData: ReturnData,
  };
}

/** CloudWatch gives a metric without an Id a UUID of version 3, which is a digest. */
function madeUpId(of: unknown): string {
  const hex = createHash('md5').update(JSON.stringify(of)).digest('hex');
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/.exec(hex) ?? [];
  return `${a}-${b}-3${c}-a${d}-${e}`;
}
