/** A simulation as a value for scripts, and as tables and a chart for people. */

import { printDuration } from '../../../api/duration.ts';
import type { PriceBook } from '../../../cost/price-book.ts';
import { DELIVERY_S, eventSizes, KMS_LATENCY, LONGEST_PAUSE_S } from '../../../simulate/assumptions.ts';
import { type Bill, guessedPrices } from '../../../simulate/bill.ts';
import { DAYS_A_MONTH, type SimulatedMode, type SimulatedRegion } from '../../../simulate/simulate.ts';
import type { Workload } from '../../../simulate/workload.ts';
import type { Painter } from '../../command.ts';
import { barChart } from '../../output/chart-bars.ts';
import type { Shown } from '../../output/painted.ts';
import { onPage } from '../../output/wrap.ts';
import { humanSize } from '../../progress.ts';
import { columns, type GivesWay } from '../columns.ts';

export interface Simulated {
  readonly workload: Workload;
  /** Whether it was measured in a store. */
  readonly isMeasured: boolean;
  readonly regions: readonly SimulatedRegion[];
  readonly book: PriceBook;
}

export function simulationValue(simulated: Simulated) {
  const { workload, regions } = simulated;
  return {
    Workload: {
      ObjectsPerSecond: rounded(workload.objectsPerSecond),
      Size: workload.size,
      ReadShare: rounded(workload.readShare),
      Keys: workload.keys,
      Requesters: workload.requesters,
      Buckets: workload.buckets,
      BucketKeyLifeSeconds: workload.bucketKeyLifeMs / 1000,
      Retries: workload.retries,
      Days: workload.days,
      Seed: workload.seed,
    },
    Regions: regions.map(({ region, quota, modes }) => ({
      Region: region,
      KmsQuotaPerSecond: quota,
      Modes: modes.map((mode) => modeValue(mode, quota)),
    })),
    Assumptions: assumptions(simulated),
  };
}

function modeValue(simulated: SimulatedMode, quota: number) {
  const { mode, logOfDay, bill, followed } = simulated;
  const { management, data } = logOfDay;
  return {
    Mode: mode,
    KmsRequestsPerSecond: rounded(simulated.kmsPerSecond),
    KmsRequestsPerSecondAtEnd: rounded(simulated.kmsPerSecondAtEnd),
    KmsAttemptsPerSecond: rounded(simulated.attemptsPerSecond),
    QuotaShare: rounded(simulated.attemptsPerSecond / quota),
    ThrottledAtFirst: rounded(simulated.throttledAtFirst),
    ThrottledAfterRetries: rounded(simulated.throttledAfterRetries),
    AddedMilliseconds: { P50: rounded(simulated.addedMs.p50), P99: rounded(simulated.addedMs.p99) },
    LogPerDay: {
      ManagementEvents: Math.round(management.events),
      DataEvents: Math.round(data.events),
      Bytes: Math.round(management.rawBytes + data.rawBytes),
      CompressedBytes: Math.round(management.gzipBytes + data.gzipBytes),
    },
    UsdPerMonth: {
      KmsKeys: cents(bill.kmsKeys),
      KmsRequests: cents(bill.kmsRequests),
      S3Requests: cents(bill.s3Requests),
      Storage: cents(bill.storage),
      DsseRead: cents(bill.dsse),
      DataEvents: cents(bill.dataEvents),
      Total: cents(bill.total),
    },
    Followed: { BucketLevelKeys: followed.levelKeys, Attempts: followed.attempts },
  };
}

const rounded = (value: number): number => Number(value.toPrecision(6));
const cents = (usd: number): number => Math.round(usd * 100) / 100;

export function simulationPage(simulated: Simulated, painter: Painter): Shown[] {
  const { workload, isMeasured, regions } = simulated;
  const { strong, faint } = painter;
  const notes = assumptions(simulated).flatMap((note) => onPage(`- ${note}`, painter));
  return [
    ...onPage(workloadText(workload, isMeasured), painter),
    ...regions.flatMap((region) => regionPage(region, painter)),
    '',
    strong('Assumptions'),
    ...notes.map(faint),
  ];
}

function workloadText(workload: Workload, isMeasured: boolean): string {
  const { objectsPerSecond, size, readShare, keys, requesters, buckets, days, bucketKeyLifeMs } = workload;
  const rate = `${counted(objectsPerSecond)} objects of ${humanSize(size)} a second, ${percent(readShare)} of them read`;
  const who = `${several(requesters, 'requester')}, ${several(buckets, 'bucket')}, ${several(keys, 'KMS key')}`;
  const life = `bucket-level keys live ${printDuration(bucketKeyLifeMs)}`;
  const source = isMeasured ? 'As the store measured: ' : '';
  return `${source}${rate}, for ${several(days, 'day')} in each region; ${who}; ${life}`;
}

const several = (count: number, noun: string): string => `${counted(count)} ${noun}${count === 1 ? '' : 's'}`;

function regionPage({ region, quota, modes }: SimulatedRegion, painter: Painter): Shown[] {
  const { strong } = painter;
  const bars = modes.map(({ mode, attemptsPerSecond }) => ({
    label: mode,
    parts: [attemptsPerSecond],
    text: `${counted(attemptsPerSecond)}/s`,
  }));
  return [
    '',
    ...onPage(`${region}: requests to KMS, of which it takes ${counted(quota)} a second`, painter).map(strong),
    ...barChart(
      {
        bars: [...bars, { label: 'quota', parts: [quota], text: `${counted(quota)}/s` }],
        parts: ['requests'],
        unit: 'Count/Second',
        width: Math.min(painter.width, WIDEST),
      },
      painter,
    ),
    '',
    ...columns(
      ['MODE', 'KMS/S', 'OF QUOTA', 'THROTTLED', 'FAILED', 'P50', 'P99'],
      modes.map((each) => kmsRow(each, quota)),
      '',
      painter,
      MODE_GIVES_WAY,
    ),
    '',
    ...onPage('A day of log: events of KMS and S3, as JSON and compressed', painter).map(strong),
    ...columns(
      ['MODE', 'KMS EVENTS', 'S3 EVENTS', 'JSON', 'COMPRESSED'],
      modes.map(logRow),
      '',
      painter,
      MODE_GIVES_WAY,
    ),
    '',
    strong('Bill of a month, in US dollars'),
    ...columns(
      ['MODE', 'KEYS', 'KMS', 'S3', 'STORAGE', 'DSSE', 'EVENTS', 'TOTAL'],
      modes.map(({ mode, bill }) => [mode, ...billRow(bill)]),
      '',
      painter,
      MODE_GIVES_WAY,
    ),
  ];
}

/** The name of a mode is broken where the numbers of a large workload need its room. */
const MODE_GIVES_WAY: readonly GivesWay[] = [[0, 'wrapped', 'SSE-KMS with a'.length]];

/** Columns of a chart, at most. */
const WIDEST = 100;

const kmsRow = (each: SimulatedMode, quota: number): string[] => [
  each.mode,
  counted(each.kmsPerSecondAtEnd),
  percent(each.attemptsPerSecond / quota),
  percent(each.throttledAtFirst),
  percent(each.throttledAfterRetries),
  milliseconds(each.addedMs.p50),
  milliseconds(each.addedMs.p99),
];

function logRow({ mode, logOfDay: { management, data } }: SimulatedMode): string[] {
  return [
    mode,
    counted(management.events),
    counted(data.events),
    humanSize(management.rawBytes + data.rawBytes),
    humanSize(management.gzipBytes + data.gzipBytes),
  ];
}

const billRow = ({ kmsKeys, kmsRequests, s3Requests, storage, dsse, dataEvents, total }: Bill): string[] =>
  [kmsKeys, kmsRequests, s3Requests, storage, dsse, dataEvents, total].map(dollars);

const dollars = (usd: number): string => grouped(usd >= 1000 ? usd.toFixed(0) : usd.toFixed(2));

/** A number in three digits, or whole with commas. */
function counted(value: number): string {
  if (value === 0 || value >= 100) return grouped(value.toFixed(0));
  return String(Number(value.toPrecision(3)));
}

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

function percent(share: number): string {
  if (share > 0 && share < 0.0001) return '<0.01 %';
  return `${Number((share * 100).toPrecision(share >= 1 ? 4 : 3))} %`;
}

function milliseconds(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${Number(ms.toPrecision(3))} ms`;
}

/** What the numbers rest on. */
function assumptions({ workload, regions, book }: Simulated): readonly string[] {
  const { retries, days, bucketKeyLifeMs, readShare } = workload;
  const { generateDataKey, data } = eventSizes;
  const fullFile = ({ gzipBytes }: { readonly gzipBytes: readonly (readonly [number, number])[] }) =>
    gzipBytes.at(-1)?.[1] ?? 0;
  const guessed = regions.filter(({ region }) => guessedPrices(region, book).length > 0).map(({ region }) => region);
  return [
    `KMS answers in ${KMS_LATENCY.p50} ms (median) and ${KMS_LATENCY.p99} ms (p99), log-normal: AWS publishes no figure. P50 and P99 are what it adds to a request for an object, with retries.`,
    retries === 0
      ? 'Throttled requests are not made again.'
      : `Throttled requests are made again up to ${several(retries, 'time')}, as in the SDKs' standard mode: after a random part of 1 s, 2 s and so on, at most ${LONGEST_PAUSE_S} s. The retry quota of a client, which ends retries earlier, is left out.`,
    'KMS counts requests in windows of one second, for a whole account and region. OF QUOTA counts those that are made again, too. THROTTLED is the share of requests for objects that are refused at first, FAILED after all retries.',
    `AWS does not publish how long a bucket-level key lives; here ${printDuration(bucketKeyLifeMs)}. Each requester has its own for each bucket and KMS key, and reads what it has not kept through KMS.`,
    readShare === 1
      ? 'Nothing is written, so the objects were written before, under one bucket-level key for each requester and bucket.'
      : `Reads are of any object written since the beginning, so that KMS is asked more often from day to day: KMS/S is at the end of day ${days}, bill and log are the average.`,
    `An event takes ${counted(generateDataKey.rawBytes)} bytes of JSON for KMS and ${counted(data.rawBytes)} for S3, ${fullFile(generateDataKey)} and ${fullFile(data)} compressed in a full file; CloudTrail writes one every ${DELIVERY_S / 60} minutes. A trail delivers data events; its own storage is not in the bill.`,
    `The bill is of ${DAYS_A_MONTH} days, for ${several(days, 'day')} of storage that grows from nothing, without free tiers and transfer. What fails is neither stored nor billed.`,
    ...(guessed.length > 0
      ? [`Some prices of ${guessed.join(', ')} are not known here: those of us-east-1 are used.`]
      : []),
  ];
}
