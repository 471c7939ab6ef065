import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { bundled } from '../support/bundled.ts';
import { bytesOf, contentOf } from '../support/content.ts';
import { expectInOrder } from '../support/kill-everywhere.ts';
import { looseEnds } from '../support/loose-ends.ts';
import { openStore } from '../support/open-store.ts';
import type { CopyEnd, CopyJob } from '../support/programs/killed-copy.ts';
import type { Visits } from '../support/programs/store-visitor.ts';
import { openSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-compact-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command line. @returns how it ended; undefined: it was killed. */
async function run(program: string, job: CopyJob): Promise<CopyEnd | undefined> {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  const [said, signal] = await Promise.all([text(child.stdout), ended]);
  expect(signal).toBe(said === '' ? 'SIGKILL' : null);
  return said === '' ? undefined : JSON.parse(said);
}

const content = contentOf('large', 200_000);

test('a process that compacts a store and is killed at any point leaves the old data file or the new one', {
  timeout: 240_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/killed-copy.ts');
  const folder = newFolder();
  const [start, store] = [join(folder, 'start'), join(folder, 'store')];
  const session = await openSession(start);
  await session.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await session.call('s3', 'PutObject', { Bucket: 'photos', Key: 'large', Body: content });
  for (let i = 0; i < 20; i++)
    await session.call('s3', 'PutObject', { Bucket: 'photos', Key: 'k', Body: content.subarray(0, 9000) });
  await session.close();
  const sizeOf = (path: string) => statSync(join(path, 'store.mdb')).size;

  /** Whether the store has the small file; it has all that it had, and nothing is left of the work. */
  async function stateNow(): Promise<'old' | 'new'> {
    const size = sizeOf(store);
    await (await openSession(store)).close();
    const session = await openSession(store);
    try {
      const { Body } = await session.call('s3', 'GetObject', { Bucket: 'photos', Key: 'large' });
      expect((await bytesOf(Body)).equals(content)).toBe(true);
      const report = await verifyStore(session.assembly, () => {}, new AbortController().signal);
      expect([...report.Damaged, ...report.Closed]).toEqual([]);
      expect(looseEnds(session.assembly)).toEqual([]);
      expect(readdirSync(store).sort()).toEqual(['blobs', 'root.key', 'store.mdb', 'store.mdb-lock']);
      // Before the next command the new file may not have its place.
      return Math.min(size, sizeOf(store)) < sizeOf(start) ? 'new' : 'old';
    } finally {
      await session.close();
    }
  }

  const job = { folder: store, words: ['store', 'compact', '--store', store], atTransactions: true };
  cpSync(start, store, { recursive: true });
  const end = await run(program, job);
  expect(end).toMatchObject({ code: 0, err: '' });
  expect(await stateNow()).toBe('new');
  const passed = end?.passed ?? [];
  const last = new Map(passed.map(({ name, turn }) => [name, turn]));
  // Of the many transactions of the copy, the first and the last.
  const points = passed.filter(
    ({ name, turn }) => !name.includes('transaction') || turn <= 6 || turn >= (last.get(name) ?? 0) - 1,
  );
  const states: string[] = [];
  for (const signalAt of points) {
    rmSync(store, { recursive: true });
    cpSync(start, store, { recursive: true });
    expect(await run(program, { ...job, signalAt })).toBeUndefined();
    states.push(await stateNow());
  }
  // First the old file, then the new one.
  expect(states).toEqual(states.toSorted().toReversed());
  expect(new Set(states).size).toBe(2);
  expectInOrder(
    points.map(({ name }) => name),
    [
      'mkdir .staged-*',
      'end of transaction',
      'rm .staged-*/store.mdb-lock',
      'mkdir .staged-*/data-alone',
      'rename .staged-*',
      'mkdir .placing-*/old',
      'rename .placing-*/store.mdb',
      'rename store.mdb-lock',
      'rename .placing-*',
      'ended',
    ],
  );
});

test('a store that is compacted while others open it and write loses nothing that they were told is written', {
  timeout: 120_000,
}, async () => {
  const visitor = await bundled('test/support/programs/store-visitor.ts');
  const program = await bundledWithModels('test/support/programs/killed-copy.ts');
  const folder = join(newFolder(), 'store');
  await openStore(folder).close();
  const start = promisify(execFile);
  let isOver = false;
  const visits = Promise.all(
    ['one', 'other'].map(async (name) => {
      const { stdout, stderr } = await start(process.execPath, [visitor, folder, name, '200']);
      expect(stderr).toBe('');
      return JSON.parse(stdout) as Visits;
    }),
  ).finally(() => {
    isOver = true;
  });
  let count = 0;
  while (!isOver) {
    const ended = await run(program, { folder, words: ['store', 'compact', '--store', folder] });
    expect(ended).toMatchObject({ code: 0, err: '' });
    count += 1;
  }
  expect(count).toBeGreaterThan(1);
  const store = openStore(folder);
  onTestFinished(() => store.close());
  for (const [i, { written, refusals }] of (await visits).entries()) {
    expect(refusals.filter((refusal) => !refusal.includes('has just been written anew by'))).toEqual([]);
    expect(written.length + refusals.length).toBe(200);
    // Otherwise there would be nothing to lose.
    expect(written.length).toBeGreaterThan(0);
    const rows = store.transact((tx) =>
      Array.from(tx.objectData.under([['one', 'other'][i] ?? '']), ({ key }) => Number(key[1])),
    );
    expect(rows.sort((a, b) => a - b)).toEqual(written);
  }
});
