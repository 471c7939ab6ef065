/**
 * Blob files: ciphertext that is too large for a row of LMDB. Each has an id that is never used twice, and is whole and
 * durable before a row names it. Nothing of a file depends on the store's clock.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { forgetBlobs, keepBlob, noteBlobWrite, noteUnneeded, unneededBlobs } from './blob-book.ts';
import { type OpenBlob, openBlob, type ReadMemory } from './blob-reader.ts';
import { BlobWriter, temporary } from './blob-writer.ts';
import type { Store } from './store.ts';
import type { Tx } from './tables.ts';

/** A blob file that is being written. */
export interface BlobWrite {
  /** Takes a piece; its memory is the caller's again when the promise settles. @throws StoreError */
  write(piece: Uint8Array): Promise<void>;
  /** Makes the file whole and durable; in the transaction that then names it, `keep` is called. @throws StoreError */
  finish(): Promise<void>;
  /** From this transaction on the file is another row's. */
  keep(tx: Tx): void;
  /** Gives the file up; it goes when the transaction is committed. */
  drop(tx: Tx): void;
}

/** The blob files of a store. */
export interface Blobs {
  /**
   * Notes that a blob file will be written. Nothing is on the disk before the first `write`, which is to come after
   * the transaction's commit.
   */
  beginWrite(id: string, tx: Tx): BlobWrite;
  /** Opens a file now, so that its removal does not disturb the reader. @throws ENOENT when there is none. */
  open(id: string, memory?: ReadMemory): OpenBlob;
  /** Nothing names the file any more; it goes when the transaction is committed. */
  remove(id: string, tx: Tx): void;
  /** Removes the files that may go, also those that killed processes have left; before the store is closed. */
  close(): void;
}

/** The blob files of an open store. */
export function openBlobs(store: Store): Blobs {
  const pathOf = (id: string) => blobPath(store.folder, id);
  let isSweepDue = false;
  let isClosed = false;

  /** After the work of the transaction that is open now, whatever becomes of it. */
  function sweepSoon(): void {
    if (isSweepDue) return;
    isSweepDue = true;
    setImmediate(() => {
      if (!isSweepDue || isClosed) return;
      try {
        sweep();
      } catch {
        // The books are kept: the next sweep finds what this one left.
      }
    });
  }

  function sweep(): void {
    isSweepDue = false;
    // Inside the transaction: files of another store, put in this one's place, may have the same names.
    store.transact((tx) => {
      const gone = unneededBlobs(tx).filter((id) => removeFiles(pathOf(id)));
      forgetBlobs(gone, tx);
    });
  }

  function writeOf(id: string): BlobWrite {
    const writer = new BlobWriter(pathOf(id));
    return {
      write: (piece) => writer.write(piece),
      finish: () => writer.finish(),
      keep: (tx) => keepBlob(id, tx),
      drop(tx) {
        noteUnneeded(id, tx);
        void writer.abandon().catch(() => {
          // The file goes; what became of its last bytes does not matter.
        });
        sweepSoon();
      },
    };
  }

  return {
    beginWrite(id, tx) {
      noteBlobWrite(id, tx);
      return writeOf(id);
    },
    open: (id, memory) => openBlob(pathOf(id), memory),
    remove(id, tx) {
      noteUnneeded(id, tx);
      sweepSoon();
    },
    close() {
      isClosed = true;
      sweep();
    },
  };
}

/** Where a blob file of the store in a folder is. */
export const blobPath = (folder: string, id: string): string => join(folder, 'blobs', id.slice(0, 2), id);

/** @returns whether the file is gone; one that resists is tried again by a later command. */
function removeFiles(path: string): boolean {
  try {
    // In this order a rename that comes between finds nothing to rename, or leaves what is removed next.
    rmSync(temporary(path), { force: true });
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}
