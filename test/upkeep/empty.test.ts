import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tableNames } from '../../src/store/databases.ts';
import { emptyStore } from '../../src/upkeep/empty.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { copyOf, makeOneOfEverything, removeStore } from '../support/one-of-everything.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';

const verdict = (session: StoreSession) => verifyStore(session.assembly, () => {}, AbortSignal.timeout(60_000));

const filesIn = (folder: string): string[] =>
  readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ name }) => name);

test('a store is emptied while it is in use, and used on', async () => {
  const full = await makeOneOfEverything();
  const folder = copyOf(full);
  removeStore(full);
  const session = await openSession(folder);
  const { store } = session.assembly;
  await session.call('s3', 'CreateBucket', { Bucket: 'before' });
  expect(filesIn(folder).length).toBeGreaterThan(0);
  const counts = store.counts();
  emptyStore(session.assembly);
  // Files go after the commit.
  await setImmediate();
  const left = tableNames.filter((name) => store.counts()[name] > 0);
  expect(left).toEqual(counts.blobWrites > 0 ? ['blobWrites'] : []);
  expect((await session.call('s3', 'ListBuckets', {})).Buckets).toEqual([]);
  await session.call('s3', 'CreateBucket', { Bucket: 'before' });
  await session.call('s3', 'PutObject', { Bucket: 'before', Key: 'k', Body: Buffer.alloc(200_000) });
  await session.call('kms', 'CreateKey', {});
  expect(await verdict(session)).toMatchObject({ Damaged: [], Unnamed: [] });
  expect(filesIn(folder)).toHaveLength(1);
  await session.close();
});

test('an upload that is under way is refused when it ends, and leaves nothing', async () => {
  const full = await makeOneOfEverything();
  const folder = copyOf(full);
  removeStore(full);
  const session = await openSession(folder);
  await session.call('s3', 'CreateBucket', { Bucket: 'before' });
  async function* body() {
    yield Buffer.alloc(200_000);
    emptyStore(session.assembly);
    yield Buffer.alloc(200_000);
  }
  await expect(session.call('s3', 'PutObject', { Bucket: 'before', Key: 'k', Body: body() })).rejects.toMatchObject({
    code: 'NoSuchBucket',
  });
  await session.close();
  const again = await openSession(folder);
  expect(await verdict(again)).toMatchObject({ Damaged: [], Unnamed: [] });
  expect(filesIn(folder)).toEqual([]);
  await again.close();
});
