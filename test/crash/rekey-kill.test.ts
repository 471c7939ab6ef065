import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { newCommandLine } from '../support/command-line.ts';
import { contentOf } from '../support/content.ts';
import { expectInOrder } from '../support/kill-everywhere.ts';
import type { CopyEnd, CopyJob } from '../support/programs/killed-copy.ts';
import { bundledWithModels } from '../support/with-models.ts';

const PASSPHRASE = 'open sesame';

/** Runs a command line. @returns how it ended; undefined: it was killed. */
async function run(program: string, job: CopyJob): Promise<CopyEnd | undefined> {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SSEBOX_PASSPHRASE: PASSPHRASE },
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  const [said, signal] = await Promise.all([text(child.stdout), ended]);
  expect(signal).toBe(said === '' ? 'SIGKILL' : null);
  return said === '' ? undefined : JSON.parse(said);
}

const content = contentOf('large', 200_000);

test.for(['unsealed', 'sealed'] as const)(
  'a process that gives a store that is %s a new root key, and is killed at any point, leaves the old key or the new one',
  { timeout: 240_000 },
  async (seal) => {
    const program = await bundledWithModels('test/support/programs/killed-copy.ts');
    const line = newCommandLine();
    const { store } = line;
    const variables = { SSEBOX_PASSPHRASE: PASSPHRASE };
    await line.ok(['bucket', 'create', 'photos']);
    await line.ok(['s3', 'put', '-', 's3://photos/large', '--sse', 'aws:kms'], { stdin: content });
    const oldKey = readFileSync(join(store, 'root.key')).subarray(20, 52);
    if (seal === 'sealed') await line.ok(['store', 'passphrase', 'set', '-'], { stdin: PASSPHRASE });
    const before = readFileSync(join(store, 'root.key'));
    const start = line.path('start');
    cpSync(store, start, { recursive: true });

    /** Which key the store has after the next command; nothing of the other is left then. */
    async function keyNow(): Promise<'old' | 'new'> {
      await line.ok(['store', 'verify'], { variables });
      const read = await line.ok(['s3', 'get', 's3://photos/large', '-'], { variables });
      expect(read.bytes.equals(content)).toBe(true);
      expect(readdirSync(store).sort()).toEqual(['blobs', 'root.key', 'store.mdb', 'store.mdb-lock']);
      const now = readFileSync(join(store, 'root.key'));
      // A single record.
      expect(now.length).toBe(before.length);
      const files = readdirSync(store, { recursive: true, encoding: 'utf8' }).map((name) => join(store, name));
      const withOld = files.filter((file) => statSync(file).isFile() && readFileSync(file).includes(oldKey));
      // Other bytes may be the same key, sealed again.
      const opensOld = await opens(start);
      expect(withOld).toEqual(opensOld && seal === 'unsealed' ? [join(store, 'root.key')] : []);
      return opensOld ? 'old' : 'new';
    }

    /** Whether the root key of another folder opens the store. */
    async function opens(folder: string): Promise<boolean> {
      const copy = line.path('copy');
      cpSync(store, copy, { recursive: true });
      cpSync(join(folder, 'root.key'), join(copy, 'root.key'));
      const { code, err } = await line.ssebox(['kms', 'list-keys', '--store', copy], { variables });
      rmSync(copy, { recursive: true });
      if (code !== 0) expect(err).toContain('is not the one that this store was written with');
      return code === 0;
    }

    const job = { folder: store, words: ['store', 'rekey', '--yes', '--store', store], atTransactions: true };
    const end = await run(program, job);
    expect(end).toMatchObject({ code: 0, err: '' });
    expect(await keyNow()).toBe('new');
    const passed = end?.passed ?? [];
    const last = new Map(passed.map(({ name, turn }) => [name, turn]));
    // Of the many transactions of the copy that compacts it, the last ones.
    const points = passed.filter(
      ({ name, turn }) => !name.includes('transaction') || turn <= 8 || turn >= (last.get(name) ?? 0) - 1,
    );
    const states: string[] = [];
    for (const signalAt of points) {
      rmSync(store, { recursive: true });
      cpSync(start, store, { recursive: true });
      expect(await run(program, { ...job, signalAt })).toBeUndefined();
      states.push(await keyNow());
    }
    // First the old key, then the new one.
    expect(states).toEqual(states.toSorted().toReversed());
    expect(new Set(states).size).toBe(2);
    expectInOrder(
      points.map(({ name }) => name),
      [
        'transaction',
        'open root.key',
        'write root.key',
        'end of transaction',
        'transaction',
        'write root.key.*',
        'rename root.key.*',
        'end of transaction',
        'ended',
      ],
    );
  },
);
