/** Bundles the probe over the sources as they are and runs it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

// Inside the project, where `lmdb` is found.
const folder = mkdtempSync(resolve('node_modules', '.ssebox-probe-'));
try {
  const outfile = join(folder, 'main.mjs');
  await build({
    entryPoints: ['test/probe/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
    // The service models are read from where the sources have them.
    define: { 'import.meta.dirname': JSON.stringify(resolve('src/api/model')) },
  });
  const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
