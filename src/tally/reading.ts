/** Reads the tally: the series of a place, and their points added up to longer periods. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { SeriesRecord, StoredPoint } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { periods } from './periods.ts';
import { mergedPoint } from './point.ts';

/** Where to look for series: all of a region, of a namespace, or of a metric. */
export interface SeriesPlace {
  readonly account: AccountId;
  readonly region: Region;
  readonly namespace?: string | undefined;
  /** Only with a namespace. */
  readonly metric?: string | undefined;
}

export interface FoundSeries {
  readonly number: number;
  readonly name: SeriesRecord;
}

type Series = Pick<Tx, 'series' | 'seriesNames'>;

/**
 * The series of a place, by namespace, metric and dimensions.
 * @param after the last series that was seen before
 */
export function* seriesIn(
  { account, region, namespace, metric }: SeriesPlace,
  { series, seriesNames }: Series,
  after?: readonly [AccountId, Region, string, string, string],
): Generator<FoundSeries> {
  const prefix = [
    account,
    region,
    ...(namespace === undefined ? [] : [namespace, ...(metric === undefined ? [] : [metric])]),
  ];
  const rows = series.under(prefix, after && { start: after, after: true });
  for (const { value: number } of rows) {
    const name = seriesNames.get([number]);
    if (name) yield { number, name };
  }
}

/** From the first millisecond to the one before the last, in periods that begin with the first. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  /** The length of a period, in seconds. */
  readonly seconds: number;
}

/** What the values of a period add up to. */
export interface PeriodPoint {
  readonly startMs: number;
  readonly point: StoredPoint;
}

/**
 * The points of a series in a stretch of time, oldest first; periods without values are left out. A point belongs to the
 * period in which it begins; one that is longer than a period is left out, since nobody knows which part of it is whose.
 */
export function* pointsBetween(
  series: number,
  { startMs, endMs, seconds }: Stretch,
  { points }: Pick<Tx, 'points'>,
): Generator<PeriodPoint> {
  const sources = periods
    .filter((period) => period.seconds <= seconds)
    .map((period) => points.range({ start: [series, period.seconds, startMs], end: [series, period.seconds, endMs] }));
  let open: PeriodPoint | undefined;
  for (const { atMs, point } of inTurn(sources)) {
    const periodMs = startMs + Math.floor((atMs - startMs) / (seconds * 1000)) * seconds * 1000;
    if (open?.startMs === periodMs) {
      open = { startMs: periodMs, point: mergedPoint(open.point, point) };
      continue;
    }
    if (open) yield open;
    open = { startMs: periodMs, point };
  }
  if (open) yield open;
}

interface At {
  readonly atMs: number;
  readonly point: StoredPoint;
}

type PointRows = ReturnType<Tx['points']['range']>;

/** The points of all resolutions in the order of time. */
function* inTurn(sources: readonly PointRows[]): Generator<At> {
  const streams = sources.map((rows) => rows[Symbol.iterator]());
  const heads = streams.map((stream) => stream.next());
  for (;;) {
    let earliest: number | undefined;
    for (const [i, head] of heads.entries()) {
      if (head.done) continue;
      const best = earliest === undefined ? undefined : heads[earliest];
      if (!best || best.done || head.value.key[2] < best.value.key[2]) earliest = i;
    }
    const head = earliest === undefined ? undefined : heads[earliest];
    const stream = earliest === undefined ? undefined : streams[earliest];
    if (earliest === undefined || !head || head.done || !stream) return;
    yield { atMs: head.value.key[2], point: head.value.value };
    heads[earliest] = stream.next();
  }
}
