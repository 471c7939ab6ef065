/** Whether a test is met, and what to say if it is not. */

import { isDeniedCode } from '../../../api/service-facts.ts';
import { outcome } from '../explain/expectation.ts';
import { answerOf, type Explained } from '../explain/explained.ts';
import { deciders, notAmong } from './because.ts';
import type { Assertion } from './test-file.ts';

/** A test with its outcome. */
export interface Tested {
  readonly assertion: Assertion;
  /** `allow`, `deny`, or the code of the error that is not a denial. */
  readonly actual: string;
  /** Absent if it passed. */
  readonly failure?: Failure | undefined;
}

/** How a test failed. */
export interface Failure {
  /** In one line. */
  readonly says: string;
  readonly explained: Explained;
}

export function tested(assertion: Assertion, explained: Explained): Tested {
  const says = failureOf(assertion, explained);
  return { assertion, actual: answered(explained), failure: says === undefined ? undefined : { says, explained } };
}

function answered(explained: Explained): string {
  const answer = answerOf(explained);
  return answer === 'other' ? (explained.refusal?.code ?? `exit code ${explained.failure?.exitCode}`) : answer;
}

function failureOf({ expect, because }: Assertion, explained: Explained): string | undefined {
  if (!isMet(expect, explained)) return `expected ${expect}, but ${outcome(explained)}`;
  const missing = notAmong(because, explained);
  if (missing.length === 0) return undefined;
  const names = [...new Set(deciders(explained))].map((name) => `"${name}"`);
  const decided = names.length === 0 ? 'no policy decided' : `what decided is called ${names.join(', ')}`;
  return `expected ${expect} because of ${missing.map((name) => `"${name}"`).join(' and ')}, but ${outcome(explained)} (${decided})`;
}

function isMet(expect: string, explained: Explained): boolean {
  const { refusal } = explained;
  if (expect === 'allow' || expect === 'deny') return answerOf(explained) === expect;
  if (refusal) return refusal.code === expect;
  // Of several things, what is denied is left out of an answer that is not refused.
  return answerOf(explained) === 'deny' && isDeniedCode(expect);
}
