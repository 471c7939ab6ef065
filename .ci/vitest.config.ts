import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    pool: 'forks',
    maxWorkers: 2,
    // Making RSA keys takes long when the machine is busy; nothing is told of a time by failing.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    benchmark: { include: ['test/bench/**/*.bench.ts'] },
  },
});
