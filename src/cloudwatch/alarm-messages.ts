/**
 * What alarms leave for their actions when their state changes. Nothing here is ever carried out: a store may come from
 * somebody else. Whoever wants to, reads the messages.
 */

import { getFact, putFact } from '../store/facts.ts';
import type { AlarmMessageRecord, AlarmSettings } from '../store/records/alarm.ts';
import type { Tx } from '../store/tables.ts';
import { noteAction } from './alarm-history.ts';
import { noticeFor, type StateChange } from './alarm-notice.ts';

/** A message with its number: numbers increase with the time at which messages are first readable. */
export interface AlarmMessage extends AlarmMessageRecord {
  readonly number: number;
}

/** The number of the newest message that can be read; 0 if there was none yet. */
export const newestMessage = (tx: Tx): number => getFact(tx, 'alarms')?.readyMessage ?? 0;

/** The messages with greater numbers than this one, in order. Old ones are gone. */
export function* messagesAfter(number: number, tx: Tx): Generator<AlarmMessage> {
  const end = newestMessage(tx) + 1;
  for (const { key, value } of tx.alarmMessages.range({ start: [number], after: true, end: [end] })) {
    yield { number: key[0], ...value };
  }
}

/** The ARNs of what is to happen in the new state. */
function actionsOf({ settings, after }: StateChange): readonly string[] {
  const members = { OK: 'OKActions', ALARM: 'AlarmActions', INSUFFICIENT_DATA: 'InsufficientDataActions' } as const;
  return settings[members[after.value] satisfies keyof AlarmSettings];
}

/**
 * Leaves a message for each action of a change, and notes it in the history. Where no action is set for the new state,
 * one message is left for whoever watches; none while actions are disabled.
 */
export function leaveMessages(change: StateChange, tx: Tx): void {
  const { place, name: alarm, settings, after, machineMs } = change;
  if (!settings.ActionsEnabled) return;
  const message = { v: 1, ...place, alarm, timeMs: after.updatedMs, machineMs } as const;
  const actions = actionsOf(change);
  if (actions.length === 0) addMessage({ ...message, body: noticeFor(undefined, change) }, tx);
  for (const action of actions) {
    const body = noticeFor(action, change);
    noteAction(change, action, body, tx);
    addMessage({ ...message, action, body }, tx);
  }
}

function addMessage(message: AlarmMessageRecord, tx: Tx): void {
  const fact = getFact(tx, 'alarms');
  if (!fact) throw new TypeError('a store with an alarm has the fact about alarms');
  const number = fact.lastMessage + 1;
  // While an evaluation is under way, messages wait until they can be put in the order of time.
  putFact(tx, 'alarms', { ...fact, lastMessage: number, ...(!fact.pass && { readyMessage: number }) });
  tx.alarmMessages.put([number], message);
}

/** Makes the messages of an evaluation readable, in the order of their times, not of the alarms' names. */
export function releaseMessages(tx: Tx): void {
  const fact = getFact(tx, 'alarms');
  if (!fact || fact.readyMessage === fact.lastMessage) return;
  const first = fact.readyMessage + 1;
  const waiting = [...tx.alarmMessages.range({ start: [first] })].map(({ value }) => value);
  const sorted = waiting.toSorted((one, other) => one.timeMs - other.timeMs);
  for (const [i, message] of sorted.entries()) if (message !== waiting[i]) tx.alarmMessages.put([first + i], message);
  putFact(tx, 'alarms', { ...fact, readyMessage: fact.lastMessage });
}
