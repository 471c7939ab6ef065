/** The names of objects that prompts and completion offer. */

import { expect, test } from 'vitest';
import { entriesUnder } from '../../src/s3/objects/names.ts';
import type { Tx } from '../../src/store/tables.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';

async function storeWith(...keys: string[]): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  for (const Key of keys) await world.call('s3', 'PutObject', { Bucket, Key, Body: new Uint8Array(1) });
  return world;
}

/** The entries, and how many rows were read for them. */
function entriesIn(world: World, prefix: string, which: Parameters<typeof entriesUnder>[2] = 'that exist') {
  let rows = 0;
  const under: Tx['objects']['under'] = function* (...range) {
    for (const row of table.under(...range)) {
      rows += 1;
      yield row;
    }
  };
  let table: Tx['objects'];
  const entries = world.transact((tx) => {
    table = tx.objects;
    return [...entriesUnder(Bucket, prefix, which, { ...tx, objects: { ...tx.objects, under } })];
  });
  return { entries, rows };
}

test('what is in a folder is passed over', async () => {
  const many = Array.from({ length: 50 }, (_, i) => `album/${i}.jpg`);
  const world = await storeWith('a.jpg', ...many, 'b/c', 'z.jpg');
  expect(entriesIn(world, '')).toEqual({ entries: ['a.jpg', 'album/', 'b/', 'z.jpg'], rows: 4 });
  expect(entriesIn(world, 'al')).toEqual({ entries: ['album/'], rows: 2 });
  expect(entriesIn(world, 'album/1').entries).toHaveLength(11);
});

test('what is deleted is there only for commands that name a version', async () => {
  const world = await storeWith('a', 'gone', 'old/gone');
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  for (const Key of ['gone', 'old/gone']) await world.call('s3', 'DeleteObject', { Bucket, Key });
  expect(entriesIn(world, '').entries).toEqual(['a']);
  expect(entriesIn(world, '', 'with a version').entries).toEqual(['a', 'gone', 'old/']);
});
