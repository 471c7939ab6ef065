/**
 * The hashes of the xxHash family that S3 computes, with seed 0: Amazon S3 User Guide, "Checking object integrity in
 * Amazon S3". node:crypto does not have them.
 */

import type { RunningDigest } from './running-digest.ts';

/** The hashes as S3 names them; XXHASH3 is XXH3 with 64 bits, XXHASH128 with 128. */
export type XxHashName = 'XXHASH64' | 'XXHASH3' | 'XXHASH128';

export const isXxHash = (name: string): name is XxHashName => name.startsWith('XXHASH');

/** Starts a hash; asynchronous, since the first call loads the library, which compiles its code. */
export async function newXxHash(name: XxHashName): Promise<RunningDigest> {
  const { createXXHash64, createXXHash3, createXXHash128 } = await import('hash-wasm');
  const create = { XXHASH64: createXXHash64, XXHASH3: createXXHash3, XXHASH128: createXXHash128 }[name];
  const hash = (await create()).init();
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest('binary'),
  };
}
