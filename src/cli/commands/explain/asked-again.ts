/** A call that was denied, decided again with the policies of that time, as if its request had had other condition keys. */

import { ChangedContext } from '../../../policy/context.ts';
import type { Decision } from '../../../policy/decision.ts';
import { evaluate, questionOf } from '../../../policy/evaluate.ts';
import { type StatedContext, statedFor } from '../../../policy/stated-context.ts';
import { denialsOf, isDenial } from './explained.ts';
import type { ExplainedPast } from './past.ts';

/** What was denied then, decided again. What was allowed stays allowed: its policies are not kept. */
export function askedAgain(explained: ExplainedPast, stated: StatedContext | undefined): ExplainedPast {
  if (!stated) return explained;
  const calls = explained.calls.map((call) => ({
    ...call,
    decisions: call.decisions.map((decision) => decidedAgain(decision, stated)),
  }));
  const again = { ...explained, calls, isAskedAgain: true };
  const { refusal } = again;
  const isOver = refusal !== undefined && isDenial(refusal) && denialsOf(again).length === 0;
  return isOver && denialsOf(explained).length > 0 ? { ...again, refusal: undefined } : again;
}

function decidedAgain(decision: Decision, stated: StatedContext): Decision {
  const question = questionOf(decision);
  if (!question) return decision;
  const { request, policies } = question;
  const isOwn = request.context.values('kms:viaservice') === undefined;
  const keys = statedFor(request.action, stated, { isOwn });
  return evaluate({ ...request, context: new ChangedContext(request.context, keys) }, policies);
}
