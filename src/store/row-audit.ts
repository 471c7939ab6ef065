/** The examination of a whole table: every row's tag, and whether the rows are all and only those that were written. */

import type { ReadTransaction } from './lmdb.ts';
import type { RowReading } from './lmdb-table.ts';
import { keyOf } from './lmdb-table.ts';
import { hasTag, rowNameOf, TAG_BYTES } from './row-seal.ts';
import { addTo, type TableSum } from './row-sums.ts';
import type { TableKey } from './table.ts';

/** What was found in a table. */
export interface TableAudit {
  /** The rows that there are. */
  readonly count: number;
  /** The rows that there should be. */
  readonly expected: number;
  /** The keys of the rows that are not what was written. */
  readonly damaged: readonly TableKey[];
  /** Whether the rows are just those that were written last: none is missing, doubled or from an older state. */
  readonly isWhole: boolean;
}

/** The number of rows between two pauses. */
const PAUSE = 1000;

/** Examines a table as it was at one moment. It pauses, so that others get their turn; the last result is what counts. */
export function* auditTable(
  { database, declaration, seal }: RowReading,
  { count: expected, sum: expectedSum }: TableSum,
  transaction: ReadTransaction,
): Generator<void, TableAudit> {
  const sum = new Uint32Array(expectedSum.length);
  const damaged: TableKey[] = [];
  let count = 0;
  for (const { key: found, value } of database.getRange({ transaction })) {
    const key = keyOf(found);
    // The database was opened for bytes.
    const bytes = value as Uint8Array;
    const stored = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const row = seal.digest(
      declaration.name,
      rowNameOf(key),
      stored.subarray(0, Math.max(0, stored.length - TAG_BYTES)),
    );
    if (stored.length < TAG_BYTES || !hasTag(stored, stored.length, row)) damaged.push(key);
    addTo(sum, row);
    count += 1;
    if (count % PAUSE === 0) yield;
  }
  const isRight = declaration.isTransient || (count === expected && sum.every((limb, i) => limb === expectedSum[i]));
  return { count, expected, damaged, isWhole: isRight && damaged.length === 0 };
}
