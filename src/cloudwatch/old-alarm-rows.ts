/** What alarms leave goes when it is old, by both clocks. Every process looks for it, so nothing else is loaded here. */

import { type AgingRows, everyRow } from '../call/sweep.ts';

const DAY_MS = 86_400_000;

/** How long the history is kept: Amazon CloudWatch API Reference, DescribeAlarmHistory. Messages go with it. */
const HISTORY_MS = 30 * DAY_MS;

/** As long as the longest points: what is older is on no bill. */
const TERM_MS = 455 * DAY_MS;

/** Whether what happened at a time is no longer listed, by the store's clock. */
export const isOldHistory = (timeMs: number, nowMs: number): boolean => timeMs < nowMs - HISTORY_MS;

export const oldAlarmRows: readonly AgingRows[] = [
  everyRow(
    'alarmHistory',
    (after, tx) => tx.alarmHistory.range({ start: after, after: after !== undefined }),
    (item, { storeMs, machineMs }, [, , timeMs]) =>
      isOldHistory(timeMs, storeMs) && isOldHistory(item.machineMs, machineMs),
    (key, _item, tx) => tx.alarmHistory.remove(key),
  ),
  everyRow(
    'alarmMessages',
    (after, tx) => tx.alarmMessages.range({ start: after, after: after !== undefined }),
    (message, { storeMs, machineMs }) =>
      isOldHistory(message.timeMs, storeMs) && isOldHistory(message.machineMs, machineMs),
    (key, _message, tx) => tx.alarmMessages.remove(key),
  ),
  everyRow(
    'alarmTerms',
    (after, tx) => tx.alarmTerms.range({ start: after, after: after !== undefined }),
    ({ end }, { storeMs, machineMs }) =>
      end !== undefined && end.storeMs < storeMs - TERM_MS && end.machineMs < machineMs - TERM_MS,
    (key, _term, tx) => tx.alarmTerms.remove(key),
  ),
];
