/**
 * Requests against a rate that is counted in windows, as KMS's quota is: how many are refused at first, how many after
 * all retries, and how long the others take. Requests arrive at random (a Poisson process), and what is refused is made
 * again after a random pause, as the SDKs' standard mode does.
 *
 * `simulateWindows` follows each request; `throttlingInClosedForm` takes retries for more arrivals at random. The closed
 * form is exact without retries, and where nothing is refused. With retries, which a full window sends into the next
 * ones, it is within 2 % of the requests if the rate of arrivals is at least 10 % off the quota.
 */

import type { Window } from '../quotas/windows.ts';
import { LONGEST_PAUSE_S } from './assumptions.ts';
import type { Chance } from './chance.ts';
import { type LogNormal, logNormalQuantile } from './log-normal.ts';
import { expectedOver } from './poisson.ts';

export interface Demand {
  /** Requests that are made for the first time, a second. */
  readonly perSecond: number;
  readonly quota: Pick<Window, 'limit' | 'lengthMs'>;
  /** How often a refused request is made again. */
  readonly retries: number;
  /** Of an answer, and of a refusal. */
  readonly latency: LogNormal;
}

export interface Throttling {
  /** The share of requests that are refused at their first attempt. */
  readonly atFirst: number;
  /** The share of those that are refused at every attempt. */
  readonly afterRetries: number;
  /** Attempts a second, retries and refused ones too. */
  readonly attemptsPerSecond: number;
  /** How long those take that are answered in the end, with their retries, in milliseconds, ascending. */
  readonly latencies: Latencies;
}

/** How long requests take. */
export interface Latencies {
  /** What a share of them does not exceed, in milliseconds; 0 if nothing was answered. */
  quantile(share: number): number;
}

/** The longest pause before a retry, the first of which is number 0, in seconds. */
const longestPause = (retry: number): number => Math.min(2 ** retry, LONGEST_PAUSE_S);

/** The most attempts that are followed one by one. */
const MOST_EVENTS = 600_000;
const LEAST_SECONDS = 10;
const MOST_SECONDS = 60;

/** By the way that holds: in closed form if hardly anything is refused, or if there are too many requests to follow. */
export function throttlingOf(demand: Demand, chance: Chance): Throttling & { readonly isSimulated: boolean } {
  const closed = throttlingInClosedForm(demand, chance);
  const seconds = Math.floor(MOST_EVENTS / closed.attemptsPerSecond - settlingTime(demand.retries));
  if (closed.atFirst === 0 || seconds < LEAST_SECONDS) return { ...closed, isSimulated: false };
  return { ...simulateWindows(demand, Math.min(seconds, MOST_SECONDS), chance), isSimulated: true };
}

/** Follows each request that arrives in a stretch of time, once retries of earlier ones are there too. */
export function simulateWindows(demand: Demand, seconds: number, chance: Chance): Throttling {
  const { perSecond, quota, retries, latency } = demand;
  const settleS = settlingTime(retries);
  const startMs = settleS * 1000;
  const endMs = startMs + seconds * 1000;
  const retried = newQueue();
  const latencies: number[] = [];
  const counts = { requests: 0, attempts: 0, refusedAtFirst: 0, failed: 0, open: 0 };
  let window = -1;
  let granted = 0;
  let arrivalMs = chance.exponential(perSecond) * 1000;
  while (arrivalMs < endMs || counts.open > 0) {
    const next = retried.peek();
    const isRetry = next !== undefined && next.atMs <= arrivalMs;
    const attempt = isRetry ? next : { atMs: arrivalMs, firstMs: arrivalMs, number: 0 };
    if (isRetry) retried.take();
    else arrivalMs += chance.exponential(perSecond) * 1000;
    const { atMs, firstMs, number } = attempt;
    const isCounted = firstMs >= startMs && firstMs < endMs;
    if (isCounted && number === 0) {
      counts.requests += 1;
      counts.open += 1;
    }
    if (atMs >= startMs && atMs < endMs) counts.attempts += 1;
    const at = Math.floor(atMs / quota.lengthMs);
    if (at !== window) {
      window = at;
      granted = 0;
    }
    const answeredMs = atMs + Math.exp(latency.mu + latency.sigma * chance.normal());
    if (granted < quota.limit) {
      granted += 1;
      if (!isCounted) continue;
      counts.open -= 1;
      latencies.push(answeredMs - firstMs);
      continue;
    }
    if (isCounted && number === 0) counts.refusedAtFirst += 1;
    if (number < retries) {
      const pauseMs = chance.uniform() * longestPause(number) * 1000;
      retried.add({ atMs: answeredMs + pauseMs, firstMs, number: number + 1 });
    } else if (isCounted) {
      counts.failed += 1;
      counts.open -= 1;
    }
  }
  const share = (count: number) => (counts.requests === 0 ? 0 : count / counts.requests);
  return {
    atFirst: share(counts.refusedAtFirst),
    afterRetries: share(counts.failed),
    attemptsPerSecond: counts.attempts / seconds,
    latencies: sampled(latencies),
  };
}

/** How long it takes until as many retries come as go, in seconds: the longer, the closer the quota. */
const settlingTime = (retries: number): number =>
  Array.from({ length: retries }, (_, i) => longestPause(i)).reduce((sum, pause) => sum + 2 * pause, 5);

/** Takes retries for more requests that arrive at random. */
export function throttlingInClosedForm(demand: Demand, chance: Chance): Throttling {
  const { perSecond, quota, retries, latency } = demand;
  const attemptsAt = (refused: number) =>
    perSecond * Array.from({ length: retries + 1 }, (_, i) => refused ** i).reduce((sum, part) => sum + part, 0);
  const refusedAt = (attempts: number) => {
    const mean = (attempts * quota.lengthMs) / 1000;
    return mean === 0 ? 0 : expectedOver(mean, quota.limit) / mean;
  };
  // The share that is refused makes as many attempts as lead to it.
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (refusedAt(attemptsAt(middle)) > middle) low = middle;
    else high = middle;
  }
  const atFirst = low < NOTHING ? 0 : low;
  return {
    atFirst,
    afterRetries: atFirst ** (retries + 1),
    attemptsPerSecond: attemptsAt(atFirst),
    latencies:
      atFirst < NOTHING
        ? { quantile: (share) => (perSecond === 0 ? 0 : logNormalQuantile(latency, share)) }
        : drawnLatencies(atFirst, demand, chance),
  };
}

const HALVINGS = 60;
const NOTHING = 1e-7;
const DRAWN = 100_000;

/** Of requests whose attempts are each refused with a probability. */
function drawnLatencies(refused: number, { retries, latency }: Demand, chance: Chance): Latencies {
  const drawn: number[] = [];
  const answer = () => Math.exp(latency.mu + latency.sigma * chance.normal());
  for (let i = 0; i < DRAWN; i++) {
    let ms = answer();
    let attempt = 0;
    while (attempt < retries && chance.uniform() < refused) {
      ms += chance.uniform() * longestPause(attempt) * 1000 + answer();
      attempt += 1;
    }
    if (attempt < retries || chance.uniform() >= refused) drawn.push(ms);
  }
  return sampled(drawn);
}

function sampled(values: readonly number[]): Latencies {
  const sorted = Float64Array.from(values).sort();
  return { quantile: (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0 };
}

interface Attempt {
  readonly atMs: number;
  /** When the request was made for the first time. */
  readonly firstMs: number;
  /** 0 for the first attempt. */
  readonly number: number;
}

/** Attempts that are yet to come, by their time: a binary heap. */
function newQueue() {
  const heap: Attempt[] = [];
  const before = (one: number, other: number) => (heap[one]?.atMs ?? 0) < (heap[other]?.atMs ?? 0);
  const swap = (one: number, other: number) => {
    const [a, b] = [heap[one], heap[other]];
    if (a && b) [heap[one], heap[other]] = [b, a];
  };
  return {
    peek: (): Attempt | undefined => heap[0],
    add(attempt: Attempt): void {
      heap.push(attempt);
      let at = heap.length - 1;
      while (at > 0 && before(at, (at - 1) >> 1)) {
        swap(at, (at - 1) >> 1);
        at = (at - 1) >> 1;
      }
    },
    take(): void {
      const last = heap.pop();
      if (heap.length === 0 || !last) return;
      heap[0] = last;
      let at = 0;
      for (;;) {
        const left = 2 * at + 1;
        if (left >= heap.length) return;
        const least = left + 1 < heap.length && before(left + 1, left) ? left + 1 : left;
        if (!before(least, at)) return;
        swap(at, least);
        at = least;
      }
    },
  };
}
