/**
 * The books on blob files: which are being written and by whom, and which nothing names any more. A file is made after
 * its row and goes before it, so that whatever a killed process left can be found without looking through the folder.
 */

import { isGone, ownProcessMark, type ProcessMark } from './process-mark.ts';
import type { Tx } from './tables.ts';

/** A blob file that is being written. */
export interface UploadRecord {
  readonly v: 1;
  readonly process: ProcessMark;
}

/** Notes that this process is going to write a blob file. */
export function noteUpload(id: string, tx: Tx): void {
  tx.uploads.put([id], { v: 1, process: ownProcessMark() });
}

/** The blob file is named by another row from now on. */
export function keepUpload(id: string, tx: Tx): void {
  tx.uploads.remove([id]);
}

/** Nothing names the blob file any more; it goes when this is committed. */
export function noteUnneeded(id: string, tx: Tx): void {
  tx.uploads.remove([id]);
  tx.unneededBlobs.put([id], true);
}

/** The blob files that may go: those that nothing names, and those of processes that are gone. */
export function unneededBlobs(tx: Tx): string[] {
  const unneeded = Array.from(tx.unneededBlobs.range(), ({ key: [id] }) => id);
  const orphaned = Array.from(tx.uploads.range()).flatMap(({ key: [id], value }) =>
    isGone(value.process) ? [id] : [],
  );
  return [...unneeded, ...orphaned];
}

/** Strikes out blob files that are gone. */
export function forgetBlobs(ids: readonly string[], tx: Tx): void {
  for (const id of ids) {
    tx.uploads.remove([id]);
    tx.unneededBlobs.remove([id]);
  }
}
