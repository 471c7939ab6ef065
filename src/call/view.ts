/** Views of calls: the audit log is one, and everything that counts or prices calls is another. */

import type { CallRecord } from '../store/records/call.ts';
import type { Tx } from '../store/tables.ts';

/**
 * Receives the record of every call, of the calls within it and of what services do on their own, once for each account
 * that receives it, in the call's transaction: what a view writes is undone with the call.
 */
export type View = (record: CallRecord, tx: Tx, shown: Shown) => void;

/** How a record is shown. */
export interface Shown {
  /** The machine's clock, in milliseconds; the record has the store's, which may have been moved. */
  readonly machineMs: number;
  /** Whether it is the first of the copies that several accounts receive: what counts calls counts these. */
  readonly isFirst: boolean;
}

/**
 * Receives the first copy of a record when it has become known how far the response's body was read, in the transaction
 * that adds this to the stored record, if there is one.
 */
export type LateView = (amended: CallRecord, tx: Tx) => void;

/** Shows a record to every view. */
export function showTo(views: readonly View[], record: CallRecord, tx: Tx, shown: Shown): void {
  for (const view of views) view(record, tx, shown);
}
