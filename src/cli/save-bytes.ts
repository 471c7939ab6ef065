/** Writes bytes into a file that appears complete or not at all. */

import { mkdirSync } from 'node:fs';
import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../api/errors.ts';
import { fileError, systemCode } from '../api/file-error.ts';
import { writeBlocks } from '../files.ts';
import { makeFolders } from '../folders.ts';

/**
 * Writes a stream into a temporary file beside the target and renames it after the last byte. A failure half-way, of
 * the source's authentication or the disk, leaves no file, or the old one as it was. A device or a named pipe receives
 * the bytes as they arrive.
 * @returns whether they are in a file.
 * @throws UsageError when the file cannot be written, StoreError when the disk is full.
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
    // A link is kept: the file it points to is written. The file keeps its permissions.
    await replace(old ? await realpath(path) : path, old?.mode, bytes, unique, signal);
    return true;
  } catch (error) {
    throw sayingWhich(path, error);
  }
}

/**
 * Creates the folder for a file, and those above it.
 * @throws UsageError when it cannot be created.
 */
export function makeFolderOf(path: string): void {
  // An object key may contain NUL, which Node rejects as an invalid argument.
  if (path.includes('\0')) throw new UsageError(`cannot write ${JSON.stringify(path)}: a file name cannot contain NUL`);
  try {
    makeFolders(dirname(path), (folder) => mkdirSync(folder));
  } catch (error) {
    const other = inTheWay(error);
    throw other === undefined ? sayingWhich(path, error) : new UsageError(`"${other}" is not a folder`);
  }
}

/** What exists in place of the folder; undefined for any other error. */
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
  const explained = fileError(what, error);
  return /^(EACCES|EISDIR|ENOENT|ENOTDIR|EPERM|EROFS)$/.test(code) && explained instanceof Error
    ? new UsageError(explained.message)
    : explained;
}
