/**
 * A store opened without its root key: rows as stored bytes, for copies and for looking at a store that is sealed. Such
 * a store may be of any format.
 */

import { type Connection, connect } from './connection.ts';
import { type Databases, declarationOf, openDatabases, type TableName } from './databases.ts';
import { isForeignKey } from './exact-keys.ts';
import type { Database, Opener } from './lmdb.ts';
import { keyOf } from './lmdb-table.ts';
import { ownProcessMark } from './process-mark.ts';
import { damagedRow } from './store-error.ts';
import { HEADER_NAME, type Header, type HeaderRows, type Replacing } from './store-header.ts';
import type { TableKey } from './table.ts';
import type { Tx } from './tables.ts';
import { uncheckedTables } from './unchecked-rows.ts';

/** The rows of a table, or those of the header. */
export type RawTableName = TableName | 'header';

export interface RawRow {
  readonly key: TableKey;
  /** Valid until the next row is read. */
  readonly value: Uint8Array;
}

/** All rows as they were at one moment. */
export interface RawSnapshot {
  readonly header: { get<Name extends keyof HeaderRows>(name: Name): HeaderRows[Name] | undefined };
  /** The rows of a table after a key, or from the first one; read lazily. */
  rows(table: RawTableName, after: TableKey | undefined): Iterable<RawRow>;
  /** The tables, for reading only and without their tags being checked. */
  readonly tx: Tx;
  /** Until then the store retains the state of these rows, and grows as others write. */
  close(): void;
}

export interface RawStore {
  readonly folder: string;
  /** All rows as they are now. This process must not run a transaction until it is closed. */
  snapshot(): RawSnapshot;
  /** Appends rows of a snapshot to a table whose rows all sort before them, in one transaction. */
  append(table: RawTableName, rows: Iterable<RawRow>): void;
  /** Ends the use of this store by all processes: another is about to take its place. */
  retire(by: Replacing): void;
  /** Notes in this store that it was restored at this time of the machine's. */
  markRestored(machineMs: number): void;
  close(): Promise<void>;
}

/** @throws StoreError if the folder contains something else, or cannot be read or written. */
export function openRawStore(folder: string): RawStore {
  const connection = connect(folder, bindRaw);
  return {
    folder,
    snapshot: () => snapshotOf(connection),
    append(table, rows) {
      connection.transact<void>((raw) => {
        const database = databaseOf(raw, table);
        for (const { key, value } of rows) {
          if (!database.putSync(key, value, { append: true })) throw new Error(`a row of "${table}" is not the last`);
        }
      });
    },
    retire: (by) =>
      connection.transact<void>(({ header }) => header.put('replaced', { process: ownProcessMark(), by })),
    markRestored: (machineMs) => connection.transact<void>(({ header }) => header.put('restored', { machineMs })),
    close: () => connection.close(),
  };
}

interface Raw {
  readonly header: Header;
  readonly headerRows: Database;
  readonly databases: Databases;
}

const bindRaw = (root: Opener, header: Header): Raw => ({
  header,
  headerRows: root.openDB(HEADER_NAME, { encoding: 'binary' }),
  databases: openDatabases(root),
});

const databaseOf = ({ headerRows, databases }: Raw, table: RawTableName): Database =>
  table === 'header' ? headerRows : databases[table];

function snapshotOf({ folder, readLatest }: Connection<Raw>): RawSnapshot {
  const { bound, transaction } = readLatest();
  const { header, headerRows, databases } = bound;
  // The first format had no number in stores that nobody had finished creating.
  const format = header.get('format', transaction)?.version ?? 1;
  // It had the facts about the store in the header.
  const named = format === 1 ? { ...databases, facts: headerRows } : databases;
  return {
    header: { get: (name) => header.get(name, transaction) },
    *rows(table, after) {
      const range = { start: after, exclusiveStart: after !== undefined, transaction };
      for (const { key, value } of databaseOf(bound, table).getRange(range)) {
        const row = keyOf(key);
        // A copy could not have it under the same key.
        if (isForeignKey(row)) throw damagedRow(folder, table === 'header' ? table : declarationOf(table).noun, row);
        // The database was opened for bytes.
        yield { key: row, value: value as Uint8Array };
      }
    },
    tx: uncheckedTables({ folder, databases: named, encoder: header.encoder, format, transaction }),
    close: () => transaction.done(),
  };
}
