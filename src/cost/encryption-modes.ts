/**
 * What the same use of a bucket costs under each mode of encryption. Requests and storage cost the same in all of them;
 * calls to KMS are what differs, and the fee of DSSE-KMS.
 */

import type { Region } from '../api/regions.ts';
import type { BucketUse, Burst } from './bucket-use.ts';
import { costOf } from './price.ts';
import { type PriceBook, priceOf } from './price-book.ts';

export const encryptionModes = ['SSE-S3', 'SSE-KMS', 'SSE-KMS with a bucket key', 'DSSE-KMS'] as const;

export type EncryptionMode = (typeof encryptionModes)[number];

/** How S3 uses bucket-level keys: one each for every requester, for a while. */
export interface BucketKeys {
  readonly requesters: number;
  readonly lifeMs: number;
}

export interface ModeCost {
  readonly mode: EncryptionMode;
  readonly kmsRequests: number;
  readonly usdKmsRequests: number;
  /** For the data that is read under DSSE-KMS. */
  readonly usdDsse: number;
  /** The fee of one customer managed key. */
  readonly usdKey: number;
}

const GB = 2 ** 30;

/** @param months how long it was, for the key's fee */
export function modeCosts(
  use: BucketUse,
  keys: BucketKeys,
  { region, months, book }: { readonly region: Region; readonly months: number; readonly book: PriceBook },
): ModeCost[] {
  const each = countOf(use.writes) + countOf(use.reads);
  const calls: Readonly<Record<EncryptionMode, number>> = {
    'SSE-S3': 0,
    'SSE-KMS': each,
    'SSE-KMS with a bucket key': bucketKeyCalls(use, keys),
    'DSSE-KMS': each,
  };
  const usd = (usageType: Parameters<typeof priceOf>[0], quantity: number) =>
    costOf(priceOf(usageType, region, { book }), quantity);
  return encryptionModes.map((mode) => ({
    mode,
    kmsRequests: calls[mode],
    usdKmsRequests: usd('KMS-Requests', calls[mode]),
    usdDsse: mode === 'DSSE-KMS' ? usd('S3DSSE-Out-Bytes', use.readBytes / GB) : 0,
    usdKey: mode === 'SSE-S3' ? 0 : usd('KMS-Keys', months),
  }));
}

const countOf = (bursts: readonly Burst[]): number => bursts.reduce((all, { count }) => all + count, 0);

/**
 * The calls to KMS with a bucket key, as S3 makes them here: a requester who writes has a bucket-level key made, and one
 * who reads has the key opened that the object was written under, once in the key's life. Requests are spread evenly
 * over requesters, and reads over the keys that were made. A whole number, and never more than requests.
 */
export function bucketKeyCalls({ writes, reads }: BucketUse, { requesters, lifeMs }: BucketKeys): number {
  // Without a life, no request finds a key.
  if (lifeMs <= 0) return wholeCalls(countOf(writes) + countOf(reads));
  const written = sumOf(lives(writes, lifeMs), (count) => distinct(count, requesters));
  // What is read may have been written earlier.
  const keys = Math.max(1, written);
  const read = sumOf(lives(reads, lifeMs), (count) => distinct(count, requesters * keys));
  return wholeCalls(written + read);
}

/** What is a whole number but for the last digit of a double is one. */
const wholeCalls = (calls: number): number => (calls === 0 ? 0 : Math.ceil(calls - 1e-9));

const sumOf = (counts: readonly number[], of: (count: number) => number): number =>
  counts.reduce((all, count) => all + of(count), 0);

/** How many different ones of so many are expected in a number of draws. */
function distinct(draws: number, many: number): number {
  if (many <= 1) return Math.min(draws, many);
  // Exact for small shares, where 1 - 1 / many is nearly 1.
  return many * -Math.expm1(draws * Math.log1p(-1 / many));
}

/**
 * The numbers of requests in each life of a key, which begins with the first request after the one before. They need not
 * be whole: those of a prefix are a share of the bucket's.
 */
function lives(bursts: readonly Burst[], lifeMs: number): number[] {
  const counts: number[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const burst of bursts) {
    const last = counts.length - 1;
    if (burst.startMs < endMs) {
      counts[last] = (counts[last] ?? 0) + burst.count;
      continue;
    }
    // A burst that is longer than a life has several, as even as its requests.
    const parts = Math.max(1, Math.min(Math.floor(burst.count), Math.ceil((burst.endMs - burst.startMs) / lifeMs)));
    for (let i = 0; i < parts; i += 1) counts.push(burst.count / parts);
    endMs = parts > 1 ? burst.endMs : burst.startMs + lifeMs;
  }
  return counts;
}
