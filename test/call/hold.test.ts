import { readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';

/** The blob files of a store that this process has open. */
function openBlobs({ folder }: World): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(`${folder}/blobs/`) ? [path] : [];
    } catch {
      // The descriptor of the listing itself is gone by now.
      return [];
    }
  });
}

const object = { Bucket: 'photos', Key: 'large' };

/** A world with an object that is in a file. */
async function newPhotos(parts: Parameters<typeof newWorld>[1] = {}): Promise<World> {
  const world = newWorld({}, parts);
  await world.call('s3', 'CreateBucket', { Bucket: object.Bucket });
  const Body = (async function* () {
    yield new Uint8Array(300_000);
  })();
  await world.call('s3', 'PutObject', { ...object, Body });
  expect(openBlobs(world)).toEqual([]);
  return world;
}

test("an answer's files are open until it is read or abandoned", async () => {
  const world = await newPhotos();
  const { Body } = await world.call('s3', 'GetObject', object);
  expect(openBlobs(world)).toHaveLength(1);
  for await (const _ of Body ?? []) break;
  expect(openBlobs(world)).toEqual([]);
});

test('an explanation leaves no file open', async () => {
  const world = await newPhotos();
  expect((await world.explain('s3', 'GetObject', object)).refusal).toBeUndefined();
  expect(openBlobs(world)).toEqual([]);
});

const fails = new Error('a view that fails');
const failAt = (operation: string) => ({
  views: [
    (record: { readonly operation: string }) => {
      if (record.operation === operation) throw fails;
    },
  ],
});

test('an answer whose transaction fails leaves no file open', async () => {
  const world = await newPhotos(failAt('GetObject'));
  await expect(world.call('s3', 'GetObject', object)).rejects.toBe(fails);
  expect(openBlobs(world)).toEqual([]);
});

test('a call that runs again, because another undid their common transaction, leaves nothing of the first attempt', async () => {
  const world = await newPhotos(failAt('DeleteBucket'));
  const grouped = { grouped: true };
  const [got, deleted] = await Promise.allSettled([
    world.call('s3', 'GetObject', object, grouped),
    world.call('s3', 'DeleteBucket', { Bucket: 'photos' }, grouped),
  ]);
  expect(deleted).toEqual({ status: 'rejected', reason: fails });
  expect(openBlobs(world)).toHaveLength(1);
  if (got.status === 'rejected') throw got.reason;
  for await (const _ of got.value.Body ?? []);
  expect(openBlobs(world)).toEqual([]);
});
