/**
 * For how long alarms cost the same. A term begins when an alarm is created or costs otherwise than before, and ends
 * with it; terms stay when alarms are deleted. Amazon CloudWatch pricing, "Alarms".
 */

import { machineTimeOf } from '../store/clock.ts';
import type { AlarmSettings, AlarmTerm } from '../store/records/alarm.ts';
import type { AlarmKey, Tx } from '../store/tables.ts';
import { periodOf } from './alarm-schedule.ts';

type Terms = Pick<Tx, 'alarmTerms'>;

/** The term of an alarm that has not ended. */
export function openTerm(key: AlarmKey, { alarmTerms }: Terms): { fromMs: number; term: AlarmTerm } | undefined {
  for (const row of alarmTerms.under(key)) {
    if (row.value.end === undefined) return { fromMs: row.key[3], term: row.value };
  }
  return undefined;
}

/** Begins a term for an alarm that was put, unless it costs what it did. */
export function beginTerm(key: AlarmKey, settings: AlarmSettings, nowMs: number, tx: Tx): void {
  const known = openTerm(key, tx)?.term;
  const term = costOf(settings);
  if (known?.metrics === term.metrics && known.isHighResolution === term.isHighResolution) return;
  endTerm(key, nowMs, tx);
  tx.alarmTerms.put([...key, nowMs], term);
}

/** Ends the term of an alarm. A term of no length goes. */
export function endTerm(key: AlarmKey, nowMs: number, tx: Tx): void {
  const open = openTerm(key, tx);
  if (!open) return;
  const { fromMs, term } = open;
  // The clock may have been set back since.
  if (nowMs > fromMs)
    tx.alarmTerms.put([...key, fromMs], { ...term, end: { storeMs: nowMs, machineMs: machineTimeOf(tx, nowMs) } });
  else tx.alarmTerms.remove([...key, fromMs]);
}

const costOf = (settings: AlarmSettings): AlarmTerm => ({
  v: 1,
  metrics: settings.Metrics ? settings.Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length : 1,
  isHighResolution: periodOf(settings) < 60,
});
