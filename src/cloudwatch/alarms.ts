/** Alarms: Amazon CloudWatch API Reference, PutMetricAlarm, DeleteAlarms and the operations that switch their actions. */

import { AwsError } from '../api/errors.ts';
import type { PutMetricAlarmInput, Tag } from '../api/model/cloudwatch.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { machineTimeOf } from '../store/clock.ts';
import { getFact, putFact } from '../store/facts.ts';
import type { AlarmRecord, AlarmSettings, AlarmsFact } from '../store/records/alarm.ts';
import type { AlarmKey, Tx } from '../store/tables.ts';
import { cloudwatchAccess, type Place, placeOf } from './access.ts';
import { alarmArn, keyOf } from './alarm-arn.ts';
import { noteConfiguration } from './alarm-history.ts';
import { alarmSettings, withTags } from './alarm-input.ts';
import { nextStep } from './alarm-points.ts';
import { INITIAL_REASON } from './alarm-reason.ts';
import { scheduleOf } from './alarm-schedule.ts';
import { giveState } from './alarm-state.ts';
import { beginTerm, endTerm } from './alarm-terms.ts';
import { isJson } from './java-json.ts';
import { queryValues } from './series-values.ts';

/** Amazon CloudWatch User Guide, "CloudWatch service quotas": alarms of an account in a region. */
const MOST_ALARMS = 5000;

/** An alarm by its name, which it may not have yet. */
interface NamedAlarm {
  readonly place: Place;
  readonly name: string;
  readonly key: AlarmKey;
  readonly alarm: AlarmRecord | undefined;
}

function find(name: string, call: Call): NamedAlarm {
  const place = placeOf(call);
  const key = keyOf(place, name);
  return { place, name, key, alarm: call.tx.alarms.get(key) };
}

/** A permission for an alarm; its tags are in the context. */
export function alarmAccess(
  operationName: string,
  { place, name, alarm }: Pick<NamedAlarm, 'place' | 'name' | 'alarm'>,
  call: Call,
  context: ConditionContext = {},
): Access {
  const tags = (alarm?.tags ?? []).map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value] as const);
  return cloudwatchAccess(operationName, call, alarmArn(place, name), { ...Object.fromEntries(tags), ...context });
}

/** The condition keys of a request that sets tags. */
export const tagContext = (tags: readonly Tag[]): ConditionContext =>
  tags.length === 0
    ? {}
    : {
        ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
        'aws:TagKeys': tags.map(({ Key }) => Key),
      };

/** Creates an alarm, or replaces all settings of one, which keeps its state and its tags. */
export const PutMetricAlarm = operation('cloudwatch', 'PutMetricAlarm', {
  resolve(input, call) {
    const named = find(input.AlarmName, call);
    const settings = alarmSettings(input, named.place);
    tryExpression(settings, named.place, call);
    return { ...named, settings, tags: named.alarm ? named.alarm.tags : withTags([], input.Tags ?? []) };
  },
  authorize(target, input, call) {
    const context = { ...tagContext(target.alarm ? [] : (input.Tags ?? [])), ...actionContext(input) };
    const put = alarmAccess('PutMetricAlarm', target, call, context);
    const isTagged = !target.alarm && target.tags.length > 0;
    return isTagged ? [put, alarmAccess('TagResource', target, call, tagContext(target.tags))] : [put];
  },
  run({ place, name, key, alarm, settings, tags }, _input, { tx, now }) {
    const timeMs = now.getTime();
    if (!alarm) requireRoom(place, tx);
    ensureFact(timeMs, tx);
    const put: AlarmRecord = {
      v: 1,
      settings,
      createdMs: alarm?.createdMs ?? timeMs,
      configuredMs: timeMs,
      state: alarm?.state ?? {
        value: 'INSUFFICIENT_DATA',
        reason: INITIAL_REASON,
        updatedMs: timeMs,
        transitionedMs: timeMs,
      },
      tags,
    };
    tx.alarms.put(key, put);
    beginTerm(key, settings, timeMs, tx);
    noteConfiguration(alarm ? 'Update' : 'Create', { place, name, alarm: put, timeMs }, tx);
    evaluateAt(nextStep(timeMs, scheduleOf(settings).stepMs), tx);
  },
});

const actionContext = ({
  OKActions = [],
  AlarmActions = [],
  InsufficientDataActions = [],
}: PutMetricAlarmInput): ConditionContext => {
  const actions = [...new Set([...OKActions, ...AlarmActions, ...InsufficientDataActions])];
  return actions.length === 0 ? {} : { 'cloudwatch:AlarmActions': actions };
};

/** An expression may turn out not to result in values only when it is evaluated. @throws ValidationError */
function tryExpression(settings: AlarmSettings, place: Place, { tx, now }: Call): void {
  const { plan, returned, periodMs } = scheduleOf(settings);
  if (returned.kind === 'metric') return;
  const endMs = now.getTime();
  const results = queryValues(plan, () => ({ startMs: endMs - periodMs, endMs }), { ...place, tx, nowMs: endMs });
  const series = results.find(({ query }) => query === returned)?.series ?? [];
  if (series.length === 1) return;
  throw new AwsError(
    'ValidationError',
    `The expression of an alarm must return a single time series.`,
    {},
    `${returned.id} returns ${series.length}`,
  );
}

function requireRoom({ account, region }: Place, { alarms }: Tx): void {
  let count = 0;
  for (const _row of alarms.under([account, region])) count += 1;
  if (count < MOST_ALARMS) return;
  throw new AwsError('LimitExceeded', 'The quota for alarms for this customer has already been reached.');
}

/** The first alarm of a store is evaluated from its creation on, like all others. */
function ensureFact(evaluatedMs: number, tx: Tx): void {
  if (getFact(tx, 'alarms')) return;
  putFact(tx, 'alarms', { evaluatedMs, lastItem: 0, lastMessage: 0, readyMessage: 0 });
}

/** Has alarms evaluated at an instant, even if the others are not before a later one. */
function evaluateAt(atMs: number, tx: Tx): void {
  const fact = getFact(tx, 'alarms');
  if (!fact) return;
  const sooner = (nextMs: number | undefined) => Math.min(nextMs ?? Number.POSITIVE_INFINITY, atMs);
  const { pass } = fact;
  const changed: AlarmsFact = { ...fact, nextMs: sooner(fact.nextMs) };
  putFact(tx, 'alarms', pass ? { ...changed, pass: { ...pass, nextMs: sooner(pass.nextMs) } } : changed);
}

/**
 * Deletes the alarms that there are. Names that are not an alarm's do not keep the others from being deleted; if no alarm
 * has any of the names, there is nothing that could be.
 */
export const DeleteAlarms = operation('cloudwatch', 'DeleteAlarms', {
  resolve: ({ AlarmNames }, call) => [...new Set(AlarmNames)].map((name) => find(name, call)),
  authorize: (named, _input, call) => named.map((each) => alarmAccess('DeleteAlarms', each, call)),
  run(named, _input, { tx, now }) {
    const timeMs = now.getTime();
    const [first] = named;
    if (first && named.every(({ alarm }) => !alarm)) throw noSuchAlarm(first.name);
    for (const { place, name, key, alarm } of named) {
      if (!alarm) continue;
      tx.alarms.remove([...key]);
      endTerm(key, timeMs, tx);
      noteConfiguration('Delete', { place, name, alarm, timeMs }, tx);
    }
  },
});

/** Names that are not an alarm's are passed over. */
export const EnableAlarmActions = operation('cloudwatch', 'EnableAlarmActions', {
  resolve: ({ AlarmNames }, call) => [...new Set(AlarmNames)].map((name) => find(name, call)),
  authorize: (named, _input, call) => named.map((each) => alarmAccess('EnableAlarmActions', each, call)),
  run: (named, _input, call) => switchActions(named, true, call),
});

export const DisableAlarmActions = operation('cloudwatch', 'DisableAlarmActions', {
  resolve: ({ AlarmNames }, call) => [...new Set(AlarmNames)].map((name) => find(name, call)),
  authorize: (named, _input, call) => named.map((each) => alarmAccess('DisableAlarmActions', each, call)),
  run: (named, _input, call) => switchActions(named, false, call),
});

function switchActions(named: readonly NamedAlarm[], ActionsEnabled: boolean, { tx, now }: Call): void {
  const configuredMs = now.getTime();
  for (const { place, name, key, alarm } of named) {
    if (!alarm || alarm.settings.ActionsEnabled === ActionsEnabled) continue;
    const changed: AlarmRecord = { ...alarm, settings: { ...alarm.settings, ActionsEnabled }, configuredMs };
    tx.alarms.put(key, changed);
    noteConfiguration('Update', { place, name, alarm: changed, timeMs: configuredMs }, tx);
  }
}

/** Lasts until the alarm is next evaluated. */
export const SetAlarmState = operation('cloudwatch', 'SetAlarmState', {
  resolve({ AlarmName, StateReasonData }, call) {
    if (StateReasonData !== undefined && !isJson(StateReasonData)) {
      throw new AwsError(
        'InvalidFormat',
        'Data was not syntactically valid JSON',
        {},
        'StateReasonData takes JSON text',
      );
    }
    return find(AlarmName, call);
  },
  authorize: (named, _input, call) => [alarmAccess('SetAlarmState', named, call)],
  run({ name, key, alarm }, { StateValue, StateReason, StateReasonData }, { tx, now }) {
    if (!alarm) throw noSuchAlarm(name);
    const updatedMs = now.getTime();
    const state = { value: StateValue, reason: StateReason, data: StateReasonData, updatedMs, isForced: true as const };
    giveState(key, alarm, state, { tx, machineMs: machineTimeOf(tx, updatedMs) });
  },
});

const noSuchAlarm = (name: string): AwsError => new AwsError('ResourceNotFound', `Unknown alarm: ${name}`);
