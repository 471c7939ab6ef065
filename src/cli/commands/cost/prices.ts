/** `ssebox cost prices`: the prices in force, and those from somebody's file. */

import { UsageError } from '../../../api/errors.ts';
import type { Region } from '../../../api/regions.ts';
import type { BilledService } from '../../../cost/groupings.ts';
import { bookIn, ownPrices, resetPrices, setOwnPrices } from '../../../cost/own-prices.ts';
import { type Evidence, evidences } from '../../../cost/price.ts';
import { type FoundPrice, type PriceBook, placeOf, priceOf } from '../../../cost/price-book.ts';
import { pricesIn, priceValue } from '../../../cost/price-file.ts';
import { billedUsages, usageFacts } from '../../../cost/usage-types.ts';
import type { Painter, Result } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { onPage } from '../../output/wrap.ts';
import type { Session } from '../../session.ts';
import { nameOf, readText } from '../../text-file.ts';
import { columns, type GivesWay } from '../columns.ts';
import { evidenceNotes } from './evidence.ts';

export interface PricesOptions {
  readonly service: BilledService | undefined;
  readonly from: string | undefined;
  readonly reset: boolean;
}

/** @throws UsageError for options that clash, or a file without valid prices: nothing is changed then. */
export async function listedPrices({ service, from, reset }: PricesOptions, session: Session): Promise<Result> {
  if (from !== undefined && reset)
    throw new UsageError('--from and --reset both say which prices hold: use one of them');
  const loaded = from === undefined ? undefined : pricesIn(await readText(from, session), nameOf(from));
  const { prices, own } = await session.store.transact((tx) => {
    if (reset) resetPrices(tx);
    if (loaded) setOwnPrices(loaded, tx);
    const ofFile = ownPrices(tx);
    const listed = loaded ? ofFile : pricesOf(session.region, bookIn(tx));
    return { prices: listed, own: new Set(ofFile.map(placeOf)) };
  });
  const shown = prices.filter((price) => service === undefined || price.service === service);
  return {
    kind: 'page',
    value: { Prices: shown.map(priceValue) },
    page: (painter) => pricesPage(shown, own, painter),
  };
}

/** The prices of a region, with those of transfers from it to another one in particular. */
function pricesOf(region: Region, book: PriceBook): FoundPrice[] {
  const transfers = [...book.values()].filter((price) => price.region === region && price.to);
  return billedUsages.flatMap((usageType) => [
    priceOf(usageType, region, { book }),
    ...transfers.filter((price) => price.usageType === usageType),
  ]);
}

function pricesPage(prices: readonly FoundPrice[], own: ReadonlySet<string>, painter: Painter): Shown[] {
  const rows = prices.flatMap((price) => priceRows(price, own.has(placeOf(price))));
  const headers = ['USAGE TYPE', 'REGION', 'USD', 'PER', 'UP TO', 'FREE', 'EV', 'AS OF', 'ABOUT'];
  const used: Evidence[] = prices.flatMap(({ evidence, tiers }) => tiers.map((tier) => tier.evidence ?? evidence));
  const notes = [
    ...evidenceNotes(
      evidences.filter((letter) => used.includes(letter)),
      prices.some(({ takenFrom }) => takenFrom),
    ),
    ...(own.size > 0 ? [`+: from a file: ssebox cost prices --reset uses the built-in prices again.`] : []),
  ];
  const lines = columns(headers, rows, 'there are no such prices', painter, GIVE_WAY);
  return [...lines, '', ...notes.flatMap((note) => onPage(note, painter)).map(painter.faint)];
}

function priceRows(price: FoundPrice, isOwn: boolean): string[][] {
  const { usageType, region, to, tiers, unit, freeTier, evidence, takenFrom, asOf } = price;
  return tiers.map((tier, i) => {
    const mark = `${takenFrom ? '*' : ''}${isOwn ? '+' : ''}`;
    const letter = `${tier.evidence ?? evidence}${mark}`;
    const per = tier.per === 1 ? unit : `${tier.per.toLocaleString('en-US')} ${unit}s`;
    const end = tier.upTo === undefined ? '' : tier.upTo.toLocaleString('en-US');
    if (i > 0) return ['', '', decimalText(tier.usd), per, end, '', letter, '', ''];
    const free = freeTier ? freeTier.quantity.toLocaleString('en-US') : '';
    const where = to ? `${region} > ${to}` : region;
    return [usageType, where, decimalText(tier.usd), per, end, free, letter, asOf, usageFacts(usageType).about];
  });
}

/** Without an exponent. */
const decimalText = (usd: number): string => (usd < 1e-6 && usd > 0 ? usd.toFixed(12).replace(/0+$/, '') : String(usd));

/** The prices stay. */
const GIVE_WAY: readonly GivesWay[] = [
  [8, 'dropped'],
  [7, 'dropped'],
  [5, 'dropped'],
  [1, 'dropped'],
];
