/** When time changes a key by itself. */

import type { Tx } from '../store/tables.ts';

/** Whether a deadline has passed that nobody has acted on. It reads one row, and for almost every call none is due. */
export function isDeadlinePassed(nowMs: number, { kmsNextDeadline }: Pick<Tx, 'kmsNextDeadline'>): boolean {
  const nextMs = kmsNextDeadline.get(['next']);
  return nextMs !== undefined && nextMs <= nowMs;
}
