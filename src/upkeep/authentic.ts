/** Secrets in rows that are opened while a whole store is read: what does not open is damage of its row. */

import { AuthenticationError } from '../crypto/authentication-error.ts';
import { declarationOf, type TableName } from '../store/databases.ts';
import { damagedRow } from '../store/store-error.ts';
import type { TableKey } from '../store/table.ts';

/** @throws StoreError that names the row if what it wraps is not what was written. */
export function authentic<T>(folder: string, table: TableName, key: TableKey, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw error instanceof AuthenticationError ? damagedRow(folder, declarationOf(table).noun, key, error) : error;
  }
}
