import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allCalls, amendCall, callAt, forgetCall, keepRecord, recordKeeper } from '../../src/call/call-log.ts';
import { recountCallers } from '../../src/call/callers.ts';
import { callTables, oldCalls } from '../../src/call/old-calls.ts';
import { findCall } from '../../src/call/refused-call.ts';
import { type ServiceSettings, usualSettings } from '../../src/call/settings.ts';
import { newSweep, type Piece, type Place } from '../../src/call/sweep.ts';
import { resetClock, setClock } from '../../src/store/clock.ts';
import { getFact } from '../../src/store/facts.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import type { Tx } from '../../src/store/tables.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';
import { newTrail } from '../support/trail-bucket.ts';

const HOUR = 60 * MINUTE;
const YEAR = 365 * DAY;

const plain: CallRecord = {
  eventId: '',
  requestId: 'r',
  timeMs: START,
  recipient: ACCOUNT,
  region: 'us-east-1',
  service: 'kms',
  operation: 'Encrypt',
  caller: { type: 'IAMUser', accountId: ACCOUNT, userName: 'ana' },
  parameters: null,
  response: null,
  resources: [],
  durationMs: 0,
};

/** The operations on record, in order. */
const operations = (world: World): string[] => world.transact(allCalls).map(({ operation }) => operation);

/** Makes calls that do nothing, until no old rows are left. */
async function untilSwept(world: World): Promise<void> {
  do await world.call('sts', 'GetCallerIdentity', {});
  while (world.transact((tx) => getFact(tx, 'sweep')?.standing) !== undefined);
}

/** A world with an object that was written and read, whose process may sweep in each transaction. */
async function readObject(settings: Partial<ServiceSettings> = {}): Promise<World> {
  let ms = 0;
  const world = newWorld(settings, {
    elapsed: () => {
      ms += 20;
      return ms;
    },
  });
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', Body: Buffer.from('a') });
  await world.call('s3', 'GetObject', { Bucket: 'photos', Key: 'a' });
  return world;
}

test('management events go after 90 days, data events after one', async () => {
  const world = await readObject();
  world.advance(DAY - MINUTE);
  await untilSwept(world);
  expect(operations(world)).toEqual(expect.arrayContaining(['CreateBucket', 'PutObject', 'GetObject']));
  world.advance(2 * HOUR);
  await untilSwept(world);
  expect(operations(world)).toContain('CreateBucket');
  expect(operations(world)).not.toEqual(expect.arrayContaining(['PutObject']));
  expect(operations(world)).not.toEqual(expect.arrayContaining(['GetObject']));
  world.advance(89 * DAY);
  await untilSwept(world);
  expect(operations(world)).not.toContain('CreateBucket');
  expect(operations(world).filter((name) => name !== 'GetCallerIdentity')).toEqual([]);
});

test('both are kept for as long as the settings say', async () => {
  const world = await readObject({ keepManagementMs: DAY, keepDataEventsMs: HOUR });
  world.advance(HOUR + 2 * MINUTE);
  await untilSwept(world);
  expect(operations(world).filter((name) => /Object|Bucket/.test(name))).toEqual(['CreateBucket']);
  world.advance(DAY);
  await untilSwept(world);
  expect(operations(world).filter((name) => /Object|Bucket/.test(name))).toEqual([]);
});

test('with 0 no data event is written, and management events are', async () => {
  const world = await readObject({ keepDataEventsMs: 0 });
  expect(operations(world)).toEqual(['CreateBucket']);
});

describe("the store's clock", () => {
  test('hides events when it is moved, and deletes none: setting it back shows them again', async () => {
    const world = await readObject();
    const { Events: before = [] } = await world.call('cloudtrail', 'LookupEvents', {});
    const kept = operations(world);
    const denied = before[0]?.EventId ?? '';
    world.transact((tx) => setClock(tx, world.environment.now(), START + YEAR));
    await untilSwept(world);
    for (let i = 0; i < 5; i++) {
      world.advance(2 * HOUR);
      await untilSwept(world);
    }
    expect(operations(world)).toEqual(expect.arrayContaining(kept));
    const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {});
    expect(Events.map(({ EventName }) => EventName)).not.toContain('CreateBucket');
    expect(world.transact((tx) => findCall(denied, tx))).toMatchObject({ kind: 'recorded' });
    world.transact(resetClock);
    const { Events: after = [] } = await world.call('cloudtrail', 'LookupEvents', {});
    expect(after.map(({ EventName }) => EventName)).toContain('CreateBucket');
  });

  test('does not keep an event that both clocks have made old', async () => {
    const world = await readObject();
    world.transact((tx) => setClock(tx, world.environment.now(), START + YEAR));
    await world.call('kms', 'CreateKey', {});
    await untilSwept(world);
    world.advance(92 * DAY);
    await untilSwept(world);
    expect(operations(world).filter((name) => name !== 'GetCallerIdentity')).toEqual([]);
    expect(world.transact((tx) => [...tx.youngCalls.range()])).toEqual([]);
  });

  test('keeps what is young by it for as long as it is', async () => {
    const world = await readObject();
    world.transact((tx) => setClock(tx, world.environment.now(), START - YEAR));
    await world.call('kms', 'CreateKey', {});
    world.advance(92 * DAY);
    // By the store's clock the first calls are still to come.
    world.transact((tx) => setClock(tx, world.environment.now(), START - YEAR + DAY));
    await untilSwept(world);
    expect(operations(world)).toEqual(expect.arrayContaining(['CreateBucket', 'GetObject', 'CreateKey']));
  });
});

test('what the machine keeps is looked at once a day, not by every command', async () => {
  const world = await readObject();
  const pass = (machineMs: number) =>
    world.transact((tx) => {
      const read: string[] = [];
      const counting = {
        ...tx,
        managementCalls: {
          ...tx.managementCalls,
          *range(range: Parameters<Tx['managementCalls']['range']>[0]) {
            for (const row of tx.managementCalls.range(range)) {
              // To find the next account and region, one row is read.
              if (range?.limit !== 1) read.push(row.key[3]);
              yield row;
            }
          },
        },
      };
      const environment = { ...world.environment, now: () => machineMs };
      newSweep({ environment, settings: usualSettings }, callTables.map(oldCalls))(counting);
      return read.length;
    });
  world.transact((tx) => setClock(tx, world.environment.now(), START + YEAR));
  expect(pass(START + HOUR)).toBeGreaterThan(0);
  expect(pass(START + HOUR)).toBe(0);
  expect(pass(START + 3 * HOUR)).toBe(0);
  expect(pass(START + 80 * DAY)).toBe(0);
  expect(pass(START + 91 * DAY)).toBeGreaterThan(0);
  expect(operations(world).filter((name) => name === 'CreateBucket')).toEqual([]);
});

test("a record keeps the machine's day only where its time is another, so that usual ones do not grow", () => {
  const world = newWorld();
  const rowOf = (timeMs: number, machineMs: number, isWanted = false) =>
    world.transact((tx) => {
      keepRecord({ ...plain, timeMs, eventId: 'e' }, tx, { machineMs }, isWanted);
      return tx.managementCalls.get([ACCOUNT, 'us-east-1', timeMs, 'e']);
    });
  const usual = [2, 1, 'kms', 'Encrypt', 'r', 0, []];
  expect(rowOf(START, START)).toEqual(usual);
  expect(rowOf(START + 7, START + 9)).toEqual(usual);
  expect(rowOf(START, START, true)).toEqual([3, ...usual.slice(1)]);
  for (const timeMs of [START + YEAR, START - 5000]) expect(rowOf(timeMs, START)?.[21]).toBe(Math.floor(START / DAY));
});

describe('an event that a trail wants', () => {
  const idAt = (i: number) => `event-${i}`;

  /** Records an hour apart from the start on, all old in ten days; every second one is wanted. */
  const written = (world: World, count: number) =>
    world.transact((tx) => {
      for (let i = 0; i < count; i++) {
        const timeMs = START + i * HOUR;
        const isWanted = i % 2 === 0;
        const record = { ...plain, service: 's3', operation: 'GetObject', timeMs, eventId: idAt(i) };
        keepRecord(record, tx, { machineMs: timeMs }, isWanted);
        if (isWanted) tx.trailQueue.put([1, i + 1], [ACCOUNT, 'us-east-1', timeMs, idAt(i), timeMs]);
      }
    });

  const left = (world: World) =>
    world.transact(allCalls).flatMap(({ eventId }) => (eventId.startsWith('event-') ? [eventId] : []));

  test('stays until it is delivered, whatever the clocks show, and keeps no other one', async () => {
    const world = await readObject();
    written(world, 8);
    world.advance(10 * DAY);
    await untilSwept(world);
    expect(left(world)).toEqual([0, 2, 4, 6].map(idAt));
    // The first two are delivered.
    world.transact((tx) => [1, 3].map((at) => tx.trailQueue.remove([1, at])));
    world.advance(DAY + HOUR);
    await untilSwept(world);
    expect(left(world)).toEqual([4, 6].map(idAt));
    // Those of another trail wait, too.
    world.transact((tx) => {
      tx.trailQueue.put([7, 1], [ACCOUNT, 'us-east-1', START + 6 * HOUR, idAt(6), START + 6 * HOUR]);
      for (const at of [5, 7]) tx.trailQueue.remove([1, at]);
    });
    world.advance(DAY + HOUR);
    await untilSwept(world);
    expect(left(world)).toEqual([idAt(6)]);
    world.transact((tx) => tx.trailQueue.remove([7, 1]));
    world.advance(DAY + HOUR);
    await untilSwept(world);
    expect(left(world)).toEqual([]);
  });

  test('waits also behind one from before the machine set its clock back', async () => {
    const world = newWorld({ keepDataEventsMs: 0 });
    const keeper = recordKeeper({ keepDataEventsMs: 0 }, () => true);
    world.transact((tx) => {
      for (const [i, timeMs] of [START + 30 * MINUTE, START].entries()) {
        const record = { ...plain, service: 's3', operation: 'GetObject', timeMs, eventId: idAt(i) };
        keeper(record, tx, { machineMs: timeMs, isFirst: true });
        tx.trailQueue.put([1, i + 1], [ACCOUNT, 'us-east-1', timeMs, idAt(i), timeMs]);
      }
    });
    world.advance(2 * DAY);
    await world.call('sts', 'GetCallerIdentity', {});
    expect(left(world)).toEqual([idAt(1), idAt(0)]);
  });

  test('is written and waits even if no data event is kept, and goes then', async () => {
    const world = newWorld({ keepDataEventsMs: 0 });
    const keeper = recordKeeper({ keepDataEventsMs: 0 }, ({ eventId }) => eventId === idAt(1));
    world.transact((tx) => {
      const data = { ...plain, service: 's3', operation: 'GetObject' };
      for (const i of [0, 1]) keeper({ ...data, eventId: idAt(i) }, tx, { machineMs: START, isFirst: true });
      tx.trailQueue.put([1, 1], [ACCOUNT, 'us-east-1', START, idAt(1), START]);
    });
    expect(left(world)).toEqual([idAt(1)]);
    world.advance(2 * DAY);
    await world.call('sts', 'GetCallerIdentity', {});
    expect(left(world)).toEqual([idAt(1)]);
    world.transact((tx) => tx.trailQueue.remove([1, 1]));
    world.advance(DAY + HOUR);
    await world.reopen();
    await world.call('sts', 'GetCallerIdentity', {});
    expect(left(world)).toEqual([]);
  });

  test('keeps its mark when more becomes known of it', () => {
    const world = newWorld();
    const key = [ACCOUNT, 'us-east-1', START, idAt(0)] as const;
    world.transact((tx) => {
      const record = { ...plain, service: 's3', operation: 'GetObject', eventId: idAt(0), body: 'planned' } as const;
      keepRecord(record, tx, { machineMs: START + 9 * DAY }, true);
      const before = tx.dataCalls.get([...key]);
      amendCall([...key], { bytesOut: 7, body: 'whole', durationMs: 5 }, tx);
      const after = tx.dataCalls.get([...key]);
      expect([after?.[0], after?.[21]]).toEqual([before?.[0], before?.[21]]);
      expect(after?.[0]).toBe(3);
      expect(callAt([...key], tx)).toMatchObject({ bytesOut: 7, body: 'whole' });
    });
  });
});

const pieceOf = (tx: Tx, clocks: Pick<Piece, 'storeMs' | 'machineMs' | 'startedMs'>, rows: number): Piece => {
  let left = rows;
  const settings = { ...usualSettings, keepManagementMs: 3 * DAY, keepDataEventsMs: DAY };
  return { tx, settings, ...clocks, isUp: () => --left <= 0 };
};

/** A record's facts that decide how long it lives; times are hours after the start. */
const drawn = fc.record({
  timeH: fc.integer({ min: 0, max: 240 }),
  writtenH: fc.integer({ min: 0, max: 240 }),
  /** Usual records have the machine's time. */
  isUsual: fc.boolean(),
  recipient: fc.constantFrom(ACCOUNT, OTHER_ACCOUNT),
  region: fc.constantFrom('us-east-1', 'eu-west-1'),
  operation: fc.constantFrom('Encrypt', 'GetObject'),
  userName: fc.constantFrom('ana', 'bob', 'cleo'),
});

/** A day that is written down counts to its end; the times of a usual record are the same. */
function isOldBoth({ timeMs, machineMs, isData }: Kept, storeMs: number, nowMs: number): boolean {
  const keptMs = isData ? DAY : 3 * DAY;
  const byMs = Math.abs(timeMs - machineMs) < 1000 ? timeMs : Math.floor(machineMs / DAY) * DAY + DAY - 1;
  return timeMs < storeMs - keptMs && byMs < nowMs - keptMs;
}

interface Kept {
  readonly eventId: string;
  readonly timeMs: number;
  readonly machineMs: number;
  readonly isData: boolean;
}

test('a pass in any pieces, with calls in between, deletes exactly what is old by both clocks', () => {
  const world = newWorld();
  let id = 0;
  const write = (
    tx: Tx,
    { timeH, writtenH, isUsual, userName, ...rest }: typeof drawn extends fc.Arbitrary<infer D> ? D : never,
  ): Kept => {
    const timeMs = START + timeH * HOUR;
    const machineMs = isUsual ? timeMs : START + writtenH * HOUR;
    const isData = rest.operation === 'GetObject';
    const eventId = `e${id++}`;
    const caller = { ...plain.caller, userName };
    keepRecord({ ...plain, ...rest, service: isData ? 's3' : 'kms', caller, timeMs, eventId }, tx, { machineMs });
    return { eventId, timeMs, machineMs, isData };
  };
  fc.assert(
    fc.property(
      fc.array(drawn, { maxLength: 40 }),
      fc.array(drawn, { maxLength: 3 }),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 1, max: 12 }),
      (first, later, storeH, machineH, rows) => {
        world.transact((tx) => {
          for (const table of [
            tx.managementCalls,
            tx.dataCalls,
            tx.youngCalls,
            tx.callers,
            tx.callerNumbers,
            tx.callerUses,
          ])
            for (const { key } of [...table.range()])
              (table as { remove(key: readonly (string | number)[]): boolean }).remove(key);
          const clocks = {
            storeMs: START + storeH * HOUR,
            machineMs: START + machineH * HOUR,
            startedMs: START + machineH * HOUR,
          };
          const kept = first.map((each) => write(tx, each));
          const arriving = [...later];
          for (const table of callTables.map(oldCalls)) {
            let place: Place | undefined;
            do {
              place = table.sweep(pieceOf(tx, clocks, rows), place);
              const next = arriving.pop();
              // What is written while a pass goes on is written now.
              if (next) kept.push(write(tx, { ...next, writtenH: machineH, isUsual: false }));
            } while (place);
          }
          const left = allCalls(tx).map(({ eventId }) => eventId);
          const expected = kept.filter((each) => !isOldBoth(each, clocks.storeMs, clocks.machineMs));
          expect(left.toSorted()).toEqual(expected.map(({ eventId }) => eventId).toSorted());
          const named = new Set(allCalls(tx).map(({ caller }) => caller.userName));
          expect([...tx.callers.range()].map(({ value }) => JSON.parse(value).userName).toSorted()).toEqual(
            [...named].toSorted(),
          );
          expect([...tx.callerNumbers.range()].length).toBe(named.size);
        });
      },
    ),
    { numRuns: 300 },
  );
});

describe('the numbers of calls of callers', () => {
  const use = (tx: Tx, userName: string, eventId: string) =>
    keepRecord({ ...plain, caller: { ...plain.caller, userName }, eventId }, tx, { machineMs: START });
  const uses = (tx: Tx) => Array.from(tx.callerUses.range(), ({ key, value }) => [key[0], value]);

  test('are made anew where there are none, without the callers that no record names', () => {
    const world = newWorld();
    world.transact((tx) => {
      for (const [i, name] of ['ana', 'bob', 'ana', 'cleo', 'ana'].entries()) use(tx, name, `e${i}`);
      const before = uses(tx);
      expect(before.map(([, count]) => count)).toEqual([3, 1, 1]);
      for (const { key } of [...tx.callerUses.range()]) tx.callerUses.remove(key);
      tx.managementCalls.remove([ACCOUNT, 'us-east-1', START, 'e1']);
      recountCallers(tx);
      expect(uses(tx)).toEqual([before[0], before[2]]);
      expect([...tx.callers.range()].length).toBe(2);
      expect([...tx.callerNumbers.range()].length).toBe(2);
      recountCallers(tx);
      expect(uses(tx)).toEqual([before[0], before[2]]);
    });
  });

  test('are not begun for a caller of a store that has none, who stays', () => {
    const world = newWorld();
    world.transact((tx) => {
      use(tx, 'ana', 'e0');
      for (const { key } of [...tx.callerUses.range()]) tx.callerUses.remove(key);
      use(tx, 'ana', 'e1');
      expect(uses(tx)).toEqual([]);
      const key = [ACCOUNT, 'us-east-1', START, 'e1'] as const;
      const row = tx.managementCalls.get([...key]);
      if (row) forgetCall('managementCalls', [...key], row, tx);
      expect(allCalls(tx).map(({ caller }) => caller.userName)).toEqual(['ana']);
    });
  });
});

test('a data event that a trail wants is there for its delivery ten days later, even if none is kept', async () => {
  const world = await readObject({ keepDataEventsMs: 0 });
  await newTrail(world);
  const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::photos/'] }];
  const EventSelectors = [{ ReadWriteType: 'All', IncludeManagementEvents: false, DataResources }] as const;
  await world.call('cloudtrail', 'PutEventSelectors', { TrailName: 'audit', EventSelectors });
  await world.call('s3', 'GetObject', { Bucket: 'photos', Key: 'a' });
  // Not what the trail wants.
  await world.call('s3', 'GetObject', { Bucket: 'logs-of-audit', Key: 'a' }).catch(() => {});
  const reads = () => operations(world).filter((name) => name === 'GetObject').length;
  expect(reads()).toBe(1);
  for (let day = 0; day < 10; day++) {
    world.advance(DAY);
    await untilSwept(world);
  }
  expect(reads()).toBe(1);
  expect(world.transact((tx) => [...tx.trailQueue.range()].length)).toBeGreaterThan(0);
  // Whoever asks for the status of a trail sees what is due delivered.
  const { LatestDeliveryError, LatestDeliveryTime } = await world.call('cloudtrail', 'GetTrailStatus', {
    Name: 'audit',
  });
  expect([LatestDeliveryError, LatestDeliveryTime]).toEqual([undefined, expect.any(Date)]);
  expect(world.transact((tx) => [...tx.trailQueue.range()])).toEqual([]);
  world.advance(DAY + HOUR);
  await untilSwept(world);
  expect(reads()).toBe(0);
});
