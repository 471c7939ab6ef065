/** Looks prices up: those of AWS that are built in, or those of somebody's file before them. */

import type { Region } from '../api/regions.ts';
import { awsPrices } from './aws-prices.ts';
import type { Evidence, Price } from './price.ts';
import type { BilledUsage } from './usage-types.ts';

/** Prices by usage type, region and, of a transfer, the region that it goes to. */
export type PriceBook = ReadonlyMap<string, Price>;

/** A price for a region. */
export interface FoundPrice extends Price {
  /** The region whose price it is, where none is known of the region that was asked for. */
  readonly takenFrom?: Region | undefined;
}

/** The region whose prices stand for those of others. */
const KNOWN_REGION = 'us-east-1';

/** Of two prices for the same, the later one holds. */
export const bookOf = (prices: readonly Price[]): PriceBook => new Map(prices.map((price) => [placeOf(price), price]));

/** What makes two prices be for the same. */
export const placeOf = ({ usageType, region, to }: Pick<Price, 'usageType' | 'region' | 'to'>): string =>
  to ? `${usageType} ${region} ${to}` : `${usageType} ${region}`;

/** AWS's prices as they are built in. */
export const awsBook: PriceBook = bookOf(awsPrices);

/**
 * The price of a usage type in a region. Where none is known of that region, it is that of us-east-1, `takenFrom` says
 * so, and there is no evidence that it is right.
 * @throws RangeError if the book does not have the usage type in us-east-1 either
 */
export function priceOf(
  usageType: BilledUsage,
  region: Region,
  { book = awsBook, to }: { readonly book?: PriceBook; readonly to?: Region | undefined } = {},
): FoundPrice {
  const own = (to && book.get(placeOf({ usageType, region, to }))) ?? book.get(placeOf({ usageType, region }));
  if (own) return own;
  const other = book.get(placeOf({ usageType, region: KNOWN_REGION }));
  if (!other) throw new RangeError(`there is no price of ${usageType} in ${KNOWN_REGION}`);
  const evidence: Evidence = 'U';
  const tiers = other.tiers.map(({ evidence: _, ...tier }) => tier);
  return { ...other, region, tiers, evidence, takenFrom: KNOWN_REGION };
}
