/** A stored refusal of a call, so that `explain last` and `explain event` can show the reason. */

import type { Decision } from '../../policy/decision.ts';
import { questionOf, withQuestion } from '../../policy/evaluate.ts';
import { keptQuestion, readQuestion } from '../../policy/kept-question.ts';
import type { SkippedCheck } from './skipped-check.ts';

export interface Refusal {
  readonly v: 1;
  readonly eventId: string;
  /** Absent in rows of older versions of ssebox, like the next two. */
  readonly requestId?: string | undefined;
  /** The request id of the call that reported this refusal in its own answer; absent if the user's own call was refused. */
  readonly within?: string | undefined;
  /** The ARN of what it was about, if that is known. */
  readonly about?: string | undefined;
  readonly timeMs: number;
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  readonly region: string;
  readonly code: string;
  readonly message: string;
  /** Whether it reads as a denial, but is the answer since a thing does not exist; absent if not. */
  readonly hidesAbsence?: true | undefined;
  /** What the message leaves open, such as which value is wrong; absent if it says everything. */
  readonly reason?: string | undefined;
  /** Every decision of the call, in order, including those of the calls that it made. */
  readonly decisions: readonly StoredDecision[];
  /** The KMS decisions that were skipped because S3 had a bucket-level key; absent if none. */
  readonly spared?: readonly SkippedCheck[] | undefined;
}

/** A decision with the names that rows use. */
export interface StoredDecision extends Omit<Decision, 'decidesOnly'> {
  readonly only?: string | undefined;
  /** For a denial: the question with its policies, as `keptQuestion` writes it; absent in rows of older versions. */
  readonly question?: string | undefined;
}

export function storedDecision(decision: Decision): StoredDecision {
  const { allowed, caller, action, resource, denial, because, decidesOnly: only, gates, context } = decision;
  const { asked, notCounted } = decision;
  const question = allowed || only !== undefined ? undefined : questionOf(decision);
  const text = question && keptQuestion(question);
  const said = {
    ...(denial && { denial }),
    because,
    ...(only !== undefined && { only }),
    ...(asked !== undefined && { asked }),
    ...(notCounted !== undefined && { notCounted }),
    ...(text !== undefined && { question: text }),
  };
  return { allowed, caller, action, resource, ...said, gates, context };
}

export function decisionOf({ only, question, ...rest }: StoredDecision): Decision {
  const decision: Decision = { ...rest, decidesOnly: only };
  return question === undefined ? decision : withQuestion(decision, () => readQuestion(question, decision));
}
