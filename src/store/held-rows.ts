/**
 * A store's rows at one moment, with the root key that they were written with and the blob files that they name, while
 * other processes write and delete, or give the store another root key.
 */

import { rmSync } from 'node:fs';
import { holdBlobs } from './blob-hold.ts';
import type { LongWork } from './long-work.ts';
import { openRawStore, type RawSnapshot, type RawStore } from './raw-store.ts';
import { isSameCheck, rootKeyFile } from './root-key-file.ts';
import { copyRootKey, copyRows } from './store-copy.ts';

/**
 * Copies the rows and the root key into a new store and runs work on it; until that is done, every blob file that the
 * rows name exists.
 */
export async function withHeldRows<T>(
  store: string,
  folder: string,
  random: (size: number) => Uint8Array,
  copying: LongWork,
  work: (copy: RawStore) => Promise<T>,
): Promise<T> {
  const hold = holdBlobs(store, random);
  try {
    const copy = openRawStore(folder);
    try {
      await copyHeld(store, folder, copy, copying);
      return await work(copy);
    } finally {
      await copy.close();
    }
  } finally {
    hold.release();
  }
}

async function copyHeld(store: string, folder: string, copy: RawStore, copying: LongWork): Promise<void> {
  const from = openRawStore(store);
  try {
    const snapshot = snapshotWithKey(from, folder);
    try {
      await copyRows(snapshot, copy, copying);
    } finally {
      snapshot.close();
    }
  } finally {
    await from.close();
  }
}

/** Copies the root key, and takes a snapshot of the rows that it opens. */
function snapshotWithKey(from: RawStore, to: string): RawSnapshot {
  for (;;) {
    const check = withSnapshot(from, (before) => {
      copyRootKey(from.folder, to, before);
      return before.header.get('rootKey')?.check;
    });
    const snapshot = from.snapshot();
    const now = snapshot.header.get('rootKey')?.check;
    // No store gets a key back that it had before: as long as the check was this one, the file had this key.
    if (check === now || isSameCheck(check, now)) return snapshot;
    snapshot.close();
    rmSync(rootKeyFile(to), { force: true });
  }
}

function withSnapshot<T>(store: RawStore, work: (snapshot: RawSnapshot) => T): T {
  const snapshot = store.snapshot();
  try {
    return work(snapshot);
  } finally {
    snapshot.close();
  }
}
