/**
 * Rows that a group of calls reads again and again: the caller's, the key's, the clock's. As long as a transaction that
 * writes is open no other process can change a row, so what was read in it once need not be decoded for every call.
 */

import type { Table, TableKey } from './table.ts';

/** Keeps rows for as long as one transaction is open; at other times it keeps nothing. */
export class RowCache {
  readonly #tables: Map<string, unknown>[] = [];
  #isOpen = false;

  /** Keeps what the work reads until it ends. It must be the whole work of one transaction. */
  during<T>(work: () => T): T {
    this.#isOpen = true;
    try {
      return work();
    } finally {
      this.#isOpen = false;
      this.clear();
    }
  }

  /** Forgets all rows: a part of the transaction was undone. */
  clear(): void {
    for (const rows of this.#tables) rows.clear();
  }

  /** The table with its rows kept. Ranges are read as they are. */
  over(table: Table<TableKey, unknown>): Table<TableKey, unknown> {
    const rows = new Map<string, unknown>();
    this.#tables.push(rows);
    const forget = (key: TableKey): void => {
      if (rows.size > 0) rows.delete(nameOf(key));
    };
    return {
      ...table,
      get: (key) => {
        if (!this.#isOpen) return table.get(key);
        const name = nameOf(key);
        const known = rows.get(name);
        if (known !== undefined || rows.has(name)) return known;
        const row = table.get(key);
        // Bytes alone are an object's ciphertext: large, seldom read twice, and their memory may be given back.
        if (!(row instanceof Uint8Array)) rows.set(name, row);
        return row;
      },
      put(key, value) {
        forget(key);
        table.put(key, value);
      },
      remove(key) {
        forget(key);
        return table.remove(key);
      },
    };
  }
}

/** Different texts for different keys. */
function nameOf(key: TableKey): string {
  let name = '';
  for (const part of key) name += typeof part === 'number' ? `#${part};` : `${part.length}:${part}`;
  return name;
}
