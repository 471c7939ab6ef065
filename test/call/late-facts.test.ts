import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import type { Tx } from '../../src/store/tables.ts';
import { newSample } from '../support/command-line.ts';
import { bytesOf } from '../support/content.ts';
import { newWorld, type World } from '../support/harness.ts';
import { openStore } from '../support/open-store.ts';

const Bucket = 'photos';
const LARGE = 3 * 1024 * 1024;

/** A world with a small object and one that is read in several pieces. */
async function worldWithObjects(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key: 'small', Body: Buffer.from('12345') });
  await world.call('s3', 'PutObject', { Bucket, Key: 'large', Body: Buffer.alloc(LARGE) });
  return world;
}

async function get(world: World, Key: string): Promise<AsyncIterable<Uint8Array>> {
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key });
  return Body as AsyncIterable<Uint8Array>;
}

const gets = (world: World): CallRecord[] =>
  world.transact(allCalls).filter(({ operation }) => operation === 'GetObject');

/** Another call, with whose commit late facts are written. */
const callOnce = (world: World) => world.call('s3', 'ListBuckets', {});

test('what was read is written with the next commit, until which the record has what was planned', async () => {
  const world = await worldWithObjects();
  const body = await get(world, 'large');
  for await (const _ of body);
  const [planned] = gets(world);
  expect(planned).toMatchObject({ body: 'planned', bytesOut: LARGE });
  await callOnce(world);
  const [read] = gets(world);
  expect(read).toMatchObject({ body: 'whole', bytesOut: LARGE });
  expect(read?.durationMs).toBeGreaterThan(planned?.durationMs ?? Number.POSITIVE_INFINITY);
  // Until then the duration was that up to the answer.
  expect(planned).not.toHaveProperty('answeredMs');
  expect(read?.answeredMs).toBe(planned?.durationMs);
  expect(read?.content?.encryptionMs).toBeGreaterThan(planned?.content?.encryptionMs ?? Number.POSITIVE_INFINITY);
  const { body: _, durationMs: __, content: ___, ...rest } = planned ?? {};
  expect(read).toMatchObject(rest);
});

test('a reader who stops early has the bytes of the pieces that it finished', async () => {
  const world = await worldWithObjects();
  const sizes: number[] = [];
  for await (const piece of await get(world, 'large')) {
    sizes.push(piece.length);
    if (sizes.length === 2) break;
  }
  await callOnce(world);
  const [read] = gets(world);
  expect(read).toMatchObject({ body: 'broken-off', bytesOut: sizes[0] });
  expect(read && cloudTrailEvent(read).additionalEventData).toMatchObject({ bytesTransferredOut: sizes[0] });
});

test('a body that cannot be read further has failed', async () => {
  const world = await worldWithObjects();
  const body = await get(world, 'large');
  // The file is open already; its bytes are others from now on.
  const files = readdirSync(join(world.folder, 'blobs'), { recursive: true, withFileTypes: true });
  for (const file of files) {
    if (file.isFile()) writeFileSync(join(file.parentPath, file.name), Buffer.alloc(LARGE + 1024));
  }
  await expect(bytesOf(body)).rejects.toThrow('cannot be authenticated');
  await callOnce(world);
  expect(gets(world)).toMatchObject([{ body: 'failed', bytesOut: 0 }]);
});

test('a body that is not read stays planned', async () => {
  const world = await worldWithObjects();
  await get(world, 'small');
  await callOnce(world);
  expect(gets(world)).toMatchObject([{ body: 'planned', bytesOut: 5 }]);
});

test('the end of the process writes it if there was no commit', async () => {
  const world = await worldWithObjects();
  for await (const _ of await get(world, 'small'));
  await world.reopen();
  expect(gets(world)).toMatchObject([{ body: 'whole', bytesOut: 5 }]);
});

test('a command records how it read before it ends', async () => {
  const line = await newSample();
  await line.ok(['s3', 'get', 's3://photos/harbour.txt', '-']);
  const store = openStore(line.store);
  const read = store.transact(allCalls).filter(({ operation }) => operation === 'GetObject');
  await store.close();
  expect(read).toMatchObject([{ body: 'whole', bytesOut: 51 }]);
});

test('a transaction that fails leaves it to the next one', async () => {
  const world = await worldWithObjects();
  for await (const _ of await get(world, 'small'));
  await expect(world.call('s3', 'ListBuckets', {}, { as: 'user/nobody' })).rejects.toThrow('nobody');
  expect(gets(world)).toMatchObject([{ body: 'planned' }]);
  await world.call('s3', 'ListBuckets', {}, { grouped: true });
  expect(gets(world)).toMatchObject([{ body: 'whole' }]);
});

test('a record that was removed in the meantime does not come back', async () => {
  const world = await worldWithObjects();
  for await (const _ of await get(world, 'small'));
  world.transact((tx) => {
    for (const { key } of [...tx.dataCalls.range()]) tx.dataCalls.remove(key);
  });
  await callOnce(world);
  expect(gets(world)).toEqual([]);
});

const putAccount = (account: string, tx: Tx) => tx.accounts.put([account], { v: 1, account, createdMs: 0 });

test('a commit without waiting is visible to the next process that opens the store', async () => {
  const world = newWorld();
  const store = openStore(join(world.folder, 'other'));
  store.transact<void>((tx) => putAccount('111111111111', tx));
  store.transactSoon<void>((tx) => putAccount('222222222222', tx));
  expect(() =>
    store.transactSoon<void>((tx) => {
      putAccount('333333333333', tx);
      throw new Error('undone');
    }),
  ).toThrow('undone');
  store.transact<void>((tx) => putAccount('444444444444', tx));
  await store.close();
  const again = openStore(join(world.folder, 'other'));
  const accounts = again.transact((tx) => Array.from(tx.accounts.range(), ({ key }) => key[0]));
  await again.close();
  expect(accounts).toEqual(['111111111111', '222222222222', '444444444444']);
});
