/**
 * Rows without their tags being checked: for copies, which need no key, and for stores of format 1, which had no tags.
 * What is read here is only counted, copied, or checked by other means.
 */

import { type Databases, declarationOf, perTable } from './databases.ts';
import type { Encoder, ReadTransaction } from './lmdb.ts';
import { decodedBody, keyOf, rangeOf } from './lmdb-table.ts';
import { TAG_BYTES } from './row-seal.ts';
import { damagedRow } from './store-error.ts';
import type { KeyRange, Row, Table, TableDeclaration, TableKey } from './table.ts';
import type { Tx } from './tables.ts';

/** Where rows are read. */
export interface Unchecked {
  readonly folder: string;
  readonly databases: Databases;
  readonly encoder: Encoder;
  readonly format: number;
  /** The moment; the current transaction if it is absent. */
  readonly transaction?: ReadTransaction | undefined;
}

/** Tables for reading only. They throw StoreError where a row cannot be decoded. */
export const uncheckedTables = (from: Unchecked): Tx =>
  perTable(from.databases, (database, name): Table<TableKey, unknown> => {
    const declaration = declarationOf(name);
    const { transaction } = from;
    const rowValue = (key: TableKey, stored: unknown): unknown => {
      try {
        // The database was opened for bytes.
        return decoded(Buffer.from(stored as Uint8Array), declaration, from);
      } catch (error) {
        throw damagedRow(from.folder, declaration.noun, key, error);
      }
    };
    const rows = function* (range: ReturnType<typeof rangeOf>): Iterable<Row<TableKey, unknown>> {
      for (const { key: found, value } of database.getRange(range)) {
        const key = keyOf(found);
        yield { key, value: rowValue(key, value) };
      }
    };
    return {
      get(key) {
        const stored = database.get(key, transaction && { transaction });
        return stored === undefined ? undefined : rowValue(key, stored);
      },
      tagOf: () => undefined,
      put: refuseWrite,
      remove: refuseWrite,
      range: (range: KeyRange = {}) => rows(rangeOf(range, transaction)),
      under: (prefix, range = {}) => rows(rangeOf({ start: prefix, ...range }, transaction, prefix)),
    };
  });

function decoded(
  stored: Buffer,
  declaration: TableDeclaration<TableKey, unknown>,
  { encoder, format }: Unchecked,
): unknown {
  if (format !== 1) return decodedBody(stored.subarray(0, stored.length - TAG_BYTES), declaration, encoder);
  const value = encoder.decode(stored);
  // In format 1 the text of a log's row was in MessagePack, too.
  return declaration.isLog ? decodedBody(Buffer.from(String(value)), declaration, encoder) : value;
}

function refuseWrite(): never {
  throw new TypeError('rows that are not checked cannot be changed');
}
