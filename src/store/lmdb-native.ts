/**
 * In the build, replaces lmdb's search for its compiled library: it goes straight to the prebuilt library for this
 * platform. If that is not where npm puts it, or does not load, the search is used.
 */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of lmdb in the bundle; the build defines it. */
declare const LMDB_VERSION: string | undefined;

/** Loads lmdb's compiled library. The build puts this in place of `node-gyp-build-optional-packages`. */
export default function loadLmdbNative(): unknown {
  try {
    const library = prebuilt();
    if (library !== undefined) return compiled(library);
  } catch {
    // Another C library, a platform without a prebuilt library, or one compiled by hand: the search handles them.
  }
  const lmdbEntry = require.resolve('lmdb');
  const { createRequire } = process.getBuiltinModule('node:module');
  const search: (folder: string) => unknown = createRequire(lmdbEntry)('node-gyp-build-optional-packages');
  return search(dirname(dirname(lmdbEntry)));
}

/** Loads a library without looking for its file again, as `require` would. */
function compiled(library: string): unknown {
  const addon = { exports: {} };
  process.dlopen(addon, library);
  return addon.exports;
}

/** The library for this version of Node if there is one, otherwise the one for all versions. */
function prebuilt(): string | undefined {
  const { platform, arch, versions } = process;
  if (existsSync('/etc/alpine-release')) return undefined;
  const manifest = require.resolve(`@lmdb/lmdb-${platform}-${arch}/package.json`);
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  if (typeof LMDB_VERSION !== 'undefined' && version !== LMDB_VERSION) return undefined;
  const libc = platform === 'linux' ? '.glibc' : '';
  const names = [`node.abi${versions.modules}${libc}.node`, `node.napi${libc}.node`];
  return names.map((name) => join(dirname(manifest), name)).find((file) => existsSync(file));
}
