/**
 * Decides whether a caller may do something. A pure function of the request and the relevant policies: IAM User Guide,
 * "Policy evaluation logic", and for keys AWS KMS Developer Guide, "Troubleshooting AWS KMS permissions". It returns a
 * decision as a value, whose trace is built on first access.
 */

import { callerArn } from './caller.ts';
import { FilledContext } from './context.ts';
import type { Decision, DenialReason } from './decision.ts';
import { becauseOf, traceGates } from './decision-trace.ts';
import { type AccessRequest, type Gate, gatesOf, type Policies } from './gates.ts';
import { type Verdict, weigh } from './verdict.ts';

/** Decides a request. */
export function evaluate(request: AccessRequest, policies: Policies): Decision {
  const gates = gatesOf(request, policies);
  return new MadeDecision(request, policies, gates, weigh(request, policies, gates));
}

/** What was asked for a decision, and the policies that bore on it. */
export interface Question {
  readonly request: AccessRequest;
  readonly policies: Policies;
}

/** The question that a decision answers; undefined for one of which it was not kept. */
export const questionOf = (decision: Decision): Question | undefined =>
  decision instanceof MadeDecision ? decision.question : keptQuestions.get(decision)?.();

const keptQuestions = new WeakMap<Decision, () => Question>();

/** A decision that was kept, with the question that it answers. */
export function withQuestion(decision: Decision, question: () => Question): Decision {
  keptQuestions.set(decision, question);
  return decision;
}

/** Most decisions are only checked for `allowed`: the rest is computed on access. */
class MadeDecision implements Decision {
  readonly allowed: boolean;
  readonly action: string;
  readonly resource: string;
  readonly denial: DenialReason | undefined;
  readonly decidesOnly: string | undefined;
  readonly #request: AccessRequest;
  readonly #policies: Policies;
  readonly #gates: readonly Gate[];
  readonly #verdict: Verdict;

  constructor(request: AccessRequest, policies: Policies, gates: readonly Gate[], verdict: Verdict) {
    this.allowed = verdict.allowed;
    this.action = request.action;
    this.resource = request.resource;
    this.denial = verdict.allowed ? undefined : verdict.denial;
    this.decidesOnly = request.decidesOnly;
    this.#request = request;
    this.#policies = policies;
    this.#gates = gates;
    this.#verdict = verdict;
  }

  get question(): Question {
    return { request: this.#request, policies: this.#policies };
  }

  get caller(): string {
    return callerArn(this.#request.caller);
  }

  get asked(): string | undefined {
    return this.#request.asked;
  }

  /** Whether the keys count for nothing is seen by deciding again as if they did. */
  get notCounted(): string | undefined {
    const { unsent } = this.#request;
    if (!unsent || this.#verdict.allowed) return undefined;
    const filled = { ...this.#request, context: new FilledContext(this.#request.context, unsent.keys) };
    const other = weigh(filled, this.#policies, gatesOf(filled, this.#policies));
    const isSame =
      !other.allowed &&
      other.denial.gate === this.#verdict.denial.gate &&
      other.hit?.statement === this.#verdict.hit?.statement;
    return isSame ? undefined : unsent.note;
  }

  get because(): string {
    return becauseOf(this.#verdict, this.#request, this.#policies);
  }

  get gates(): Decision['gates'] {
    return traceGates(this.#gates, this.#request, this.#policies);
  }

  get context(): Decision['context'] {
    return this.#request.context.entries();
  }
}
