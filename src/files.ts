/** Files as streams of large blocks: the disk works on one block while the program has another. */

// With `promises`, `node:fs/promises` is loaded when it is first used.
import { closeSync, openSync, promises, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { UsageError } from './api/errors.ts';
import { systemCode, systemReason } from './api/file-error.ts';
import { giveBack } from './crypto/memory.ts';

const BLOCK_BYTES = 1024 * 1024;

/** A part of a file, from `start` up to but excluding `end`. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

const WHOLE: FileRange = { start: 0, end: Number.POSITIVE_INFINITY };

/**
 * Reads a file, or a part of it, block by block. A block is valid until the next one is requested.
 * @throws UsageError if the file cannot be read.
 */
export async function* readBlocks(path: string, { start, end }: FileRange = WHOLE): AsyncGenerator<Uint8Array, void> {
  const fail = (error: unknown): never => {
    throw unreadable(`the file "${path}"`, error);
  };
  const file = await promises.open(path, 'r').catch(fail);
  let [current, spare] = [new Uint8Array(BLOCK_BYTES), new Uint8Array(BLOCK_BYTES)];
  let position = start;
  const readInto = (buffer: Uint8Array): Promise<Uint8Array> =>
    fill(file, buffer.subarray(0, Math.max(0, Math.min(BLOCK_BYTES, end - position))), position).catch(fail);
  let ahead: Promise<Uint8Array> | undefined;
  try {
    for (let block = await readInto(current); block.length > 0; ) {
      position += block.length;
      [current, spare] = [spare, current];
      ahead = readInto(current);
      // A failure before it is awaited must not count as unhandled.
      ahead.catch(() => {});
      yield block;
      block = await ahead;
    }
  } finally {
    await file.close();
  }
}

/**
 * The error for what the system refuses to read; an error of another kind as it is.
 * @param what `standard input`, for example.
 */
export function unreadable(what: string, error: unknown): unknown {
  if (systemCode(error) === undefined || !(error instanceof Error)) return error;
  return new UsageError(`${what} cannot be read: ${systemReason(error) ?? error.message}`);
}

/** The same bytes, with an error about them in words. @throws UsageError when the system refuses to read them. */
export async function* readable(what: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* bytes;
  } catch (error) {
    throw unreadable(what, error);
  }
}

/** A file that is read as a whole, such as a policy, has at most this many bytes: 8 MiB. */
export const MAX_WHOLE_BYTES = 8 * 1024 * 1024;

/**
 * Reads a whole file, which may be a device or a pipe whose length is not known.
 * @throws the system's error if the file cannot be read, and an Error if it is too long.
 */
export function readWhole(path: string, limit = MAX_WHOLE_BYTES): Uint8Array {
  const pieces: Uint8Array[] = [];
  const file = openSync(path, 'r');
  try {
    for (let size = 0; ; ) {
      const piece = new Uint8Array(Math.min(65_536, limit + 1 - size));
      const read = readSync(file, piece);
      if (read === 0) return Buffer.concat(pieces);
      size += read;
      if (size > limit) throw new Error(`it has more than ${limit} bytes`);
      pieces.push(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}

/** Fills the buffer from a position. @returns the filled part; shorter than the buffer at the end of the file. */
async function fill(file: FileHandle, buffer: Uint8Array, position: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** The owners of a file, and who may read and write it. */
export interface Permissions {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Writes a new file; the next piece is produced while one is written. Takes over the pieces' memory.
 * @param like the file that it will replace: whoever may not read that one can read none of these bytes, at any time.
 * @throws the system's error if the file already exists or cannot be written.
 */
export async function writeBlocks(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  like?: Permissions,
): Promise<void> {
  const file = await promises.open(path, 'wx', like ? 0o600 : 0o666);
  let writing: Promise<void> = Promise.resolve();
  try {
    if (like) await permitLike(file, like);
    for await (const piece of pieces) {
      await writing;
      signal.throwIfAborted();
      writing = append(file, piece);
      // A failure before it is awaited must not count as unhandled.
      writing.catch(() => {});
    }
    await writing;
    signal.throwIfAborted();
  } finally {
    await file.close();
  }
}

/** Only root can give a file to another user, and others only to a group that they are in. */
async function permitLike(file: FileHandle, { mode, uid, gid }: Permissions): Promise<void> {
  const made = await file.stat();
  const give = (owner: number) =>
    file.chown(owner, gid).then(
      () => true,
      () => false,
    );
  const hasGroup = (made.uid === uid && made.gid === gid) || (await give(uid)) || (await give(made.uid));
  // A group that is not the old file's gets what everybody has.
  await file.chmod(hasGroup ? mode & 0o777 : (mode & 0o707) | ((mode & 0o007) << 3));
}

async function append(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
  giveBack(piece);
}
