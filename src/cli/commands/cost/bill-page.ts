/** A bill as a value for scripts and as a table for people. */

import { grouped } from '../../../cost/bill.ts';
import { billedAs } from '../../../cost/billed-as.ts';
import { type Dollars, dollarText, fraction, split, toNumber, usdOf } from '../../../cost/exact.ts';
import type { Grouping } from '../../../cost/groupings.ts';
import { evidences, weakest } from '../../../cost/price.ts';
import type { ReportRow } from '../../../cost/report.ts';
import type { Painter } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import { onPage } from '../../output/wrap.ts';
import { columns, type GivesWay } from '../columns.ts';
import { evidenceNotes } from './evidence.ts';

export interface Bill {
  readonly accounts: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly by: Grouping | undefined;
  readonly rows: readonly ReportRow[];
}

/** Members by which rows are grouped. */
const groupMembers: Readonly<Record<Grouping, string>> = {
  service: 'Service',
  key: 'KeyArn',
  bucket: 'Bucket',
  account: 'Account',
  'usage-type': 'UsageType',
  day: 'Day',
};

export function billValue({ accounts, startMs, endMs, by, rows }: Bill) {
  const member = by && groupMembers[by];
  return {
    Accounts: accounts,
    From: new Date(startMs),
    To: new Date(endMs),
    Rows: rows.map((row) => ({
      ...(member && { [member]: row.group === '' ? null : row.group }),
      ...rowValue(row),
    })),
    ...(member && {
      Groups: [...grouped(rows, ({ group }) => group)].map(([group, own]) => ({
        [member]: group === '' ? null : group,
        Usd: usdOf(sumOf(own)),
        Evidence: weakest(own.map(({ evidence }) => evidence)),
      })),
    }),
    Usd: usdOf(sumOf(rows)),
  };
}

function rowValue({ service, usageType, region, to, quantity, unit, free, usd, evidence, takenFrom }: ReportRow) {
  const name = billedAs(usageType, region, to);
  return {
    Service: service,
    UsageType: usageType,
    ...(name !== undefined && { BilledAs: name }),
    Region: region,
    ...(to && { ToRegion: to }),
    Quantity: rounded(toNumber(quantity)),
    Unit: unit,
    FreeQuantity: rounded(toNumber(free)),
    Usd: usdOf(usd),
    Evidence: evidence,
    ...(takenFrom && { PriceOfRegion: takenFrom }),
  };
}

/** Without the last digits of a double, which are those of its binary form. */
const rounded = (value: number): number => Number(value.toPrecision(12));

const sumOf = (rows: readonly Pick<ReportRow, 'usd'>[]): Dollars => rows.reduce((all, { usd }) => all + usd, 0n);

export function billPage(bill: Bill, painter: Painter): Shown[] {
  const { accounts, startMs, endMs, rows } = bill;
  const whose = accounts.length === 1 ? `account ${accounts[0]}` : `${accounts.length} accounts`;
  return [
    painter.strong(`${whose}, ${shortTime(startMs)} to ${shortTime(endMs)}`),
    '',
    ...billTable(bill, painter),
    ...(rows.length === 0
      ? []
      : [
          '',
          ...notesOn(rows)
            .flatMap((note) => onPage(note, painter))
            .map(painter.faint),
        ]),
  ];
}

/** A month that is only described. */
export interface Estimate {
  readonly region: string;
  readonly rows: readonly ReportRow[];
}

export const estimateValue = ({ region, rows }: Estimate) => ({
  Region: region,
  Rows: rows.map(rowValue),
  Usd: usdOf(sumOf(rows)),
});

export const estimatePage = ({ region, rows }: Estimate, painter: Painter): Shown[] => [
  painter.strong(`a month in ${region}`),
  '',
  ...billTable({ by: undefined, rows }, painter),
  '',
  ...evidenceOf(rows)
    .flatMap((note) => onPage(note, painter))
    .map(painter.faint),
];

const shortTime = (ms: number): string => timeText(new Date(ms)).replace(/ 00:00:00$/, '');

/** The amounts of a table, rounded so that they sum to the total that is shown. */
function billTable({ by, rows }: Pick<Bill, 'by' | 'rows'>, painter: Painter): Shown[] {
  const total = sumOf(rows);
  const decimals = decimalsFor(total);
  const unit = 10n ** BigInt(10 - decimals);
  const shownTotal = ((total + unit / 2n) / unit) * unit;
  const amounts = split(
    shownTotal,
    rows.map(({ usd }) => fraction(usd)),
    unit,
  );
  const cells = rows.map((row, i) => ({ row, amount: amounts[i] ?? 0n }));
  const width = dollarText(shownTotal, decimals).length;
  const money = (amount: Dollars) => dollarText(amount, decimals).padStart(width);
  const quantityWidth = Math.max(0, ...rows.map((row) => quantityText(row).length));
  const line = ({ row, amount }: (typeof cells)[number], indent: string) => [
    `${indent}${row.usageType}`,
    row.to ? `${row.region} > ${row.to}` : row.region,
    quantityText(row).padStart(quantityWidth),
    row.unit,
    freeText(row),
    money(amount),
    `${row.evidence}${row.takenFrom ? '*' : ''}`,
  ];
  const groups = by === undefined || by === 'usage-type' ? undefined : grouped(cells, ({ row }) => row.group);
  const body = groups
    ? [...groups].flatMap(([group, own]) => [
        [group || noGroup[by ?? 'key'], '', '', '', '', money(own.reduce((all, { amount }) => all + amount, 0n)), ''],
        ...own.map((cell) => line(cell, '  ')),
      ])
    : cells.map((cell) => line(cell, ''));
  if (rows.length === 0) return [painter.faint('nothing was used that AWS charges for')];
  const last = ['total', '', '', '', '', money(shownTotal), ''];
  const headers = [groups ? (by ?? '').toUpperCase() : 'USAGE TYPE', 'REGION', 'QUANTITY', 'UNIT', 'FREE', 'USD', 'EV'];
  return columns(headers, [...body, last], '', painter, GIVE_WAY);
}

const noGroup: Readonly<Record<Grouping, string>> = {
  service: '',
  key: '(no key)',
  bucket: '(no bucket)',
  account: '',
  'usage-type': '',
  day: '',
};

/** As many decimals as a reader can tell apart. */
function decimalsFor(total: Dollars): number {
  if (total >= 100n * 10n ** 10n) return 2;
  if (total >= 10n ** 10n) return 4;
  return total >= 10n ** 8n ? 6 : 10;
}

function quantityText({ quantity }: ReportRow): string {
  const value = toNumber(quantity);
  return Number.isInteger(value)
    ? String(value)
    : value >= 100
      ? value.toFixed(1)
      : String(Number(value.toPrecision(4)));
}

function freeText({ free, quantity }: ReportRow): string {
  if (free.n === 0n) return '';
  return free.n * quantity.d === quantity.n * free.d ? 'all' : String(Number(toNumber(free).toPrecision(6)));
}

/** The amounts and their evidence stay. */
const GIVE_WAY: readonly GivesWay[] = [
  [3, 'dropped'],
  [4, 'dropped'],
  [0, 'shortened', 24],
  [1, 'dropped'],
];

const notesOn = (rows: readonly ReportRow[]): string[] => [
  ...evidenceOf(rows),
  'In US dollars, without taxes and transfer to the internet.',
];

const evidenceOf = (rows: readonly ReportRow[]): string[] =>
  evidenceNotes(
    evidences.filter((letter) => rows.some(({ evidence }) => evidence === letter)),
    rows.some(({ takenFrom }) => takenFrom),
  );
