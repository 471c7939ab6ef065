/** Rows as stored bytes: read as of one moment while others write, and written into an empty store. */

import { type Database, isLatest, type RootDatabase } from './lmdb.ts';
import type { TableKey } from './table.ts';
import { type Tx, tables } from './tables.ts';

export type TableName = keyof Tx;

export interface RawRow {
  readonly key: TableKey;
  /** Valid until the next row is read. */
  readonly value: Uint8Array;
}

/** All rows as they were at one moment. */
export interface Snapshot {
  /** The rows of a table after a key, or from the first one; read lazily. */
  rows(table: TableName, after: TableKey | undefined): Iterable<RawRow>;
  /** Until then the store retains the state of these rows, and grows as others write. */
  close(): void;
}

/** The tables of an environment as bytes. */
export type RawTables = Readonly<Record<TableName, Database>>;

/** Opens them, in a transaction. */
export function rawTablesOf(root: RootDatabase): RawTables {
  const opened = Object.entries(tables).map(([name, declaration]) => [
    name,
    root.openDB(declaration.name, { encoding: 'binary' }),
  ]);
  // The record has every name of `tables`.
  return Object.fromEntries(opened) as RawTables;
}

/** All rows after the last commit; undefined if those that a reader would find now are older. */
export function snapshotOf(root: RootDatabase, raw: RawTables): Snapshot | undefined {
  root.resetReadTxn();
  const transaction = root.useReadTransaction();
  if (!isLatest(root, transaction)) {
    transaction.done();
    return undefined;
  }
  return {
    *rows(table, after) {
      const range = { start: after, exclusiveStart: after !== undefined, transaction };
      for (const { key, value } of raw[table].getRange(range)) {
        // LMDB returns a key of one part as that part alone; the encoding is `binary`.
        yield { key: (Array.isArray(key) ? key : [key]) as TableKey, value: value as Uint8Array };
      }
    },
    close: () => transaction.done(),
  };
}
