/** `store compact`: what was deleted is in no file afterwards, and whatever was not is as it was. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freeBytes } from '../../src/store/data-file.ts';
import { tableNames } from '../../src/store/databases.ts';
import { openRawStore, type RawTableName } from '../../src/store/raw-store.ts';
import { compact } from '../../src/upkeep/compact.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { newCommandLine } from '../support/command-line.ts';
import { DAY, START, testEnvironment } from '../support/harness.ts';
import { makeOneOfEverything, openCopy, removeStore } from '../support/one-of-everything.ts';
import type { CopyEnd } from '../support/programs/killed-copy.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const watch = {
  expect: () => {},
  add: () => {},
  done: () => {},
  signal: new AbortController().signal,
};

/** The files of a store that contain some bytes. */
const filesWith = (store: string, bytes: Buffer): string[] =>
  readdirSync(store, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(store, name)).isFile())
    .filter((name) => readFileSync(join(store, name)).includes(bytes));

/** Every row as it is stored, by table and key. */
async function storedRows(store: string): Promise<Map<string, string>> {
  const raw = openRawStore(store);
  const snapshot = raw.snapshot();
  const rows = new Map<string, string>();
  for (const table of [...tableNames, 'header'] as RawTableName[]) {
    for (const { key, value } of snapshot.rows(table, undefined)) {
      rows.set(`${table} ${JSON.stringify(key)}`, Buffer.from(value).toString('base64'));
    }
  }
  snapshot.close();
  await raw.close();
  return rows;
}

/** A store with one of everything, closed. */
async function newStore(): Promise<string> {
  const folder = await makeOneOfEverything();
  onTestFinished(() => removeStore(folder));
  const session = await openCopy(folder);
  const store = session.assembly.store.folder;
  await session.close();
  return store;
}

test('the wrapped material of a deleted key is in the store until it is compacted, and in no file afterwards', async () => {
  const { folder, store } = newCommandLine();
  mkdirSync(store);
  let now = START;
  const open = () => openSession(store, { environment: testEnvironment(() => now, folder) });
  let session: StoreSession = await open();
  const { KeyMetadata } = await session.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.KeyId ?? '';
  const material = () =>
    session.assembly.store.transact((tx) => Array.from(tx.kmsBackingKeys.range(), ({ value }) => value.wrapped));
  const [wrapped] = material();
  await session.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  now += 8 * DAY;
  await session.call('kms', 'ListKeys', {});
  expect(material()).toEqual([]);
  await session.close();
  expect(wrapped).toHaveLength(60);
  expect(filesWith(store, Buffer.from(wrapped ?? []))).toEqual(['store.mdb']);
  expect(freeBytes(store)).toBeGreaterThan(0);

  const { BytesBefore, BytesAfter } = await compact(store, watch);
  expect(BytesAfter).toBeLessThan(BytesBefore);
  expect(BytesAfter).toBe(statSync(join(store, 'store.mdb')).size);
  expect(filesWith(store, Buffer.from(wrapped ?? []))).toEqual([]);
  session = await open();
  expect(material()).toEqual([]);
  await session.close();
});

test('every row stays as it is stored, also those about files that are not removed yet, and so do all files', async () => {
  const store = await newStore();
  const files = () => readdirSync(store, { recursive: true, encoding: 'utf8' }).sort();
  const [before, filesBefore, rootKey] = [await storedRows(store), files(), readFileSync(join(store, 'root.key'))];
  expect(before.size).toBeGreaterThan(100);
  await compact(store, watch);
  expect(await storedRows(store)).toEqual(before);
  expect(files()).toEqual(filesBefore);
  expect(readFileSync(join(store, 'root.key'))).toEqual(rootKey);
  // What is left free is what the copy itself needed.
  expect(freeBytes(store)).toBeLessThan(100 * 4096);
  const session = await openSession(store);
  const report = await verifyStore(session.assembly, () => {}, new AbortController().signal);
  expect([...report.Damaged, ...report.Unnamed]).toEqual([]);
  await session.close();
});

test('a sealed store is compacted without its passphrase, and says how much is free', async () => {
  const line = newCommandLine();
  for (let i = 0; i < 10; i++) await line.ok(['kms', 'create-key']);
  await line.ok(['store', 'passphrase', 'set', '-'], { stdin: 'open sesame' });
  const free = async () => ((await line.ok(['store', 'info'])).json as { FreeBytes: number }).FreeBytes;
  const before = await free();
  const { json } = await line.ok(['store', 'compact']);
  expect(json).toMatchObject({ Store: line.store });
  expect(await free()).toBeLessThan(before);
  await line.ok(['store', 'verify'], { variables: { SSEBOX_PASSPHRASE: 'open sesame' } });
});

test('whoever has the store open is told to run the command again', async () => {
  const program = await bundledWithModels('test/support/programs/killed-copy.ts');
  const { store } = newCommandLine();
  const session = await openSession(store);
  await session.call('s3', 'CreateBucket', { Bucket: 'photos' });
  // Nothing of this process goes on meanwhile.
  const words = ['store', 'compact', '--store', store];
  const end: CopyEnd = JSON.parse(
    execFileSync(process.execPath, [program, JSON.stringify({ folder: store, words })], { encoding: 'utf8' }),
  );
  expect(end).toMatchObject({ code: 0, err: '' });
  await expect(session.call('s3', 'CreateBucket', { Bucket: 'more' })).rejects.toMatchObject({
    message: `the store "${store}" has just been written anew by "ssebox store compact"`,
    hint: 'run the command again',
  });
  await session.close().catch(() => {});
  const again = await openSession(store);
  expect((await again.call('s3', 'ListBuckets', {})).Buckets?.map(({ Name }) => Name)).toEqual(['photos']);
  await again.close();
});

test('there must be a store, and nobody else at the same work', async () => {
  const line = newCommandLine();
  expect(await line.ssebox(['store', 'compact'])).toMatchObject({ code: 253 });
  expect(readdirSync(line.folder)).toEqual([]);
  await line.ok(['store', 'init']);
  mkdirSync(join(line.store, `.staged-${'1'.repeat(8)}`));
  const { code, err } = await line.ssebox(['store', 'compact']);
  expect(code).toBe(253);
  expect(err).toContain('another process is restoring or compacting the store');
  // It can be used.
  await line.ok(['kms', 'list-keys']);
});
