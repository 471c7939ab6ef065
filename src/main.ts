/** The program: argv in, exit code out. `start.ts` loads it. */

import { program } from './cli/run.ts';
import { type ProcessOutput, standardOutput } from './cli/standard-output.ts';
import { commandTree } from './cli/tree.ts';
import { processEnvironment } from './env.ts';
import { programName } from './program-name.ts';

let hasEnded = false;

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
  hasEnded = true;
  // Otherwise a timer of lmdb's would be waited for, which takes Node a millisecond, and what an endpoint sends that
  // nobody reads, for ever.
  if (!stdout.isWritten || !stderr.isWritten) await Promise.all([stdout, stderr].map(written));
  process.exit();
}

/** When all that was written before has left this process, or cannot any more. */
const written = (output: ProcessOutput): Promise<void> => new Promise((resolve) => output.write('', () => resolve()));

// When nothing is left to do, Node would take its engine apart piece by piece, for a millisecond, before the system
// frees the same at once.
process.once('beforeExit', () => {
  // What waits for something that can no longer happen has done nothing that anybody should rely on.
  if (!hasEnded) process.stderr.write('this is a bug in ssebox: the command ended before its work did\n');
  process.exit(hasEnded ? undefined : 255);
});

// Not awaited: the bundle is CommonJS, which starts faster but has no top-level await.
void main();
