/** Stores as older formats left them; their root keys are throw-away ones that protect nothing else. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** The formats before today's. */
export type OldFormat = 1 | 2;

export const oldFormats: readonly OldFormat[] = [1, 2];

const folderOf = (format: OldFormat): string => join(import.meta.dirname, `format-${format}-store`);

/** A file of the store of format 1, unpacked. */
export const unpackedOld = (name: string, format: OldFormat = 1): Buffer =>
  brotliDecompressSync(readFileSync(join(folderOf(format), `${name}.br`)));

/** Where its root key is. */
export const oldRootKey = (format: OldFormat): string => join(folderOf(format), 'root.key');

/** Makes the store in a folder that does not exist yet. */
export function makeOldStore(folder: string, format: OldFormat = 1): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'store.mdb'), unpackedOld('store.mdb', format));
  copyFileSync(oldRootKey(format), join(folder, 'root.key'));
}
