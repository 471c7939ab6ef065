/** Events as a person reads them: a line each, or a table of them. */

import type { Event } from '../../../api/model/cloudtrail.types.ts';
import type { Painter } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import { columns, rowLines } from '../columns.ts';

export type EventRecord = Readonly<Record<string, unknown>>;

/** CloudTrail returns the record as text. */
export function recordOf({ CloudTrailEvent = '{}' }: Event): EventRecord {
  const record: unknown = JSON.parse(CloudTrailEvent);
  return typeof record === 'object' && record !== null ? { ...record } : {};
}

/** One event in a line, if it fits: time, call, caller, outcome, resource and id. */
export const eventLines = (event: Event, width = Number.POSITIVE_INFINITY): string[] =>
  rowLines(eventCells(event), width, GIVE_WAY);

/** What an id stands for where it is chosen: call, caller and outcome, which fit beside it. */
export const eventAbout = (event: Event): string => eventCells(event).slice(1, 4).join('  ');

function eventCells(event: Event): string[] {
  const { errorCode, userIdentity } = recordOf(event);
  const service = invoker(userIdentity);
  const who = event.Username ?? '-';
  return [
    timeText(event.EventTime),
    `${event.EventSource?.split('.')[0]} ${event.EventName}`,
    service !== undefined && event.Username !== undefined ? `${who} via ${service}` : who,
    typeof errorCode === 'string' ? errorCode : 'ok',
    event.Resources?.[0]?.ResourceName ?? '',
    event.EventId ?? '',
  ];
}

/** The service that called for the caller: `s3` of `fas.s3.amazonaws.com`. */
function invoker(identity: unknown): string | undefined {
  if (typeof identity !== 'object' || identity === null || !('invokedBy' in identity)) return undefined;
  return String(identity.invokedBy)
    .replace(/^fas\./, '')
    .split('.')[0];
}

/** The end of an id is enough for `trail show`, which knows the resource, too. */
const GIVE_WAY = [
  [4, 'shortened', 12],
  [5, 'shortened', 13],
  [5, 'shortened', 6],
  [4, 'dropped'],
] as const;

/** The table of a page, or a line that there are none. */
export function eventsPage(events: readonly Event[], painter: Painter): Shown[] {
  const headers = ['TIME', 'CALL', 'CALLER', 'OUTCOME', 'RESOURCE', 'EVENT'];
  return columns(headers, events.map(eventCells), 'no matching events', painter, GIVE_WAY);
}
