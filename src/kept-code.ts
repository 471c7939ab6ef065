/**
 * The code that V8 compiled from the files of the program, kept on the disk: next to the file where the installation may
 * be written, and otherwise in the user's cache folder, as after `sudo npm install --global`. Of an installation that
 * its user may not write, `kms list-keys` took twice the CPU time without kept code (90 ms, and 45 with it).
 */

import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The most commands whose functions are kept. */
export const MAX_COMMANDS = 30;

/**
 * A file of kept code begins with the CRC-32 of the rest of it, the number of commands whose functions it contains, and
 * a hash of each command. V8 executes kept code without a check of its own: one wrong bit would crash every command.
 */
const HEADER_BYTES = 4 * (2 + MAX_COMMANDS);

export interface KeptCode {
  /** Hashes of the commands that have added to it. */
  readonly commands: readonly number[];
  readonly code: Buffer;
}

/** The code that was kept of a file of the program; undefined if there is none, or if it is not as it was written. */
export function keptCode(path: string): KeptCode | undefined {
  try {
    const bytes = readOwn(placeOf(path));
    if (bytes.readUInt32LE(0) !== checksum(bytes.subarray(4))) return undefined;
    const count = Math.min(bytes.readUInt32LE(4), MAX_COMMANDS);
    const commands = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 * (i + 2)));
    return { commands, code: bytes.subarray(HEADER_BYTES) };
  } catch {
    return undefined;
  }
}

/** Keeps the code of a file of the program, if there is a place for it. */
export function keepCode(path: string, commands: readonly number[], code: Uint8Array): void {
  try {
    const place = placeOf(path);
    const header = Buffer.alloc(HEADER_BYTES);
    [commands.length, ...commands].forEach((value, i) => {
      header.writeUInt32LE(value, 4 * (i + 1));
    });
    const bytes = Buffer.concat([header, code]);
    bytes.writeUInt32LE(checksum(bytes.subarray(4)), 0);
    if (dirname(place) !== dirname(path)) makeRoom(dirname(place), dirname(path));
    // A process that starts in the meantime sees the old file or the new one, never part of one.
    const written = `${place}.${process.pid}`;
    try {
      writeDurably(written, bytes);
      renameSync(written, place);
    } catch (error) {
      // On a full disk, each command would leave a part of its own.
      rmSync(written, { force: true });
      throw error;
    }
  } catch {
    // Without a place for it, code is compiled again each time.
  }
}

/** Where the code of a file is kept. @throws if there is no such place. */
function placeOf(path: string): string {
  const name = `${basename(path)}.${process.version}-${process.arch}.code`;
  const installation = dirname(path);
  return join(mayWrite(installation) ? installation : join(userCache(), nameOf(installation)), name);
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** XDG Base Directory Specification, `$XDG_CACHE_HOME`: an absolute path, or else `$HOME/.cache`. */
function userCache(): string {
  const { XDG_CACHE_HOME: cache = '', HOME: home = '' } = process.env;
  if (cache.startsWith('/')) return join(cache, 'ssebox');
  if (home.startsWith('/')) return join(home, '.cache', 'ssebox');
  throw new Error('there is no cache folder');
}

/** Each installation has a folder of its own, under a hash of its path. */
const nameOf = (installation: string): string => shortHash(installation).toString(16).padStart(8, '0');

/** FNV-1a in 32 bits, which needs no module of Node. */
export function shortHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/**
 * Reads a file that nobody but this user could have written, or the administrator: its code is executed.
 * @throws for any other file.
 */
function readOwn(file: string): Buffer {
  // A pipe in its place would otherwise be opened once somebody writes to it. Windows does not have the flag.
  const opened = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(opened);
    if (!status.isFile()) throw new Error('not a file');
    const { uid, mode } = status;
    const isOwn = uid === process.geteuid?.() || uid === 0;
    if (process.platform !== 'win32' && !(isOwn && (mode & 0o022) === 0)) throw new Error('written by others');
    return readFileSync(opened);
  } finally {
    closeSync(opened);
  }
}

/** Makes the folder in the user's cache, and removes from it what older versions of this installation kept. */
function makeRoom(folder: string, installation: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new Set(readdirSync(installation));
  for (const name of readdirSync(folder)) {
    const of = /^(.*\.js)\.v/.exec(name)?.[1];
    if (of !== undefined && !files.has(of)) rmSync(join(folder, name), { force: true });
  }
}

/** CRC-32, which costs 0.12 ms for 650 kB, and loading it 0.35 ms; SHA-1 would cost 0.6 ms (measured, Node 20.20). */
function checksum(bytes: Uint8Array): number {
  return process.getBuiltinModule('node:zlib').crc32(bytes);
}

/** Writes a new file: in a folder that others may write, a link in its place could lead to any file of the user. */
function writeDurably(path: string, bytes: Uint8Array): void {
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o644);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
