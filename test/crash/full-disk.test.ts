import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { bundled } from '../support/bundled.ts';
import { addOne, readLedger } from '../support/ledger.ts';
import { openStore } from '../support/open-store.ts';

const run = promisify(execFile);

interface Answer {
  readonly name: string;
  readonly message: string;
  readonly turn: number;
  readonly count: number;
  readonly rows: number;
}

/** Runs the filler in a process that may write no file of more than 4 MB; for LMDB that is a disk that is full. */
async function fill(what: 'rows' | 'blob'): Promise<{ folder: string; answer: Answer }> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-full-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = await bundled('test/support/programs/filler.ts');
  const script = `trap '' XFSZ; ulimit -f 4000; exec "$@"`;
  const { stdout } = await run('bash', ['-c', script, 'bash', process.execPath, program, folder, what]);
  return { folder, answer: JSON.parse(stdout) };
}

test('a transaction without enough room leaves nothing, and the store remains usable', async () => {
  const { folder, answer } = await fill('rows');
  expect(answer.name).toBe('StoreError');
  expect(answer.message).toContain(`cannot use the store "${folder}"`);
  expect(answer.turn).toBeGreaterThan(10);
  expect(answer.count).toBe(answer.turn);
  expect(answer.rows).toBe(answer.turn);

  // With room again it is written to as before.
  const store = openStore(folder);
  onTestFinished(() => store.close());
  store.transact<void>((tx) => addOne(tx, 'filler', answer.turn));
  expect(store.transact((tx) => readLedger(tx).count)).toBe(answer.turn + 1);
});

test('a blob file without enough room is refused and removed', async () => {
  const { folder, answer } = await fill('blob');
  expect(answer.name).toBe('StoreError');
  expect(answer.message).toMatch(/^cannot write ".*": the file would be larger than this process may write$/);
  expect(readdirSync(join(folder, 'blobs', 'ab'))).toEqual([]);
});
