/** Writes bytes into a file that is there whole or not at all. */

import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../api/errors.ts';
import { writeBlocks } from '../store/file-blocks.ts';

/**
 * Writes a stream into a temporary file beside the target and renames it when the last byte is there. What fails
 * half-way, the source's authentication or the disk, leaves no file and an old one as it was.
 * @throws UsageError when the file cannot be written.
 */
export async function saveBytes(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  unique: string,
  signal: AbortSignal,
): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${unique}.part`);
  try {
    await writeBlocks(beside, bytes, signal);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw isFileError(error) ? new UsageError(`cannot write "${path}": ${error.message}`) : error;
  }
}

const isFileError = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^(EACCES|EISDIR|ENOENT|ENOTDIR|EPERM|EROFS)$/.test(error.code);
