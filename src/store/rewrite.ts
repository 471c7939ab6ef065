/** Writes all rows of a store anew in the current transaction: in another form, or under another key. */

import { type Databases, declarationOf, type TableName, tableNames } from './databases.ts';
import type { Encoder } from './lmdb.ts';
import { bodyOf } from './lmdb-table.ts';
import { type RowSeal, rowNameOf } from './row-seal.ts';
import { newRowSums, type RowSums } from './row-sums.ts';
import type { Row, TableKey } from './table.ts';
import type { Tx } from './tables.ts';

/** What rows are written with. */
export interface Rewriting {
  readonly databases: Databases;
  readonly encoder: Encoder;
  readonly seal: RowSeal;
  /** A row as it is to be written. */
  readonly renewed: (table: TableName, row: Row<TableKey, unknown>) => unknown;
}

/** Writes the rows of every table, which `rowsOf` reads. @returns their sums, for the header. */
export function rewriteRows(
  rowsOf: (table: TableName) => Iterable<Row<TableKey, unknown>>,
  { databases, encoder, seal, renewed }: Rewriting,
): RowSums {
  const sums = newRowSums(seal);
  for (const table of tableNames) {
    const declaration = declarationOf(table);
    for (const row of rowsOf(table)) {
      const body = bodyOf(renewed(table, row), declaration, encoder);
      const sealed = seal.seal(declaration.name, rowNameOf(row.key), body);
      databases[table].putSync(row.key, sealed.stored);
      if (!declaration.isTransient) sums.add(declaration.name, sealed.digest);
    }
  }
  return sums;
}

/** The rows read at a time: a range must not be changed while it is read. */
const PAGE = 500;

/** The rows of a table, which may be changed while they are read. */
export function* pagedRows(tx: Tx, table: TableName): Generator<Row<TableKey, unknown>, void> {
  let after: TableKey | undefined;
  do {
    const page = [...tx[table].range({ start: after as never, after: after !== undefined, limit: PAGE })];
    yield* page;
    after = page.at(-1)?.key;
  } while (after !== undefined);
}
