/** Exact arithmetic: fractions of whole numbers, and dollars that are rounded once, at the end. */

/** `n / d`, with a positive `d`, in lowest terms. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export function fraction(n: bigint, d = 1n): Fraction {
  const divisor = greatestDivisor(n < 0n ? -n : n, d);
  return divisor === 1n ? { n, d } : { n: n / divisor, d: d / divisor };
}

function greatestDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one, other];
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

export const ZERO: Fraction = fraction(0n);

/**
 * A finite number as the decimal that it is written as: 0.0004 is four ten-thousandths, although no double is.
 * @throws RangeError if it is not finite
 */
export function exact(value: number): Fraction {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a number that can be exact`);
  if (Number.isInteger(value)) return fraction(BigInt(value));
  const [digits = '', exponent = '0'] = String(value).split('e');
  const [whole = '', decimals = ''] = digits.split('.');
  const power = Number(exponent) - decimals.length;
  const n = BigInt(whole + decimals);
  return power < 0 ? fraction(n, 10n ** BigInt(-power)) : fraction(n * 10n ** BigInt(power));
}

export const plus = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
export const times = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
export const isLess = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d;
export const least = (a: Fraction, b: Fraction): Fraction => (isLess(b, a) ? b : a);
export const sum = (all: readonly Fraction[]): Fraction => all.reduce(plus, ZERO);

/** @throws RangeError if the divisor is zero */
export function over(a: Fraction, b: Fraction): Fraction {
  return b.n < 0n ? fraction(-a.n * b.d, a.d * -b.n) : fraction(a.n * b.d, a.d * b.n);
}

/** The nearest double. */
export function toNumber({ n, d }: Fraction): number {
  const [numerator, denominator] = [Number(n), Number(d)];
  if (Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator)) return numerator / denominator;
  // More digits than a double has, however small it is; the text is rounded once.
  return Number(`${(n * 10n ** DIGITS) / d}e-${DIGITS}`);
}

const DIGITS = 60n;

/** US dollars in units of the last of the ten decimals that AWS's bills have. */
export type Dollars = bigint;

const DECIMALS = 10;
const UNITS = 10n ** BigInt(DECIMALS);

/** Rounds an amount of 0 or more to ten decimals, half up. */
export const dollars = ({ n, d }: Fraction): Dollars => (2n * n * UNITS + d) / (2n * d);

/** The double that prints as the amount does. */
export const usdOf = (amount: Dollars): number => Number(dollarText(amount, DECIMALS));

/** With so many decimals, up to ten; what is cut off must be zero, or was rounded before. */
export function dollarText(amount: Dollars, decimals: number): string {
  const text = String(amount).padStart(DECIMALS + 1, '0');
  const point = text.length - DECIMALS;
  return decimals === 0 ? text.slice(0, point) : `${text.slice(0, point)}.${text.slice(point, point + decimals)}`;
}

/**
 * Splits a whole amount by shares, so that the parts sum to it: each part is rounded down, and what is left goes, one
 * unit each, to those that lost most. Without any share, the first part has everything.
 */
export function split(amount: bigint, shares: readonly Fraction[], unit = 1n): bigint[] {
  const whole = sum(shares);
  if (whole.n === 0n) return shares.map((_, i) => (i === 0 ? amount : 0n));
  const parts = shares.map((share, i) => {
    const exactPart = times(over(share, whole), fraction(amount, unit));
    const part = exactPart.n / exactPart.d;
    return { i, part, lost: minus(exactPart, fraction(part)) };
  });
  let left = amount / unit - parts.reduce((all, { part }) => all + part, 0n);
  for (const each of [...parts].sort((a, b) =>
    isLess(b.lost, a.lost) ? -1 : isLess(a.lost, b.lost) ? 1 : a.i - b.i,
  )) {
    if (left === 0n) break;
    each.part += 1n;
    left -= 1n;
  }
  return parts.map(({ part }) => part * unit);
}
