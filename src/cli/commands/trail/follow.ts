/** `trail tail --follow`: new events as they come. */

import type { Event } from '../../../api/model/cloudtrail.types.ts';
import { watchHistory } from '../../../cloudtrail/history-watch.ts';
import { isDeadlinePassed } from '../../../kms/deadline.ts';
import { storeNow } from '../../../store/clock.ts';
import type { Session } from '../../session.ts';
import { eventLines } from './event-lines.ts';
import type { Wanted } from './filters.ts';
import { found } from './found-events.ts';
import { merged } from './own-events.ts';

const POLL_MS = 500;

interface Following {
  /** Answers the events of ssebox's own that are new; absent if they are not wanted. */
  readonly own?: (() => Promise<Event[]>) | undefined;
  readonly pause?: () => Promise<void>;
}

/** A call may be recorded a little after the time that its event has. */
const LEEWAY_MS = 5000;

/**
 * The first lines, then those of new events until the user interrupts. Its own LookupEvents calls are not shown, and
 * none is made while nothing happens. Of what was shown it remembers the last seconds.
 */
export async function* followed(
  first: readonly Event[],
  wanted: Wanted,
  session: Session,
  hasNews: () => Promise<boolean>,
  { own, pause = () => session.environment.pause(POLL_MS, session.signal) }: Following = {},
): AsyncGenerator<string> {
  const calls = first.filter(({ EventId }) => EventId !== undefined);
  const oldest = calls[0]?.EventId ?? '';
  let shown = new Set(calls.map(({ EventId }) => EventId));
  let from = calls.at(-1)?.EventTime;
  const lines = (event: Event) => eventLines(event, session.outputWidth);
  yield* first.flatMap(lines);
  for (; ; await pause()) {
    const ownNews = (await own?.()) ?? [];
    if (!(await hasNews())) {
      yield* ownNews.flatMap(lines);
      continue;
    }
    const now = await session.store.transact((tx) => storeNow(tx, session.environment.now()));
    const next = new Date(Math.max(from?.getTime() ?? 0, now - LEEWAY_MS));
    const foundAgain = new Set<string | undefined>();
    const fresh: Event[] = [];
    for await (const event of found(wanted, session, from)) {
      const { EventId, EventTime = now, EventName } = event;
      // Times are whole seconds, and so what was before the first line may be found.
      if (EventName === 'LookupEvents' || (EventId ?? '') < oldest) continue;
      if (EventTime >= next) foundAgain.add(EventId);
      if (!shown.has(EventId)) fresh.push(event);
    }
    [shown, from] = [foundAgain, next];
    yield* merged(fresh, ownNews.reverse()).reverse().flatMap(lines);
  }
}

/** Looks into the store whether a search would find what it did not find before, or time has made something happen. */
export async function newsOf(
  { hasDataEvents }: Pick<Wanted, 'hasDataEvents'>,
  { aws, store, region, environment }: Session,
): Promise<() => Promise<boolean>> {
  const account = await aws.account('cloudtrail');
  // A caller without an account does not have an event history, as the lookup will report.
  if (account === undefined) return async () => true;
  const hasGrown = await store.transact((tx) => watchHistory({ account, region, hasDataEvents }, tx));
  return () =>
    store.transact((tx) => {
      const isDue = isDeadlinePassed(storeNow(tx, environment.now()), tx);
      return hasGrown(tx) || isDue;
    });
}
