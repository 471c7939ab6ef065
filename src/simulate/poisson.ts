/** Closed forms of the Poisson distribution: how many requests come in a window, and how many of them are too many. */

/** The expected number of requests over a limit in a window in which so many are expected: E[max(X − limit, 0)]. */
export function expectedOver(mean: number, limit: number): number {
  if (mean === 0) return 0;
  const start = Math.floor(limit);
  // What is summed is the side that is small: the other one follows from E[X − limit] = mean − limit.
  if (mean <= limit) {
    let sum = 0;
    let mass = poissonMass(start + 1, mean);
    for (let k = start + 1; k - limit < 1 || mass * (k - limit) > sum * NEGLIGIBLE; k++) {
      sum += mass * (k - limit);
      mass *= mean / (k + 1);
    }
    return sum;
  }
  let under = 0;
  let mass = poissonMass(start, mean);
  for (let k = start; k >= 0 && (limit - k < 1 || mass * (limit - k) > under * NEGLIGIBLE); k--) {
    under += mass * (limit - k);
    mass *= k / mean;
  }
  return mean - limit + under;
}

const NEGLIGIBLE = 1e-12;

/** The expectation of a function of the number. */
export function expectationOf(value: (count: number) => number, mean: number): number {
  // Further away than this there is nothing; where the number hardly varies, it is the mean.
  const reach = 9 * Math.sqrt(mean) + 9;
  if (reach > mean * LITTLE) return summed(value, mean, reach);
  return value(mean);
}

const LITTLE = 0.05;

function summed(value: (count: number) => number, mean: number, reach: number): number {
  let sum = 0;
  let weight = 0;
  for (let k = Math.max(0, Math.floor(mean - reach)); k <= mean + reach; k++) {
    const mass = poissonMass(k, mean);
    sum += mass * value(k);
    weight += mass;
  }
  return sum / weight;
}

/** The probability of at least so many. */
export function atLeast(count: number, mean: number): number {
  // What is small is summed, since 1 less what is nearly 1 has no digits left.
  if (count > mean) return tailFrom(count, mean);
  let below = 0;
  for (let k = 0; k < count; k++) below += poissonMass(k, mean);
  return Math.max(0, 1 - below);
}

function tailFrom(count: number, mean: number): number {
  let sum = 0;
  let mass = poissonMass(count, mean);
  for (let k = count; mass > sum * NEGLIGIBLE; k++) {
    sum += mass;
    mass *= mean / (k + 1);
  }
  return sum;
}

/** The probability of exactly so many. */
const poissonMass = (count: number, mean: number): number =>
  mean === 0 ? (count === 0 ? 1 : 0) : Math.exp(count * Math.log(mean) - mean - logFactorial(count));

/** ln(n!), by Stirling's series. */
function logFactorial(n: number): number {
  if (n < 2) return 0;
  if (n < 16) return Math.log(Array.from({ length: n }, (_, i) => i + 1).reduce((product, i) => product * i, 1));
  const inverse = 1 / n;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260 - inverse ** 7 / 1680;
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series;
}
