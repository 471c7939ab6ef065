import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CrcName,
  type DigestName,
  digestOf,
  joinCrcs,
  newDigest,
  openDigest,
} from '../../src/crypto/checksums.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

// The check value of each algorithm: CRC RevEng catalogue for the CRCs, RFC 1321 (MD5) and FIPS 180-4 (SHA) for "abc".
const checks = [
  ['CRC32', '123456789', 'cbf43926'],
  ['CRC32C', '123456789', 'e3069283'],
  ['CRC64NVME', '123456789', 'ae8b14860a799888'],
  ['CRC32', '', '00000000'],
  ['CRC32C', '', '00000000'],
  ['CRC64NVME', '', '0000000000000000'],
  ['MD5', 'abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['SHA1', 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['SHA256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
] as const;

test.for(checks)('%s of "%s" is %s', ([name, text, expected]) => {
  expect(hex(digestOf(name, Buffer.from(text)))).toBe(expected);
});

// RFC 3720, appendix B.4, "CRC Examples".
test.for([
  ['zeros', new Uint8Array(32), '8a9136aa'],
  ['ones', new Uint8Array(32).fill(0xff), '62a8ab43'],
  ['rising bytes', Uint8Array.from({ length: 32 }, (_, i) => i), '46dd794e'],
  ['falling bytes', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), '113fdb5c'],
] as const)('CRC32C of 32 %s', ([, bytes, expected]) => {
  expect(hex(digestOf('CRC32C', bytes))).toBe(expected);
});

/** The definition: one bit at a time. */
function crcByDefinition(bytes: Uint8Array, name: CrcName): string {
  const [polynomial, width] = polynomials[name];
  const ones = (1n << BigInt(width)) - 1n;
  let register = ones;
  for (const byte of bytes) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) register = register & 1n ? (register >> 1n) ^ polynomial : register >> 1n;
  }
  return (register ^ ones).toString(16).padStart(width / 4, '0');
}

const polynomials = {
  CRC32: [0xedb88320n, 32],
  CRC32C: [0x82f63b78n, 32],
  CRC64NVME: [0x9a6c9329ac4bc9b5n, 64],
} as const satisfies Record<CrcName, readonly [bigint, 32 | 64]>;
const crcNames = Object.keys(polynomials) as CrcName[];
const names: DigestName[] = [
  ...crcNames,
  ...(['MD5', 'SHA1', 'SHA256', 'SHA512'] as const),
  ...(['XXHASH64', 'XXHASH3', 'XXHASH128'] as const),
];

describe.for(crcNames)('%s', (name) => {
  test('is what its definition says, for short pieces', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(hex(digestOf(name, bytes))).toBe(crcByDefinition(bytes, name));
      }),
    ));

  // Long pieces go another way than short ones; 16 bytes, 16 KiB and 64 KiB are its seams.
  test.for([16_385, 16_400, 65_535, 65_536, 65_537, 131_087])(
    'is the same for a piece of %i bytes as for small ones',
    (size) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) >> 3);
      const small = newDigest(name);
      for (let at = 0; at < size; at += 999) small.update(bytes.subarray(at, at + 999));
      expect(hex(digestOf(name, bytes))).toBe(hex(small.digest()));
      expect(hex(digestOf(name, bytes))).toBe(crcByDefinition(bytes, name));
    },
  );

  test('of a whole follows from those of its parts', () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (pieces) => {
        const parts = pieces.map((bytes) => ({ checksum: digestOf(name, bytes), size: bytes.length }));
        expect(hex(joinCrcs(name, parts))).toBe(hex(digestOf(name, Buffer.concat(pieces))));
      }),
    ));

  test('of a whole follows from parts of sizes that no memory holds', () => {
    const zeros = new Uint8Array(1024);
    const doubled = (part: { checksum: Uint8Array; size: number }) => ({
      checksum: joinCrcs(name, [part, part]),
      size: 2 * part.size,
    });
    let whole = { checksum: digestOf(name, zeros), size: zeros.length };
    for (let i = 0; i < 33; i++) whole = doubled(whole);
    const part = { checksum: digestOf(name, zeros), size: zeros.length };
    const front = joinCrcs(name, [whole, part]);
    const back = joinCrcs(name, [part, whole]);
    expect(hex(front)).toBe(hex(back));
  });
});

test('CRC32 is that of zlib', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(Buffer.from(digestOf('CRC32', bytes)).readUInt32BE()).toBe(crc32(bytes));
    }),
  ));

test.for(names)('%s does not depend on how the bytes are cut', (name) =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.nat(600), async (bytes, at) => {
      const [whole, cut] = [await openDigest(name), await openDigest(name)];
      whole.update(bytes);
      cut.update(bytes.subarray(0, at));
      cut.update(bytes.subarray(at));
      expect(hex(cut.digest())).toBe(hex(whole.digest()));
    }),
  ),
);
