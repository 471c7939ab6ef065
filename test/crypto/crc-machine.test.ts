import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newDigest } from '../../src/crypto/checksums.ts';
import { crcs } from '../../src/crypto/crcs.ts';
import { powerOfX } from './crc-definition.ts';

const fast = ['CRC32C', 'CRC64NVME'] as const;

// What makes it right to move words: x^(64·longest) is the sum of the powers that are left of it after each move.
test.for(fast)('the moves of %s do not change it', (name) => {
  const { moves } = crcs[name];
  const longest = Math.max(...moves);
  const power = (words: number) => powerOfX(64n * BigInt(words), name);
  expect(moves.reduce((sum, move) => sum ^ power(longest - move), 0n)).toBe(power(longest));
});

// Random bytes: of those that repeat, wrong sums might cancel each other.
const bytes = new Uint8Array(400_000);
for (let i = 0, state = 1; i < bytes.length; i++) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
  bytes[i] = state >>> 16;
}

test.for(fast)('%s does not depend on how long pieces are split', (name) => {
  const inPieces = (ends: readonly number[]) => {
    const digest = newDigest(name);
    let start = 0;
    for (const end of [...ends, bytes.length]) {
      digest.update(bytes.subarray(start, end));
      start = end;
    }
    return Buffer.from(digest.digest()).toString('hex');
  };
  const small = inPieces(Array.from({ length: 499 }, (_, i) => 800 * (i + 1)));
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 6 }), (ends) => {
      expect(inPieces(ends.toSorted((a, b) => a - b))).toBe(small);
    }),
  );
});
