/** A metric that nobody knows has no values, which only a person is told. */

import { expect, test } from 'vitest';
import { NO_VALUES } from '../../src/cli/aws-input/no-values.ts';
import { newSample } from '../support/command-line.ts';

const day = ['--start-time', '2026-05-04T00:00:00Z', '--end-time', '2026-05-05T00:00:00Z'];

const statistics = (...operation: readonly string[]) => [
  ...['cloudwatch', 'get-metric-statistics', '--namespace', 'SSEBox', '--metric-name', 'Calls', ...day],
  ...['--period', '86400', '--statistics', 'Sum', '--dimensions', 'Name=Service,Value=kms', ...operation],
];

const data = (metric: string) => [
  ...['cloudwatch', 'get-metric-data', ...day, '--metric-data-queries'],
  `Id=m1,MetricStat={Metric={Namespace=AWS/Usage,MetricName=${metric},Dimensions=[{Name=Service,Value=KMS},{Name=Type,Value=API},{Name=Resource,Value=CreateKey},{Name=Class,Value=None}]},Period=3600,Stat=Sum}`,
];

test.each([
  [statistics(), true],
  [statistics('Name=Operation,Value=CreateKey'), false],
  [data('CallCounts'), true],
  [data('CallCount'), false],
])('%j: a person is told that there are no values: %s', async (words, isTold) => {
  const { ok } = await newSample();
  expect((await ok(words, { terminal: 120 })).err).toBe(isTold ? `${NO_VALUES}\n` : '');
  expect((await ok(words)).err).toBe('');
});
