/**
 * Puts a store, or its data file alone, into a folder in one step, whether there already is one or not. It is built in a
 * hidden folder inside; one rename makes it the store. The process that opens the store next completes the rest if
 * necessary: a kill at any point leaves the old store or the new one.
 */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../api/errors.ts';
import { fileError, systemCode } from '../api/file-error.ts';
import { isGone, markName, markOfName, ownProcessMark, type ProcessMark } from './process-mark.ts';
import { syncFolder } from './sync-folder.ts';

export const DATA_FILE = 'store.mdb';
export const LOCK_FILE = `${DATA_FILE}-lock`;

/** A store being built. */
const STAGED = '.staged-';
/** Complete: the store from now on. */
const PLACING = '.placing-';
/** The remains of an old store, to be removed. */
const REMOVED = '.removed-';
/** Files of the store that are no longer needed, to be removed. */
export const DROPPED = '.dropped-';
/** Keeps the store's blob files where they are. */
export const HOLD = '.hold-';

/** In a complete store: only its data file is new. */
const DATA_ALONE = 'data-alone';

/** A store being built. */
export interface Staging {
  /** The folder in which it is built. */
  readonly folder: string;
  /** Makes it the store of the folder; its content must be on the disk and not open in any process. */
  place(): void;
  /** The same for its data file: root key and blob files of the store that is there stay. */
  placeData(): void;
  /** Removes it. */
  discard(): void;
}

/**
 * Starts building a store inside a folder.
 * @throws StoreError if another process is building one there, or the folder is not writable.
 */
export function beginStaging(folder: string): Staging {
  const name = `${STAGED}${markName(ownProcessMark())}`;
  const path = join(folder, name);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    throw fileError(`cannot write to "${folder}"`, error);
  }
  const discard = () => rmSync(path, { recursive: true, force: true });
  const other = readdirSync(folder).find((each) => each.startsWith(STAGED) && each !== name);
  if (other !== undefined) {
    discard();
    throw new StoreError(
      `another process is restoring or compacting the store "${folder}"; if none is, remove "${other}"`,
    );
  }
  function place(): void {
    syncFolder(path);
    renameSync(path, join(folder, `${PLACING}${markName(ownProcessMark())}`));
    syncFolder(folder);
    settlePlacing(folder);
  }
  return {
    folder: path,
    place,
    placeData() {
      mkdirSync(join(path, DATA_ALONE), { mode: 0o700 });
      place();
    },
    discard,
  };
}

/**
 * Whether a name in a store's folder bears the mark of a process, and means nothing without it: of a store being built
 * or put in place, of remains, of a hold.
 */
export const isMarked = (name: string): boolean =>
  [STAGED, PLACING, REMOVED, DROPPED, HOLD].some((prefix) => name.startsWith(prefix));

const MOST_ATTEMPTS = 100;

/** Called before a store is opened: puts a complete store in place, and removes what killed processes left behind. */
export function settlePlacing(folder: string): void {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const names = readdirSync(folder).filter(isMarked);
    const placing = names.find((name) => name.startsWith(PLACING));
    if (placing === undefined) {
      for (const name of names) if (isOfGone(name)) removeRemains(join(folder, name));
      return;
    }
    try {
      finishPlacing(folder, placing);
    } catch (error) {
      // Another process has taken over, and may have finished.
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
  throw new StoreError(
    `cannot move the new store into "${folder}": other processes keep putting stores there; try again`,
  );
}

/** Whether a complete store is not fully in place yet. */
export const isPlacing = (folder: string): boolean => readdirSync(folder).some((name) => name.startsWith(PLACING));

/**
 * Any process may do this and be overtaken by another: each first renames the folder to a name of its own, and every
 * step is a rename from or into it, so that all further steps of a process that was overtaken fail.
 */
function finishPlacing(folder: string, found: string): void {
  const claim = join(folder, `${PLACING}${markName(ownProcessMark())}`);
  if (join(folder, found) !== claim) renameSync(join(folder, found), claim);
  const old = join(claim, 'old');
  makeUnlessThere(old);
  if (existsSync(join(claim, DATA_FILE))) {
    // No part of the new store is in place yet.
    const stays = existsSync(join(claim, DATA_ALONE));
    for (const name of readdirSync(folder)) if (!stays && BESIDE_DATA.test(name)) moveOut(folder, name, old);
    renameSync(join(claim, DATA_FILE), join(folder, DATA_FILE));
  }
  // The lock belongs to the old file: a process that opened the new one with it would continue from the old one's last
  // transaction.
  if (existsSync(join(folder, LOCK_FILE))) moveOut(folder, LOCK_FILE, old);
  for (const name of readdirSync(claim)) {
    if (!BESIDE_DATA.test(name)) continue;
    // A process that still had the old store open may have recreated a folder for a blob file.
    if (existsSync(join(folder, name))) moveOut(folder, name, old);
    renameSync(join(claim, name), join(folder, name));
  }
  syncFolder(folder);
  const removed = join(folder, `${REMOVED}${markName(ownProcessMark())}`);
  rmSync(removed, { recursive: true, force: true });
  renameSync(claim, removed);
  syncFolder(folder);
  removeRemains(removed);
}

/** The parts of a store besides its data file. */
const BESIDE_DATA = /^(root\.key.*|blobs)$/;

function moveOut(folder: string, name: string, to: string): void {
  for (let n = 0; ; n++) {
    const target = join(to, `${n}-${name}`);
    if (existsSync(target)) continue;
    renameSync(join(folder, name), target);
    return;
  }
}

function makeUnlessThere(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** The process whose mark a name in a store's folder bears; undefined if there is none. */
export const markIn = (name: string): ProcessMark | undefined => markOfName(name.replace(/^\.[a-z]+-/, ''));

function isOfGone(name: string): boolean {
  const mark = markIn(name);
  return mark !== undefined && isGone(mark);
}

/** A later command tries again if this fails. */
function removeRemains(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another process may be removing it, too.
  }
}
