/**
 * Compacts a store: writes its database anew without free pages, in which deleted rows stay until a page is used again.
 * The rows are copied as they are, so the root key is not needed; one rename puts the new data file in the old one's
 * place.
 */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { tableNames } from '../store/databases.ts';
import type { LongWork } from '../store/long-work.ts';
import { beginStaging, DATA_FILE, settlePlacing } from '../store/placing.ts';
import { openRawStore, type RawStore } from '../store/raw-store.ts';
import { copyRows, removeLock } from '../store/store-copy.ts';
import { requireStructure } from '../store/structure-check.ts';
import { inPlace, type Watch } from './lay-down.ts';

/** The size of the data file in bytes. */
export interface Compacted {
  readonly BytesBefore: number;
  readonly BytesAfter: number;
}

/**
 * Compacts the store in a folder. Processes that have it open cannot use it afterwards; what they have committed is in
 * it.
 * @throws StoreError if it is damaged or cannot be read or written, or another process does the same; it is unchanged
 * then.
 */
export async function compact(folder: string, { expect, add, signal }: Watch): Promise<Compacted> {
  settlePlacing(folder);
  const copying: LongWork = { onBytes: add, signal };
  await requireStructure(folder, { onBytes: () => {}, signal });
  const staging = beginStaging(folder);
  try {
    const store = openRawStore(folder);
    try {
      // From now on nobody commits anything that the copy would not have.
      store.retire('compact');
      const BytesBefore = sizeOf(folder);
      expect(BytesBefore);
      await copyInto(staging.folder, store, copying);
      const BytesAfter = sizeOf(staging.folder);
      signal.throwIfAborted();
      staging.placeData();
      return { BytesBefore, BytesAfter };
    } finally {
      await store.close();
    }
  } catch (error) {
    staging.discard();
    throw inPlace(error, staging.folder, folder);
  }
}

/** Copies all rows, also those about blob files of which processes have not taken leave yet. */
async function copyInto(folder: string, store: RawStore, copying: LongWork): Promise<void> {
  const copy = openRawStore(folder);
  try {
    const snapshot = store.snapshot();
    try {
      await copyRows(snapshot, copy, copying, tableNames);
    } finally {
      snapshot.close();
    }
  } finally {
    await copy.close();
  }
  removeLock(folder);
}

const sizeOf = (folder: string): number => statSync(join(folder, DATA_FILE)).size;
