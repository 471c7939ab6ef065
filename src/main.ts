/** The program: argv in, exit code out. What only prints the version loads nothing else. */

import { processEnvironment } from './env.ts';
import { version } from './version.ts';

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && argv[0] === '--version') {
    process.stdout.write(`ssebox/${version}\n`);
    return;
  }
  const { run } = await import('./cli/run.ts');
  process.exitCode = await run(argv, processEnvironment(), process);
}

await main();
