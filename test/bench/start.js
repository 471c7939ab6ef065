/** Bundles the bench over the sources as they are and runs it; words after it choose groups of figures. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';

// Inside the project, where `lmdb` is found.
const folder = mkdtempSync(resolve('node_modules', '.ssebox-bench-'));
try {
  const shared = {
    entryPoints: ['test/bench/run.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
    // The service models are read from where the sources have them.
    define: { 'import.meta.dirname': JSON.stringify(resolve('src/api/model')) },
  };
  const outfile = join(folder, 'run.mjs');
  await build({ ...shared, outfile });
  await build({ ...shared, outfile: join(folder, 'untagged.mjs'), plugins: [withoutTags()] });
  await build({ ...shared, outfile: join(folder, 'unrecorded.mjs'), plugins: [withoutRecords()] });
  // The program that is shipped does without msgpackr's compiled part.
  const env = { ...process.env, MSGPACKR_NATIVE_ACCELERATION_DISABLED: 'true' };
  const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Puts stand-ins in the place of what makes tags and sums. */
function withoutTags() {
  return standIns('no-tags.ts', 'src/store', { 'row-seal.ts': ['rowSeal'], 'row-sums.ts': ['newRowSums'] });
}

/** Shows no view any record. */
function withoutRecords() {
  return standIns('no-records.ts', 'src/call', { 'view.ts': ['showTo'] });
}

/**
 * Takes what files of a folder export, by name, from a file of stand-ins.
 * @param {string} file the stand-ins, beside this file
 * @param {string} folder
 * @param {Readonly<Record<string, readonly string[]>>} replaced
 * @returns {import('esbuild').Plugin}
 */
function standIns(file, folder, replaced) {
  const from = JSON.stringify(resolve('test/bench', file));
  const paths = new Set(Object.keys(replaced).map((name) => resolve(folder, name)));
  return {
    name: `with-${file}`,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ path, importer, resolveDir, namespace }) =>
        namespace === 'file' && importer.startsWith(resolve('src')) && paths.has(resolve(resolveDir, path))
          ? { path: basename(path), namespace: 'replaced' }
          : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path }) => ({
        contents: `export * from './${path}'; export { ${replaced[path]?.join(', ')} } from ${from};`,
        resolveDir: resolve(folder),
      }));
    },
  };
}
