import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { copyDataFile } from '../../src/store/store-copy.ts';
import { openStore } from '../support/open-store.ts';

interface Setting {
  readonly from: string;
  readonly to: string;
  /** Commits one more row to the store that is copied. */
  write(): void;
}

const rowsOf = (store: Store): number => store.transact((tx) => [...tx.objectData.range()].length);

function newSetting(): Setting {
  const [from = '', to = ''] = ['from', 'to'].map((name) => mkdtempSync(join(tmpdir(), `ssebox-copy-${name}-`)));
  const store = openStore(from);
  onTestFinished(async () => {
    await store.close();
    for (const folder of [from, to]) rmSync(folder, { recursive: true, force: true });
  });
  return {
    from,
    to,
    write: () => store.transact<void>((tx) => tx.objectData.put(['b', String(rowsOf(store)), ''], Buffer.alloc(5000))),
  };
}

const { signal } = new AbortController();

test('a data file that changes while it is copied is copied again', async () => {
  const { from, to, write } = newSetting();
  write();
  let left = 2;
  await copyDataFile(from, to, { signal, onBytes: () => left-- > 0 && write() });
  copyFileSync(join(from, 'root.key'), join(to, 'root.key'));
  const copy = openStore(to);
  expect(rowsOf(copy)).toBe(3);
  await copy.close();
});

test('a data file that changes during every copy is reported, with what to do', async () => {
  const { from, to, write } = newSetting();
  write();
  let copies = 0;
  const onBytes = (count: number): void => {
    // Only at the first bytes of each copy, which would not end while its source grows.
    if (statSync(join(to, 'store.mdb')).size !== count) return;
    copies += 1;
    write();
  };
  await expect(copyDataFile(from, to, { signal, onBytes })).rejects.toMatchObject({
    message: `other processes keep writing to the store "${from}"`,
    hint: 'back it up first: ssebox store backup',
  });
  expect(copies).toBe(10);
});
