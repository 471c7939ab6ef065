/** A comparison as a value for scripts and as tables for people. */

import type { ServiceName } from '../../../api/model/operations.ts';
import type { Region } from '../../../api/regions.ts';
import { usageTypeOf } from '../../../api/usage-type.ts';
import { costOf } from '../../../cost/price.ts';
import { priceOf } from '../../../cost/price-book.ts';
import type { Painter } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { onPage } from '../../output/wrap.ts';
import { humanSize } from '../../progress.ts';
import { columns } from '../columns.ts';
import type { Calls, Measured, Reader } from './measure.ts';

export interface Compared {
  readonly file: string;
  readonly size: number;
  readonly times: number;
  readonly region: Region;
  readonly modes: readonly Measured[];
}

export function compareValue({ file, size, times, region, modes }: Compared) {
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
      Puts: callsValue(mode.puts),
      Gets: callsValue(mode.gets),
      Cost: costValue(mode, times),
      Readers: mode.readers.map(({ name, permissions, mayRead, refusal }) => ({
        Principal: name,
        Permissions: permissions,
        MayRead: mayRead,
        Refusal: refusal && { Code: refusal.code, Message: refusal.message },
      })),
    })),
    Prices: (['KMS-Requests', 'KMS-Keys', 'Requests-Tier1', 'Requests-Tier2'] as const).map((each) =>
      priceOf(each, PRICED),
    ),
  };
}

const callsValue = ({ kms, managementEvents, dataEvents, medianMs }: Calls) => ({
  KmsCalls: counts(kms),
  ManagementEvents: managementEvents,
  DataEvents: dataEvents,
  MedianMilliseconds: Math.round(medianMs * 1000) / 1000,
});

const MILLION = 1_000_000;

/** Whose prices are shown. */
const PRICED: Region = 'us-east-1';

/** The cost of a million puts and a million gets, with as many KMS calls each as were made here. */
function costValue({ puts, gets, needsKmsKey }: Measured, times: number) {
  const kmsCalls = counts([...puts.kms, ...gets.kms]);
  const kmsCosts = Object.entries(kmsCalls).map(([name, count]) => requestCost('kms', name, (count / times) * MILLION));
  return {
    UsdS3Requests: cents(requestCost('s3', 'PutObject', MILLION) + requestCost('s3', 'GetObject', MILLION)),
    UsdKmsRequests: cents(kmsCosts.reduce((sum, usd) => sum + usd, 0)),
    UsdKmsKeyPerMonth: needsKmsKey ? costOf(priceOf('KMS-Keys', PRICED), 1) : 0,
  };
}

function requestCost(service: ServiceName, operation: string, count: number): number {
  const usageType = usageTypeOf(service, operation, []);
  return usageType ? costOf(priceOf(usageType, PRICED), count) : 0;
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
    strong('Who may read it'),
    ...readersTable(modes, painter),
    '',
    strong('Cost of a million puts and a million gets, in US dollars'),
    ...costTable(modes, times, painter),
    '',
    ...notes.flatMap((note) => onPage(note, painter)).map(faint),
  ];
}

const notes = [
  'With a bucket key, KMS is called once in a while instead of once per object: the more objects, the less each one costs.',
  "Prices are AWS's for us-east-1, without free tiers, storage, transfer or the per-GB fee of DSSE-KMS.",
];

const legend = [
  'stored: bytes of ciphertext; keys: bytes of wrapped keys; KMS calls: for all puts + for all gets;',
  'log events: management + data events; put, get: median time',
];

function measuredTable(modes: readonly Measured[], painter: Painter): Shown[] {
  const headers = ['MODE', 'STORED', 'KEYS', 'KMS CALLS', 'LOG EVENTS', 'PUT', 'GET'];
  const rows = modes.map(({ mode, storedBytes, keyBytes, puts, gets }) => [
    mode,
    `${storedBytes}`,
    `${keyBytes}`,
    `${puts.kms.length} + ${gets.kms.length}`,
    `${puts.managementEvents + gets.managementEvents} + ${puts.dataEvents + gets.dataEvents}`,
    milliseconds(puts.medianMs),
    milliseconds(gets.medianMs),
  ]);
  return [
    ...columns(headers, rows, '', painter),
    ...legend.flatMap((line) => onPage(line, painter)).map(painter.faint),
  ];
}

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

function costTable(modes: readonly Measured[], times: number, painter: Painter): Shown[] {
  const headers = ['MODE', 'S3 REQUESTS', 'KMS REQUESTS', 'TOTAL', 'KMS KEY PER MONTH'];
  const rows = modes.map((each) => {
    const { UsdS3Requests, UsdKmsRequests, UsdKmsKeyPerMonth } = costValue(each, times);
    const together = UsdS3Requests + UsdKmsRequests;
    return [each.mode, ...[UsdS3Requests, UsdKmsRequests, together, UsdKmsKeyPerMonth].map((usd) => usd.toFixed(2))];
  });
  return columns(headers, rows, '', painter);
}
