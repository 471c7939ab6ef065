/** Metrics configurations of buckets: S3 API Reference, PutBucketMetricsConfiguration and its neighbours. */

import { expect, test } from 'vitest';
import type { MetricsFilter } from '../../src/api/model/s3.types.ts';
import { metrics } from '../support/configurations.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';
const MALFORMED =
  'MalformedXML: The XML you provided was not well-formed or did not validate against our published schema';
const ABSENT = 'NoSuchConfiguration: The specified configuration does not exist.';
const tag = (Key: string) => ({ Key, Value: 'private' });
const point = 'arn:aws:s3:us-east-1:111122223333:accesspoint/readers';

async function newPhotos(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  return world;
}

const put = (world: World, Id: string, MetricsConfiguration: object = metrics(Id)) =>
  world.call('s3', 'PutBucketMetricsConfiguration', {
    Bucket,
    Id,
    MetricsConfiguration: { Id, ...MetricsConfiguration },
  });

test('a configuration is read back as it was put, replaced by another put, and gone when it is deleted', async () => {
  const world = await newPhotos();
  const get = { Bucket, Id: 'a' };
  expect(await world.refusal('s3', 'GetBucketMetricsConfiguration', get)).toBe(ABSENT);
  expect(await world.refusal('s3', 'DeleteBucketMetricsConfiguration', get)).toBe(ABSENT);
  await put(world, 'a');
  await world.reopen();
  const first = await world.call('s3', 'GetBucketMetricsConfiguration', get);
  expect(first).toEqual({ MetricsConfiguration: metrics('a') });
  await put(world, 'a', { Id: 'a' });
  const second = await world.call('s3', 'GetBucketMetricsConfiguration', get);
  expect(second).toEqual({ MetricsConfiguration: { Id: 'a' } });
  await world.call('s3', 'DeleteBucketMetricsConfiguration', get);
  expect(await world.refusal('s3', 'GetBucketMetricsConfiguration', get)).toBe(ABSENT);
});

// S3 API Reference, MetricsFilter and MetricsAndOperator: one predicate, or And of two or more.
test.for<readonly [string, MetricsFilter | undefined]>([
  ['no filter', undefined],
  ['a prefix', { Prefix: 'in/' }],
  ['a tag', { Tag: tag('class') }],
  ['an access point', { AccessPointArn: point }],
  ['a prefix and tags', { And: { Prefix: 'in/', Tags: [tag('class'), tag('team')] } }],
  ['an access point and a prefix', { And: { Prefix: 'in/', AccessPointArn: point } }],
])('%s is accepted', async ([, Filter]) => {
  const world = await newPhotos();
  const configuration = { Id: 'a', ...(Filter && { Filter }) };
  await world.call('s3', 'PutBucketMetricsConfiguration', { Bucket, Id: 'a', MetricsConfiguration: configuration });
  expect(await world.call('s3', 'ListBucketMetricsConfigurations', { Bucket })).toEqual({
    IsTruncated: false,
    MetricsConfigurationList: [configuration],
  });
});

test.for<readonly [string, id: string, configuration: object, refusal: string]>([
  ['an empty filter', 'a', { Id: 'a', Filter: {} }, MALFORMED],
  ['two predicates without And', 'a', { Id: 'a', Filter: { Prefix: 'a', Tag: tag('b') } }, MALFORMED],
  ['And of one', 'a', { Id: 'a', Filter: { And: { Prefix: 'a' } } }, MALFORMED],
  ['what is not an access point', 'a', { Id: 'a', Filter: { AccessPointArn: 'arn:aws:s3:::photos' } }, MALFORMED],
  [
    'the id of another document',
    'a',
    { Id: 'b' },
    'IdMismatch: Document ID does not match the specified configuration ID.',
  ],
  ['an id with a blank', 'a b', { Id: 'a b' }, 'InvalidConfigurationId: The specified configuration ID is not valid.'],
  [
    'an id of 65 letters',
    'x'.repeat(65),
    { Id: 'x'.repeat(65) },
    'InvalidConfigurationId: The specified configuration ID is not valid.',
  ],
])('%s is refused', async ([, Id, MetricsConfiguration, refusal]) => {
  const world = await newPhotos();
  const input = { Bucket, Id, MetricsConfiguration };
  expect(await world.refusal('s3', 'PutBucketMetricsConfiguration', input)).toBe(refusal);
  expect(await world.call('s3', 'ListBucketMetricsConfigurations', { Bucket })).toEqual({ IsTruncated: false });
});

test('a bucket has up to 1,000, which are listed 100 at a time', async () => {
  const world = await newPhotos();
  const ids = Array.from({ length: 1000 }, (_, i) => `id-${String(i).padStart(4, '0')}`);
  await put(world, ids[0] ?? '');
  world.transact((tx) => {
    for (const id of ids) tx.bucketConfigurations.put([Bucket, 'metrics', id], { v: 1, document: metrics(id) });
  });
  const listed: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await world.call('s3', 'ListBucketMetricsConfigurations', { Bucket, ContinuationToken });
    expect(page.MetricsConfigurationList).toHaveLength(100);
    listed.push(...(page.MetricsConfigurationList ?? []).map(({ Id }) => Id));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  expect(listed).toEqual(ids);
  const more = { Bucket, Id: 'one-more', MetricsConfiguration: { Id: 'one-more' } };
  expect(await world.refusal('s3', 'PutBucketMetricsConfiguration', more)).toBe(
    'TooManyConfigurations: You are attempting to create a new configuration but have already reached the 1,000-configuration limit.',
  );
  await put(world, 'id-0999');
});

test('the bucket says whether it has any', async () => {
  const world = await newPhotos();
  const revision = () => world.transact((tx) => tx.buckets.get([Bucket])?.metricsRevision);
  expect(revision()).toBe(undefined);
  await put(world, 'a');
  await put(world, 'b');
  const { Id: _, ...last } = { Id: 'b', Bucket };
  await world.call('s3', 'DeleteBucketMetricsConfiguration', { ...last, Id: 'a' });
  expect(revision()).toBe(3);
  await world.call('s3', 'DeleteBucketMetricsConfiguration', { ...last, Id: 'b' });
  expect(revision()).toBe(undefined);
  await put(world, 'a');
  await world.call('s3', 'DeleteBucket', { Bucket });
  await world.call('s3', 'CreateBucket', { Bucket });
  expect(revision()).toBe(undefined);
  expect(await world.call('s3', 'ListBucketMetricsConfigurations', { Bucket })).toEqual({ IsTruncated: false });
});
