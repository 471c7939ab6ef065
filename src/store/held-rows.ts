/** A store's rows at one moment, with the blob files that they name, while other processes write and delete. */

import { StoreError } from '../api/errors.ts';
import { holdBlobs, releaseBlobs } from './blob-book.ts';
import type { Snapshot } from './raw-rows.ts';
import { openStore, type Store } from './store.ts';
import { type Copying, copyRows } from './store-copy.ts';

/**
 * Copies the rows into a new store and runs work on it; until that is done, every blob file that they name exists. A
 * file is removed in a transaction after the commit that drops its name: if that comes after the hold, the file stays.
 */
export async function withHeldRows<T>(
  store: Store,
  folder: string,
  random: (size: number) => Uint8Array,
  copying: Copying,
  work: (copy: Store) => Promise<T>,
): Promise<T> {
  const id = Buffer.from(random(16)).toString('hex');
  store.transact<void>((tx) => holdBlobs(id, tx));
  try {
    const snapshot = heldSnapshot(store, id);
    const copy = openStore(folder);
    try {
      try {
        await copyRows(snapshot, copy, copying);
      } finally {
        snapshot.close();
      }
      return await work(copy);
    } finally {
      await copy.close();
    }
  } finally {
    release(store, id);
  }
}

const MOST_ATTEMPTS = 100;

/** A reader, too, can start from an older state than the last, as `fromLatest` of the store explains for writers. */
function heldSnapshot(store: Store, id: string): Snapshot {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const snapshot = store.snapshot();
    for (const { key } of snapshot.rows('blobHolds', undefined)) if (key[0] === id) return snapshot;
    snapshot.close();
  }
  throw new StoreError(`cannot use the store "${store.folder}": it is in constant use by other processes; try again`);
}

function release(store: Store, id: string): void {
  try {
    store.transact<void>((tx) => releaseBlobs(id, tx));
  } catch {
    // The hold has no effect once this process has ended.
  }
}
