/** The outcome that a call would have, found without making it. */

import { AwsError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Decision } from '../policy/decision.ts';
import type { SkippedCheck } from '../store/records/skipped-check.ts';
import { newDraft } from './recording.ts';
import type { Question } from './request.ts';
import type { Door, Invocation } from './scope.ts';
import { enter, newCall } from './steps.ts';
import { attempt, rehearse, requireCredentials } from './transaction.ts';

export interface Explanation {
  /** Every decision that the call needs, in order, including S3's calls to KMS. */
  readonly decisions: readonly Decision[];
  /** The KMS decisions that it would skip because S3 has a bucket-level key. */
  readonly skipped: readonly SkippedCheck[];
  /** The error that would refuse the call: a denial or any other. */
  readonly refusal: AwsError | undefined;
}

/** Runs a call through its steps and undoes all of it. A denial does not end it, so that later gates are shown too. */
export function explain(
  door: Door,
  service: ServiceName,
  name: string,
  input: unknown,
  question: Question,
): Promise<Explanation> {
  const explained = rehearse(door, question, (opened): Explanation => {
    const scope = { ...opened, stated: question.stated };
    const invocation: Invocation = { region: question.region, depth: 0 };
    const outcome = attempt(scope, () => {
      requireCredentials(service, scope);
      const draft = newDraft(scope, service, name, invocation);
      return enter(scope, draft, door.services[service]?.[name], input, invocation);
    });
    if ('value' in outcome && 'pending' in outcome.value) {
      const { work, plan, draft } = outcome.value.pending;
      work.abandon?.(plan, newCall(scope, draft, invocation));
    }
    const refusal = scope.firstDenial ?? ('refusal' in outcome ? outcome.refusal : undefined);
    return { decisions: scope.decisions, skipped: scope.skipped, refusal };
  });
  return explained.catch((error: unknown) => {
    // Invalid credentials are refused before anything is decided.
    if (error instanceof AwsError) return { decisions: [], skipped: [], refusal: error };
    throw error;
  });
}
