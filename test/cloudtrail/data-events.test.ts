import { expect, test } from 'vitest';
import type { LookupAttribute } from '../../src/api/model/cloudtrail.types.ts';
import { keepRecord } from '../../src/call/call-log.ts';
import { eventIds } from '../../src/call/event-id.ts';
import { type DataEventPage, dataEventPage } from '../../src/cloudtrail/data-events.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import type { CallKey } from '../../src/store/tables.ts';
import { ACCOUNT, newWorld, START, type World } from '../support/harness.ts';

/** Writes as many records of reads of an object, a millisecond apart, the last one now. */
function read(world: World, count: number, user: (i: number) => string): void {
  const idAt = eventIds(world.environment.random);
  world.transact((tx) => {
    for (let i = 0; i < count; i += 1) {
      const timeMs = START - (count - 1 - i);
      const record: CallRecord = {
        eventId: idAt(timeMs),
        requestId: 'r',
        timeMs,
        recipient: ACCOUNT,
        region: 'us-east-1',
        service: 's3',
        operation: 'GetObject',
        caller: { type: 'IAMUser', accountId: ACCOUNT, userName: user(i) },
        parameters: null,
        response: null,
        resources: [],
        durationMs: 0,
      };
      keepRecord(record, tx, { machineMs: record.timeMs });
    }
  });
}

function pagesOf(world: World, attributes: readonly LookupAttribute[], startMs = 0): DataEventPage[] {
  const query = { account: ACCOUNT, region: 'us-east-1', startMs, endMs: START, attributes, isRefused: false } as const;
  const pages: DataEventPage[] = [];
  let before: CallKey | undefined;
  do {
    const page = world.transact((tx) => dataEventPage(query, before, tx));
    pages.push(page);
    before = page.last;
  } while (before);
  return pages;
}

const by = (AttributeValue: string) => [{ AttributeKey: 'Username', AttributeValue }] as const;

test('pages together have every event once, newest first, and none holds many', () => {
  const world = newWorld();
  read(world, 1000, () => 'ana');
  const pages = pagesOf(world, []);
  const ids = pages.flatMap(({ events }) => events.map(({ EventId }) => EventId));
  expect(new Set(ids).size).toBe(1000);
  expect(ids).toEqual(ids.toSorted().reverse());
  for (const { events } of pages) expect(events.length).toBeLessThanOrEqual(200);
});

test('rare events are found beyond what one page reads', () => {
  const world = newWorld();
  read(world, 20_050, (i) => (i === 0 ? 'bob' : 'ana'));
  expect(pagesOf(world, by('bob')).map(({ events }) => events.length)).toEqual([0, 0, 1]);
});

test('only the rows of the wanted time are read', () => {
  const world = newWorld();
  read(world, 20_050, () => 'ana');
  expect(pagesOf(world, by('bob'), START - 5000)).toHaveLength(1);
});
