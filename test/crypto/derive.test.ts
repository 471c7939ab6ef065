import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveKey } from '../../src/crypto/derive.ts';

const hmac = (key: Uint8Array, ...data: Uint8Array[]) => {
  const hash = createHmac('sha256', key);
  for (const bytes of data) hash.update(bytes);
  return hash.digest();
};

/** RFC 5869, section 2, by its text: extract, then expand. */
function hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer {
  const pseudorandomKey = hmac(salt.length > 0 ? salt : Buffer.alloc(32), secret);
  let output = Buffer.alloc(0);
  let block = Buffer.alloc(0);
  for (let i = 1; output.length < length; i++) {
    block = hmac(pseudorandomKey, block, info, Buffer.from([i]));
    output = Buffer.concat([output, block]);
  }
  return output.subarray(0, length);
}

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const rising = (from: number, to: number) => Buffer.from(Array.from({ length: to - from + 1 }, (_, i) => from + i));

// RFC 5869, appendix A, test cases 1 to 3 (SHA-256).
test.for([
  [
    Buffer.alloc(22, 0x0b),
    rising(0, 0x0c),
    rising(0xf0, 0xf9),
    42,
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  ],
  [
    rising(0, 0x4f),
    rising(0x60, 0xaf),
    rising(0xb0, 0xff),
    82,
    'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
  ],
  [
    Buffer.alloc(22, 0x0b),
    Buffer.alloc(0),
    Buffer.alloc(0),
    42,
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  ],
] as const)(
  'the HKDF that keys are compared with gives the known vectors',
  ([secret, salt, info, length, expected]) => {
    expect(hkdf(secret, salt, info, length)).toEqual(bytes(expected));
  },
);

const octets = fc.uint8Array({ maxLength: 80 });
const label = fc.string({ maxLength: 20 });

describe('a derived key', () => {
  test("equals HKDF's, with the label and its length before the info", () =>
    fc.assert(
      fc.property(octets, octets, label, octets, (secret, salt, name, info) => {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(Buffer.byteLength(name));
        const whole = Buffer.concat([length, Buffer.from(name), info]);
        expect(Buffer.from(deriveKey(secret, { label: name, salt, info }))).toEqual(hkdf(secret, salt, whole, 32));
      }),
    ));

  test('differs for another secret, label, salt or info', () => {
    const secret = Buffer.alloc(32, 1);
    const base = { label: 'a', salt: Buffer.alloc(32, 2), info: Buffer.from('bc') };
    const keys = [
      deriveKey(secret, base),
      deriveKey(Buffer.alloc(32, 9), base),
      deriveKey(secret, { ...base, label: 'ab', info: Buffer.from('c') }),
      deriveKey(secret, { ...base, salt: Buffer.alloc(32, 3) }),
      deriveKey(secret, { ...base, info: Buffer.from('bd') }),
      deriveKey(secret, { label: 'a' }),
    ].map((key) => Buffer.from(key).toString('hex'));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
