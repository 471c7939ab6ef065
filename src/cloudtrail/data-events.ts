/**
 * The data events that the store keeps, whether a trail wants them or not. LookupEvents never answers with them, so
 * whoever shows them has to require its permission first.
 */

import type { AccountId } from '../api/arn.ts';
import type { Event, LookupAttribute } from '../api/model/cloudtrail.types.ts';
import type { Region } from '../api/regions.ts';
import { dataCalls } from '../call/call-log.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { CallKey, Tx } from '../store/tables.ts';
import { isDataEvent, withBucket } from './event.ts';
import { eventEntry } from './event-entry.ts';
import { wholeSeconds } from './event-time.ts';
import { isLookedFor } from './lookup-attribute.ts';

/** The wanted data events of an account in a region. */
export interface DataEventQuery {
  readonly account: AccountId;
  readonly region: Region;
  /** Times as LookupEvents takes them, in milliseconds: both are included, in whole seconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** An event must have all of them. A key has the calls about the objects that are encrypted under it, too. */
  readonly attributes: readonly LookupAttribute[];
  /** Only refused calls. */
  readonly isRefused: boolean;
}

/** Some of the events, newest first. */
export interface DataEventPage {
  readonly events: readonly Event[];
  /** The key of the last row read, from which the next page continues; undefined after the last page. */
  readonly last: CallKey | undefined;
}

const MOST_FOUND = 200;
/** So that no transaction takes long when wanted events are rare. */
const MOST_READ = 10_000;

/** Reads the next page before a key; before the end of the time if that is undefined. */
export function dataEventPage(query: DataEventQuery, before: CallKey | undefined, tx: Tx): DataEventPage {
  const { account, region, startMs, endMs } = query;
  const { fromMs, beforeMs } = wholeSeconds(startMs, endMs);
  const range = { start: [account, region, fromMs], end: before ?? [account, region, beforeMs], reverse: true };
  const events: Event[] = [];
  let read = 0;
  for (const { key, value } of dataCalls(range, tx)) {
    // A bucket has the calls about its objects, as an event lists both.
    const call = { ...value, resources: withBucket(value.resources) };
    if (isWanted(call, query)) events.push(eventEntry(call));
    read += 1;
    if (events.length === MOST_FOUND || read === MOST_READ) return { events, last: key };
  }
  return { events, last: undefined };
}

function isWanted(call: CallRecord, { attributes, isRefused }: DataEventQuery): boolean {
  if (!isDataEvent(call) || (isRefused && call.error === undefined)) return false;
  return attributes.every((attribute) => isLookedFor(call, attribute) || isOfKey(call, attribute));
}

const isOfKey = ({ keyArn }: CallRecord, { AttributeKey, AttributeValue }: LookupAttribute): boolean =>
  AttributeKey === 'ResourceName' && keyArn !== undefined && keyArn === AttributeValue;
