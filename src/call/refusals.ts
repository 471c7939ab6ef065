/** The last refused calls with what decided them, for explanations. */

import { getFact, putFact } from '../store/facts.ts';
import type { Refusal } from '../store/records/refusal.ts';
import type { Tx } from '../store/tables.ts';

/** The number of refusals kept. */
const KEPT = 1000;

/** Stores a refusal in place of the oldest. */
export function keepRefusal(refusal: Refusal, tx: Tx): void {
  const count = getFact(tx, 'refused')?.count ?? 0;
  tx.refusals.put([count % KEPT], refusal);
  putFact(tx, 'refused', { count: count + 1 });
}

/** The refusal of the last refused call; undefined if no call was ever refused. */
export function lastRefusal(tx: Tx): Refusal | undefined {
  const count = getFact(tx, 'refused')?.count ?? 0;
  return count === 0 ? undefined : tx.refusals.get([(count - 1) % KEPT]);
}
