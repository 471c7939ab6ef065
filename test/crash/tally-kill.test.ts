/** Processes that are killed while they make calls lose neither a record nor a count. */

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { recounted, storedTally, wrongTotals } from '../support/recount.ts';
import { openSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

/** Runs a caller, and kills it after so many rounds and a moment. @returns the turns that it said were answered */
function runAndKill(program: string, words: readonly string[], rounds: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [...words]);
    let answered = 0;
    let heard = 0;
    child.on('message', (turns) => {
      answered = Number(turns);
      heard += 1;
      if (heard === rounds) setImmediate(() => child.kill('SIGKILL'));
    });
    child.once('error', reject);
    child.once('exit', () => resolve(answered));
  });
}

test('calls of killed processes are recorded and counted, or neither', { timeout: 120_000 }, async () => {
  const program = await bundledWithModels('test/support/programs/counted-caller.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const first = await openSession(folder);
  const { KeyMetadata } = await first.call('kms', 'CreateKey', {});
  await first.call('s3', 'CreateBucket', { Bucket: 'photos' });
  await first.close();
  const KeyId = KeyMetadata?.Arn ?? '';
  const kills = [1, 2, 3, 5];
  const answered = await Promise.all(
    kills.map((rounds, i) =>
      runAndKill(program, [folder, `caller-${i}`, i % 2 === 0 ? 'grouped' : 'alone', KeyId], rounds),
    ),
  );
  const session = await openSession(folder);
  onTestFinished(() => session.close());
  const { store } = session.assembly;
  // The records say what was counted: of a body that nobody is known to have read, they say so, too.
  expect(store.transact((tx) => storedTally(tx))).toEqual(store.transact((tx) => recounted(tx)));
  expect(store.transact(wrongTotals)).toEqual([]);
  const records = store.transact(allCalls);
  const turns = answered.reduce((sum, each) => sum + each, 0);
  expect(turns).toBeGreaterThanOrEqual(5 * kills.reduce((sum, each) => sum + each, 0));
  for (const operation of ['Encrypt', 'PutObject', 'GetObject']) {
    const successes = records.filter((record) => record.operation === operation && !record.error);
    expect(successes.length, operation).toBeGreaterThanOrEqual(turns);
  }
  const { Damaged } = await verifyStore(session.assembly, () => {}, new AbortController().signal);
  expect(Damaged).toEqual([]);
});
