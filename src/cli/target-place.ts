/** Where a file is written that a person named: at the end of links, and never in place of what the system has there. */

import { fstatSync, type Stats } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { systemCode } from '../api/file-error.ts';

export type TargetPlace =
  /** A file to create or replace; `old` is the one to replace. */
  | { readonly kind: 'file'; readonly path: string; readonly old: Stats | undefined }
  /** A device, a named pipe, or anything else of the system: bytes are written into it. */
  | { readonly kind: 'stream'; readonly path: string; readonly flags: 'w' | 'a' }
  /** A regular file that this process has as its standard output or error. */
  | { readonly kind: 'descriptor'; readonly descriptor: number };

/** How a path is taken. */
export interface PlaceRules {
  /** Whether a link at its end is followed; otherwise the link itself is replaced. */
  readonly followsLink: boolean;
  /** Where a folder really is. @throws the system's error if it cannot be examined. */
  readonly realFolder: (folder: string) => Promise<string>;
}

/** The place that a path leads to. @throws the system's error if its folder cannot be examined. */
export async function targetPlace(path: string, { followsLink, realFolder }: PlaceRules): Promise<TargetPlace> {
  let place = await withRealFolder(path, realFolder);
  for (let links = 0; followsLink && links < MOST_LINKS && !isSystems(place); links++) {
    const next = await linkAt(place);
    if (next === undefined) break;
    place = await withRealFolder(resolve(dirname(place), next), realFolder);
  }
  if (isSystems(place)) return systemsPlace(place);
  const facts = await unlessMissing(lstat(place));
  if (facts?.isSymbolicLink()) {
    if (followsLink) return { kind: 'file', path: await realpath(place), old: undefined };
    return { kind: 'file', path: place, old: undefined };
  }
  return facts && !facts.isFile() && !facts.isDirectory()
    ? { kind: 'stream', path: place, flags: 'w' }
    : { kind: 'file', path: place, old: facts };
}

/** path_resolution(7): as many as Linux follows; beyond, `realpath` reports the loop. */
const MOST_LINKS = 40;

async function withRealFolder(path: string, realFolder: PlaceRules['realFolder']): Promise<string> {
  const [name, folder] = [basename(path), dirname(path)];
  // A slash at the end says that it is a folder.
  return name === '' ? path : `${join(await realFolder(folder), name)}${path.endsWith('/') ? '/' : ''}`;
}

const linkAt = (path: string): Promise<string | undefined> =>
  readlink(path).catch((error: unknown) => {
    if (systemCode(error) === 'EINVAL' || systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });

/**
 * Whether a path leads to what the kernel keeps there: devices, and files that are no files on a disk. Programs keep
 * their own files in the shared memory below /dev, as in any other folder: Filesystem Hierarchy Standard, /dev; shm_overview(7).
 */
export const isSystems = (path: string): boolean => /^\/(dev|proc|sys)\//.test(path) && !path.startsWith('/dev/shm/');

async function systemsPlace(path: string): Promise<TargetPlace> {
  const facts = await unlessMissing(stat(path));
  const descriptor = ownOutput(path);
  // Opened anew, the file would be written from its start, over what this process and others have written.
  if (descriptor !== undefined && facts?.isFile() && fstatSync(descriptor).ino === facts.ino) {
    return { kind: 'descriptor', descriptor };
  }
  const isRedirected = /^\/proc\/[^/]+\/fd\//.test(path) && facts?.isFile();
  return { kind: 'stream', path, flags: isRedirected ? 'a' : 'w' };
}

/** The number of standard output or standard error, if a path names it. */
function ownOutput(path: string): 1 | 2 | undefined {
  const own = `/proc/${process.pid}/fd`;
  if (path === '/dev/stdout' || path === `${own}/1`) return 1;
  if (path === '/dev/stderr' || path === `${own}/2`) return 2;
  return undefined;
}

async function unlessMissing(facts: Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await facts;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
