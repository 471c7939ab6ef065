/** How an alarm gets into another state: what evaluates alarms does it, and SetAlarmState. */

import type { AlarmRecord, AlarmState } from '../store/records/alarm.ts';
import type { AlarmKey, Tx } from '../store/tables.ts';
import { placeOfKey } from './alarm-arn.ts';
import { noteState } from './alarm-history.ts';
import { leaveMessages } from './alarm-messages.ts';

/** A state that an alarm is to have from now on. */
export type NewState = Pick<AlarmState, 'value' | 'reason' | 'data' | 'updatedMs' | 'isForced'>;

/**
 * Gives an alarm a state, when the machine's clock shows `machineMs`. If it is another one than before, that is noted,
 * and a message is left for each action.
 * @returns the alarm with it
 */
export function giveState(
  key: AlarmKey,
  alarm: AlarmRecord,
  state: NewState,
  { tx, machineMs }: { readonly tx: Tx; readonly machineMs: number },
): AlarmRecord {
  const { settings, configuredMs, state: before } = alarm;
  const isChange = state.value !== before.value;
  const after: AlarmState = {
    value: state.value,
    reason: state.reason,
    ...(state.data !== undefined && { data: state.data }),
    updatedMs: state.updatedMs,
    transitionedMs: isChange ? state.updatedMs : before.transitionedMs,
    ...(state.isForced && { isForced: true }),
  };
  const changed: AlarmRecord = { ...alarm, state: after };
  tx.alarms.put(key, changed);
  if (!isChange) return changed;
  const change = { place: placeOfKey(key), name: key[2], settings, configuredMs, before, after, machineMs };
  noteState(change, tx);
  leaveMessages(change, tx);
  return changed;
}
