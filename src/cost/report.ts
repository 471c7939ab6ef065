/** A cost report: the bills of the months in question, put together in rows. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { Tx } from '../store/tables.ts';
import { type BillLine, billOf, grouped, type Paid } from './bill.ts';
import { type Dollars, type Fraction, over, sum, times } from './exact.ts';
import type { BilledService, Grouping } from './groupings.ts';
import { cutAt, dayName, type Month, midnightsIn, monthsBetween } from './month.ts';
import { type Evidence, weakest } from './price.ts';
import type { PriceBook } from './price-book.ts';
import { usageOf } from './store-usage.ts';
import { type BilledUsage, billedUsages, type Unit, usageFacts } from './usage-types.ts';

export interface ReportRow {
  /** What it is grouped by; empty for what belongs to no group. */
  readonly group: string;
  readonly service: BilledService;
  readonly usageType: BilledUsage;
  readonly region: Region;
  readonly to?: Region | undefined;
  readonly unit: Unit;
  readonly quantity: Fraction;
  /** How much of it the free tier covers. */
  readonly free: Fraction;
  readonly usd: Dollars;
  readonly evidence: Evidence;
  /** Whose price it is, where none is known of its region. */
  readonly takenFrom?: Region | undefined;
}

export interface ReportQuery {
  readonly accounts: readonly AccountId[];
  /** From when on use is shown, and until when; tiers and free tiers are those of whole months. */
  readonly startMs: number;
  readonly endMs: number;
  readonly by: Grouping | undefined;
  readonly book: PriceBook;
}

/** What a store used from one time to another. What is shown of a month has the month's average price. */
export function reportOf({ accounts, startMs, endMs, by, book }: ReportQuery, tx: Tx): ReportRow[] {
  const rows: ReportRow[] = [];
  for (const month of monthsBetween(startMs, endMs)) {
    const used = accounts.flatMap((account) => [...usageOf(account, { month, pieces: piecesOf(month) }, tx)]);
    rows.push(...billOf(used, book).flatMap((line) => rowsOf(line, startMs, by)));
  }
  return inOrder(merged(rows));

  function piecesOf(month: Month) {
    const passed = { startMs: month.startMs, endMs: Math.min(month.endMs, endMs) };
    return cutAt(passed, [startMs, ...(by === 'day' ? midnightsIn(passed) : [])]);
  }
}

/** The rows of a line, one for each group, of what was used from a time on. */
export function rowsOf(line: BillLine, fromMs: number, by: Grouping | undefined): ReportRow[] {
  const { usageType, region, to, price, evidence, quantity, free } = line;
  const shown = line.items.filter(({ atMs }) => atMs >= fromMs);
  return [...grouped(shown, (item) => groupOf(item, by))].map(([group, items]) => {
    const part = sum(items.map((item) => item.quantity));
    return {
      group,
      service: price.service,
      usageType,
      region,
      ...(to && { to }),
      unit: price.unit,
      quantity: part,
      free: free.n === 0n ? free : times(free, over(part, quantity)),
      usd: items.reduce((all, { usd }) => all + usd, 0n),
      evidence,
      ...(price.takenFrom && { takenFrom: price.takenFrom }),
    };
  });
}

function groupOf({ account, usageType, key = '', bucket = '', atMs }: Paid, by: Grouping | undefined): string {
  switch (by) {
    case 'service':
      return usageFacts(usageType).service;
    case 'key':
      return key;
    case 'bucket':
      return bucket;
    case 'account':
      return account;
    case 'day':
      return dayName(atMs);
    case 'usage-type':
      return usageType;
    default:
      return '';
  }
}

/** Rows of the same in several months are one. */
function merged(rows: readonly ReportRow[]): ReportRow[] {
  const same = grouped(rows, ({ group, usageType, region, to }) => JSON.stringify([group, usageType, region, to]));
  return [...same.values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const quantity = sum(all.map((row) => row.quantity));
    const free = sum(all.map((row) => row.free));
    const usd = all.reduce((whole, row) => whole + row.usd, 0n);
    return [{ ...first, quantity, free, usd, evidence: weakest(all.map(({ evidence }) => evidence)) }];
  });
}

/** By group, then in the order of usage types. */
const inOrder = (rows: readonly ReportRow[]): ReportRow[] =>
  [...rows].sort(
    (one, other) =>
      compareTexts(one.group, other.group) ||
      billedUsages.indexOf(one.usageType) - billedUsages.indexOf(other.usageType) ||
      compareTexts(one.region, other.region) ||
      compareTexts(one.to ?? '', other.to ?? ''),
  );

/** What belongs to no group comes last. */
function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '' || other === '') return one === '' ? 1 : -1;
  return one < other ? -1 : 1;
}
