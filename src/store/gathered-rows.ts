/**
 * Rows that calls change over and over, such as counters: within a transaction the changes are kept in memory, and each
 * row is written once before it commits. Reading, undoing and repeating parts of a transaction work as for other rows.
 */

import { rowNameOf } from './row-seal.ts';
import type { Table, TableKey } from './table.ts';

/** The gathered rows of a store. */
export interface GatheredRows {
  /**
   * A table whose changes are written to another one later. Its values must not be changed once they are put, unless
   * they are owned.
   */
  over(table: Table<TableKey, unknown>): Table<TableKey, unknown>;
  /** Writes all changes, before a commit. */
  write(): void;
  /** From here on changes can be undone. */
  open(): void;
  /** Keeps the changes since the last `open`. */
  keep(): void;
  /** Undoes the changes since the last `open`; what was written since then is undone in the table below, too. */
  undo(): void;
}

/** The change of a row that is not written yet; `value` is undefined if the row was removed. */
interface Change {
  readonly key: TableKey;
  readonly value: { readonly of: unknown } | undefined;
  /** The last `open` before it. */
  readonly since: Mark | undefined;
}

/** Where in the journal an `open` began. */
interface Mark {
  readonly at: number;
}

type Changes = Map<string, Change>;

export function newGatheredRows(): GatheredRows {
  const gathered: { readonly changes: Changes; readonly write: () => void }[] = [];
  /** What can still be undone, in order, and where each `open` began. */
  const journal: { readonly changes: Changes; readonly name: string; readonly before: Change | undefined }[] = [];
  const marks: Mark[] = [];

  function set(changes: Changes, name: string, key: TableKey, value: Change['value']): void {
    note(changes, name);
    changes.set(name, { key, value, since: marks.at(-1) });
  }

  /** Notes what a row was at the last `open`, with its first change after it: there may be hundreds more. */
  function note(changes: Changes, name: string): void {
    const since = marks.at(-1);
    const before = changes.get(name);
    if (since && (!before || before.since !== since)) journal.push({ changes, name, before });
  }

  function lay(changes: Changes, name: string, change: Change | undefined): void {
    if (change) changes.set(name, change);
    else changes.delete(name);
  }

  return {
    over(table) {
      const changes: Changes = new Map();

      function write(): void {
        for (const [name, { key, value }] of [...changes]) {
          if (value) table.put(key, value.of);
          else table.remove(key);
          note(changes, name);
          changes.delete(name);
        }
      }

      let lastKey: TableKey | undefined;
      let lastName = '';
      /** Who changes a row reads it before, by the same key. */
      function nameOf(key: TableKey): string {
        if (key === lastKey) return lastName;
        lastKey = key;
        lastName = rowNameOf(key);
        return lastName;
      }

      gathered.push({ changes, write });
      return {
        get(key) {
          const change = changes.get(nameOf(key));
          return change ? change.value?.of : table.get(key);
        },
        tagOf(key) {
          write();
          return table.tagOf(key);
        },
        owned(key) {
          const name = nameOf(key);
          const change = changes.get(name);
          const isStill = () =>
            change?.since !== undefined && change.since === marks.at(-1) && changes.get(name) === change;
          return change?.value && isStill() ? { value: change.value.of, isStill } : undefined;
        },
        put: (key, value) => set(changes, nameOf(key), key, { of: value }),
        remove(key) {
          const name = rowNameOf(key);
          const change = changes.get(name);
          const isThere = change ? change.value !== undefined : table.get(key) !== undefined;
          if (isThere) set(changes, name, key, undefined);
          return isThere;
        },
        // The rows of a range are in the order of the table below.
        range(range) {
          write();
          return table.range(range);
        },
        under(prefix, range) {
          write();
          return table.under(prefix, range);
        },
      };
    },
    write() {
      for (const { changes, write } of gathered) if (changes.size > 0) write();
    },
    open: () => void marks.push({ at: journal.length }),
    keep() {
      marks.pop();
      if (marks.length === 0) journal.length = 0;
    },
    undo() {
      const { at } = marks.pop() ?? { at: 0 };
      for (const { changes, name, before } of journal.splice(at).reverse()) lay(changes, name, before);
    },
  };
}
