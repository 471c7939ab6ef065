import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DigestName, digestOf, newDigest, openDigest } from '../../src/crypto/checksums.ts';
import { crcByDefinition, crcNames } from './crc-definition.ts';

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

const names: DigestName[] = [
  ...crcNames,
  ...(['MD5', 'SHA1', 'SHA256', 'SHA512'] as const),
  ...(['XXHASH64', 'XXHASH3', 'XXHASH128'] as const),
];

describe.for(crcNames)('%s', (name) => {
  test('matches its definition, for short pieces', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(hex(digestOf(name, bytes))).toBe(crcByDefinition(bytes, name));
      }),
    ));

  // Long pieces go another way than short ones: from 16 KiB or twice the longest move on, in steps of 32 bytes and
  // windows of 128 KiB.
  test.for([3343, 3344, 16_385, 16_400, 27_839, 27_840, 27_871, 65_537, 131_071, 131_072, 131_105, 144_999])(
    'is the same for a piece of %i bytes as for small ones',
    (size) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) >> 3);
      const small = newDigest(name);
      for (let at = 0; at < size; at += 999) small.update(bytes.subarray(at, at + 999));
      expect(hex(digestOf(name, bytes))).toBe(hex(small.digest()));
      expect(hex(digestOf(name, bytes))).toBe(crcByDefinition(bytes, name));
    },
  );
});

test("CRC32 matches zlib's", () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(Buffer.from(digestOf('CRC32', bytes)).readUInt32BE()).toBe(crc32(bytes));
    }),
  ));

test.for(names)('%s does not depend on how the bytes are split', (name) =>
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
