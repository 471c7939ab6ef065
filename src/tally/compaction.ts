/**
 * Points of minutes become points of five minutes and then of hours as they grow old by the store's clock, and in the end
 * are removed. Once a day a round begins, and every call that is counted does a piece of it, in its own transaction.
 */

import type { TallyUpkeep } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { type Period, periods, startOf } from './periods.ts';
import { mergedPoint } from './point.ts';
import { removeSeries } from './series.ts';

/** The time between the beginnings of two rounds. */
const ROUND_MS = 86_400_000;

/**
 * How many rows a call reads or moves: more than twice as many as it adds points, since each is moved twice and removed
 * once, but merged with its neighbours before.
 */
export const PIECE_ROWS = 24;

/** Does a piece of a round if one is due or under way; otherwise this reads one row. */
export function compactWhenDue(nowMs: number, tx: Tx): void {
  const state = tx.tallyUpkeep.get(['compaction']);
  if (state && !state.round && nowMs < state.dueMs && state.dueMs - nowMs <= ROUND_MS) return;
  tx.tallyUpkeep.put(['compaction'], nextState(state, nowMs, tx));
}

function nextState(state: TallyUpkeep | undefined, nowMs: number, tx: Tx): TallyUpkeep {
  // The clock may have been set back since: the next round must not wait until it is where it was.
  if (!state || (!state.round && nowMs < state.dueMs)) return { v: 1, dueMs: nowMs + ROUND_MS };
  const { asOfMs, series: reached } = state.round ?? { asOfMs: nowMs, series: 0 };
  const series = compactPiece(reached, asOfMs, tx);
  if (series === undefined) return { v: 1, dueMs: asOfMs + ROUND_MS };
  return { v: 1, dueMs: state.dueMs, round: { asOfMs, series } };
}

/** Compacts the series after one. @returns the last one that is done; undefined once all are. */
function compactPiece(after: number, asOfMs: number, tx: Tx): number | undefined {
  let left = PIECE_ROWS;
  let done = after;
  for (const { key } of [...tx.seriesNames.range({ start: [after], after: true, limit: left })]) {
    const [series] = key;
    left -= 1 + compactSeries(series, asOfMs, left, tx);
    if (left <= 0) return done;
    done = series;
  }
  return undefined;
}

/** Compacts up to so many points of a series. @returns how many. */
function compactSeries(series: number, asOfMs: number, most: number, tx: Tx): number {
  let moved = 0;
  for (const [i, period] of periods.entries()) {
    moved += compactPeriod(series, period, periods[i + 1], { asOfMs, most: most - moved }, tx);
    if (moved >= most) return moved;
  }
  const isEmpty = [tx.points, tx.levels].every((table) => [...table.under([series], { limit: 1 })].length === 0);
  if (isEmpty) removeSeries(series, tx);
  return moved;
}

interface Piece {
  readonly asOfMs: number;
  readonly most: number;
}

function compactPeriod(
  series: number,
  { seconds, keptMs }: Period,
  next: Period | undefined,
  { asOfMs, most }: Piece,
  tx: Tx,
): number {
  // Points that become one are moved in the same round.
  const endMs = startOf(asOfMs - keptMs, next?.seconds ?? seconds);
  const old = [...tx.points.range({ start: [series, seconds], end: [series, seconds, endMs], limit: most })];
  for (const { key, value } of old) {
    tx.points.remove(key);
    if (!next) continue;
    const into: [number, number, number] = [series, next.seconds, startOf(key[2], next.seconds)];
    const known = tx.points.get(into);
    tx.points.put(into, known ? mergedPoint(known, value) : value);
  }
  return old.length;
}
