/** Writes bytes into a file that is there whole or not at all. */

import { mkdirSync } from 'node:fs';
import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../api/errors.ts';
import { fileError, systemCode } from '../api/file-error.ts';
import { makeFolders, writeBlocks } from '../files.ts';

/**
 * Writes a stream into a temporary file beside the target and renames it when the last byte is there. What fails
 * half-way, the source's authentication or the disk, leaves no file and an old one as it was. A device or a named pipe
 * takes the bytes as they come.
 * @returns whether they are in a file.
 * @throws UsageError when the file cannot be written, StoreError when the disk takes no more.
 */
export async function saveBytes(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  unique: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const old = await statIfThere(path);
    if (old && !old.isFile() && !old.isDirectory()) {
      await pour(path, bytes, signal);
      return false;
    }
    // A link stays one: what it points at is written. The file keeps who may read it.
    await replace(old ? await realpath(path) : path, old?.mode, bytes, unique, signal);
    return true;
  } catch (error) {
    throw sayingWhich(path, error);
  }
}

/**
 * Makes the folder that a file is to be in, and those above it.
 * @throws UsageError when it cannot be made.
 */
export function makeFolderOf(path: string): void {
  // A key may have one, and Node calls the argument wrong.
  if (path.includes('\0')) throw new UsageError(`cannot write ${JSON.stringify(path)}: a file name cannot contain NUL`);
  try {
    makeFolders(dirname(path), (folder) => mkdirSync(folder));
  } catch (error) {
    const other = inTheWay(error);
    throw other === undefined ? sayingWhich(path, error) : new UsageError(`"${other}" is not a folder`);
  }
}

/** What is there in place of a folder; undefined for another error. */
const inTheWay = (error: unknown): string | undefined =>
  systemCode(error) === 'EEXIST' && error instanceof Error && 'path' in error ? String(error.path) : undefined;

async function replace(
  path: string,
  mode: number | undefined,
  bytes: AsyncIterable<Uint8Array>,
  unique: string,
  signal: AbortSignal,
): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${unique}.part`);
  try {
    await writeBlocks(beside, bytes, signal);
    if (mode !== undefined) await chmod(beside, mode & 0o777);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function pour(path: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'w');
  try {
    for await (const piece of bytes) {
      signal.throwIfAborted();
      for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
    }
  } finally {
    await file.close();
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function sayingWhich(path: string, error: unknown): unknown {
  const code = systemCode(error) ?? '';
  if (code === 'EPIPE') return error;
  const what = `cannot write "${path}"`;
  const told = fileError(what, error);
  return /^(EACCES|EISDIR|ENOENT|ENOTDIR|EPERM|EROFS)$/.test(code) && told instanceof Error
    ? new UsageError(told.message)
    : told;
}
