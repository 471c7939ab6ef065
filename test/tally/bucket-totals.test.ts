/** The running totals of buckets equal a recount of what is in them, whatever S3 did with it. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallRefused } from '../../src/api/errors.ts';
import type { BucketTotals } from '../../src/store/records/tally.ts';
import type { Tx } from '../../src/store/tables.ts';
import { byteMsAt } from '../../src/tally/bucket-totals.ts';
import { DAY, newWorld, type Options, START, type World } from '../support/harness.ts';
import { wrongTotals } from '../support/recount.ts';

const Buckets = ['plain', 'versioned'] as const;
const Keys = ['a', 'b'] as const;

/** What happens to one object. */
interface Place {
  readonly Bucket: string;
  readonly Key: string;
  readonly size: number;
  readonly StorageClass: 'STANDARD' | 'GLACIER';
}

type Step = (world: World, place: Place, options: Options) => Promise<unknown>;

const steps: Readonly<Record<string, Step>> = {
  put: (world, { size, ...place }, options) =>
    world.call('s3', 'PutObject', { ...place, Body: Buffer.alloc(size) }, options),
  putWithWrongDigest: (world, { size, ...place }, options) =>
    world.call(
      's3',
      'PutObject',
      { ...place, Body: Buffer.alloc(size), ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' },
      options,
    ),
  remove: (world, { Bucket, Key }, options) => world.call('s3', 'DeleteObject', { Bucket, Key }, options),
  removeNullVersion: (world, { Bucket, Key }, options) =>
    world.call('s3', 'DeleteObject', { Bucket, Key, VersionId: 'null' }, options),
  removeOldest: async (world, { Bucket, Key }, options) => {
    const { Versions = [], DeleteMarkers = [] } = await world.call('s3', 'ListObjectVersions', { Bucket, Prefix: Key });
    const VersionId = [...Versions, ...DeleteMarkers].at(-1)?.VersionId;
    if (VersionId !== undefined) await world.call('s3', 'DeleteObject', { Bucket, Key, VersionId }, options);
  },
  removeBoth: (world, { Bucket }, options) =>
    world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: Keys.map((Key) => ({ Key })) } }, options),
  copy: (world, { Bucket, Key, StorageClass }, options) =>
    world.call('s3', 'CopyObject', { Bucket, Key: 'b', StorageClass, CopySource: `plain/${Key}` }, options),
  tag: (world, { Bucket, Key }, options) =>
    world.call('s3', 'PutObjectTagging', { Bucket, Key, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }, options),
  upload: async (world, { Bucket, Key, size, StorageClass }, options) => {
    const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key, StorageClass }, options);
    const part = { Bucket, Key, UploadId, PartNumber: 1 };
    await world.call('s3', 'UploadPart', { ...part, Body: Buffer.alloc(size) }, options);
    // In the place of the first.
    const { ETag } = await world.call('s3', 'UploadPart', { ...part, Body: Buffer.alloc(size + 1) }, options);
    await world.call('s3', 'UploadPart', { ...part, PartNumber: 2, Body: Buffer.alloc(7) }, options);
    if (size % 3 === 0) return;
    if (size % 3 === 1) return world.call('s3', 'AbortMultipartUpload', { Bucket, Key, UploadId }, options);
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    return world.call('s3', 'CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload }, options);
  },
  suspend: (world, _place, options) =>
    world.call(
      's3',
      'PutBucketVersioning',
      { Bucket: 'versioned', VersioningConfiguration: { Status: 'Suspended' } },
      options,
    ),
  enable: (world, _place, options) =>
    world.call(
      's3',
      'PutBucketVersioning',
      { Bucket: 'versioned', VersioningConfiguration: { Status: 'Enabled' } },
      options,
    ),
  dropBucket: async (world, { Bucket }, options) => {
    await world.call('s3', 'DeleteBucket', { Bucket }, options);
    await world.call('s3', 'CreateBucket', { Bucket }, options);
  },
};

const anyStep = fc.record({
  name: fc.constantFrom(...Object.keys(steps), 'put', 'put', 'remove'),
  Bucket: fc.constantFrom(...Buckets),
  Key: fc.constantFrom(...Keys),
  StorageClass: fc.constantFrom('STANDARD', 'STANDARD', 'GLACIER'),
  size: fc.integer({ min: 0, max: 200 }),
  grouped: fc.boolean(),
  ms: fc.constantFrom(0, 5, DAY / 2),
});

async function newStage(): Promise<World> {
  const world = newWorld();
  for (const Bucket of Buckets) await world.call('s3', 'CreateBucket', { Bucket });
  await steps.enable?.(world, { Bucket: 'versioned', Key: 'a', size: 0, StorageClass: 'STANDARD' }, {});
  return world;
}

/** The totals that are wrong, and the bytes of all. */
const compared = (tx: Tx) => ({
  wrong: wrongTotals(tx),
  bytes: Array.from(tx.bucketTotals.range(), ({ value }) => value.bytes).reduce((sum, each) => sum + each, 0),
});

const totalOf = (totals: Iterable<{ readonly value: BucketTotals }>, timeMs: number): number =>
  Array.from(totals, ({ value }) => byteMsAt(value, timeMs)).reduce((sum, each) => sum + each, 0);

test('totals equal a recount after any sequence of changes, and bytes are counted for as long as they were stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), async (sequence) => {
      const world = await newStage();
      let nowMs = START;
      let byteMs = 0;
      for (const { name, grouped, ms, ...place } of sequence) {
        byteMs += ms * world.transact(compared).bytes;
        nowMs += ms;
        world.advance(ms);
        await steps[name]?.(world, place, { grouped }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(CallRefused);
        });
        expect(world.transact(compared).wrong).toEqual([]);
      }
      expect(world.transact((tx) => totalOf(tx.bucketTotals.range(), nowMs))).toBe(byteMs);
    }),
    { numRuns: 60 },
  );
});

test('the totals of each day on which something changed stay', async () => {
  const world = await newStage();
  const put = (size: number) =>
    world.call('s3', 'PutObject', { Bucket: 'versioned', Key: 'a', Body: Buffer.alloc(size) });
  await put(100);
  await put(10);
  world.advance(2 * DAY);
  await put(1);
  world.advance(DAY);
  await put(1000);
  const days = world.transact((tx) =>
    Array.from(tx.bucketDays.range(), ({ key, value }) => [new Date(key[3]).toISOString(), value.bytes]),
  );
  expect(days).toEqual([
    ['2026-05-04T00:00:00.000Z', 110],
    ['2026-05-06T00:00:00.000Z', 111],
  ]);
  for (let i = 0; i < 5; i += 1) {
    world.advance(200 * DAY);
    await put(1);
  }
  const kept = world.transact((tx) => Array.from(tx.bucketDays.range(), ({ key }) => key[3]));
  expect(kept.length).toBeLessThan(5);
});

test('an hour counts once, though the clock was set back', async () => {
  const world = await newStage();
  const put = (size: number) => world.call('s3', 'PutObject', { Bucket: 'plain', Key: 'a', Body: Buffer.alloc(size) });
  await put(10);
  world.advance(DAY);
  await put(20);
  world.advance(-DAY);
  await put(30);
  world.advance(DAY);
  const total = () => world.transact((tx) => totalOf(tx.bucketTotals.range(), START + DAY));
  expect(total()).toBe(10 * DAY);
  world.advance(DAY);
  expect(world.transact((tx) => totalOf(tx.bucketTotals.range(), START + 2 * DAY))).toBe(10 * DAY + 30 * DAY);
});

test('the totals of a bucket that is gone stay, for the bill, and are not those of the next one of its name', async () => {
  const world = await newStage();
  await world.call('s3', 'PutObject', { Bucket: 'plain', Key: 'a', Body: Buffer.alloc(10) });
  world.advance(DAY);
  await world.call('s3', 'DeleteObject', { Bucket: 'plain', Key: 'a' });
  await world.call('s3', 'DeleteBucket', { Bucket: 'plain' });
  await world.call('s3', 'CreateBucket', { Bucket: 'plain' });
  await world.call('s3', 'PutObject', { Bucket: 'plain', Key: 'a', Body: Buffer.alloc(7) });
  const rows = world.transact((tx) => Array.from(tx.bucketTotals.range(), ({ value }) => value));
  expect(rows.map(({ bucket, bytes, byteMs }) => [bucket, bytes, byteMs]).sort()).toEqual([
    ['plain', 0, 10 * DAY],
    ['plain', 7, 0],
  ]);
});
