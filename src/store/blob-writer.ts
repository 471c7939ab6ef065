/** Writes a blob file block by block: the disk works on one block while the next is filled. */

// Node loads these when the first file is written, because they are accessed through `node:fs`.
import { promises as files } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from '../api/file-error.ts';

/**
 * What is written at a time. Linux caches it in one piece of contiguous memory: the largest pieces are those that a
 * virtual machine had given back to its host, and writing 1 GiB by 1 MiB takes eight times the system time.
 */
const BLOCK_BYTES = 256 * 1024;

/**
 * The amount that may be waiting for the disk before a sync is started. If all of it is left to the end, the last wait
 * takes a fifth of a file's time, and the backlog slows down the system.
 */
const SYNC_BYTES = 32 * 1024 * 1024;

/** A file being written; complete and durable under its own name only after `finish`. */
export class BlobWriter {
  readonly #path: string;
  #file: FileHandle | undefined;
  /** The block being filled, and the one that the disk has. */
  #filling: Uint8Array = new Uint8Array(0);
  #spare: Uint8Array = new Uint8Array(0);
  #filled = 0;
  #position = 0;
  /** Settles when the disk has finished with a block, with the error if there was one. */
  #writing: Promise<unknown> = Promise.resolve(undefined);
  /** Settles when the started sync is complete. */
  #syncing: Promise<void> | undefined;
  /** Linux reports a disk failure once, to the first caller who asks: fsync(2). */
  #syncFailure: unknown;
  #isAbandoned = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes a piece; its memory belongs to the caller again once the promise settles. @throws StoreError */
  async write(piece: Uint8Array): Promise<void> {
    if (!this.#file) await this.#open();
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#filling.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled === BLOCK_BYTES) await this.#flush();
    }
  }

  /** Makes the file durable under its name. @throws StoreError */
  async finish(): Promise<void> {
    if (!this.#file) await this.#open();
    await this.#flush();
    await this.#written();
    await this.#guarded(async () => {
      await this.#syncing;
      if (this.#syncFailure !== undefined) throw this.#syncFailure;
      await this.#file?.sync();
      await this.#file?.close();
      this.#file = undefined;
      await files.rename(temporary(this.#path), this.#path);
      await syncFolder(dirname(this.#path));
    });
  }

  /** Closes the file as it is, to be removed by the caller; a file that does not exist yet is not created any more. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    await this.#writing;
    await this.#syncing;
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #open(): Promise<void> {
    await this.#guarded(async () => {
      const folder = dirname(this.#path);
      // Returns the first folder that was created, if any.
      const made = await files.mkdir(folder, { recursive: true, mode: 0o700 });
      if (made !== undefined) {
        await syncFolder(dirname(folder));
        await syncFolder(dirname(dirname(folder)));
      }
      const file = await files.open(temporary(this.#path), 'wx', 0o600);
      if (this.#isAbandoned) {
        await file.close();
        await files.rm(temporary(this.#path), { force: true });
        throw new Error('the blob file was abandoned');
      }
      this.#file = file;
    });
    this.#filling = new Uint8Array(BLOCK_BYTES);
    this.#spare = new Uint8Array(BLOCK_BYTES);
  }

  /** Hands the filled block to the disk, once it has finished with the previous one. */
  async #flush(): Promise<void> {
    await this.#written();
    const block = this.#filling.subarray(0, this.#filled);
    const position = this.#position;
    this.#writing = this.#writeBlock(block, position).then(
      () => undefined,
      (error: unknown) => error,
    );
    this.#position += block.length;
    this.#filled = 0;
    if (this.#position % SYNC_BYTES === 0) this.#startSync();
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
  }

  #startSync(): void {
    this.#syncing ??= this.#file
      ?.datasync()
      .catch((error: unknown) => {
        this.#syncFailure = error;
      })
      .finally(() => {
        this.#syncing = undefined;
      });
  }

  async #writeBlock(block: Uint8Array, position: number): Promise<void> {
    for (let at = 0; at < block.length; ) {
      const answer = await this.#file?.write(block, at, block.length - at, position + at);
      at += answer?.bytesWritten ?? block.length;
    }
  }

  async #written(): Promise<void> {
    const failure = await this.#writing;
    if (failure === undefined) return;
    // On a full disk, free the space that recording the abandoned file needs.
    await this.#file?.truncate(0).catch(() => {});
    throw this.#explained(failure);
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  readonly #explained = (error: unknown): unknown => fileError(`cannot write "${this.#path}"`, error);
}

/** The name of an incomplete file. */
export const temporary = (path: string): string => `${path}.part`;

async function syncFolder(path: string): Promise<void> {
  const folder = await files.open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
