/** Mutation testing: what is changed in the source must be noticed by a test. Run by `npm run mutate`. */

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: '.ci/mutation-tests.config.ts', related: true },
  coverageAnalysis: 'perTest',
  // TypeScript 7 has no API for JavaScript by which Stryker rewrites it; nothing in it bears on tests.
  tsconfigFile: 'left-alone.json',
  concurrency: 2,
  dryRunTimeoutMinutes: 60,
  timeoutMS: 60_000,
  tempDirName: '.stryker',
  ignorePatterns: ['dist', '.stryker'],
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
};
