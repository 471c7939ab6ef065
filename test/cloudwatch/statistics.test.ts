/** Statistics of values in a period: Amazon CloudWatch User Guide, "CloudWatch statistics definitions". */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStatistic, statisticOf } from '../../src/cloudwatch/statistics.ts';
import type { StoredPoint } from '../../src/store/records/tally.ts';
import { addToHistogram } from '../../src/tally/histogram.ts';

/** The point of values, as a series stores it. */
function pointOf(values: readonly number[]): StoredPoint {
  const histogram = values.reduce<number[]>((all, value) => addToHistogram(all, value), []);
  const sum = values.reduce((all, value) => all + value, 0);
  return [1, values.length, sum, Math.min(...values), Math.max(...values), histogram];
}

const of = (name: string, values: readonly number[], scale = 1) =>
  statisticOf(pointOf(values), parseStatistic(name, 'Stat'), scale);

const oneToTen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

test.each([
  ['SampleCount', 10],
  ['Sum', 55],
  ['Average', 5.5],
  ['Minimum', 1],
  ['Maximum', 10],
  ['p0', 1],
  ['p50', 5],
  ['p90', 9],
  ['p99.9', 10],
  ['p100', 10],
  // The 10 % with the highest values are left out.
  ['tm90', 5],
  ['TM(10%:90%)', 5.5],
  ['TM(:90%)', 5],
  ['TM(80%:)', 9.5],
  // More than 2 and up to 5.
  ['TM(2.1:5.1)', 4],
  ['tc90', 9],
  ['TC(2.1:5.1)', 3],
  ['TC(20:30)', 0],
  ['ts90', 45],
  ['TS(80%:)', 19],
  ['wm90', 5.4],
  ['WM(10%:90%)', 5.5],
  ['WM(3.5:8.5)', 5.75],
  ['PR(:3.1)', 30],
  ['PR(3.1:8.1)', 50],
  ['PR(8.1:)', 20],
  ['IQM', 5.5],
  ['iqm', 5.5],
] as const)('%s of one to ten is %s', (name, expected) => {
  expect(Math.abs((of(name, oneToTen) ?? Number.NaN) - expected)).toBeLessThanOrEqual(expected * 0.011);
});

test.each(['TM(20:30)', 'TS(20:30)'])('%s of one to ten is unknown, since no value is in the range', (name) => {
  expect(of(name, oneToTen)).toBeUndefined();
});

test.each(['IQM', 'tm90', 'TM(25%:75%)', 'wm50', 'p50', 'TM(:5)'])('%s of a single value is that value', (name) => {
  expect(of(name, [3])).toBe(3);
});

test.each([
  'Sums',
  'sum',
  'p',
  'p101',
  'p5.12345678901',
  'TM(:)',
  'TM(90%:10%)',
  'TM(10%:90)',
  'TM(-1%:)',
  'PR(10%:90%)',
  'XX(1:2)',
  'xx90',
  'TM(1)',
  '',
])('%s is not a statistic', (name) => {
  expect(() => parseStatistic(name, 'Stat')).toThrow(`The value ${name} for parameter Stat is not supported.`);
});

test('what is only known by its sums has no percentiles, unless all values are the same', () => {
  const p50 = parseStatistic('p50', 'Stat');
  expect(statisticOf([1, 3, 6, 1, 3], p50, 1)).toBeUndefined();
  expect(statisticOf([1, 3, 6, 2, 2], p50, 1)).toBe(2);
  // Counted calls: each value is 1.
  expect(statisticOf([1, 7], p50, 1)).toBe(1);
  expect(statisticOf([1, 7], parseStatistic('TC(0:1)', 'Stat'), 1)).toBe(7);
});

test('negative values have no percentiles', () => {
  expect(of('p50', [-1, 1])).toBeUndefined();
  expect(of('Average', [-1, 1])).toBe(0);
});

test('values are in the published unit, and so are the ends of ranges; a number of values is not scaled', () => {
  const micros = [1000, 2000, 3000];
  expect(of('Average', micros, 1000)).toBe(2);
  expect(of('p100', micros, 1000)).toBe(3);
  expect(of('SampleCount', micros, 1000)).toBe(3);
  expect(of('TC(1.5:2.5)', micros, 1000)).toBe(1);
});

const value = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double({ min: 0.001, max: 1e9, noNaN: true }));
const values = fc.array(value, { minLength: 1, maxLength: 100 });
const percent = fc.integer({ min: 0, max: 100 });

test('percentiles and trimmed means are within one percent of those of the values themselves', () => {
  fc.assert(
    fc.property(values, percent, percent, (all, a, b) => {
      const sorted = all.toSorted((one, other) => one - other);
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const near = (found: number | undefined, exact: number) =>
        expect(Math.abs((found ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * (0.01 + 1e-9));
      near(of(`p${a}`, all), sorted[Math.max(1, Math.ceil((a * all.length) / 100)) - 1] ?? Number.NaN);
      const kept = sorted.slice(Math.floor((low * all.length) / 100), Math.ceil((high * all.length) / 100));
      const found = of(`TM(${low}%:${high}%)`, all);
      if (kept.length === 0) expect(found).toBeUndefined();
      else near(found, kept.reduce((sum, each) => sum + each, 0) / kept.length);
      expect(of(`TC(${low}%:${high}%)`, all)).toBe(kept.length);
      const [least = 0, greatest = 0] = [kept[0], kept.at(-1)];
      const moved = sorted.map((each) => Math.min(greatest, Math.max(least, each)));
      if (kept.length > 0)
        near(of(`WM(${low}%:${high}%)`, all), moved.reduce((sum, each) => sum + each, 0) / all.length);
    }),
  );
});
