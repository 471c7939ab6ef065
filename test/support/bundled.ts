/** Programs for child processes: TypeScript of the tests, bundled so that plain Node runs them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

/** Bundles a program for as long as the test runs. @returns its path. */
export async function bundled(source: string): Promise<string> {
  // Inside the project, where `lmdb` is found.
  const folder = mkdtempSync(resolve('node_modules', '.ssebox-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'program.mjs');
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}
