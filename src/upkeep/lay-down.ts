/** Places a copy of a store in a folder, in one step: a backup, a restored store, or what was saved of a damaged one. */

import { lstatSync, readdirSync, realpathSync, rmdirSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { StoreError, UsageError } from '../api/errors.ts';
import { fileError, systemCode } from '../api/file-error.ts';
import type { LongWork } from '../store/long-work.ts';
import { closeToOthers, makeFolder } from '../store/make-folder.ts';
import { beginStaging, DATA_FILE, isMarked, settlePlacing } from '../store/placing.ts';
import type { RawSnapshot, RawStore } from '../store/raw-store.ts';
import { requireRootKey } from '../store/root-key-file.ts';
import { copyBlobs, type RootKeyState, rootKeyState } from '../store/store-copy.ts';
import { lostData, remainsIn } from '../store/store-folder.ts';
import type { Tx } from '../store/tables.ts';
import { storedFiles } from './stored-files.ts';

/** The copy that was placed. */
export interface Copied {
  readonly Objects: number;
  readonly Bytes: number;
  readonly RootKey: RootKeyState;
}

/** The observer of a copy: receives its progress and can end it. */
export interface Watch {
  /** Adds a piece of work with this many bytes. */
  expect(bytes: number): void;
  /** Bytes that have just been copied or read. */
  readonly add: (bytes: number) => void;
  /** A piece of work is done. */
  readonly done: () => void;
  readonly signal: AbortSignal;
}

/** A copy in progress. */
export interface Building {
  /** The folder in which it is built. */
  readonly folder: string;
  readonly copying: LongWork;
  /** Announces how many bytes will be copied or read next, as far as that is known. */
  expect(bytes: number): void;
  /** Copies the blob files into a store that already has rows and root key. */
  copyFiles(from: string, copy: RawStore): Promise<Copied>;
}

/** Places a store in a folder, replacing any store there; a failure leaves nothing behind. */
export async function layDown<T>(
  folder: string,
  watch: Watch,
  build: (building: Building) => Promise<T>,
  replacing: () => Promise<() => Promise<void>> = async () => async () => {},
): Promise<T> {
  const made = missingFolders(folder);
  try {
    makePlace(folder);
    const staging = beginStaging(folder);
    try {
      const built = await build(buildingIn(staging.folder, watch));
      watch.signal.throwIfAborted();
      const done = await replacing();
      staging.place();
      await done();
      return built;
    } catch (error) {
      staging.discard();
      throw inPlace(error, staging.folder, folder);
    }
  } catch (error) {
    removeEmpty(made);
    throw error;
  }
}

/** Rewrites an error about the folder where a store is built to name the folder where it will be. */
export function inPlace(error: unknown, staged: string, folder: string): unknown {
  if (!(error instanceof StoreError) || !error.message.includes(staged)) return error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new StoreError(error.message.replaceAll(staged, folder), { ...hint, cause: error });
}

function buildingIn(folder: string, watch: Watch): Building {
  let bytes = 0;
  const onBytes = (count: number) => {
    bytes += count;
    watch.add(count);
  };
  return {
    folder,
    copying: { onBytes, signal: watch.signal },
    expect: watch.expect,
    async copyFiles(from, copy) {
      // The data file of the source may be larger or smaller than the copy.
      watch.done();
      const snapshot = copy.snapshot();
      try {
        const RootKey = rootKeyState(folder);
        // A copy with a root key other than the store's would be worthless. A sealed one is copied without opening it.
        if (RootKey === 'unsealed') requireOwnKey(from, folder, snapshot);
        for (const { size } of storedFiles(snapshot.tx)) watch.expect(size);
        await copyBlobs(storedFiles(snapshot.tx), from, folder, watch.done, { onBytes, signal: watch.signal });
        return { Objects: countObjects(snapshot.tx), Bytes: bytes, RootKey };
      } finally {
        snapshot.close();
      }
    },
  };
}

/** @throws StoreError about the folder that the key was copied from. */
function requireOwnKey(from: string, folder: string, { header }: RawSnapshot): void {
  try {
    requireRootKey(folder, header.get('rootKey')?.check);
  } catch (error) {
    throw inPlace(error, folder, from);
  }
}

function countObjects(tx: Tx): number {
  let count = 0;
  for (const _ of tx.objects.range()) count += 1;
  return count;
}

/** Creates the folder if there is none, and finishes or removes what killed processes have left in it. */
function makePlace(folder: string): void {
  try {
    makeFolder(folder);
    settlePlacing(folder);
    closeToOthers(folder);
  } catch (error) {
    throw error instanceof StoreError ? error : unusable(folder, error);
  }
}

function unusable(folder: string, error: unknown): unknown {
  const explained = fileError(`cannot use the folder "${folder}"`, error);
  return explained === error && error instanceof Error
    ? new StoreError(`cannot use the folder "${folder}": ${error.message}`, { cause: error })
    : explained;
}

/** The folders on the way to one that do not exist yet, the deepest first. */
function missingFolders(folder: string): string[] {
  const missing: string[] = [];
  for (let at = folder; !lstatSync(at, { throwIfNoEntry: false }) && dirname(at) !== at; at = dirname(at)) {
    missing.push(at);
  }
  return missing;
}

/** Removes folders if they exist and are empty. */
function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // There is something in it, or it could not be made.
  }
}

/**
 * The names in a folder, except the leftovers of a store that was placed there; undefined if there is no such folder.
 * @throws UsageError when it is a file. @throws StoreError when it cannot be read.
 */
export function namesIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder).filter((name) => !isMarked(name));
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw new UsageError(`"${folder}" is not a folder: it, or part of its path, is a file`);
    throw unusable(folder, error);
  }
}

/** Whether there is a store in a folder, even a damaged one. @throws as `namesIn` */
export const hasStore = (folder: string): boolean => namesIn(folder)?.includes(DATA_FILE) ?? false;

/** @throws StoreError when there is no store in a folder. @throws as `namesIn` */
export function requireStore(folder: string): void {
  if (hasStore(folder)) return;
  const remains = remainsIn(folder);
  if (remains !== undefined) throw lostData(folder, 'missing', remains);
  throw new StoreError(`there is no store in "${folder}"`, { hint: 'choose one with --store' });
}

/** @throws UsageError when one folder is the other's store or inside it. */
export function requireApart(folder: string, store: string, what: string): void {
  const path = relative(realPath(store), realPath(folder));
  if (path === '') throw new UsageError(`"${folder}" is the store itself: ${what}`);
  if (path !== '..' && !path.startsWith(`..${sep}`)) {
    throw new UsageError(`"${folder}" is inside the store "${store}": ${what}`);
  }
}

/** Resolves a path whose last parts may not exist. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}
