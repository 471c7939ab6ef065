/** The folder of a store, before LMDB opens what is in it. */

import { accessSync, closeSync, constants, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { looksLikeLmdb } from './lmdb-file.ts';
import { closeToOthers, makeFolder } from './make-folder.ts';
import { DATA_FILE, LOCK_FILE, settlePlacing } from './placing.ts';
import { DAMAGED, machineError, unusable } from './store-error.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Creates the folder of a new store, or checks whether an existing one can be a store.
 * @returns the inode of the data file.
 * @throws StoreError if it contains something else, or cannot be read or written.
 */
export function prepareFolder(folder: string): number {
  try {
    makeFolder(folder);
    requireLock(folder);
    const file = join(folder, DATA_FILE);
    const there = statSync(file, { throwIfNoEntry: false });
    // After the check of the file: a file put in place from now on has another inode.
    settlePlacing(folder);
    if (there) {
      if (!there.isFile() || !looksLikeLmdb(file)) throw unusable(folder, DAMAGED);
      return there.ino;
    }
    // The root key may already exist: another process is creating this store at the same moment.
    const others = readdirSync(folder).filter((name) => !/^(store\.mdb(-lock)?|root\.key.*|blobs|\..*)$/.test(name));
    if (others.length > 0) throw new StoreError(`the folder "${folder}" is not an ssebox store and is not empty`);
    closeToOthers(folder);
    // LMDB creates a database in an empty file.
    closeSync(openSync(file, 'a', 0o664));
    syncFolder(folder);
    return statSync(file).ino;
  } catch (error) {
    throw error instanceof StoreError ? error : machineError(folder, error);
  }
}

/** lmdb's library crashes if it cannot open or create its lock file. */
function requireLock(folder: string): void {
  const file = join(folder, LOCK_FILE);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there && !there.isFile()) throw unusable(folder, `"${LOCK_FILE}" is not a file`);
  accessSync(there ? file : folder, constants.W_OK);
}
