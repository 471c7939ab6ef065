/**
 * Rows that were checked: the caller's, the key's, the clock's. Calls read the same few rows over and over, and as long
 * as no other process has changed the store, a row that was read once need not be checked and decoded again.
 */

/** A row as far as it is known: its digest, undefined if there is no such row, and its value once it was decoded. */
export interface KnownRow {
  readonly digest: string | undefined;
  /** Absent after a write: rows are read as they are stored, not as they were handed over. */
  readonly decoded?: { readonly value: unknown } | undefined;
}

/** The known rows of one table, by name. */
export interface KnownRows {
  get(name: string): KnownRow | undefined;
  /** What was read. */
  learn(name: string, row: KnownRow): void;
  /** What was written: it is forgotten if the transaction, or this part of it, is undone. */
  change(name: string, row: KnownRow): void;
}

/** The known rows of a store. */
export interface RowCache {
  table(): KnownRows;
  /** From here on changes can be undone. */
  open(): void;
  /** Keeps the changes since the last `open`. */
  keep(): void;
  /** Forgets what was changed since the last `open`. */
  undo(): void;
  /** Forgets all rows, since others have changed the store. */
  clear(): void;
}

/** Beyond this number, rows are no longer added. */
const MOST_ROWS = 4096;

export function newRowCache(): RowCache {
  const tables: Map<string, KnownRow>[] = [];
  /** What was changed and can still be undone, and where each `open` began. */
  const journal: Change[] = [];
  const marks: number[] = [];
  let size = 0;

  function set(rows: Map<string, KnownRow>, name: string, row: KnownRow): void {
    if (!rows.has(name)) {
      if (size >= MOST_ROWS) return;
      size += 1;
    }
    rows.set(name, row);
  }

  function clear(): void {
    for (const rows of tables) rows.clear();
    size = 0;
  }

  return {
    table() {
      const rows = new Map<string, KnownRow>();
      tables.push(rows);
      return {
        get: (name) => rows.get(name),
        learn: (name, row) => set(rows, name, row),
        change(name, row) {
          set(rows, name, row);
          if (marks.length > 0) journal.push({ rows, name });
        },
      };
    },
    open() {
      // Rows of long ago make room for those of today.
      if (marks.length === 0 && size >= MOST_ROWS) clear();
      marks.push(journal.length);
    },
    keep() {
      marks.pop();
      if (marks.length === 0) journal.length = 0;
    },
    undo() {
      const mark = marks.pop() ?? 0;
      for (const { rows, name } of journal.slice(mark)) if (rows.delete(name)) size -= 1;
      journal.length = mark;
    },
    clear,
  };
}

interface Change {
  readonly rows: Map<string, KnownRow>;
  readonly name: string;
}
