/** Chance from a seed, so that the same simulation gives the same numbers everywhere. */

export interface Chance {
  /** At least 0 and below 1. */
  uniform(): number;
  /** The time until the next arrival at a rate. */
  exponential(rate: number): number;
  /** Around 0, with a standard deviation of 1. */
  normal(): number;
}

/** xoshiro128**, by Blackman and Vigna, filled from the seed by splitmix32. */
export function seededChance(seed: number): Chance {
  let filler = seed >>> 0;
  const fill = () => {
    filler = (filler + 0x9e3779b9) >>> 0;
    let z = filler;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  const next = () => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return result;
  };
  const uniform = () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
  return {
    uniform,
    exponential: (rate) => -Math.log(1 - uniform()) / rate,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

const rotated = (bits: number, by: number): number => (bits << by) | (bits >>> (32 - by));
