/** Makes the names in a folder durable. */

import { closeSync, fsyncSync, openSync } from 'node:fs';
import { systemCode } from '../api/file-error.ts';

export function syncFolder(folder: string): void {
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/**
 * The same for a folder that may be gone. One that may not be read cannot be synced: the system writes its names in its
 * own time.
 */
export function syncIfPossible(folder: string): void {
  try {
    syncFolder(folder);
  } catch (error) {
    if (!['ENOENT', 'EACCES'].includes(systemCode(error) ?? '')) throw error;
  }
}
