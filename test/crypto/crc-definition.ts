/** CRCs as they are defined, one bit after the other, and their arithmetic in whole numbers. */

import type { CrcName } from '../../src/crypto/crcs.ts';

/** Reflected polynomials and their widths in bits: CRC RevEng catalogue. */
export const polynomials = {
  CRC32: [0xedb88320n, 32],
  CRC32C: [0x82f63b78n, 32],
  CRC64NVME: [0x9a6c9329ac4bc9b5n, 64],
} as const satisfies Record<CrcName, readonly [bigint, 32 | 64]>;
export const crcNames = Object.keys(polynomials) as CrcName[];

/** A polynomial times x, modulo that of the CRC. */
function timesX(value: bigint, name: CrcName): bigint {
  return value & 1n ? (value >> 1n) ^ polynomials[name][0] : value >> 1n;
}

export function crcByDefinition(bytes: Uint8Array, name: CrcName): string {
  const [, width] = polynomials[name];
  const ones = (1n << BigInt(width)) - 1n;
  let register = ones;
  for (const byte of bytes) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) register = timesX(register, name);
  }
  return (register ^ ones).toString(16).padStart(width / 4, '0');
}

/** What x^bits is modulo the polynomial: by squaring, since no memory holds so many zeros. */
export function powerOfX(bits: bigint, name: CrcName): bigint {
  const [, width] = polynomials[name];
  const one = 1n << BigInt(width - 1);
  if (bits === 0n) return one;
  const root = powerOfX(bits / 2n, name);
  const square = product(root, root, name);
  return bits % 2n === 1n ? timesX(square, name) : square;
}

export function product(a: bigint, b: bigint, name: CrcName): bigint {
  let [sum, shifted] = [0n, a];
  for (let bit = 1n << BigInt(polynomials[name][1] - 1); bit > 0n; bit >>= 1n) {
    if (b & bit) sum ^= shifted;
    shifted = timesX(shifted, name);
  }
  return sum;
}
