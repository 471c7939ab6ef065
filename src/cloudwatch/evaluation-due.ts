/** When alarms are evaluated. */

import type { AlarmsFact } from '../store/records/alarm.ts';

/** Whether the state of an alarm may have changed by now: its next instant is over, or the clock was set back. */
export function isEvaluationDue({ pass, nextMs, evaluatedMs }: AlarmsFact, nowMs: number): boolean {
  if (pass) return true;
  return nextMs !== undefined && (nowMs >= nextMs || nowMs < evaluatedMs);
}
