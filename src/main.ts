/** The program: argv in, exit code out. `start.ts` loads it. */

import { program } from './cli/run.ts';
import { standardOutput } from './cli/standard-output.ts';
import { commandTree } from './cli/tree.ts';
import { processEnvironment } from './env.ts';
import { programName } from './program-name.ts';

async function main(): Promise<void> {
  const [, file = ''] = process.argv;
  const called = program(commandTree, { name: programName(file), file });
  const stdout = standardOutput('stdout');
  const stderr = standardOutput('stderr');
  process.exitCode = await called.run(process.argv.slice(2), processEnvironment(), {
    // Opening it takes Node some milliseconds.
    get stdin() {
      return process.stdin;
    },
    stdinDescriptor: 0,
    stdout,
    stderr,
    get questions() {
      return process.stderr;
    },
  });
  // Otherwise a timer of lmdb's would be waited for, which takes Node a millisecond.
  if (stdout.isWritten && stderr.isWritten) process.exit();
}

// When nothing is left to do, Node would take its engine apart piece by piece, for a millisecond, before the system
// frees the same at once.
process.once('beforeExit', () => process.exit());

// Not awaited: the bundle is CommonJS, which starts faster but has no top-level await.
void main();
