/** Statistics of one metric: Amazon CloudWatch API Reference, GetMetricStatistics. */

import { expect, test } from 'vitest';
import type { GetMetricStatisticsInput } from '../../src/api/model/cloudwatch.types.ts';
import { type PutValues, putValues } from '../../src/tally/put-values.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START, type World } from '../support/harness.ts';

const name = { account: ACCOUNT, region: 'us-east-1', namespace: 'Shop', metric: 'Latency', dimensions: [] } as const;
const HOUR = 60 * MINUTE;
const FIRST = START - HOUR;

const usual = {
  Namespace: 'Shop',
  MetricName: 'Latency',
  StartTime: new Date(FIRST),
  EndTime: new Date(START),
  Period: 60,
} as const;

const get = (world: World, input: Partial<GetMetricStatisticsInput>) =>
  world.call('cloudwatch', 'GetMetricStatistics', { ...usual, ...input });

type Put = readonly [timeMs: number, values: PutValues, unit?: 'Milliseconds' | 'Seconds' | undefined, resolution?: 1];

function worldWith(puts: readonly Put[]): World {
  const world = newWorld();
  world.transact((tx) => {
    for (const [timeMs, values, unit, resolution = 60] of puts)
      putValues({ ...name, unit }, { timeMs, resolution }, values, tx);
  });
  return world;
}

const of = (...values: readonly number[]): PutValues => ({ values: values.map((value) => [value, 1]) });

test('each point has the statistics that were asked for, and the unit of its values', async () => {
  const world = worldWith([
    [FIRST, of(1, 2, 6), 'Milliseconds'],
    [FIRST + MINUTE, of(5), 'Milliseconds'],
  ]);
  const Statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
  expect(await get(world, { Statistics: [...Statistics] })).toEqual({
    Label: 'Latency',
    Datapoints: [
      {
        Timestamp: new Date(FIRST),
        SampleCount: 3,
        Average: 3,
        Sum: 9,
        Minimum: 1,
        Maximum: 6,
        Unit: 'Milliseconds',
      },
      {
        Timestamp: new Date(FIRST + MINUTE),
        SampleCount: 1,
        Average: 5,
        Sum: 5,
        Minimum: 5,
        Maximum: 5,
        Unit: 'Milliseconds',
      },
    ],
  });
  const { Datapoints } = await get(world, { ExtendedStatistics: ['p100', 'tc90'] });
  expect(Datapoints?.map(({ ExtendedStatistics }) => ExtendedStatistics)).toEqual([
    { p100: 6, tc90: 3 },
    { p100: 5, tc90: 1 },
  ]);
});

test('values in different units are points of their own, unless one unit is asked for', async () => {
  const world = worldWith([
    [FIRST, of(1), 'Seconds'],
    [FIRST, of(2), 'Milliseconds'],
    [FIRST, of(3)],
  ]);
  const all = await get(world, { Statistics: ['Sum'] });
  expect(all.Datapoints?.map(({ Sum, Unit }) => [Sum, Unit])).toEqual([
    [1, 'Seconds'],
    [2, 'Milliseconds'],
    [3, 'None'],
  ]);
  const one = await get(world, { Statistics: ['Sum'], Unit: 'Milliseconds' });
  expect(one.Datapoints?.map(({ Sum }) => Sum)).toEqual([2]);
  const none = await get(world, { Statistics: ['Sum'], Unit: 'None' });
  expect(none.Datapoints?.map(({ Sum }) => Sum)).toEqual([3]);
});

test('a period of which only statistic sets are known has no percentiles, and is left out', async () => {
  const world = worldWith([
    [FIRST, { count: 3, sum: 9, min: 1, max: 6 }],
    [FIRST + MINUTE, { count: 3, sum: 9, min: 3, max: 3 }],
    [FIRST + 2 * MINUTE, of(4)],
    [FIRST + 2 * MINUTE, { count: 2, sum: 3, min: 1, max: 2 }],
  ]);
  const { Datapoints } = await get(world, { ExtendedStatistics: ['p50'] });
  expect(Datapoints?.map(({ ExtendedStatistics }) => ExtendedStatistics)).toEqual([{ p50: 3 }]);
});

test('the start is rounded down: to the period below a minute, to a minute, to five of old values, to an hour of older', async () => {
  const ages = [HOUR, HOUR, 20 * DAY, 70 * DAY];
  const world = worldWith([
    [START - HOUR + 10_000, of(1), undefined, 1],
    [START - 20 * DAY, of(2)],
    [START - 70 * DAY, of(3)],
  ]);
  const asked = [
    [14_000, 10],
    [59_000, 60],
    [299_000, 300],
    [3_599_000, 3600],
  ];
  const found = [];
  for (const [i, [late = 0, Period = 60]] of asked.entries()) {
    const StartTime = new Date(START - (ages[i] ?? 0) + late);
    const { Datapoints } = await get(world, {
      StartTime,
      EndTime: new Date(+StartTime + 1000),
      Period,
      Statistics: ['Sum'],
    });
    found.push(Datapoints?.map(({ Timestamp, Sum }) => [Number(Timestamp) - START, Sum]));
  }
  expect(found).toEqual([[[-HOUR + 10_000, 1]], [[-HOUR, 1]], [[-20 * DAY, 2]], [[-70 * DAY, 3]]]);
});

test('values are there for three hours by the second, 15 days by the minute, 63 by five minutes, 455 by the hour', async () => {
  const ages = [2 * HOUR, 4 * HOUR, 14 * DAY, 16 * DAY, 62 * DAY, 64 * DAY, 454 * DAY, 456 * DAY];
  const world = worldWith(ages.map((age, i) => [START - age, of(i), undefined, 1]));
  const found = async (Period: number) => {
    const seen: number[] = [];
    for (const age of ages) {
      const StartTime = new Date(START - age);
      const input = { StartTime, EndTime: new Date(+StartTime + 1000), Period, Statistics: ['Sum' as const] };
      const { Datapoints = [] } = await get(world, input);
      seen.push(...Datapoints.map(({ Sum = -1 }) => Sum));
    }
    return seen;
  };
  expect(await found(1)).toEqual([0]);
  expect(await found(60)).toEqual([0, 1, 2]);
  expect(await found(420)).toEqual([0, 1, 2]);
  expect(await found(300)).toEqual([0, 1, 2, 3, 4]);
  expect(await found(3600)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('1,440 points may be asked for, 1,441 are refused', async () => {
  const world = newWorld();
  const StartTime = new Date(START - 1440 * MINUTE);
  await expect(get(world, { StartTime, Statistics: ['Sum'] })).resolves.toMatchObject({ Datapoints: [] });
  const later = { StartTime, EndTime: new Date(START + MINUTE) };
  await expect(get(world, { ...later, Statistics: ['Sum'] })).rejects.toMatchObject({
    code: 'InvalidParameterCombination',
    message:
      'You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
  });
});

const refusals: readonly (readonly [Partial<GetMetricStatisticsInput>, code: string, message: string])[] = [
  [
    { StartTime: new Date(START), Statistics: ['Sum'] },
    'InvalidParameterValue',
    'The parameter StartTime must be less than the parameter EndTime.',
  ],
  [
    { Period: 7, Statistics: ['Sum'] },
    'InvalidParameterValue',
    'The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.',
  ],
  [{}, 'InvalidParameterCombination', 'Must specify either Statistics or ExtendedStatistics.'],
  [
    { Statistics: ['Sum'], ExtendedStatistics: ['p50'] },
    'InvalidParameterCombination',
    'The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.',
  ],
  [
    { ExtendedStatistics: ['p50', 'Sum'] },
    'InvalidParameterValue',
    'The value Sum for parameter ExtendedStatistics.member.2 is not supported.',
  ],
];

test.each(refusals)('%j is refused with %s: %s', async (input, code, message) => {
  await expect(get(newWorld(), input)).rejects.toMatchObject({ code, message });
});

test('names that every JavaScript object has are names like any other', async () => {
  const input = { Namespace: 'constructor', MetricName: 'constructor', Statistics: ['Sum'] } as const;
  expect(await get(newWorld(), { ...input, Statistics: ['Sum'] })).toEqual({ Label: 'constructor', Datapoints: [] });
});
