/** The second half of a transfer: moves the bytes, then opens the transaction that writes the result. */

import { AwsError } from '../api/errors.ts';
import type { Effect } from './answer.ts';
import { type Owed, waitForKms } from './kms-latency.ts';
import { writeRecords } from './recording.ts';
import { attemptCall } from './rehearsal.ts';
import type { Request } from './request.ts';
import type { Door, Scope } from './scope.ts';
import { timed } from './step-report.ts';
import { finishTransfer, newCall, type Pending, resumedDraft } from './steps.ts';
import { commit, type TransactionWork } from './transaction.ts';

/** The result of a transfer. */
export interface Concluded {
  readonly output: unknown;
  /** The effects of its second transaction. */
  readonly effects: readonly Effect[];
}

/**
 * Completes a transfer that has begun.
 * @param owed the time that the calls to KMS of its beginning still have to take
 * @throws AwsError if it is refused, and any error of moving the bytes: what `begin` took is released.
 */
export async function conclude(door: Door, pending: Pending, owed: Owed, request: Request): Promise<Concluded> {
  const { work, plan, input, caller } = pending;
  const signal = request.signal ?? new AbortController().signal;
  // Credentials count when a request begins, so they may expire, and their user may go, while its bytes move.
  const settled: Request = { ...request, signal: request.signal, caller: () => caller };
  const { service, operation } = pending.draft;
  const about = { service, operation };
  const concluded = await orAbandoned(door, pending, settled, async () => {
    await waitForKms(door, about, owed, request);
    const move = () => (door.rehearsal && work.rehearse?.(plan, input)) ?? work.move(plan, input, signal);
    const moved = await timed(door, pending.draft, async () => move());
    const { outcome, owed: more } = await commit(
      door,
      settled,
      settledWork((scope) => finish(scope, pending, moved)),
    );
    if ('value' in outcome) return { ...outcome.value, owed: more };
    await waitForKms(door, about, more, request);
    throw outcome.refusal;
  });
  // It is done, so nothing of it is abandoned if this is interrupted.
  await waitForKms(door, about, concluded.owed, request);
  return concluded;
}

/** The caller is known, and not asked for again. */
const settledWork = <T>(run: (scope: Scope) => T): TransactionWork<T> => ({
  run,
  refuse(refusal) {
    throw refusal;
  },
});

/** Does the work of a transfer that has begun; if it fails, what was begun is released. */
async function orAbandoned<T>(door: Door, pending: Pending, settled: Request, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await commit(
      door,
      settled,
      settledWork((scope) => abandon(scope, pending, error)),
    );
    throw error;
  }
}

function finish(scope: Scope, pending: Pending, moved: unknown) {
  const { effects } = scope;
  const resumed = resumedDraft(scope, pending.draft);
  const outcome = attemptCall(
    scope,
    (): Concluded => ({ output: finishTransfer(scope, pending, resumed, moved), effects }),
  );
  if ('refusal' in outcome) resumed.error = outcome.refusal;
  writeRecords(scope);
  return { outcome, owed: scope };
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
