/** The rows of a store as bytes, each with the name of its table, for damaging them. */

import { join } from 'node:path';
import { open } from 'lmdb';
import { declarationOf, type TableName, tableNames } from '../../src/store/databases.ts';
import type { RawDatabase } from './raw-rows.ts';

export interface StoredRow {
  readonly table: TableName;
  readonly key: Buffer;
  /** Body and tag. */
  readonly value: Buffer;
}

/** Tables as bytes. */
export type RawTables = Readonly<Record<TableName, RawDatabase>>;

/** Works on tables as bytes, in one transaction. No other process or connection may have the store open. */
export async function onRawTables<T>(folder: string, work: (tables: RawTables) => T): Promise<T> {
  const root = open({ path: join(folder, 'store.mdb'), noSubdir: true, maxDbs: 64, encoding: 'binary' });
  try {
    return root.transactionSync(() => {
      const opened = tableNames.map((name) => [
        name,
        root.openDB(declarationOf(name).name, { encoding: 'binary', keyEncoding: 'binary' }),
      ]);
      // The record has every table, whose keys and values are bytes.
      return work(Object.fromEntries(opened) as RawTables);
    }) as T;
  } finally {
    await root.close();
  }
}

/** Every row of every table. */
export const allRows = (folder: string): Promise<StoredRow[]> =>
  onRawTables(folder, (tables) =>
    tableNames.flatMap((table) =>
      [...tables[table].getRange({})].map(({ key, value }) => ({
        table,
        key: Buffer.from(key),
        value: Buffer.from(value),
      })),
    ),
  );
