/** Latencies as a log-normal distribution, which two of its percentiles describe. */

export interface LogNormal {
  /** Mean and standard deviation of the logarithms of milliseconds. */
  readonly mu: number;
  readonly sigma: number;
}

/** The distribution with a median and a 99th percentile, in milliseconds. */
export const logNormalOf = ({ p50, p99 }: { readonly p50: number; readonly p99: number }): LogNormal => ({
  mu: Math.log(p50),
  sigma: Math.log(p99 / p50) / normalQuantile(0.99),
});

/** The value that a share of all values do not exceed, in milliseconds. */
export const logNormalQuantile = ({ mu, sigma }: LogNormal, share: number): number =>
  Math.exp(mu + sigma * normalQuantile(share));

/** The quantile of the standard normal distribution: Acklam's approximation, to a relative error of 1.2e-9. */
export function normalQuantile(share: number): number {
  if (share <= 0) return Number.NEGATIVE_INFINITY;
  if (share >= 1) return Number.POSITIVE_INFINITY;
  if (share > 0.5) return -normalQuantile(1 - share);
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(TAIL, q) / (polynomial(TAIL_BELOW, q) * q + 1);
  }
  const q = share - 0.5;
  const r = q * q;
  return (polynomial(MIDDLE, r) * q) / (polynomial(MIDDLE_BELOW, r) * r + 1);
}

const polynomial = (factors: readonly number[], x: number): number =>
  factors.reduce((value, factor) => value * x + factor, 0);

const MIDDLE = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const MIDDLE_BELOW = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
const TAIL = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_BELOW = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
