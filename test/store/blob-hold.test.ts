import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { areBlobsHeld, holdBlobs } from '../../src/store/blob-hold.ts';
import { blobPath, openBlobs } from '../../src/store/blobs.ts';
import { markName, ownProcessMark } from '../../src/store/process-mark.ts';
import { openStore } from '../support/open-store.ts';
import { seededRandom } from '../support/seeded-random.ts';

const ID = 'aa11bb22cc33dd44ee55ff6600778899';

/** A store with a blob file that no row names any more. */
function newPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-hold-'));
  const store = openStore(folder);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(dirname(blobPath(folder, ID)), { recursive: true });
  writeFileSync(blobPath(folder, ID), 'ciphertext');
  store.transact<void>((tx) => tx.unneededBlobs.put([ID], true));
  return {
    folder,
    /** Ends a command. @returns the files that it leaves. */
    sweep(): string[] {
      openBlobs(store).close();
      return readdirSync(dirname(blobPath(folder, ID)));
    },
  };
}

test('files stay until the last hold is released, and leave with the next command', () => {
  const { folder, sweep } = newPlace();
  const random = seededRandom();
  const [first, second] = [holdBlobs(folder, random), holdBlobs(folder, random)];
  expect(sweep()).toEqual([ID]);
  first.release();
  expect(sweep()).toEqual([ID]);
  second.release();
  expect(areBlobsHeld(folder)).toBe(false);
  expect(sweep()).toEqual([]);
});

test.for([
  ['of a killed process', () => ({ ...ownProcessMark(), pid: spawnSync(process.execPath, ['--version']).pid })],
  ['of a process that cannot be seen from here', () => ({ ...ownProcessMark(), namespace: 'pid:[1]' })],
  ['of a process before the last boot', () => ({ ...ownProcessMark(), boot: 'another' })],
] as const)('a hold %s does not keep them', ([, markOf]) => {
  const { folder, sweep } = newPlace();
  writeFileSync(join(folder, `.hold-${markName(markOf())}~0011`), '');
  expect(sweep()).toEqual([]);
});

test('a name without a process does not keep them', () => {
  const { folder, sweep } = newPlace();
  writeFileSync(join(folder, '.hold-x'), '');
  expect(sweep()).toEqual([]);
});

test('a hold that cannot be created is reported', () => {
  const { folder } = newPlace();
  expect(() => holdBlobs(join(folder, 'none'), seededRandom())).toThrow(
    `cannot write to "${join(folder, 'none')}": no such file or folder`,
  );
});
