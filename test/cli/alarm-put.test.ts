/** `ssebox alarm put`: options and presets as inputs of PutMetricAlarm. */

import { expect, test } from 'vitest';
import { sentence } from '../../src/cli/commands/alarm/alarm-words.ts';
import { presetNames, presets } from '../../src/cli/commands/alarm/presets.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';

const KEY = 'alias/app';

/** The input that an alarm would be put with. */
const inputOf = async (line: CommandLine, words: string) =>
  (await line.ok(['alarm', 'put', ...words.split(' '), '--dry-run'])).json as Record<string, unknown>;

async function keyOf(line: CommandLine): Promise<{ readonly Arn: string; readonly KeyId: string }> {
  const { json } = await line.ok(['kms', 'describe-key', '--key-id', KEY, '--query', 'KeyMetadata']);
  return json as { Arn: string; KeyId: string };
}

const event = {
  Namespace: 'SSEBox',
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
};

test.for([
  ['key-pending-deletion-used', 'PendingDeletionUses'],
  ['key-disabled-or-scheduled', 'KeyChanges'],
  ['bucket-policy-changed', 'BucketPolicyChanges'],
  ['trail-changed', 'TrailChanges'],
  ['access-denied', 'Denials'],
] as const)('%s is about the account, and about a key where it can be', async ([name, MetricName]) => {
  const line = await newSample();
  const { AlarmDescription } = await inputOf(line, `--preset ${name}`);
  expect(AlarmDescription).toBe(presets[name].description);
  expect(await inputOf(line, `--preset ${name}`)).toEqual({ ...event, AlarmName: name, AlarmDescription, MetricName });
  if (presets[name].key === 'none') {
    const { code, err } = await line.ssebox(['alarm', 'put', '--preset', name, '--key', KEY]);
    expect([code, err]).toEqual([252, `the preset ${name} is about the whole account: leave out --key\n`]);
    return;
  }
  const { Arn, KeyId } = await keyOf(line);
  expect(await inputOf(line, `mine --preset ${name} --key ${KEY}`)).toEqual({
    ...event,
    AlarmName: 'mine',
    AlarmDescription,
    MetricName,
    Dimensions: [{ Name: 'KeyArn', Value: Arn }],
  });
  expect(await inputOf(line, `--preset ${name} --key ${KEY}`)).toMatchObject({ AlarmName: `${name}-${KeyId}` });
});

test('kms-throttling looks at the share of the rate, and at calls that were over a rate', async () => {
  const line = newCommandLine();
  const words = '--preset kms-throttling';
  const { Metrics, ...alarm } = await inputOf(line, words);
  expect(alarm).toEqual({
    AlarmName: 'kms-throttling',
    AlarmDescription: presets['kms-throttling'].description,
    EvaluationPeriods: 1,
    Threshold: 80,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
  expect(Metrics).toMatchObject([
    { Expression: 'MAX([calls / 60 / SERVICE_QUOTA(calls) * 100, over * 100])', ReturnData: true },
    { Id: 'calls', MetricStat: { Metric: { MetricName: 'CallCount' }, Period: 60, Stat: 'Sum' }, ReturnData: false },
    { Id: 'over', MetricStat: { Metric: { MetricName: 'OverRate' }, Period: 60 }, ReturnData: false },
  ]);
  // The length of a period is part of the formula.
  expect((await inputOf(line, `${words} --period 5m --at-least 50`)).Metrics).toMatchObject([
    { Expression: 'MAX([calls / 300 / SERVICE_QUOTA(calls) * 100, over * 100])' },
    { MetricStat: { Period: 300 } },
    { MetricStat: { Period: 300 } },
  ]);
});

test('material-expiring needs a key whose material is imported', async () => {
  const line = await newSample();
  const refused = async (...words: string[]) =>
    (await line.ssebox(['alarm', 'put', '--preset', 'material-expiring', ...words])).err;
  expect(await refused()).toBe('the preset material-expiring is about one KMS key: name it with --key\n');
  expect(await refused('--key', KEY)).toMatch(
    /imported key material, and the material of alias\/app comes from AWS_KMS\n/,
  );
  const created = ['kms', 'create-key', '--origin', 'EXTERNAL', '--query', 'KeyMetadata.KeyId'];
  const { json: KeyId } = await line.ok(created);
  expect(await inputOf(line, `--preset material-expiring --key ${KeyId}`)).toEqual({
    AlarmName: `material-expiring-${KeyId}`,
    AlarmDescription: presets['material-expiring'].description,
    Namespace: 'AWS/KMS',
    MetricName: 'SecondsUntilKeyMaterialExpiration',
    Dimensions: [{ Name: 'KeyId', Value: KeyId }],
    Statistic: 'Minimum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 604_800,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'ignore',
  });
});

const own = 'slow --metric Duration --dimensions Service=kms Operation=CreateKey';
const usual = {
  AlarmName: 'slow',
  Namespace: 'SSEBox',
  MetricName: 'Duration',
  Dimensions: [
    { Name: 'Service', Value: 'kms' },
    { Name: 'Operation', Value: 'CreateKey' },
  ],
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
};

test.for<[words: string, changes: Record<string, unknown>]>([
  ['--above 5', {}],
  ['--at-least 5', { ComparisonOperator: 'GreaterThanOrEqualToThreshold' }],
  ['--below 5', { ComparisonOperator: 'LessThanThreshold' }],
  ['--at-most=-0.5', { ComparisonOperator: 'LessThanOrEqualToThreshold', Threshold: -0.5 }],
  ['--threshold 5', { ComparisonOperator: 'GreaterThanOrEqualToThreshold' }],
  ['--threshold 5 --comparison LessThanThreshold', { ComparisonOperator: 'LessThanThreshold' }],
  ['--above 5 --stat sum', { Statistic: 'Sum' }],
  ['--above 5 --stat p99.9', { Statistic: undefined, ExtendedStatistic: 'p99.9' }],
  ['--above 5 --period 10', { Period: 10 }],
  ['--above 5 --period 5m', { Period: 300 }],
  ['--above 5 --periods 3', { EvaluationPeriods: 3 }],
  ['--above 5 --periods 3 --of 3', { EvaluationPeriods: 3 }],
  ['--above 5 --periods 3 --of 5', { EvaluationPeriods: 5, DatapointsToAlarm: 3 }],
  ['--above 5 --missing breaching', { TreatMissingData: 'breaching' }],
  ['--above 5 --description slow', { AlarmDescription: 'slow' }],
  ['--above 5 --action a --action b --ok-action c', { AlarmActions: ['a', 'b'], OKActions: ['c'] }],
  ['--above 5 --dimensions Name=A,Value=b=c,d', { Dimensions: [...usual.Dimensions, { Name: 'A', Value: 'b=c,d' }] }],
  ['--above 5 --metric NumberOfObjects', { Namespace: 'AWS/S3', MetricName: 'NumberOfObjects', Statistic: 'Average' }],
  [
    '--above 5 --metric BytesPendingReplication',
    { Namespace: 'AWS/S3', MetricName: 'BytesPendingReplication', Statistic: 'Average' },
  ],
  ['--above 5 --metric AWS/S3/GetRequests', { Namespace: 'AWS/S3', MetricName: 'GetRequests', Statistic: 'Sum' }],
  ['--above 5 --namespace My/Own --metric Ms', { Namespace: 'My/Own', MetricName: 'Ms' }],
])('%s', async ([words, changes]) => {
  const input = await inputOf(newCommandLine(), `${own} ${words}`);
  expect(input).toEqual(JSON.parse(JSON.stringify({ ...usual, ...changes })));
});

test('a preset is changed by the same options', async () => {
  const words = 'mine --preset access-denied --threshold 5 --period 1m --periods 2 --of 3 --missing ignore --action a';
  expect(await inputOf(newCommandLine(), words)).toEqual({
    ...event,
    AlarmName: 'mine',
    AlarmDescription: 'Calls that were denied.',
    AlarmActions: ['a'],
    MetricName: 'Denials',
    Period: 60,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    Threshold: 5,
    TreatMissingData: 'ignore',
  });
});

const NAMES = presetNames.join(', ');

test.for<[words: string, err: string]>([
  ['', `an alarm needs --metric or --preset, which is one of ${NAMES}\n`],
  ['--preset kms-throtling', `"kms-throtling" is not a preset: choose one of ${NAMES}\n`],
  ['--preset access-denied --stat Sum', 'the preset access-denied says which metric it is about: leave out --stat\n'],
  [
    'x --metric Duration',
    'an alarm needs a threshold: give one of --above, --at-least, --below and --at-most a number\n',
  ],
  ['--metric Duration --above 1', 'the name of the alarm is missing\n'],
  [
    'x --metric Duraton --above 1',
    '"Duraton" is not the name of a metric: ssebox cloudwatch list-metrics lists those that have values\n',
  ],
  [
    'x --metric AWS/S3/Foo --above 1',
    '"Foo" is not a metric of AWS/S3: ssebox cloudwatch list-metrics lists those that have values\n',
  ],
  [
    'x --metric GetRequests --above 1',
    'AWS/S3 and SSEBox each have a metric GetRequests: choose one with --namespace\n',
  ],
  ['x --metric Duration --above ten', '--above takes a number, not "ten"\n'],
  ['x --metric Duration --above 1 --below 2', '--above and --below both set the threshold: use one of them\n'],
  [
    'x --metric Duration --above 1 --comparison LessThanThreshold',
    '--above and --comparison both say how values are compared: use one of them\n',
  ],
  [
    'x --metric Duration --comparison LessThanThreshold',
    '--comparison says how values are compared with --threshold: give both\n',
  ],
  ['x --metric Duration --above 1 --period soon', '--period takes a duration such as 10s, 60s, 5m or 1h, not "soon"\n'],
  [
    'x --metric Duration --above 1 --period 1500ms',
    '--period takes a duration such as 10s, 60s, 5m or 1h, not "1500ms"\n',
  ],
  ['x --metric Duration --above 1 --periods 0', '--periods takes a number from 1, not "0"\n'],
  [
    'x --metric Duration --above 1 --of 3',
    '--of says of how many periods, and --periods how many of them: give both\n',
  ],
  [
    'x --metric Duration --above 1 --dimensions Service',
    '--dimensions takes pairs such as BucketName=photos, not "Service"\n',
  ],
])('%s is refused', async ([words, err]) => {
  const ended = await newCommandLine().ssebox(['alarm', 'put', ...words.split(' ').filter((word) => word !== '')]);
  expect(ended).toMatchObject({ code: 252, out: '', err });
});

test('a metric is found by its name where one namespace has values of it', async () => {
  const line = await newSample();
  expect(await inputOf(line, 'x --metric PutRequests --above 1 --dimensions BucketName=photos')).toMatchObject({
    Namespace: 'SSEBox',
  });
  const { err } = await line.ok([
    'alarm',
    'put',
    'x',
    '--metric',
    'Calls',
    '--above',
    '1',
    '--dimensions',
    'Service=kms',
    '--dry-run',
  ]);
  expect(err).toMatch(
    /^note: SSEBox Calls has no values with these dimensions so far; it has values with [^,]*Service=kms,/,
  );
  expect(
    (
      await line.ok([
        'alarm',
        'put',
        'x',
        '--metric',
        'Calls',
        '--above',
        '1',
        '--dimensions',
        'Service=kms',
        'Operation=CreateKey',
        '--dry-run',
      ])
    ).err,
  ).toBe('');
});

test.for<[words: string, says: string]>([
  [
    '--above 5',
    'goes to ALARM when Average of SSEBox Duration is above 5 in a period of 1 minute; without any values it is INSUFFICIENT_DATA',
  ],
  [
    '--at-most 5 --period 90m --missing ignore',
    'goes to ALARM when Average of SSEBox Duration is at most 5 in a period of 90 minutes; while there are no values it keeps its state',
  ],
  [
    '--below 5 --period 10 --periods 2 --missing breaching',
    'goes to ALARM when Average of SSEBox Duration is below 5 in 2 periods of 10 seconds, one after the other; a period without values is beyond the threshold',
  ],
  [
    '--at-least 5 --period 1h --periods 2 --of 3 --missing notBreaching',
    'goes to ALARM when Average of SSEBox Duration is at least 5 in 2 of 3 periods of 1 hour; a period without values is within the threshold',
  ],
])('%s as a sentence', async ([words, says]) => {
  expect(sentence(await inputOf(newCommandLine(), `x --metric Duration ${words}`))).toBe(says);
});
