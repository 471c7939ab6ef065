/** What happened to alarms: Amazon CloudWatch API Reference, DescribeAlarmHistory. */

import { machineTimeOf } from '../store/clock.ts';
import { getFact, putFact } from '../store/facts.ts';
import type { AlarmHistoryRecord, AlarmRecord, AlarmState } from '../store/records/alarm.ts';
import type { Tx } from '../store/tables.ts';
import type { Place } from './access.ts';
import { alarmArn } from './alarm-arn.ts';
import type { StateChange } from './alarm-notice.ts';
import { type JavaJson, javaJson, javaTime } from './java-json.ts';

/** Notes that an alarm was created, changed or deleted. */
export function noteConfiguration(
  type: 'Create' | 'Update' | 'Delete',
  {
    place,
    name,
    alarm,
    timeMs,
  }: { readonly place: Place; readonly name: string; readonly alarm: AlarmRecord; readonly timeMs: number },
  tx: Tx,
): void {
  const done = { Create: 'created', Update: 'updated', Delete: 'deleted' }[type];
  addItem(
    place,
    timeMs,
    {
      v: 1,
      alarm: name,
      type: 'ConfigurationUpdate',
      summary: `Alarm "${name}" ${done}`,
      data: javaJson({ version: '1.0', type, [`${done}Alarm`]: configurationOf(place, name, alarm) }),
      machineMs: machineTimeOf(tx, timeMs),
    },
    tx,
  );
}

function configurationOf(place: Place, name: string, { settings, configuredMs, state }: AlarmRecord): JavaJson {
  return {
    alarmName: name,
    alarmDescription: settings.AlarmDescription,
    alarmArn: alarmArn(place, name),
    alarmConfigurationUpdatedTimestamp: javaTime(configuredMs),
    namespace: settings.Namespace,
    metricName: settings.MetricName,
    statistic: settings.Statistic,
    extendedStatistic: settings.ExtendedStatistic,
    period: settings.Period,
    unit: settings.Unit,
    dimensions: settings.Metrics ? undefined : dimensionsOf(settings.Dimensions),
    metrics: settings.Metrics?.map((query) => ({
      id: query.Id,
      expression: query.Expression,
      label: query.Label,
      metricStat: query.MetricStat && {
        metric: {
          namespace: query.MetricStat.Metric.Namespace,
          metricName: query.MetricStat.Metric.MetricName,
          dimensions: dimensionsOf(query.MetricStat.Metric.Dimensions),
        },
        period: query.MetricStat.Period,
        stat: query.MetricStat.Stat,
        unit: query.MetricStat.Unit,
      },
      returnData: query.ReturnData ?? true,
    })),
    threshold: { double: settings.Threshold },
    comparisonOperator: settings.ComparisonOperator,
    evaluationPeriods: settings.EvaluationPeriods,
    datapointsToAlarm: settings.DatapointsToAlarm,
    treatMissingData: settings.TreatMissingData,
    evaluateLowSampleCountPercentile: settings.EvaluateLowSampleCountPercentile,
    stateValue: state.value,
    stateUpdatedTimestamp: javaTime(state.updatedMs),
    actionsEnabled: settings.ActionsEnabled,
    alarmActions: settings.AlarmActions,
    insufficientDataActions: settings.InsufficientDataActions,
    okactions: settings.OKActions,
  };
}

const dimensionsOf = (dimensions: AlarmRecord['settings']['Dimensions'] = []) =>
  dimensions.map(({ Name, Value }) => ({ value: Value, name: Name }));

/** Notes that the state of an alarm changed. */
export function noteState({ place, name, before, after, machineMs }: StateChange, tx: Tx): void {
  addItem(
    place,
    after.updatedMs,
    {
      v: 1,
      alarm: name,
      type: 'StateUpdate',
      summary: `Alarm updated from ${before.value} to ${after.value}`,
      data: `{"version":"1.0","oldState":${stateText(before)},"newState":${stateText(after)}}`,
      machineMs,
    },
    tx,
  );
}

/** The data of the reason is JSON already; what SetAlarmState was given is checked. */
function stateText({ value, reason, data }: AlarmState): string {
  const members = `"stateValue":${JSON.stringify(value)},"stateReason":${JSON.stringify(reason)}`;
  return data === undefined ? `{${members}}` : `{${members},"stateReasonData":${data}}`;
}

/** Notes that a message was left for an action, in the words in which AWS notes that it was carried out. */
export function noteAction({ place, name, after, machineMs }: StateChange, action: string, body: string, tx: Tx): void {
  addItem(
    place,
    after.updatedMs,
    {
      v: 1,
      alarm: name,
      type: 'Action',
      summary: `Successfully executed action ${action}`,
      data: javaJson({
        actionState: 'Succeeded',
        stateUpdateTimestamp: after.updatedMs,
        notificationResource: action,
        publishedMessage: javaJson({ default: body }),
        error: null,
      }),
      machineMs,
    },
    tx,
  );
}

function addItem({ account, region }: Place, timeMs: number, item: AlarmHistoryRecord, tx: Tx): void {
  const fact = getFact(tx, 'alarms');
  if (!fact) throw new TypeError('a store with an alarm has the fact about alarms');
  const number = fact.lastItem + 1;
  putFact(tx, 'alarms', { ...fact, lastItem: number });
  tx.alarmHistory.put([account, region, timeMs, number], item);
}
