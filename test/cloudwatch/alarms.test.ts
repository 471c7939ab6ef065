/** Alarms as the API has them: what they are put with, how they are listed, switched, tagged and deleted. */

import { expect, test } from 'vitest';
import type { PutMetricAlarmInput } from '../../src/api/model/cloudwatch.types.ts';
import { messagesAfter, newestMessage } from '../../src/cloudwatch/alarm-messages.ts';
import { openTerm } from '../../src/cloudwatch/alarm-terms.ts';
import { putValues } from '../../src/tally/put-values.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START, type World } from '../support/harness.ts';

const arn = 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:orders';
const topic = 'arn:aws:sns:us-east-1:111122223333:ops';

const orders = {
  AlarmName: 'orders',
  MetricName: 'Orders',
  Namespace: 'Shop',
  Dimensions: [{ Name: 'Store', Value: 'north' }],
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
} as const satisfies PutMetricAlarmInput;

const put = (world: World, changes: Partial<PutMetricAlarmInput> = {}) =>
  world.call('cloudwatch', 'PutMetricAlarm', { ...orders, ...changes });

const describe = async (world: World) => (await world.call('cloudwatch', 'DescribeAlarms', {})).MetricAlarms ?? [];
const names = async (world: World) => (await describe(world)).map(({ AlarmName }) => AlarmName);

const set = (world: World, StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', AlarmName = 'orders') =>
  world.call('cloudwatch', 'SetAlarmState', { AlarmName, StateValue, StateReason: 'a drill' });

async function summaries(world: World, AlarmName?: string): Promise<(string | undefined)[]> {
  const { AlarmHistoryItems = [] } = await world.call('cloudwatch', 'DescribeAlarmHistory', {
    AlarmName,
    ScanBy: 'TimestampAscending',
  });
  return AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary);
}

test('a new alarm has what it was put with, and nothing that was left out', async () => {
  const world = newWorld();
  await put(world);
  const at = new Date(START);
  expect(await describe(world)).toEqual([
    {
      ...orders,
      AlarmArn: arn,
      AlarmConfigurationUpdatedTimestamp: at,
      ActionsEnabled: true,
      OKActions: [],
      AlarmActions: [],
      InsufficientDataActions: [],
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      StateUpdatedTimestamp: at,
      StateTransitionedTimestamp: at,
    },
  ]);
});

test('putting an alarm again replaces all settings and keeps its state, its tags and when it was created', async () => {
  const world = newWorld();
  await put(world, {
    AlarmDescription: 'many',
    DatapointsToAlarm: 1,
    Unit: 'Count',
    Tags: [{ Key: 'team', Value: 'a' }],
  });
  await set(world, 'ALARM');
  const [before] = await describe(world);
  world.advance(1000);
  await put(world, { Threshold: 7, TreatMissingData: 'ignore', Tags: [{ Key: 'team', Value: 'b' }] });
  const [after] = await describe(world);
  expect(after).toEqual({
    ...Object.fromEntries(
      Object.entries(before ?? {}).filter(
        ([name]) => !['AlarmDescription', 'DatapointsToAlarm', 'Unit'].includes(name),
      ),
    ),
    AlarmConfigurationUpdatedTimestamp: new Date(START + 1000),
    Threshold: 7,
    TreatMissingData: 'ignore',
  });
  const { Tags } = await world.call('cloudwatch', 'ListTagsForResource', { ResourceARN: arn });
  expect(Tags).toEqual([{ Key: 'team', Value: 'a' }]);
  expect(await summaries(world)).toEqual([
    'Alarm "orders" created',
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
    'Alarm "orders" updated',
  ]);
});

const unset = {
  MetricName: undefined,
  Namespace: undefined,
  Dimensions: undefined,
  Statistic: undefined,
  Period: undefined,
} as const;

const metric = (Id: string, ReturnData = false, others: object = {}) => ({
  Id,
  MetricStat: { Metric: { Namespace: 'Shop', MetricName: Id }, Period: 60, Stat: 'Sum' },
  ReturnData,
  ...others,
});

// Amazon CloudWatch API Reference, PutMetricAlarm; refusals of CloudWatch where they are known.
const refused: readonly (readonly [why: string, changes: object, refusal: string])[] = [
  [
    'more than a day',
    { Period: 300, EvaluationPeriods: 289 },
    'ValidationError: Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) for alarms using period < 3600',
  ],
  [
    'more than a week',
    { Period: 86_400, EvaluationPeriods: 8 },
    'ValidationError: Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800) for alarms using period >= 3600',
  ],
  ['a period of seven seconds', { Period: 7 }, 'ValidationError: Period must be 10, 20, 30 or a multiple of 60.'],
  ['a period of one second', { Period: 1 }, 'ValidationError: Period must be 10, 20, 30 or a multiple of 60.'],
  [
    'more points than periods',
    { DatapointsToAlarm: 2 },
    'ValidationError: DatapointsToAlarm must be less than or equal to EvaluationPeriods.',
  ],
  [
    'both kinds of statistics',
    { ExtendedStatistic: 'p99' },
    'ValidationError: For an alarm on a single metric, you must specify either Statistic or ExtendedStatistic but not both.',
  ],
  [
    'no statistic',
    { Statistic: undefined },
    'ValidationError: For an alarm on a single metric, you must specify either Statistic or ExtendedStatistic but not both.',
  ],
  [
    'a percentile that is none',
    { Statistic: undefined, ExtendedStatistic: 'p101' },
    'ValidationError: The value p101 for parameter ExtendedStatistic is not supported.',
  ],
  [
    'no metric',
    unset,
    'ValidationError: For each PutMetricAlarm operation, you must specify either MetricName, a Metrics array, or an EvaluationCriteria.',
  ],
  ['no namespace', { Namespace: undefined }, 'ValidationError: Namespace must be set if MetricName is set.'],
  [
    'a dimension twice',
    {
      Dimensions: [
        { Name: 'Store', Value: 'north' },
        { Name: 'Store', Value: 'south' },
      ],
    },
    'ValidationError: No metric may specify the same dimension name twice.',
  ],
  ['no period', { Period: undefined }, 'ValidationError: Period must be set if MetricName is set.'],
  [
    'no threshold',
    { Threshold: undefined },
    "ValidationError: 1 validation error detected: Value null at 'threshold' failed to satisfy constraint: Member must not be null",
  ],
  [
    'a metric and a list',
    { Metrics: [metric('a', true)] },
    'ValidationError: MetricName should not be set if list of Metrics is set.',
  ],
  [
    'a statistic and a list',
    { ...unset, Statistic: 'Sum', Metrics: [metric('a', true)] },
    'ValidationError: Statistic should not be set if list of Metrics is set.',
  ],
  [
    'a list in which two return data',
    { ...unset, Metrics: [metric('a', true), metric('b', true)] },
    'ValidationError: Exactly one element of the metrics list should return data.',
  ],
  [
    'a list in which none returns data',
    { ...unset, Metrics: [metric('a')] },
    'ValidationError: Exactly one element of the metrics list should return data.',
  ],
  [
    'a list of one formula',
    { ...unset, Metrics: [{ Id: 'a', Expression: '1 + 1' }] },
    'ValidationError: The Metrics list must contain at least one metric.',
  ],
  [
    'a formula that refers to itself',
    { ...unset, Metrics: [metric('a'), { Id: 'e', Expression: 'e + a' }] },
    "ValidationError: Error in expression 'e': Circular reference: e -> e",
  ],
  ['an action that is not an ARN', { AlarmActions: ['ops'] }, 'ValidationError: Invalid arn syntax: ops'],
  [
    'an action in another region',
    { OKActions: ['arn:aws:sns:eu-west-1:111122223333:ops'] },
    'ValidationError: Invalid region eu-west-1 specified. Only us-east-1 is supported.',
  ],
  [
    'six actions',
    { AlarmActions: Array.from({ length: 6 }, (_, i) => `${topic}${i}`) },
    "ValidationError: 1 validation error detected: Value '[arn:aws:sns:us-east-1:111122223333:ops0, arn:aws:sns:us-east-1:111122223333:ops1, arn:aws:sns:us-east-1:111122223333:ops2, arn:aws:sns:us-east-1:111122223333:ops3, arn:aws:sns:us-east-1:111122223333:ops4, arn:aws:sns:us-east-1:111122223333:ops5]' at 'alarmActions' failed to satisfy constraint: Member must have length less than or equal to 5",
  ],
  [
    'a control character in the name',
    { AlarmName: 'a\nb' },
    'ValidationError: AlarmName must contain only UTF-8 characters, and cannot contain ASCII control characters.',
  ],
  [
    'missing data treated in an unknown way',
    { TreatMissingData: 'guess' },
    "ValidationError: 1 validation error detected: Value 'guess' at 'treatMissingData' failed to satisfy constraint: Member must satisfy enum value set: [breaching, notBreaching, ignore, missing]",
  ],
  [
    'the same tag twice',
    {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
    },
    'ValidationError: Duplicate tag keys are not allowed.',
  ],
  ["a tag of AWS's", { Tags: [{ Key: 'aws:a', Value: '1' }] }, 'ValidationError: Tag keys cannot begin with aws:.'],
  [
    '51 tags',
    { Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })) },
    'ValidationError: A resource can have at most 50 tags.',
  ],
  ['anomaly detection', { ThresholdMetricId: 'ad1' }, 'NotImplemented: Anomaly detection is not part of ssebox.'],
  [
    'a comparison with a band',
    { ComparisonOperator: 'LessThanLowerThreshold' },
    'NotImplemented: Anomaly detection is not part of ssebox.',
  ],
  [
    'PromQL',
    { ...unset, EvaluationCriteria: { PromQLCriteria: { Query: 'up' } } },
    'NotImplemented: PromQL alarms are not part of ssebox.',
  ],
  [
    'a metric of another account',
    { ...unset, Metrics: [metric('a', true, { AccountId: '444455556666' })] },
    'NotImplemented: Metrics of other accounts (a) are not part of ssebox.',
  ],
];

test('what no alarm can be put with is refused, and nothing is stored', async () => {
  const world = newWorld();
  const found: (readonly [string, object, string])[] = [];
  for (const [why, changes] of refused) {
    found.push([why, changes, await world.refusal('cloudwatch', 'PutMetricAlarm', { ...orders, ...changes })]);
  }
  expect(found).toEqual(refused);
  expect(await names(world)).toEqual([]);
});

test('composite alarms are not part of ssebox', async () => {
  const world = newWorld();
  const refusal = await world.refusal('cloudwatch', 'DescribeAlarms', { ChildrenOfAlarmName: 'all' });
  expect(refusal).toBe('NotImplemented: Composite alarms are not part of ssebox.');
  const { MetricAlarms, CompositeAlarms } = await world.call('cloudwatch', 'DescribeAlarms', {
    AlarmTypes: ['CompositeAlarm'],
  });
  expect([MetricAlarms, CompositeAlarms]).toEqual([[], []]);
});

test('an alarm may look at exactly a day, and one with long periods at a week', async () => {
  const world = newWorld();
  await put(world, { Period: 60, EvaluationPeriods: 1440 });
  await put(world, { AlarmName: 'week', Period: 3600, EvaluationPeriods: 168 });
  await put(world, { AlarmName: 'metrics', ...unset, Metrics: [metric('a'), { Id: 'e', Expression: 'a / 60' }] });
  expect(await names(world)).toEqual(['metrics', 'orders', 'week']);
});

test('lists are by name, filtered, and go on after a token', async () => {
  const world = newWorld();
  for (const AlarmName of ['b', 'ab', 'a', 'é', 'aa']) await put(world, { AlarmName });
  await put(world, { AlarmName: 'ac', InsufficientDataActions: [topic] });
  await set(world, 'OK', 'aa');
  const list = async (input: object) => {
    const { MetricAlarms = [], NextToken } = await world.call('cloudwatch', 'DescribeAlarms', input);
    return { names: MetricAlarms.map(({ AlarmName }) => AlarmName), NextToken };
  };
  expect((await list({})).names).toEqual(['a', 'aa', 'ab', 'ac', 'b', 'é']);
  expect((await list({ AlarmNamePrefix: 'a' })).names).toEqual(['a', 'aa', 'ab', 'ac']);
  expect((await list({ AlarmNames: ['é', 'no', 'a', 'a'] })).names).toEqual(['a', 'é']);
  expect((await list({ StateValue: 'OK' })).names).toEqual(['aa']);
  expect((await list({ ActionPrefix: 'arn:aws:sns' })).names).toEqual(['ac']);
  for (const filter of [{ AlarmNamePrefix: 'a' }, { AlarmNames: ['a', 'aa', 'ac'] }, {}]) {
    const all = (await list(filter)).names;
    const first = await list({ ...filter, MaxRecords: 2 });
    expect(first.names).toEqual(all.slice(0, 2));
    const { NextToken } = first;
    expect((await list({ ...filter, NextToken })).names).toEqual(all.slice(2));
  }
  const { NextToken } = await list({ MaxRecords: 2 });
  await expect(list({ NextToken, AlarmNamePrefix: 'a' })).rejects.toMatchObject({ code: 'InvalidNextToken' });
  const refusal = await world.refusal('cloudwatch', 'DescribeAlarms', { AlarmNames: ['a'], AlarmNamePrefix: 'a' });
  expect(refusal).toMatch(/^ValidationError: /);
});

test('alarms for a metric are those on exactly its dimensions, and none on a formula', async () => {
  const world = newWorld();
  await put(world);
  await put(world, { AlarmName: 'all', Dimensions: [] });
  const { MetricStat } = metric('a');
  const ofOrders = metric('a', true, {
    MetricStat: { ...MetricStat, Metric: { Namespace: 'Shop', MetricName: 'Orders' } },
  });
  await put(world, { AlarmName: 'p99', Statistic: undefined, ExtendedStatistic: 'p99', Period: 300 });
  await put(world, { AlarmName: 'formula', ...unset, Metrics: [ofOrders] });
  const { MetricName, Namespace, Dimensions } = orders;
  const list = async (others: object = {}) => {
    const asked = { MetricName, Namespace, Dimensions, ...others };
    const { MetricAlarms = [] } = await world.call('cloudwatch', 'DescribeAlarmsForMetric', asked);
    return MetricAlarms.map(({ AlarmName }) => AlarmName);
  };
  expect(await list()).toEqual(['orders', 'p99']);
  expect(await list({ Dimensions: undefined })).toEqual(['all']);
  expect(await list({ ExtendedStatistic: 'p99' })).toEqual(['p99']);
  expect(await list({ Period: 60 })).toEqual(['orders']);
  expect(await list({ Unit: 'Count' })).toEqual([]);
});

test('alarms that exist are deleted, whatever other names are given; without any there is nothing to delete', async () => {
  const world = newWorld();
  await put(world);
  await put(world, { AlarmName: 'kept' });
  await world.call('cloudwatch', 'DeleteAlarms', { AlarmNames: ['orders', 'no-such-alarm'] });
  expect(await names(world)).toEqual(['kept']);
  expect(await world.refusal('cloudwatch', 'DeleteAlarms', { AlarmNames: ['orders'] })).toBe(
    'ResourceNotFound: Unknown alarm: orders',
  );
  expect(await summaries(world, 'orders')).toEqual(['Alarm "orders" created', 'Alarm "orders" deleted']);
});

test('if one of the alarms may not be deleted, none is', async () => {
  const world = newWorld();
  await put(world);
  await put(world, { AlarmName: 'other' });
  await world.call('iam', 'CreateUser', { UserName: 'ana' });
  await allow(world, { Action: 'cloudwatch:DeleteAlarms', Resource: arn });
  const input = { AlarmNames: ['orders', 'other'] };
  expect(await world.refusal('cloudwatch', 'DeleteAlarms', input, { as: 'user/ana' })).toMatch(
    /^AccessDenied: .*alarm:other/,
  );
  expect(await names(world)).toEqual(['orders', 'other']);
  await world.call('cloudwatch', 'DeleteAlarms', { AlarmNames: ['orders'] }, { as: 'user/ana' });
});

const allow = (world: World, statement: object) =>
  world.call('iam', 'PutUserPolicy', {
    UserName: 'ana',
    PolicyName: 'alarms',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] }),
  });

test('a policy can limit which actions an alarm may have', async () => {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ana' });
  const Condition = { 'ForAllValues:StringLike': { 'cloudwatch:AlarmActions': ['arn:aws:sns:*'] } };
  await allow(world, { Action: 'cloudwatch:PutMetricAlarm', Resource: `${arn}*`, Condition });
  const as = { as: 'user/ana' };
  await world.call('cloudwatch', 'PutMetricAlarm', { ...orders, AlarmActions: [topic] }, as);
  const stop = { ...orders, OKActions: ['arn:aws:automate:us-east-1:ec2:stop'] };
  expect(await world.refusal('cloudwatch', 'PutMetricAlarm', stop, as)).toMatch(/^AccessDenied: /);
  const other = { ...orders, AlarmName: 'other' };
  expect(await world.refusal('cloudwatch', 'PutMetricAlarm', other, as)).toMatch(/^AccessDenied: /);
  // Tags of a new alarm need a permission of their own.
  const tagged = { ...orders, AlarmName: 'orders-2', Tags: [{ Key: 'team', Value: 'a' }] };
  expect(await world.refusal('cloudwatch', 'PutMetricAlarm', tagged, as)).toMatch(/cloudwatch:TagResource/);
});

test('a policy can be about the tags of an alarm', async () => {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ana' });
  await put(world, { Tags: [{ Key: 'team', Value: 'a' }] });
  await put(world, { AlarmName: 'other' });
  const Condition = { StringEquals: { 'aws:ResourceTag/team': 'a' } };
  await allow(world, { Action: 'cloudwatch:SetAlarmState', Resource: '*', Condition });
  const state = { StateValue: 'OK', StateReason: '' } as const;
  await world.call('cloudwatch', 'SetAlarmState', { AlarmName: 'orders', ...state }, { as: 'user/ana' });
  const denied = { AlarmName: 'other', ...state };
  expect(await world.refusal('cloudwatch', 'SetAlarmState', denied, { as: 'user/ana' })).toMatch(/^AccessDenied: /);
});

test('tags are added, replaced and removed', async () => {
  const world = newWorld();
  await put(world);
  const tag = (ResourceARN: string, ...Tags: { Key: string; Value: string }[]) =>
    world.call('cloudwatch', 'TagResource', { ResourceARN, Tags });
  await tag(arn, { Key: 'team', Value: 'a' }, { Key: 'stage', Value: 'test' });
  await tag(arn, { Key: 'team', Value: 'b' });
  await world.call('cloudwatch', 'UntagResource', { ResourceARN: arn, TagKeys: ['stage', 'no-such-tag'] });
  const { Tags } = await world.call('cloudwatch', 'ListTagsForResource', { ResourceARN: arn });
  expect(Tags).toEqual([{ Key: 'team', Value: 'b' }]);
  for (const [ResourceARN, code] of [
    ['orders', 'InvalidParameterValue'],
    [`${arn}2`, 'ResourceNotFoundException'],
    [arn.replace('us-east-1', 'eu-west-1'), 'ResourceNotFoundException'],
    ['arn:aws:cloudwatch::111122223333:dashboard/d', 'ResourceNotFoundException'],
  ] as const) {
    expect(await world.refusal('cloudwatch', 'ListTagsForResource', { ResourceARN })).toMatch(new RegExp(`^${code}: `));
  }
});

test('a change of state leaves a message for each action, one where none is set, and none while actions are disabled', async () => {
  const world = newWorld();
  const action = 'arn:aws:lambda:us-east-1:111122223333:function:page';
  await put(world, { AlarmActions: [topic, action], OKActions: [topic], AlarmDescription: 'many', Unit: 'Count' });
  await set(world, 'ALARM');
  await set(world, 'ALARM');
  await world.call('cloudwatch', 'DisableAlarmActions', { AlarmNames: ['orders', 'no-such-alarm'] });
  await set(world, 'OK');
  await world.call('cloudwatch', 'EnableAlarmActions', { AlarmNames: ['orders'] });
  await set(world, 'INSUFFICIENT_DATA');
  const messages = world.transact((tx) => [...messagesAfter(0, tx)]);
  expect(messages.map(({ number, action }) => [number, action])).toEqual([
    [1, topic],
    [2, action],
    [3, undefined],
  ]);
  expect(world.transact((tx) => [...messagesAfter(1, tx)].length)).toBe(2);
  expect(world.transact(newestMessage)).toBe(3);
  // What nobody is sent is in a topic's form.
  expect(JSON.parse(messages[2]?.body ?? '')).toMatchObject({
    ...{ AlarmName: 'orders', OldStateValue: 'OK', NewStateValue: 'INSUFFICIENT_DATA', InsufficientDataActions: [] },
  });
  const at = '2026-05-04T09:00:00.000+0000';
  expect(messages[0]?.body).toBe(
    `{"AlarmName":"orders","AlarmDescription":"many","AWSAccountId":"111122223333","AlarmConfigurationUpdatedTimestamp":"${at}","NewStateValue":"ALARM","NewStateReason":"a drill","StateChangeTime":"${at}","Region":"US East (N. Virginia)","AlarmArn":"${arn}","OldStateValue":"INSUFFICIENT_DATA","OKActions":["${topic}"],"AlarmActions":["${topic}","${action}"],"InsufficientDataActions":[],"Trigger":{"MetricName":"Orders","Namespace":"Shop","StatisticType":"Statistic","Statistic":"AVERAGE","Unit":"Count","Dimensions":[{"value":"north","name":"Store"}],"Period":60,"EvaluationPeriods":1,"ComparisonOperator":"GreaterThanThreshold","Threshold":5.0,"TreatMissingData":"missing","EvaluateLowSampleCountPercentile":""}}`,
  );
  const { alarmData, ...event } = JSON.parse(messages[1]?.body ?? '');
  expect(event).toEqual({
    source: 'aws.cloudwatch',
    alarmArn: arn,
    accountId: ACCOUNT,
    time: at,
    region: 'us-east-1',
  });
  expect(alarmData).toEqual({
    alarmName: 'orders',
    state: { value: 'ALARM', reason: 'a drill', timestamp: at },
    previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation', timestamp: at },
    configuration: {
      description: 'many',
      metrics: [
        {
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
          metricStat: {
            metric: { namespace: 'Shop', name: 'Orders', dimensions: { Store: 'north' } },
            period: 60,
            stat: 'Average',
            unit: 'Count',
          },
          returnData: true,
        },
      ],
    },
  });
  expect(await summaries(world)).toEqual([
    'Alarm "orders" created',
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
    `Successfully executed action ${topic}`,
    `Successfully executed action ${action}`,
    'Alarm "orders" updated',
    'Alarm updated from ALARM to OK',
    'Alarm "orders" updated',
    'Alarm updated from OK to INSUFFICIENT_DATA',
  ]);
});

test('an alarm on a formula has its metrics in messages', async () => {
  const world = newWorld();
  const Metrics = [metric('a'), { Id: 'e', Expression: 'a / 60', Label: 'rate' }];
  await put(world, { ...unset, AlarmActions: [topic], Metrics });
  await set(world, 'ALARM');
  const [message] = world.transact((tx) => [...messagesAfter(0, tx)]);
  expect(JSON.parse(message?.body ?? '').Trigger).toEqual({
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 5,
    TreatMissingData: 'missing',
    EvaluateLowSampleCountPercentile: '',
    Metrics: [
      {
        Id: 'a',
        MetricStat: { Metric: { Dimensions: [], MetricName: 'a', Namespace: 'Shop' }, Period: 60, Stat: 'Sum' },
        ReturnData: false,
      },
      { Expression: 'a / 60', Id: 'e', Label: 'rate', ReturnData: true },
    ],
  });
});

test('an alarm on a formula changes with its result', async () => {
  const world = newWorld();
  await put(world, { ...unset, Metrics: [metric('a'), { Id: 'e', Expression: 'a / 2' }] });
  const name = { account: ACCOUNT, region: 'us-east-1', namespace: 'Shop', metric: 'a', dimensions: [] } as const;
  world.transact((tx) => putValues(name, { timeMs: START, resolution: 60 }, { values: [[12, 1]] }, tx));
  world.advance(MINUTE);
  const [alarm] = await describe(world);
  expect([alarm?.StateValue, alarm?.StateReason]).toEqual([
    'ALARM',
    'Threshold Crossed: 1 datapoint [6.0 (04/05/26 09:00:00)] was greater than the threshold (5.0).',
  ]);
  expect(JSON.parse(alarm?.StateReasonData ?? '').evaluatedDatapoints).toEqual([
    { timestamp: '2026-05-04T09:00:00.000+0000', value: 6 },
  ]);
});

test('the data of a state are JSON, and last as long as it does', async () => {
  const world = newWorld();
  await put(world);
  const state = { AlarmName: 'orders', StateValue: 'OK', StateReason: 'a drill' } as const;
  expect(await world.refusal('cloudwatch', 'SetAlarmState', { ...state, StateReasonData: '{' })).toBe(
    'InvalidFormat: Data was not syntactically valid JSON',
  );
  expect(await world.refusal('cloudwatch', 'SetAlarmState', { ...state, AlarmName: 'order' })).toBe(
    'ResourceNotFound: Unknown alarm: order',
  );
  expect(await world.refusal('cloudwatch', 'SetAlarmState', { ...state, StateValue: 'INVALID' })).toBe(
    "ValidationError: 1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
  );
  await world.call('cloudwatch', 'SetAlarmState', { ...state, StateReasonData: '{"drill": 1}' });
  expect((await describe(world))[0]?.StateReasonData).toBe('{"drill": 1}');
  await set(world, 'ALARM');
  expect((await describe(world))[0]).not.toHaveProperty('StateReasonData');
  const { AlarmHistoryItems: [item] = [] } = await world.call('cloudwatch', 'DescribeAlarmHistory', {});
  expect(item?.HistoryData).toBe(
    '{"version":"1.0","oldState":{"stateValue":"OK","stateReason":"a drill","stateReasonData":{"drill": 1}},"newState":{"stateValue":"ALARM","stateReason":"a drill"}}',
  );
});

test('the history says what an alarm was created with', async () => {
  const world = newWorld();
  await put(world, { AlarmActions: [topic] });
  const { AlarmHistoryItems: [item] = [] } = await world.call('cloudwatch', 'DescribeAlarmHistory', {});
  expect(item).toMatchObject({ AlarmName: 'orders', AlarmType: 'MetricAlarm', HistoryItemType: 'ConfigurationUpdate' });
  const at = '2026-05-04T09:00:00.000+0000';
  expect(item?.HistoryData).toBe(
    `{"version":"1.0","type":"Create","createdAlarm":{"alarmName":"orders","alarmArn":"${arn}","alarmConfigurationUpdatedTimestamp":"${at}","namespace":"Shop","metricName":"Orders","statistic":"Average","period":60,"dimensions":[{"value":"north","name":"Store"}],"threshold":5.0,"comparisonOperator":"GreaterThanThreshold","evaluationPeriods":1,"stateValue":"INSUFFICIENT_DATA","stateUpdatedTimestamp":"${at}","actionsEnabled":true,"alarmActions":["${topic}"],"insufficientDataActions":[],"okactions":[]}}`,
  );
});

test('the history is listed newest first, in pages, and of a time', async () => {
  const world = newWorld();
  await put(world, { TreatMissingData: 'ignore' });
  for (const state of ['OK', 'ALARM', 'OK'] as const) {
    world.advance(MINUTE);
    await set(world, state);
  }
  await put(world, { AlarmName: 'other' });
  const list = async (input: object) => {
    const { AlarmHistoryItems = [], NextToken } = await world.call('cloudwatch', 'DescribeAlarmHistory', input);
    return { items: AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary), NextToken };
  };
  const newest = [
    'Alarm "other" created',
    'Alarm updated from ALARM to OK',
    'Alarm updated from OK to ALARM',
    'Alarm updated from INSUFFICIENT_DATA to OK',
    'Alarm "orders" created',
  ];
  expect((await list({})).items).toEqual(newest);
  expect((await list({ ScanBy: 'TimestampAscending' })).items).toEqual([...newest].reverse());
  for (const ScanBy of ['TimestampAscending', 'TimestampDescending'] as const) {
    const all = (await list({ ScanBy })).items;
    const { items, NextToken } = await list({ ScanBy, MaxRecords: 3 });
    expect([...items, ...(await list({ ScanBy, NextToken })).items]).toEqual(all);
  }
  expect((await list({ HistoryItemType: 'ConfigurationUpdate', AlarmName: 'other' })).items).toEqual([newest[0]]);
  const at = (minutes: number) => new Date(START + minutes * MINUTE);
  expect((await list({ StartDate: at(1), EndDate: at(2) })).items).toEqual(newest.slice(2, 4));
  expect((await list({ AlarmTypes: ['CompositeAlarm'] })).items).toEqual([]);
  expect(await world.refusal('cloudwatch', 'DescribeAlarmHistory', { StartDate: at(2), EndDate: at(1) })).toBe(
    'ValidationError: The parameter StartDate must be less than the parameter EndDate.',
  );
});

test('history and messages of more than 30 days ago are gone, even of an alarm that is not', async () => {
  let elapsedMs = 0;
  const world = newWorld({}, { elapsed: () => elapsedMs });
  await put(world, { AlarmActions: [topic], TreatMissingData: 'ignore' });
  await set(world, 'ALARM');
  world.advance(30 * DAY);
  expect(await summaries(world)).toHaveLength(3);
  world.advance(1);
  expect(await summaries(world)).toEqual([]);
  world.advance(DAY);
  // Old rows are looked for only after a rest of some milliseconds.
  elapsedMs += 50;
  await names(world);
  expect(world.transact((tx) => [...tx.alarmHistory.range(), ...tx.alarmMessages.range()])).toEqual([]);
  // Numbers go on.
  await set(world, 'OK');
  await set(world, 'ALARM');
  expect(world.transact((tx) => [...messagesAfter(1, tx)].map(({ number }) => number))).toEqual([2, 3]);
});

test('what an alarm costs is known after it was deleted', async () => {
  const world = newWorld();
  const terms = () =>
    world.transact((tx) =>
      [...tx.alarmTerms.range()].map(({ key, value: { v: _, ...term } }) => [key[3] - START, term]),
    );
  await put(world);
  world.advance(1000);
  await put(world, { Threshold: 7 });
  await put(world, { Period: 10 });
  world.advance(1000);
  await world.call('cloudwatch', 'DeleteAlarms', { AlarmNames: ['orders'] });
  const end = (ms: number) => ({ storeMs: START + ms, machineMs: START + ms });
  expect(await terms()).toEqual([
    [0, { metrics: 1, isHighResolution: false, end: end(1000) }],
    [1000, { metrics: 1, isHighResolution: true, end: end(2000) }],
  ]);
  world.advance(1000);
  await put(world, { ...unset, Metrics: [metric('a'), metric('b'), { Id: 'e', Expression: 'a + b' }] });
  const key = [ACCOUNT, 'us-east-1', 'orders'] as const;
  expect(world.transact((tx) => openTerm(key, tx))).toMatchObject({ fromMs: START + 3000, term: { metrics: 2 } });
});

test('there may be 5,000 alarms in a region', async () => {
  const world = newWorld();
  await put(world);
  world.transact((tx) => {
    const [row] = tx.alarms.range();
    for (let i = 1; row && i < 5000; i += 1) tx.alarms.put([ACCOUNT, 'us-east-1', `a${i}`], row.value);
  });
  expect(await world.refusal('cloudwatch', 'PutMetricAlarm', { ...orders, AlarmName: 'more' })).toBe(
    'LimitExceeded: The quota for alarms for this customer has already been reached.',
  );
  await put(world, { Threshold: 6 });
  await world.call('cloudwatch', 'PutMetricAlarm', { ...orders, AlarmName: 'more' }, { region: 'eu-west-1' });
});

test('explaining a call neither evaluates alarms nor changes any', async () => {
  const world = newWorld();
  await put(world, { TreatMissingData: 'breaching' });
  world.advance(5 * MINUTE);
  const rows = () => world.transact((tx) => [...tx.alarms.range(), ...tx.alarmHistory.range()]);
  const before = rows();
  await world.explain('cloudwatch', 'SetAlarmState', { AlarmName: 'orders', StateValue: 'OK', StateReason: '' });
  expect(rows()).toEqual(before);
});
