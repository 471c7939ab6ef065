/** `--expect`: an explanation as the gate of a pipeline, which wants a yes or no and one line for its log. */

import { StoreError } from '../../../api/errors.ts';
import { isBare } from '../../../upkeep/contents.ts';
import type { OptionSpec, WithOptions } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';
import { answerOf, denialsOf, type Explained, failureText, hidesAbsence } from './explained.ts';

export const expectOption = {
  expect: {
    about: 'exit with 0 if this is the answer, else with 1, and say on standard error what decided',
    type: 'string',
    value: 'ANSWER',
    choices: ['allow', 'deny'],
  },
} as const satisfies Record<string, OptionSpec>;

type WithExpect = WithOptions<typeof expectOption>;

interface Verdict {
  readonly isFailed: boolean;
  readonly line: string;
}

/** Whether an answer is not the expected one, and the line that says so; undefined if nothing was expected. */
export function verdictOf(explained: Explained, { options: { expect: expected } }: WithExpect): Verdict | undefined {
  if (expected === undefined) return undefined;
  const isMet = answerOf(explained) === expected;
  return { isFailed: !isMet, line: `${isMet ? 'as expected, ' : `expected ${expected}, but `}${outcome(explained)}` };
}

/** `allowed: the inline policy read (statement "ReadObjects") allows s3:GetObject`. */
export function outcome(explained: Explained): string {
  const { calls, refusal, event } = explained;
  switch (answerOf(explained)) {
    case 'allow': {
      const needed = calls.flatMap(({ decisions }) => decisions.filter(({ decidesOnly }) => decidesOnly === undefined));
      const reasons = new Set(needed.map(({ because }) => because));
      const unknown = event ? 'it was not refused' : 'no permission is needed';
      return `allowed: ${reasons.size === 0 ? unknown : [...reasons].join('; ')}`;
    }
    case 'deny': {
      const refused = calls.filter((call) => call.refusal !== undefined && call.call === refusal?.operation);
      const [first] = denialsOf(refused.length > 0 ? { ...explained, calls: refused } : explained);
      const at = refusal?.operation === undefined ? '' : ` at ${refusal.operation}`;
      const how = refusal === undefined ? 'denied in part' : `denied${at}`;
      return `${how}: ${first?.because ?? refusal?.reason ?? `${refusal?.code}: ${refusal?.message}`}`;
    }
    case 'other': {
      if (explained.failure) return `neither allowed nor denied: it ends with ${failureText(explained.failure)}`;
      const told = hidesAbsence(explained) ? ' (which hides that something does not exist)' : '';
      return `neither allowed nor denied: ${refusal?.code}${told}: ${refusal?.reason ?? refusal?.message}`;
    }
  }
}

/**
 * Refuses to confirm anything about a store that has nothing in it, as when a pipeline names the wrong one: using it
 * throws a StoreError. A mistake on the command line is found first.
 */
export function requireContents({ options: { expect } }: WithExpect, session: Session): void {
  if (expect === undefined) return;
  requireFilledStore(`--expect ${expect} cannot be answered`, session);
}

/** The same for any question to the store. @param clause what does not work, as a clause */
export function requireFilledStore(clause: string, session: Session): void {
  session.requireOfStore((tx) => {
    if (isBare(tx)) throw emptyStore(clause, session);
  });
}

function emptyStore(clause: string, session: Session): StoreError {
  const folder = storeFolder(session.globals, session.environment, session.settings);
  return new StoreError(
    `the store "${folder}" is empty: without a key, a bucket or an identity besides user/admin, ${clause}`,
    { hint: 'name the store that you mean with --store or SSEBOX_STORE, or fill this one: ssebox store init --sample' },
  );
}
