/**
 * Events of ssebox's own in `trail tail`, in the form of CloudTrail's for a line alone: that time was moved, the store
 * restored or its root key replaced. No record, log file or lookup has them.
 */

import type { Event } from '../../../api/model/cloudtrail.types.ts';
import { newestOwnEvent } from '../../../store/own-events.ts';
import type { OwnEvent } from '../../../store/records/own-event.ts';
import { timeText } from '../../output/time.ts';
import type { Session } from '../../session.ts';

/** The times between which events are wanted. */
export interface Times {
  readonly start: Date | undefined;
  readonly end: Date | undefined;
}

/** The events within some time, newest first. */
export const ownEvents = async (times: Times, session: Session): Promise<Event[]> =>
  (await eventsAfter(0, times, session)).sort((one, other) => timeOf(other) - timeOf(one));

/** Starts watching: answers each time the events that are new since, in the order in which they were written. */
export async function ownNewsOf(times: Times, session: Session): Promise<() => Promise<Event[]>> {
  let known = await session.store.transact(newestOwnEvent);
  return async () => {
    const news = await eventsAfter(known, times, session);
    known = await session.store.transact(newestOwnEvent);
    return news;
  };
}

/** Events of both kinds, each newest first, in one order: time is moved after the calls of the same millisecond. */
export function merged(events: readonly Event[], own: readonly Event[]): Event[] {
  const all: Event[] = [];
  const left = [...own];
  for (const event of events) {
    while (left[0] && timeOf(left[0]) >= timeOf(event)) all.push(...left.splice(0, 1));
    all.push(event);
  }
  return [...all, ...left];
}

const eventsAfter = (number: number, { start, end }: Times, session: Session): Promise<Event[]> =>
  session.store.transact((tx) =>
    Array.from(tx.ownEvents.range({ start: [number], after: true }), ({ value }) => eventOf(value)).filter(
      (event) => (!start || timeOf(event) >= start.getTime()) && (!end || timeOf(event) <= end.getTime()),
    ),
  );

/** It has the earlier of the two times: calls after it have a time from `toMs` on. */
const eventOf = ({ command, fromMs, toMs, machineMs }: OwnEvent): Event => {
  const [from, to, machine] = [fromMs, toMs, machineMs].map((ms) => timeText(new Date(ms)));
  return {
    EventTime: new Date(Math.min(fromMs, toMs)),
    EventSource: 'ssebox',
    EventName: command,
    Resources: [{ ResourceName: fromMs === toMs ? `machine time ${machine}` : `time moved from ${from} to ${to}` }],
  };
};

const timeOf = ({ EventTime }: Event): number => EventTime?.getTime() ?? 0;
