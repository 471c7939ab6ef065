/** The short options of put-metric-data, as the AWS CLI has them. */

import { expect, test } from 'vitest';
import { newCommandLine } from '../support/command-line.ts';

const put = ['cloudwatch', 'put-metric-data', '--namespace', 'Shop'];

test('one datum is put without JSON, and found again', async () => {
  const { ok } = newCommandLine();
  const { out } = await ok([
    ...put,
    ...['--metric-name', 'Latency', '--value', '12.5', '--unit', 'Milliseconds', '--storage-resolution', '1'],
    ...['--dimensions', 'Page=cart,Stage="a,b"', '--timestamp', '2026-05-04T08:59:30Z'],
  ]);
  expect(out).toBe('');
  const listed = await ok(['cloudwatch', 'list-metrics', '--namespace', 'Shop', '--query', 'Metrics[0].Dimensions']);
  expect(JSON.parse(listed.out)).toEqual([
    { Name: 'Page', Value: 'cart' },
    { Name: 'Stage', Value: 'a,b' },
  ]);
});

test('a set of values is written as pairs, and --storage-resolution changes the first of --metric-data', async () => {
  const { ok } = newCommandLine();
  await ok([...put, '--metric-name', 'Set', '--statistic-values', 'Sum=9,Minimum=1,Maximum=5,SampleCount=3']);
  await ok([
    ...put,
    '--metric-data',
    'MetricName=Set,Value=1',
    'MetricName=Other,Value=2',
    '--storage-resolution',
    '1',
  ]);
  const { out } = await ok(['cloudwatch', 'list-metrics', '--namespace', 'Shop', '--query', 'Metrics[].MetricName']);
  expect(JSON.parse(out)).toEqual(['Other', 'Set']);
});

test.each([
  ['--value abc', '--value takes a number, not "abc"'],
  ['--statistic-values Sum=x', '--statistic-values takes a number, not "x"'],
  ['--storage-resolution 1.5', '--storage-resolution takes a whole number, not "1.5"'],
  ['--dimensions A', '--dimensions takes NAME=VALUE, separated by commas, not "A"'],
  ['--dimensions A=b=c', '--dimensions takes NAME=VALUE, separated by commas, not "A=b=c"'],
  ['--timestamp foo', 'Invalid type for parameter MetricData[0].Timestamp, value: foo'],
  [
    '--metric-data MetricName=a,Value=1',
    'The key "metric_name" cannot be specified when one of the following keys are also specified: metric_data',
  ],
])('%s is refused: %s', async (words, message) => {
  const { ssebox } = newCommandLine();
  const refused = await ssebox([...put, '--metric-name', 'Latency', ...words.split(' ')]);
  expect(refused).toMatchObject({ code: 252, out: '', err: expect.stringContaining(message) });
});

test.each([
  ['NaN', 'NaN'],
  ['-inf', '-∞'],
])('the service refuses the value %s', async (value, shown) => {
  const { ssebox } = newCommandLine();
  const refused = await ssebox([...put, '--metric-name', 'Latency', `--value=${value}`]);
  expect(refused).toMatchObject({
    code: 254,
    err: expect.stringContaining(
      `(InvalidParameterValue) when calling the PutMetricData operation: The value ${shown} for parameter MetricData.member.1.Value is invalid.`,
    ),
  });
});

test('explain takes the short options, too', async () => {
  const { ok } = newCommandLine();
  await ok(['iam', 'create-user', '--user-name', 'shop']);
  const datum = ['put-metric-data', '--namespace', 'Shop', '--metric-name', 'Latency', '--value', '1'];
  for (const words of [
    ['cloudwatch', ...datum],
    ['--', 'cloudwatch', ...datum],
  ]) {
    const { out } = await ok(['explain', '--as', 'user/shop', ...words]);
    expect(out).toContain('cloudwatch:PutMetricData');
  }
});
