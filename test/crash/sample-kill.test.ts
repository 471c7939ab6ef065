import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Tx } from '../../src/store/tables.ts';
import { hasRows } from '../../src/upkeep/contents.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { looseEnds } from '../support/loose-ends.ts';
import type { Point } from '../support/points.ts';
import type { CopyEnd, CopyJob } from '../support/programs/killed-copy.ts';
import { openSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-sample-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes the sample in a store. @returns how it ended; undefined: it was killed. */
async function makeSample(program: string, folder: string, signalAt?: Point): Promise<CopyEnd | undefined> {
  const words = ['store', 'init', '--sample', '--store', join(folder, 'store')];
  const job: CopyJob = { folder, words, signalAt, atTransactions: true };
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await text(child.stdout);
  return said === '' ? undefined : JSON.parse(said);
}

type Counts = Readonly<Record<string, number>>;

const countsIn = (tx: Tx): Counts =>
  Object.fromEntries(Object.entries(tx).map(([name, table]) => [name, [...table.range()].length]));

/** What is in a store: nothing, or so many rows of each table. Nothing of it is damaged or loose. */
async function contentsOf(folder: string): Promise<'nothing' | Counts> {
  const session = await openSession(join(folder, 'store'));
  try {
    const { store } = session.assembly;
    const contents = store.transact((tx): 'nothing' | Counts => (hasRows(tx) ? countsIn(tx) : 'nothing'));
    const report = await verifyStore(session.assembly, () => {}, new AbortController().signal);
    expect([...report.Damaged, ...report.Closed]).toEqual([]);
    expect(looseEnds(session.assembly)).toEqual([]);
    return contents;
  } finally {
    await session.close();
  }
}

/** Every step on files; of the transactions of the calls, which are alike, each tenth, and those at the end. */
function worthKilling(passed: readonly Point[]): Point[] {
  const end = passed.length - 6;
  return passed.filter(({ name, turn }, i) => !name.endsWith('transaction') || turn % 10 === 1 || i >= end);
}

test('a sample that is killed at any point is all there or not at all, and can be made again if not', {
  timeout: 300_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/killed-copy.ts');
  const whole = newFolder();
  const end = await makeSample(program, whole);
  expect(end).toMatchObject({ code: 0, err: '' });
  const sample = await contentsOf(whole);
  expect(sample).toMatchObject({ kmsKeys: 2, buckets: 3, objects: 4, users: 3 });

  const points = worthKilling(end?.passed ?? []);
  expect(points.length).toBeGreaterThan(15);
  const states: string[] = [];
  for (const point of points) {
    const folder = newFolder();
    expect(await makeSample(program, folder, point)).toBeUndefined();
    const contents = await contentsOf(folder);
    const isThere = contents !== 'nothing';
    if (!isThere) expect(await makeSample(program, folder)).toMatchObject({ code: 0, err: '' });
    expect(isThere ? contents : await contentsOf(folder)).toEqual(sample);
    states.push(isThere ? 'all' : 'nothing');
  }
  expect(states).toEqual([...states].sort().reverse());
  expect(new Set(states).size).toBe(2);
});

test('of processes that make the sample at the same time one does, and the others say so', {
  timeout: 60_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/killed-copy.ts');
  const folder = newFolder();
  const ends = await Promise.all(Array.from({ length: 4 }, () => makeSample(program, folder)));
  const codes = ends.map((end) => end?.code);
  expect(codes.sort()).toEqual([0, 252, 252, 252]);
  for (const end of ends) {
    if (end?.code === 252) expect(end.err).toContain('already has keys or buckets: the sample would be mixed in');
  }
  const alone = newFolder();
  await makeSample(program, alone);
  expect(await contentsOf(folder)).toEqual(await contentsOf(alone));
});
