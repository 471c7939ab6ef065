/**
 * Starts the program: loads the files that `.ci/build.js` puts into dist/.
 *
 * - What: the program is divided into a few files (`.ci/packs.js`), each of which is read and run when one of its
 *   modules is first needed; printing the version needs none of them. The code that V8 compiled from a file is cached on
 *   the disk (`kept-code.ts`). If it cannot be cached, or has been damaged on the disk, it is compiled again.
 * - Why: reading and compiling takes longer than the work of most commands. `kms list-keys` took 687 ms where one
 *   plain bundle took 956 ms and `node -e 0` 421 ms (medians of 15 runs on a busy machine, Node 20.20).
 * - How to measure: `npm run bench start` compares whole processes with `node -e 0`, in turns.
 * - Where the time goes: `kms describe-key` takes 25 ms more than `node -e 0`, spread over 1400 functions of ours that
 *   run for the first time. 5 ms are for reading and checking the kept code and for V8 to take it over, 2.5 for Node to
 *   load `crypto` and `zlib`, 4 for our modules to run, 3 for lmdb to be loaded and to open the store, 5 for the call's
 *   transaction, 1 for its commit; two garbage collections take 2. A program that loads `crypto` and lmdb, writes one
 *   row durably and ends takes 7.
 * - What does not help (medians or lower quartiles of 40 to 120 runs in turns): kept code for each command alone (45.1 ms,
 *   and 45.2 with that of 25 commands); a file without the sixth of it of which nearly nothing runs (47.4, and 47.0 with
 *   it); kept code that is not checked (51.7 and 52.3); flags of V8, since with most of them Node's own modules no
 *   longer match the code kept in Node, which costs 5 ms and more. Set once these modules are loaded, `--no-sparkplug`
 *   saves 0.8 ms, for which long commands would pay, and others nothing; the young generation keeps its size.
 * - When it can go: the cache, once that of Node (`enableCompileCache`) contains the functions of a file too and not only
 *   what runs first: with it `kms describe-key` takes 88 ms of CPU time on Node 26, and 50 with this one; the files, once
 *   a single bundle with that cache is as fast.
 */

import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { keepCode, keptCode, MAX_COMMANDS, shortHash } from './kept-code.ts';
import { programName, versionLine } from './program-name.ts';

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
  const line = `${versionLine(programName(process.argv[1]))}\n`;
  try {
    writeSync(1, line);
  } catch {
    process.stdout.write(line);
  }
}

/** Loads files with the code that was kept for them, and keeps it again when the process succeeds. */
function loaderThatKeeps(): (path: string) => Pack {
  const { Script } = process.getBuiltinModule('node:vm');
  const loaded: ((command: number) => void)[] = [];
  process.once('exit', (exitCode) => {
    if (exitCode !== 0) return;
    const command = commandHash(process.argv);
    for (const keep of loaded) keep(command);
  });
  return (path) => {
    const kept = keptCode(path);
    const script = new Script(readFileSync(path, 'latin1'), {
      filename: path,
      ...(kept && { cachedData: kept.code }),
    });
    const commands = kept && !script.cachedDataRejected ? kept.commands : [];
    // Functions are compiled when they are first called: each new command uses some that the kept code lacks.
    loaded.push((command) => {
      if (commands.includes(command) || commands.length >= MAX_COMMANDS) return;
      keepCode(path, [...commands, command], script.createCachedData());
    });
    return script.runInThisContext();
  };
}

/**
 * The command without its values: the first two words that are not flags, whether help is requested, and whether it
 * called an endpoint, for which it runs other functions than in a store.
 */
function commandHash([, , ...words]: readonly string[]): number {
  const named = words.filter((word) => !word.startsWith('-')).slice(0, 2);
  const help = words.filter((word) => word === '--help');
  return shortHash([...named, ...help, ...(packs.has('client') ? ['client'] : [])].join(' '));
}
