/** A store's rows at one moment, with the blob files that they name, while other processes write and delete. */

import { holdBlobs } from './blob-hold.ts';
import { openRawStore, type RawStore } from './raw-store.ts';
import { isSameCheck } from './root-key-file.ts';
import { type Copying, copyRows } from './store-copy.ts';
import { rekeyed } from './store-error.ts';

/** Copies the rows into a new store and runs work on it; until that is done, every blob file that they name exists. */
export async function withHeldRows<T>(
  store: string,
  folder: string,
  random: (size: number) => Uint8Array,
  copying: Copying,
  work: (copy: RawStore) => Promise<T>,
): Promise<T> {
  const hold = holdBlobs(store, random);
  try {
    const copy = openRawStore(folder);
    try {
      await copySnapshot(store, copy, copying);
      const worked = await work(copy);
      await requireOwnKey(store, copy);
      return worked;
    } finally {
      await copy.close();
    }
  } finally {
    hold.release();
  }
}

/** The root key that was copied is that of the rows, unless the store has got another one. @throws StoreError */
async function requireOwnKey(store: string, copy: RawStore): Promise<void> {
  const copied = checkIn(copy);
  const from = openRawStore(store);
  try {
    const check = checkIn(from);
    if (check !== copied && !isSameCheck(check, copied)) throw rekeyed(store);
  } finally {
    await from.close();
  }
}

function checkIn({ snapshot }: RawStore): Uint8Array | undefined {
  const { header, close } = snapshot();
  try {
    return header.get('rootKey')?.check;
  } finally {
    close();
  }
}

async function copySnapshot(store: string, copy: RawStore, copying: Copying): Promise<void> {
  const from = openRawStore(store);
  try {
    const snapshot = from.snapshot();
    try {
      await copyRows(snapshot, copy, copying);
    } finally {
      snapshot.close();
    }
  } finally {
    await from.close();
  }
}
