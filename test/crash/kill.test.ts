import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundled } from '../support/bundled.ts';
import { addOne, readLedger } from '../support/ledger.ts';
import { openStore } from '../support/open-store.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * How long a writer may say nothing. One of several that wait for LMDB's lock may be killed just as it is woken, when
 * another one already has the lock: nobody then wakes the last of those that still sleep (glibc's robust mutexes).
 */
const SILENCE_MS = 20_000;

/**
 * Runs a writer, kills it after so many messages, or once it no longer gets on.
 * @returns how many turns it said it had committed
 */
function runAndKill(program: string, folder: string, writer: string, how: string, messages: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [folder, writer, how]);
    let committed = 0;
    let heard = 0;
    const silence = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
    child.on('message', (turns) => {
      committed = Number(turns);
      silence.refresh();
      if (++heard === messages) child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(silence);
      resolve(committed);
    });
  });
}

test('killed writers leave whole transactions, including all that they reported as committed', async () => {
  const program = await bundled('test/support/programs/store-writer.ts');
  const folder = newFolder();
  const said = new Map<string, number>();
  // The first round makes the store, too.
  for (const round of [0, 1]) {
    const kills = [1, 7, 13, 29].map((messages) => messages + 5 * round);
    await Promise.all(
      kills.map(async (messages, i) => {
        const writer = `writer-${round}-${i}`;
        said.set(writer, await runAndKill(program, folder, writer, i % 2 === 0 ? 'alone' : 'grouped', messages));
      }),
    );
  }

  const store = openStore(folder);
  onTestFinished(() => store.close());
  const ledger = store.transact<ReturnType<typeof readLedger>>((tx) => readLedger(tx));
  expect(ledger.counts).toEqual(Array.from({ length: ledger.count }, (_, i) => i));
  expect(ledger.secondRows).toBe(ledger.count);
  expect([...ledger.turns.keys()].sort()).toEqual([...said.keys()].sort());
  for (const [writer, turns] of ledger.turns) {
    expect(turns).toEqual(Array.from(turns, (_, i) => i));
    expect(turns.length).toBeGreaterThanOrEqual(said.get(writer) ?? 0);
  }
  // A dead writer holds no lock.
  store.transact<void>((tx) => addOne(tx, 'survivor', 0));
  expect(store.transact((tx) => readLedger(tx).count)).toBe(ledger.count + 1);
});

test('processes that create a store at the same moment get the same one', async () => {
  const program = await bundled('test/support/programs/store-writer.ts');
  for (let round = 0; round < 2; round++) {
    const folder = newFolder();
    const writers = ['a', 'b', 'c', 'd'];
    const said = await Promise.all(writers.map((writer) => runAndKill(program, folder, writer, 'alone', 1)));
    const store = openStore(folder);
    const { turns, count, counts } = store.transact((tx) => readLedger(tx));
    await store.close();
    expect([...turns.keys()].sort()).toEqual(writers);
    expect(Math.min(...said)).toBe(3);
    expect(counts).toEqual(Array.from({ length: count }, (_, i) => i));
  }
});
