/** The events that match the options, newest first: those of the event history, and data events from the store. */

import type { Event } from '../../../api/model/cloudtrail.types.ts';
import { type DataEventPage, dataEventPage } from '../../../cloudtrail/data-events.ts';
import { storeNow } from '../../../store/clock.ts';
import { pages } from '../../pages.ts';
import type { Session } from '../../session.ts';
import { serviceSettings } from '../../settings.ts';
import { isWanted, type Wanted } from './filters.ts';

/**
 * Holds a page of each kind at a time.
 * @param from the start, instead of that of the options
 * @throws AwsError when the caller may not look up events, before any data event is read
 */
export async function* found(wanted: Wanted, session: Session, from?: Date): AsyncGenerator<Event> {
  const chosen = { ...wanted, start: from ?? wanted.start };
  const history = historyEvents(chosen, session);
  let next = await history.next();
  for await (const event of wanted.hasDataEvents ? dataEvents(chosen, session) : []) {
    for (; !next.done && isNewer(next.value, event); next = await history.next()) yield next.value;
    yield event;
  }
  for (; !next.done; next = await history.next()) yield next.value;
}

/** An event's id begins with its time, more exactly than the event tells it. */
const isNewer = (one: Event, other: Event): boolean => (one.EventId ?? '') > (other.EventId ?? '');

/** LookupEvents takes one of the filters; the rest are applied here. */
async function* historyEvents(wanted: Wanted, session: Session): AsyncGenerator<Event> {
  const [first] = wanted.attributes;
  const input = {
    ...(first && { LookupAttributes: [first] }),
    ...(wanted.start && { StartTime: wanted.start }),
    ...(wanted.end && { EndTime: wanted.end }),
  };
  for await (const { Events = [] } of pages(session.aws, 'cloudtrail', 'LookupEvents', input)) {
    for (const event of Events) if (isWanted(event, wanted)) yield event;
  }
}

async function* dataEvents(
  { attributes, isRefused, start, end }: Wanted,
  { aws, store, region, environment, settings }: Session,
): AsyncGenerator<Event> {
  const account = await aws.account('cloudtrail');
  if (account === undefined) return;
  const nowMs = await store.transact((tx) => storeNow(tx, environment.now()));
  // Those that are older are kept as long as the machine's clock has not made them old, too.
  const oldestMs = nowMs - serviceSettings(settings).keepDataEventsMs;
  const startMs = Math.max(start?.getTime() ?? oldestMs, oldestMs);
  const query = { account, region, startMs, endMs: end?.getTime() ?? nowMs, attributes, isRefused };
  let page: DataEventPage | undefined;
  do {
    const before = page?.last;
    page = await store.transact<DataEventPage>((tx) => dataEventPage(query, before, tx));
    yield* page.events;
  } while (page.last);
}
