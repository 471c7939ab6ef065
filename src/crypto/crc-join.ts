/** The CRC of a whole from the CRCs of its parts: carrying a register over the bytes that follow is a product. */

import { bigEndian, type CrcName, crcs, type Halves, halvesIn, halvesOf } from './crcs.ts';

/** A part of a whole: its checksum and its size in bytes. */
export interface CrcPart {
  readonly checksum: Uint8Array;
  readonly size: number;
}

/** The checksum of the joined parts: S3 API Reference, CompleteMultipartUpload, FULL_OBJECT. */
export function joinCrcs(name: CrcName, parts: readonly CrcPart[]): Uint8Array {
  const { bytes: width, polynomial } = crcs[name];
  const times = multiplication(halvesOf(polynomial), 8 * width);
  const zeros = zeroBytes(times, 8 * width);
  let whole: Halves = [0, 0];
  for (const { checksum, size } of parts) {
    const [low, high] = times(whole, zeros(size));
    const [partLow, partHigh] = halvesIn(checksum);
    whole = [low ^ partLow, high ^ partHigh];
  }
  return bigEndian(whole, width);
}

type Times = (a: Halves, b: Halves) => Halves;

/** The product of two polynomials modulo a third. The bits are reflected: the highest one is the coefficient of x^0. */
function multiplication([polynomialLow, polynomialHigh]: Halves, bits: number): Times {
  return ([aLow, aHigh], b) => {
    let [low, high] = [aLow, aHigh];
    let [productLow, productHigh] = [0, 0];
    for (let bit = bits - 1; bit >= 0; bit--) {
      const isIn = -(((bit < 32 ? b[0] : b[1]) >>> (bit & 31)) & 1);
      productLow ^= isIn & low;
      productHigh ^= isIn & high;
      // Times x.
      const carry = -(low & 1);
      low = ((low >>> 1) | (high << 31)) ^ (carry & polynomialLow);
      high = (high >>> 1) ^ (carry & polynomialHigh);
    }
    return [productLow, productHigh];
  };
}

/** The factor that advances a register over `size` zero bytes: x^(8·size). Most parts of an object have one size. */
function zeroBytes(times: Times, bits: number): (size: number) => Halves {
  const one = halvesOf(1n << BigInt(bits - 1));
  // For 1, 2, 4, 8… bytes.
  const doublings = [halvesOf(1n << BigInt(bits - 9))];
  const known = new Map<number, Halves>();
  const powerOf = (size: number): Halves => {
    let power = one;
    for (let [left, i] = [size, 0]; left > 0; left = Math.floor(left / 2), i++) {
      const doubling = doublings[i] ?? one;
      if (left % 2 === 1) power = times(power, doubling);
      doublings[i + 1] ??= times(doubling, doubling);
    }
    return power;
  };
  return (size) => {
    const power = known.get(size) ?? powerOf(size);
    known.set(size, power);
    return power;
  };
}
