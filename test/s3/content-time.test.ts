/** How much of a request's time its record gives to KMS, to encryption and to the disk. */

import { expect, test } from 'vitest';
import type { PutObjectRequest } from '../../src/api/model/s3.types.ts';
import { allCalls } from '../../src/call/call-log.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';
const LARGE = Buffer.alloc(3_000_000, 7);

const modes: Readonly<Record<string, Partial<PutObjectRequest>>> = {
  'SSE-S3': {},
  'SSE-KMS': { ServerSideEncryption: 'aws:kms' },
  'DSSE-KMS': { ServerSideEncryption: 'aws:kms:dsse' },
};

/** A world with a bucket, in which each look at the clock takes a millisecond. */
async function newTickingWorld(): Promise<World> {
  let elapsedMs = 0;
  const world = newWorld({}, { elapsed: () => elapsedMs++ });
  await world.call('s3', 'CreateBucket', { Bucket });
  return world;
}

async function read(world: World): Promise<void> {
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key: 'k' });
  for await (const _ of Body ?? []);
  // Another call, with whose commit the rest is known.
  await world.call('s3', 'ListBuckets', {});
}

const recordOf = (operation: string, world: World): CallRecord =>
  world.transact(allCalls).find((call) => call.operation === operation) ?? expect.fail(`no record of ${operation}`);

test.for(
  Object.keys(modes).flatMap((mode) => [
    [mode, 'small', Buffer.from('small')] as const,
    [mode, 'large', LARGE] as const,
  ]),
)('under %s, writing and reading a %s object has its parts', async ([mode, , Body]) => {
  const input = modes[mode] ?? expect.fail(mode);
  const world = await newTickingWorld();
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body, ...input });
  await read(world);
  for (const operation of ['PutObject', 'GetObject']) {
    const { content, kms, durationMs } = recordOf(operation, world);
    if (!content) expect.fail(`${operation} has no times`);
    expect(content.encryptionMs).toBeGreaterThan(0);
    expect(content.diskMs).toBeGreaterThan(0);
    expect(kms === undefined || kms.ms > 0).toBe(true);
    expect(kms !== undefined).toBe(mode.endsWith('KMS'));
    expect((kms?.ms ?? 0) + content.encryptionMs + content.diskMs).toBeLessThanOrEqual(durationMs);
  }
});

test('each layer of DSSE-KMS takes its own time', async () => {
  const times = [];
  for (const mode of ['SSE-KMS', 'DSSE-KMS']) {
    const world = await newTickingWorld();
    await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: LARGE, ...modes[mode] });
    await read(world);
    times.push(['PutObject', 'GetObject'].map((name) => recordOf(name, world).content?.encryptionMs ?? 0));
  }
  const [one, both] = times;
  // A segment is sealed, or opened, between two looks at the clock; the outer layer has as many, and one for the rest.
  expect(both?.map((ms) => Math.round(ms / 12))).toEqual([2, 2]);
  expect(one?.map((ms) => Math.round(ms / 12))).toEqual([1, 1]);
});

test('a copy has the time of reading and of writing', async () => {
  const world = await newTickingWorld();
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: LARGE });
  await world.call('s3', 'CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/k` });
  const written = recordOf('PutObject', world).content?.encryptionMs ?? 0;
  expect(recordOf('CopyObject', world).content?.encryptionMs).toBe(2 * written);
});

test('what does not touch the bytes of an object has no such times', async () => {
  const world = await newTickingWorld();
  await world.call('s3', 'PutObject', {
    Bucket,
    Key: 'k',
    Body: Buffer.from('small'),
    ServerSideEncryption: 'aws:kms',
  });
  await world.call('s3', 'HeadObject', { Bucket, Key: 'k' });
  for (const operation of ['CreateBucket', 'HeadObject', 'GenerateDataKey'])
    expect(recordOf(operation, world)).not.toHaveProperty('content');
});

test('a refused write has the time that it took', async () => {
  const world = await newTickingWorld();
  const input = { Bucket, Key: 'k', Body: LARGE, ContentMD5: Buffer.alloc(16).toString('base64') };
  expect(await world.refusal('s3', 'PutObject', input)).toContain('BadDigest');
  expect(recordOf('PutObject', world).content?.diskMs).toBeGreaterThan(0);
});
