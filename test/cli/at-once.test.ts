import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { atOnce, newSlots } from '../../src/cli/commands/s3/at-once.ts';
import { type Place, samplePlace } from '../support/place.ts';

const MIB = 1024 ** 2;
const never = new AbortController().signal;
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Work that ends on request, and the amount in progress. */
function newWork() {
  const ends: (() => void)[] = [];
  const seen = { begun: 0, most: 0, underWay: 0 };
  const work = async (): Promise<void> => {
    seen.begun += 1;
    seen.underWay += 1;
    seen.most = Math.max(seen.most, seen.underWay);
    await new Promise<void>((resolve) => ends.push(resolve));
    seen.underWay -= 1;
  };
  /** Ends all that is under way, and what comes after it, until no more comes. */
  const endAll = async (): Promise<void> => {
    await settled();
    while (ends.length > 0) {
      ends.shift()?.();
      await settled();
    }
  };
  return { work, seen, endAll };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('never more work in progress than slots, across everything that shares them', async () => {
  const slots = newSlots(3);
  const { work, seen, endAll } = newWork();
  const all = Promise.all([1, 2].map(() => atOnce(range(10), { slots, signal: never }, work)));
  await endAll();
  await all;
  expect(seen).toEqual({ begun: 20, most: 3, underWay: 0 });
});

test('after a failure nothing new starts, and the work in progress has ended before it is thrown', async () => {
  const { work, seen, endAll } = newWork();
  const done = atOnce(range(100), { slots: newSlots(10), signal: never }, async (item) => {
    await work();
    if (item === 1) throw new Error('the second');
  });
  const told = expect(done).rejects.toThrow('the second');
  await endAll();
  await told;
  expect(seen.underWay).toBe(0);
  expect(seen.begun).toBeLessThan(10);
});

test('of several refusals one is thrown, the first, and the others are known to be overlooked', async () => {
  const overlooked: number[] = [];
  const done = atOnce(range(4), { slots: newSlots(4), signal: never }, async (item, overlooks) => {
    // One fails before any is refused, and the first to be refused is the last to end.
    if (item === 3) throw new Error('failed 3');
    await settled();
    const isFirst = item === 1;
    if (!isFirst) await settled();
    if (overlooks()) overlooked.push(item);
    if (isFirst) for (let i = 0; i < 5; i++) await settled();
    // It is asked again where a transaction runs again.
    expect(overlooks()).toBe(!isFirst);
    throw new Error(`refused ${item}`);
  });
  await expect(done).rejects.toThrow('refused 1');
  expect(overlooked).toEqual([0, 2]);
});

test('of several failures the first is thrown', async () => {
  const done = atOnce(range(4), { slots: newSlots(4), signal: never }, async (item) => {
    if (item !== 2) await settled();
    throw new Error(`failed ${item}`);
  });
  await expect(done).rejects.toThrow('failed 2');
});

test('an interrupt ends it', async () => {
  const controller = new AbortController();
  const { work, seen, endAll } = newWork();
  const done = atOnce(range(100), { slots: newSlots(10), signal: controller.signal }, work);
  const told = expect(done).rejects.toThrow('aborted');
  await settled();
  controller.abort();
  await endAll();
  await told;
  expect(seen.begun).toBeLessThan(10);
});

/** Interrupts the program when its second part is about to be stored. */
async function interrupt({ folder, variables }: Place, words: readonly string[]): Promise<number | undefined> {
  const options = { cwd: folder, env: variables, extendEnv: false, reject: false, buffer: false } as const;
  const child = execa(process.execPath, [`${process.cwd()}/bin/ssebox.js`, ...words, '--debug'], options);
  const ended = once(child, 'exit');
  let parts = 0;
  for await (const text of createInterface({ input: child.stderr })) {
    if (/ s3 UploadPart(Copy)?: finish /.test(text) && ++parts === 2) child.kill('SIGINT');
  }
  await ended;
  return (await child).exitCode;
}

const blobsOf = ({ store }: Place): readonly string[] =>
  existsSync(`${store}/blobs`)
    ? readdirSync(`${store}/blobs`, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('/'))
    : [];

describe('Ctrl-C aborts a multipart upload, and leaves nothing of it', () => {
  test.for([
    ['of a file', ['s3', 'cp', 'large', 's3://drafts/new']],
    ['of a copy', ['s3', 'cp', 's3://photos/large', 's3://drafts/new']],
  ] as const)('%s', async ([, words]) => {
    const place = await samplePlace();
    await place.ssebox(['config', 'set', 's3.multipart_chunksize', '5MB']);
    writeFileSync(place.path('large'), Buffer.alloc(100 * MIB));
    expect((await place.ssebox(['s3', 'put', 'large', 's3://photos/large'])).code).toBe(0);
    const before = blobsOf(place);
    expect(await interrupt(place, words)).toBe(130);
    const uploads = ['s3api', 'list-multipart-uploads', '--bucket', 'drafts', '--query', 'Uploads'];
    expect((await place.ssebox(uploads)).out).toBe('null\n');
    expect((await place.ssebox(['s3', 'ls', 's3://drafts/new'])).code).toBe(1);
    expect(blobsOf(place)).toEqual(before);
  });
});
