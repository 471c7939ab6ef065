/** The value of a quota, as it is typed. */

import { UsageError } from '../../../api/errors.ts';

/** Service Quotas API Reference, ServiceQuota, Value. */
const MOST = 10_000_000_000;

/**
 * A rate in requests a second, or a number of things.
 * @throws UsageError for anything else; a rate cannot be between two whole numbers, since no second has half a request.
 */
export function quotaValue(text: string, kind: 'rate' | 'resource'): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const isFraction = kind === 'rate' && value > 0 && value < 1;
  if (value <= MOST && (Number.isInteger(value) || isFraction)) return value;
  throw new UsageError(
    kind === 'rate'
      ? `a rate takes a whole number of requests a second, at most ${MOST}, or a fraction such as 0.5 for one in 2 seconds, not "${text}"`
      : `this quota takes a whole number, at most ${MOST}, not "${text}"`,
  );
}
