/** Which metrics there are: those with values, under AWS's names where AWS has them. */

import { expect, test } from 'vitest';
import { putValues } from '../../src/tally/put-values.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START } from '../support/harness.ts';

test('metrics are those of the account and the region, and filters leave those that match', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('kms', 'Encrypt', { KeyId: KeyMetadata?.Arn ?? '', Plaintext: Buffer.of(1) });
  const { Metrics } = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'AWS/KMS' });
  const Dimensions = [
    { Name: 'KeyArn', Value: KeyMetadata?.Arn },
    { Name: 'Operation', Value: 'Encrypt' },
  ];
  expect(Metrics).toEqual([{ Namespace: 'AWS/KMS', MetricName: 'SuccessfulRequest', Dimensions }]);
  const elsewhere = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'AWS/KMS' }, { region: 'eu-west-1' });
  expect(elsewhere.Metrics).toEqual([]);
  const named = await world.call('cloudwatch', 'ListMetrics', { MetricName: 'CallCount' });
  expect(named.Metrics?.length).toBeGreaterThan(1);
  const filtered = await world.call('cloudwatch', 'ListMetrics', {
    MetricName: 'CallCount',
    Dimensions: [{ Name: 'Type' }, { Name: 'Resource', Value: 'CreateKey' }],
  });
  expect(filtered.Metrics).toHaveLength(1);
});

test('500 metrics are a page, and its token is for the same list only', async () => {
  const world = newWorld();
  world.transact((tx) => {
    for (let i = 0; i < 501; i += 1) {
      const dimensions = ['Id', `${i}`];
      const name = { account: ACCOUNT, region: 'us-east-1', namespace: 'Shop', metric: 'Orders', dimensions } as const;
      for (const unit of [undefined, 'Count'] as const) {
        putValues({ ...name, unit }, { timeMs: START, resolution: 60 }, { values: [[1, 1]] }, tx);
      }
    }
  });
  const first = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'Shop' });
  expect(first.Metrics).toHaveLength(500);
  const { NextToken } = first;
  const second = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'Shop', NextToken });
  const ids = [first, second].flatMap(({ Metrics }) => Metrics?.map(({ Dimensions }) => Dimensions?.[0]?.Value));
  expect(new Set(ids).size).toBe(501);
  expect(second.NextToken).toBeUndefined();
  await expect(world.call('cloudwatch', 'ListMetrics', { NextToken })).rejects.toMatchObject({
    code: 'InvalidParameterValue',
  });
});

test('a metric with values in several units is listed once, whatever stands between them', async () => {
  const world = newWorld();
  const put = (Dimensions: readonly { Name: string; Value: string }[], Unit: 'Bytes' | 'Count' | 'Seconds') =>
    world.call('cloudwatch', 'PutMetricData', {
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'Orders', Dimensions, Unit, Value: 1 }],
    });
  const area = { Name: 'Area', Value: '1' };
  for (const unit of ['Bytes', 'Count', 'Seconds'] as const) {
    await put([area], unit);
    await put([area, { Name: 'Day', Value: '2' }], unit);
  }
  const { Metrics = [] } = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'Shop' });
  expect(Metrics.map(({ Dimensions = [] }) => Dimensions.length).sort()).toEqual([1, 2]);
});

test('a metric without values for two weeks is not listed, and a recently active one has values of three hours', async () => {
  const world = newWorld();
  const ages = {
    Seconds: [MINUTE, 1],
    Fresh: [3 * 60 * MINUTE, 60],
    Old: [13 * DAY, 60],
    Gone: [15 * DAY, 60],
  } as const;
  world.transact((tx) => {
    for (const [metric, [age, resolution]] of Object.entries(ages)) {
      const name = { account: ACCOUNT, region: 'us-east-1', namespace: 'Shop', metric, dimensions: [] } as const;
      putValues(name, { timeMs: START - age, resolution }, { values: [[1, 1]] }, tx);
    }
  });
  const listed = async (RecentlyActive?: 'PT3H') => {
    const { Metrics = [] } = await world.call('cloudwatch', 'ListMetrics', { Namespace: 'Shop', RecentlyActive });
    return Metrics.map(({ MetricName }) => MetricName);
  };
  expect(await listed()).toEqual(['Fresh', 'Old', 'Seconds']);
  expect(await listed('PT3H')).toEqual(['Fresh', 'Seconds']);
});
