/**
 * A table of an overlay: the rows of a store as they were at one moment, with changes on top that are only in memory.
 */

import { rowNameOf } from './row-seal.ts';
import type { KeyPart, KeyRange, Row, Table, TableKey } from './table.ts';

/** Beyond this number, rows of a table are read again. */
const MOST_READ = 4096;

/** A row of the overlay; `value` is undefined if the row was removed. */
interface Laid {
  readonly key: TableKey;
  readonly value: { readonly of: unknown } | undefined;
}

/**
 * Lays changes over a table, whose rows stay as they are.
 * @param stored a value as it reads after it was stored
 * @param changed takes how each change is undone; of several, the last one first
 * @returns the table, and `forget`, which undoes all changes at once
 */
export function overlayTable(
  base: Pick<Table<TableKey, unknown>, 'get' | 'tagOf' | 'range' | 'under'>,
  stored: (value: unknown) => unknown,
  changed: (undo: () => void) => void,
): { readonly table: Table<TableKey, unknown>; forget(): void } {
  const laid = new Map<string, Laid>();
  /** Their keys, in order. */
  const keys: TableKey[] = [];
  /** What was read of the table, which does not change: calls read the same few rows over and over. */
  const read = new Map<string, unknown>();

  function lay(name: string, row: Laid): void {
    const before = laid.get(name);
    changed(() => restore(name, row.key, before));
    if (!before) keys.splice(placeOf(row.key, keys), 0, row.key);
    laid.set(name, row);
  }

  function restore(name: string, key: TableKey, before: Laid | undefined): void {
    if (before) {
      laid.set(name, before);
      return;
    }
    laid.delete(name);
    keys.splice(placeOf(key, keys), 1);
  }

  function get(key: TableKey): unknown {
    const name = rowNameOf(key);
    const row = laid.get(name);
    return row ? row.value?.of : below(name, key);
  }

  function below(name: string, key: TableKey): unknown {
    const known = read.get(name);
    if (known !== undefined || read.has(name)) return known;
    const value = base.get(key);
    // Plain bytes are an object's ciphertext: large, seldom read twice, and their memory may be freed.
    if (read.size < MOST_READ && !(value instanceof Uint8Array)) read.set(name, value);
    return value;
  }

  /** The rows of the overlay in a range as they are now, without those that were removed. */
  function laidIn(
    { start, end, after = false, reverse = false }: KeyRange,
    prefix: TableKey,
  ): Row<TableKey, unknown>[] {
    const rows: Row<TableKey, unknown>[] = [];
    const from = start ?? prefix;
    for (let at = placeOf(from, keys); at < keys.length; at += 1) {
      const key = keys[at] ?? [];
      if (!startsWith(key, prefix) || (end && compareKeys(key, end) >= 0)) break;
      if (after && !reverse && compareKeys(key, from) === 0) continue;
      const value = laid.get(rowNameOf(key))?.value;
      if (value) rows.push({ key, value: value.of });
    }
    return reverse ? rows.reverse() : rows;
  }

  /** Rows of the table and the overlay, which are both in order, as one. */
  function* merged(
    below: Iterable<Row<TableKey, unknown>>,
    above: readonly Row<TableKey, unknown>[],
    { reverse = false, limit = Number.POSITIVE_INFINITY }: KeyRange,
  ): Iterable<Row<TableKey, unknown>> {
    const sign = reverse ? -1 : 1;
    let left = limit;
    let next = 0;
    if (left <= 0) return;
    for (const row of below) {
      for (let over = above[next]; over && sign * compareKeys(over.key, row.key) < 0; over = above[next]) {
        next += 1;
        yield over;
        if (--left <= 0) return;
      }
      if (laid.has(rowNameOf(row.key))) continue;
      yield row;
      if (--left <= 0) return;
    }
    yield* above.slice(next, next + left);
  }

  const table: Table<TableKey, unknown> = {
    get,
    tagOf: (key) => base.tagOf(key),
    put: (key, value) => lay(rowNameOf(key), { key, value: { of: stored(value) } }),
    remove(key) {
      if (get(key) === undefined) return false;
      lay(rowNameOf(key), { key, value: undefined });
      return true;
    },
    range: (wanted = {}) => merged(base.range(unlimited(wanted)), laidIn(wanted, []), wanted),
    under: (prefix, wanted = {}) => merged(base.under(prefix, unlimited(wanted)), laidIn(wanted, prefix), wanted),
  };
  return {
    table,
    forget() {
      laid.clear();
      keys.length = 0;
    },
  };
}

/** Rows of the table that the overlay hides do not count against a limit. */
const unlimited = (range: KeyRange): KeyRange => ({ ...range, limit: undefined });

/** The place of a key in a sorted list: of itself, or where it would be. */
function placeOf(key: TableKey, sorted: readonly TableKey[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(sorted[middle] ?? [], key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const startsWith = (key: TableKey, prefix: TableKey): boolean =>
  prefix.length <= key.length && prefix.every((part, i) => part === key[i]);

/** The order of LMDB's keys as this store writes them: part by part, numbers before strings. */
function compareKeys(a: TableKey, b: TableKey): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const order = compareParts(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareParts(a: KeyPart, b: KeyPart): number {
  if (a === b) return 0;
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
