/** Levels have a value every minute, although only their changes are stored. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeriesName } from '../../src/store/records/tally.ts';
import type { Tx } from '../../src/store/tables.ts';
import { levelNow, levelPoints, setLevel } from '../../src/tally/levels.ts';
import { pointOf } from '../../src/tally/point.ts';
import type { Stretch } from '../../src/tally/reading.ts';
import { findSeries } from '../../src/tally/series.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START } from '../support/harness.ts';

const name: SeriesName = {
  account: ACCOUNT,
  region: 'us-east-1',
  namespace: 'AWS/Usage',
  metric: 'ResourceCount',
  dimensions: ['Resource', 'GeneralPurposeBuckets'],
};

const at = (minutes: number) => START + minutes * MINUTE;

/** Each minute or period with a value: its minute, number of samples, least and greatest. */
function pointsOf(stretch: Stretch, tx: Tx, published: Parameters<typeof levelPoints>[2] = 'as it is') {
  const number = findSeries(name, tx);
  if (number === undefined) return [];
  return Array.from(levelPoints(number, stretch, published, tx), ({ startMs, point }) => {
    const { count, sum, min, max } = pointOf(point);
    return { minute: (startMs - START) / MINUTE, count, sum, min, max };
  });
}

const steady = (minute: number, level: number, count = 1) => ({
  minute,
  count,
  sum: count * level,
  min: level,
  max: level,
});

test('a level is there from its first minute on, each change in its minute, until there is none', () => {
  newWorld().transact((tx) => {
    setLevel(name, 3, at(2) + 10_000, tx);
    setLevel(name, 5, at(4) + 1000, tx);
    setLevel(name, 4, at(4) + 2000, tx);
    setLevel(name, undefined, at(6), tx);
    expect(levelNow(name, tx)).toBe(undefined);
    expect(pointsOf({ startMs: START, endMs: at(10), seconds: 60 }, tx)).toEqual([
      steady(2, 3),
      steady(3, 3),
      { minute: 4, count: 3, sum: 12, min: 3, max: 5 },
      steady(5, 4),
      steady(6, 4),
    ]);
    expect(pointsOf({ startMs: at(3), endMs: at(4), seconds: 300 }, tx)).toEqual([steady(3, 3)]);
  });
});

test('a time is published as the whole seconds until it, and not beyond it', () => {
  newWorld().transact((tx) => {
    setLevel(name, at(10) + 500, at(7), tx);
    const stretch = { startMs: START, endMs: at(60), seconds: 60 };
    expect(pointsOf(stretch, tx, 'seconds until it')).toEqual([180, 120, 60, 0].map((left, i) => steady(7 + i, left)));
    expect(pointsOf({ ...stretch, seconds: 300 }, tx, 'seconds until it')).toEqual([
      { minute: 5, count: 3, sum: 360, min: 60, max: 180 },
      { minute: 10, count: 1, sum: 0, min: 0, max: 0 },
    ]);
  });
});

test('a clock that is set back does not change what was', () => {
  newWorld().transact((tx) => {
    setLevel(name, 1, at(5), tx);
    setLevel(name, 2, at(1), tx);
    expect(pointsOf({ startMs: START, endMs: at(7), seconds: 60 }, tx)).toEqual([
      { minute: 5, count: 2, sum: 3, min: 1, max: 2 },
      steady(6, 2),
    ]);
  });
});

test('minutes are kept for as long as CloudWatch keeps hours, and the last one before that', () => {
  newWorld().transact((tx) => {
    for (const day of [0, 1, 2, 500, 501]) setLevel(name, day, START + day * DAY, tx);
    const kept = Array.from(tx.levels.range(), ({ key }) => (key[1] - START) / DAY);
    expect(kept).toEqual([2, 500, 501]);
  });
});

/** What the values of each minute add up to, one by one. */
function naive(
  changes: readonly (readonly [atMs: number, level: number | undefined])[],
  { startMs, endMs, seconds }: Stretch,
) {
  const found = new Map<number, number[]>();
  for (let minuteMs = START; minuteMs < endMs; minuteMs += MINUTE) {
    const before = changes.filter(([atMs]) => atMs < minuteMs).at(-1)?.[1];
    const within = changes.filter(([atMs]) => atMs >= minuteMs && atMs < minuteMs + MINUTE).map(([, level]) => level);
    if (minuteMs < startMs) continue;
    const period = startMs + Math.floor((minuteMs - startMs) / (seconds * 1000)) * seconds * 1000;
    const levels = [before, ...within].filter((level, i, all) => level !== undefined && level !== all[i - 1]);
    found.set(period, [...(found.get(period) ?? []), ...levels.filter((level) => level !== undefined)]);
  }
  return [...found].flatMap(([period, values]) =>
    values.length === 0
      ? []
      : [
          {
            minute: (period - START) / MINUTE,
            count: values.length,
            sum: values.reduce((sum, value) => sum + value, 0),
            min: Math.min(...values),
            max: Math.max(...values),
          },
        ],
  );
}

test('points of any period are what each of its minutes had', () => {
  const change = fc.tuple(fc.integer({ min: 0, max: 40 * MINUTE }), fc.option(fc.nat(9), { nil: undefined }));
  const world = newWorld();
  fc.assert(
    fc.property(
      fc.uniqueArray(change, { maxLength: 12, selector: ([ms]) => ms }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 50 }),
      fc.constantFrom(60, 120, 300, 3600),
      (found, from, minutes, seconds) => {
        const changes = found.sort(([one], [other]) => one - other).map(([ms, level]) => [START + ms, level] as const);
        const stretch = { startMs: at(from), endMs: at(from + minutes), seconds };
        world.transact((tx) => {
          for (const { key } of [...tx.levels.range()]) tx.levels.remove(key);
          for (const [ms, level] of changes) setLevel(name, level, ms, tx);
          expect(pointsOf(stretch, tx)).toEqual(naive(changes, stretch));
        });
      },
    ),
  );
});
