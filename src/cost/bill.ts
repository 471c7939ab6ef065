/** Bills: what an account used in a month, at what price. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import { type Dollars, exact, type Fraction, isLess, over, split, sum, times, ZERO } from './exact.ts';
import { costBetween, type Evidence, evidenceBetween } from './price.ts';
import { awsBook, type FoundPrice, type PriceBook, priceOf } from './price-book.ts';
import type { Used } from './usage.ts';
import type { BilledUsage } from './usage-types.ts';

/** An item with its part of what its line costs. */
export interface Paid extends Used {
  readonly usd: Dollars;
}

/** All that an account used of one usage type in one region, or from one region to another. */
export interface BillLine {
  readonly account: AccountId;
  readonly usageType: BilledUsage;
  readonly region: Region;
  readonly to?: Region | undefined;
  readonly price: FoundPrice;
  readonly quantity: Fraction;
  /** How much of it the free tier covers. */
  readonly free: Fraction;
  readonly usd: Dollars;
  /** The weakest of the tiers that were reached. */
  readonly evidence: Evidence;
  /** What it consists of; their dollars sum to the line's. */
  readonly items: readonly Paid[];
}

/**
 * The lines of a month's bills, one account after the other. Tiers begin anew in each region. A free tier is the
 * account's in all regions together: each region has a part of it by what was used there. What a line costs is divided
 * among its items by their quantity, so that none of them has the free tier or the cheaper tiers to itself.
 * Amazon S3 pricing; AWS Key Management Service pricing, free tier.
 */
export function billOf(used: readonly Used[], book: PriceBook = awsBook): BillLine[] {
  const lines = grouped(used, ({ account, usageType, region, to }) => `${account} ${usageType} ${region} ${to ?? ''}`);
  const pools = grouped(used, poolOf);
  const whole = new Map([...pools].map(([name, items]) => [name, sum(items.map(({ quantity }) => quantity))]));
  return [...lines.values()].flatMap((items) => {
    const [first] = items;
    return first ? [lineOf(first, items, whole.get(poolOf(first)) ?? ZERO, book)] : [];
  });
}

/** Whose use of what a free tier is for. */
const poolOf = ({ account, usageType }: Used): string => `${account} ${usageType}`;

function lineOf(
  { account, usageType, region, to }: Used,
  items: readonly Used[],
  wholeOfAccount: Fraction,
  book: PriceBook,
): BillLine {
  const price = priceOf(usageType, region, { book, to });
  const quantity = sum(items.map((item) => item.quantity));
  const free = freePart(quantity, wholeOfAccount, price);
  const usd = costBetween(price, free, quantity);
  const shares = split(
    usd,
    items.map((item) => item.quantity),
  );
  return {
    account,
    usageType,
    region,
    ...(to && { to }),
    price,
    quantity,
    free,
    usd,
    evidence: evidenceBetween(price, free, quantity),
    items: items.map((item, i) => ({ ...item, usd: shares[i] ?? 0n })),
  };
}

function freePart(quantity: Fraction, wholeOfAccount: Fraction, { freeTier }: FoundPrice): Fraction {
  if (!freeTier || wholeOfAccount.n === 0n) return ZERO;
  const free = exact(freeTier.quantity);
  return isLess(wholeOfAccount, free) ? quantity : times(free, over(quantity, wholeOfAccount));
}

export const totalOf = (lines: readonly Pick<BillLine, 'usd'>[]): Dollars =>
  lines.reduce((all, { usd }) => all + usd, 0n);

/** In groups by a name, in the order in which the names first occur. */
export function grouped<T>(all: readonly T[], nameOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const name = nameOf(each);
    const known = groups.get(name);
    if (known) known.push(each);
    else groups.set(name, [each]);
  }
  return groups;
}
