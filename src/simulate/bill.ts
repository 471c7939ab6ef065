/** What a workload costs in a month, in US dollars, in one mode and region. */

import type { Region } from '../api/regions.ts';
import { costOf } from '../cost/price.ts';
import { type PriceBook, priceOf } from '../cost/price-book.ts';
import type { BilledUsage } from '../cost/usage-types.ts';

/** What is used in a month. */
export interface MonthOfUse {
  readonly kmsKeys: number;
  readonly kmsRequests: number;
  readonly writes: number;
  readonly reads: number;
  /** What is stored of it on average over the month. */
  readonly storedBytes: number;
  /** What is read under DSSE-KMS. */
  readonly dsseBytes: number;
  /** Events of S3 that a trail has delivered. */
  readonly dataEvents: number;
}

export interface Bill {
  readonly kmsKeys: number;
  readonly kmsRequests: number;
  readonly s3Requests: number;
  readonly storage: number;
  readonly dsse: number;
  readonly dataEvents: number;
  readonly total: number;
}

const GB = 2 ** 30;

const usageTypes = {
  kmsKeys: 'KMS-Keys',
  kmsRequests: 'KMS-Requests',
  writes: 'Requests-Tier1',
  reads: 'Requests-Tier2',
  storedBytes: 'TimedStorage-ByteHrs',
  dsseBytes: 'S3DSSE-Out-Bytes',
  dataEvents: 'DataEventsRecorded',
} as const satisfies Readonly<Record<keyof MonthOfUse, BilledUsage>>;

/** Without free tiers, which an account has once for all that it does. */
export function billOf(use: MonthOfUse, region: Region, book: PriceBook): Bill {
  const cost = (of: keyof MonthOfUse, quantity = use[of]) =>
    costOf(priceOf(usageTypes[of], region, { book }), quantity);
  const parts = {
    kmsKeys: cost('kmsKeys'),
    kmsRequests: cost('kmsRequests'),
    s3Requests: cost('writes') + cost('reads'),
    storage: cost('storedBytes', use.storedBytes / GB),
    dsse: cost('dsseBytes', use.dsseBytes / GB),
    dataEvents: cost('dataEvents'),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** The usage types whose price in a region is not known, so that it was taken from another one. */
export const guessedPrices = (region: Region, book: PriceBook): readonly BilledUsage[] =>
  Object.values(usageTypes).filter((usageType) => priceOf(usageType, region, { book }).takenFrom !== undefined);
