/** Four processes that share a rate: together they get all of it and no more, by a clock that the test has. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { setQuota } from '../../src/quotas/settings.ts';
import { useOf } from '../../src/quotas/use.ts';
import { windowAt } from '../../src/quotas/windows.ts';
import { ACCOUNT, START } from '../support/harness.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const PROCESSES = 4;
const ROUNDS = 25;
const symmetric = { account: ACCOUNT, region: 'us-east-1', service: 'kms', name: 'symmetric' } as const;

interface Answers {
  readonly granted: readonly number[];
  readonly refused: readonly number[];
}

/** Starts a process, which waits. @returns how to let it begin, and what it prints in the end. */
async function caller(program: string, folder: string, args: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, [program, folder, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('it has no pipes');
  await once(stdout, 'readable');
  const exit = once(child, 'exit');
  return async (): Promise<Answers> => {
    stdin.end();
    const [, line = ''] = (await text(stdout)).split('\n');
    expect(await exit).toEqual([0, null]);
    return JSON.parse(line);
  };
}

test.for([
  ['five a second', 5],
  ['one in two seconds', 0.5],
  ['many a second', 40],
] as const)('%s are what four processes get together', { timeout: 120_000 }, async ([name, rate]) => {
  const program = await bundledWithModels('test/support/programs/busy-caller.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-rate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const session = await openSession(folder);
  session.assembly.store.transact<void>((tx) => setQuota(symmetric, rate, tx));
  await session.close();
  const bytes = seededRandom(name);
  // Within half a minute, and each process in an order of its own.
  const times = () =>
    Array.from({ length: ROUNDS }, () => `${START + (Buffer.from(bytes(2)).readUInt16LE() % 30_000)}`);
  const callers = await Promise.all(
    Array.from({ length: PROCESSES }, (_, i) =>
      caller(program, folder, [i % 2 === 0 ? 'grouped' : 'alone', ...times()]),
    ),
  );
  const answers = await Promise.all(callers.map((begin) => begin()));
  const windows = new Map<number, { granted: number; made: number }>();
  const add = (atMs: number, granted: number) => {
    const { startMs } = windowAt(atMs, rate);
    const known = windows.get(startMs) ?? { granted: 0, made: 0 };
    windows.set(startMs, { granted: known.granted + granted, made: known.made + 1 });
  };
  for (const { granted, refused } of answers) {
    for (const atMs of granted) add(atMs, 1);
    for (const atMs of refused) add(atMs, 0);
  }
  const all = [...windows.values()].reduce((sum, { made }) => sum + made, 0);
  expect(all).toBe(PROCESSES * ROUNDS * 3);
  for (const [startMs, { granted, made }] of windows) {
    expect([startMs, granted]).toEqual([startMs, Math.min(made, windowAt(startMs, rate).limit)]);
  }
  const again = await openSession(folder);
  const { lastMinute } = again.assembly.store.transact<ReturnType<typeof useOf>>((tx) =>
    useOf(symmetric, START + 31_000, tx),
  );
  await again.close();
  const granted = [...windows.values()].reduce((sum, each) => sum + each.granted, 0);
  expect([lastMinute.granted, lastMinute.granted + lastMinute.over]).toEqual([granted, all]);
});
