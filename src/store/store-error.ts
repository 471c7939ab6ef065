/** What is said when a store cannot be used: LMDB's and the file system's errors in a person's words. */

import { statfsSync } from 'node:fs';
import { DamageError, StoreError } from '../api/errors.ts';
import { FULL, systemCode, systemReason } from '../api/file-error.ts';
import { DATA_FILE, LOCK_FILE } from './placing.ts';
import type { TableKey } from './table.ts';

/** A disk with less free space counts as full. */
const LEAST_FREE_BYTES = 64 * 1024;

/** Runs work in the environment; errors of LMDB become a StoreError. The work's own errors are unchanged. */
export function guarded<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(folder, error);
  }
}

/** An error of LMDB as a StoreError; any other error unchanged. */
export const explained = (folder: string, error: unknown): unknown =>
  isLmdbError(error) ? machineError(folder, error) : error;

/** LMDB's errors carry a number; the file system's a string such as `ENOSPC`, a DOMException a number of its own. */
export function isLmdbError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DOMException) return false;
  return ('code' in error && typeof error.code === 'number') || /^MDB_/.test(error.message);
}

export function machineError(folder: string, error: unknown): StoreError {
  const text = error instanceof Error ? error.message : String(error);
  if (DAMAGE.test(text)) return damagedFile(folder, error);
  const reason =
    (isShortWrite(folder, error) ? FULL : systemReason(error)) ??
    (text.startsWith('MDB_READERS_FULL') ? CROWDED : text);
  return unusable(folder, reason, error);
}

const DAMAGE = /MDB_INVALID|MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_VERSION_MISMATCH|not an LMDB file/i;

/** On a disk with room for only part of a write, LMDB reports a disk error: mdb.c, EIO. */
function isShortWrite(folder: string, error: unknown): boolean {
  if (systemCode(error) !== 'EIO') return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < LEAST_FREE_BYTES;
}

/** The error about a row that is not what was written. `noun` is what the rows of its table are about. */
export const damagedRow = (folder: string, noun: string, key: TableKey, cause?: unknown): StoreError =>
  damage(folder, `its record of the ${rowName(noun, key)} is damaged`, cause);

/** The error about counts and sums of rows that are not what was stored. */
export const damagedSums = (folder: string): StoreError => damage(folder, 'its count of what it contains is damaged');

/** A row in a person's words, such as `bucket "reports"`. */
export const rowName = (noun: string, key: TableKey): string => `${noun} "${key.map(partText).join('/')}"`;

/** A damaged key may contain anything that LMDB's keys can. */
const partText = (part: unknown): string => (typeof part === 'string' || typeof part === 'number' ? `${part}` : '?');

/** The error about a row that others need, and that is not there. `what` is what it is about. */
export const missingRow = (what: string): DamageError =>
  new DamageError(`the store is damaged: it does not have ${what}`, { hint: VERIFY });

/** The error about something in the store that is not what was written. */
export const damage = (folder: string, reason: string, cause?: unknown): DamageError =>
  new DamageError(`cannot use the store "${folder}": ${reason}`, { cause, hint: VERIFY });

/** The way out for whoever meets damage: it says what else is damaged. */
export const VERIFY = 'ssebox store verify';

const CROWDED = `as many processes are using it as "${LOCK_FILE}" has places for; try again once some have ended`;

/** The error about a data file that LMDB cannot use. */
export const damagedFile = (folder: string, cause?: unknown): DamageError =>
  new DamageError(`cannot use the store "${folder}": "${DATA_FILE}" is not an ssebox store, or is damaged`, {
    cause,
    hint: RESTORE,
  });

/** The way back to a store that can be used. */
export const RESTORE = 'restore a backup with ssebox store restore';

export const unusable = (folder: string, reason: string, cause?: unknown): StoreError =>
  new StoreError(`cannot use the store "${folder}": ${reason}`, { cause });

/** The error of a process that has the store open with a root key that is no longer the store's. */
export const rekeyed = (folder: string): StoreError =>
  unusable(folder, 'it has just been given a new root key by "ssebox store rekey"; run the command again');
