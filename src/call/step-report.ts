/** Reports the steps of a call as they end, for `--debug`. */

import type { Decision } from '../policy/decision.ts';
import type { Draft, PipelineParts, StepReport } from './scope.ts';

/** Runs a step and reports how long it took, whether it succeeds or not. */
export function timedNow<T>(parts: PipelineParts, draft: Draft, step: StepReport['step'], work: () => T): T {
  if (!parts.onStep) return work();
  const start = parts.environment.elapsed();
  try {
    return work();
  } finally {
    report(parts, draft, step, parts.environment.elapsed() - start);
  }
}

/** The same for the asynchronous step. */
export async function timed<T>(parts: PipelineParts, draft: Draft, work: () => Promise<T>): Promise<T> {
  const start = parts.environment.elapsed();
  try {
    return await work();
  } finally {
    report(parts, draft, 'move', parts.environment.elapsed() - start);
  }
}

/** Reports a decision when it is made. */
export const reportDecision = (parts: PipelineParts, draft: Draft, decision: Decision): void =>
  report(parts, draft, 'authorize', 0, decision);

function report(parts: PipelineParts, draft: Draft, step: StepReport['step'], ms: number, decision?: Decision): void {
  const { service, operation, depth, viaService } = draft;
  parts.onStep?.({ service, operation, step, ms, depth, viaService, decision });
}
