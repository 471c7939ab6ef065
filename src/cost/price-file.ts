/** Prices in a file, in the form in which `cost prices --output json` prints them: read without trust. */

import { UsageError } from '../api/errors.ts';
import { didYouMean, oneOf } from '../api/nearest.ts';
import { isRegion, type Region } from '../api/regions.ts';
import { evidences, isEvidence, type Tier } from './price.ts';
import { type FoundPrice, placeOf } from './price-book.ts';
import { type BilledUsage, billedUsages, isBilledUsage, usageFacts } from './usage-types.ts';

/** The members of a price in a file. */
export interface PriceValue {
  readonly Service: string;
  readonly UsageType: string;
  readonly Region: string;
  readonly ToRegion?: string;
  readonly Unit: string;
  readonly Tiers: readonly { UpTo?: number; Usd: number; Per: number; Evidence?: string }[];
  readonly FreeTier?: { Quantity: number; Evidence: string };
  readonly AsOf: string;
  readonly Source: string;
  readonly Evidence: string;
  /** Whose price it is, where none is known of its region. */
  readonly PriceOfRegion?: string;
}

export function priceValue(price: FoundPrice): PriceValue {
  const { usageType, service, region, to, unit, tiers, freeTier, asOf, source, evidence, takenFrom } = price;
  return {
    Service: service,
    UsageType: usageType,
    Region: region,
    ...(to && { ToRegion: to }),
    Unit: unit,
    Tiers: tiers.map((tier) => ({
      ...(tier.upTo !== undefined && { UpTo: tier.upTo }),
      Usd: tier.usd,
      Per: tier.per,
      ...(tier.evidence && { Evidence: tier.evidence }),
    })),
    ...(freeTier && { FreeTier: { Quantity: freeTier.quantity, Evidence: freeTier.evidence } }),
    AsOf: asOf,
    Source: source,
    Evidence: evidence,
    ...(takenFrom && { PriceOfRegion: takenFrom }),
  };
}

/** More faults than these are only counted. */
const MOST_FAULTS = 10;

/**
 * The prices in the text of a file.
 * @throws UsageError that names each row with something wrong, its value, and what is allowed
 */
export function pricesIn(text: string, file: string): FoundPrice[] {
  const rows = rowsIn(text, file);
  const faults: string[] = [];
  const seen = new Map<string, number>();
  const prices = rows.flatMap((row, i) => {
    const title = `row ${i + 1}${isRecord(row) && typeof row.UsageType === 'string' ? ` (${row.UsageType})` : ''}`;
    const own: string[] = [];
    const price = priceIn(row, own);
    const place = price && placeOf(price);
    const first = place === undefined ? undefined : seen.get(place);
    if (first !== undefined) own.push(`has the same usage type and region as row ${first}`);
    else if (place !== undefined) seen.set(place, i + 1);
    faults.push(...own.map((fault) => `${title} ${fault}`));
    return price && own.length === 0 ? [price] : [];
  });
  if (faults.length === 0) return prices;
  const shown = faults.slice(0, MOST_FAULTS);
  const more = faults.length - shown.length;
  throw new UsageError(
    [`${file} does not have valid prices:`, ...shown, ...(more > 0 ? [`and ${more} more`] : [])],
    'ssebox cost prices --output json prints a file to start from',
  );
}

function rowsIn(text: string, file: string): readonly unknown[] {
  const start = 'ssebox cost prices --output json prints a file to start from';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, start);
  }
  const rows = isRecord(value) ? value.Prices : value;
  if (!Array.isArray(rows)) throw new UsageError(`${file} must have a list named "Prices"`, start);
  if (rows.length === 0) throw new UsageError(`${file} does not have any prices`, start);
  return rows;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const members: readonly string[] = [
  'Service',
  'UsageType',
  'Region',
  'ToRegion',
  'Unit',
  'Tiers',
  'FreeTier',
  'AsOf',
  'Source',
  'Evidence',
  'PriceOfRegion',
];

/** Transfers, which may have a price for a region that they go to. */
const transfers: ReadonlySet<string> = new Set<BilledUsage>(['AWS-Out-Bytes', 'S3RTC-Out-Bytes']);

/** The price in a row; undefined, with what is wrong, if it is not one. */
function priceIn(row: unknown, faults: string[]): FoundPrice | undefined {
  if (!isRecord(row)) {
    faults.push(`must be an object, not ${shown(row)}`);
    return undefined;
  }
  requireKnown(row, members, '', faults);
  const { UsageType, Region, ToRegion, PriceOfRegion, AsOf, Source, Evidence } = row;
  if (typeof UsageType !== 'string' || !isBilledUsage(UsageType)) {
    const near = typeof UsageType === 'string' ? didYouMean(UsageType, billedUsages) : undefined;
    faults.push(
      `must have a UsageType that ssebox cost prices lists, not ${shown(UsageType)}${near ? `: ${near}` : ''}`,
    );
    return undefined;
  }
  const { service, unit } = usageFacts(UsageType);
  for (const [name, own] of [
    ['Service', service],
    ['Unit', unit],
  ] as const) {
    if (row[name] !== undefined && row[name] !== own)
      faults.push(`must have the ${name} "${own}", not ${shown(row[name])}`);
  }
  const region = regionIn('Region', Region, faults);
  const to = ToRegion === undefined ? undefined : regionIn('ToRegion', ToRegion, faults);
  if (to && !transfers.has(UsageType)) faults.push(`may not have a ToRegion: only ${oneOf([...transfers], 'and')} may`);
  const takenFrom = PriceOfRegion === undefined ? undefined : regionIn('PriceOfRegion', PriceOfRegion, faults);
  const tiers = tiersIn(row.Tiers, faults);
  const freeTier = freeTierIn(row.FreeTier, faults);
  const asOf = textIn('AsOf', AsOf, /^\d{4}-(0[1-9]|1[0-2])(-\d{2})?$/, 'a month such as 2026-09', faults);
  const source = textIn('Source', Source, /\S/, 'a text', faults);
  const evidence = evidenceIn('Evidence', Evidence, faults);
  if (!region || !tiers || !evidence || asOf === undefined || source === undefined) return undefined;
  return {
    usageType: UsageType,
    service,
    region,
    ...(to && { to }),
    unit,
    tiers,
    ...(freeTier && { freeTier }),
    asOf,
    source,
    evidence,
    ...(takenFrom && takenFrom !== region && { takenFrom }),
  };
}

function requireKnown(value: object, known: readonly string[], where: string, faults: string[]): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const near = didYouMean(name, known);
    faults.push(`has an unknown member ${shown(where + name)}: ${near ?? `the members are ${oneOf(known, 'and')}`}`);
  }
}

function regionIn(name: string, value: unknown, faults: string[]): Region | undefined {
  if (typeof value === 'string' && isRegion(value)) return value;
  faults.push(`must have a ${name} such as us-east-1, not ${shown(value)}`);
  return undefined;
}

function evidenceIn(name: string, value: unknown, faults: string[]) {
  if (typeof value === 'string' && isEvidence(value)) return value;
  faults.push(`must have an ${name} that is one of ${evidences.join(', ')}, not ${shown(value)}`);
  return undefined;
}

function textIn(name: string, value: unknown, form: RegExp, what: string, faults: string[]): string | undefined {
  if (typeof value === 'string' && form.test(value)) return value;
  faults.push(`must have ${what} as its ${name}, not ${shown(value)}`);
  return undefined;
}

/** Ascending; only the last one is without an end. */
function tiersIn(value: unknown, faults: string[]): readonly Tier[] | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    faults.push(`must have Tiers, a list with at least one tier, not ${shown(value)}`);
    return undefined;
  }
  const before = faults.length;
  let end = 0;
  const tiers = value.map((tier: unknown, i): Tier => {
    const where = `Tiers[${i}].`;
    const isLast = i === value.length - 1;
    const { UpTo, Usd, Per, Evidence } = isRecord(tier) ? tier : {};
    if (isRecord(tier)) requireKnown(tier, ['UpTo', 'Usd', 'Per', 'Evidence'], where, faults);
    const usd = numberIn(`${where}Usd`, Usd, (number) => number >= 0, 'a number of 0 or more', faults);
    const per = numberIn(`${where}Per`, Per, (number) => number > 0, 'a number above 0', faults);
    if (isLast && UpTo !== undefined) faults.push(`must not have ${where}UpTo: the last tier has no end`);
    const after = end;
    const upTo = isLast
      ? undefined
      : numberIn(`${where}UpTo`, UpTo, (number) => number > after, `a number above ${after}`, faults);
    end = upTo ?? end;
    const evidence = Evidence === undefined ? undefined : evidenceIn(`${where}Evidence`, Evidence, faults);
    return { ...(upTo !== undefined && { upTo }), usd, per, ...(evidence && { evidence }) };
  });
  return faults.length > before ? undefined : tiers;
}

function freeTierIn(value: unknown, faults: string[]): FoundPrice['freeTier'] {
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    faults.push(`must have an object as its FreeTier, not ${shown(value)}`);
    return undefined;
  }
  requireKnown(value, ['Quantity', 'Evidence'], 'FreeTier.', faults);
  const what = 'a number of 0 or more';
  const quantity = numberIn('FreeTier.Quantity', value.Quantity, (number) => number >= 0, what, faults);
  const evidence = evidenceIn('FreeTier.Evidence', value.Evidence, faults);
  return evidence && { quantity, evidence };
}

/** What is not such a number counts as 0 beside its fault. */
function numberIn(
  name: string,
  value: unknown,
  isRight: (number: number) => boolean,
  what: string,
  faults: string[],
): number {
  if (typeof value === 'number' && Number.isFinite(value) && isRight(value)) return value;
  faults.push(`must have ${what} as its ${name}, not ${shown(value)}`);
  return 0;
}

/** A value as the file has it, or as much of it as fits on a line. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON has no number as large as that.
  const text = value === Number.POSITIVE_INFINITY ? 'a number that is too large' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
