/**
 * Holds of blob files. While a process copies the files that the rows of one moment name, none of them may be removed. A
 * hold is a file beside the database: whoever copies a store does not need its root key.
 */

import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '../api/file-error.ts';
import { HOLD, markIn } from './placing.ts';
import { isGone, isHere, markName, ownProcessMark } from './process-mark.ts';

export interface BlobHold {
  /** Lets the held files be removed. */
  release(): void;
}

/**
 * From now on, no blob file is removed that the rows of a later snapshot name.
 *
 * Whoever removes files looks for holds inside the transaction in which it does. If it sees this one, it removes
 * nothing. If it does not, its transaction began before this hold, from a state that the snapshot is not older than. It
 * removes only files that no row of that state names; no row of a later one does either, since an id is never reused.
 * @throws StoreError
 */
export function holdBlobs(folder: string, random: (size: number) => Uint8Array): BlobHold {
  const path = join(folder, `${HOLD}${markName(ownProcessMark())}~${Buffer.from(random(8)).toString('hex')}`);
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw fileError(`cannot write to "${folder}"`, error);
  }
  return {
    release() {
      try {
        rmSync(path, { force: true });
      } catch {
        // The hold has no effect once this process has ended.
      }
    },
  };
}

/** Whether the blob files of a store are held. Inside a transaction, which decides about them. */
export function areBlobsHeld(folder: string): boolean {
  return readdirSync(folder).some((name) => {
    const mark = name.startsWith(HOLD) ? markIn(name) : undefined;
    // A process that cannot be seen from here may have ended long ago: it must not hold files forever.
    return mark !== undefined && !isGone(mark) && isHere(mark);
  });
}
