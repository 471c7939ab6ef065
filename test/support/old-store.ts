/** A store as format 1 left it; its root key is a throw-away one that protects nothing else. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const FIXTURE = join(import.meta.dirname, 'format-1-store');

/** A file of it, unpacked. */
export const unpackedOld = (name: string): Buffer => brotliDecompressSync(readFileSync(join(FIXTURE, `${name}.br`)));

/** Where its root key is. */
export const OLD_ROOT_KEY = join(FIXTURE, 'root.key');

/** Makes the store in a folder that does not exist yet. */
export function makeOldStore(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'store.mdb'), unpackedOld('store.mdb'));
  copyFileSync(OLD_ROOT_KEY, join(folder, 'root.key'));
}
