/** Every table of a store: what is kept, under which key, can be read on this page. */

import type { AccountId } from '../api/arn.ts';
import type { CallRecord } from '../api/call-record.ts';
import type { Refusal } from '../api/refusal.ts';
import type { Region } from '../api/regions.ts';
import { type Table, type TableDeclaration, table } from './table.ts';

/** Facts about the store as a whole: one row a fact. */
export interface MetaRows {
  /** The format that this store is written in. */
  readonly format: { readonly version: number };
  /** How many calls were ever refused; the last ones are in `refusals`. */
  readonly refused: { readonly count: number };
  /** How far the store's clock is from the machine's, in milliseconds; or where it stands still. */
  readonly clock: { readonly offsetMs: number } | { readonly frozenAtMs: number };
}

export const tables = {
  /** name of the fact → the fact. */
  meta: table<[keyof MetaRows], MetaRows[keyof MetaRows]>('meta'),
  /** recipient account, region, time in ms, event id → what happened in a call. */
  calls: table<[AccountId, Region, number, string], CallRecord>('calls'),
  /** place in a ring → one of the last refused calls, with what decided it. */
  refusals: table<[number], Refusal>('refusals'),
};

/** A transaction: the tables, readable and writable, with what the transaction itself wrote. */
export type Tx = {
  readonly [Name in keyof typeof tables]: (typeof tables)[Name] extends TableDeclaration<infer K, infer V>
    ? Table<K, V>
    : never;
};
