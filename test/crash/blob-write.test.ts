import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openBlobs } from '../../src/store/blobs.ts';
import { bundled } from '../support/bundled.ts';
import { openStore } from '../support/open-store.ts';

/** Runs a writer and kills it when it has said a step in a later turn, or so. */
function runAndKill(program: string, folder: string, writer: string, step: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [folder, writer]);
    let heard = 0;
    child.on('message', (said) => {
      if (said === step && ++heard === 2) child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

const filesIn = (folder: string) =>
  readdirSync(join(folder, 'blobs')).flatMap((shard) => readdirSync(join(folder, 'blobs', shard)));

test('the next command removes what killed writes left behind, and nothing else', async () => {
  const program = await bundled('test/support/programs/blob-file-writer.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-blobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const steps = ['begun', 'written', 'finished', 'kept'];
  await Promise.all(steps.map((step, i) => runAndKill(program, folder, `a${i}`, step)));

  const store = openStore(folder);
  onTestFinished(() => store.close());
  const named = store.transact((tx) => Array.from(tx.objectData.range(), ({ key }) => key[1]));
  expect(filesIn(folder).length).toBeGreaterThan(named.length);
  openBlobs(store).close();
  expect(filesIn(folder).sort()).toEqual(named.sort());
  for (const id of named) {
    const blob = openBlobs(store).open(id);
    expect((await blob.read(0, 3_000_000)).length).toBe(2_100_000);
    blob.close();
  }
  expect(store.transact((tx) => [...tx.blobWrites.range(), ...tx.unneededBlobs.range()].length)).toBe(0);
});
