import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { ownProcessMark } from '../../src/store/process-mark.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { bytesOf, contentOf, nameOf } from '../support/content.ts';
import { editStore } from '../support/edit-store.ts';
import { watchFileSteps } from '../support/file-steps.ts';
import { looseEnds } from '../support/loose-ends.ts';
import type { Visit } from '../support/programs/customer.ts';
import type { CopyEnd } from '../support/programs/killed-copy.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const run = promisify(execFile);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const jobOf = (folder: string, words: readonly string[]): string => JSON.stringify({ folder, words });

/** How many versions the log says were added to a bucket: each call and what it did are of one transaction. */
function addedByLog({ assembly }: StoreSession, bucket: string): number {
  const adding = new Set(['PutObject', 'CopyObject', 'DeleteObject']);
  return assembly.store.transact<number>(
    (tx) =>
      allCalls(tx).filter(
        ({ service, operation, error, parameters }) =>
          service === 's3' && adding.has(operation) && error === undefined && parameters?.bucketName === bucket,
      ).length,
  );
}

test('a backup made while four processes write and delete shows one moment, with every byte of it', {
  timeout: 240_000,
}, async () => {
  const [customer, copier] = await Promise.all([
    bundledWithModels('test/support/programs/customer.ts'),
    bundledWithModels('test/support/programs/killed-copy.ts'),
  ]);
  const folder = newFolder();
  const store = join(folder, 'store');
  const setUp = await openSession(store);
  await setUp.call('s3', 'CreateBucket', { Bucket: 'plain' });
  await setUp.call('s3', 'CreateBucket', { Bucket: 'versioned' });
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await setUp.call('s3', 'PutBucketVersioning', { Bucket: 'versioned', VersioningConfiguration });
  await setUp.close();

  let areAtWork = true;
  const visits = Promise.all(
    ['0', '1', '2', '3'].map(async (i) => {
      const { stdout, stderr } = await run(process.execPath, [customer, store, i, '60', 'plain', 'versioned']);
      expect(stderr).toBe('');
      return JSON.parse(stdout) as Visit;
    }),
  ).finally(() => {
    areAtWork = false;
  });
  const backups: string[] = [];
  do {
    const backup = join(folder, `backup-${backups.length}`);
    const { stdout } = await run(process.execPath, [
      copier,
      jobOf(folder, ['store', 'backup', backup, '--store', store]),
    ]);
    const end: CopyEnd = JSON.parse(stdout);
    expect([end.code, end.err]).toEqual([0, '']);
    backups.push(backup);
  } while (areAtWork);
  const put = new Set((await visits).flatMap((visit) => visit.put));
  expect((await visits).flatMap(({ broken }) => broken)).toEqual([]);

  for (const backup of backups) {
    const session = await openSession(backup);
    const report = await verifyStore(session.assembly, () => {}, new AbortController().signal);
    expect([...report.Damaged, ...report.Closed]).toEqual([]);
    expect(looseEnds(session.assembly)).toEqual([]);
    const { Versions = [], DeleteMarkers = [] } = await session.call('s3', 'ListObjectVersions', {
      Bucket: 'versioned',
    });
    expect(Versions.length + DeleteMarkers.length).toBe(addedByLog(session, 'versioned'));
    const { Contents = [] } = await session.call('s3', 'ListObjectsV2', { Bucket: 'plain' });
    for (const { Key = '' } of Contents) {
      const { Body } = await session.call('s3', 'GetObject', { Bucket: 'plain', Key });
      expect(put).toContain(nameOf(await bytesOf(Body)));
    }
    await session.close();
  }
  // What was held goes with the next command, and the store has lost nothing.
  await (await openSession(store)).close();
  const session = await openSession(store);
  expect(looseEnds(session.assembly)).toEqual([]);
  await session.close();
});

const Bucket = 'photos';
const content = contentOf('large', 700_000);

/** A store with an object in a blob file, and a backup of it. */
async function newBackup(): Promise<{ store: string; restore: () => CopyEnd; session: StoreSession }> {
  const program = await bundledWithModels('test/support/programs/killed-copy.ts');
  const folder = newFolder();
  const [store, backup] = [join(folder, 'store'), join(folder, 'backup')];
  const session = await openSession(store);
  await session.call('s3', 'CreateBucket', { Bucket });
  await session.call('s3', 'PutObject', { Bucket, Key: 'large', Body: content });
  // Nothing of this process goes on meanwhile.
  const atOnce = (words: readonly string[]): CopyEnd =>
    JSON.parse(execFileSync(process.execPath, [program, jobOf(folder, words)], { encoding: 'utf8' }));
  expect(atOnce(['store', 'backup', backup, '--store', store])).toMatchObject({ code: 0, err: '' });
  return { store, session, restore: () => atOnce(['store', 'restore', backup, '--store', store, '--yes']) };
}

async function expectRestored(store: string): Promise<void> {
  const session = await openSession(store);
  const { Body } = await session.call('s3', 'GetObject', { Bucket, Key: 'large' });
  expect((await bytesOf(Body)).equals(content)).toBe(true);
  expect(looseEnds(session.assembly)).toEqual([]);
  await session.close();
}

test('a process that has a replaced store open gets an error, and what it dropped remains in the restored one', async () => {
  const { store, session, restore } = await newBackup();
  // The transaction is over; the file goes as soon as this process comes to it, which is after the restore.
  await session.call('s3', 'DeleteObject', { Bucket, Key: 'large' });
  expect(restore()).toMatchObject({ code: 0, err: '' });
  await expect(session.call('s3', 'PutObject', { Bucket, Key: 'k', Body: content.subarray(0, 10) })).rejects.toThrow(
    `the store "${store}" has just been replaced by "ssebox store restore"`,
  );
  await expect(session.call('s3', 'PutObject', { Bucket, Key: 'k', Body: content })).rejects.toThrow(
    'has just been replaced',
  );
  await session.close().catch(() => {});
  await expectRestored(store);
});

test('a restore that comes between the two steps of a removal loses nothing', async () => {
  const { store, session, restore } = await newBackup();
  const ends: CopyEnd[] = [];
  const unwatch = await watchFileSteps(({ kind, path }) => {
    if (kind === 'rm' && basename(path).startsWith('.dropped-') && ends.length === 0) ends.push(restore());
    return undefined;
  });
  onTestFinished(unwatch);
  await session.call('s3', 'DeleteObject', { Bucket, Key: 'large' });
  await session.close().catch(() => {});
  expect(ends).toMatchObject([{ code: 0, err: '' }]);
  await expectRestored(store);
});

test('a restore that ends before it has replaced the store leaves it usable for all', async () => {
  const { store, session } = await newBackup();
  const gone = { ...ownProcessMark(), start: '1' };
  await editStore(store, ({ header }) => header.put('replaced', { process: gone }));
  await session.close().catch(() => {});
  await expectRestored(store);
});
