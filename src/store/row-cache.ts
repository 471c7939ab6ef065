/**
 * Rows that a group of calls reads repeatedly: the caller's, the key's, the clock's. While a write transaction is open,
 * no other process can change a row, so a row read once does not need to be decoded for every call.
 */

import type { Table, TableKey } from './table.ts';

/** Caches rows while one transaction is open; at other times it caches nothing. */
export class RowCache {
  readonly #tables: Map<string, unknown>[] = [];
  #isOpen = false;

  /** Caches what the work reads until it ends. It must be the whole work of one transaction. */
  during<T>(work: () => T): T {
    this.#isOpen = true;
    try {
      return work();
    } finally {
      this.#isOpen = false;
      this.clear();
    }
  }

  /** Discards all rows, when a part of the transaction was undone. */
  clear(): void {
    for (const rows of this.#tables) rows.clear();
  }

  /** The table with cached rows. Ranges are not cached. */
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
        // Plain bytes are an object's ciphertext: large, seldom read twice, and their memory may be freed.
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

/** Different keys give different texts. */
function nameOf(key: TableKey): string {
  let name = '';
  for (const part of key) name += typeof part === 'number' ? `#${part};` : `${part.length}:${part}`;
  return name;
}
