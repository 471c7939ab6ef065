/**
 * Builds the program into dist/: the bundle, split where the source imports on demand, and the service models, cut
 * into one file an operation. What is unchanged stays untouched, so that a running program keeps its files.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const outdir = 'dist';

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
};

const kept = new Set([...(await writeProgram()), ...(await writeModels())]);
removeOthers(outdir, kept);

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
    external: ['lmdb'],
    define: { SSEBOX_BUILT: 'true', 'process.env.npm_package_version': JSON.stringify(version) },
    // CommonJS packages inside an ES module ask for `require`.
    banner: { js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);" },
  });
  return Object.keys(metafile.outputs);
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
