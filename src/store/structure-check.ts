/** The check of a store's data file as a whole, before anything is copied from it or said about it. */

import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { openEnvironment } from './connection.ts';
import { looksLikeLmdb } from './lmdb-file.ts';
import { statesOf } from './lmdb-header.ts';
import { checkStructure } from './lmdb-structure.ts';
import { type LongWork, nextTurn } from './long-work.ts';
import { damagedPages, type PageFault } from './page-fault.ts';
import { DATA_FILE } from './placing.ts';
import { damagedFile, machineError } from './store-error.ts';
import { prepareFolder } from './store-folder.ts';

/**
 * Checks every page of the store in a folder, while others may use it. Without a store there is nothing to check.
 * @throws StoreError that names the damaged pages and their tables.
 */
export async function requireStructure(folder: string, checking: LongWork): Promise<void> {
  if (!hasData(folder)) return;
  prepareFolder(folder);
  const root = openEnvironment(folder);
  try {
    // LMDB does not reuse the pages of this state, or of later ones, until it is no longer read.
    const reading = root.useReadTransaction();
    try {
      await requireStructureAlone(folder, checking);
    } finally {
      reading.done();
    }
  } finally {
    await root.close();
  }
}

/** The same for a store that nobody else uses. */
export async function requireStructureAlone(folder: string, { onBytes, signal }: LongWork): Promise<void> {
  const faults: PageFault[] = [];
  const path = join(folder, DATA_FILE);
  if (!looksLikeLmdb(path)) throw damagedFile(folder);
  const file = openSync(path, 'r');
  try {
    const states = statesOf(file);
    if (!states) throw damagedFile(folder);
    let read = 0;
    for (const bytes of checkStructure({ file, state: states.last }, (fault) => faults.push(fault))) {
      onBytes(bytes);
      read += bytes;
      if (read < PAUSE_BYTES) continue;
      read = 0;
      await nextTurn(signal);
    }
  } catch (error) {
    throw error instanceof StoreError ? error : machineError(folder, error);
  } finally {
    closeSync(file);
  }
  if (faults.length > 0) throw damagedPages(folder, faults);
}

/** The bytes that are read before others get their turn. */
const PAUSE_BYTES = 4 * 1024 * 1024;

const hasData = (folder: string): boolean =>
  (statSync(join(folder, DATA_FILE), { throwIfNoEntry: false })?.size ?? 0) > 0;
