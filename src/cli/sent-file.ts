/** Files on their way to a service: of a known length, read again where they are sent again, and of one state. */

import type { BigIntStats } from 'node:fs';
import { UsageError } from '../api/errors.ts';
import type { Rereadable } from '../api/message.ts';
import { readBlocks } from '../files.ts';

/** A file as it was when its upload began. */
export interface FileState {
  readonly size: number;
  /** Which file it is, and when it was last written. */
  readonly mark: string;
}

/** @throws UsageError when there is no such file, or it is a folder. */
export async function fileState(path: string): Promise<FileState> {
  // Most commands send no file.
  const { stat } = await import('node:fs/promises');
  const facts = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      error.code === 'ENOENT'
        ? `The user-provided path ${path} does not exist.`
        : `the file "${path}" cannot be read: ${error.message}`,
    );
  });
  if (facts.isDirectory())
    throw new UsageError(`"${path}" is a folder: use a file, or copy the folder with s3 cp --recursive`);
  return stateIn(facts);
}

export const stateIn = ({ size, dev, ino, mtimeNs }: BigIntStats): FileState => ({
  size: Number(size),
  mark: [size, dev, ino, mtimeNs].join(),
});

/** A range of a file as it was. */
export interface FilePart {
  readonly state: FileState;
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes of a range, with an error instead of their end if the file is not the one that it was.
 * @param onBytes is told what has passed; what is read again counts once
 */
export function sentFile(path: string, part: FilePart, onBytes: (count: number) => void = () => {}): Rereadable {
  const size = part.end - part.start;
  let counted = 0;
  const count = (bytes: number) => {
    counted += bytes;
    onBytes(bytes);
  };
  let newest: symbol | undefined;
  return {
    isRereadable: true,
    size,
    async *[Symbol.asyncIterator]() {
      const own = Symbol('a reading');
      newest = own;
      if (counted > 0) count(-counted);
      let passed = 0;
      for await (const block of readBlocks(path, part)) {
        passed += block.length;
        // A reading for an attempt that has failed may go on beside the next one for a while.
        if (newest === own) count(block.length);
        yield block;
      }
      await requireUnchanged(path, part.state);
      if (passed !== size) throw changed(path);
    },
  };
}

/** @throws UsageError when the file is not the one that it was. */
export async function requireUnchanged(path: string, { mark }: FileState): Promise<void> {
  if ((await fileState(path)).mark !== mark) throw changed(path);
}

const changed = (path: string): UsageError => new UsageError(`the file "${path}" changed while it was read`);
