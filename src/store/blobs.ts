/**
 * Blob files: ciphertext that is too large for a row of LMDB. Each has an id that is never reused, and is complete and
 * durable before a row names it. Nothing about a file depends on the store's clock.
 */

import { join } from 'node:path';
import { forgetBlobs, keepBlob, noteBlobWrite, noteUnneeded, unneededBlobs } from './blob-book.ts';
import { areBlobsHeld } from './blob-hold.ts';
import { type OpenBlob, openBlob, type ReadMemory } from './blob-reader.ts';
import { BlobWriter, temporary } from './blob-writer.ts';
import { areGoneForGood, dropFile, removeDropped } from './dropped-files.ts';
import type { Store } from './store.ts';
import type { Tx } from './tables.ts';

/** How many files are taken away in one transaction. */
const AT_ONCE = 250;

/** A blob file being written. */
export interface BlobWrite {
  /** Takes a piece; its memory belongs to the caller again once the promise settles. @throws StoreError */
  write(piece: Uint8Array): Promise<void>;
  /** Makes the file complete and durable; the transaction that then names it calls `keep`. @throws StoreError */
  finish(): Promise<void>;
  /** From this transaction on another row names the file. */
  keep(tx: Tx): void;
  /** Abandons the file; it is removed once the transaction is committed. */
  drop(tx: Tx): void;
}

/** The blob files of a store. */
export interface Blobs {
  /**
   * Records that a blob file will be written. Nothing is on the disk before the first `write`, which must come after
   * the transaction's commit.
   */
  beginWrite(id: string, tx: Tx): BlobWrite;
  /** Opens a file, so that its removal does not affect the reader. @throws ENOENT if it does not exist. */
  open(id: string, memory?: ReadMemory): OpenBlob;
  /** No row names the file any more; it is removed once the transaction is committed. */
  remove(id: string, tx: Tx): void;
  /** Removes the files that may go, including those left by killed processes; call it before the store is closed. */
  close(): void;
}

/** The blob files of an open store. */
export function openBlobs(store: Store): Blobs {
  const pathOf = (id: string) => blobPath(store.folder, id);
  let isSweepDue = false;
  let isClosed = false;

  /** Runs after the work of the current transaction, whether that succeeds or not. */
  function sweepSoon(): void {
    if (isSweepDue) return;
    isSweepDue = true;
    setImmediate(() => {
      if (!isSweepDue || isClosed) return;
      try {
        sweep();
      } catch {
        // The rows remain: the next sweep finds what this one left.
      }
    });
  }

  function sweep(): void {
    isSweepDue = false;
    const stuck = new Set<string>();
    let found: readonly string[];
    do {
      let away: readonly string[];
      // Inside a transaction, because another store put in place of this one may have files with the same names.
      [found, away] = store.transact<[string[], string[]]>((tx) => {
        const ids = unneededBlobs(tx, stuck, AT_ONCE);
        if (ids.length === 0 || areBlobsHeld(store.folder)) return [[], []];
        return [ids, ids.filter(tryToDrop)];
      });
      if (found.length === 0) return;
      removeDropped(store.folder);
      // Without its row, a file that a power cut brought back would stay forever.
      const gone = areGoneForGood(away.map(pathOf)) ? away : [];
      for (const id of found) if (!gone.includes(id)) stuck.add(id);
      if (gone.length > 0) store.transact<void>((tx) => forgetBlobs(gone, tx));
    } while (found.length === AT_ONCE);
  }

  // In this order, a concurrent rename either finds nothing to rename, or leaves a file that is dropped next.
  const tryToDrop = (id: string): boolean =>
    [temporary(pathOf(id)), pathOf(id)].every((path) => dropFile(path, store.folder));

  function writeOf(id: string): BlobWrite {
    const writer = new BlobWriter(pathOf(id));
    return {
      write: (piece) => writer.write(piece),
      finish: () => writer.finish(),
      keep: (tx) => keepBlob(id, tx),
      drop(tx) {
        noteUnneeded(id, tx);
        void writer.abandon().catch(() => {
          // The file is removed, so the state of its last bytes does not matter.
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

/**
 * The same blob files for reading; what is written goes nowhere, and nothing is removed. A file that was not really
 * written can be opened, but not read.
 */
export function withoutFiles({ open }: Pick<Blobs, 'open'>): Blobs {
  const nothing = async () => {};
  const unwritten = new Set<string>();
  return {
    beginWrite(id) {
      unwritten.add(id);
      return { write: nothing, finish: nothing, keep: () => {}, drop: () => {} };
    },
    open: (id, memory) => (unwritten.has(id) ? unreadable(id) : open(id, memory)),
    remove: () => {},
    close: () => {},
  };
}

/** The blob files of what has no store. */
export const noBlobs: Pick<Blobs, 'open'> = {
  open: (id) => unreadable(id),
};

function unreadable(id: string): OpenBlob {
  const readNow = () => {
    throw new Error(`the blob file ${id} has no bytes: its write was only tried`);
  };
  return { read: async () => readNow(), readNow, close: () => {} };
}

/** The path of a blob file of the store in a folder. */
export const blobPath = (folder: string, id: string): string => join(folder, 'blobs', id.slice(0, 2), id);
