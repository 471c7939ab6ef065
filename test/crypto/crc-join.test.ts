import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/crypto/checksums.ts';
import { joinCrcs } from '../../src/crypto/crc-join.ts';
import { crcNames, polynomials, powerOfX, product } from './crc-definition.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe.for(crcNames)('the %s of a whole', (name) => {
  const width = polynomials[name][1] / 8;

  test('equals that of the bytes of its parts together', () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (pieces) => {
        const parts = pieces.map((bytes) => ({ checksum: digestOf(name, bytes), size: bytes.length }));
        expect(hex(joinCrcs(name, parts))).toBe(hex(digestOf(name, Buffer.concat(pieces))));
      }),
    ));

  // Sizes up to the 50 TB of an object, some of them the same, as parts are.
  const size = fc.oneof(fc.constantFrom(0, 1, 5 * 1024 ** 2), fc.integer({ min: 0, max: 50 * 1000 ** 4 }));
  const checksum = fc.uint8Array({ minLength: width, maxLength: width });
  test('is the sum of its parts, each moved on by the bytes that follow it', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ checksum, size }), { maxLength: 12 }), (parts) => {
        let sum = 0n;
        let after = 0n;
        for (const part of parts.toReversed()) {
          sum ^= product(BigInt(`0x${hex(part.checksum)}`), powerOfX(8n * after, name), name);
          after += BigInt(part.size);
        }
        expect(hex(joinCrcs(name, parts))).toBe(sum.toString(16).padStart(2 * width, '0'));
      }),
    ));
});
