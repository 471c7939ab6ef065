/** A ledger in tables of the store, in which a torn transaction would show. */

import { getFact, putFact } from '../../src/store/facts.ts';
import type { Tx } from '../../src/store/tables.ts';

const BULK = 'x'.repeat(3000);
const ACCOUNT = '111122223333';

/** Adds one to the count of all writers, and two rows of this one; they are large, so that pages split. */
export function addOne(tx: Tx, writer: string, turn: number): void {
  const count = getFact(tx, 'refused')?.count ?? 0;
  putFact(tx, 'refused', { count: count + 1 });
  tx.objectData.put([writer, String(turn).padStart(8, '0'), ''], Buffer.from(`${count} ${BULK}`));
  tx.bucketsByOwner.put([ACCOUNT, `${writer} ${turn}`], true);
}

export interface Ledger {
  readonly count: number;
  /** Turns of each writer, in order. */
  readonly turns: ReadonlyMap<string, readonly number[]>;
  /** The count that each row was written at, from the lowest. */
  readonly counts: readonly number[];
  readonly secondRows: number;
}

export function readLedger(tx: Tx): Ledger {
  const turns = new Map<string, number[]>();
  const counts: number[] = [];
  for (const { key, value } of tx.objectData.range()) {
    const [writer, turn] = key;
    turns.set(writer, [...(turns.get(writer) ?? []), Number(turn)]);
    counts.push(Number(Buffer.from(value).toString().split(' ')[0]));
  }
  return {
    count: getFact(tx, 'refused')?.count ?? 0,
    turns,
    counts: counts.sort((a, b) => a - b),
    secondRows: [...tx.bucketsByOwner.range()].length,
  };
}
