/** Writes bytes into a file that appears complete or not at all. */

import { once } from 'node:events';
import { lstatSync, mkdirSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { UsageError } from '../api/errors.ts';
import { fileError, systemCode } from '../api/file-error.ts';
import type { Environment } from '../env.ts';
import { writeBlocks } from '../files.ts';
import { makeFolders } from '../folders.ts';
import { isS3Uri } from './commands/s3/uri.ts';
import { partName, sweepParts } from './part-file.ts';
import { descriptorOf, isSystems, type TargetPlace, targetPlace } from './target-place.ts';

/** A file to write. */
export interface SaveTarget {
  readonly path: string;
  /**
   * The folder of a recursive transfer. What is below it is the transfer's: a link there is replaced and not followed,
   * since whoever made it decides otherwise where an object's bytes go. A link that was named is followed.
   */
  readonly below?: string | undefined;
}

/**
 * Writes a stream into a temporary file beside the target and renames it after the last byte. A failure half-way, of
 * the source's authentication or the disk, leaves no file, or the old one as it was. A device or a named pipe receives
 * the bytes as they arrive. Returns whether they are in a file of their own.
 * @throws UsageError when the file cannot be written, StoreError when the disk is full.
 */
export type SaveBytes = (target: SaveTarget, bytes: AsyncIterable<Uint8Array>) => Promise<boolean>;

/** Where the facts of a command's downloads come from. */
export interface SaveSources {
  readonly environment: Pick<Environment, 'now' | 'uuid'>;
  readonly signal: AbortSignal;
  /** Whether calls are only tried, so that there are no bytes to save. */
  readonly rehearses: boolean;
}

/** Saves the downloads of a command. What a killed download has left in a folder is removed once. */
export function saverOf(sources: SaveSources): SaveBytes {
  if (sources.rehearses) return async () => false;
  const swept = new Set<string>();
  const realFolders = new Map<string, string>();
  const realFolder = async (folder: string): Promise<string> => {
    const known = realFolders.get(folder);
    if (known !== undefined) return known;
    // A transfer may go into any number of folders.
    if (realFolders.size >= MOST_FOLDERS) realFolders.clear();
    const real = await realpath(folder);
    realFolders.set(folder, real);
    return real;
  };
  return async ({ path, below }, bytes) => {
    const { environment, signal } = sources;
    if (isS3Uri(path)) throw new UsageError(`"${path}" is not a file: write an object with ssebox s3 copy`);
    try {
      const place = await targetPlace(path, { followsLink: below === undefined, realFolder });
      if (place.kind !== 'file') {
        await pour(place, bytes, signal);
        return false;
      }
      const folder = dirname(place.path);
      if (!swept.has(folder)) {
        if (swept.size >= MOST_FOLDERS) swept.clear();
        swept.add(folder);
        await sweepParts(folder, environment.now());
      }
      await replace(place, join(folder, partName(environment.uuid().slice(0, 8))), bytes, signal);
      return true;
    } catch (error) {
      throw sayingWhich(path, error);
    }
  };
}

/** Folders that a command remembers. */
const MOST_FOLDERS = 1000;

/**
 * Creates the folder for a file, and those above it.
 * @throws UsageError when it cannot be created.
 */
export function makeFolderOf({ path, below }: SaveTarget): void {
  // An object key may contain NUL, which Node rejects as an invalid argument.
  if (path.includes('\0')) throw new UsageError(`cannot write ${JSON.stringify(path)}: a file name cannot contain NUL`);
  try {
    if (below !== undefined) replaceLinks(below, dirname(path));
    makeFolders(dirname(path), (folder) => mkdirSync(folder));
  } catch (error) {
    const other = inTheWay(error);
    throw other === undefined ? sayingWhich(path, error) : new UsageError(`"${other}" is not a folder`);
  }
}

/** Replaces the links on the way from one folder to another below it with folders, but not the system's. */
function replaceLinks(from: string, to: string): void {
  let folder = realpathSync.native(from);
  for (const name of relative(from, to).split(sep)) {
    folder = join(folder, name);
    if (isSystems(`${folder}/`)) return;
    const facts = lstatSync(folder, { throwIfNoEntry: false });
    if (!facts) return;
    if (!facts.isSymbolicLink()) continue;
    rmSync(folder);
    mkdirSync(folder);
  }
}

/** What exists in place of the folder; undefined for any other error. */
const inTheWay = (error: unknown): string | undefined =>
  systemCode(error) === 'EEXIST' && error instanceof Error && 'path' in error ? String(error.path) : undefined;

async function replace(
  { path, old }: Extract<TargetPlace, { kind: 'file' }>,
  beside: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await writeBlocks(beside, bytes, signal, old);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function pour(
  place: Exclude<TargetPlace, { kind: 'file' }>,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  if (place.kind === 'output' && !place.isSocket) {
    const descriptor = descriptorOf[place.name];
    for await (const piece of bytes) {
      signal.throwIfAborted();
      for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at);
    }
    return;
  }
  if (place.kind === 'output') {
    const stream = process[place.name];
    // Each write reports its own error.
    if (stream.listenerCount('error') === 0) stream.on('error', () => {});
    return await send(stream, bytes, signal);
  }
  if (place.kind === 'socket') return await sendTo(place.path, bytes, signal);
  const file = await open(place.path, place.flags);
  try {
    for await (const piece of bytes) {
      signal.throwIfAborted();
      for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
    }
  } finally {
    await file.close();
  }
}

/** Sends bytes to whoever listens at a socket. @throws the system's error, also when nobody does. */
async function sendTo(path: string, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const { connect } = await import('node:net');
  const socket = connect({ path });
  try {
    await once(socket, 'connect');
    socket.on('error', () => {});
    await send(socket, bytes, signal);
    await new Promise<void>((resolve) => socket.end(() => resolve()));
  } finally {
    socket.destroy();
  }
}

async function send(stream: Writable, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  for await (const piece of bytes) {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      stream.write(piece, (error) => (error ? reject(error) : resolve()));
    });
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
