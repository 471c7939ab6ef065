import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { allCalls } from '../../src/call/call-log.ts';
import type { BegunCall } from '../../src/call/operation.ts';
import type { Request } from '../../src/call/request.ts';
import { task } from '../../src/call/task.ts';
import { bytesOf, contentOf } from '../support/content.ts';
import { newWorld, type World } from '../support/harness.ts';

interface Input {
  readonly bucket: string;
  readonly body: Uint8Array;
  /** What goes wrong, and when. */
  readonly fault?: 'refused' | 'defective';
  /** Runs between the two transactions. */
  readonly between?: () => Promise<unknown>;
}

/** Writes an object with S3's operation, and an alias in the transaction in which it is written. */
const storeObject = task('kms', 'StoreObject', {
  caller: (_input: Input, { caller }: Request) => caller,
  resolve: () => undefined,
  begin(_target, { bucket, body }, call): { put: BegunCall<unknown> } {
    return { put: call.begin('s3', 'PutObject', { Bucket: bucket, Key: 'k', Body: body }) };
  },
  moveAtOnce: ({ put }) => (put.isDone ? {} : undefined),
  async move({ put }, { between }, signal) {
    await put.move(signal);
    await between?.();
    return {};
  },
  finish({ put }, _moved, { fault }, call) {
    if (fault === 'refused') throw new AwsError('LimitExceededException', 'no more');
    call.complete(put);
    call.invoke('kms', 'CreateKey', { Description: 'beside the object' });
    if (fault === 'defective') throw new TypeError('a defect');
  },
  abandon: ({ put }, call) => call.giveUp(put),
  parameters: ({ bucket }) => ({ bucket }),
});

async function newPlace(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'shelf' });
  // Tasks use the operations of services that are loaded.
  await world.call('kms', 'ListKeys', {});
  return world;
}

const keysOf = async (world: World) => (await world.call('kms', 'ListKeys', {})).Keys?.length;
const filesOf = (world: World) =>
  world.transact((tx) => [...tx.blobWrites.range(), ...tx.unneededBlobs.range()].length);
const recordsOf = (world: World) =>
  world.transact((tx) =>
    allCalls(tx).flatMap(({ operation, error, within }) =>
      within === undefined ? [] : [error ? `${operation} ${error.code}` : operation],
    ),
  );

test.for([
  ['small', 10],
  ['large', 200_000],
] as const)('a %s object is written through another operation, with the rows of the task', async ([name, size]) => {
  const world = await newPlace();
  const body = contentOf(name, size);
  await world.perform(storeObject, { bucket: 'shelf', body });
  const { Body } = await world.call('s3', 'GetObject', { Bucket: 'shelf', Key: 'k' });
  expect((await bytesOf(Body)).equals(body)).toBe(true);
  expect(await keysOf(world)).toBe(1);
  expect(recordsOf(world).sort()).toEqual(['CreateKey', 'PutObject']);
});

test('a call that is refused at its beginning refuses the task', async () => {
  const world = await newPlace();
  const body = contentOf('large', 200_000);
  await expect(world.perform(storeObject, { bucket: 'nowhere', body })).rejects.toMatchObject({ code: 'NoSuchBucket' });
});

test('a call that is refused at its end refuses the task, and leaves nothing', async () => {
  const world = await newPlace();
  const body = contentOf('large', 200_000);
  const between = () => world.call('s3', 'DeleteBucket', { Bucket: 'shelf' });
  await expect(world.perform(storeObject, { bucket: 'shelf', body, between })).rejects.toMatchObject({
    code: 'NoSuchBucket',
  });
  expect(await keysOf(world)).toBe(0);
  await world.reopen();
  expect(filesOf(world)).toBe(0);
});

test.for(['refused', 'defective'] as const)('a task that is %s after its bytes moved leaves nothing', async (fault) => {
  const world = await newPlace();
  const body = contentOf('large', 200_000);
  await expect(world.perform(storeObject, { bucket: 'shelf', body, fault })).rejects.toThrow();
  expect((await world.call('s3', 'ListObjectsV2', { Bucket: 'shelf' })).KeyCount).toBe(0);
  expect(await keysOf(world)).toBe(0);
  await world.reopen();
  expect(filesOf(world)).toBe(0);
});
