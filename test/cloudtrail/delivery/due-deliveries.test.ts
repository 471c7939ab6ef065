import { expect, test } from 'vitest';
import { dueDeliveries } from '../../../src/cloudtrail/delivery/due-deliveries.ts';
import { MINUTE, newWorld, type World } from '../../support/harness.ts';
import { digestKeysIn, LOGS, logKeysIn, newTrail } from '../../support/trail-place.ts';

/** What has to be done before the logs are listed. */
function beforeListing(world: World) {
  const { pipeline, ...place } = world.place();
  const beforehand = dueDeliveries({ ...place, pipeline: () => pipeline });
  const asked = { service: 's3', name: 'ListObjectsV2', input: { Bucket: LOGS } } as const;
  return () => world.transact((tx) => beforehand(asked, tx));
}

test('a call that is stopped while it delivers leaves what is due to the next one', async () => {
  const world = newWorld();
  await newTrail(world);
  await world.call('kms', 'CreateKey', {});
  world.advance(6 * MINUTE);
  const find = beforeListing(world);
  const [stopped, next] = [find(), find()];
  const both = [stopped?.(AbortSignal.abort(new Error('stopped'))), next?.(undefined)];
  expect(await Promise.allSettled(both)).toMatchObject([
    { status: 'rejected', reason: { message: 'stopped' } },
    { status: 'fulfilled' },
  ]);
  expect(find()).toBeUndefined();
  expect(logKeysIn(world)).toHaveLength(1);
});

test('a signing key that does not open keeps nobody from reading the bucket', async () => {
  const world = newWorld();
  await newTrail(world, { EnableLogFileValidation: true });
  await world.call('s3', 'PutObject', { Bucket: LOGS, Key: 'mine', Body: Buffer.from('mine') });
  const read = async () => {
    world.advance(65 * MINUTE);
    return (await world.call('s3', 'HeadObject', { Bucket: LOGS, Key: 'mine' })).ContentLength;
  };
  await read();
  const delivered = digestKeysIn(world);
  expect(delivered).not.toEqual([]);
  world.transact((tx) => {
    for (const { key, value } of [...tx.trailSigningKeys.range()]) {
      tx.trailSigningKeys.put(key, { ...value, wrapped: new Uint8Array(value.wrapped.length) });
    }
  });
  expect(await read()).toBe(4);
  expect(digestKeysIn(world)).toEqual(delivered);
});
