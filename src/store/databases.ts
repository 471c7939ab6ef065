/** The LMDB databases of a store: one for each table, whose rows are bytes to LMDB. */

import type { Database, Opener } from './lmdb.ts';
import type { TableDeclaration, TableKey } from './table.ts';
import { type Tx, tables } from './tables.ts';

export type TableName = keyof Tx;

export type Databases = Readonly<Record<TableName, Database>>;

/** Every table, by name. */
export const tableNames = Object.keys(tables) as readonly TableName[];

/** A table's declaration, whatever its types. */
export const declarationOf = (name: TableName): TableDeclaration<TableKey, unknown> => tables[name];

/** Opens them, in a transaction, and creates those that do not exist yet. */
export function openDatabases(root: Opener): Databases {
  const opened = tableNames.map((name) => [name, root.openDB(declarationOf(name).name, { encoding: 'binary' })]);
  // The record has every name of `tables`.
  return Object.fromEntries(opened) as Databases;
}

/** Makes something of every table, such as what reads its rows. */
export function perTable(databases: Databases, bind: (database: Database, name: TableName) => unknown): Tx {
  const bound = tableNames.map((name) => [name, bind(databases[name], name)]);
  // The record has every name of `tables`, each bound to the database that holds rows of its type.
  return Object.fromEntries(bound) as Tx;
}
