/**
 * Series of levels: what something is from one time until the next change, such as a number of buckets. CloudWatch has a
 * value of it every minute, but only the minutes in which it changed are stored.
 */

import type { SeriesName, StoredLevel, StoredPoint } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { MINUTE_S, startOf } from './periods.ts';
import { mergedPoint } from './point.ts';
import type { PeriodPoint, Stretch } from './reading.ts';
import { findSeries, seriesNumber } from './series.ts';

const MINUTE_MS = MINUTE_S * 1000;

/** How long minutes are kept, as CloudWatch keeps hours. The last one before that stays. */
const KEPT_MS = 455 * 86_400_000;

type Levels = Pick<Tx, 'levels'>;

/**
 * Sets a level from a time on, in milliseconds by the store's clock.
 * @param level undefined: from then on there is none
 */
export function setLevel(name: SeriesName, level: number | undefined, timeMs: number, tx: Tx): void {
  const found = findSeries(name, tx);
  const before = found === undefined ? undefined : lastMinute(found, tx);
  if ((before?.level[1] ?? undefined) === level) return;
  const number = found ?? seriesNumber(name, tx);
  // Whoever sets the clock back does not change what was.
  const minuteMs = Math.max(startOf(timeMs, MINUTE_S), before?.minuteMs ?? 0);
  const [, last = null, ...samples] = before?.level ?? [];
  const isSame = before?.minuteMs === minuteMs;
  const known = isSame ? sampled(samples) : last === null ? undefined : sampleOf(last);
  const added = level === undefined ? known : joined(known, sampleOf(level));
  tx.levels.put([number, minuteMs], added ? [1, level ?? null, ...sumsOf(added)] : [1, level ?? null]);
  forgetOld(number, minuteMs, tx);
}

/** The level now; undefined if there is none. */
export function levelNow(name: SeriesName, tx: Pick<Tx, 'series' | 'levels'>): number | undefined {
  const number = findSeries(name, tx);
  return number === undefined ? undefined : (lastMinute(number, tx)?.level[1] ?? undefined);
}

interface Minute {
  readonly minuteMs: number;
  readonly level: StoredLevel;
}

function lastMinute(number: number, { levels }: Levels, beforeMs?: number): Minute | undefined {
  const rows =
    beforeMs === undefined
      ? levels.under([number], { reverse: true, limit: 1 })
      : levels.range({ start: [number], end: [number, beforeMs], reverse: true, limit: 1 });
  const [last] = rows;
  return last && { minuteMs: last.key[1], level: last.value };
}

const sampleOf = (level: number): StoredPoint => [1, 1, level, level, level];

/** A minute's samples: each level that there was in it. */
function sampled([count = 0, sum = 0, min = 0, max = 0]: readonly (number | undefined)[]): StoredPoint | undefined {
  return count === 0 ? undefined : [1, count, sum, min, max];
}

const joined = (one: StoredPoint | undefined, other: StoredPoint): StoredPoint =>
  one ? mergedPoint(one, other) : other;

const sumsOf = ([, count, sum = count, min = 1, max = 1]: StoredPoint) => [count, sum, min, max] as const;

/** A minute is added at a time, so that removing one at a time is enough. */
function forgetOld(number: number, nowMs: number, { levels }: Levels): void {
  const [oldest, next] = levels.under([number], { limit: 2 });
  if (oldest && next && next.key[1] < nowMs - KEPT_MS) levels.remove(oldest.key);
}

/** How a level is published: as it is, or as the seconds that are left until the time that it is, in milliseconds. */
export type Published = 'as it is' | 'seconds until it';

/**
 * The points of a series of levels in a stretch of time, with a value every minute, oldest first; as `pointsBetween` has
 * those of other series.
 */
export function* levelPoints(
  number: number,
  { startMs, endMs, seconds }: Stretch,
  published: Published,
  tx: Levels,
): Generator<PeriodPoint> {
  const periodMs = seconds * 1000;
  let open: PeriodPoint | undefined;
  for (const { fromMs, toMs, point } of piecesOf(number, { startMs, endMs }, published, tx)) {
    let atMs = Math.max(fromMs, startOf(startMs + MINUTE_MS - 1, MINUTE_S));
    while (atMs < Math.min(toMs, endMs)) {
      const start = startMs + Math.floor((atMs - startMs) / periodMs) * periodMs;
      const untilMs = Math.min(start + periodMs, toMs, endMs);
      const minutes = Math.ceil((untilMs - atMs) / MINUTE_MS);
      const added = point(atMs, minutes);
      if (open?.startMs === start) open = { startMs: start, point: mergedPoint(open.point, added) };
      else {
        if (open) yield open;
        open = { startMs: start, point: added };
      }
      atMs += minutes * MINUTE_MS;
    }
  }
  if (open) yield open;
}

/** Minutes, from a whole one up to one that is not part of it, and what so many of them add up to. */
interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly point: (fromMs: number, minutes: number) => StoredPoint;
}

function* piecesOf(
  number: number,
  { startMs, endMs }: Pick<Stretch, 'startMs' | 'endMs'>,
  published: Published,
  { levels }: Levels,
): Generator<Piece> {
  let last = lastMinute(number, { levels }, startMs);
  for (const { key, value } of levels.range({ start: [number, startMs], end: [number, endMs] })) {
    const minute = { minuteMs: key[1], level: value };
    if (last) yield* between(last, minute.minuteMs, published);
    yield* changed(minute, published);
    last = minute;
  }
  if (last) yield* between(last, endMs, published);
}

function* changed({ minuteMs, level: [, , ...sums] }: Minute, published: Published): Generator<Piece> {
  const samples = sampled(sums);
  if (!samples) return;
  const point = () => (published === 'as it is' ? samples : untilLevels(samples, minuteMs));
  yield { fromMs: minuteMs, toMs: minuteMs + MINUTE_MS, point };
}

/** The minutes after one with a change, up to a time. */
function* between({ minuteMs, level: [, level] }: Minute, endMs: number, published: Published): Generator<Piece> {
  const fromMs = minuteMs + MINUTE_MS;
  if (level === null || fromMs >= endMs) return;
  if (published === 'as it is') {
    yield { fromMs, toMs: endMs, point: (_fromMs, minutes) => [1, minutes, minutes * level, level, level] };
    return;
  }
  // Nothing is left of it once the time has come.
  const toMs = Math.min(endMs, level);
  const point = (atMs: number, minutes: number): StoredPoint => {
    const most = wholeSeconds(level - atMs);
    const least = most - (minutes - 1) * MINUTE_S;
    return [1, minutes, (minutes * (most + least)) / 2, least, most];
  };
  if (fromMs < toMs) yield { fromMs, toMs, point };
}

const wholeSeconds = (ms: number): number => Math.floor(Math.max(0, ms) / 1000);

/** Samples that are times, as the seconds until them. */
const untilLevels = ([, count, sum = 0, min = 0, max = 0]: StoredPoint, atMs: number): StoredPoint => [
  1,
  count,
  wholeSeconds(sum - count * atMs),
  wholeSeconds(min - atMs),
  wholeSeconds(max - atMs),
];
