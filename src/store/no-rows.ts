/** The rows of a store that was never written: the ground of an overlay that needs no folder. */

import { declarationOf, tableNames } from './databases.ts';
import type { Ground } from './overlay.ts';
import type { Table, TableKey } from './table.ts';
import type { Tx } from './tables.ts';

const empty: Table<TableKey, unknown> = {
  get: () => undefined,
  tagOf: () => undefined,
  put: refuseWrite,
  remove: refuseWrite,
  range: () => [],
  under: () => [],
};

function refuseWrite(): never {
  throw new TypeError('there is no store to write to');
}

/** Nothing is stored, and nothing can be. */
export const noRows: Ground = {
  snapshot: () => ({
    // The record has every name of `tables`, each over a table without rows.
    tx: Object.fromEntries(tableNames.map((name) => [name, empty])) as unknown as Tx,
    asStored: (table, value) => (declarationOf(table).isLog ? JSON.parse(JSON.stringify(value)) : copyOf(value)),
    close: () => {},
  }),
};

/** A value of its own, as MessagePack would return it: rows are made of texts, numbers, bytes, lists and records. */
function copyOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}
