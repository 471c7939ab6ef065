/** The values of metrics and of expressions over them: Amazon CloudWatch API Reference, GetMetricData. */

import { expect, test } from 'vitest';
import type { GetMetricDataInput, MetricDataQuery } from '../../src/api/model/cloudwatch.types.ts';
import { putValues } from '../../src/tally/put-values.ts';
import { ACCOUNT, MINUTE, newWorld, START, type World } from '../support/harness.ts';

/** An hour ago. */
const FIRST = START - 60 * MINUTE;

/** A store with values of a metric, by the minute of the last hour. */
function worldWith(metrics: Readonly<Record<string, Readonly<Record<number, number>>>>): World {
  const world = newWorld();
  world.transact((tx) => {
    for (const [metric, values] of Object.entries(metrics)) {
      const name = { account: ACCOUNT, region: 'us-east-1', namespace: 'Shop', metric, dimensions: [] } as const;
      for (const [minute, value] of Object.entries(values)) {
        const timeMs = FIRST + Number(minute) * MINUTE;
        putValues(name, { timeMs, resolution: 60 }, { values: [[value, 1]] }, tx);
      }
    }
  });
  return world;
}

const metric = (Id: string, MetricName: string, Stat = 'Sum', Period = 60): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period, Stat },
});

const hour = { StartTime: new Date(FIRST), EndTime: new Date(FIRST + 60 * MINUTE) };

const get = (world: World, queries: readonly MetricDataQuery[], rest: Partial<GetMetricDataInput> = {}) =>
  world.call('cloudwatch', 'GetMetricData', { ...hour, MetricDataQueries: queries, ...rest });

test('metrics and expressions are answered by Id, newest first unless asked otherwise', async () => {
  const world = worldWith({ Orders: { 0: 10, 1: 20, 5: 30 }, Errors: { 0: 1, 5: 6 } });
  const queries = [
    metric('orders', 'Orders'),
    { ...metric('errors', 'Errors'), ReturnData: false },
    { Id: 'rate', Expression: 'errors / orders * 100', Label: 'Error rate' },
  ];
  expect(await get(world, queries)).toEqual({
    MetricDataResults: [
      {
        Id: 'orders',
        Label: 'Orders',
        Timestamps: [5, 1, 0].map((minute) => new Date(FIRST + minute * MINUTE)),
        Values: [30, 20, 10],
        StatusCode: 'Complete',
      },
      {
        Id: 'rate',
        Label: 'Error rate',
        Timestamps: [5, 0].map((minute) => new Date(FIRST + minute * MINUTE)),
        Values: [20, 10],
        StatusCode: 'Complete',
      },
    ],
    Messages: [],
  });
  const ascending = await get(world, queries, { ScanBy: 'TimestampAscending' });
  expect(ascending.MetricDataResults?.map(({ Values }) => Values)).toEqual([
    [10, 20, 30],
    [10, 20],
  ]);
});

test('the start is part of the time, the end is not, and periods begin with the start', async () => {
  const world = worldWith({ Orders: { 0: 1, 1: 2, 4: 4, 6: 8 } });
  const rest = { StartTime: new Date(FIRST + MINUTE + 31_000), EndTime: new Date(FIRST + 6 * MINUTE) };
  const { MetricDataResults } = await get(world, [metric('m1', 'Orders', 'Sum', 180)], rest);
  expect(MetricDataResults?.[0]).toMatchObject({
    Timestamps: [new Date(FIRST + 4 * MINUTE), new Date(FIRST + MINUTE)],
    Values: [4, 2],
  });
});

test('an expression may refer to one that comes later, and FILL fills every period until now', async () => {
  const world = worldWith({ Orders: { 58: 7 } });
  const rest = { StartTime: new Date(FIRST + 57 * MINUTE), EndTime: new Date(FIRST + 90 * MINUTE) };
  const { MetricDataResults } = await get(
    world,
    [{ Id: 'twice', Expression: 'filled * 2' }, { Id: 'filled', Expression: 'FILL(m1, 1)' }, metric('m1', 'Orders')],
    rest,
  );
  expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[2, 2, 14, 2], [1, 1, 7, 1], [7]]);
});

test('an array results in a series of each metric, under the label of both', async () => {
  const world = worldWith({ Orders: { 0: 2 }, Errors: { 0: 1 } });
  const queries = [metric('m1', 'Orders'), metric('m2', 'Errors'), { Id: 'e1', Expression: 'METRICS() * 10' }];
  const { MetricDataResults = [] } = await get(world, queries);
  expect(MetricDataResults.map(({ Id, Label, Values }) => [Id, Label, Values])).toEqual([
    ['m1', 'Orders', [2]],
    ['m2', 'Errors', [1]],
    ['e1', 'e1 Orders', [20]],
    ['e1', 'e1 Errors', [10]],
  ]);
});

test('the share of a quota that was used follows from the usage metric', async () => {
  const world = newWorld();
  await world.call('kms', 'CreateKey', {});
  const Dimensions = Object.entries({ Service: 'KMS', Type: 'API', Resource: 'CreateKey', Class: 'None' });
  const MetricDataQueries = [
    {
      Id: 'm1',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Usage',
          MetricName: 'CallCount',
          Dimensions: Dimensions.map(([Name, Value]) => ({ Name, Value })),
        },
        Period: 60,
        Stat: 'Sum',
      },
    },
    { Id: 'quota', Expression: 'SERVICE_QUOTA(m1)' },
    { Id: 'used', Expression: 'm1 / 60 / SERVICE_QUOTA(m1) * 100' },
  ];
  const { MetricDataResults } = await world.call('cloudwatch', 'GetMetricData', {
    MetricDataQueries,
    StartTime: new Date(START - MINUTE),
    EndTime: new Date(START + MINUTE),
  });
  expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[1], [5], [(1 / 60 / 5) * 100]]);
});

test('pages go on where the one before ended, for the same question only', async () => {
  const world = worldWith({ Orders: { 0: 1, 1: 2, 2: 3 }, Errors: { 0: 4, 1: 5 } });
  const queries = [metric('m1', 'Orders'), metric('none', 'Nothing'), metric('m2', 'Errors')];
  const first = await get(world, queries, { MaxDatapoints: 2 });
  expect(first.MetricDataResults).toMatchObject([{ Id: 'm1', Values: [3, 2], StatusCode: 'PartialData' }]);
  const second = await get(world, queries, { MaxDatapoints: 2, NextToken: first.NextToken });
  expect(second.MetricDataResults).toMatchObject([
    { Id: 'm1', Values: [1], StatusCode: 'Complete' },
    { Id: 'none', Values: [], StatusCode: 'Complete' },
    { Id: 'm2', Values: [5], StatusCode: 'PartialData' },
  ]);
  const third = await get(world, queries, { NextToken: second.NextToken });
  expect(third.MetricDataResults).toMatchObject([{ Id: 'm2', Values: [4], StatusCode: 'Complete' }]);
  expect(third.NextToken).toBeUndefined();
  const other = get(world, [metric('m1', 'Orders')], { NextToken: first.NextToken });
  await expect(other).rejects.toMatchObject({ code: 'InvalidNextToken' });
});

/** Parts of labels are written with # here: in JavaScript, $ before a brace means something of its own. */
const dollars = (text: string): string => text.replaceAll('#', '$');

test.each([
  ['plain', 'plain'],
  ['#{LABEL}: #{MIN} to #{MAX}', 'Orders: 10 to 30'],
  ['#{SUM} in #{DATAPOINT_COUNT}, #{AVG} each', '60 in 3, 20 each'],
  ['#{FIRST} then #{LAST}', '10 then 30'],
  [
    "#{PROP('Namespace')} #{PROP('MetricName')} #{PROP('Stat')} #{PROP('Period')} #{PROP('Region')}",
    'Shop Orders Sum 60 us-east-1',
  ],
  ['#{PROP("Dim.Page")} of #{PROP("AccountId")}', `-- of ${ACCOUNT}`],
  ['#{OTHER} $5 #{max}', '#{OTHER} $5 #{max}'],
])('the label %s is shown as %s', async (Label, shown) => {
  const world = worldWith({ Orders: { 0: 10, 1: 20, 2: 30 } });
  const queries = [
    { ...metric('m1', 'Orders'), Label: dollars(Label) },
    { Id: 'e1', Expression: 'm1 * 2', Label: dollars('#{LABEL} #{MAX}') },
  ];
  const { MetricDataResults } = await get(world, queries, { MaxDatapoints: 4, LabelOptions: { Timezone: '+0100' } });
  expect(MetricDataResults?.map((result) => result.Label)).toEqual([dollars(shown), 'e1 60']);
});

test('a label without values shows none, and times in labels are not part of ssebox', async () => {
  const world = worldWith({});
  const { MetricDataResults } = await get(world, [
    { ...metric('m1', 'Orders'), Label: dollars('#{MAX} #{SUM} #{AVG}') },
  ]);
  expect(MetricDataResults?.[0]?.Label).toBe('-- -- --');
  const timed = get(world, [{ ...metric('m1', 'Orders'), Label: dollars('#{MAX_TIME}') }]);
  await expect(timed).rejects.toMatchObject({
    code: 'NotImplemented',
    message: dollars('The part #{MAX_TIME} of a label is not part of ssebox.'),
  });
});

test('500 queries are answered, 501 are refused', async () => {
  const world = worldWith({});
  const queries = Array.from({ length: 501 }, (_, i) => metric(`m${i}`, 'Orders'));
  expect((await get(world, queries.slice(0, 500))).MetricDataResults).toHaveLength(500);
  await expect(get(world, queries)).rejects.toMatchObject({
    code: 'ValidationError',
    message: 'The collection MetricDataQueries must not have a size greater than 500.',
  });
});

const end = new Date(FIRST);
const refusals: readonly (readonly [readonly MetricDataQuery[], Partial<GetMetricDataInput>, string])[] = [
  [[], {}, 'The collection MetricDataQueries must not be empty.'],
  [[metric('m1', 'Orders')], { EndTime: end }, 'The parameter StartTime must not equal parameter EndTime.'],
  [
    [metric('m1', 'Orders')],
    { StartTime: new Date(FIRST + 1), EndTime: end },
    'The parameter StartTime must be less than the parameter EndTime.',
  ],
  [
    [metric('m1', 'Orders', 'Sum', 7)],
    {},
    'The parameter MetricDataQueries.member.1.MetricStat.Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.',
  ],
  [
    [metric('m1', 'Orders', 'Total')],
    {},
    'The value Total for parameter MetricDataQueries.member.1.MetricStat.Stat is not supported.',
  ],
  [
    [metric('m1', 'Orders'), metric('m1', 'Errors')],
    {},
    'The values for parameter id in MetricDataQueries are not unique.',
  ],
  [
    [metric('M1', 'Orders')],
    {},
    'The value for parameter MetricDataQueries.member.1.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.',
  ],
  [[{ Id: 'e1' }], {}, 'The parameter MetricDataQueries.member.1 must have either Expression or MetricStat.'],
  [
    [{ ...metric('m1', 'Orders'), Expression: 'm2' }],
    {},
    'The parameters MetricDataQueries.member.1.Expression and MetricDataQueries.member.1.MetricStat are mutually exclusive and you have specified both.',
  ],
  [
    [
      { Id: 'e1', Expression: 'e2 + 1' },
      { Id: 'e2', Expression: 'SUM([e3])' },
      { Id: 'e3', Expression: '-e1' },
    ],
    {},
    "Error in expression 'e1': Circular reference: e1 -> e2 -> e3 -> e1",
  ],
  [[{ Id: 'e1', Expression: 'e1' }], {}, "Error in expression 'e1': Circular reference: e1 -> e1"],
  [[{ Id: 'e1', Expression: 'm7 * 2' }], {}, "Error in expression 'e1': Unrecognized Id m7"],
  [
    [metric('m1', 'Orders'), { Id: 'e1', Expression: 'AVG(m1)' }],
    {},
    "Error in expression 'e1': The expression must return a time series or an array of time series",
  ],
  [
    [metric('m1', 'Orders')],
    { LabelOptions: { Timezone: 'CET' } },
    'The value CET for parameter LabelOptions.Timezone is invalid.',
  ],
  [[metric('m1', 'Orders')], { MaxDatapoints: 0 }, 'The parameter MaxDatapoints must be between 1 and 100800.'],
];

test.each(refusals)('%j with %j is refused: %s', async (queries, rest, message) => {
  const world = worldWith({ Orders: { 0: 1 } });
  await expect(get(world, queries, rest)).rejects.toMatchObject({ code: 'ValidationError', message });
});

test('metrics of another account, and Metrics Insights, are not part of ssebox', async () => {
  const world = worldWith({});
  const another = { ...metric('m1', 'Orders'), AccountId: '999999999999' };
  await expect(get(world, [another])).rejects.toMatchObject({ code: 'NotImplemented' });
  const own = await get(world, [{ ...another, AccountId: ACCOUNT }]);
  expect(own.MetricDataResults).toHaveLength(1);
  const insights = { Id: 'q1', Expression: 'SELECT AVG(Orders) FROM Shop', Period: 60 };
  await expect(get(world, [insights])).rejects.toMatchObject({ code: 'NotImplemented' });
});

test.each([
  ['m1 * 2', 300],
  ['m1 + m2', 60],
  ['SUM(METRICS())', 600],
  ["SUM(METRICS('m1'))", 300],
  ['-e0', 60],
])('%s cannot be added up to %d seconds', async (Expression, Period) => {
  const queries = [
    metric('m1', 'Orders'),
    metric('m2', 'Errors', 'Sum', 300),
    { Id: 'e0', Expression: '[m1, m2] / 2' },
  ];
  const world = worldWith({ Orders: { 0: 1 } });
  const refused = get(world, [...queries, { Id: 'e1', Expression, Period }]);
  await expect(refused).rejects.toMatchObject({ code: 'NotImplemented', message: expect.stringContaining("'e1'") });
  const own = Expression.includes('m1 * 2') || Expression.includes("'m1'") ? 60 : 300;
  await expect(get(world, [...queries, { Id: 'e1', Expression, Period: own }])).resolves.toBeDefined();
});

test('an unknown metric has no values', async () => {
  const { MetricDataResults } = await get(worldWith({}), [metric('m1', 'Nothing')]);
  expect(MetricDataResults).toEqual([
    { Id: 'm1', Label: 'Nothing', Timestamps: [], Values: [], StatusCode: 'Complete' },
  ]);
});
