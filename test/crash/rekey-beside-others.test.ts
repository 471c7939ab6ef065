import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { bundled } from '../support/bundled.ts';
import { openStore } from '../support/open-store.ts';
import type { Visits } from '../support/programs/store-visitor.ts';

const run = promisify(execFile);

test('a store that gets new root keys while others open it and write loses neither a row nor its key', {
  timeout: 120_000,
}, async () => {
  const program = await bundled('test/support/programs/store-visitor.ts');
  const rekeyer = await bundled('test/support/programs/store-rekeyer.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-rekey-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await openStore(folder).close();
  const visitors = ['one', 'other'];
  let isOver = false;
  const visits = Promise.all(
    visitors.map(async (visitor) => {
      const { stdout, stderr } = await run(process.execPath, [program, folder, visitor, '150']);
      expect(stderr).toBe('');
      return JSON.parse(stdout) as Visits;
    }),
  ).finally(() => {
    isOver = true;
  });
  const found = new Set<string>();
  while (!isOver) {
    const { stderr } = await run(process.execPath, [rekeyer, folder]);
    expect(stderr).toBe('');
    found.add(readFileSync(join(folder, 'root.key')).toString('hex'));
  }
  // The key was another each time.
  expect(found.size).toBeGreaterThan(1);
  const store = openStore(folder);
  onTestFinished(() => store.close());
  for (const [i, { written, refusals }] of (await visits).entries()) {
    expect(refusals.filter((refusal) => !refusal.includes('it has just been given a new root key'))).toEqual([]);
    expect(written.length + refusals.length).toBe(150);
    // Otherwise there would be nothing to lose.
    expect(written.length).toBeGreaterThan(0);
    const rows = store.transact((tx) =>
      Array.from(tx.objectData.under([visitors[i] ?? '']), ({ key }) => Number(key[1])),
    );
    expect(rows.sort((a, b) => a - b)).toEqual(written);
  }
});
