/**
 * Evaluates all alarms up to now: at each instant since they last were, as if somebody had been looking, although it only
 * looks at instants at which something changes. What takes longer is done in several transactions, so that other
 * processes get their turn in between; each continues where the last one stopped, whoever that was.
 */

import type { Environment } from '../env.ts';
import { storeNow } from '../store/clock.ts';
import { getFact, putFact } from '../store/facts.ts';
import type { AlarmPass, AlarmRecord, AlarmsFact } from '../store/records/alarm.ts';
import type { TransactionalStore } from '../store/store.ts';
import type { AlarmKey, Tx } from '../store/tables.ts';
import { placeOfKey } from './alarm-arn.ts';
import { evaluate } from './alarm-evaluation.ts';
import { releaseMessages } from './alarm-messages.ts';
import { instantsOf, nextStep } from './alarm-points.ts';
import { reasonDataOf, reasonOf } from './alarm-reason.ts';
import { type AlarmSchedule, scheduleOf } from './alarm-schedule.ts';
import { giveState } from './alarm-state.ts';
import { isEvaluationDue } from './evaluation-due.ts';

export interface PassPlace {
  readonly store: TransactionalStore;
  readonly environment: Pick<Environment, 'now' | 'elapsed'>;
}

/** How long one transaction evaluates, in milliseconds. */
const PIECE_MS = 50;

/** The shortest time between two evaluations. */
const SHORTEST_STEP_MS = 10_000;

/** Evaluates all alarms for all that is due. @param signal stops it between two pieces */
export async function evaluateAlarms({ store, environment }: PassPlace, signal?: AbortSignal): Promise<void> {
  while (!store.transact<boolean>((tx) => evaluatePiece(tx, environment))) {
    await pause();
    signal?.throwIfAborted();
  }
}

/** A process that waits for its transaction needs a moment to wake up, or this one would be the next again. */
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

/** @returns whether nothing is left. */
function evaluatePiece(tx: Tx, environment: PassPlace['environment']): boolean {
  const machineMs = environment.now();
  const nowMs = storeNow(tx, machineMs);
  const fact = getFact(tx, 'alarms');
  if (!fact || !isEvaluationDue(fact, nowMs)) return true;
  const beganMs = environment.elapsed();
  const isUp = () => environment.elapsed() - beganMs >= PIECE_MS;
  let pass = fact.pass ?? passUpTo(nowMs, fact);
  keepPass(pass, tx);
  for (let row = alarmAfter(pass.after, tx); row; row = alarmAfter(row.key, tx)) {
    const schedule = scheduleOf(row.value.settings);
    const reachedMs = evaluateAlarm(row, schedule, pass, { tx, nowMs, machineMs, isUp });
    if (reachedMs < pass.toMs) {
      keepPass({ ...pass, reachedMs }, tx);
      return false;
    }
    const nextMs = Math.min(pass.nextMs ?? Number.POSITIVE_INFINITY, nextStep(pass.toMs, schedule.stepMs));
    pass = { fromMs: pass.fromMs, toMs: pass.toMs, after: row.key, nextMs };
    if (!isUp()) continue;
    keepPass(pass, tx);
    return false;
  }
  endPass(pass, tx);
  return true;
}

/** If the clock was set back, time goes on from where it is now: nothing happened since. */
function passUpTo(nowMs: number, { evaluatedMs }: AlarmsFact): AlarmPass {
  const toMs = nextStep(nowMs, SHORTEST_STEP_MS) - SHORTEST_STEP_MS;
  return { fromMs: Math.min(evaluatedMs, toMs), toMs };
}

function keepPass(pass: AlarmPass, tx: Tx): void {
  const fact = getFact(tx, 'alarms');
  if (fact) putFact(tx, 'alarms', { ...fact, pass });
}

function endPass({ toMs, nextMs }: AlarmPass, tx: Tx): void {
  releaseMessages(tx);
  const fact = getFact(tx, 'alarms');
  if (!fact) return;
  const { lastItem, lastMessage, readyMessage } = fact;
  putFact(tx, 'alarms', {
    evaluatedMs: toMs,
    ...(nextMs !== undefined && { nextMs }),
    lastItem,
    lastMessage,
    readyMessage,
  });
}

interface AlarmRow {
  readonly key: AlarmKey;
  readonly value: AlarmRecord;
}

function alarmAfter(after: AlarmKey | undefined, tx: Tx): AlarmRow | undefined {
  const [row] = tx.alarms.range({ start: after, after: after !== undefined, limit: 1 });
  return row;
}

interface Piece {
  readonly tx: Tx;
  readonly nowMs: number;
  readonly machineMs: number;
  readonly isUp: () => boolean;
}

/** Evaluates an alarm. @returns up to which instant; less than the pass's if the time is up */
function evaluateAlarm({ key, value }: AlarmRow, schedule: AlarmSchedule, pass: AlarmPass, piece: Piece): number {
  const { tx, nowMs, isUp } = piece;
  const { watched } = schedule;
  const afterMs = pass.reachedMs ?? Math.max(pass.fromMs, sinceOf(value, nowMs));
  const reading = { ...placeOfKey(key), tx, nowMs };
  let alarm = value;
  for (const { atMs, points } of instantsOf(schedule, { afterMs, toMs: pass.toMs }, reading)) {
    const finding = evaluate(watched.criteria, points);
    if (finding && (finding.state !== alarm.state.value || alarm.state.isForced)) {
      const reason = reasonOf(watched, finding);
      const data = reasonDataOf(watched, finding, atMs);
      alarm = giveState(key, alarm, { value: finding.state, reason, data, updatedMs: atMs }, piece);
    }
    if (isUp()) return atMs;
  }
  return pass.toMs;
}

/** What was put or set lasts until the next instant. Times that the clock does not show yet are from before it was set back. */
function sinceOf({ configuredMs, state }: AlarmRecord, nowMs: number): number {
  const sinceMs = Math.max(configuredMs, state.isForced ? state.updatedMs : configuredMs);
  return sinceMs <= nowMs ? sinceMs : Number.NEGATIVE_INFINITY;
}
