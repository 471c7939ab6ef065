/** The second half of a transfer: moves the bytes, then opens the transaction that writes the result. */

import { AwsError } from '../api/errors.ts';
import type { Effect } from './answer.ts';
import { writeRecords } from './recording.ts';
import { attemptCall } from './rehearsal.ts';
import type { Request } from './request.ts';
import type { Door, Scope } from './scope.ts';
import { timed } from './step-report.ts';
import { finishTransfer, newCall, type Pending, resumedDraft } from './steps.ts';
import { commit } from './transaction.ts';

/** The result of a transfer. */
export interface Concluded {
  readonly output: unknown;
  /** The effects of its second transaction. */
  readonly effects: readonly Effect[];
}

/**
 * Completes a transfer that has begun.
 * @throws AwsError if it is refused, and any error of moving the bytes: what `begin` took is released.
 */
export async function conclude(door: Door, pending: Pending, request: Request): Promise<Concluded> {
  const { work, plan, input, caller } = pending;
  const signal = request.signal ?? new AbortController().signal;
  // Credentials count when a request begins, so they may expire, and their user may go, while its bytes move.
  const settled: Request = { ...request, caller: () => caller };
  try {
    const move = () => (door.rehearsal && work.rehearse?.(plan, input)) ?? work.move(plan, input, signal);
    const moved = await timed(door, pending.draft, async () => move());
    const outcome = await commit(door, settled, (scope) => finish(scope, pending, moved));
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.value;
  } catch (error) {
    await commit(door, settled, (scope) => abandon(scope, pending, error));
    throw error;
  }
}

function finish(scope: Scope, pending: Pending, moved: unknown) {
  const { effects } = scope;
  const resumed = resumedDraft(scope, pending.draft);
  const finished = attemptCall(
    scope,
    (): Concluded => ({ output: finishTransfer(scope, pending, resumed, moved), effects }),
  );
  if ('refusal' in finished) resumed.error = finished.refusal;
  writeRecords(scope);
  return finished;
}

function abandon(scope: Scope, { work, plan, invocation, draft }: Pending, error: unknown): void {
  const resumed = resumedDraft(scope, draft);
  work.abandon?.(plan, newCall(scope, resumed, invocation));
  // A refusal of `finish` has its record; a refusal of `move`, such as a wrong digest, gets it here.
  if (error instanceof AwsError && !draft.written) {
    resumed.error = error;
    writeRecords(scope);
  }
}
