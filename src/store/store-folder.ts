/** The folder of a store, before LMDB opens what is in it. */

import { accessSync, closeSync, constants, openSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DamageError, StoreError } from '../api/errors.ts';
import { FULL, systemCode } from '../api/file-error.ts';
import { looksLikeLmdb } from './lmdb-file.ts';
import { closeToOthers, makeFolder } from './make-folder.ts';
import { DATA_FILE, LOCK_FILE, settlePlacing } from './placing.ts';
import { damagedFile, machineError, RESTORE, unusable } from './store-error.ts';
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
    if (!there || there.size === 0) requireNew(folder);
    if (there) {
      if (!there.isFile() || !looksLikeLmdb(file)) throw damagedFile(folder);
      return there.ino;
    }
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

/**
 * Called for a store without data. The root key gets its name, and blob files are written, only after the data that
 * belongs to them: where they are, the data is lost. A draft of a root key is what a killed creation leaves.
 * @throws StoreError
 */
function requireNew(folder: string): void {
  const remains = remainsIn(folder);
  if (remains === undefined) return;
  // Another process may have created the store since the data file was looked at.
  const there = statSync(join(folder, DATA_FILE), { throwIfNoEntry: false });
  if (there && (!there.isFile() || there.size > 0)) return;
  throw lostData(folder, there ? 'empty' : 'missing', remains);
}

/** The error about a store whose data file is lost. `remains` is the name of what shows that there was one. */
export const lostData = (folder: string, state: 'empty' | 'missing', remains: string): DamageError =>
  new DamageError(`cannot use the store "${folder}": "${DATA_FILE}" is ${state}, though "${remains}" is there`, {
    hint: RESTORE,
  });

/** The name of what only a store with data has, if it is in a folder. */
export const remainsIn = (folder: string): string | undefined =>
  ['root.key', 'blobs'].find((name) => hasFile(join(folder, name)));

/** Whether a path is a file, or a folder with a file in or below it. */
function hasFile(path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there?.isDirectory() ? readdirSync(path).some((name) => hasFile(join(path, name))) : there !== undefined;
}

/** lmdb's library crashes if it cannot open or create its lock file. */
function requireLock(folder: string): void {
  const file = join(folder, LOCK_FILE);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there && !there.isFile()) throw unusable(folder, `"${LOCK_FILE}" is not a file`);
  if (there && isWritable(file)) return;
  accessSync(folder, constants.W_OK);
  if (!hasRoom(folder)) throw unusable(folder, FULL);
}

/** @returns false if it has just been moved away, with the data that it belonged to. @throws the system's error */
function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** LMDB writes to a new lock file through memory, where a full disk is a signal that ends the process. */
function hasRoom(folder: string): boolean {
  const { blocks, bfree, bavail, bsize } = statfsSync(folder);
  // Some file systems do not say how large they are.
  return blocks === 0 || (process.geteuid?.() === 0 ? bfree : bavail) * bsize >= LOCK_BYTES;
}

/** What is written of the lock file: its head, and the places of some 200 processes. */
const LOCK_BYTES = 16_384;
