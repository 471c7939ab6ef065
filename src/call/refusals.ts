/**
 * The last refused calls with what decided them, for explanations. Refusals that nobody was shown, such as that of a
 * call that tidies up after another refusal, have a ring of their own: they may not take the place of those that
 * somebody saw.
 */

import { getFact, putFact } from '../store/facts.ts';
import type { Refusal } from '../store/records/refusal.ts';
import type { Tx } from '../store/tables.ts';

/** The number of refusals kept. */
const KEPT = 1000;

/** A call may report a thousand refusals, which would take the place of all others: so many of the last are kept. */
export const KEPT_OF_A_CALL = 100;

/** The number of overlooked refusals kept; their rows come after those of the others. */
const KEPT_OVERLOOKED = 250;

/** Stores a refusal in place of the oldest. */
export function keepRefusal(refusal: Refusal, tx: Tx): void {
  const { count = 0, ...others } = getFact(tx, 'refused') ?? {};
  tx.refusals.put([count % KEPT], refusal);
  putFact(tx, 'refused', { ...others, count: count + 1 });
}

/** Stores a refusal that nobody was shown in place of the oldest of these. */
export function keepOverlooked(refusal: Refusal, tx: Tx): void {
  const { count = 0, overlooked = 0 } = getFact(tx, 'refused') ?? {};
  tx.refusals.put([KEPT + (overlooked % KEPT_OVERLOOKED)], refusal);
  putFact(tx, 'refused', { count, overlooked: overlooked + 1 });
}

/** The number of kept refusals that somebody was shown. */
export const countRefusals = (tx: Tx): number => Math.min(getFact(tx, 'refused')?.count ?? 0, KEPT);

/**
 * The last refusal that somebody was shown, or an earlier one: 1 is the last, 2 the one before it. Undefined if fewer
 * are kept.
 */
export function lastRefusal(which: number, tx: Tx): Refusal | undefined {
  if (which > countRefusals(tx)) return undefined;
  const count = getFact(tx, 'refused')?.count ?? 0;
  return tx.refusals.get([(count - which) % KEPT]);
}

/** All kept refusals, those too that nobody was shown, in the order of their events. */
export const keptRefusals = (tx: Tx): Refusal[] =>
  Array.from(tx.refusals.range(), ({ value }) => value).sort((one, other) => (one.eventId < other.eventId ? -1 : 1));

/** The last refusals that somebody was shown, newest first. */
export function recentRefusals(most: number, tx: Tx): Refusal[] {
  const found: Refusal[] = [];
  for (let which = 1; which <= most; which++) {
    const refusal = lastRefusal(which, tx);
    if (!refusal) break;
    found.push(refusal);
  }
  return found;
}
