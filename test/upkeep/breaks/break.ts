/** Ways to break the rules of `store verify` in a store with one of everything. */

import type { Row, Table, TableKey } from '../../../src/store/table.ts';
import type { Tx } from '../../../src/store/tables.ts';

/** Breaks one rule in a store in a folder. @returns all that is then damaged. */
export type Break = (tx: Tx, folder: string) => readonly string[];

/** By what the rule says: a way to break it, or several. */
export type Breaks = Readonly<Record<string, Break | readonly Break[]>>;

/** The first row of a table that fits. */
export function rowIn<K extends TableKey, V>(
  table: Table<K, V>,
  fits: (row: Row<K, V>) => boolean = () => true,
): Row<K, V> {
  for (const row of table.range()) if (fits(row)) return row;
  throw new Error('there is no such row');
}

export function change<K extends TableKey, V>(table: Table<K, V>, { key, value }: Row<K, V>, change: Partial<V>): void {
  table.put(key, { ...value, ...change });
}
