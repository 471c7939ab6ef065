/**
 * A store that nobody else sees: the rows of another as they are now, and changes on top that are only in memory.
 * Whatever works on a store can be tried on it, in any number of transactions, and leaves nothing behind.
 */

import { settled } from './connection.ts';
import { type TableName, tableNames } from './databases.ts';
import { overlayTable } from './overlay-table.ts';
import type { Snapshot, TransactionalStore } from './store.ts';
import type { Table, TableKey } from './table.ts';
import type { Tx } from './tables.ts';

/** What an overlay can be laid over: a store, or another overlay. */
export interface Ground {
  /** All rows as they are now. Until it is closed, nothing may change them. */
  snapshot(): Pick<Snapshot, 'tx' | 'asStored' | 'close'>;
}

export interface Overlay extends TransactionalStore, Ground {
  /** Undoes all changes since it was laid. What it read of the rows below is still known. */
  forget(): void;
  /** Until then the store below retains the state of its rows, and its process must not run a transaction on it. */
  close(): void;
}

/** Lays an overlay over a store as it is now. */
export function overlayOn(ground: Ground): Overlay {
  const snapshot = ground.snapshot();
  /** How to undo each change that can still be undone. */
  const journal: (() => void)[] = [];
  const forgets: (() => void)[] = [];
  const tx = tablesOf((name) => {
    // Keys and values of a table are whatever its declaration says.
    const base = snapshot.tx[name] as unknown as Table<TableKey, unknown>;
    const { table, forget } = overlayTable(
      base,
      (value) => snapshot.asStored(name, value),
      (undo) => void journal.push(undo),
    );
    forgets.push(forget);
    return table;
  });

  /** Runs work whose changes are undone if it throws. */
  function part<T>(work: () => T): T {
    const before = journal.length;
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
    journal.length = 0;
    return value;
  }

  function undoTo(changes: number): void {
    for (const undo of journal.splice(changes).reverse()) undo();
  }

  return {
    transact: (work) => whole(work),
    transactSoon: (work) => whole(work),
    transactGrouped: async (work) => whole(work),
    rehearse(work) {
      const before = journal.length;
      const value = part(() => work(tx));
      undoTo(before);
      return value;
    },
    nested: (work) => part(work),
    isHeld: () => false,
    forget() {
      for (const forget of forgets) forget();
    },
    snapshot: () => ({ tx, asStored: snapshot.asStored, close: () => {} }),
    close: () => snapshot.close(),
  };
}

const MAKE = Symbol('make');

/** Makes each table when it is first used: a call uses few of them, and there are many. */
const prototype: object = Object.create(
  null,
  Object.fromEntries(
    tableNames.map((name) => [
      name,
      {
        get(this: { [MAKE]: (name: TableName) => unknown }) {
          const value = this[MAKE](name);
          Object.defineProperty(this, name, { value });
          return value;
        },
      },
    ]),
  ),
);

function tablesOf(make: (name: TableName) => Table<TableKey, unknown>): Tx {
  // It has every name of `tables`, each over the table that holds rows of its type.
  return Object.assign(Object.create(prototype), { [MAKE]: make }) as Tx;
}
