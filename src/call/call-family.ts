/** A call with the call that made it and the calls that it made. */

import type { CallRecord } from '../store/records/call.ts';
import type { CallKey, Tx } from '../store/tables.ts';
import { callAt, callRows } from './call-log.ts';
import { eventTimeMs } from './event-id.ts';

export interface CallFamily {
  readonly call: CallRecord;
  /** The call during which it was made. */
  readonly outer: CallRecord | undefined;
  /** The calls that it made, in order. */
  readonly inner: readonly CallRecord[];
}

/** Finds a call by its event id among those of an account in a region; undefined if there is none. */
export function callFamily(
  eventId: string,
  [account, region]: readonly [account: CallKey[0], region: CallKey[1]],
  tx: Tx,
): CallFamily | undefined {
  const timeMs = eventTimeMs(eventId);
  const call = timeMs === undefined ? undefined : callAt([account, region, timeMs, eventId], tx);
  if (!call) return undefined;
  const under = [account, region];
  // A call is recorded when it ends, so the calls that it made are recorded before, while it worked.
  const start = [...under, call.timeMs - Math.ceil(call.durationMs) - LEEWAY_MS];
  const end = [...under, call.timeMs + 1];
  const before = Array.from(callRows({ start, end }, tx), ({ value }) => value);
  return { call, outer: outerOf(call, tx), inner: before.filter(({ within }) => within === call.requestId) };
}

/** Durations and the store's time come from different clocks. */
const LEEWAY_MS = 1000;
const MOST_READ = 10_000;

function outerOf({ within, recipient, region, timeMs }: CallRecord, tx: Tx): CallRecord | undefined {
  if (within === undefined) return undefined;
  const wanted = { under: [recipient, region], start: [recipient, region, timeMs], limit: MOST_READ };
  for (const { value } of callRows(wanted, tx)) if (value.requestId === within) return value;
  return undefined;
}
