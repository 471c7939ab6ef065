/** A price of AWS's, and what a quantity costs. */

import type { Region } from '../api/regions.ts';
import type { PriceRecord } from '../store/records/price.ts';
import {
  type Dollars,
  dollars,
  exact,
  type Fraction,
  isLess,
  least,
  minus,
  over,
  plus,
  times,
  usdOf,
  ZERO,
} from './exact.ts';
import type { BilledService } from './groupings.ts';
import type { BilledUsage, Unit } from './usage-types.ts';

/**
 * How well a price is known: L from a price list file of AWS, G from a guide that quotes the price list, P from the text
 * of AWS's pricing page, I from test data of infracost, S from another source, U if no source was read.
 */
export type Evidence = PriceRecord['evidence'];

/** From the strongest to the weakest. */
export const evidences = ['L', 'G', 'P', 'I', 'S', 'U'] as const satisfies readonly Evidence[];

export const isEvidence = (text: string): text is Evidence => evidences.some((letter) => letter === text);

/** US dollars for so many units, up to a number of units in a month; the last tier has no end. */
export interface Tier {
  readonly upTo?: number | undefined;
  readonly usd: number;
  readonly per: number;
  /** Where it is another one than the price's. */
  readonly evidence?: Evidence | undefined;
}

export interface Price {
  readonly usageType: BilledUsage;
  readonly service: BilledService;
  readonly region: Region;
  /** For a transfer to one region in particular. */
  readonly to?: Region | undefined;
  readonly unit: Unit;
  /** In ascending order. */
  readonly tiers: readonly Tier[];
  /** What costs nothing each month, in all regions of an account together. */
  readonly freeTier?: { readonly quantity: number; readonly evidence: Evidence } | undefined;
  /** The month in which it was read, `YYYY-MM`. */
  readonly asOf: string;
  readonly source: string;
  readonly evidence: Evidence;
}

/** What a quantity costs in a month, in US dollars, to ten decimals; the free tier is not taken off. */
export const costOf = (price: Pick<Price, 'tiers'>, quantity: number): number =>
  usdOf(costBetween(price, ZERO, exact(quantity)));

/** What the units after the first `from` ones cost, up to `to`. */
export const costBetween = ({ tiers }: Pick<Price, 'tiers'>, from: Fraction, to: Fraction): Dollars =>
  dollars(tierParts(tiers, from, to).reduce((all, { part, tier }) => plus(all, atTier(tier, part)), ZERO));

/** The weakest evidence of the tiers that the units between `from` and `to` are in. */
export function evidenceBetween({ tiers, evidence }: Price, from: Fraction, to: Fraction): Evidence {
  const used = tierParts(tiers, from, to).map(({ tier }) => tier.evidence ?? evidence);
  return weakest(used.length > 0 ? used : [tiers[0]?.evidence ?? evidence]);
}

/** The weakest of all. */
export const weakest = (all: readonly Evidence[]): Evidence =>
  evidences.findLast((evidence) => all.includes(evidence)) ?? 'U';

const atTier = ({ usd, per }: Tier, units: Fraction): Fraction => over(times(units, exact(usd)), exact(per));

/** What of the units is in which tier. */
function tierParts(tiers: readonly Tier[], from: Fraction, to: Fraction): { part: Fraction; tier: Tier }[] {
  const parts: { part: Fraction; tier: Tier }[] = [];
  let done = from;
  for (const tier of tiers) {
    const end = tier.upTo === undefined ? to : least(to, exact(tier.upTo));
    if (!isLess(done, end)) continue;
    parts.push({ part: minus(end, done), tier });
    done = end;
  }
  return parts;
}
