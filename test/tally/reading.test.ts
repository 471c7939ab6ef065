/** Points of any resolution are added up to the periods that somebody asks for. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pointOf } from '../../src/tally/point.ts';
import { type PutValues, putValues } from '../../src/tally/put-values.ts';
import { pointsBetween, seriesIn } from '../../src/tally/reading.ts';
import { findSeries } from '../../src/tally/series.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';

const name = { account: ACCOUNT, region: 'us-east-1', namespace: 'Shop', metric: 'Orders', dimensions: [] } as const;
const MINUTE = 60_000;

const put = fc.record({
  minute: fc.nat({ max: 50 }),
  resolution: fc.constantFrom(1 as const, 60 as const),
  // Of two zeros, either may be the least.
  value: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
  count: fc.nat({ max: 3 }),
});

test('each period has the values that began in it, whatever their resolution', async () => {
  const world = newWorld();
  await fc.assert(
    fc.asyncProperty(
      fc.array(put, { maxLength: 40 }),
      fc.constantFrom(60, 300, 420, 3600),
      fc.nat({ max: 20 }),
      async (puts, seconds, first) => {
        const expected = new Map<number, number[]>();
        const found = world.transact((tx) => {
          for (const { key } of [...tx.points.range()]) tx.points.remove(key);
          for (const { minute, resolution, value, count } of puts) {
            putValues(name, { timeMs: minute * MINUTE + 1500, resolution }, { values: [[value, count]] }, tx);
            const period = Math.floor(((minute - first) * 60 + (resolution === 1 ? 1 : 0)) / seconds);
            if (minute < first || minute >= 45 || count === 0) continue;
            expected.set(period, [...(expected.get(period) ?? []), ...Array(count).fill(value)]);
          }
          const series = findSeries(name, tx);
          if (series === undefined) return [];
          const startMs = first * MINUTE;
          return Array.from(pointsBetween(series, { startMs, endMs: 45 * MINUTE, seconds }, tx), (each) => {
            const { count, min, max } = pointOf(each.point);
            return [(each.startMs - startMs) / seconds / 1000, count, min, max];
          });
        });
        const sorted = [...expected].sort(([one], [other]) => one - other);
        expect(found).toEqual(sorted.map(([period, all]) => [period, all.length, Math.min(...all), Math.max(...all)]));
      },
    ),
  );
});

test('what only adds up has no histogram, except where all values are the same', () => {
  const world = newWorld();
  const putOf = (set: PutValues) =>
    world.transact((tx) => {
      putValues(name, { timeMs: 0, resolution: 60 }, set, tx);
      const [row] = tx.points.range();
      return pointOf(row?.value ?? [1, 0]);
    });
  expect(putOf({ count: 2, sum: 8, min: 4, max: 4 }).histogram).toHaveLength(2);
  expect(putOf({ values: [[-3, 1]] }).histogram).toHaveLength(4);
  expect(putOf({ count: 2, sum: 9, min: 4, max: 5 })).toEqual({ count: 5, sum: 14, min: -3, max: 5 });
});

test('a value in another unit belongs to another series', () => {
  const world = newWorld();
  const found = world.transact((tx) => {
    for (const unit of [undefined, 'Bytes', 'Count'] as const) {
      putValues({ ...name, unit }, { timeMs: 0, resolution: 60 }, { values: [[1, 1]] }, tx);
    }
    return Array.from(seriesIn({ ...name }, tx), (series) => series.name.unit);
  });
  expect(found.sort()).toEqual(['Bytes', 'Count', undefined]);
});
