/** A comparison as a value for scripts and as tables for people. */

import { printDuration } from '../../../api/duration.ts';
import type { Region } from '../../../api/regions.ts';
import { priceOf } from '../../../cost/price-book.ts';
import type { Painter } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { onPage } from '../../output/wrap.ts';
import { humanSize } from '../../progress.ts';
import { columns } from '../columns.ts';
import { type BucketKeyUse, costOfMillion } from './cost.ts';
import type { Calls, Measured, Reader } from './measure.ts';

export interface Compared {
  readonly file: string;
  readonly size: number;
  readonly times: number;
  readonly region: Region;
  /** What the cost of a bucket key rests on. */
  readonly use: BucketKeyUse;
  /** The setting that makes calls to KMS take longer. */
  readonly kmsLatencyMs: number | undefined;
  readonly modes: readonly Measured[];
}

export function compareValue(compared: Compared) {
  const { file, size, times, region, use, modes } = compared;
  return {
    File: file,
    Size: size,
    Times: times,
    Region: region,
    Modes: modes.map((mode) => ({
      Mode: mode.mode,
      StoredBytes: mode.storedBytes,
      WrappedKeyBytes: mode.keyBytes,
      KmsCalls: mode.puts.kms.length + mode.gets.kms.length,
      ManagementEvents: mode.puts.managementEvents + mode.gets.managementEvents,
      DataEvents: mode.puts.dataEvents + mode.gets.dataEvents,
      LogBytes: mode.puts.logBytes + mode.gets.logBytes,
      Puts: callsValue(mode.puts),
      Gets: callsValue(mode.gets),
      Cost: costValue(mode, compared),
      Readers: mode.readers.map(({ name, permissions, mayRead, refusal }) => ({
        Principal: name,
        Permissions: permissions,
        MayRead: mayRead,
        Refusal: refusal && { Code: refusal.code, Message: refusal.message },
      })),
    })),
    Prices: pricedUsages.map((each) => priceOf(each, region)),
    BucketKey: { PutsAndGetsPerSecond: use.rate, LifeSeconds: use.lifeMs / 1000 },
  };
}

const pricedUsages = [
  'KMS-Requests',
  'KMS-Keys',
  'Requests-Tier1',
  'Requests-Tier2',
  'TimedStorage-ByteHrs',
  'S3DSSE-Out-Bytes',
] as const;

const callsValue = ({ kms, managementEvents, dataEvents, logBytes, ...times }: Calls) => ({
  KmsCalls: counts(kms),
  ManagementEvents: managementEvents,
  DataEvents: dataEvents,
  LogBytes: logBytes,
  MedianMilliseconds: thousandths(times.medianMs),
  MedianKmsMilliseconds: thousandths(times.medianKmsMs),
  KmsShare: thousandths(times.kmsShare),
});

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

/** The cost of a million puts and a million gets, and a month of storage. */
function costValue(mode: Measured, { size, use, region }: Compared) {
  const cost = costOfMillion(mode, size, use, region);
  return {
    KmsCalls: cost.kmsCalls,
    UsdS3Requests: cents(cost.s3Requests),
    UsdKmsRequests: cents(cost.kmsRequests),
    UsdDsseReads: cents(cost.dsse),
    UsdStoragePerMonth: cents(cost.storageMonth),
    UsdKmsKeyPerMonth: cents(cost.kmsKeyMonth),
  };
}

const cents = (usd: number): number => Math.round(usd * 100) / 100;

function counts(names: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of names) found[name] = (found[name] ?? 0) + 1;
  return found;
}

export function comparePage(compared: Compared, painter: Painter): Shown[] {
  const { file, size, times, region, modes } = compared;
  const { strong, faint } = painter;
  return [
    painted`${strong(file)}, ${humanSize(size)}: put ${times} times and read ${times} times in each mode, in ${region}`,
    '',
    ...measuredTable(modes, painter),
    '',
    strong('Time of a put and of a get, and the part of KMS in it'),
    ...timeTable(compared, painter),
    '',
    strong('Who may read it'),
    ...readersTable(modes, painter),
    '',
    strong('Cost of a million puts and a million gets, and of a month, in US dollars'),
    ...costTable(compared, painter),
    '',
    ...notes(compared)
      .flatMap((note) => onPage(note, painter))
      .map(faint),
  ];
}

function notes({ use, region }: Compared): readonly string[] {
  const guessed = pricedUsages.some((each) => priceOf(each, region).takenFrom !== undefined);
  return [
    `With a bucket key, KMS is called once in a while instead of once per object. The cost assumes ${use.rate} puts and ${use.rate} gets a second by one requester (--rate), of any object that is there, and that S3 uses a bucket-level key for ${printDuration(use.lifeMs)} (--bucket-key-life), which AWS does not publish. For other loads: ssebox simulate`,
    `Prices are AWS's for ${guessed ? 'us-east-1, as far as those of ' : ''}${region}${guessed ? ' are not known' : ''}, without free tiers and transfer. DSSE is its fee for what is read, storage a month of a million such objects.`,
  ];
}

const legend = [
  'stored: bytes of ciphertext; keys: bytes of wrapped keys; KMS calls: for all puts + for all gets;',
  'log events: management + data events; log: their bytes as JSON',
];

function measuredTable(modes: readonly Measured[], painter: Painter): Shown[] {
  const headers = ['MODE', 'STORED', 'KEYS', 'KMS CALLS', 'LOG EVENTS', 'LOG'];
  const rows = modes.map(({ mode, storedBytes, keyBytes, puts, gets }) => [
    mode,
    `${storedBytes}`,
    `${keyBytes}`,
    `${puts.kms.length} + ${gets.kms.length}`,
    `${puts.managementEvents + gets.managementEvents} + ${puts.dataEvents + gets.dataEvents}`,
    humanSize(puts.logBytes + gets.logBytes),
  ]);
  return [
    ...columns(headers, rows, '', painter),
    ...legend.flatMap((line) => onPage(line, painter)).map(painter.faint),
  ];
}

/** Medians of what was measured after a warm-up, in turns. */
function timeTable({ modes, kmsLatencyMs }: Compared, painter: Painter): Shown[] {
  const rows = modes.map(({ mode, puts, gets }) => [mode, ...[puts, gets].flatMap(timeCells)]);
  const slowed = `kms.latency makes each call to KMS take ${printDuration(kmsLatencyMs ?? 0)} longer`;
  return [
    ...columns(['MODE', 'PUT', 'KMS', 'OF IT', 'GET', 'KMS', 'OF IT'], rows, '', painter),
    ...(kmsLatencyMs ? onPage(slowed, painter).map(painter.faint) : []),
  ];
}

const timeCells = ({ medianMs, medianKmsMs, kmsShare }: Calls): string[] => [
  milliseconds(medianMs),
  milliseconds(medianKmsMs),
  `${Math.round(kmsShare * 100)} %`,
];

const milliseconds = (ms: number): string => `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** A column for each reader, with the reader's permissions. */
function readersTable(modes: readonly Measured[], painter: Painter): Shown[] {
  const [first] = modes;
  const headers = ['MODE', ...(first?.readers ?? []).map(({ permissions }) => `with ${permissions}`)];
  return columns(
    headers,
    modes.map((each) => [each.mode, ...each.readers.map((one) => answer(one, each))]),
    '',
    painter,
    headers.flatMap((_, i) => (i === 0 ? [] : [[i, 'wrapped', 14] as const])).reverse(),
  );
}

function answer({ mayRead, refusal }: Reader, { mode }: Measured): string {
  if (mayRead) return mode === 'SSE-C' ? 'yes, with its key' : 'yes';
  const [, action] = / is not authorized to perform: (\S+) /.exec(refusal?.message ?? '') ?? [];
  return `no: ${action ?? refusal?.code}`;
}

function costTable(compared: Compared, painter: Painter): Shown[] {
  const headers = ['MODE', 'S3', 'KMS', 'DSSE', 'TOTAL', 'STORAGE/MONTH', 'KEY/MONTH'];
  const rows = compared.modes.map((each) => {
    const { UsdS3Requests, UsdKmsRequests, UsdDsseReads, ...month } = costValue(each, compared);
    const together = UsdS3Requests + UsdKmsRequests + UsdDsseReads;
    const all = [UsdS3Requests, UsdKmsRequests, UsdDsseReads, together];
    return [each.mode, ...[...all, month.UsdStoragePerMonth, month.UsdKmsKeyPerMonth].map((usd) => usd.toFixed(2))];
  });
  return columns(headers, rows, '', painter);
}
