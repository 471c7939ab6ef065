/** Notes of ssebox's own about a store, in the order in which they were written. They are in no record of CloudTrail's. */

import { storeNow } from './clock.ts';
import type { OwnEvent } from './records/own-event.ts';
import type { Header } from './store-header.ts';
import type { Tx } from './tables.ts';

/** Notes what was done when the machine's clock showed `machineMs`, and what it changed of the store's clock. */
export function noteOwnEvent(
  tx: Tx,
  command: OwnEvent['command'],
  machineMs: number,
  change: () => void = () => {},
): void {
  const fromMs = storeNow(tx, machineMs);
  change();
  tx.ownEvents.put([newestOwnEvent(tx) + 1], { v: 1, command, machineMs, fromMs, toMs: storeNow(tx, machineMs) });
}

/** The number of the newest event; 0 if there is none. */
export function newestOwnEvent(tx: Tx): number {
  for (const { key } of tx.ownEvents.range({ reverse: true, limit: 1 })) return key[0];
  return 0;
}

/**
 * A store is restored without its root key: its header then says that it was, which is only a hint, until a process with
 * the key makes an event of it.
 */
export function noteRestore(header: Header, tx: Tx): void {
  const restored = header.get('restored');
  if (!restored) return;
  noteOwnEvent(tx, 'store restore', restored.machineMs);
  header.remove('restored');
}
