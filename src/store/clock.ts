/** The store's clock: the machine's, moved by what `clock advance` and `clock set` left in the store. */

import { getMeta, putMeta, removeMeta } from './meta.ts';
import type { Tx } from './tables.ts';

/** The store's time in milliseconds, for a machine's clock that shows `machineMs`. */
export function storeNow(tx: Tx, machineMs: number): number {
  const clock = getMeta(tx, 'clock');
  if (clock === undefined) return machineMs;
  return 'frozenAtMs' in clock ? clock.frozenAtMs : machineMs + clock.offsetMs;
}

/** Moves the store's clock so that it shows `targetMs` while the machine's shows `machineMs`; it goes on running. */
export function setClock(tx: Tx, machineMs: number, targetMs: number): void {
  putMeta(tx, 'clock', { offsetMs: targetMs - machineMs });
}

/** Lets the store's clock be the machine's again. */
export function resetClock(tx: Tx): void {
  removeMeta(tx, 'clock');
}
