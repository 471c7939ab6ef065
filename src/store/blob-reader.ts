/** Reads a blob file at any position, even after it is removed. */

import { closeSync, openSync, read, readSync } from 'node:fs';
import { fileError } from '../api/file-error.ts';

/** An open blob file. */
export interface OpenBlob {
  /**
   * Reads `length` bytes from a position; fewer only at the end of the file. The bytes stay valid until the read after
   * the next one, so that one can be requested ahead.
   */
  readonly read: (position: number, length: number) => Promise<Uint8Array>;
  /**
   * The synchronous form: waiting for a few pages takes longer than reading them. The bytes stay valid until the next
   * synchronous read of any file.
   */
  readonly readNow: (position: number, length: number) => Uint8Array;
  /** Closes the file, after any read in progress. */
  close(): void;
}

/** Returns memory to read into, which is reused at the call after the next. */
export type ReadMemory = (length: number) => Uint8Array;

/** Buffers used in turn, two by default. Any number of files that are read one after the other can share them. */
export function newReadMemory(count = 2): ReadMemory {
  const buffers = Array.from({ length: count }, () => new Uint8Array(0));
  let turn = 0;
  return (length) => {
    turn = (turn + 1) % count;
    let buffer = buffers[turn] ?? new Uint8Array(0);
    if (buffer.length < length) {
      buffer = new Uint8Array(length);
      buffers[turn] = buffer;
    }
    return buffer.subarray(0, length);
  };
}

/** One buffer for all synchronous reads: new memory would cost more than the reading. */
const memoryNow = newReadMemory(1);

/** Opens a file. @throws the system's error, with the code ENOENT if the file does not exist. */
export function openBlob(path: string, memory: ReadMemory = newReadMemory()): OpenBlob {
  const file = openSync(path, 'r');
  let reading = 0;
  let isClosed = false;

  /** A descriptor that is closed too early may belong to another file by the time the disk writes to memory. */
  function closeWhenIdle(): void {
    if (isClosed && reading === 0) closeSync(file);
  }

  function requireOpen(): void {
    if (isClosed) throw new Error('the blob file is closed');
  }

  const unreadable = (error: unknown) => fileError(`cannot read "${path}"`, error);

  return {
    readNow(position, length) {
      requireOpen();
      const buffer = memoryNow(length);
      try {
        return buffer.subarray(0, fillNow(file, buffer, position));
      } catch (error) {
        throw unreadable(error);
      }
    },
    async read(position, length) {
      requireOpen();
      const buffer = memory(length);
      reading++;
      try {
        return buffer.subarray(0, await fill(file, buffer, position));
      } catch (error) {
        throw unreadable(error);
      } finally {
        reading--;
        closeWhenIdle();
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      closeWhenIdle();
    },
  };
}

/** Fills the buffer from the file. @returns the number of bytes read. */
async function fill(file: number, buffer: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const count = await readOnce(file, buffer, filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** The synchronous form. */
function fillNow(file: number, buffer: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(file, buffer, filled, buffer.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

const readOnce = (file: number, buffer: Uint8Array, offset: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(file, buffer, offset, buffer.length - offset, position, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
