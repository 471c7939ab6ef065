/** Matches a LookupEvents request's attribute, by its exact value: CloudTrail API Reference, LookupAttribute. */

import type { LookupAttribute } from '../api/model/cloudtrail.types.ts';
import { operationFacts } from '../api/operation-facts.ts';
import type { CallRecord } from '../store/records/call.ts';
import { cloudTrailEvent } from './event.ts';
import { eventSource } from './event-facts.ts';
import { namesOf, usernameOf } from './lookup-resources.ts';

export function isLookedFor(record: CallRecord, { AttributeKey, AttributeValue }: LookupAttribute): boolean {
  switch (AttributeKey) {
    case 'EventId':
      return record.eventId === AttributeValue;
    case 'EventName':
      return operationFacts(record.service, record.operation).loggedAs === AttributeValue;
    case 'ReadOnly':
      return String(cloudTrailEvent(record).readOnly) === AttributeValue;
    case 'Username':
      return usernameOf(record) === AttributeValue;
    case 'ResourceType':
      return record.resources.some(({ type }) => type === AttributeValue);
    case 'ResourceName':
      return record.resources.some((resource) => namesOf(resource).includes(AttributeValue));
    case 'EventSource':
      return eventSource(record.service) === AttributeValue;
    case 'AccessKeyId':
      return record.caller.accessKeyId === AttributeValue;
  }
}
