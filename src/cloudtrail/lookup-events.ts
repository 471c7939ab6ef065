/**
 * LookupEvents: the management events of one account and region in the last 90 days of the store's clock, or as long as
 * they are kept, newest first. CloudTrail User Guide, "Working with CloudTrail event history"; CloudTrail API Reference, LookupEvents.
 */

import { DAY_MS } from '../api/duration.ts';
import { AwsError } from '../api/errors.ts';
import type { LookupEventsRequest } from '../api/model/cloudtrail.types.ts';
import { callAt, managementCalls } from '../call/call-log.ts';
import { eventTimeMs } from '../call/event-id.ts';
import { type Call, operation } from '../call/operation.ts';
import { callerAccount } from '../policy/caller.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { KeyRange } from '../store/table.ts';
import { isManagementEvent } from './event.ts';
import { eventEntry } from './event-entry.ts';
import { wholeSeconds } from './event-time.ts';
import { isLookedFor } from './lookup-attribute.ts';
import { decodeToken, encodeToken, type Position } from './lookup-token.ts';

export const HISTORY_MS = 90 * DAY_MS;
const MAX_RESULTS = 50;

/**
 * The maximum number of records that one call reads, so that a search for rare events does not take long; the next
 * token continues from there.
 */
const READ_AT_ONCE = 10_000;

/** Finds management events by time and by one attribute. */
export const LookupEvents = operation('cloudtrail', 'LookupEvents', {
  resolve(input, call) {
    const { LookupAttributes = [], EventCategory, MaxResults = MAX_RESULTS, NextToken } = input;
    if (LookupAttributes.length > 1) {
      throw new AwsError('InvalidLookupAttributesException', 'You can specify only one lookup attribute.');
    }
    if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > MAX_RESULTS) {
      throw new AwsError('InvalidMaxResultsException', 'The number of results must be between 1 and 50.');
    }
    const account = callerAccount(call.caller);
    if (account === undefined) throw new AwsError('AccessDeniedException', 'Only an account has an event history.');
    return {
      account,
      limit: MaxResults,
      attribute: LookupAttributes[0],
      window: windowOf(input, call),
      after: NextToken === undefined ? undefined : decodeToken(NextToken, input),
      // There are no Insights events, since AWS finds nothing unusual here.
      isEmpty: EventCategory !== undefined,
    };
  },
  authorize: ({ account }) => [{ action: 'cloudtrail:LookupEvents', resource: '*', owner: account }],
  run({ account, limit, attribute, window, after, isEmpty }, input, call) {
    if (isEmpty) return { Events: [] };
    const matches = (record: CallRecord) => isManagementEvent(record) && (!attribute || isLookedFor(record, attribute));
    if (attribute?.AttributeKey === 'EventId') {
      const record = recordById(attribute.AttributeValue, account, call);
      const isInside = record && record.timeMs >= window.fromMs && record.timeMs < window.beforeMs;
      return { Events: isInside && matches(record) ? [eventEntry(record)] : [] };
    }
    const range: KeyRange = {
      start: [account, call.region, window.fromMs],
      end: after ? [account, call.region, ...after] : [account, call.region, window.beforeMs],
      reverse: true,
    };
    const found: CallRecord[] = [];
    let read = 0;
    let last: Position | undefined;
    for (const { key, value } of managementCalls(range, call.tx)) {
      if (found.length === limit || read === READ_AT_ONCE) {
        return { Events: found.map(eventEntry), ...(last && { NextToken: encodeToken(last, input) }) };
      }
      const [, , timeMs, eventId] = key;
      last = [timeMs, eventId];
      read += 1;
      if (matches(value)) found.push(value);
    }
    return { Events: found.map(eventEntry) };
  },
});

/** Half-open, in milliseconds. */
function windowOf({ StartTime, EndTime }: LookupEventsRequest, { now, settings }: Call) {
  if (StartTime && EndTime && StartTime > EndTime) {
    throw new AwsError('InvalidTimeRangeException', 'The start time must be before the end time.');
  }
  const oldest = now.getTime() - Math.min(HISTORY_MS, settings.keepManagementMs);
  const { fromMs, beforeMs } = wholeSeconds(StartTime?.getTime() ?? oldest, (EndTime ?? now).getTime());
  return { fromMs: StartTime ? Math.max(fromMs, oldest) : oldest, beforeMs };
}

function recordById(eventId: string, account: string, { tx, region }: Call): CallRecord | undefined {
  const timeMs = eventTimeMs(eventId);
  return timeMs === undefined ? undefined : callAt([account, region, timeMs, eventId], tx);
}
