/** Views of calls: the audit log is one, and everything that counts or prices calls is another. */

import type { CallRecord } from '../store/records/call.ts';
import type { Tx } from '../store/tables.ts';

/**
 * Receives the record of every call, of the calls within it and of what services do on their own, once for each account
 * that receives it, in the call's transaction: what a view writes is undone with the call.
 */
export type View = (record: CallRecord, tx: Tx) => void;

/** Shows a record to every view. */
export function showTo(views: readonly View[], record: CallRecord, tx: Tx): void {
  for (const view of views) view(record, tx);
}
