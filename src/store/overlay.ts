/**
 * A store that nobody else sees: the rows of another as they are now, and changes on top that are only in memory.
 * Whatever works on a store can be tried on it, in any number of transactions, and leaves nothing behind.
 */

import { settled } from './connection.ts';
import { tableNames } from './databases.ts';
import { type OverlayTable, overlayTable } from './overlay-table.ts';
import type { Store, TransactionalStore } from './store.ts';
import type { Table, TableKey } from './table.ts';
import type { Tx } from './tables.ts';

export interface Overlay extends TransactionalStore {
  /** Until then the store below retains the state of its rows, and its process must not run a transaction on it. */
  close(): void;
}

/** Lays an overlay over a store as it is now. */
export function overlayOn(store: Pick<Store, 'snapshot'>): Overlay {
  const snapshot = store.snapshot();
  const tables = tableNames.map((name): readonly [keyof Tx, OverlayTable] => {
    // Keys and values of a table are whatever its declaration says.
    const base = snapshot.tx[name] as unknown as Table<TableKey, unknown>;
    return [name, overlayTable(base, (value) => snapshot.asStored(name, value))];
  });
  // The record has every name of `tables`, each over the table that holds rows of its type.
  const tx = Object.fromEntries(tables.map(([name, { table }]) => [name, table])) as unknown as Tx;

  /** Runs work whose changes are undone if it throws. */
  function part<T>(work: () => T): T {
    const before = tables.map(([, table]) => table.changes());
    try {
      return settled(work());
    } catch (error) {
      undoTo(before);
      throw error;
    }
  }

  /** Runs the work of a transaction. What it replaced is forgotten with it: there may be any number of transactions. */
  function whole<T>(work: (tx: Tx) => T): T {
    const value = part(() => work(tx));
    for (const [, table] of tables) table.keep();
    return value;
  }

  function undoTo(changes: readonly number[]): void {
    tables.forEach(([, table], i) => {
      table.undoTo(changes[i] ?? 0);
    });
  }

  return {
    transact: (work) => whole(work),
    transactSoon: (work) => whole(work),
    transactGrouped: async (work) => whole(work),
    rehearse(work) {
      const before = tables.map(([, table]) => table.changes());
      const value = part(() => work(tx));
      undoTo(before);
      return value;
    },
    nested: (work) => part(work),
    isHeld: () => false,
    close: () => snapshot.close(),
  };
}
