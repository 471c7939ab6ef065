/**
 * `npm run mutate -- FILE… [TEST…] [STRYKER_OPTION…]`: changes the files in small ways, one at a time, and reports the
 * changes that no test notices. A part of a file is `src/kms/grant.ts:FIRST_LINE-LAST_LINE`. All tests that run in
 * their own process are run, or those whose paths begin with one of the TESTs: `test/kms`, `test/kms/grants.test.ts`.
 * Not by Stryker's `--testFiles`, with which it misses what notices a change of a constant
 * (https://github.com/stryker-mutator/stryker-js/issues/6144). Code that is run as text, such as the thread's program in
 * src/crypto/hash-thread.ts, cannot be changed this way: Stryker's switches are not there.
 */

import { StrykerCli } from '@stryker-mutator/core';

const words = process.argv.slice(2);
const at = words.findIndex((word) => word.startsWith('-'));
const paths = at < 0 ? words : words.slice(0, at);
const options = at < 0 ? [] : words.slice(at);
const tests = paths.filter((path) => path.startsWith('test'));
const files = paths.filter((path) => !path.startsWith('test'));

if (files.length === 0) {
  process.stderr.write('name the files to change: npm run mutate -- src/kms/grant.ts test/kms\n');
  process.exitCode = 252;
} else {
  // What the configuration of the tests reads, in processes of their own.
  process.env.MUTATED_FILES = files.join();
  if (tests.length > 0) process.env.MUTATION_TESTS = tests.join();
  const [node = '', script = ''] = process.argv;
  new StrykerCli([node, script, 'run', '.ci/stryker.config.js', '--mutate', files.join(), ...options]).run();
}
