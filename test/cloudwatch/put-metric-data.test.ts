/** Values of somebody's own metrics: Amazon CloudWatch API Reference, PutMetricData. */

import { expect, test } from 'vitest';
import type { MetricDatum, PutMetricDataInput } from '../../src/api/model/cloudwatch.types.ts';
import { operationFacts } from '../../src/api/operation-facts.ts';
import { dataCalls } from '../../src/call/call-log.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import { filterOf } from '../../src/cloudtrail/wanted-events.ts';
import { DAY, MINUTE, newWorld, START, type World } from '../support/harness.ts';

const put = (world: World, ...MetricData: MetricDatum[]) =>
  world.call('cloudwatch', 'PutMetricData', { Namespace: 'Shop', MetricData });

const statistics = async (world: World, MetricName: string, Period = 60) => {
  const { Datapoints = [] } = await world.call('cloudwatch', 'GetMetricStatistics', {
    Namespace: 'Shop',
    MetricName,
    StartTime: new Date(START - 60 * MINUTE),
    EndTime: new Date(START + 3 * 60 * MINUTE),
    Period,
    Statistics: ['SampleCount', 'Sum', 'Minimum', 'Maximum'],
  });
  return Datapoints.map(({ Timestamp, SampleCount, Sum, Minimum, Maximum, Unit }) => [
    (Number(Timestamp) - START) / 1000,
    SampleCount,
    Sum,
    Minimum,
    Maximum,
    Unit,
  ]);
};

test('values, values with their numbers, and sets of values count in the minute of their time', async () => {
  const world = newWorld();
  await put(
    world,
    { MetricName: 'One', Value: 5, Unit: 'Seconds' },
    { MetricName: 'Many', Values: [1, 10], Counts: [3, 2] },
    { MetricName: 'Many', Values: [4], Timestamp: new Date(START - 10 * MINUTE) },
    { MetricName: 'Set', StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 6 } },
    { MetricName: 'Set', StatisticValues: { SampleCount: 1, Sum: 7, Minimum: 7, Maximum: 7 } },
  );
  expect(await statistics(world, 'One')).toEqual([[0, 1, 5, 5, 5, 'Seconds']]);
  expect(await statistics(world, 'Many')).toEqual([
    [-600, 1, 4, 4, 4, 'None'],
    [0, 5, 23, 1, 10, 'None'],
  ]);
  expect(await statistics(world, 'Set')).toEqual([[0, 5, 17, 1, 7, 'None']]);
});

test('a set of values comes before values beside it, as with AWS', async () => {
  const world = newWorld();
  const StatisticValues = { SampleCount: 10, Sum: 55, Minimum: 1, Maximum: 10 };
  await put(world, { MetricName: 'Both', Values: [1, 2], StatisticValues });
  expect(await statistics(world, 'Both')).toEqual([[0, 10, 55, 1, 10, 'None']]);
});

test('values of a resolution of a second are seen by the second, and by the minute', async () => {
  const world = newWorld();
  for (const ago of [1000, 2000, 61_000])
    await put(world, { MetricName: 'Fast', Value: 1, Timestamp: new Date(START - ago), StorageResolution: 1 });
  const { Datapoints } = await world.call('cloudwatch', 'GetMetricStatistics', {
    Namespace: 'Shop',
    MetricName: 'Fast',
    StartTime: new Date(START - 5000),
    EndTime: new Date(START),
    Period: 1,
    Statistics: ['Sum'],
  });
  expect(Datapoints?.map(({ Timestamp }) => Number(Timestamp) - START)).toEqual([-2000, -1000]);
  expect((await statistics(world, 'Fast')).map(([at, count]) => [at, count])).toEqual([
    [-120, 1],
    [-60, 2],
  ]);
});

test('times are from two weeks ago to two hours ahead by the store’s clock', async () => {
  const world = newWorld();
  const at = (ms: number) => put(world, { MetricName: 'Late', Value: 1, Timestamp: new Date(START + ms) });
  await at(-14 * DAY);
  await at(2 * 60 * MINUTE);
  await expect(at(-14 * DAY - 1)).rejects.toMatchObject({
    code: 'InvalidParameterValue',
    message: 'The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.',
  });
  await expect(at(2 * 60 * MINUTE + 1)).rejects.toMatchObject({
    code: 'InvalidParameterValue',
    message: 'The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future.',
  });
});

test('dimensions are a set: their order does not make another metric', async () => {
  const world = newWorld();
  const [a, b] = [
    { Name: 'A', Value: '1' },
    { Name: 'B', Value: '2' },
  ];
  await put(
    world,
    { MetricName: 'Sorted', Value: 1, Dimensions: [a, b] },
    { MetricName: 'Sorted', Value: 2, Dimensions: [b, a] },
  );
  const { Metrics } = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'Shop' });
  expect(Metrics).toEqual([{ Namespace: 'Shop', MetricName: 'Sorted', Dimensions: [a, b] }]);
});

const one: MetricDatum = { MetricName: 'One', Value: 1 };
const path = 'MetricData.member.1';
const set = { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 };
const refusals: readonly (readonly [Partial<PutMetricDataInput>, code: string, message: string])[] = [
  [{ Namespace: 'AWS/KMS' }, 'InvalidParameterValue', 'The value AWS/ for parameter Namespace is invalid.'],
  [{ Namespace: 'SSEBox' }, 'InvalidParameterValue', 'The value SSEBox for parameter Namespace is invalid.'],
  [{ Namespace: '  ' }, 'InvalidParameterValue', 'The value    for parameter Namespace is invalid.'],
  [{ Namespace: 'Läden' }, 'InvalidParameterValue', 'The value Läden for parameter Namespace is invalid.'],
  [{ MetricData: undefined }, 'MissingParameter', 'The parameter MetricData is required.'],
  [{ MetricData: [] }, 'MissingParameter', 'The parameter MetricData is required.'],
  [
    { MetricData: Array.from({ length: 1001 }, () => one) },
    'InvalidParameterValue',
    'The collection MetricData must not have a size greater than 1000.',
  ],
  [{ EntityMetricData: [] }, 'NotImplemented', 'Metrics of entities are not part of ssebox.'],
  [
    { MetricData: [{ MetricName: 'One' }] },
    'InvalidParameterCombination',
    'At least one of the parameters must be specified.',
  ],
  [
    { MetricData: [{ ...one, Values: [1] }] },
    'InvalidParameterCombination',
    `The parameters ${path}.Value and ${path}.Values are mutually exclusive and you have specified both.`,
  ],
  [
    { MetricData: [{ ...one, StatisticValues: set }] },
    'InvalidParameterCombination',
    `The parameters ${path}.Value and ${path}.StatisticValues are mutually exclusive and you have specified both.`,
  ],
  [
    { MetricData: [{ MetricName: 'One', Counts: [1] }] },
    'InvalidParameterCombination',
    `The parameter ${path}.Values is required when ${path}.Counts is specified.`,
  ],
  [
    { MetricData: [{ MetricName: 'One', Values: [1, 2], Counts: [1] }] },
    'InvalidParameterValue',
    `The parameters ${path}.Values and ${path}.Counts must be of the same size.`,
  ],
  [
    { MetricData: [{ MetricName: 'One', Values: Array(151).fill(1) }] },
    'InvalidParameterValue',
    `The collection ${path}.Values must not have a size greater than 150.`,
  ],
  [
    { MetricData: [{ ...one, StorageResolution: 5 }] },
    'InvalidParameterValue',
    `The parameter ${path}.StorageResolution must be a value in the set [ 1, 60 ].`,
  ],
  [
    { MetricData: [one, { ...one, Value: Number.NaN }] },
    'InvalidParameterValue',
    'The value NaN for parameter MetricData.member.2.Value is invalid.',
  ],
  [
    { MetricData: [{ ...one, Value: Number.NEGATIVE_INFINITY }] },
    'InvalidParameterValue',
    `The value -∞ for parameter ${path}.Value is invalid.`,
  ],
  [
    { MetricData: [{ ...one, Value: 2 ** 361 }] },
    'InvalidParameterValue',
    `The value ${2 ** 361} for parameter ${path}.Value is invalid.`,
  ],
  [
    { MetricData: [{ ...one, Value: -(2 ** -361) }] },
    'InvalidParameterValue',
    `The value ${-(2 ** -361)} for parameter ${path}.Value is invalid.`,
  ],
  [
    { MetricData: [{ MetricName: 'One', Values: [1], Counts: [-1] }] },
    'InvalidParameterValue',
    `The value -1 for parameter ${path}.Counts.member.1 is invalid.`,
  ],
  [
    { MetricData: [{ MetricName: 'One', StatisticValues: { ...set, SampleCount: 0 } }] },
    'InvalidParameterValue',
    `The parameter ${path}.StatisticValues.SampleCount must be greater than 0.`,
  ],
  [
    { MetricData: [{ MetricName: 'One', StatisticValues: { ...set, Minimum: 2 } }] },
    'InvalidParameterValue',
    `The parameter ${path}.StatisticValues.Maximum must be greater than ${path}.StatisticValues.Minimum.`,
  ],
  [
    {
      MetricData: [
        {
          ...one,
          Dimensions: [
            { Name: 'A', Value: '1' },
            { Name: 'A', Value: '2' },
          ],
        },
      ],
    },
    'InvalidParameterValue',
    'No metric may specify the same dimension name twice.',
  ],
  [
    { MetricData: [{ ...one, Dimensions: [{ Name: ':A', Value: '1' }] }] },
    'InvalidParameterValue',
    `The parameter ${path}.Dimensions.member.1.Name must not start with a colon.`,
  ],
  [
    { MetricData: [{ ...one, Dimensions: [{ Name: 'A', Value: ' ' }] }] },
    'InvalidParameterValue',
    `The parameter ${path}.Dimensions.member.1.Value must contain at least one non-whitespace character.`,
  ],
  [
    { MetricData: [{ ...one, Dimensions: [{ Name: 'A', Value: 'ü' }] }] },
    'InvalidParameterValue',
    `The parameter ${path}.Dimensions.member.1.Value must contain only ASCII characters.`,
  ],
  [
    { MetricData: [{ ...one, MetricName: ' ' }] },
    'InvalidParameterValue',
    `The parameter ${path}.MetricName must contain at least one non-whitespace character.`,
  ],
];

test.each(refusals)('%j is refused with %s: %s, and nothing of it counts', async (input, code, message) => {
  const world = newWorld();
  const refused = world.call('cloudwatch', 'PutMetricData', { Namespace: 'Shop', MetricData: [one], ...input });
  await expect(refused).rejects.toMatchObject({ code, message });
  const { Metrics } = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'Shop' });
  expect(Metrics).toEqual([]);
});

test('31 dimensions are refused, 30 are not, and the longest names are found again', async () => {
  const world = newWorld();
  const dimensions = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ Name: `${i}`.padEnd(255, 'x'), Value: 'y'.repeat(1024) }));
  const datum = { MetricName: '\u{8a9e}'.repeat(255), Value: 1 };
  const Namespace = 'N'.repeat(255);
  const call = (count: number) =>
    world.call('cloudwatch', 'PutMetricData', { Namespace, MetricData: [{ ...datum, Dimensions: dimensions(count) }] });
  await call(30);
  await expect(call(31)).rejects.toMatchObject({ code: 'ValidationError' });
  const { Metrics } = await world.call('cloudwatch', 'ListMetrics', { Namespace });
  expect(Metrics).toHaveLength(1);
});

test.each(['\u{8a9e}', '\u0001', '\u{1f600}'])('names of the longest text of %j may be asked for', async (char) => {
  const world = newWorld();
  const longest = char.repeat(255 / char.length);
  const { Datapoints } = await world.call('cloudwatch', 'GetMetricStatistics', {
    Namespace: longest,
    MetricName: longest,
    Dimensions: [{ Name: longest, Value: longest }],
    StartTime: new Date(START),
    EndTime: new Date(START + MINUTE),
    Period: 60,
    Statistics: ['Sum'],
  });
  expect(Datapoints).toEqual([]);
});

test('a policy decides by the namespace, and the event is a data event without the values', async () => {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'shop' });
  await world.call('iam', 'PutUserPolicy', {
    UserName: 'shop',
    PolicyName: 'metrics',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'cloudwatch:PutMetricData',
          Resource: '*',
          Condition: { StringEquals: { 'cloudwatch:namespace': 'Shop' } },
        },
      ],
    }),
  });
  const as = { as: 'user/shop' };
  const Dimensions = [{ Name: 'Page', Value: 'cart' }];
  const input = { Namespace: 'Shop', MetricData: [{ ...one, Dimensions }] };
  await world.call('cloudwatch', 'PutMetricData', input, as);
  const denied = world.call('cloudwatch', 'PutMetricData', { ...input, Namespace: 'Other' }, as);
  await expect(denied).rejects.toMatchObject({ code: 'AccessDenied' });
  const [record] = world.transact((tx) => [...dataCalls({ start: [], end: ['9'] }, tx)].map(({ value }) => value));
  if (!record) throw new Error('the call has no record');
  expect(cloudTrailEvent(record)).toMatchObject({
    eventName: 'PutMetricData',
    eventSource: 'monitoring.amazonaws.com',
    eventCategory: 'Data',
    readOnly: false,
    requestParameters: {
      namespace: 'Shop',
      metricData: [{ metricName: 'One', dimensions: [{ name: 'Page', value: 'cart' }] }],
    },
    responseElements: null,
    resources: [{ type: 'AWS::CloudWatch::Metric' }],
  });
  const wants = (type: string) =>
    filterOf({
      kind: 'advanced',
      selectors: [
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: [type] },
          ],
        },
      ],
    })(record, operationFacts('cloudwatch', 'PutMetricData'));
  expect(['AWS::CloudWatch::Metric', 'AWS::S3::Object'].map(wants)).toEqual([true, false]);
  const { Events } = await world.call('cloudtrail', 'LookupEvents', {});
  expect(Events?.map(({ EventName }) => EventName)).not.toContain('PutMetricData');
});
