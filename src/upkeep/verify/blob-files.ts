/**
 * The blob files of a store and the rows that name them. A file exists from before the commit of the first row that
 * names it until after the commit of the last one, while other processes write and delete.
 */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileError, systemCode } from '../../api/file-error.ts';
import { fileOf } from '../../s3/content/object-record.ts';
import { temporary } from '../../store/blob-writer.ts';
import { blobPath } from '../../store/blobs.ts';
import type { Piece } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';
import { readable } from './readable.ts';

/** Compares the files in a store's folder with the rows of one state of the store. */
export interface FileCensus {
  /** A row names the file of a piece. */
  name(piece: Piece): void;
  /** It names a file that nothing else reads. */
  require(required: RequiredFile): void;
  /** A row says that a file is being written, or is to be removed. */
  nameUnfinished(id: string): void;
  /** The files that no row names. */
  unnamed(): string[];
  /** In a later state of the store: what is damaged, because its file is missing or not as long as it should be. */
  missing(tx: Tx): string[];
}

export interface RequiredFile {
  readonly piece: Piece;
  /** What is damaged without it. */
  readonly whose: string;
  /** Whether a row of a later state names it. */
  readonly isNamed: (tx: Tx) => boolean;
}

/**
 * Lists the files of a store, before the state of its rows is taken: every file has been named or noted before it is
 * made.
 */
export function takeCensus(folder: string): FileCensus {
  const left = blobFilesIn(folder);
  const lost: RequiredFile[] = [];
  const found = (id: string) => {
    const path = relative(folder, blobPath(folder, id));
    left.delete(path);
    left.delete(temporary(path));
  };
  return {
    name: (piece) => found(fileOf(piece)),
    require(required) {
      if (!isInFull(required.piece, folder)) lost.push(required);
    },
    nameUnfinished: found,
    // One that was removed since the list was made was named until then.
    unnamed: () => [...left].filter((path) => existsSync(join(folder, path))),
    missing: (tx) => lost.filter(({ isNamed }) => readable(() => isNamed(tx)) === true).map(({ whose }) => whose),
  };
}

/** Whether a blob file has exactly the bytes that a row says. @throws StoreError if the system does not say. */
export function isInFull(piece: Piece, folder: string): boolean {
  const path = blobPath(folder, fileOf(piece));
  try {
    return statSync(path).size === piece.storedSize;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw fileError(`cannot read "${path}"`, error);
  }
}

/** Nothing is there, or something else is in its path. */
const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '');

/** The paths of the files in a store's folder of blob files, below the store's. */
function blobFilesIn(folder: string): Set<string> {
  const paths = new Set<string>();
  for (const shard of namesIn(join(folder, 'blobs'))) {
    for (const name of namesIn(join(folder, 'blobs', shard))) paths.add(join('blobs', shard, name));
  }
  return paths;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // A file in place of a folder is not one of the store's either, but holds no names.
    if (isAbsent(error)) return [];
    throw fileError(`cannot read "${folder}"`, error);
  }
}
