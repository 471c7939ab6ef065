/** Lists of alarms and of what happened to them: Amazon CloudWatch API Reference, DescribeAlarms and its neighbours. */

import { AwsError } from '../api/errors.ts';
import type {
  AlarmHistoryItem,
  DescribeAlarmHistoryInput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsInput,
  MetricAlarm,
} from '../api/model/cloudwatch.types.ts';
import { takePage } from '../api/page.ts';
import { type Call, operation } from '../call/operation.ts';
import type { AlarmRecord } from '../store/records/alarm.ts';
import type { Row } from '../store/table.ts';
import type { AlarmKey, RowOf, Tx } from '../store/tables.ts';
import { cloudwatchAccess, type Place, placeOf } from './access.ts';
import { alarmArn, keyOf, placeOfKey } from './alarm-arn.ts';
import { isOldHistory } from './old-alarm-rows.ts';
import { readToken, writeToken } from './page-token.ts';
import { metricOf } from './series-values.ts';

/** Of alarms or items a page has at most, and if nothing else is asked for. */
const PAGE = 100;

const metricAlarms = ({ AlarmTypes = ['MetricAlarm'] }: Pick<DescribeAlarmsInput, 'AlarmTypes'>): boolean =>
  AlarmTypes.includes('MetricAlarm');

/** A permission for all alarms of the region, which none of the lists is narrower than. */
const listAccess = (name: string, call: Call) => [cloudwatchAccess(name, call, alarmArn(placeOf(call), '*'))];

export const DescribeAlarms = operation('cloudwatch', 'DescribeAlarms', {
  resolve({ AlarmNames, AlarmNamePrefix, ChildrenOfAlarmName, ParentsOfAlarmName }) {
    if (ChildrenOfAlarmName !== undefined || ParentsOfAlarmName !== undefined) {
      throw new AwsError('NotImplemented', 'Composite alarms are not part of ssebox.');
    }
    if (AlarmNames === undefined || AlarmNamePrefix === undefined) return undefined;
    throw new AwsError(
      'ValidationError',
      'AlarmNames cannot be specified if AlarmNamePrefix is specified.',
      {},
      'use either names or a prefix',
    );
  },
  authorize: (_target, _input, call) => listAccess('DescribeAlarms', call),
  run(_target, input, call) {
    const { NextToken, MaxRecords = PAGE, ...question } = input;
    const [after] = NextToken === undefined ? [] : readToken(NextToken, question);
    const found = metricAlarms(input) ? wantedAlarms(input, after === undefined ? after : String(after), call) : [];
    const { items, hasMore } = takePage(found, MaxRecords);
    const last = items.at(-1)?.key[2];
    return {
      MetricAlarms: items.map(described),
      CompositeAlarms: [],
      LogAlarms: [],
      ...(hasMore && last !== undefined && { NextToken: writeToken([last], question) }),
    };
  },
});

type AlarmRow = Row<AlarmKey, AlarmRecord>;

function* wantedAlarms(input: DescribeAlarmsInput, after: string | undefined, call: Call): Generator<AlarmRow> {
  const { StateValue, ActionPrefix } = input;
  for (const row of namedAlarms(input, after, placeOf(call), call.tx)) {
    const { settings, state } = row.value;
    if (StateValue !== undefined && state.value !== StateValue) continue;
    const actions = [...settings.OKActions, ...settings.AlarmActions, ...settings.InsufficientDataActions];
    if (ActionPrefix !== undefined && !actions.some((action) => action.startsWith(ActionPrefix))) continue;
    yield row;
  }
}

/** The alarms with these names, or with names that begin like this, by name. */
function* namedAlarms(
  { AlarmNames, AlarmNamePrefix = '' }: DescribeAlarmsInput,
  after: string | undefined,
  place: Place,
  { alarms }: Tx,
): Generator<AlarmRow> {
  if (AlarmNames) {
    const keys = [...new Set(AlarmNames)].sort(byBytes).map((name) => keyOf(place, name));
    for (const key of keys.filter(([, , name]) => after === undefined || byBytes(name, after) > 0)) {
      const value = alarms.get(key);
      if (value) yield { key, value };
    }
    return;
  }
  const { account, region } = place;
  const start = [account, region, after ?? AlarmNamePrefix];
  for (const row of alarms.under([account, region], { start, after: after !== undefined })) {
    if (!row.key[2].startsWith(AlarmNamePrefix)) return;
    yield row;
  }
}

/** The order of keys. */
const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** An alarm as the API has it. */
function described({ key, value }: AlarmRow): MetricAlarm {
  const { settings, state, configuredMs } = value;
  const { AlarmDescription, ...others } = settings;
  return {
    AlarmName: key[2],
    AlarmArn: alarmArn(placeOfKey(key), key[2]),
    ...(AlarmDescription !== undefined && { AlarmDescription }),
    AlarmConfigurationUpdatedTimestamp: new Date(configuredMs),
    ...others,
    ...(!settings.Metrics && { Dimensions: settings.Dimensions ?? [] }),
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.data !== undefined && { StateReasonData: state.data }),
    StateUpdatedTimestamp: new Date(state.updatedMs),
    StateTransitionedTimestamp: new Date(state.transitionedMs),
  };
}

/** Of alarms on an expression none: the same page. */
export const DescribeAlarmsForMetric = operation('cloudwatch', 'DescribeAlarmsForMetric', {
  resolve: () => undefined,
  authorize: (_target, _input, call) => [cloudwatchAccess('DescribeAlarmsForMetric', call)],
  run(_target, input, call) {
    const { account, region } = placeOf(call);
    const rows = [...call.tx.alarms.under([account, region])];
    return { MetricAlarms: rows.filter(({ value }) => isOnMetric(value, input)).map(described) };
  },
});

function isOnMetric({ settings }: AlarmRecord, input: DescribeAlarmsForMetricInput): boolean {
  if (settings.Metrics) return false;
  const isSame = JSON.stringify(metricOf(settings)) === JSON.stringify(metricOf(input));
  const asked = ['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const;
  return isSame && asked.every((name) => input[name] === undefined || input[name] === settings[name]);
}

export const DescribeAlarmHistory = operation('cloudwatch', 'DescribeAlarmHistory', {
  resolve({ StartDate, EndDate }) {
    if (StartDate === undefined || EndDate === undefined || StartDate <= EndDate) return undefined;
    throw new AwsError('ValidationError', 'The parameter StartDate must be less than the parameter EndDate.');
  },
  authorize: (_target, _input, call) => listAccess('DescribeAlarmHistory', call),
  run(_target, input, call) {
    const { NextToken, MaxRecords = PAGE, ...question } = input;
    const position = NextToken === undefined ? undefined : readToken(NextToken, question).map(Number);
    const { items, hasMore } = takePage(history(input, position, call), MaxRecords);
    const last = items.at(-1);
    return {
      AlarmHistoryItems: items.map(itemOf),
      ...(hasMore && last && { NextToken: writeToken(last.key.slice(2), question) }),
    };
  },
});

type HistoryRow = RowOf<'alarmHistory'>;

/** @param position the time and number of the last item that was seen before */
function* history(
  input: DescribeAlarmHistoryInput,
  position: readonly number[] | undefined,
  call: Call,
): Generator<HistoryRow> {
  const { AlarmName, AlarmContributorId, HistoryItemType, StartDate, EndDate, ScanBy } = input;
  if (AlarmContributorId !== undefined || !metricAlarms(input)) return;
  const { account, region } = placeOf(call);
  const nowMs = call.now.getTime();
  const reverse = ScanBy !== 'TimestampAscending';
  const from = StartDate ? [account, region, StartDate.getTime()] : [account, region];
  const to = [account, region, EndDate ? EndDate.getTime() + 1 : Number.MAX_SAFE_INTEGER];
  const seen = position && [account, region, ...position];
  const range = reverse
    ? { start: from, end: seen ?? to }
    : { start: seen ?? from, end: to, after: seen !== undefined };
  for (const row of call.tx.alarmHistory.range({ ...range, reverse })) {
    if (isOldHistory(row.key[2], nowMs)) continue;
    if (AlarmName !== undefined && row.value.alarm !== AlarmName) continue;
    if (HistoryItemType === undefined || row.value.type === HistoryItemType) yield row;
  }
}

const itemOf = ({ key, value }: HistoryRow): AlarmHistoryItem => ({
  AlarmName: value.alarm,
  AlarmType: 'MetricAlarm',
  Timestamp: new Date(key[2]),
  HistoryItemType: value.type,
  HistorySummary: value.summary,
  HistoryData: value.data,
});
