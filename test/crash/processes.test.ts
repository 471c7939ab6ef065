import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { bytesOf, nameOf } from '../support/content.ts';
import { looseEnds } from '../support/loose-ends.ts';
import { makeOldStore } from '../support/old-store.ts';
import { newPlace } from '../support/place.ts';
import type { Visit } from '../support/programs/customer.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const run = promisify(execFile);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-processes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a program as many processes at once; each has to end well and say nothing on standard error. */
async function runTogether(program: string, all: readonly (readonly string[])[]): Promise<string[]> {
  const ended = await Promise.all(all.map((words) => run(process.execPath, [program, ...words])));
  expect(ended.map(({ stderr }) => stderr).join('')).toBe('');
  return ended.map(({ stdout }) => stdout);
}

async function damagedIn({ assembly }: StoreSession): Promise<readonly string[]> {
  const { Damaged, Closed } = await verifyStore(assembly, () => {}, new AbortController().signal);
  return [...Damaged, ...Closed];
}

/** How often each operation is in the log. */
function countsOf({ assembly }: StoreSession, service: string): Record<string, number> {
  return assembly.store.transact<Record<string, number>>((tx) => {
    const counts: Record<string, number> = {};
    for (const value of allCalls(tx)) {
      if (value.service === service) counts[value.operation] = (counts[value.operation] ?? 0) + 1;
    }
    return counts;
  });
}

test('eight processes that put, copy, delete, list and read the same objects see only complete ones, and lose none', {
  timeout: 60_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/customer.ts');
  const folder = newFolder();
  const setUp = await openSession(folder);
  await setUp.call('s3', 'CreateBucket', { Bucket: 'plain' });
  await setUp.call('s3', 'CreateBucket', { Bucket: 'versioned' });
  const Enabled = { VersioningConfiguration: { Status: 'Enabled' } } as const;
  await setUp.call('s3', 'PutBucketVersioning', { Bucket: 'versioned', ...Enabled });
  const byDefault = { SSEAlgorithm: 'aws:kms' } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }];
  const ServerSideEncryptionConfiguration = { Rules };
  await setUp.call('s3', 'PutBucketEncryption', { Bucket: 'versioned', ServerSideEncryptionConfiguration });
  await setUp.close();

  const customers = Array.from({ length: 8 }, (_, i) => [folder, String(i), '30', 'plain', 'versioned']);
  const visits = (await runTogether(program, customers)).map((said): Visit => JSON.parse(said));
  expect(visits.flatMap(({ broken }) => broken)).toEqual([]);
  const refused = visits.flatMap(({ refused }) => refused);
  expect(new Set(refused)).toEqual(new Set(['NoSuchKey']));
  const put = new Set(visits.flatMap(({ put }) => put));
  expect(put.size).toBeGreaterThan(50);

  const session = await openSession(folder);
  onTestFinished(() => session.close());
  expect(await damagedIn(session)).toEqual([]);
  expect(looseEnds(session.assembly)).toEqual([]);
  // Every write that was answered is a version of its own.
  const { Versions = [], DeleteMarkers = [] } = await session.call('s3', 'ListObjectVersions', { Bucket: 'versioned' });
  const added = visits.reduce((sum, visit) => sum + (visit.added.versioned ?? 0), 0);
  expect(Versions.length + DeleteMarkers.length).toBe(added);
  const { Contents = [] } = await session.call('s3', 'ListObjectsV2', { Bucket: 'plain' });
  const reads = [
    ...Versions.map(({ Key = '', VersionId }) => ({ Bucket: 'versioned', Key, VersionId })),
    ...Contents.map(({ Key = '' }) => ({ Bucket: 'plain', Key })),
  ];
  for (const read of reads) {
    const { Body } = await session.call('s3', 'GetObject', read);
    expect(put).toContain(nameOf(await bytesOf(Body)));
  }
});

test('four processes that use and create keys and put objects are all in the log, each call once', {
  timeout: 60_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/key-user.ts');
  const folder = newFolder();
  const setUp = await openSession(folder);
  await setUp.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const { KeyMetadata } = await setUp.call('kms', 'CreateKey', {});
  const KMSMasterKeyID = KeyMetadata?.KeyId ?? '';
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID } as const;
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] };
  await setUp.call('s3', 'PutBucketEncryption', { Bucket: 'photos', ServerSideEncryptionConfiguration });
  await setUp.close();

  const turns = 40;
  await runTogether(
    program,
    ['0', '1', '2', '3'].map((user) => [folder, user, String(turns), KMSMasterKeyID]),
  );

  const session = await openSession(folder);
  onTestFinished(() => session.close());
  const each = 4 * turns;
  expect(countsOf(session, 'kms')).toEqual({
    CreateKey: each + 1,
    Encrypt: each,
    Decrypt: each,
    GenerateDataKey: each,
  });
  expect(countsOf(session, 's3')).toMatchObject({ PutObject: each });
  const ids = session.assembly.store.transact((tx) => allCalls(tx).map((value) => value.eventId));
  expect(new Set(ids).size).toBe(ids.length);
  const { Keys = [] } = await session.call('kms', 'ListKeys', { Limit: 1000 });
  expect(Keys.length).toBe(each + 1);
  expect(await damagedIn(session)).toEqual([]);
  expect(looseEnds(session.assembly)).toEqual([]);
});

test('eight processes that find a store of format 1 all use it, and it is upgraded once', async () => {
  const place = newPlace();
  makeOldStore(place.store);
  const ended = await Promise.all(Array.from({ length: 8 }, () => place.ssebox(['kms', 'list-aliases'])));
  expect(ended.map(({ code, err }) => [code, err])).toEqual(Array(8).fill([0, '']));
  const { code, err } = await place.ssebox(['store', 'verify']);
  expect([code, err]).toEqual([0, '']);
});
