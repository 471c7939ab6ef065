/** The records of calls as they are kept, for the audit log and for whoever looks back. */

import type { View } from './view.ts';

/** Keeps every record. */
export const keepRecord: View = (record, tx) => {
  tx.calls.put([record.recipient, record.region, record.timeMs, record.eventId], record);
};
