/** The examination of a whole table: every row's tag, and whether the rows are all and only those that were written. */

import type { ReadTransaction } from './lmdb.ts';
import { decodedBody, keyOf, type RowReading } from './lmdb-table.ts';
import { hasTag, rowNameOf, TAG_BYTES } from './row-seal.ts';
import { addTo, type TableSum } from './row-sums.ts';
import type { Row, TableKey } from './table.ts';

/** What was found in a table. */
export interface TableAudit {
  /** The rows that there are. */
  readonly count: number;
  /** The rows that there should be; of a table that is not counted, those that there are. */
  readonly expected: number;
  /** The keys of the rows that are not what was written. */
  readonly damaged: readonly TableKey[];
  /** Whether the rows are just those that were written last: none is missing, doubled or from an older state. */
  readonly isWhole: boolean;
}

/** Sorts before every key, while lmdb begins a range after those that begin with a byte below 5. */
const FIRST = [Buffer.of(0)];

/** The number of rows between two pauses. */
const PAUSE = 1000;

/**
 * Examines a table as it was at one moment, or as it is now, and hands over each row that is what was written. It
 * pauses, so that others get their turn; the last result is what counts.
 */
export function* auditTable(
  { database, declaration, seal, encoder }: RowReading,
  { count: expected, sum: expectedSum }: TableSum,
  transaction: ReadTransaction | undefined,
  onRow: (row: Row<TableKey, unknown>) => void,
): Generator<void, TableAudit> {
  const sum = new Uint32Array(expectedSum.length);
  const damaged: TableKey[] = [];
  let count = 0;
  for (const { key: found, value } of database.getRange({ start: FIRST, transaction })) {
    const key = keyOf(found);
    // The database was opened for bytes.
    const bytes = value as Uint8Array;
    const stored = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const body = stored.subarray(0, Math.max(0, stored.length - TAG_BYTES));
    const row = seal.digest(declaration.name, rowNameOf(key), body);
    const isGenuine = stored.length >= TAG_BYTES && hasTag(stored, stored.length, row);
    const read = isGenuine ? decoded(body, declaration, encoder) : undefined;
    addTo(sum, row);
    count += 1;
    if (read) onRow({ key, value: read.value });
    else damaged.push(key);
    if (count % PAUSE === 0) yield;
  }
  if (declaration.isTransient) return { count, expected: count, damaged, isWhole: damaged.length === 0 };
  const isRight = count === expected && sum.every((limb, i) => limb === expectedSum[i]);
  return { count, expected, damaged, isWhole: isRight && damaged.length === 0 };
}

/** Undefined if the body is not one of a row of this table, whoever has written it. */
function decoded(
  body: Buffer,
  declaration: RowReading['declaration'],
  encoder: RowReading['encoder'],
): { readonly value: unknown } | undefined {
  try {
    return { value: decodedBody(body, declaration, encoder) };
  } catch {
    return undefined;
  }
}
