/** The tests of mutation testing: those that run the sources in their own process, and of them what `MUTATION_TESTS` names. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import type { Reporter, Vitest } from 'vitest/node';
import config from './vitest.config.ts';

/**
 * A built or bundled program, which these tests run, has none of the changes in it. And Stryker runs tests in threads,
 * which cannot change the working directory.
 */
const RUNS_ELSEWHERE = /support\/(?:place|bundled)\.ts|support\/programs\/|from 'execa'|bin\/ssebox\.js|process\.chdir/;

const chosen = process.env.MUTATION_TESTS?.split(',') ?? ['test'];
const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((name) => join('test', name))
  .filter((name) => name.endsWith('.test.ts') && chosen.some((start) => name.startsWith(start)))
  .filter((name) => !RUNS_ELSEWHERE.test(readFileSync(name, 'utf8')));

/** Stryker counts the tests that failed: a file that could not be loaded has none, and would let its change survive. */
let vitest: Vitest | undefined;
const failsWhatDoesNotLoad: Reporter = {
  onInit: (started) => {
    vitest = started;
  },
  onTestModuleEnd: (module) => {
    for (const { message } of module.errors()) {
      vitest?.state.catchError(new Error(`${module.relativeModuleId}: ${message}`), 'Test file that does not load');
    }
  },
};

export default defineConfig({
  test: {
    ...config.test,
    include: tests,
    setupFiles: ['.ci/load-mutated-files.ts'],
    reporters: [failsWhatDoesNotLoad],
  },
});
