/** A series that records have values for, and the values that they have. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { CallRecord } from '../store/records/call.ts';
import type { SeriesName } from '../store/records/tally.ts';
import { OWN_NAMESPACE } from './metric-facts.ts';
import { dimensionsOf } from './series.ts';

/** A series that records of a kind have a value for. */
export interface Measure {
  readonly series: SeriesName;
  /** Whether the series is a distribution, with a histogram: of times in microseconds, or sizes in bytes. */
  readonly isMeasured: boolean;
  /** Undefined if this record has none. */
  readonly valueIn: (record: CallRecord) => number | undefined;
}

/** What a record is counted by, at once and later. */
export interface Measures {
  readonly atOnce: readonly Measure[];
  readonly late: readonly Measure[];
}

/** Measures in turn: those that depend on how far a body was read have to wait for it. */
export function inTurn(all: readonly Measure[], body: CallRecord['body']): Measures {
  if (body === undefined) return { atOnce: all, late: [] };
  const isLate = ({ valueIn }: Measure) => lateValues.has(valueIn);
  return { atOnce: body === 'planned' ? all.filter((each) => !isLate(each)) : all, late: all.filter(isLate) };
}

export const ownSeries =
  ({ region }: { readonly region: Region }, account: AccountId) =>
  (metric: string, dimensions: Readonly<Record<string, string>>): SeriesName => ({
    account,
    region,
    namespace: OWN_NAMESPACE,
    metric,
    dimensions: dimensionsOf(dimensions),
  });

const one = () => 1;
const none = () => 0;

export const counter = (series: SeriesName): Measure => ({ series, isMeasured: false, valueIn: one });

/** A share of requests: 1 for one that is part of it, and 0 for one that is not. */
export const rate = (series: SeriesName, isPart: boolean): Measure => ({
  series,
  isMeasured: false,
  valueIn: isPart ? one : none,
});

export const distribution = (series: SeriesName, valueIn: Measure['valueIn']): Measure => ({
  series,
  isMeasured: true,
  valueIn,
});

/** As precise as a stored record has it, so that sums do not depend on the order. */
const microseconds = (ms: number): number => Math.round(ms * 1000);

export const duration = ({ durationMs }: CallRecord) => microseconds(durationMs);

/** Up to the beginning of a body; undefined if the response has none that is read after the call. */
export const answered = ({ body, answeredMs, durationMs }: CallRecord): number | undefined => {
  if (body === 'planned') return microseconds(durationMs);
  return answeredMs === undefined ? undefined : microseconds(answeredMs);
};

export const bytesIn = ({ bytesIn }: CallRecord) => bytesIn || undefined;
export const bytesOut = ({ bytesOut }: CallRecord) => bytesOut || undefined;
export const kmsTime = ({ kms }: CallRecord) => kms && (microseconds(kms.ms) || undefined);
export const encryptionTime = ({ content }: CallRecord) => content && (microseconds(content.encryptionMs) || undefined);
export const diskTime = ({ content }: CallRecord) => content && (microseconds(content.diskMs) || undefined);

/** KMS's part of the time of a request that asked it, in thousandths of a percent. */
export function kmsShare(record: CallRecord): number | undefined {
  const ofKms = kmsTime(record);
  return ofKms && Math.min(100_000, Math.round((ofKms / Math.max(duration(record), 1)) * 100_000));
}

export const sparedCalls = ({ kms }: CallRecord) => kms?.spared || undefined;

/** What grows while the body of a response is read. */
const lateValues: ReadonlySet<Measure['valueIn']> = new Set([duration, bytesOut, encryptionTime, diskTime, kmsShare]);
