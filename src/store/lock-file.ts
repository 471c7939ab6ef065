/** LMDB's lock file, as far as it says who uses a store. Its format: `MDB_txninfo` in mdb.c of the lmdb package. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_FILE } from './placing.ts';
import { isRunning } from './process-mark.ts';

const MAGIC = 0xbeefc0de;
/** Where the number of places that were ever used is, and the places themselves, with the locks of Linux before them. */
const PLACES_USED_AT = 16;
const PLACES_AT = 208;
const PLACE_BYTES = 64;
const PID_AT = 8;

/**
 * Whether a process that used a store has ended without closing it: it was killed, or crashed. LMDB forgets it when the
 * store is opened next. Nobody may have the store open in this process: closing the lock file ends its locks.
 * @returns false also where that cannot be known
 */
export function hasDeadUser(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return pidsIn(join(folder, LOCK_FILE)).some((pid) => pid !== 0 && !isRunning(pid));
  } catch {
    // There is no store yet, or opening it will say what is wrong.
    return false;
  }
}

function pidsIn(path: string): number[] {
  const file = openSync(path, 'r');
  try {
    const places = Math.floor((fstatSync(file).size - PLACES_AT) / PLACE_BYTES);
    const head = Buffer.alloc(PLACES_AT);
    readSync(file, head, 0, head.length, 0);
    if (head.readUInt32LE(0) !== MAGIC) return [];
    const used = Buffer.alloc(Math.max(0, Math.min(places, head.readUInt32LE(PLACES_USED_AT))) * PLACE_BYTES);
    readSync(file, used, 0, used.length, PLACES_AT);
    return Array.from({ length: used.length / PLACE_BYTES }, (_, i) => used.readUInt32LE(i * PLACE_BYTES + PID_AT));
  } finally {
    closeSync(file);
  }
}
