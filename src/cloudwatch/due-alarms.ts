/**
 * Whether alarms are to be evaluated before a call: each one first catches up with what happened before it, so that what
 * it adds is seen at the next instant and not at an earlier one. A call in a store without alarms looks for a single row,
 * which the process remembers.
 */

import { StoreError } from '../api/errors.ts';
import type { PipelineParts } from '../call/scope.ts';
import type { Environment } from '../env.ts';
import { storeNow } from '../store/clock.ts';
import { getFact } from '../store/facts.ts';
import type { TransactionalStore } from '../store/store.ts';
import { isEvaluationDue } from './evaluation-due.ts';

export interface DueAlarmsParts {
  readonly store: TransactionalStore;
  readonly environment: Pick<Environment, 'now' | 'elapsed'>;
}

/**
 * How long alarms that could not be evaluated, such as one whose row is damaged, do not keep calls waiting that have
 * nothing to do with them.
 */
const RETRY_MS = 60_000;

/** Evaluates the alarms before a call, or without one, if anything is due. */
export function dueAlarms(parts: DueAlarmsParts): NonNullable<PipelineParts['beforehand']> {
  const { environment } = parts;
  let failedMs = Number.NEGATIVE_INFINITY;
  return (asked, tx) => {
    const fact = getFact(tx, 'alarms');
    if (!fact || !isEvaluationDue(fact, storeNow(tx, environment.now()))) return undefined;
    const isAbout = asked?.service === 'cloudwatch';
    if (!isAbout && environment.elapsed() - failedMs < RETRY_MS) return undefined;
    return async (signal) => {
      const { evaluateAlarms } = await import('./alarm-pass.ts');
      try {
        await evaluateAlarms(parts, signal);
      } catch (error) {
        if (isAbout || !(error instanceof StoreError)) throw error;
        failedMs = environment.elapsed();
        if (!asked) throw error;
      }
    };
  };
}
