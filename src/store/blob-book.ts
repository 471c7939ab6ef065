/**
 * Bookkeeping of blob files: which files are being written and by which process, and which are no longer named by any
 * row. A file is created after its row and removed before it, so that everything a killed process left behind is found
 * without searching the folder.
 */

import { isGone, ownProcessMark } from './process-mark.ts';
import type { Tx } from './tables.ts';

/** Records that this process is about to write a blob file. */
export function noteBlobWrite(id: string, tx: Tx): void {
  tx.blobWrites.put([id], { v: 1, process: ownProcessMark() });
}

/** From now on another row names the blob file. */
export function keepBlob(id: string, tx: Tx): void {
  tx.blobWrites.remove([id]);
}

/** No row names the blob file any more; it is removed once this is committed. */
export function noteUnneeded(id: string, tx: Tx): void {
  tx.blobWrites.remove([id]);
  tx.unneededBlobs.put([id], true);
}

/** The first blob files that are not needed, besides some: those without a row, and those of ended processes. */
export function unneededBlobs(tx: Tx, besides: ReadonlySet<string>, limit: number): string[] {
  const found: string[] = [];
  for (const id of idsOf(tx)) {
    if (found.length === limit) break;
    if (!besides.has(id)) found.push(id);
  }
  return found;
}

function* idsOf(tx: Tx): Generator<string, void> {
  for (const { key } of tx.unneededBlobs.range()) yield key[0];
  for (const { key, value } of tx.blobWrites.range()) if (isGone(value.process)) yield key[0];
}

/** Deletes the rows of removed blob files. */
export function forgetBlobs(ids: readonly string[], tx: Tx): void {
  for (const id of ids) {
    tx.blobWrites.remove([id]);
    tx.unneededBlobs.remove([id]);
  }
}
