/** A store's rows at one moment, with the blob files that they name, while other processes write and delete. */

import { holdBlobs } from './blob-hold.ts';
import { openStore, type Store } from './store.ts';
import { type Copying, copyRows } from './store-copy.ts';

/** Copies the rows into a new store and runs work on it; until that is done, every blob file that they name exists. */
export async function withHeldRows<T>(
  store: Store,
  folder: string,
  random: (size: number) => Uint8Array,
  copying: Copying,
  work: (copy: Store) => Promise<T>,
): Promise<T> {
  const hold = holdBlobs(store.folder, random);
  try {
    const snapshot = store.snapshot();
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
    hold.release();
  }
}
