/** The prices that somebody gave from a file: they are kept in the store and hold before those that are built in. */

import type { Tx } from '../store/tables.ts';
import { awsPrices } from './aws-prices.ts';
import type { Price } from './price.ts';
import { awsBook, bookOf, type FoundPrice, type PriceBook } from './price-book.ts';
import { isBilledUsage, usageFacts } from './usage-types.ts';

type Prices = Pick<Tx, 'ownPrices'>;

/** The prices in force. */
export function bookIn(tx: Prices): PriceBook {
  const own = ownPrices(tx);
  return own.length === 0 ? awsBook : bookOf([...awsPrices, ...own]);
}

/** The prices of the last file. What it had of usage types that are no longer known is left out. */
export const ownPrices = (tx: Prices): FoundPrice[] =>
  Array.from(tx.ownPrices.range()).flatMap(({ key: [usageType, region, to], value: { v: _, ...price } }) => {
    if (!isBilledUsage(usageType)) return [];
    const { service, unit } = usageFacts(usageType);
    return [{ ...price, usageType, service, region, ...(to !== '' && { to }), unit }];
  });

/** Makes these the prices of the store's own, instead of those of an earlier file. */
export function setOwnPrices(prices: readonly (Price & Pick<FoundPrice, 'takenFrom'>)[], tx: Prices): void {
  resetPrices(tx);
  for (const { usageType, region, to, tiers, freeTier, asOf, source, evidence, takenFrom } of prices) {
    tx.ownPrices.put([usageType, region, to ?? ''], { v: 1, tiers, freeTier, asOf, source, evidence, takenFrom });
  }
}

/** Makes the built-in prices hold again. */
export function resetPrices(tx: Prices): void {
  for (const { key } of [...tx.ownPrices.range()]) tx.ownPrices.remove(key);
}
