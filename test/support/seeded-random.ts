/** Chance that is the same in every run. */

import { createHash } from 'node:crypto';

/** A source of bytes that never gives the same ones twice. */
export function seededRandom(seed = 'ssebox'): (size: number) => Uint8Array {
  let calls = 0;
  return (size) => createHash('shake256', { outputLength: size }).update(`${seed} ${calls++}`).digest();
}
