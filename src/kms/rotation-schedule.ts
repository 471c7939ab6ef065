/** When a key is rotated by itself: AWS KMS Developer Guide, "Enable automatic key rotation". */

import type { AutomaticRotation, KeyRecord } from '../store/records/kms.ts';
import { DAY_MS } from './key.ts';

export const DEFAULT_PERIOD_DAYS = 365;

/** The first rotation is a whole period after the automatic rotation was enabled or its period changed. */
export const scheduleFrom = (periodDays: number, nowMs: number): AutomaticRotation => ({
  periodDays,
  nextMs: nowMs + periodDays * DAY_MS,
});

/** A key that comes back to use: what was due in the meantime is due now. */
export function resumeRotation(key: KeyRecord, nowMs: number): KeyRecord {
  const { rotation } = key;
  if (!rotation || rotation.nextMs >= nowMs || key.lifecycle.state === 'Enabled') return key;
  return { ...key, rotation: { ...rotation, nextMs: nowMs } };
}
