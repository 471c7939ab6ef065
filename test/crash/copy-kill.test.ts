import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { bytesOf, contentOf } from '../support/content.ts';
import { expectInOrder, writingFile } from '../support/kill-everywhere.ts';
import { looseEnds } from '../support/loose-ends.ts';
import type { Point } from '../support/points.ts';
import type { CopyEnd, CopyJob } from '../support/programs/killed-copy.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const MiB = 1024 * 1024;
const Bucket = 'photos';
const contents = { old: contentOf('old', 1.5 * MiB), new: contentOf('new', 2.5 * MiB) };
type State = keyof typeof contents;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const newProgram = () => bundledWithModels('test/support/programs/killed-copy.ts');

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

/** A store with an object in a blob file and one in a row. */
async function makeStore(folder: string, state: State): Promise<void> {
  const session = await openSession(folder);
  await session.call('s3', 'CreateBucket', { Bucket });
  await session.call('s3', 'PutObject', { Bucket, Key: 'large', Body: contents[state] });
  await session.call('s3', 'PutObject', { Bucket, Key: 'small', Body: contents[state].subarray(0, 100) });
  await session.close();
}

/** In which state a store is, every byte of it; nothing is loose after the first command. */
async function stateOf(folder: string): Promise<State> {
  await (await openSession(folder)).close();
  const session = await openSession(folder);
  try {
    const [large, small] = [await read(session, 'large'), await read(session, 'small')];
    const state = large.equals(contents.new) ? 'new' : 'old';
    expect(large.equals(contents[state])).toBe(true);
    expect(small.equals(contents[state].subarray(0, 100))).toBe(true);
    const report = await verifyStore(session.assembly, () => {}, new AbortController().signal);
    expect([...report.Damaged, ...report.Closed]).toEqual([]);
    expect(looseEnds(session.assembly)).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['blobs', 'root.key', 'store.mdb', 'store.mdb-lock']);
    return state;
  } finally {
    await session.close();
  }
}

const read = async (session: StoreSession, Key: string) =>
  bytesOf((await session.call('s3', 'GetObject', { Bucket, Key })).Body);

/** Of a name the first point and the last, and every step by which a store is put in place. */
function worthKilling(passed: readonly Point[]): Point[] {
  const last = new Map(passed.map(({ name, turn }) => [name, turn]));
  return passed.filter(({ name, turn }) => turn === 1 || turn === last.get(name) || name.startsWith('rename '));
}

async function ended(program: string, folder: string, words: readonly string[]): Promise<readonly Point[]> {
  const end = await run(program, { folder, words });
  expect(end).toMatchObject({ code: 0, err: '' });
  return end?.passed ?? [];
}

const copyingTo = (name: string) => [
  `write ${name}/.staged-*/root.key`,
  ...writingFile.map((step) => step.replace('blobs', `${name}/.staged-*/blobs`)),
];

const placingIn = (name: string) => [
  `rename ${name}/.staged-*`,
  `rename ${name}/.placing-*/store.mdb`,
  `rename ${name}/.placing-*`,
];

describe('a copy', () => {
  test('killed during a backup leaves the store unchanged, and a complete backup or none', {
    timeout: 300_000,
  }, async () => {
    const program = await newProgram();
    const folder = newFolder();
    const [store, backup] = [join(folder, 'store'), join(folder, 'backup')];
    await makeStore(store, 'new');
    const words = ['store', 'backup', backup, '--store', store];
    const points = worthKilling(await ended(program, folder, words));
    const seen: boolean[] = [];
    for (const signalAt of points) {
      rmSync(backup, { recursive: true });
      expect(await run(program, { folder, words, signalAt })).toBeUndefined();
      expect(await stateOf(store)).toBe('new');
      const isThere = existsSync(join(backup, 'store.mdb'));
      seen.push(isThere);
      // The next backup goes to the same place.
      if (!isThere) await ended(program, folder, words);
      expect(await stateOf(backup)).toBe('new');
    }
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBe(2);
    expectInOrder(
      points.map(({ name }) => name),
      [
        'mkdir backup',
        'write store/.hold-*',
        ...copyingTo('backup'),
        'rm store/.hold-*',
        ...placingIn('backup'),
        'ended',
      ],
    );
  });

  test('killed while it saves what is whole leaves the store unchanged, and all of that or nothing', {
    timeout: 300_000,
  }, async () => {
    const program = await newProgram();
    const folder = newFolder();
    const [store, saved] = [join(folder, 'store'), join(folder, 'saved')];
    await makeStore(store, 'new');
    const words = ['store', 'verify', '--salvage', saved, '--store', store];
    const points = worthKilling(await ended(program, folder, words));
    const seen: boolean[] = [];
    for (const signalAt of points) {
      rmSync(saved, { recursive: true });
      expect(await run(program, { folder, words, signalAt })).toBeUndefined();
      expect(await stateOf(store)).toBe('new');
      const isThere = existsSync(join(saved, 'store.mdb'));
      seen.push(isThere);
      if (!isThere) await ended(program, folder, words);
      expect(await stateOf(saved)).toBe('new');
    }
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBe(2);
    expectInOrder(
      points.map(({ name }) => name),
      ['mkdir saved', ...copyingTo('saved'), ...placingIn('saved'), 'ended'],
    );
  });

  test('killed during a restore leaves the old store or the new one', { timeout: 300_000 }, async () => {
    const program = await newProgram();
    const folder = newFolder();
    const [store, backup, first] = [join(folder, 'store'), join(folder, 'backup'), join(folder, 'first')];
    await makeStore(store, 'old');
    await makeStore(join(folder, 'other'), 'new');
    await ended(program, folder, ['store', 'backup', first, '--store', store]);
    await ended(program, folder, ['store', 'backup', backup, '--store', join(folder, 'other')]);
    const words = ['store', 'restore', backup, '--store', store, '--yes'];
    const points = worthKilling(await ended(program, folder, words));
    const states: State[] = [];
    for (const signalAt of points) {
      await ended(program, folder, ['store', 'restore', first, '--store', store, '--yes']);
      expect(await stateOf(store)).toBe('old');
      expect(await run(program, { folder, words, signalAt })).toBeUndefined();
      states.push(await stateOf(store));
    }
    expect(states).toEqual([...states].sort().reverse());
    expect(new Set(states).size).toBe(2);
    expectInOrder(
      points.map(({ name }) => name),
      ['write store/.staged-*/store.mdb', ...copyingTo('store'), ...placingIn('store'), 'ended'],
    );
    expect(await stateOf(backup)).toBe('new');
  });

  test.for(['backup', 'restore'] as const)('interrupted during a %s leaves nothing', async (name, { expect }) => {
    const program = await newProgram();
    const folder = newFolder();
    const [store, target] = [join(folder, 'store'), join(folder, 'a/target')];
    await makeStore(store, 'new');
    const words =
      name === 'backup' ? ['store', name, target, '--store', store] : ['store', name, store, '--store', target];
    const signalAt = { name: 'write a/target/.staged-*/blobs/*/*.part', turn: 2 };
    const end = await run(program, { folder, words, signalAt, signal: 'SIGINT' });
    expect(end).toMatchObject({ code: 130, err: '' });
    expect(readdirSync(folder)).toEqual(['store']);
    expect(await stateOf(store)).toBe('new');
  });
});
