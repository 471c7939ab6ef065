/** `ssebox alarm show`: an alarm in words, with the values that it looks at. */

import { UsageError } from '../../../api/errors.ts';
import type { MetricAlarm, MetricDataQuery } from '../../../api/model/cloudwatch.types.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { isDeniedCode } from '../../../api/service-facts.ts';
import { storeNow } from '../../../store/clock.ts';
import { metricFacts } from '../../../tally/metric-facts.ts';
import { alarmChoices, oneOf } from '../../choices.ts';
import { command, type Painter } from '../../command.ts';
import { type LineChart, lineChart } from '../../output/chart.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import { onPage, wrapped } from '../../output/wrap.ts';
import { unlessRefused } from '../../overlooked.ts';
import type { Session } from '../../session.ts';
import { dimensionsText, durationText, metricText, periodOf, returned, sentence } from './alarm-words.ts';

export const show = command({
  name: 'show',
  hasPage: true,
  summary: 'Show an alarm: its settings in words, why it is in its state, and the last values',
  args: { name: { about: 'the name of the alarm', choices: alarmChoices, check: oneOf('an alarm', alarmChoices) } },
  examples: [
    'ssebox alarm put --preset access-denied && ssebox alarm show access-denied',
    'ssebox alarm put --preset trail-changed && ssebox alarm show trail-changed --query Alarm.StateReason --output text',
  ],
  async run({ args: { name } }, session) {
    const alarm = await alarmNamed(name, session);
    const stretch = await stretchOf(alarm, session);
    const Datapoints = await pointsOf(alarm, stretch, session);
    return {
      kind: 'page',
      value: { Alarm: alarm, Datapoints },
      page: (painter) => [...cardOf(alarm, painter), ...valuesOf(alarm, Datapoints, stretch, painter)],
    };
  },
});

/** @throws UsageError if there is none of that name */
async function alarmNamed(name: string, session: Session): Promise<MetricAlarm> {
  const { MetricAlarms = [] } = await session.aws.call('cloudwatch', 'DescribeAlarms', { AlarmNames: [name] });
  const [alarm] = MetricAlarms;
  if (alarm) return alarm;
  throw await noSuchAlarm(name, session);
}

/** The error for a name that no alarm has, with those that are like it. */
export async function noSuchAlarm(name: string, session: Session): Promise<UsageError> {
  const names = (await alarmChoices(session)).map(({ value }) => value);
  return new UsageError(
    `there is no alarm "${name}" in ${session.region}: ssebox alarm list lists them`,
    didYouMean(name, names),
  );
}

interface Stretch {
  readonly from: Date;
  readonly to: Date;
}

/** So many periods, and at least as many as the alarm looks at. */
const PERIODS = 30;

/** The last periods, up to now. */
async function stretchOf(alarm: MetricAlarm, session: Session): Promise<Stretch> {
  const now = await session.store.transact((tx) => storeNow(tx, session.environment.now()));
  const periodMs = periodOf(alarm) * 1000;
  const count = Math.max(PERIODS, 2 * (alarm.EvaluationPeriods ?? 1));
  return { from: new Date((Math.floor(now / periodMs) + 1 - count) * periodMs), to: new Date(now) };
}

interface Datapoint {
  readonly Timestamp: Date;
  readonly Value: number;
}

/** The values that the alarm looks at, oldest first; undefined if the caller may not read them. */
async function pointsOf(
  alarm: MetricAlarm,
  { from, to }: Stretch,
  { aws }: Session,
): Promise<readonly Datapoint[] | undefined> {
  const found = await unlessRefused(({ code }) => isDeniedCode(code), aws, 'cloudwatch', 'GetMetricData', {
    MetricDataQueries: queriesOf(alarm),
    StartTime: from,
    EndTime: to,
    ScanBy: 'TimestampAscending',
  });
  const { Timestamps = [], Values = [] } = found?.MetricDataResults?.[0] ?? {};
  return found && Timestamps.map((Timestamp, i) => ({ Timestamp, Value: Values[i] ?? 0 }));
}

function queriesOf(alarm: MetricAlarm): readonly MetricDataQuery[] {
  if (alarm.Metrics && alarm.Metrics.length > 0) return alarm.Metrics;
  const { Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Unit } = alarm;
  const MetricStat = {
    Metric: { Namespace, MetricName, Dimensions },
    Period: periodOf(alarm),
    Stat: Statistic ?? ExtendedStatistic ?? 'Average',
    ...(Unit && { Unit }),
  };
  return [{ Id: 'value', MetricStat }];
}

function cardOf(alarm: MetricAlarm, painter: Painter): Shown[] {
  const { AlarmName = '', StateValue = '', StateReason, ActionsEnabled, AlarmDescription } = alarm;
  const formula = returned(alarm.Metrics ?? [])?.Expression;
  const dimensions = dimensionsText(alarm.Dimensions);
  const rows: readonly (readonly [name: string, text: string | undefined])[] = [
    ['ARN', alarm.AlarmArn],
    ['state', `${StateValue} since ${timeText(alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)}`],
    ['reason', StateReason],
    ['metric', `${metricText(alarm)}${dimensions === '' ? '' : ` with ${dimensions}`}`],
    ...(formula === undefined ? [] : [['formula', formula] as const]),
    ['rule', sentence(alarm)],
    ['description', AlarmDescription],
    ['actions', ActionsEnabled === false ? `off: ${actionsText(alarm) ?? 'none'}` : actionsText(alarm)],
    ['changed', timeText(alarm.AlarmConfigurationUpdatedTimestamp)],
  ];
  const colour = StateValue === 'ALARM' ? painter.bad : StateValue === 'OK' ? painter.good : painter.faint;
  const names = Math.max(...rows.map(([name]) => name.length)) + GAP;
  const room = painter.isTerminal ? painter.width - names : Number.POSITIVE_INFINITY;
  return [
    painter.strong(AlarmName),
    ...rows.flatMap(([name, text]) => {
      const [first = '', ...more] = text ? wrapped(text, room) : ['none'];
      const shown = name === 'state' ? colour(first) : text ? first : painter.faint(first);
      return [painted`${painter.faint(name.padEnd(names))}${shown}`, ...more.map((line) => ' '.repeat(names) + line)];
    }),
  ];
}

const GAP = 2;

function actionsText({ AlarmActions = [], OKActions = [], InsufficientDataActions = [] }: MetricAlarm) {
  const all = [
    ...AlarmActions.map((arn) => `${arn} on ALARM`),
    ...OKActions.map((arn) => `${arn} on OK`),
    ...InsufficientDataActions.map((arn) => `${arn} on INSUFFICIENT_DATA`),
  ];
  return all.length === 0 ? undefined : all.join(', ');
}

/** A chart of the values and the threshold; no chart without values. */
function valuesOf(
  alarm: MetricAlarm,
  points: readonly Datapoint[] | undefined,
  { from, to }: Stretch,
  painter: Painter,
): Shown[] {
  if (!points) return ['', ...onPage('the caller may not read the values: cloudwatch:GetMetricData', painter)];
  const { Threshold = 0 } = alarm;
  const [start, end] = [from.getTime(), to.getTime()];
  const period = periodOf(alarm);
  const last = `${Math.ceil((end - start) / (period * 1000))} periods of ${durationText(period)}`;
  if (points.length === 0) return ['', ...onPage(`no values in the last ${last}`, painter).map(painter.faint)];
  const chart: LineChart = {
    series: [
      { name: 'value', points: points.map(({ Timestamp, Value }) => ({ x: Timestamp.getTime(), y: Value })) },
      { name: 'threshold', points: [start, end].map((x) => ({ x, y: Threshold })) },
    ],
    across: { kind: 'time', from: start, to: end },
    unit: alarm.Unit ?? metricFacts({ namespace: alarm.Namespace ?? '', metric: alarm.MetricName ?? '' }).unit,
    scale: 'linear',
    width: painter.width,
    height: 8,
  };
  return ['', ...lineChart(chart, painter)];
}
