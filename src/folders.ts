/** Creation of folders. Separate from `files.ts`, since every command needs the store's folder, but few read files. */

import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from './api/file-error.ts';

/**
 * Makes a folder and its missing parents, each with `make`. Node's own recursive `mkdirSync` reports a read-only file
 * system as a missing file, and never ends below `/proc`.
 * @throws what `make` throws, and the system's error if something on the path cannot be examined.
 */
export function makeFolders(folder: string, make: (folder: string) => void): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolders(parent, make);
  try {
    make(folder);
  } catch (error) {
    // Another process has made it in the meantime.
    if (systemCode(error) !== 'EEXIST' || !isFolder(folder)) throw error;
  }
}

/** Not with `throwIfNoEntry`, by which newer versions of Node also ignore a file in the path. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
