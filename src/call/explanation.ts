/** What a call would come to, found out without doing it. */

import type { AwsError } from '../api/errors.ts';
import type { ServiceName } from '../api/model/operations.ts';
import type { Decision } from '../policy/decision.ts';
import type { SkippedCheck } from '../store/records/skipped-check.ts';
import { newDraft } from './recording.ts';
import type { Question } from './request.ts';
import type { Door, Invocation } from './scope.ts';
import { enter, newCall } from './steps.ts';
import { attempt, rehearse, requireCredentials } from './transaction.ts';

export interface Explanation {
  /** Every decision that the call asks for, in order, S3's calls to KMS included. */
  readonly decisions: readonly Decision[];
  /** The decisions of KMS that it does not ask for, since S3 has a bucket-level key. */
  readonly skipped: readonly SkippedCheck[];
  /** What the call would be refused with, a denial or anything else. */
  readonly refusal: AwsError | undefined;
}

/** Takes a call through its steps and undoes it all. A denial does not end it, so that the later gates are seen too. */
export function explain(
  door: Door,
  service: ServiceName,
  name: string,
  input: unknown,
  question: Question,
): Explanation {
  return rehearse(door, question, (opened) => {
    const scope = { ...opened, stated: question.stated };
    const invocation: Invocation = { region: question.region, depth: 0 };
    const outcome = attempt(scope, () => {
      requireCredentials(service, scope.caller);
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
}
