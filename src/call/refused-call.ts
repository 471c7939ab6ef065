/** Finds what is kept about a call by the id of its event, for `explain event`. */

import { regions } from '../api/regions.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { Refusal } from '../store/records/refusal.ts';
import type { Tx } from '../store/tables.ts';
import { callFamily } from './call-family.ts';
import { callAt } from './call-log.ts';
import { eventTimeMs } from './event-id.ts';
import { keptRefusals } from './refusals.ts';

export type FoundCall =
  /** It was refused, or was made by the call that was refused because of it. `call` is absent if its record is gone. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly call: CallRecord | undefined }
  /** It reported refusals of calls that it made in its own answer. */
  | { readonly kind: 'reporting'; readonly call: CallRecord; readonly refusals: readonly Refusal[] }
  /** No refusal of it is kept: either it was not refused, or too many others have been refused since. */
  | { readonly kind: 'recorded'; readonly call: CallRecord };

/** Looks in the whole store: an event id is the same in every account and region. Undefined if there is no such event. */
export function findCall(eventId: string, tx: Tx): FoundCall | undefined {
  const call = recordOf(eventId, tx);
  const kept = keptRefusals(tx);
  // Another account that receives the call has an event of its own with the same request id.
  const own = kept.find((each) => each.eventId === eventId || (call && each.requestId === call.requestId));
  if (own) return { kind: 'refused', refusal: own, call };
  if (!call) return undefined;
  const refusals = kept.filter(({ within }) => within === call.requestId);
  if (refusals.length > 0) return { kind: 'reporting', call, refusals };
  const outer = call.error && outerRefusal(call, kept, tx);
  return outer ? { kind: 'refused', refusal: outer, call } : { kind: 'recorded', call };
}

/** The refusal of the call that made this one. */
function outerRefusal(call: CallRecord, kept: readonly Refusal[], tx: Tx): Refusal | undefined {
  if (call.within === undefined) return undefined;
  const known = kept.find(({ requestId }) => requestId === call.within);
  if (known) return known;
  const outer = callFamily(call.eventId, [call.recipient, call.region], tx)?.outer;
  // Rows of older versions of ssebox do not have a request id.
  return outer && kept.find(({ eventId, requestId }) => requestId === undefined && eventId === outer.eventId);
}

function recordOf(eventId: string, tx: Tx): CallRecord | undefined {
  const timeMs = eventTimeMs(eventId);
  if (timeMs === undefined) return undefined;
  for (const { key } of tx.accounts.range()) {
    for (const region of regions) {
      const call = callAt([key[0], region, timeMs, eventId], tx);
      if (call) return call;
    }
  }
  return undefined;
}
