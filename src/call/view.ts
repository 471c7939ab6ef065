/** Views of what happens: the audit log is one, and whatever counts or weighs calls is another. */

import type { CallRecord } from '../store/records/call.ts';
import type { Tx } from '../store/tables.ts';

/**
 * Sees the record of every call, of the calls within it and of what services do by themselves, once for each account
 * that receives it, in the transaction that the call is in: what a view writes is undone with it.
 */
export type View = (record: CallRecord, tx: Tx) => void;

/** Shows a record to every view. */
export function showTo(views: readonly View[], record: CallRecord, tx: Tx): void {
  for (const view of views) view(record, tx);
}
