/** Alarms change as time passes, whenever somebody looks. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PutMetricAlarmInput } from '../../src/api/model/cloudwatch.types.ts';
import { messagesAfter } from '../../src/cloudwatch/alarm-messages.ts';
import { evaluateAlarms } from '../../src/cloudwatch/alarm-pass.ts';
import { setClock } from '../../src/store/clock.ts';
import { putFact } from '../../src/store/facts.ts';
import type { Tx } from '../../src/store/tables.ts';
import { putValues } from '../../src/tally/put-values.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START, type World } from '../support/harness.ts';

const topic = 'arn:aws:sns:us-east-1:111122223333:ops';
const back = 'arn:aws:sns:us-east-1:111122223333:back';

const orders: PutMetricAlarmInput = {
  AlarmName: 'orders',
  MetricName: 'Orders',
  Namespace: 'Shop',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
  AlarmActions: [topic],
  OKActions: [back],
};

/** Adds a value at a time after the start. */
function put(world: World, afterMs: number, value: number, resolution: 1 | 60 = 60): void {
  const name = { account: ACCOUNT, region: 'us-east-1', namespace: 'Shop', metric: 'Orders', dimensions: [] } as const;
  world
    .place()
    .store.transactSoon<void>((tx) =>
      putValues(name, { timeMs: START + afterMs, resolution }, { values: [[value, 1]] }, tx),
    );
}

/** Without waiting for the disk. */
function evaluateNow(world: World): Promise<void> {
  const { store, environment } = world.place();
  return evaluateAlarms({ store: { ...store, transact: store.transactSoon }, environment });
}

/** What became of the alarms: their rows, their history and their messages, in order. */
const outcome = (world: World) =>
  world.transact((tx) => ({
    alarms: [...tx.alarms.range()],
    history: [...tx.alarmHistory.range()].map(({ key, value: { machineMs: _, ...item } }) => [key[2], item]),
    messages: [...messagesAfter(0, tx)].map(({ machineMs: _, ...message }) => message),
  }));

/** The changes of state, oldest first, with their minutes after the start. */
const changes = (world: World) =>
  world.transact((tx) =>
    [...tx.alarmHistory.range()]
      .filter(({ value }) => value.type === 'StateUpdate')
      .map(({ key, value }) => [
        (key[2] - START) / MINUTE,
        value.alarm,
        value.summary.replace('Alarm updated from ', ''),
      ]),
  );

test('a change has the minute at which it happened as its time, however late somebody looks', async () => {
  const world = newWorld();
  await world.call('cloudwatch', 'PutMetricAlarm', orders);
  put(world, 90_000, 7);
  world.advance(DAY);
  const { MetricAlarms: [alarm] = [] } = await world.call('cloudwatch', 'DescribeAlarms', {});
  expect(changes(world)).toEqual([
    [2, 'orders', 'INSUFFICIENT_DATA to ALARM'],
    [5, 'orders', 'ALARM to INSUFFICIENT_DATA'],
  ]);
  expect(alarm?.StateUpdatedTimestamp).toEqual(new Date(START + 5 * MINUTE));
  expect(alarm?.StateTransitionedTimestamp).toEqual(new Date(START + 5 * MINUTE));
});

test('what a call adds is seen at the next minute, by whatever call comes then', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('cloudwatch', 'PutMetricAlarm', {
    ...orders,
    Namespace: 'SSEBox',
    MetricName: 'Calls',
    Dimensions: [
      { Name: 'Operation', Value: 'DescribeKey' },
      { Name: 'Service', Value: 'kms' },
    ],
    Threshold: 0,
  });
  await world.call('kms', 'DescribeKey', { KeyId: KeyMetadata?.KeyId ?? '' });
  world.advance(MINUTE - 1);
  await world.call('kms', 'ListKeys', {});
  expect(changes(world)).toEqual([]);
  world.advance(1);
  await world.call('kms', 'ListKeys', {});
  expect(changes(world)).toEqual([[1, 'orders', 'INSUFFICIENT_DATA to ALARM']]);
});

test('points from before the alarm count', async () => {
  const world = newWorld();
  put(world, -MINUTE, 9);
  await world.call('cloudwatch', 'PutMetricAlarm', orders);
  world.advance(MINUTE);
  await evaluateNow(world);
  expect(changes(world)).toEqual([[1, 'orders', 'INSUFFICIENT_DATA to ALARM']]);
});

test('a state that was set lasts until the next evaluation that finds one', async () => {
  const world = newWorld();
  await world.call('cloudwatch', 'PutMetricAlarm', { ...orders, TreatMissingData: 'notBreaching' });
  world.advance(MINUTE);
  await evaluateNow(world);
  const set = { AlarmName: 'orders', StateReason: 'a drill', StateReasonData: '{"drill":true}' };
  await world.call('cloudwatch', 'SetAlarmState', { ...set, StateValue: 'ALARM' });
  world.advance(MINUTE);
  await evaluateNow(world);
  expect(changes(world)).toEqual([
    [1, 'orders', 'INSUFFICIENT_DATA to OK'],
    [1, 'orders', 'OK to ALARM'],
    [2, 'orders', 'ALARM to OK'],
  ]);
  // Even the same state gets its own reason back, which is not a change.
  await world.call('cloudwatch', 'SetAlarmState', { ...set, StateValue: 'OK' });
  const reason = async () => (await world.call('cloudwatch', 'DescribeAlarms', {})).MetricAlarms?.[0]?.StateReason;
  expect(await reason()).toBe('a drill');
  world.advance(MINUTE);
  expect(await reason()).toMatch(/^Threshold Crossed: no datapoints were received/);
  expect(changes(world)).toHaveLength(3);
});

test('with "ignore" a state that was set stays as long as there are no points', async () => {
  const world = newWorld();
  await world.call('cloudwatch', 'PutMetricAlarm', { ...orders, TreatMissingData: 'ignore' });
  await world.call('cloudwatch', 'SetAlarmState', { AlarmName: 'orders', StateReason: 'a drill', StateValue: 'ALARM' });
  world.advance(DAY);
  await evaluateNow(world);
  expect(changes(world)).toEqual([[0, 'orders', 'INSUFFICIENT_DATA to ALARM']]);
});

test('a clock that was set back goes on from there', async () => {
  const world = newWorld();
  await world.call('cloudwatch', 'PutMetricAlarm', orders);
  world.advance(10 * MINUTE);
  await evaluateNow(world);
  world.transact((tx) => setClock(tx, START + 10 * MINUTE, START - 60 * MINUTE));
  await evaluateNow(world);
  put(world, -60 * MINUTE, 8);
  world.advance(MINUTE);
  await evaluateNow(world);
  expect(changes(world)).toEqual([[-59, 'orders', 'INSUFFICIENT_DATA to ALARM']]);
});

test('while the clock stands still nothing happens', async () => {
  const world = newWorld();
  await world.call('cloudwatch', 'PutMetricAlarm', orders);
  put(world, 0, 8);
  world.transact((tx) => putFact(tx, 'clock', { frozenAtMs: START }));
  world.advance(DAY);
  await evaluateNow(world);
  expect(changes(world)).toEqual([]);
});

test('years pass without an evaluation for each minute', async () => {
  const world = newWorld();
  await world.call('cloudwatch', 'PutMetricAlarm', {
    ...orders,
    Period: 86_400,
    EvaluationPeriods: 7,
    DatapointsToAlarm: 1,
  });
  put(world, 0, 8);
  world.advance(10 * 365 * DAY);
  await evaluateNow(world);
  const hours = (days: number) => days * 24 * 60;
  expect(changes(world)).toEqual([
    [60, 'orders', 'INSUFFICIENT_DATA to ALARM'],
    // Nine days are looked at for seven with a point.
    [60 + hours(9), 'orders', 'ALARM to INSUFFICIENT_DATA'],
  ]);
});

test('an evaluation that is interrupted goes on where it was, whoever comes next', async () => {
  const world = newWorld();
  for (const AlarmName of ['a', 'b', 'c']) {
    await world.call('cloudwatch', 'PutMetricAlarm', { ...orders, AlarmName, TreatMissingData: 'notBreaching' });
  }
  for (let minute = 0; minute < 20; minute += 1) put(world, minute * MINUTE, minute % 2 === 0 ? 9 : 1);
  world.advance(30 * MINUTE);
  const { store, environment } = world.place();
  // A transaction in which the time is up at once; the process ends after a few of them.
  let elapsed = 0;
  const slow = { now: environment.now, elapsed: () => (elapsed += 100) };
  let left = 8;
  const dying: typeof store = {
    ...store,
    transact<T>(work: (tx: Tx) => T): T {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return store.transact<unknown>(work) as T;
    },
  };
  await expect(evaluateAlarms({ store: dying, environment: slow })).rejects.toThrow('killed');
  // What is not yet in the order of time cannot be read.
  expect(world.transact((tx) => [...messagesAfter(0, tx)])).toEqual([]);
  await evaluateNow(world);
  const { messages, history } = outcome(world);
  expect(messages.length).toBe(3 * 20);
  expect(messages.map(({ timeMs }) => timeMs)).toEqual(messages.map(({ timeMs }) => timeMs).sort((a, b) => a - b));
  expect(messages.map(({ number }) => number)).toEqual(messages.map((_, i) => i + 1));
  expect(messages.slice(0, 4).map(({ alarm }) => alarm)).toEqual(['a', 'b', 'c', 'a']);
  expect(history.filter(([, item]) => typeof item === 'object' && item.type === 'StateUpdate')).toHaveLength(3 * 20);
});

/** What happens in a minute, or in ten seconds. */
const event = fc.record({
  at: fc.nat(29),
  // Late, and ahead of time.
  shift: fc.constantFrom(0, 0, 0, -1, -4, 2),
  value: fc.integer({ min: 1, max: 9 }),
  set: fc.option(fc.constantFrom('OK', 'ALARM', 'INSUFFICIENT_DATA' as const), { freq: 8 }),
});

const settings = fc.record({
  Period: fc.constantFrom(60, 60, 120, 300),
  EvaluationPeriods: fc.integer({ min: 1, max: 4 }),
  DatapointsToAlarm: fc.constantFrom(1, undefined),
  TreatMissingData: fc.constantFrom('missing', 'ignore', 'breaching', 'notBreaching', undefined),
  Statistic: fc.constantFrom('Sum', 'Maximum', 'SampleCount' as const),
});

test('an alarm evaluated late equals one evaluated every minute', async () => {
  const two = fc.tuple(settings, settings);
  await fc.assert(
    fc.asyncProperty(
      two,
      fc.array(event, { maxLength: 15 }),
      fc.boolean(),
      async ([first, second], events, isShort) => {
        const unitMs = isShort ? 10_000 : MINUTE;
        const alarms = [first, second].map((each, i) => ({
          ...orders,
          ...each,
          ...(isShort && { Period: 10 * Math.min(3, each.Period / 60) }),
          AlarmName: `alarm-${i}`,
        }));
        const run = async (isAlwaysLooking: boolean) => {
          const world = newWorld();
          for (const alarm of alarms) await world.call('cloudwatch', 'PutMetricAlarm', alarm);
          for (let at = 0; at < 50; at += 1) {
            if (isAlwaysLooking) await evaluateNow(world);
            for (const { shift, value, set } of events.filter((each) => each.at === at)) {
              // Every call evaluates first.
              await evaluateNow(world);
              put(world, (at + shift) * unitMs, value, isShort ? 1 : 60);
              if (set) {
                const state = { StateValue: set, StateReason: 'set' } as const;
                await world.call('cloudwatch', 'SetAlarmState', { AlarmName: 'alarm-0', ...state });
              }
            }
            world.advance(unitMs);
          }
          await evaluateNow(world);
          return outcome(world);
        };
        expect(await run(false)).toEqual(await run(true));
      },
    ),
    { numRuns: 20 },
  );
});
