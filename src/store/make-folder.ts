/** Creates the folder of a store. */

import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../api/file-error.ts';
import { makeFolders } from '../folders.ts';
import { syncIfPossible } from './sync-folder.ts';

/**
 * Creates a folder that only its owner may look into, and its missing parents, durably.
 * @throws the system's error, or an explanation where the system's would mislead.
 */
export const makeFolder = (folder: string): void => makeFolders(folder, makeOne);

function makeOne(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) throw new Error('it is a broken link');
  const parent = dirname(folder);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new Error(`cannot create a folder in "${parent}"`, { cause: error });
    throw error;
  }
  syncIfPossible(parent);
}

/** An existing folder may be open to others; somebody else's stays so, and the root key has its own mode. */
export function closeToOthers(folder: string): void {
  try {
    chmodSync(folder, 0o700);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') throw error;
  }
}
