/**
 * Builds the program into dist/: the bundle, split where the source imports on demand, and the service models, cut
 * into one file an operation. What is unchanged stays untouched, so that a running program keeps its files.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const outdir = 'dist';

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
};

try {
  const written = await Promise.all([writeProgram(), writeLmdb(), writeModels()]);
  removeOthers(outdir, new Set(written.flat()));
} catch (error) {
  // What does not compile was told by esbuild.
  if (!('errors' in error)) throw error;
  process.exitCode = 1;
}

/** The bundle. Answers the files that it is made of. */
async function writeProgram() {
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/main.ts'],
    outdir,
    // Flat: a file finds dist/model beside itself.
    chunkNames: '[name]-[hash]',
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    define: { SSEBOX_BUILT: 'true', 'process.env.npm_package_version': JSON.stringify(versionOf('package.json')) },
    // CommonJS packages inside an ES module ask for `require`.
    banner: { js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);" },
  });
  return Object.keys(metafile.outputs);
}

/**
 * dist/lmdb.cjs: lmdb's JavaScript in one file, which finds its compiled library in the installed package. Loading the
 * package takes 40 ms, three quarters of them for finding its many files and searching for the library.
 */
async function writeLmdb() {
  const outfile = join(outdir, 'lmdb.cjs');
  await build({
    ...shared,
    stdin: { contents: "export { open } from 'lmdb';", resolveDir: '.' },
    outfile,
    format: 'cjs',
    conditions: ['import'],
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [lmdbLibraries()],
    define: { 'import.meta.url': 'metaUrl', LMDB_VERSION: JSON.stringify(versionOf('node_modules/lmdb/package.json')) },
    banner: { js: "const metaUrl=require('node:url').pathToFileURL(__filename).href;" },
  });
  return [outfile];
}

/** @returns {import('esbuild').Plugin} */
function lmdbLibraries() {
  return {
    name: 'lmdb-libraries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node-gyp-build-optional-packages$/ }, () => ({
        path: resolve('src/store/lmdb-native.ts'),
      }));
      // msgpackr does without its compiled part, which takes longer to load than it saves.
      onResolve({ filter: /^msgpackr-extract$/ }, () => ({ path: 'msgpackr-extract', namespace: 'absent' }));
      onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = undefined;' }));
    },
  };
}

/** dist/model/SERVICE/index.json and one file an operation. Answers the files. */
async function writeModels() {
  const { indexOf, serviceNames, sliceOf } = await importSource(
    "export * from './src/api/model/slice.ts'; export * from './src/api/model/service-names.ts';",
  );
  return serviceNames.flatMap((service) => {
    const model = JSON.parse(readFileSync(`src/api/model/${service}.json`, 'utf8'));
    const folder = join(outdir, 'model', service);
    mkdirSync(folder, { recursive: true });
    return [
      writeJson(join(folder, 'index.json'), indexOf(model)),
      ...Object.keys(model.operations).map((name) => writeJson(join(folder, `${name}.json`), sliceOf(model, name))),
    ];
  });
}

function writeJson(file, value) {
  const text = JSON.stringify(value);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  return file;
}

function versionOf(manifest) {
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

/** Loads TypeScript of ours into the build itself. */
async function importSource(contents) {
  const { outputFiles } = await build({ ...shared, stdin: { contents, resolveDir: '.' }, write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** Removes what earlier builds left. */
function removeOthers(folder, kept) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeOthers(path, kept);
    else if (!kept.has(path)) rmSync(path);
  }
}
