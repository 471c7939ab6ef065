/** Points grow old: minutes become five minutes and hours, in pieces, and nothing is lost before its time. */

import { expect, test } from 'vitest';
import { PIECE_ROWS } from '../../src/tally/compaction.ts';
import { periods } from '../../src/tally/periods.ts';
import { pointOf } from '../../src/tally/point.ts';
import { putValues } from '../../src/tally/put-values.ts';
import { findSeries } from '../../src/tally/series.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, type World } from '../support/harness.ts';
import { recounted, storedTally } from '../support/recount.ts';

const HOUR = 60 * MINUTE;
const WEEK = 7 * DAY;

/** How many points of each period there are; calls make none of a second. */
const numbers = (world: World): number[] =>
  world.transact((tx) => {
    const all = [...tx.points.range()];
    return periods.slice(1).map(({ seconds }) => all.filter(({ key }) => key[1] === seconds).length);
  });

const touch = (world: World) => world.call('kms', 'ListKeys', {});

/** Calls until no round is under way. @returns how many calls that took */
async function settled(world: World): Promise<number> {
  for (let calls = 1; calls < 1000; calls += 1) {
    await touch(world);
    if (!world.transact((tx) => tx.tallyUpkeep.get(['compaction'])?.round)) return calls;
  }
  return expect.fail('a round that does not end');
}

/** A call in each of so many minutes. */
async function minutes(world: World, number: number): Promise<void> {
  for (let i = 0; i < number; i += 1) {
    await world.call('kms', 'GenerateRandom', { NumberOfBytes: 8 });
    world.advance(MINUTE);
  }
}

test('minutes become five minutes after 15 days, these hours after 63, and hours go after 455', async () => {
  const world = newWorld();
  await minutes(world, 120);
  const [first = 0] = numbers(world);
  expect(numbers(world)).toEqual([first, 0, 0]);
  world.advance(14 * DAY);
  await settled(world);
  expect(numbers(world)[1]).toBe(0);
  world.advance(2 * DAY);
  await settled(world);
  const [young = 0, five = 0] = numbers(world);
  expect(five).toBeGreaterThan(0);
  // What is left are the calls of these last days.
  expect(young).toBeLessThan(first / 4);
  expect(five).toBeLessThan(first / 4);
  world.advance(48 * DAY);
  await settled(world);
  const [, , hours = 0] = numbers(world);
  expect(hours).toBeGreaterThan(0);
  expect(hours).toBeLessThan(five / 2);
  expect(world.transact((tx) => storedTally(tx, HOUR))).toEqual(world.transact((tx) => recounted(tx, HOUR)));
  world.advance(456 * DAY);
  await settled(world);
  expect(numbers(world).slice(1)).toEqual([0, 0]);
});

test('a series without points is removed, and has another number when it has values again', async () => {
  const world = newWorld();
  await world.call('iam', 'ListUsers', {});
  const namesOf = (operation: string) =>
    world.transact(
      (tx) => [...tx.seriesNames.range()].filter(({ value }) => value.dimensions.includes(operation)).length,
    );
  expect(namesOf('ListUsers')).toBe(2);
  world.advance(600 * DAY);
  await settled(world);
  await settled(world);
  expect(namesOf('ListUsers')).toBe(0);
  await world.call('iam', 'ListUsers', {});
  expect(namesOf('ListUsers')).toBe(2);
  expect(world.transact((tx) => [...tx.series.range()].length)).toBe(
    world.transact((tx) => [...tx.seriesNames.range()].length),
  );
});

test('a call does a bounded piece of it, and nothing where nothing is due', async () => {
  const world = newWorld();
  await minutes(world, 200);
  world.advance(20 * DAY);
  let before = numbers(world);
  let pieces = 0;
  for (let calls = 0; calls < 100; calls += 1) {
    await touch(world);
    const after = numbers(world);
    // Its own points are new.
    expect((before[0] ?? 0) - (after[0] ?? 0)).toBeLessThanOrEqual(PIECE_ROWS);
    if ((after[1] ?? 0) > (before[1] ?? 0)) pieces += 1;
    before = after;
  }
  expect(pieces).toBeGreaterThan(10);
  const tag = () => world.transact((tx) => tx.tallyUpkeep.tagOf(['compaction']));
  const known = tag();
  await touch(world);
  expect(tag()).toEqual(known);
});

test('the next round comes though the clock was set back', async () => {
  const world = newWorld();
  world.advance(52 * WEEK);
  await settled(world);
  world.advance(-52 * WEEK);
  await minutes(world, 10);
  world.advance(16 * DAY);
  await settled(world);
  world.advance(2 * DAY);
  await settled(world);
  expect(numbers(world)[1]).toBeGreaterThan(0);
});

test('seconds become minutes after three hours', async () => {
  const world = newWorld();
  const name = { account: ACCOUNT, region: 'us-east-1', namespace: 'Shop', metric: 'Orders', dimensions: [] } as const;
  await settled(world);
  const startMs = world.environment.now();
  world.transact((tx) => {
    for (let i = 0; i < 90; i += 1) {
      putValues(name, { timeMs: startMs + i * 1000, resolution: 1 }, { values: [[i, 1]] }, tx);
    }
  });
  const sums = () =>
    world.transact((tx) => {
      const series = findSeries(name, tx) ?? 0;
      return Array.from(tx.points.under([series]), ({ key, value }) => [key[1], pointOf(value).count]);
    });
  expect(sums()).toHaveLength(90);
  world.advance(DAY);
  await settled(world);
  expect(sums().map(([seconds]) => seconds)).toEqual(expect.arrayContaining([60]));
  expect(sums().reduce((all, [, count = 0]) => all + count, 0)).toBe(90);
  expect(sums().length).toBeLessThanOrEqual(3);
});
