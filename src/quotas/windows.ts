/**
 * Requests counted in windows of the machine's clock: "per second, in each one-second interval", AWS KMS Developer
 * Guide, "Request quotas". The clock may be read out of order by several processes, and may be set.
 */

import type { QuotaUse, UsedWindow } from '../store/records/quota.ts';

/** How a rate is measured. */
export interface Window {
  readonly startMs: number;
  readonly lengthMs: number;
  /** The most requests in it. */
  readonly limit: number;
}

/** The window of a rate, in requests a second, that a time is in. A rate below 1 is one request in a longer window. */
export function windowAt(atMs: number, rate: number): Window {
  const isFraction = rate > 0 && rate < 1;
  const lengthMs = isFraction ? Math.ceil(SECOND_MS / rate) : SECOND_MS;
  return { startMs: Math.floor(atMs / lengthMs) * lengthMs, lengthMs, limit: isFraction ? 1 : Math.floor(rate) };
}

/** A rate in words: `5 a second`, `1 in 10 seconds`. */
export function rateText(rate: number): string {
  if (rate === 0 || rate >= 1) return `${rate} a second`;
  return `1 in ${Number((1 / rate).toFixed(3))} seconds`;
}

const SECOND_MS = 1000;
/** How long a window is known. */
const MINUTE_MS = 60 * SECOND_MS;

/** Whether so many more requests fit into a window. */
export function hasRoom(use: QuotaUse | undefined, requests: number, { startMs, lengthMs, limit }: Window): boolean {
  if (!use) return requests <= limit;
  const { newest, earlier } = use;
  let granted = requests + (isIn(newest, startMs, lengthMs) ? newest[1] : 0);
  // The windows of most calls are the newest one. Others have another length if the rate was another one.
  if (newest[0] !== startMs || lengthMs !== SECOND_MS) {
    for (const each of earlier) if (isIn(each, startMs, lengthMs)) granted += each[1];
  }
  return granted <= limit;
}

const isIn = ([start]: UsedWindow, startMs: number, lengthMs: number): boolean =>
  start >= startMs && start < startMs + lengthMs;

/** Counts requests in a window, within the rate or over it. */
export function counted(
  use: QuotaUse | undefined,
  requests: number,
  isOver: boolean,
  { startMs, lengthMs }: Window,
): QuotaUse {
  const over = isOver ? requests : 0;
  const added: UsedWindow = [startMs, requests - over, over];
  const overEver = (use?.overEver ?? 0) + over;
  const lastOverMs = isOver ? startMs : (use?.lastOverMs ?? 0);
  const { newest, earlier } = use
    ? withWindow(use, added, Math.max(MINUTE_MS, lengthMs))
    : { newest: added, earlier: [] };
  return { v: 1, newest, earlier, overEver, lastOverMs };
}

type Windows = Pick<QuotaUse, 'newest' | 'earlier'>;

/** Adds to the windows that are kept so long. */
function withWindow({ newest, earlier }: Windows, added: UsedWindow, keptMs: number): Windows {
  const [startMs] = added;
  if (startMs === newest[0]) return { newest: sum(newest, added), earlier };
  if (startMs > newest[0]) {
    return { newest: added, earlier: [...earlier, newest].filter(([start]) => start > startMs - keptMs) };
  }
  // The clock was set back: what was counted since then is not of this time.
  if (newest[0] - startMs >= keptMs) return { newest: added, earlier: [] };
  const at = earlier.findIndex(([start]) => start >= startMs);
  const same = earlier[at];
  if (same?.[0] === startMs) return { newest, earlier: earlier.with(at, sum(same, added)) };
  return { newest, earlier: earlier.toSpliced(at < 0 ? earlier.length : at, 0, added) };
}

const sum = (one: UsedWindow, other: UsedWindow): UsedWindow => [one[0], one[1] + other[1], one[2] + other[2]];

/** Whether nothing of it is within the minute before a time. */
export const isLongAgo = ({ newest }: QuotaUse, atMs: number): boolean => newest[0] <= atMs - MINUTE_MS;

/** Requests in a time. */
export interface Requests {
  readonly granted: number;
  /** Those over the rate, which AWS refuses. */
  readonly over: number;
  /** The most in one window. */
  readonly peak: number;
}

/** The requests in the minute before a time. */
export function inLastMinute(use: QuotaUse | undefined, atMs: number): Requests {
  let [granted, over, peak] = [0, 0, 0];
  for (const [start, count, refused] of use ? [...use.earlier, use.newest] : []) {
    if (start <= atMs - MINUTE_MS || start > atMs) continue;
    granted += count;
    over += refused;
    peak = Math.max(peak, count + refused);
  }
  return { granted, over, peak };
}
