/** Tables of one state of the store, where rows that many others name are read and checked once. */

import { rowNameOf } from '../../store/row-seal.ts';
import type { Table, TableKey } from '../../store/table.ts';
import type { Tx } from '../../store/tables.ts';

/** The number of rows that are remembered of a table. */
const MOST = 10_000;

export const remembered = (tx: Tx): Tx => ({
  ...tx,
  buckets: withMemory(tx.buckets),
  callers: withMemory(tx.callers),
  kmsKeyOwners: withMemory(tx.kmsKeyOwners),
  kmsKeys: withMemory(tx.kmsKeys),
  kmsBackingKeys: withMemory(tx.kmsBackingKeys),
});

function withMemory<K extends TableKey, V>(table: Table<K, V>): Table<K, V> {
  const known = new Map<string, V | undefined>();
  return {
    ...table,
    get(key) {
      const name = rowNameOf(key);
      if (known.has(name)) return known.get(name);
      const value = table.get(key);
      if (known.size < MOST) known.set(name, value);
      return value;
    },
  };
}
