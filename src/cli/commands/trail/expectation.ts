/** `--expect N`: the number of matching events as the gate of a pipeline, with one line for its log. */

import { StoreError, UsageError } from '../../../api/errors.ts';
import type { Event } from '../../../api/model/cloudtrail.types.ts';
import { callRows } from '../../../call/call-log.ts';
import type { Tx } from '../../../store/tables.ts';
import { isBare } from '../../../upkeep/contents.ts';
import type { CheckOutcome, OptionSpec, WithOptions } from '../../command.ts';
import { storeFolder } from '../../open-assembly.ts';
import type { Session } from '../../session.ts';

export const expectOption = {
  expect: {
    about: 'exit with 0 if so many events match, shown or not, else with 1, and say on standard error how many do',
    type: 'integer',
    value: 'N',
  },
} as const satisfies Record<string, OptionSpec>;

/** Events that are passed on and counted. */
export interface Counted {
  /** The first ones, up to the limit. Where a number is expected, those after them are counted once these are read. */
  readonly events: AsyncGenerator<Event>;
  /** Whether as many matched as expected, once the events are read; undefined if no number was expected. */
  readonly outcome: () => CheckOutcome | undefined;
}

/**
 * Counts events while they are passed on; without `--expect`, none is read after the limit.
 * @throws UsageError for a negative number
 */
export function counted(
  { options: { expect: expected } }: WithOptions<typeof expectOption>,
  limit: number,
  session: Session,
  find: () => AsyncIterable<Event>,
): Counted {
  if (expected !== undefined) {
    requireNumber(expected);
    if (!session.rehearses) requireEvents(expected, session);
  }
  let matching = 0;
  async function* events(): AsyncGenerator<Event> {
    if (limit <= 0 && expected === undefined) return;
    for await (const event of find()) {
      matching += 1;
      if (matching <= limit) yield event;
      if (matching >= limit && expected === undefined) return;
    }
  }
  return {
    events: events(),
    outcome: () => (expected === undefined ? undefined : outcomeOf(expected, matching, Math.max(limit, 0))),
  };
}

/** `expected 2, but 3 events match`. */
function outcomeOf(expected: number, matching: number, limit: number): CheckOutcome {
  const match = matching === 1 ? '1 event matches' : `${matching} events match`;
  const shown = matching > limit ? ` (${limit} shown)` : '';
  return compared(expected, matching, `${match}${shown}`);
}

/**
 * Whether a call has made as many calls as expected; undefined if no number was expected.
 * @throws UsageError for a negative number
 */
export function madeWithin(expected: number | undefined, made: number): CheckOutcome | undefined {
  if (expected === undefined) return undefined;
  requireNumber(expected);
  return compared(expected, made, `${made === 1 ? '1 call was' : `${made} calls were`} made within it`);
}

const compared = (expected: number, found: number, what: string): CheckOutcome => {
  const isMet = found === expected;
  return { failed: !isMet, verdict: `${isMet ? 'as expected, ' : `expected ${expected}, but `}${what}` };
};

function requireNumber(expected: number): void {
  if (expected < 0) throw new UsageError(`--expect takes a whole number from 0 on, not "${expected}"`);
}

/**
 * Refuses to count in a store in which nothing has happened, as when a pipeline names the wrong one: using it throws a
 * StoreError.
 */
function requireEvents(expected: number, session: Session): void {
  session.requireOfStore((tx) => {
    if (isBare(tx) && !hasCalls(tx)) throw emptyStore(expected, session);
  });
}

/** Whether something was called, other than to look for events. */
function hasCalls(tx: Tx): boolean {
  for (const { value } of callRows({}, tx)) if (value.operation !== 'LookupEvents') return true;
  return false;
}

function emptyStore(expected: number, session: Session): StoreError {
  const folder = storeFolder(session.globals, session.environment, session.settings);
  return new StoreError(
    `the store "${folder}" is empty: no call has been made in it, so --expect ${expected} cannot be answered`,
    { hint: 'name the store that you mean with --store or SSEBOX_STORE, or fill this one: ssebox store init --sample' },
  );
}
