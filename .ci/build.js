/**
 * Builds the program into dist/: CommonJS, which starts faster than ES modules. `src/start.ts` loads the files that our
 * code is dealt out to (`packs.js`) and says why they are so; packages that only some commands need are files of their
 * own; the service models are cut into one file an operation. A source map lies beside each file of ours, for the traces
 * of --debug. Files that have not changed are left alone, so that a running program keeps its own.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, transform } from 'esbuild';
import { withExportsOnDemand } from './exports-on-demand.js';
import { noticesOf } from './notices.js';
import { operationsOnDemand } from './operations-on-demand.js';
import { dealOut, ENTRY } from './packs.js';

/** Packages that are large and seldom needed. */
const apart = [
  '@aws-sdk/credential-provider-node',
  '@inquirer/prompts',
  '@noble/curves',
  '@noble/post-quantum',
  '@peculiar/asn1-schema',
  '@peculiar/asn1-x509',
  'conf',
  'hash-wasm',
  'https-proxy-agent',
  'yaml',
];

/** What packages could load and never do: roles are assumed by our own client, at the endpoint that is called. */
const unused = /^@aws-sdk\/nested-clients\/sts$/;

/** What packages do without where it is not installed. */
const optional = ['kerberos', 'supports-color'];

/** Of these packages, those that have to share the code of another one: what they register there is looked for there. */
const shares = new Map([['@peculiar/asn1-x509', '@peculiar/asn1-schema']]);

/**
 * Modules that many commands import and few use, with who imports them: each is loaded when one of its exports is read.
 * Commander can start programs as its subcommands, and conditions can be about addresses.
 */
const seldom = new Map([
  ['child_process', /[\\/]commander[\\/]/],
  ['ipaddr.js', /[\\/]src[\\/]/],
]);

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  logLevel: 'warning',
  // lmdb is bundled, but its compiled library is looked for where lmdb is installed.
  logOverride: { 'require-resolve-not-external': 'silent' },
  write: false,
  minifySyntax: true,
  minifyWhitespace: true,
  // Whatever is imported on demand is in a file that is there, and `require` is quicker to find it.
  supported: { 'dynamic-import': false },
  define: {
    SSEBOX_BUILT: 'true',
    LMDB_VERSION: JSON.stringify(versionOf('node_modules/lmdb/package.json')),
    'process.env.npm_package_version': JSON.stringify(versionOf('package.json')),
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
  },
};

try {
  const { program, packages, sources } = await bundleProgram();
  const bundled = await bundlePackages(packages);
  const notices = noticesOf([...sources, ...bundled.flatMap(({ sources }) => sources)]);
  const files = new Map([
    ...program,
    ...bundled.map(({ name, text }) => [name, text]),
    ...(await cutModels()),
    ['licenses.txt', notices],
  ]);
  for (const [name, text] of files) writeChanged(join('dist', name), text);
  const isOurs = (path) => files.has(path) || [...program.keys()].some((name) => path.startsWith(`${name}.v`));
  removeOthers('dist', isOurs);
} catch (error) {
  // What does not compile was told by esbuild.
  if (!('errors' in error)) throw error;
  process.exitCode = 1;
}

/** Ours, with lmdb and what every command needs; the packages that are left out of it; and the files that it is made of. */
async function bundleProgram() {
  const packages = new Set();
  const plugins = [lmdbLibraries(), operationsOnDemand(), seldomUsed(), leaveOut(packages)];
  const { metafile } = await build({ ...shared, entryPoints: [ENTRY], plugins, metafile: true });
  const packs = dealOut(metafile.inputs);
  const texts = await Promise.all(
    [...packs].map(async ([pack, modules]) => [pack, await bundlePack(pack, modules, packs, plugins)]),
  );
  const names = texts.map(([pack, { code }]) => [pack, `${pack}-${hashOf(code)}.js`]);
  const main = `core:${packs.get('core').get(ENTRY)}`;
  const start = await bundle({
    entryPoints: ['src/start.ts'],
    define: { PACKS: JSON.stringify(Object.fromEntries(names)), MAIN: JSON.stringify(main) },
  });
  const program = new Map([
    ['start.js', start],
    ...texts.map(([, { code }], i) => [names[i][1], code]),
    ...texts.map(([, { map }], i) => [`${names[i][1]}.map`, map]),
    // The package as a whole is of ES modules.
    ['package.json', '{ "type": "commonjs" }\n'],
  ]);
  return { program, packages, sources: Object.keys(metafile.inputs) };
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** One file of the program, with its source map: it exports functions that answer a module each, by number. */
async function bundlePack(pack, modules, packs, plugins) {
  const numbered = [...modules].filter(([, number]) => number !== undefined);
  const members = numbered.map(([module, number]) => `${number}: () => require('./${module}')`);
  const { outputFiles } = await build({
    ...shared,
    stdin: { contents: `module.exports = { ${members.join(', ')} };`, resolveDir: '.' },
    plugins: [elsewhere(pack, packs), ...plugins],
    minifyWhitespace: false,
    outfile: `dist/${pack}.js`,
    sourcemap: 'inline',
    sourcesContent: false,
  });
  const { code, map } = await transform(withExportsOnDemand(outputFiles[0].text), {
    format: 'cjs',
    platform: 'node',
    target: shared.target,
    supported: shared.supported,
    minify: true,
    // The value of a script.
    banner: '(require,__filename,__dirname,module,exports)=>{',
    footer: 'return module.exports}',
    sourcefile: `${pack}.js`,
    sourcemap: 'external',
    sourcesContent: false,
  });
  return { code, map: sourcesFromRoot(map) };
}

/** A source map whose sources are named as in the project, not from the folder of the build. */
function sourcesFromRoot(text) {
  const map = JSON.parse(text);
  return JSON.stringify({ ...map, sources: map.sources.map((source) => source.replace(/^\.\.\//, '')) });
}

/**
 * What is in another file of the program is asked for by that file's name and its number there.
 * @returns {import('esbuild').Plugin}
 */
function elsewhere(pack, packs) {
  const isAsked = Symbol('asked');
  return {
    name: 'elsewhere',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path, pluginData, ...from }) => {
        if (pluginData === isAsked || path.startsWith('node:')) return undefined;
        const found = await resolve(path, { ...from, pluginData: isAsked });
        if (found.external || found.errors.length > 0) return found;
        const module = relative('.', found.path);
        const home = [...packs].find(([, modules]) => modules.has(module));
        if (!home || home[0] === pack) return found;
        return { path: `${home[0]}:${home[1].get(module)}`, external: true };
      });
    },
  };
}

/** @returns {import('esbuild').Plugin} */
function seldomUsed() {
  return {
    name: 'seldom-used',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(node:)?[\w.]+$/ }, ({ path, importer, namespace }) => {
        const name = path.replace(/^node:/, '');
        return namespace === 'file' && seldom.get(name)?.test(importer)
          ? { path: name, namespace: 'seldom' }
          : undefined;
      });
      onLoad({ filter: /.*/, namespace: 'seldom' }, async ({ path }) => {
        const { default: module } = await import(path);
        const getters = Object.keys(module).map((name) => `get ${name}() { return require('${path}').${name}; }`);
        return { contents: `module.exports = { ${getters.join(', ')} };`, resolveDir: '.' };
      });
    },
  };
}

/** @returns {import('esbuild').Plugin} */
function leaveOut(packages) {
  return {
    name: 'leave-out',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path }) => {
        if (!apart.some((name) => path === name || path.startsWith(`${name}/`))) return undefined;
        packages.add(path);
        return { path: `./${packageFile(path)}`, external: true };
      });
    },
  };
}

function packageFile(path) {
  return `${path.replace(/\.js$/, '').replaceAll(/\W+/g, '-').replace(/^-/, '')}.js`;
}

async function bundlePackages(packages) {
  return Promise.all(
    [...packages].map(async (path) => {
      // An importer sees what a CommonJS module exports as its default.
      const contents = `const all = require('${path}'); module.exports = all.__esModule && all.default ? all.default : all;`;
      const { outputFiles, metafile } = await build({
        ...shared,
        stdin: { contents, resolveDir: '.' },
        plugins: [withoutUnused(), sharedBy(path)],
        external: optional,
        metafile: true,
      });
      return { name: packageFile(path), text: outputFiles[0].text, sources: Object.keys(metafile.inputs) };
    }),
  );
}

/** @returns {import('esbuild').Plugin} */
function withoutUnused() {
  return {
    name: 'without-unused',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }));
      onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
        contents: `throw new Error('${path} is not part of this program');`,
      }));
    },
  };
}

/** @returns {import('esbuild').Plugin} */
function sharedBy(path) {
  const other = shares.get(path);
  return {
    name: 'shared-by',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, (asked) =>
        asked.path === other ? { path: `./${packageFile(other)}`, external: true } : undefined,
      );
    },
  };
}

/**
 * lmdb finds its compiled library in the installed package, straight; msgpackr does without its compiled part, which
 * takes longer to load than it saves. Neither needs a `require` of its own, for which Node loads its loader of ES modules.
 * @returns {import('esbuild').Plugin}
 */
function lmdbLibraries() {
  return {
    name: 'lmdb-libraries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node-gyp-build-optional-packages$/ }, () => ({
        path: resolve('src/store/lmdb-native.ts'),
      }));
      onResolve({ filter: /^msgpackr-extract$/ }, () => ({ path: 'msgpackr-extract', namespace: 'absent' }));
      onResolve({ filter: /^(node:)?module$/ }, ({ importer }) =>
        /[\\/](lmdb|msgpackr)[\\/]dist[\\/]/.test(importer) ? { path: 'module', namespace: 'require' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'require' }, () => ({
        contents: 'module.exports = { createRequire: () => require };',
      }));
      onLoad({ filter: /[\\/]ordered-binary[\\/]dist[\\/]index\.cjs$/ }, ({ path }) => ({
        contents: withReadStringBuilt(readFileSync(path, 'utf8')),
      }));
      onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = undefined;' }));
    },
  };
}

/**
 * ordered-binary makes the text of one of its functions and compiles it when it is loaded, where no cache of compiled
 * code reaches; here the function takes that place.
 */
function withReadStringBuilt(text) {
  const builder = /\nfunction makeStringBuilder\(\) \{[\s\S]*?\n\}\n/.exec(text)?.[0];
  const call = 'eval(makeStringBuilder())';
  if (builder === undefined || !text.includes(call)) throw new Error('ordered-binary no longer makes readString so');
  const make = new Function('fromCharCode', `${builder}; return makeStringBuilder();`);
  return text.replace(call, () => make(String.fromCharCode));
}

/** model/SERVICE/index.json and commands.json, routes.json of a REST service, and one file an operation. */
async function cutModels() {
  const contents = "export * from './src/api/model/slice.ts'; export * from './src/api/model/service-names.ts';";
  const text = await bundle({ stdin: { contents, resolveDir: '.' }, format: 'esm' });
  const { commandsOf, indexOf, routesOf, serviceNames, sliceOf } = await import(
    `data:text/javascript,${encodeURIComponent(text)}`
  );
  const directory = JSON.parse(readFileSync('src/api/model/operations.json', 'utf8'));
  return serviceNames.flatMap((service) => {
    const model = JSON.parse(readFileSync(`src/api/model/${service}.json`, 'utf8'));
    return [
      [`model/${service}/index.json`, JSON.stringify(indexOf(model))],
      [`model/${service}/commands.json`, JSON.stringify(commandsOf(directory, service))],
      ...(model.metadata.protocol === 'rest-xml'
        ? [[`model/${service}/routes.json`, JSON.stringify(routesOf(model))]]
        : []),
      ...Object.keys(model.operations).map((name) => [
        `model/${service}/${name}.json`,
        JSON.stringify(sliceOf(model, name)),
      ]),
    ];
  });
}

async function bundle({ define, ...options }) {
  const { outputFiles } = await build({ ...shared, ...options, define: { ...shared.define, ...define } });
  return outputFiles[0].text;
}

function versionOf(manifest) {
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

function writeChanged(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Removes what earlier builds left. */
function removeOthers(root, isOurs, folder = '') {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeOthers(root, isOurs, path);
    else if (!isOurs(path)) rmSync(join(root, path));
  }
}
