/** An event as a lookup answers it, with the whole record as text: CloudTrail API Reference, Event. */

import type { Event } from '../api/model/cloudtrail.types.ts';
import type { CallRecord } from '../store/records/call.ts';
import { cloudTrailEvent } from './event.ts';
import { lookupResources, usernameOf } from './lookup-resources.ts';

/** The entry of a call's event, as the record's account receives it. */
export function eventEntry(record: CallRecord): Event {
  const event = cloudTrailEvent(record);
  const username = usernameOf(record);
  const accessKeyId = record.caller.accountId === record.recipient ? record.caller.accessKeyId : undefined;
  return {
    EventId: event.eventID,
    EventName: event.eventName,
    // A string, not a boolean.
    ReadOnly: String(event.readOnly),
    ...(accessKeyId !== undefined && { AccessKeyId: accessKeyId }),
    EventTime: new Date(event.eventTime),
    EventSource: event.eventSource,
    ...(username !== undefined && { Username: username }),
    Resources: lookupResources(record),
    CloudTrailEvent: JSON.stringify(event),
  };
}
