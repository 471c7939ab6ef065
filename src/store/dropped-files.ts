/**
 * Removes files in two steps. A transaction only moves them aside, since the system takes a fifth of a second to remove
 * a GiB, during which nobody else could write; the rest follows after the commit. If the process is killed in between,
 * the next one that opens the store removes what was moved aside: `settlePlacing` finds it by its name.
 */

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DROPPED } from './placing.ts';
import { markName, ownProcessMark } from './process-mark.ts';
import { syncIfPossible } from './sync-folder.ts';

/**
 * Takes a file of a store out of its place, if it is there.
 * @returns whether it is gone; if not, a later command tries again.
 */
export function dropFile(path: string, storeFolder: string): boolean {
  if (!existsSync(path)) return true;
  const aside = asideOf(storeFolder);
  try {
    if (!existsSync(aside)) mkdirSync(aside, { mode: 0o700 });
    renameSync(path, join(aside, basename(path)));
    return true;
  } catch {
    // Nothing can be moved on a full disk, or if the blob files are on a disk of their own.
    return tryToRemove(path);
  }
}

/** Removes what this process has dropped. */
export function removeDropped(storeFolder: string): void {
  tryToRemove(asideOf(storeFolder));
}

/** Waits for the disk, so that a power cut does not bring the files back to their places. @returns whether it did. */
export function areGoneForGood(paths: readonly string[]): boolean {
  try {
    for (const folder of new Set(paths.map(dirname))) syncIfPossible(folder);
    return true;
  } catch {
    return false;
  }
}

/** Beside the blob files, where no other store is that takes this one's place. */
const asideOf = (storeFolder: string): string => join(storeFolder, `${DROPPED}${markName(ownProcessMark())}`);

/** @returns whether it is gone */
function tryToRemove(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
