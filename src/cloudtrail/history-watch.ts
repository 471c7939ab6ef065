/** Detects growth of an event history without a lookup, which would be an event itself. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import { callRows, managementCalls } from '../call/call-log.ts';
import type { Tx } from '../store/tables.ts';

/** Whether there are new events since the last call. Lookups do not count. */
export type HistoryWatch = (tx: Tx) => boolean;

/** The watched events: those of an account in a region. */
interface Watched {
  readonly account: AccountId;
  readonly region: Region;
  /** Whether data events count, too, which the event history does not have. */
  readonly hasDataEvents: boolean;
}

/** Starts watching: existing events count as known. */
export function watchHistory({ account, region, hasDataEvents }: Watched, tx: Tx): HistoryWatch {
  const under = [account, region];
  const calls = hasDataEvents ? callRows : managementCalls;
  // Events of the same millisecond are ordered by their ids, not by their arrival.
  let known = new Set<string>();
  let knownMs = 0;
  for (const { key } of calls({ under, reverse: true }, tx)) {
    const [, , timeMs, eventId] = key;
    if (timeMs < knownMs) break;
    knownMs = timeMs;
    known.add(eventId);
  }
  return (tx) => {
    let hasGrown = false;
    for (const { key, value } of calls({ under, start: [account, region, knownMs] }, tx)) {
      const [, , timeMs, eventId] = key;
      if (known.has(eventId)) continue;
      if (timeMs > knownMs) known = new Set();
      knownMs = timeMs;
      known.add(eventId);
      hasGrown ||= value.operation !== 'LookupEvents';
    }
    return hasGrown;
  };
}
