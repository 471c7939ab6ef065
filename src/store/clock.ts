/** The store's clock: the machine's, adjusted by what `clock advance` and `clock set` saved in the store. */

import { getFact, putFact, removeFact } from './facts.ts';
import type { Tx } from './tables.ts';

/** The store's time in milliseconds when the machine's clock shows `machineMs`. */
export function storeNow(tx: Tx, machineMs: number): number {
  const clock = getFact(tx, 'clock');
  if (clock === undefined) return machineMs;
  return 'frozenAtMs' in clock ? clock.frozenAtMs : machineMs + clock.offsetMs;
}

/** The machine's time when the store's clock shows `storeMs`; one that is stopped does not tell. */
export function machineTimeOf(tx: Tx, storeMs: number): number {
  const clock = getFact(tx, 'clock');
  return clock !== undefined && 'offsetMs' in clock ? storeMs - clock.offsetMs : storeMs;
}

/** Sets the store's clock to `targetMs` at the moment when the machine's shows `machineMs`; it keeps running. */
export function setClock(tx: Tx, machineMs: number, targetMs: number): void {
  putFact(tx, 'clock', { offsetMs: targetMs - machineMs });
}

/** Makes the store's clock follow the machine's again. */
export function resetClock(tx: Tx): void {
  removeFact(tx, 'clock');
}
