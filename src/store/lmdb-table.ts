/** A table over one LMDB database: rows by key and in ranges, and what is said of one that cannot be read. */

import type { Database } from './lmdb.ts';
import type { KeyRange, Row, Table, TableDeclaration, TableKey } from './table.ts';

/** Describes a row that cannot be read; a range does not know which one it is. */
export type Unreadable = (error: unknown, key?: TableKey) => unknown;

/** The table over an LMDB database. The rows of a log are JSON text, appended while they come in order of their keys. */
export function bindTable(
  database: Database,
  { isLog = false }: TableDeclaration<TableKey, unknown>,
  unreadable: Unreadable,
): Table<TableKey, unknown> {
  const parse = isLog ? parsedText : (row: unknown) => row;
  return {
    get(key) {
      try {
        return parse(database.get(key));
      } catch (error) {
        throw unreadable(error, key);
      }
    },
    put(key, value) {
      const row = isLog ? JSON.stringify(value) : value;
      if (isLog && database.putSync(key, row, APPENDED)) return;
      database.putSync(key, row);
    },
    remove: (key) => database.removeSync(key),
    range: (range = {}) => rows(database, parse, unreadable, range),
    under: (prefix, range = {}) =>
      rows(database, parse, unreadable, { start: prefix, ...range }, [...prefix, AFTER_ALL]),
  };
}

const APPENDED = { append: true };

/** @throws Error if the row is not JSON text. */
function parsedText(row: unknown): unknown {
  if (row === undefined) return undefined;
  const value: unknown = typeof row === 'string' ? JSON.parse(row) : undefined;
  if (!Array.isArray(value)) throw new Error('not the text of an array');
  return value;
}

/** Sorts after every string and number as the last part of a key. */
const AFTER_ALL = Buffer.from([255]);

function* rows(
  database: Database,
  parse: (row: unknown) => unknown,
  unreadable: Unreadable,
  { start, end: wantedEnd, after, reverse, limit }: KeyRange,
  end: readonly (string | number | Buffer)[] | undefined = wantedEnd,
): Iterable<Row<TableKey, unknown>> {
  const range = reverse
    ? { start: end ?? [AFTER_ALL], end: start, exclusiveStart: true, inclusiveEnd: true, reverse, limit }
    : { start, end, exclusiveStart: after === true, limit };
  try {
    for (const { key, value } of database.getRange(range)) {
      // LMDB returns a key of one part as that part alone. Only strings and numbers are ever stored.
      yield { key: (Array.isArray(key) ? key : [key]) as TableKey, value: parse(value) };
    }
  } catch (error) {
    throw unreadable(error);
  }
}
