/** The setting `kms.latency`: what it adds to which call, and what goes on meanwhile. */

import { readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { makeSample, sampleServices } from '../../src/upkeep/sample.ts';
import { newWorld, type World } from '../support/harness.ts';
import { looseEnds } from '../support/loose-ends.ts';

const LATENCY_MS = 8;
const Bucket = 'photos';
const small = Buffer.from('small');
const large = Buffer.alloc(3_000_000);
const under = { ServerSideEncryption: 'aws:kms' } as const;

/** A world in which only pauses take time; they are noted, with what is done in them. */
async function newSlowWorld(during: (world: World) => unknown = () => {}) {
  let elapsedMs = 0;
  const pauses: number[] = [];
  const world: World = newWorld(
    { kmsLatencyMs: LATENCY_MS },
    {
      elapsed: () => elapsedMs,
      async pause(ms, signal) {
        signal.throwIfAborted();
        pauses.push(ms);
        during(world);
        elapsedMs += ms;
      },
    },
  );
  await world.call('s3', 'CreateBucket', { Bucket });
  return { world, pauses };
}

/** The calls since a moment, each with its duration and the part of it that KMS took. */
function callsAfter(count: number, world: World) {
  const calls = world.transact(allCalls).slice(count);
  return Object.fromEntries(
    calls.map(({ operation, durationMs, kms }) => [operation, kms ? [durationMs, kms.ms] : [durationMs]]),
  );
}

type Work = (world: World) => Promise<unknown>;

const put =
  (more: object): Work =>
  (world) =>
    world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: small, ...more });
const get: Work = async (world) => {
  const { Body } = await world.call('s3', 'GetObject', { Bucket, Key: 'k' });
  for await (const _ of Body ?? []);
};
const nothing: Work = async () => {};

test.for([
  ['a direct call', nothing, (world) => world.call('kms', 'ListKeys', {}), { ListKeys: [8] }, [8]],
  [
    'a refused one',
    nothing,
    (world) => world.refusal('kms', 'DescribeKey', { KeyId: 'alias/none' }),
    { DescribeKey: [8] },
    [8],
  ],
  [
    'one that computes for long',
    nothing,
    (world) => world.call('kms', 'CreateKey', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }),
    { CreateKey: [8] },
    [8],
  ],
  ['a put without KMS', nothing, put({}), { PutObject: [0] }, []],
  ['a put', put(under), put(under), { GenerateDataKey: [8], PutObject: [8, 8] }, [8]],
  ['a large put', put(under), put({ ...under, Body: large }), { GenerateDataKey: [8], PutObject: [8, 8] }, [8]],
  ['a get', put(under), get, { Decrypt: [8], GetObject: [8, 8] }, [8]],
  ['a get of a large object', put({ ...under, Body: large }), get, { Decrypt: [8], GetObject: [8, 8] }, [8]],
  [
    'a copy, which decrypts and encrypts',
    put(under),
    (world) => world.call('s3', 'CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/k`, ...under }),
    { Decrypt: [8], GenerateDataKey: [8], CopyObject: [16, 16] },
    [16],
  ],
  [
    'a put that a bucket key spares the call',
    put({ ...under, BucketKeyEnabled: true }),
    put({ ...under, BucketKeyEnabled: true }),
    { PutObject: [0, 0] },
    [],
  ],
] as const satisfies readonly (readonly [string, Work, Work, object, readonly number[]])[])(
  '%s takes as much longer as its calls to KMS',
  async ([, before, work, calls, expected]) => {
    const { world, pauses } = await newSlowWorld();
    await before(world);
    const count = world.transact(allCalls).length;
    pauses.length = 0;
    await work(world);
    expect(callsAfter(count, world)).toEqual(calls);
    expect(pauses).toEqual(expected);
  },
);

/** How many calls other processes see: what is committed. */
function committedCalls({ store }: Pick<ReturnType<World['place']>, 'store'>): number {
  const snapshot = store.snapshot();
  try {
    return [...snapshot.tx.managementCalls.range()].length;
  } finally {
    snapshot.close();
  }
}

test('no transaction is open meanwhile: other processes see what was done so far', async () => {
  const seen: number[] = [];
  const { world } = await newSlowWorld((here) => seen.push(committedCalls(here.place())));
  for (const Description of ['1', '2']) await world.call('kms', 'CreateKey', { Description });
  await put(under)(world);
  // CreateBucket, CreateKey twice, and GenerateDataKey with the key that AWS manages.
  expect(seen).toEqual([2, 3, 4]);
});

test('what is only tried is not waited for', async () => {
  const { world, pauses } = await newSlowWorld();
  await world.explain('kms', 'ListKeys', {});
  expect(pauses).toEqual([]);
});

test('nobody waits while others wait for the store', async () => {
  const { world, pauses } = await newSlowWorld();
  const { store, load } = world.place();
  await Promise.all(sampleServices.map((service) => load(service)));
  await world.call('s3', 'DeleteBucket', { Bucket });
  await store.together(() => makeSample(world));
  expect(pauses).toEqual([]);
  await world.call('kms', 'ListKeys', {});
  expect(pauses).toEqual([LATENCY_MS]);
});

const openFiles = (world: World): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${world.folder}/blobs/`);
    } catch {
      // The descriptor of the listing itself is gone by now.
      return false;
    }
  }).length;

test.for([
  ['a get', (world, signal) => world.call('s3', 'GetObject', { Bucket, Key: 'large' }, { signal })],
  [
    'a put',
    (world, signal) => world.call('s3', 'PutObject', { Bucket, Key: 'new', Body: large, ...under }, { signal }),
  ],
] as const satisfies readonly (readonly [string, (world: World, signal: AbortSignal) => Promise<unknown>])[])(
  '%s that is interrupted meanwhile ends, and leaves nothing open',
  async ([, work]) => {
    const { world } = await newSlowWorld();
    await world.call('s3', 'PutObject', { Bucket, Key: 'large', Body: large, ...under });
    await expect(work(world, AbortSignal.abort())).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(openFiles(world)).toBe(0);
    await expect(world.call('s3', 'HeadObject', { Bucket, Key: 'new' })).rejects.toMatchObject({ code: 'NoSuchKey' });
    await world.reopen();
    expect(looseEnds(world.place())).toEqual([]);
  },
);

test('the record of an answer that nobody waited for says that nothing was sent', async () => {
  const { world } = await newSlowWorld();
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: small, ...under });
  const interrupted = world.call('s3', 'GetObject', { Bucket, Key: 'k' }, { signal: AbortSignal.abort() });
  await expect(interrupted).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  await world.call('s3', 'ListBuckets', {});
  const reads = world.transact(allCalls).filter(({ operation }) => operation === 'GetObject');
  expect(reads).toMatchObject([{ body: 'broken-off', bytesOut: 0 }]);
});
