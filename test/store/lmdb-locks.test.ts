import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEnvironment } from '../../src/store/connection.ts';
import { LOCK_FILE } from '../../src/store/placing.ts';
import { isRunning } from '../../src/store/process-mark.ts';
import { bundled } from '../support/bundled.ts';
import { openStore } from '../support/open-store.ts';

/**
 * A store whose locks were destroyed by the last process that closed it, just when another one waited for that to open
 * it, which now has it open.
 */
async function storeWithDestroyedLocks() {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-locks-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const locks = join(folder, LOCK_FILE);
  await openStore(folder).close();
  const left = readFileSync(locks);
  const other = fork(await bundled('test/support/programs/store-holder.ts'), [folder]);
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other, 'message');
  writeFileSync(locks, left, { flag: 'r+' });
  return {
    folder,
    /** Ends the other process. */
    letGo() {
      other.kill('SIGKILL');
      const { pid = 0 } = other;
      // Its first thread can end before the last one, which closes its files.
      while (isRunning(pid) || readdirSync(`/proc/${pid}/task`).length > 1);
    },
  };
}

const isOpen = (folder: string): boolean =>
  readdirSync('/proc/self/fd').some((name) => {
    try {
      return readlinkSync(join('/proc/self/fd', name)).startsWith(folder);
    } catch {
      // It is the one that the folder was read with.
      return false;
    }
  });

// The locks are of Linux.
const onLinux = test.runIf(process.platform === 'linux');

onLinux('an environment whose locks were destroyed opens once the others that found them so have let go', async () => {
  const { folder, letGo } = await storeWithDestroyedLocks();
  const attempts: number[] = [];
  const root = openEnvironment(folder, (attempt) => {
    expect(isOpen(folder)).toBe(false);
    attempts.push(attempt);
    if (attempt === 3) letGo();
  });
  onTestFinished(() => root.close());
  expect(attempts).toEqual([1, 2, 3]);
  expect(root.transactionSync(() => root.getWriteTxnId())).toBeGreaterThan(0);
  root.useReadTransaction().done();
});

onLinux('an environment whose locks stay destroyed is refused, and opens later in the same process', async () => {
  const { folder, letGo } = await storeWithDestroyedLocks();
  expect(() => openEnvironment(folder, () => {})).toThrow(
    `cannot use the store "${folder}": it is in constant use by other processes; try again`,
  );
  expect(isOpen(folder)).toBe(false);
  letGo();
  const store = openStore(folder);
  onTestFinished(() => store.close());
  expect(store.transact((tx) => Array.from(tx.objectData.range()))).toEqual([]);
});
