import { spawn } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { isPassphrase, isSealed, rootKeyFacts } from '../../src/store/root-key-file.ts';
import { type CommandLine, newCommandLine } from '../support/command-line.ts';
import { expectInOrder } from '../support/kill-everywhere.ts';
import { makeOldStore, oldFormats } from '../support/old-store.ts';
import type { Point } from '../support/points.ts';
import type { CopyEnd, CopyJob } from '../support/programs/killed-copy.ts';
import { bundledWithModels } from '../support/with-models.ts';

const OLD = 'open barley';
const NEW = 'open sesame';

/** How a root key is sealed: with one of these, or not at all. */
type Seal = typeof OLD | typeof NEW | 'none';

/** Runs a command line. @returns how it ended; undefined: it was killed. */
async function run(program: string, job: CopyJob, seal: Seal): Promise<CopyEnd | undefined> {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SSEBOX_PASSPHRASE: seal },
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  const [said, signal] = await Promise.all([text(child.stdout), ended]);
  expect(signal).toBe(said === '' ? 'SIGKILL' : null);
  return said === '' ? undefined : JSON.parse(said);
}

interface Sealing {
  readonly line: CommandLine;
  readonly words: readonly string[];
  /** The bytes of the root key. */
  readonly key: Buffer;
}

/** A store with a KMS key in it, sealed as before the command. */
async function newStore(before: Seal, after: Seal): Promise<Sealing> {
  const line = newCommandLine();
  await line.ok(['kms', 'create-key']);
  const content = readFileSync(join(line.store, 'root.key'));
  const key = content.length === 32 ? content : content.subarray(20, 52);
  if (before !== 'none') await line.ok(['store', 'passphrase', 'set', '-'], { stdin: before });
  writeFileSync(line.path('new'), after);
  const words = after === 'none' ? ['remove'] : ['set', `file://${line.path('new')}`];
  return { line, key, words: ['store', 'passphrase', ...words, '--store', line.store] };
}

/** How a store is sealed; while it is, no file has the unsealed key. */
function sealOf({ line: { store }, key }: Sealing): Seal {
  if (!isSealed(store)) return 'none';
  const files = readdirSync(store).filter((name) => readFileSync(join(store, name)).includes(key));
  expect(files).toEqual([]);
  return isPassphrase(store, NEW) ? NEW : OLD;
}

test.for<[string, Seal, Seal, string[]]>([
  ['seals a store', 'none', NEW, ['write root.key.*', 'rename root.key.*']],
  ['changes a passphrase', OLD, NEW, ['write root.key.*', 'rename root.key.*']],
  ['removes a passphrase', OLD, 'none', ['open root.key', 'write root.key', 'write root.key.*', 'rename root.key.*']],
])(
  'a process that %s and is killed at any point leaves the old seal or the new one, whole',
  {
    timeout: 120_000,
  },
  async ([, before, after, wanted]) => {
    const program = await bundledWithModels('test/support/programs/killed-copy.ts');
    const sealing = await newStore(before, after);
    const { line, words } = sealing;
    const folder = line.store;
    const file = join(folder, 'root.key');
    const start = line.path('start');
    copyFileSync(file, start);

    const end = await run(program, { folder, words }, before);
    expect(end).toMatchObject({ code: 0, err: '' });
    expect(sealOf(sealing)).toBe(after);
    const points: readonly Point[] = end?.passed ?? [];
    const seals: Seal[] = [];
    for (const signalAt of points) {
      copyFileSync(start, file);
      expect(await run(program, { folder, words, signalAt }, before)).toBeUndefined();
      const seal = sealOf(sealing);
      // The next command, which needs the root key.
      await line.ok(['store', 'verify'], { variables: { SSEBOX_PASSPHRASE: seal } });
      expect(sealOf(sealing)).toBe(seal);
      expect(readdirSync(folder).sort()).toEqual(['root.key', 'store.mdb', 'store.mdb-lock']);
      seals.push(seal);
    }
    // First the old seal, then the new one.
    expect(seals).toEqual(seals.toSorted((a, b) => Number(a === after) - Number(b === after)));
    expect(new Set(seals)).toEqual(new Set([before, after]));
    expectInOrder(
      points.map(({ name }) => name),
      [...wanted, 'ended'],
    );
  },
);

test('a process that creates a store and is killed at any point leaves no store or one that has its own root key', {
  timeout: 120_000,
}, async () => {
  const program = await bundledWithModels('test/support/programs/killed-copy.ts');
  const line = newCommandLine();
  const folder = line.store;
  const words = ['kms', 'create-key', '--store', folder];
  const end = await run(program, { folder, words }, 'none');
  expect(end).toMatchObject({ code: 0, err: '' });
  const points: readonly Point[] = end?.passed ?? [];
  for (const signalAt of points) {
    rmSync(folder, { recursive: true });
    expect(await run(program, { folder, words, signalAt }, 'none'), signalAt.name).toBeUndefined();
    // It needs the root key, and makes one only for a store that has none.
    await line.ok(['kms', 'create-key']);
    await line.ok(['store', 'verify']);
    expect(readdirSync(folder).sort(), signalAt.name).toEqual(['root.key', 'store.mdb', 'store.mdb-lock']);
  }
  expectInOrder(
    points.map(({ name }) => name),
    ['open root.key.*', 'write root.key.*', 'link root.key.*', 'rm root.key.*', 'ended'],
  );
});

test.each(oldFormats)(
  'a process that upgrades a store of format %i and is killed at any point leaves the old format or the new one',
  {
    timeout: 120_000,
  },
  async (format) => {
    const program = await bundledWithModels('test/support/programs/killed-copy.ts');
    const line = newCommandLine();
    const folder = line.store;
    const words = ['kms', 'list-keys', '--store', folder];
    makeOldStore(folder, format);
    const end = await run(program, { folder, words }, 'none');
    expect(end).toMatchObject({ code: 0, err: '' });
    const points: readonly Point[] = end?.passed ?? [];
    for (const signalAt of points) {
      rmSync(folder, { recursive: true });
      makeOldStore(folder, format);
      expect(await run(program, { folder, words, signalAt }, 'none'), signalAt.name).toBeUndefined();
      await line.ok(['store', 'verify']);
      expect(rootKeyFacts(folder), signalAt.name).toEqual({ isSealed: false, storeFormat: 3 });
      expect(readdirSync(folder).filter((name) => name.startsWith('root.key'))).toEqual(['root.key']);
    }
    expectInOrder(
      points.map(({ name }) => name),
      ['open root.key.*', 'write root.key.*', 'rename root.key.*', 'ended'],
    );
  },
);
