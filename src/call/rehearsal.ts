/** Calls that are only tried: they run as in earnest, over a store that is thrown away, and each is reported. */

import { AwsError, CallRefused, type MadeCall } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Answer } from './answer.ts';
import type { Request } from './request.ts';
import type { Door, Rehearsal, Scope, Trial } from './scope.ts';
import { type Entered, newCall } from './steps.ts';
import type { AnyWork } from './task.ts';
import { attempt, type Outcome } from './transaction.ts';

interface WorkToTry {
  readonly service: ServiceName;
  readonly name: string;
  readonly work: AnyWork | undefined;
  readonly overlooks: Request['overlooks'];
}

/** Tries a call, and reports it. @throws whatever the call does */
export async function rehearsed(
  door: Door,
  { service, name, work, overlooks }: WorkToTry,
  { report, stated }: Rehearsal,
  run: (door: Door) => Promise<Answer<unknown>>,
): Promise<Answer<unknown>> {
  // What reports its denials continues by itself.
  const mode = work?.kind === 'task' && work.reportsDenials ? 'act' : 'explain';
  const tried: Trial = { mode, decisions: [], skipped: [], stated };
  const end = (error: AwsError | undefined, made?: MadeCall) => {
    const { decisions, skipped, denial } = tried;
    const refusal = denial ?? error;
    const isOverlooked = refusal !== undefined && (overlooks?.(refusal) ?? false);
    const afterwards = tried.afterwards ?? (mode === 'act' || error === denial ? undefined : error);
    report({ service, operation: name, decisions, skipped, refusal, afterwards, isOverlooked, made });
  };
  try {
    const answer = await run({ ...door, tried });
    end(undefined);
    return answer;
  } catch (error) {
    if (error instanceof CallRefused) end(error.refusal, error.call);
    else if (error instanceof AwsError) end(error);
    throw error;
  }
}

/**
 * Attempts a call, or its second half. A denial that was noted while it is tried ends it, once its later decisions are
 * known, and outweighs what it would be refused for afterwards.
 */
export function attemptCall<T extends Entered>(scope: Scope, work: () => T): Outcome<T> {
  const outcome = attempt(scope, () => unlessDenied(scope, work()));
  const { tried } = scope.parts;
  if (tried && scope.firstDenial) tried.denial ??= scope.firstDenial;
  if (!('refusal' in outcome) || !scope.firstDenial) return outcome;
  if (tried && outcome.refusal !== scope.firstDenial) tried.afterwards ??= outcome.refusal;
  return { refusal: scope.firstDenial };
}

/** @throws AwsError the denial that ends a call */
function unlessDenied<T extends Entered>(scope: Scope, entered: T): T {
  const { firstDenial, parts } = scope;
  if (!firstDenial || !parts.rehearsal) return entered;
  if (parts.rehearsal.denied === 'go-on') return entered;
  if ('pending' in entered) {
    const { work, plan, draft, invocation } = entered.pending;
    work.abandon?.(plan, newCall(scope, draft, invocation));
  }
  throw firstDenial;
}
