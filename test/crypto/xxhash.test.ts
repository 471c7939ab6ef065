import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newXxHash, type XxHashName } from '../../src/crypto/xxhash.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

async function hashOf(name: XxHashName, ...pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  const hash = await newXxHash(name);
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/** The bytes over which xxHash's own sanity checks go. */
function sanityBytes(size: number): Uint8Array {
  let state = 2_654_435_761n;
  return Uint8Array.from({ length: size }, () => {
    const byte = Number(state >> 56n);
    state = BigInt.asUintN(64, state * 11_400_714_785_074_694_797n);
    return byte;
  });
}

// xxHash 0.8, sanity checks of xxhsum, seed 0. The lengths take every branch of XXH3: up to 3, 8, 16, 128, 240 bytes, beyond.
test.for([
  ['XXHASH64', 0, 'ef46db3751d8e999'],
  ['XXHASH64', 1, 'e934a84adb052768'],
  ['XXHASH64', 4, '9136a0dca57457ee'],
  ['XXHASH64', 14, '8282dcc4994e35c8'],
  ['XXHASH64', 222, 'b641ae8cb691c174'],
  ['XXHASH3', 0, '2d06800538d394c2'],
  ['XXHASH3', 1, 'c44bdff4074eecdb'],
  ['XXHASH3', 6, '27b56a84cd2d7325'],
  ['XXHASH3', 12, 'a713daf0dfbb77e7'],
  ['XXHASH3', 24, 'a3fe70bf9d3510eb'],
  ['XXHASH3', 195, 'cd94217ee362ec3a'],
  ['XXHASH3', 403, 'cdeb804d65c6dea4'],
  ['XXHASH3', 2048, 'dd59e2c3a5f038e0'],
  ['XXHASH3', 2367, 'cb37aeb9e5d361ed'],
  ['XXHASH128', 0, '99aa06d3014798d86001c324468d497f'],
  ['XXHASH128', 1, 'a6cd5e9392000f6ac44bdff4074eecdb'],
  ['XXHASH128', 6, '082afe0b8162d12a3e7039bdda43cfc6'],
  ['XXHASH128', 12, '6e3efd8fc7802b18061a192713f69ad9'],
  ['XXHASH128', 2367, 'e89c0f6ff369b427cb37aeb9e5d361ed'],
] as const)('%s of %i bytes is %s', async ([name, size, expected]) => {
  expect(hex(await hashOf(name, sanityBytes(size)))).toBe(expected);
});

// The checksum that S3 takes for this body: the big-endian digest.
test('XXHASH64 of "hello world" is RatnNLIeaWg= in base64', async () => {
  expect(Buffer.from(await hashOf('XXHASH64', Buffer.from('hello world'))).toString('base64')).toBe('RatnNLIeaWg=');
});

test.for(['XXHASH64', 'XXHASH3', 'XXHASH128'] as const)('hashes of %s that run at the same time do not mix', (name) =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 900 }), { minLength: 2, maxLength: 4 }), async (pieces) => {
      const [forth, back] = [await newXxHash(name), await newXxHash(name)];
      for (const [i, piece] of pieces.entries()) {
        forth.update(piece);
        back.update(pieces[pieces.length - 1 - i] ?? piece);
      }
      expect(hex(forth.digest())).toBe(hex(await hashOf(name, Buffer.concat(pieces))));
      expect(hex(back.digest())).toBe(hex(await hashOf(name, Buffer.concat(pieces.toReversed()))));
    }),
    { numRuns: 50 },
  ),
);
