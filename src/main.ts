/** The program: argv in, exit code out. `start.ts` starts it. */

import { run } from './cli/run.ts';
import { processEnvironment } from './env.ts';

async function main(): Promise<void> {
  // What cannot be read or written is answered to who reads or writes it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.exitCode = await run(process.argv.slice(2), processEnvironment(), {
    // Node takes some milliseconds to open it.
    get stdin() {
      return process.stdin;
    },
    stdinDescriptor: 0,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}

// Not awaited: the bundle is CommonJS, which starts faster and cannot wait at its top.
void main();
