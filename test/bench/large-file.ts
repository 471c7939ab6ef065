/** Plain files of the size of an object, and what no transfer of theirs can do without. */

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { sealInto, TAG_BYTES } from '../../src/crypto/aes-gcm.ts';
import { environment, KiB, MiB } from './stage.ts';

/** Writes a file of random blocks. */
export function fileOf(path: string, size: number): string {
  const file = openSync(path, 'w');
  const block = environment.random(MiB);
  for (let at = 0; at < size; at += MiB) {
    block.fill(at / MiB, 0, 4 * KiB);
    writeSync(file, block, 0, Math.min(MiB, size - at));
  }
  fsyncSync(file);
  closeSync(file);
  return path;
}

export function copyFile(from: string, to: string): void {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w')];
  const block = Buffer.alloc(MiB);
  for (let bytes = readSync(source, block); bytes > 0; bytes = readSync(source, block)) {
    writeSync(target, block, 0, bytes);
  }
  fsyncSync(target);
  for (const file of [source, target]) closeSync(file);
}

export function encryptBytes(size: number): void {
  const block = new Uint8Array(MiB);
  const sealed = new Uint8Array(MiB + TAG_BYTES);
  const key = environment.random(32);
  for (let at = 0; at < size; at += MiB) sealInto(sealed, key, environment.random(12), block);
}

export function md5OfBytes(size: number): void {
  const hash = createHash('md5');
  const block = new Uint8Array(MiB);
  for (let at = 0; at < size; at += MiB) hash.update(block);
  hash.digest();
}
