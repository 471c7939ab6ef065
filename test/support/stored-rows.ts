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
  const root = open({ path: join(folder, 'store.mdb'), noSubdir: true, maxDbs: 128, encoding: 'binary' });
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

/**
 * The bytes of a data file in which one bit of a row is another. LMDB's free pages may have the row, too.
 * @param at the byte of the row's value
 */
export function withFlippedBit(data: Buffer, { value }: StoredRow, at: number, bit: number): Buffer {
  const flipped = Buffer.from(data);
  let found = 0;
  for (let start = data.indexOf(value); start >= 0; start = data.indexOf(value, start + 1), found++) {
    flipped[start + at] = (data[start + at] ?? 0) ^ (1 << bit);
  }
  if (found === 0) throw new Error('the row is not in one piece in the file');
  return flipped;
}
