import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { program } from '../../src/cli/run.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { replicateQueue } from '../../src/s3/replication/replicate-queue.ts';
import { rekeyStore } from '../../src/store/rekey.ts';
import { changePassphrase } from '../../src/store/root-key-change.ts';
import { draftRootKey, rootKeyOf } from '../../src/store/root-key-file.ts';
import { contentOf } from '../support/content.ts';
import { type Disk, watchDisk } from '../support/disk.ts';
import { START, testEnvironment } from '../support/harness.ts';
import { openStore } from '../support/open-store.ts';
import { newReplication } from '../support/replicated-bucket.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';

const MiB = 1024 * 1024;
const Bucket = 'photos';
const Key = 'k';
const content = contentOf('large', 1.5 * MiB);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-power-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const newSession = (folder: string) => openSession(folder, { environment: testEnvironment(() => START) });

/** Nothing that has an answer, or that a committed row names, would be taken by a power cut. */
function expectSafe(disk: Disk): void {
  expect([...new Set(disk.atRiskAtCommits)]).toEqual([]);
  expect(disk.atRisk()).toEqual([]);
}

test('a new store is durable when its first transaction ends, with the folders above it', async () => {
  const folder = newFolder();
  const disk = await watchDisk(folder);
  const store = openStore(join(folder, 'a/b/store'));
  store.transact<void>((tx) => tx.objectData.put(['a', 'b', ''], Buffer.of(1)));
  expect(disk.atRisk()).toEqual([]);
  expect(disk.steps.at(-1)).toBe('commit');
  await store.close();
});

describe('a blob file', () => {
  const write = ['open', 'write', 'sync'].map((kind) => `${kind} blobs/*/*.part`);
  const written = [...write, 'rename blobs/*/*.part to blobs/*/*', 'sync blobs/*'];

  const put = ({ call }: StoreSession, key: string) => call('s3', 'PutObject', { Bucket, Key: key, Body: content });
  const beginParts = async ({ call }: StoreSession) => {
    const { UploadId = '' } = await call('s3', 'CreateMultipartUpload', { Bucket, Key });
    return { Bucket, Key, UploadId, PartNumber: 1 };
  };

  /** What comes before, which answers what is done. */
  type Scenario = (session: StoreSession) => Promise<() => Promise<unknown>>;
  const scenarios: readonly (readonly [string, Scenario])[] = [
    ['PutObject', async (session) => () => put(session, Key)],
    [
      'CopyObject',
      async (session) => {
        await put(session, 'source');
        return () => session.call('s3', 'CopyObject', { Bucket, Key, CopySource: `${Bucket}/source` });
      },
    ],
    [
      'UploadPart',
      async (session) => {
        const part = await beginParts(session);
        return () => session.call('s3', 'UploadPart', { ...part, Body: content });
      },
    ],
    [
      'UploadPartCopy',
      async (session) => {
        await put(session, 'source');
        const part = await beginParts(session);
        return () => session.call('s3', 'UploadPartCopy', { ...part, CopySource: `${Bucket}/source` });
      },
    ],
    [
      'a replication',
      async (session) => {
        await newReplication(session, 'source', [{ Bucket: 'copy', region: 'eu-west-1' }]);
        await session.call('s3', 'PutObject', { Bucket: 'source', Key, Body: content });
        return async () => {
          for await (const _ of replicateQueue(session.assembly, { region: 'us-east-1' }));
        };
      },
    ],
  ];

  test.for(scenarios)(
    'of %s is recorded, written, synced, named and its name synced before the commit that names it',
    async ([, prepare]) => {
      const folder = newFolder();
      const disk = await watchDisk(folder);
      const session = await newSession(folder);
      await session.call('s3', 'CreateBucket', { Bucket });
      // Makes the root key.
      await session.call('kms', 'CreateKey', {});
      const work = await prepare(session);
      disk.forgetSteps();
      await work();
      // Folders of blob files are made where there is none yet; that they are safe is seen at the commit.
      const isOfFolders = (step: string) => /^mkdir |^sync (blobs|\.)$/.test(step);
      const steps = disk.steps.filter((step) => !isOfFolders(step));
      expect(steps.filter((step, i) => step !== steps[i - 1])).toEqual(['commit', ...written, 'commit']);
      expect(disk.early).toEqual([]);
      expectSafe(disk);
      await session.close();
    },
  );
});

test('a blob file is taken away in a transaction, removed after it, and forgotten when it cannot come back', async () => {
  const folder = newFolder();
  const disk = await watchDisk(folder);
  const session = await newSession(folder);
  await session.call('s3', 'CreateBucket', { Bucket });
  await session.call('s3', 'PutObject', { Bucket, Key, Body: content });
  await session.call('s3', 'DeleteObject', { Bucket, Key });
  disk.forgetSteps();
  await session.close();
  expect(disk.steps).toEqual([
    'mkdir .dropped-*',
    'rename blobs/*/* to .dropped-*/*',
    // Nothing has changed in the database so far.
    'commit',
    'rm .dropped-*',
    'sync blobs/*',
    'commit',
  ]);
  // The next process that opens the store would remove this.
  expect(disk.removalsAtRisk()).toEqual(['removal of .dropped-*']);
});

describe('a root key', () => {
  const random = testEnvironment(() => START).random;
  const write = ['open', 'write', 'sync'].map((kind) => `${kind} root.key.*`);

  test('is complete on the disk before it has its name, and has it before it is used', async () => {
    const folder = newFolder();
    const disk = await watchDisk(folder);
    rootKeyOf(folder, random);
    expect(disk.steps).toEqual([...write, 'link root.key.* to root.key', 'sync .', 'rm root.key.*']);
    expect(disk.early).toEqual([]);
    expect(disk.atRisk()).toEqual([]);
  });

  test('is durable before the first row that depends on it is committed', async () => {
    const folder = newFolder();
    const disk = await watchDisk(folder);
    const session = await newSession(folder);
    await session.call('kms', 'CreateKey', {});
    expect(disk.steps).toContain('link root.key.* to root.key');
    expectSafe(disk);
    await session.close();
  });

  test('of a new store is complete on the disk before the commit that needs it', async () => {
    const folder = newFolder();
    const disk = await watchDisk(folder);
    const draft = draftRootKey(folder, 2, random);
    expect(disk.steps).toEqual([...write, 'sync .']);
    expect(disk.atRisk()).toEqual([]);
    disk.forgetSteps();
    draft.name();
    expect(disk.steps).toEqual(['link root.key.* to root.key', 'sync .', 'rm root.key.*']);
    expect([...disk.early, ...disk.atRisk()]).toEqual([]);
  });

  /** Its names and its bytes are safe, and nothing that was removed comes back. */
  function expectDone(disk: Disk): void {
    expect([...disk.early, ...disk.removalsAtRisk(), ...disk.atRisk()]).toEqual([]);
  }

  const cleared = ['rm root.key.*', 'sync .'];
  const replaced = [...write, 'rename root.key.* to root.key', 'sync .'];

  test('that is sealed or unsealed permanently replaces the one before and what a killed process left behind', async () => {
    const folder = newFolder();
    const disk = await watchDisk(folder);
    rootKeyOf(folder, random);
    // Its own draft's removal may be undone: the next change removes it again.
    const leave = () => writeFileSync(join(folder, `root.key.${'ab'.repeat(8)}`), 'left');
    leave();
    disk.forgetSteps();
    changePassphrase(folder, random, { from: undefined, to: 'open sesame' });
    // Nothing unsealed is beside it when it is sealed.
    expect(disk.steps).toEqual([...cleared, ...replaced]);
    expectDone(disk);

    leave();
    disk.forgetSteps();
    changePassphrase(folder, random, { from: 'open sesame', to: undefined });
    const appended = ['open', 'write', 'sync'].map((kind) => `${kind} root.key`);
    expect(disk.steps).toEqual([...cleared, ...appended, ...replaced]);
    expectDone(disk);
  });

  test('that is new is complete on the disk before the commit that needs it, and the old one is gone after it', async () => {
    const folder = newFolder();
    const disk = await watchDisk(folder);
    await openStore(folder).close();
    disk.forgetSteps();
    const keys = { random, passphrase: undefined };
    await rekeyStore(folder, keys, {
      prepare:
        () =>
        (_, { value }) =>
          value,
      finish: () => {},
    });
    const appended = ['open', 'write', 'sync'].map((kind) => `${kind} root.key`);
    // The last commit is of a transaction that changes nothing in the database.
    expect(disk.steps).toEqual(['commit', ...appended, 'commit', ...replaced, 'commit']);
    expectDone(disk);
  });
});

describe('a copy of a store', () => {
  async function ssebox(words: readonly string[]): Promise<void> {
    const said: string[] = [];
    const stream = (pieces: string[]) =>
      new Writable({
        write(chunk, _encoding, done) {
          pieces.push(String(chunk));
          done();
        },
      });
    const streams = { stdin: Readable.from([]), stdout: stream([]), stderr: stream(said) };
    const code = await program(commandTree, { name: 'ssebox', file: 'bin/ssebox.js' }).run(
      words,
      testEnvironment(() => START),
      streams,
    );
    expect([code, said]).toEqual([0, []]);
  }

  async function makeStore(folder: string): Promise<void> {
    const session = await newSession(folder);
    await session.call('s3', 'CreateBucket', { Bucket });
    for (const key of ['a', 'b']) await session.call('s3', 'PutObject', { Bucket, Key: key, Body: content });
    await session.close();
  }

  /** The steps of putting a store in place, without those on its root key and its blob files, which have no order. */
  function placed(disk: Disk, name: string): string[] {
    const steps = disk.steps.map((step) => step.replaceAll(` ${name}/`, ' '));
    const from = steps.indexOf('sync .staged-*', steps.lastIndexOf('rm .staged-*/store.mdb-lock'));
    return steps.slice(from - 1).filter((step) => !/root\.key$|blobs$/.test(step));
  }

  /** What was built has its lasting names. */
  const inPlace = (name: string) => [
    `sync ${name}`,
    'rm .removed-*',
    'rename .placing-* to .removed-*',
    `sync ${name}`,
    'rm .removed-*',
  ];

  test('is complete on the disk before it is put in place, and in place before the backup ends', async () => {
    const folder = newFolder();
    await makeStore(join(folder, 'store'));
    const disk = await watchDisk(folder);
    await ssebox(['store', 'backup', join(folder, 'a/backup'), '--store', join(folder, 'store')]);
    expect(placed(disk, 'a/backup')).toEqual([
      'rm .staged-*/store.mdb-lock',
      'sync .staged-*',
      'rename .staged-* to .placing-*',
      'sync a/backup',
      'mkdir .placing-*/old',
      'rename .placing-*/store.mdb to store.mdb',
      ...inPlace('a/backup'),
    ]);
    // What goes is not waited for.
    expect(disk.early).toEqual(['rename of a/backup/.placing-*']);
    expect(disk.atRisk()).toEqual([]);
  });

  test('is complete on the disk before it replaces another one, and has replaced it before the restore ends', async () => {
    const folder = newFolder();
    await makeStore(join(folder, 'store'));
    await makeStore(join(folder, 'backup'));
    const disk = await watchDisk(folder);
    await ssebox(['store', 'restore', join(folder, 'backup'), '--store', join(folder, 'store'), '--yes']);
    expect(placed(disk, 'store')).toEqual([
      'commit',
      'sync .staged-*',
      'rename .staged-* to .placing-*',
      'sync store',
      'mkdir .placing-*/old',
      'rename .placing-*/store.mdb to store.mdb',
      'rename store.mdb-lock to .placing-*/old/0-store.mdb-lock',
      ...inPlace('store'),
    ]);
    expect(disk.early).toEqual(['rename of store/.placing-*']);
    expect(disk.atRisk()).toEqual([]);
  });

  test('is complete on the disk before its data file alone replaces the old one when a store is compacted', async () => {
    const folder = newFolder();
    await makeStore(join(folder, 'store'));
    const disk = await watchDisk(folder);
    await ssebox(['store', 'compact', '--store', join(folder, 'store')]);
    expect(placed(disk, 'store')).toEqual([
      'mkdir .staged-*/data-alone',
      'sync .staged-*',
      'rename .staged-* to .placing-*',
      'sync store',
      'mkdir .placing-*/old',
      'rename .placing-*/store.mdb to store.mdb',
      'rename store.mdb-lock to .placing-*/old/0-store.mdb-lock',
      ...inPlace('store'),
    ]);
    expect(disk.early).toEqual(['rename of store/.placing-*']);
    expect(disk.atRisk()).toEqual([]);
  });
});
