/**
 * The rows of a store during its transactions: read and written with their tags, counted and summed, and undone
 * together. What is known of them outlives a transaction, as long as the sums say that nobody else has changed a row.
 */

import { type Databases, declarationOf, perTable } from './databases.ts';
import { newGatheredRows } from './gathered-rows.ts';
import type { ReadTransaction } from './lmdb.ts';
import { bindTable, type RowReading, type RowWriting, readTable } from './lmdb-table.ts';
import { type KnownRows, newRowCache } from './row-cache.ts';
import type { RowSeal } from './row-seal.ts';
import { newRowSums, type RowSums } from './row-sums.ts';
import { damagedRow, damagedSums } from './store-error.ts';
import type { Header } from './store-header.ts';
import type { Table, TableDeclaration, TableKey } from './table.ts';
import type { Tx } from './tables.ts';

/** Where the rows of a store are, and what they are checked with. */
export interface RowSource {
  readonly folder: string;
  readonly header: Header;
  readonly databases: Databases;
  readonly seal: RowSeal;
  /** What is thrown when the sums in the header do not have this key's tag. */
  readonly foreignSums: () => Error;
}

export interface Rows {
  /** Runs the work of a whole transaction. If it throws, what is known of the rows is as before. */
  run<T>(work: (tx: Tx) => T): T;
  /** Runs a part of it that can be undone alone. */
  part<T>(work: () => T): T;
  /** Runs work whose transactions are parts of one. */
  together<T>(work: () => Promise<T>): Promise<T>;
}

export function bindRows(source: RowSource): Rows {
  const { header, databases, seal } = source;
  const sums = newRowSums(seal);
  const cache = newRowCache();
  const gathered = newGatheredRows();
  const tx = perTable(databases, (database, name) => bind(declarationOf(name), database));

  function bind(
    declaration: TableDeclaration<TableKey, unknown>,
    database: RowReading['database'],
  ): Table<TableKey, unknown> {
    const table = bindTable({ ...readingOf(source, declaration, database), ...tracking(declaration) });
    return declaration.isGathered ? gathered.over(table) : table;
  }

  function tracking({ isTransient, isLog }: TableDeclaration<TableKey, unknown>): Pick<RowWriting, 'known' | 'sums'> {
    // Nobody would notice that others have changed rows that are not counted.
    if (isTransient) return { known: nothingKnown, sums: nothingCounted };
    // Nobody reads the new rows of a log soon, and they are many.
    return { known: isLog ? nothingKnown : cache.table(), sums };
  }

  /** The sums that `sums` and `cache` belong to, as they are stored. */
  let known: Buffer | undefined;

  function meetOthers(): void {
    const stored = storedSums(source);
    if (known?.equals(stored)) return;
    cache.clear();
    known = undefined;
    if (!sums.load(stored)) throw source.foreignSums();
    known = stored;
  }

  function open(): void {
    sums.open();
    cache.open();
    gathered.open();
  }

  function keep(): void {
    sums.keep();
    cache.keep();
    gathered.keep();
  }

  function undo(): void {
    sums.undo();
    cache.undo();
    gathered.undo();
  }

  function part<T>(work: () => T): T {
    open();
    try {
      const value = work();
      keep();
      return value;
    } catch (error) {
      undo();
      throw error;
    }
  }

  return {
    run(work) {
      meetOthers();
      return part(() => {
        const before = sums.changes();
        const value = work(tx);
        gathered.write();
        if (sums.changes() !== before) {
          known = sums.sealed();
          header.put('sums', known);
        }
        return value;
      });
    },
    part,
    async together(work) {
      meetOthers();
      open();
      try {
        const value = await work();
        keep();
        return value;
      } catch (error) {
        undo();
        throw error;
      }
    },
  };
}

const nothingKnown: KnownRows = { get: () => undefined, learn: () => {}, change: () => {} };
const nothingCounted: RowWriting['sums'] = { add: () => {}, subtract: () => {} };

/** The sums as of a moment. @throws Error if they are not what was stored. */
export function sumsOf(source: RowSource, transaction?: ReadTransaction): RowSums {
  const sums = newRowSums(source.seal);
  if (!sums.load(storedSums(source, transaction))) throw source.foreignSums();
  return sums;
}

/** The tables as of a moment, or as they are now, for reading only. */
export const readRows = (source: RowSource, transaction?: ReadTransaction): Tx =>
  perTable(source.databases, (database, name) =>
    readTable(readingOf(source, declarationOf(name), database), transaction),
  );

/** What the rows of a table are read with. */
export const readingOf = (
  { folder, header: { encoder }, seal }: RowSource,
  declaration: TableDeclaration<TableKey, unknown>,
  database: RowReading['database'],
): RowReading => ({
  database,
  declaration,
  encoder,
  seal,
  damaged: (key, cause) => damagedRow(folder, declaration.noun, key, cause),
});

function storedSums({ header, folder }: RowSource, transaction?: ReadTransaction): Buffer {
  const stored = header.get('sums', transaction);
  if (!stored) throw damagedSums(folder);
  return Buffer.from(stored.buffer, stored.byteOffset, stored.length);
}
