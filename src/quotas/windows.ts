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
  let granted = requests;
  // Its windows have other lengths if the rate was another one.
  for (const [start, count] of use ? windowsOf(use) : []) {
    if (start >= startMs && start < startMs + lengthMs) granted += count;
  }
  return granted <= limit;
}

const windowsOf = ({ newest, earlier }: QuotaUse): readonly UsedWindow[] => [...earlier, newest];

/** Counts requests in a window: those that the rate allows, or those that are over it. */
export function counted(
  use: QuotaUse | undefined,
  { granted, over }: { readonly granted: number; readonly over: number },
  { startMs, lengthMs }: Window,
): QuotaUse {
  const overEver = (use?.overEver ?? 0) + over;
  const lastOverMs = over > 0 ? startMs : use?.lastOverMs;
  const totals = { v: 1, overEver, ...(lastOverMs !== undefined && { lastOverMs }) } as const;
  const requests: UsedWindow = [startMs, granted, over];
  if (!use) return { ...totals, newest: requests, earlier: [] };
  const { newest, earlier } = use;
  if (startMs === newest[0]) return { ...totals, newest: sum(newest, requests), earlier };
  const keptMs = Math.max(MINUTE_MS, lengthMs);
  if (startMs > newest[0]) {
    return { ...totals, newest: requests, earlier: [...earlier, newest].filter(([start]) => start > startMs - keptMs) };
  }
  // The clock was set back: what was counted since then is not of this time.
  if (newest[0] - startMs >= keptMs) return { ...totals, newest: requests, earlier: [] };
  const at = earlier.findIndex(([start]) => start >= startMs);
  const same = earlier[at];
  if (same?.[0] === startMs) return { ...totals, newest, earlier: earlier.with(at, sum(same, requests)) };
  return { ...totals, newest, earlier: earlier.toSpliced(at < 0 ? earlier.length : at, 0, requests) };
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
  for (const [start, count, refused] of use ? windowsOf(use) : []) {
    if (start <= atMs - MINUTE_MS || start > atMs) continue;
    granted += count;
    over += refused;
    peak = Math.max(peak, count + refused);
  }
  return { granted, over, peak };
}
