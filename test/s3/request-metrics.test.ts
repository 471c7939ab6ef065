/**
 * S3's request metrics, for the requests that match a metrics configuration: Amazon S3 User Guide, "Amazon CloudWatch
 * metrics and dimensions", request metrics, and "Creating a metrics configuration that filters by prefix, object tag, or
 * access point".
 */

import { expect, test } from 'vitest';
import type { MetricsFilter } from '../../src/api/model/s3.types.ts';
import { metricFacts } from '../../src/tally/metric-facts.ts';
import { pointOf } from '../../src/tally/point.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const Bucket = 'photos';
const Body = Buffer.from('12345');
const other = { as: `${OTHER_ACCOUNT}:user/admin` };

async function newPhotos(filters: Readonly<Record<string, MetricsFilter | undefined>>): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  for (const [Id, Filter] of Object.entries(filters)) {
    const MetricsConfiguration = { Id, ...(Filter && { Filter }) };
    await world.call('s3', 'PutBucketMetricsConfiguration', { Bucket, Id, MetricsConfiguration });
  }
  return world;
}

interface Found {
  readonly unit: string;
  readonly count: number;
  readonly sum: number;
}

/** What the metrics of a filter add up to, in the unit in which they are published. */
function metricsOf(world: World, filter: string): Readonly<Record<string, Found>> {
  return world.transact((tx) => {
    const found: Record<string, Found> = {};
    for (const { key, value } of tx.points.range()) {
      const name = tx.seriesNames.get([key[0]]);
      if (name?.namespace !== 'AWS/S3' || name.dimensions[3] !== filter) continue;
      expect([name.account, ...name.dimensions]).toEqual([ACCOUNT, 'BucketName', Bucket, 'FilterId', filter]);
      const { count, sum } = pointOf(value);
      const { unit, scale } = metricFacts(name);
      const known = found[name.metric] ?? { unit, count: 0, sum: 0 };
      found[name.metric] = { unit, count: known.count + count, sum: known.sum + sum / scale };
    }
    return found;
  });
}

const requestsOf = (world: World, filter: string): number => metricsOf(world, filter).AllRequests?.count ?? 0;

async function read(world: World, Key: string): Promise<void> {
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key });
  for await (const _ of Body as AsyncIterable<Uint8Array>);
}

/** A request, and what it adds to which metrics. */
interface Row {
  readonly name: string;
  readonly request: (world: World) => Promise<unknown>;
  readonly adds: Readonly<Record<string, number>>;
}

const rows: readonly Row[] = [
  {
    name: 'a GET',
    request: (world) => read(world, 'a'),
    adds: { GetRequests: 1, BytesDownloaded: 5, '4xxErrors': 0, '5xxErrors': 0 },
  },
  {
    name: 'a PUT',
    request: (world) => world.call('s3', 'PutObject', { Bucket, Key: 'b', Body }),
    adds: { PutRequests: 1, BytesUploaded: 5, '4xxErrors': 0, '5xxErrors': 0 },
  },
  {
    name: 'a HEAD',
    request: (world) => world.call('s3', 'HeadObject', { Bucket, Key: 'a' }),
    adds: { HeadRequests: 1, '4xxErrors': 0, '5xxErrors': 0 },
  },
  {
    name: 'a list',
    request: (world) => world.call('s3', 'ListObjectsV2', { Bucket }),
    adds: { ListRequests: 1, '4xxErrors': 0, '5xxErrors': 0 },
  },
  {
    name: 'a DELETE',
    request: (world) => world.call('s3', 'DeleteObject', { Bucket, Key: 'a' }),
    adds: { DeleteRequests: 1, '4xxErrors': 0, '5xxErrors': 0 },
  },
  {
    name: 'a POST that deletes several',
    request: (world) =>
      world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } }),
    adds: { PostRequests: 1, '4xxErrors': 0, '5xxErrors': 0 },
  },
  {
    name: 'a GET of what is not there',
    request: (world) => world.refusal('s3', 'GetObject', { Bucket, Key: 'none' }),
    adds: { GetRequests: 1, '4xxErrors': 1, '5xxErrors': 0 },
  },
  {
    name: 'a denied PUT from another account',
    request: (world) => world.refusal('s3', 'PutObject', { Bucket, Key: 'b', Body }, other),
    adds: { PutRequests: 1, '4xxErrors': 1, '5xxErrors': 0 },
  },
  {
    name: 'a request that is refused before its permissions are looked at',
    request: (world) => world.refusal('s3', 'GetObject', { Bucket, Key: 'a', PartNumber: 0 }),
    adds: { GetRequests: 1, '4xxErrors': 1, '5xxErrors': 0 },
  },
];

test.for(rows)('$name counts under the filter', async ({ request, adds }) => {
  const world = await newPhotos({});
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body });
  await world.call('s3', 'PutBucketMetricsConfiguration', {
    Bucket,
    Id: 'EntireBucket',
    MetricsConfiguration: { Id: 'EntireBucket' },
  });
  expect(metricsOf(world, 'EntireBucket')).toEqual({});
  await request(world);
  await world.call('s3', 'ListBuckets', {});
  const { TotalRequestLatency, FirstByteLatency, ...found } = metricsOf(world, 'EntireBucket');
  const sums = Object.entries(found).map(([metric, { sum }]) => [metric, sum]);
  expect(Object.fromEntries(sums)).toEqual({ AllRequests: 1, ...adds });
  // Each request has a sample of each, so that an average is a rate.
  for (const metric of ['AllRequests', '4xxErrors', '5xxErrors']) expect(found[metric]).toMatchObject({ count: 1 });
  for (const [metric, { unit }] of Object.entries(found)) {
    expect(unit).toBe(metric.startsWith('Bytes') ? 'Bytes' : 'Count');
  }
  const latency = { unit: 'Milliseconds', count: 1 };
  expect({ TotalRequestLatency, FirstByteLatency }).toMatchObject({
    TotalRequestLatency: latency,
    FirstByteLatency: latency,
  });
});

test('a read counts its bytes and its whole latency once it was read', async () => {
  const world = await newPhotos({ EntireBucket: undefined });
  await world.call('s3', 'PutObject', { Bucket, Key: 'a', Body });
  const { Body: body } = await world.call('s3', 'GetObject', { Bucket, Key: 'a' });
  expect(metricsOf(world, 'EntireBucket').BytesDownloaded).toBe(undefined);
  expect(metricsOf(world, 'EntireBucket').TotalRequestLatency).toMatchObject({ count: 1 });
  // The configuration at the time of the request counts, not that at the end of its body.
  await world.call('s3', 'DeleteBucketMetricsConfiguration', { Bucket, Id: 'EntireBucket' });
  for await (const _ of body as AsyncIterable<Uint8Array>);
  await world.call('s3', 'ListBuckets', {});
  expect(metricsOf(world, 'EntireBucket').BytesDownloaded).toMatchObject({ count: 1, sum: Body.length });
  // That of the PUT, of the GET, and of the request that deleted the configuration.
  expect(metricsOf(world, 'EntireBucket').TotalRequestLatency).toMatchObject({ count: 3 });
});

const isPrivate = { Tag: { Key: 'class', Value: 'private' } };
const filters = {
  all: undefined,
  prefix: { Prefix: 'in/' },
  tag: isPrivate,
  both: { And: { Prefix: 'in/', Tags: [isPrivate.Tag, { Key: 'team', Value: 'red' }] } },
  point: { AccessPointArn: `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/readers` },
} as const satisfies Readonly<Record<string, MetricsFilter | undefined>>;

const key = (name: string) => ({ Bucket, Key: name });
const Tagging = 'class=private&team=red';
const TagSet = [isPrivate.Tag];

/** A request, and the filters that it matches. `in/a` has both tags, `b` none, and `in/a` has a version before it. */
const matches: readonly (readonly [string, (world: World) => Promise<unknown>, readonly string[]])[] = [
  ['a GET of what has both', (world) => world.call('s3', 'GetObject', key('in/a')), ['all', 'both', 'prefix', 'tag']],
  ['a GET of what has neither', (world) => world.call('s3', 'GetObject', key('b')), ['all']],
  ['a GET of what is not there', (world) => world.refusal('s3', 'GetObject', key('in/b')), ['all', 'prefix']],
  ['a list', (world) => world.call('s3', 'ListObjectsV2', { Bucket, Prefix: 'in/' }), ['all']],
  [
    'a deletion of several',
    (world) => world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [{ Key: 'in/a' }] } }),
    ['all'],
  ],
  [
    'a deletion: the tags that it had',
    (world) => world.call('s3', 'DeleteObject', key('in/a')),
    ['all', 'both', 'prefix', 'tag'],
  ],
  ['a PUT: its own tags', (world) => world.call('s3', 'PutObject', { ...key('in/a'), Body }), ['all', 'prefix']],
  ['a PUT with tags', (world) => world.call('s3', 'PutObject', { ...key('b'), Body, Tagging }), ['all', 'tag']],
  [
    'a PUT with what are not tags',
    (world) => world.refusal('s3', 'PutObject', { ...key('b'), Body, Tagging: 'class=%' }),
    ['all'],
  ],
  [
    'a PUT of tags: the new ones',
    (world) => world.call('s3', 'PutObjectTagging', { ...key('b'), Tagging: { TagSet } }),
    ['all', 'tag'],
  ],
  [
    'a copy: the tags of its source',
    (world) => world.call('s3', 'CopyObject', { ...key('c'), CopySource: `${Bucket}/in/a` }),
    ['all', 'tag'],
  ],
  [
    'a copy with other tags',
    (world) =>
      world.call('s3', 'CopyObject', { ...key('c'), CopySource: `${Bucket}/in/a`, TaggingDirective: 'REPLACE' }),
    ['all'],
  ],
  [
    'a copy of what is not there',
    (world) => world.refusal('s3', 'CopyObject', { ...key('in/c'), CopySource: `${Bucket}/none` }),
    ['all', 'prefix'],
  ],
  [
    'an upload with tags',
    (world) => world.call('s3', 'CreateMultipartUpload', { ...key('c'), Tagging }),
    ['all', 'tag'],
  ],
];

test.for(matches)('a request matches the filters of its object: %s', async ([, request, expected]) => {
  const world = await newPhotos({});
  await world.call('s3', 'PutObject', { ...key('in/a'), Body, Tagging });
  await world.call('s3', 'PutObject', { ...key('b'), Body });
  for (const [Id, Filter] of Object.entries(filters)) {
    const MetricsConfiguration = { Id, ...(Filter && { Filter }) };
    await world.call('s3', 'PutBucketMetricsConfiguration', { Bucket, Id, MetricsConfiguration });
  }
  const before = requestsOf(world, 'all');
  await request(world);
  expect(requestsOf(world, 'all')).toBe(before + 1);
  const matched = Object.keys(filters).filter((id) => id !== 'all' && requestsOf(world, id) > 0);
  expect(['all', ...matched].sort()).toEqual(expected);
});

test('the requests about an upload have the tags that it began with', async () => {
  const world = await newPhotos({ tag: isPrivate });
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { ...key('a'), Tagging });
  const { ETag } = await world.call('s3', 'UploadPart', { ...key('a'), UploadId, PartNumber: 1, Body });
  await world.call('s3', 'ListParts', { ...key('a'), UploadId });
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await world.call('s3', 'CompleteMultipartUpload', { ...key('a'), UploadId, MultipartUpload });
  expect(metricsOf(world, 'tag')).toMatchObject({ PutRequests: { count: 1 }, PostRequests: { count: 2 } });
  expect(requestsOf(world, 'tag')).toBe(3);
});

test('a version has its own tags', async () => {
  const world = await newPhotos({ tag: isPrivate });
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const { VersionId } = await world.call('s3', 'PutObject', { ...key('a'), Body, Tagging });
  await world.call('s3', 'PutObject', { ...key('a'), Body });
  await world.call('s3', 'GetObject', { ...key('a'), VersionId });
  await world.call('s3', 'GetObject', key('a'));
  expect(metricsOf(world, 'tag')).toMatchObject({ PutRequests: { count: 1 }, GetRequests: { count: 1 } });
});

test('a bucket without a metrics configuration has no request metrics, and one that was deleted gets no more', async () => {
  const world = await newPhotos({ all: undefined });
  await world.call('s3', 'CreateBucket', { Bucket: 'others' });
  await world.call('s3', 'PutObject', { Bucket: 'others', Key: 'a', Body });
  await world.call('s3', 'PutObject', { ...key('a'), Body });
  await world.call('s3', 'DeleteBucketMetricsConfiguration', { Bucket, Id: 'all' });
  const before = metricsOf(world, 'all');
  await world.call('s3', 'PutObject', { ...key('a'), Body });
  expect(metricsOf(world, 'all')).toEqual(before);
  const buckets = world.transact((tx) =>
    Array.from(tx.seriesNames.range(), ({ value }) => value)
      .filter(({ namespace }) => namespace === 'AWS/S3')
      .map(({ dimensions }) => dimensions[1]),
  );
  expect(new Set(buckets)).toEqual(new Set([Bucket]));
});

test('a configuration of another process counts at once', async () => {
  const world = await newPhotos({ all: undefined });
  await world.call('s3', 'PutObject', { ...key('a'), Body });
  await world.reopen();
  const MetricsConfiguration = { Id: 'all', Filter: { Prefix: 'in/' } };
  await world.call('s3', 'PutBucketMetricsConfiguration', { Bucket, Id: 'all', MetricsConfiguration });
  const before = requestsOf(world, 'all');
  await world.call('s3', 'PutObject', { ...key('a'), Body });
  expect(requestsOf(world, 'all')).toBe(before);
  await world.call('s3', 'PutObject', { ...key('in/a'), Body });
  expect(requestsOf(world, 'all')).toBe(before + 1);
});
