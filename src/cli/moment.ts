/** A moment that an option names: how long ago it was, or a time. */

import { durationMs } from '../api/duration.ts';
import { UsageError } from '../api/errors.ts';
import { parseTimestamp } from './aws-input/timestamps.ts';

/**
 * The moment in milliseconds.
 * @param option its name, without the hyphens
 * @param also what else it takes, for its message
 * @throws UsageError for a text that is neither a duration nor a time
 */
export function momentOf(option: string, text: string, nowMs: number, also?: string): number {
  const ago = durationMs(text);
  // No store has anything from before 1970, and dates end somewhere.
  if (ago !== undefined) return Math.max(0, nowMs - ago);
  // A few digits are a forgotten unit, and not seconds since 1970.
  const time = /^\d{1,9}$/.test(text) ? undefined : parseTimestamp(text);
  if (time) return Math.max(0, time.getTime());
  throw new UsageError(
    `--${option} takes ${also === undefined ? '' : `${also}, `}a duration such as 90s, 15m, 12h or 30d, or a time such as 2030-01-01T12:00:00Z, not "${text}"`,
  );
}
