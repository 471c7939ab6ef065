/**
 * The books on blob files: which are being written and by whom, and which nothing names any more. A file is made after
 * its row and goes before it, so that whatever a killed process left can be found without looking through the folder.
 */

import { isGone, isHere, ownProcessMark } from './process-mark.ts';
import type { Tx } from './tables.ts';

/** From this transaction on no blob file goes that a row names now, whatever becomes of the row. */
export function holdBlobs(id: string, tx: Tx): void {
  tx.blobHolds.put([id], { v: 1, process: ownProcessMark() });
}

/** What was held may go. */
export function releaseBlobs(id: string, tx: Tx): void {
  tx.blobHolds.remove([id]);
}

/** Whether files are held; what killed processes held is free. */
function isHeld(tx: Tx): boolean {
  let isHeld = false;
  for (const { key, value } of [...tx.blobHolds.range()]) {
    if (isGone(value.process)) tx.blobHolds.remove(key);
    // One that cannot be seen from here may have ended long ago: it must not keep files for ever.
    else if (isHere(value.process)) isHeld = true;
  }
  return isHeld;
}

/** Notes that this process is going to write a blob file. */
export function noteBlobWrite(id: string, tx: Tx): void {
  tx.blobWrites.put([id], { v: 1, process: ownProcessMark() });
}

/** The blob file is named by another row from now on. */
export function keepBlob(id: string, tx: Tx): void {
  tx.blobWrites.remove([id]);
}

/** Nothing names the blob file any more; it goes when this is committed. */
export function noteUnneeded(id: string, tx: Tx): void {
  tx.blobWrites.remove([id]);
  tx.unneededBlobs.put([id], true);
}

/** The blob files that may go: those that nothing names, and those of processes that are gone; none while they are held. */
export function unneededBlobs(tx: Tx): string[] {
  if (isHeld(tx)) return [];
  const unneeded = Array.from(tx.unneededBlobs.range(), ({ key: [id] }) => id);
  const orphaned = Array.from(tx.blobWrites.range()).flatMap(({ key: [id], value }) =>
    isGone(value.process) ? [id] : [],
  );
  return [...unneeded, ...orphaned];
}

/** Strikes out blob files that are gone. */
export function forgetBlobs(ids: readonly string[], tx: Tx): void {
  for (const id of ids) {
    tx.blobWrites.remove([id]);
    tx.unneededBlobs.remove([id]);
  }
}
