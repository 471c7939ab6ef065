/** What calls count has a unit, in which it is published. */

import { expect, test } from 'vitest';
import { metricFacts } from '../../src/tally/metric-facts.ts';
import { seriesIn } from '../../src/tally/reading.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';

test('every metric that calls make has a unit, and times are published in milliseconds, shares in percent', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  await world.call('s3', 'CreateBucket', { Bucket: 'docs' });
  const put = { Bucket: 'docs', Key: 'a', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyMetadata?.Arn } as const;
  await world.call('s3', 'PutObject', { ...put, Body: Buffer.from('text') });
  await world.call('s3', 'GetObject', { Bucket: 'docs', Key: 'a' });
  const found = world.transact((tx) =>
    Array.from(seriesIn({ account: ACCOUNT, region: 'us-east-1' }, tx), ({ name }) => ({
      metric: name.metric,
      ...metricFacts(name),
    })),
  );
  expect(found.length).toBeGreaterThan(15);
  expect(found.filter(({ unit }) => unit === 'None')).toEqual([]);
  expect(new Set(found.flatMap(({ metric, scale }) => (scale === 1000 ? [metric] : [])))).toEqual(
    new Set([
      'DiskTime',
      'Duration',
      'EncryptionTime',
      'FirstByteLatency',
      'KmsShare',
      'KmsTime',
      'TotalRequestLatency',
    ]),
  );
});

test('values that somebody put have the unit in which they were put', () => {
  expect(metricFacts({ namespace: 'Shop', metric: 'Orders' })).toEqual({ unit: 'None', scale: 1 });
  expect(metricFacts({ namespace: 'Shop', metric: 'Weight', unit: 'Bytes' })).toEqual({ unit: 'Bytes', scale: 1 });
});
