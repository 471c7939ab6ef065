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
  /** A regular file or a socket that this process has as its standard output or error. */
  | { readonly kind: 'output'; readonly name: 'stdout' | 'stderr'; readonly isSocket: boolean }
  /** A socket with a name, which cannot be opened: bytes are sent to whoever listens there. */
  | { readonly kind: 'socket'; readonly path: string };

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
  if (facts?.isSocket()) return { kind: 'socket', path: place };
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
  const name = ownOutput(path);
  // Opened anew, a file would be written from its start, over what this process and others have written; a socket
  // cannot be opened.
  if (name !== undefined && (facts?.isFile() || facts?.isSocket()) && isThat(name, facts)) {
    return { kind: 'output', name, isSocket: facts.isSocket() };
  }
  if (facts?.isSocket() && !isDescriptor(path)) return { kind: 'socket', path };
  const isRedirected = facts?.isFile() && (path === '/dev/stdin' || isDescriptor(path));
  return { kind: 'stream', path, flags: isRedirected ? 'a' : 'w' };
}

/** Whether a path names a file that a process, or one of its threads, has open: proc(5), /proc/pid/fd and /proc/pid/task. */
const isDescriptor = (path: string): boolean => /^\/proc\/[^/]+\/(task\/[^/]+\/)?fd\//.test(path);

/** Standard output or standard error, if a path names it. */
function ownOutput(path: string): 'stdout' | 'stderr' | undefined {
  const number = new RegExp(`^/proc/${process.pid}/(?:task/[^/]+/)?fd/(.+)$`).exec(path)?.[1];
  if (path === '/dev/stdout' || number === '1') return 'stdout';
  if (path === '/dev/stderr' || number === '2') return 'stderr';
  return undefined;
}

/** The numbers of the standard outputs. */
export const descriptorOf = { stdout: 1, stderr: 2 } as const;

function isThat(name: 'stdout' | 'stderr', { dev, ino }: Stats): boolean {
  const own = fstatSync(descriptorOf[name]);
  return own.dev === dev && own.ino === ino;
}

async function unlessMissing(facts: Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await facts;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
