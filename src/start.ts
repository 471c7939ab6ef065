/**
 * Starts the program, which is a file of its own beside this one; to print the version it is not needed. To compile it
 * takes longer than most commands do, so what V8 compiled is kept on the disk: by Node where it can (22.8 and later),
 * on Node 20 here, beside the program. What cannot be kept is compiled again.
 */

import { accessSync, constants, readFileSync, renameSync, writeFileSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { version } from './version.ts';

/** The program's file, whose name tells its content; the build defines it. */
declare const PROGRAM: string;

/** The kept file begins with the number of commands whose functions are in it, and a hash of each. */
const MAX_COMMANDS = 31;
const HEADER_BYTES = 4 * (1 + MAX_COMMANDS);

const folder = __dirname;
const program = join(folder, PROGRAM);

if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.write(`ssebox/${version}\n`);
} else if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function') {
  nodeModule.enableCompileCache();
  require(program);
} else {
  startWithKeptCode();
}

function startWithKeptCode(): void {
  const keptFile = `${program}.${process.version}-${process.arch}.code`;
  const kept = readKept(keptFile);
  const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(program, 'latin1')}\n})`;
  const script = new Script(source, { filename: program, ...(kept && { cachedData: kept.code }) });
  const command = commandHash(process.argv);
  const commands = kept && !script.cachedDataRejected ? kept.commands : [];
  // Functions are compiled when they are first called: each new command has some that the kept code lacks.
  if (!commands.includes(command) && commands.length < MAX_COMMANDS) {
    process.once('exit', (exitCode) => {
      if (exitCode === 0) keep(keptFile, script, [...commands, command]);
    });
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(program), module, program, folder);
}

interface Kept {
  readonly commands: readonly number[];
  readonly code: Buffer;
}

function readKept(file: string): Kept | undefined {
  try {
    const bytes = readFileSync(file);
    const count = Math.min(bytes.readUInt32LE(0), MAX_COMMANDS);
    const commands = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(4 * (i + 1)));
    return { commands, code: bytes.subarray(HEADER_BYTES) };
  } catch {
    return undefined;
  }
}

function keep(file: string, script: Script, commands: readonly number[]): void {
  try {
    accessSync(folder, constants.W_OK);
    const header = Buffer.alloc(HEADER_BYTES);
    [commands.length, ...commands].forEach((value, i) => {
      header.writeUInt32LE(value, 4 * i);
    });
    // A process that starts meanwhile sees the old file or the new one, never a part.
    const written = `${file}.${process.pid}`;
    writeFileSync(written, Buffer.concat([header, script.createCachedData()]));
    renameSync(written, file);
  } catch {
    // An installation that only its owner may write works without.
  }
}

/** The command without its values: the first two words that are no flags (FNV-1a). */
function commandHash([, , ...words]: readonly string[]): number {
  const name = words
    .filter((word) => !word.startsWith('-'))
    .slice(0, 2)
    .join(' ');
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
