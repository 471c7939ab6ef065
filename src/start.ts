/**
 * Starts the program: loads the files that `.ci/build.js` puts into dist/.
 *
 * - What: the program is divided into five files (`.ci/packs.js`), each of which is read and run when one of its
 *   modules is first needed; printing the version needs none of them. The code that V8 compiled from a file is cached on
 *   the disk, next to the file. If it cannot be cached, or has been damaged on the disk, it is compiled again.
 * - Why: reading and compiling takes longer than the work of most commands. `kms list-keys` took 687 ms where one
 *   plain bundle took 956 ms and `node -e 0` 421 ms (medians of 15 runs on a busy machine, Node 20.20).
 * - How to measure: `npm run bench start` compares whole processes with `node -e 0`, in turns.
 * - When it can go: the cache, once that of Node (`enableCompileCache`) contains the functions of a file too and not only
 *   what runs first: with it `kms describe-key` takes 88 ms of CPU time on Node 26, and 50 with this one; the files, once
 *   a single bundle with that cache is as fast.
 */

import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { version } from './version.ts';

/** The program's files by their short names; a file's name contains a hash of its content. The build defines them. */
declare const PACKS: Readonly<Record<string, string>>;
/** The program's main module, as other modules ask for one: the short name of its file, a colon, its number there. */
declare const MAIN: string;

/** `require`, as the modules of the program see it. */
type Ask = ((name: string) => unknown) & Pick<NodeJS.Require, 'resolve'>;
type Modules = Readonly<Record<string, () => unknown>>;
/** A file of the program: a function that returns its modules. */
type Pack = (
  ask: Ask,
  filename: string,
  dirname: string,
  module: { readonly exports: object },
  exports: object,
) => Modules;

/**
 * A cache file begins with the CRC-32 of the rest of it, the number of commands whose functions it contains, and a hash
 * of each command. V8 executes cached code without a check of its own: one wrong bit would crash every command.
 */
const MAX_COMMANDS = 30;
const HEADER_BYTES = 4 * (2 + MAX_COMMANDS);

const folder = __dirname;
const packs = new Map<string, Modules>();

if (process.argv.length === 3 && process.argv[2] === '--version') {
  showVersion();
} else {
  const load = loaderThatKeeps();
  const asked = new Map<string, unknown>();
  const askFor = (name: string): unknown => {
    // Otherwise each import of a module would make an object of getters for all that the module exports.
    if (!asked.has(name)) asked.set(name, find(name));
    return asked.get(name);
  };
  const find = (name: string): unknown => {
    const [pack = '', number = ''] = name.split(':');
    let modules = packs.get(pack);
    if (!modules) {
      const file = PACKS[pack];
      // A package, or a module of Node.
      if (file === undefined) return require(name);
      const path = join(folder, file);
      const module = { exports: {} };
      modules = load(path)(ask, path, folder, module, module.exports);
      packs.set(pack, modules);
    }
    return modules[number]?.();
  };
  const ask: Ask = Object.assign(askFor, { resolve: require.resolve });
  ask(MAIN);
}

/** Without a stream, which takes Node longer than all the rest; what cannot be written so is left to one. */
function showVersion(): void {
  const line = `ssebox/${version}\n`;
  try {
    writeSync(1, line);
  } catch {
    process.stdout.write(line);
  }
}

/** Loads files with the code that was kept for them, and keeps it again when the process succeeds. */
function loaderThatKeeps(): (path: string) => Pack {
  const { Script } = process.getBuiltinModule('node:vm');
  const command = commandHash(process.argv);
  const grown: (() => void)[] = [];
  process.once('exit', (exitCode) => {
    if (exitCode === 0) for (const keepCode of grown) keepCode();
  });
  return (path) => {
    const keptFile = `${path}.${process.version}-${process.arch}.code`;
    const kept = readKept(keptFile);
    const script = new Script(readFileSync(path, 'latin1'), {
      filename: path,
      ...(kept && { cachedData: kept.code }),
    });
    const commands = kept && !script.cachedDataRejected ? kept.commands : [];
    // Functions are compiled when they are first called: each new command uses some that the kept code lacks.
    if (!commands.includes(command) && commands.length < MAX_COMMANDS) {
      grown.push(() => keep(keptFile, script, [...commands, command]));
    }
    return script.runInThisContext();
  };
}

interface Kept {
  readonly commands: readonly number[];
  readonly code: Buffer;
}

/** The cached code of a file; undefined if there is none, or if it is not as it was written. */
function readKept(file: string): Kept | undefined {
  try {
    const bytes = readFileSync(file);
    if (bytes.readUInt32LE(0) !== checksum(bytes.subarray(4))) return undefined;
    const count = Math.min(bytes.readUInt32LE(4), MAX_COMMANDS);
    const commands = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 * (i + 2)));
    return { commands, code: bytes.subarray(HEADER_BYTES) };
  } catch {
    return undefined;
  }
}

/** CRC-32, which costs 0.12 ms for 650 kB, and loading it 0.35 ms; SHA-1 would cost 0.6 ms (measured, Node 20.20). */
function checksum(bytes: Uint8Array): number {
  return process.getBuiltinModule('node:zlib').crc32(bytes);
}

function keep(file: string, script: Script, commands: readonly number[]): void {
  try {
    accessSync(folder, constants.W_OK);
    const header = Buffer.alloc(HEADER_BYTES);
    [commands.length, ...commands].forEach((value, i) => {
      header.writeUInt32LE(value, 4 * (i + 1));
    });
    const bytes = Buffer.concat([header, script.createCachedData()]);
    bytes.writeUInt32LE(checksum(bytes.subarray(4)), 0);
    // A process that starts in the meantime sees the old file or the new one, never part of one.
    const written = `${file}.${process.pid}`;
    writeDurably(written, bytes);
    renameSync(written, file);
  } catch {
    // An installation that only its owner may write works without a cache.
  }
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w');
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The command without its values: the first two words that are not flags, and whether help is requested (FNV-1a). */
function commandHash([, , ...words]: readonly string[]): number {
  const named = words.filter((word) => !word.startsWith('-')).slice(0, 2);
  const name = [...named, ...words.filter((word) => word === '--help')].join(' ');
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
