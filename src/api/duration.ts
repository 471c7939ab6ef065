/** Durations as people write them, on the command line and in settings: `8ms`, `90s`, `15m`, `12h`, `30d`, `1y`. */

import { UsageError } from './errors.ts';

const SECOND = 1000;
export const DAY_MS = 86_400 * SECOND;

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: DAY_MS,
  y: 365 * DAY_MS,
};

/** A duration in milliseconds; a year has 365 days. Undefined for any other text. */
export function durationMs(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d+)(ms|[smhdy])$/.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** A duration in milliseconds. @throws UsageError that explains how to write a duration. */
export function parseDuration(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  throw new UsageError(`"${text}" is not a duration: write a number and a unit, such as 90s, 15m, 12h, 30d or 1y`);
}

/** The shortest exact way to write a duration of whole milliseconds: 900,000 ms is `15m`. */
export function printDuration(ms: number): string {
  const [unit, size] = Object.entries(unitMs).findLast(([, each]) => ms % each === 0 && ms >= each) ?? ['s', SECOND];
  return `${ms / size}${unit}`;
}
