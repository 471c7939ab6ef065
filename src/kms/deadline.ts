/** Checks for changes that happen to keys as time passes. */

import type { Tx } from '../store/tables.ts';

/**
 * Whether a deadline has passed and its change is not applied yet. It reads one row; for almost every call nothing is
 * due.
 */
export function isDeadlinePassed(nowMs: number, { kmsNextDeadline }: Pick<Tx, 'kmsNextDeadline'>): boolean {
  const nextMs = kmsNextDeadline.get(['next']);
  return nextMs !== undefined && nextMs <= nowMs;
}
