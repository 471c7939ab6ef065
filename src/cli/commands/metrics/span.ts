/** The stretch of time that a command is about, and its periods. */

import { durationMs, printDuration } from '../../../api/duration.ts';
import { UsageError } from '../../../api/errors.ts';
import { firstPeriodMs, isPeriod } from '../../../cloudwatch/period.ts';
import { startOf } from '../../../tally/periods.ts';
import type { Stretch } from '../../../tally/reading.ts';
import type { OptionSpec, WithOptions } from '../../command.ts';
import { momentOf } from '../../moment.ts';
import { timeText } from '../../output/time.ts';

export const sinceOption = {
  since: {
    about: 'when it begins: how long ago, or a time (default: an hour ago)',
    type: 'string',
    value: 'DURATION|TIME',
  },
} as const satisfies Record<string, OptionSpec>;

export const spanOptions = {
  ...sinceOption,
  until: { about: 'when it ends, likewise (default: now)', type: 'string', value: 'DURATION|TIME' },
} as const satisfies Record<string, OptionSpec>;

export const periodOption = (about: string) => ({ about, type: 'string', value: 'SECONDS|DURATION' }) as const;

export type SpanOptions = Partial<WithOptions<typeof spanOptions>['options']>;

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A stretch as it is read, with the end that is shown: what happened in this very millisecond is part of it. */
export interface ShownStretch extends Stretch {
  readonly untilMs: number;
}

const HOUR_MS = 3_600_000;

/**
 * It ends now at the latest, since nothing is shown of what is still to come.
 * @throws UsageError for a text that is neither a duration nor a time, and for a stretch that ends before it begins
 */
export function spanOf({ since, until }: SpanOptions, nowMs: number): Span {
  const startMs = since === undefined ? undefined : momentOf('since', since, nowMs);
  const endMs = until === undefined ? nowMs : Math.min(nowMs, momentOf('until', until, nowMs));
  const begins = startMs ?? endMs - HOUR_MS;
  if (begins < endMs) return { startMs: begins, endMs };
  if (begins >= nowMs)
    throw new UsageError(`--since ${since} is in the future: the store's clock shows ${timeText(new Date(nowMs))} UTC`);
  throw new UsageError(`--since ${since} is not before --until ${until}`);
}

/** A period in seconds. @throws UsageError */
export function periodSeconds(text: string): number {
  const ms = durationMs(text);
  const seconds = ms === undefined ? (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN) : ms / 1000;
  if (isPeriod(seconds)) return seconds;
  throw new UsageError(
    `--period takes 1, 5, 10, 20, 30 or a multiple of 60 seconds, such as 300, 5m or 1h, not "${text}"`,
  );
}

/**
 * The periods of a stretch, which begin at multiples of their length; the first is the one that the stretch begins in.
 * @throws UsageError if values of its age are only kept for longer periods
 */
export function periodsOf({ startMs, endMs }: Span, seconds: number, nowMs: number): ShownStretch {
  const first = firstPeriodMs(startMs, seconds, nowMs);
  if (first <= startMs) {
    return { startMs: startOf(first, seconds), endMs: withNow(endMs, nowMs), seconds, untilMs: endMs };
  }
  const since = timeText(new Date(startMs)).slice(0, 16);
  throw new UsageError(
    `periods of ${printDuration(seconds * 1000)} are not kept since ${since}: use --period ${printDuration(grainSeconds(nowMs - startMs) * 1000)}`,
  );
}

/** All of a stretch as a single period. */
export function wholeOf({ startMs, endMs }: Span, nowMs: number): ShownStretch {
  const grain = grainSeconds(nowMs - startMs);
  const first = startOf(startMs, grain);
  const end = withNow(endMs, nowMs);
  return { startMs: first, endMs: end, seconds: Math.ceil((end - first) / 1000 / grain) * grain, untilMs: endMs };
}

const withNow = (endMs: number, nowMs: number): number => (endMs === nowMs ? nowMs + 1 : endMs);

const NICE_SECONDS: readonly number[] = [60, 300, 900, 3600, 21_600, 86_400];

/** The period in which a stretch is drawn: some hundred of them, none shorter than values of its age are kept. */
export function drawnPeriod({ startMs, endMs }: Span, nowMs: number): number {
  const least = Math.max((endMs - startMs) / 1000 / MOST_DRAWN, grainSeconds(nowMs - startMs));
  return NICE_SECONDS.find((seconds) => seconds >= least) ?? Math.ceil(least / 86_400) * 86_400;
}

const MOST_DRAWN = 180;

function grainSeconds(ageMs: number): number {
  if (ageMs <= 15 * 24 * HOUR_MS) return 60;
  return ageMs <= 63 * 24 * HOUR_MS ? 300 : 3600;
}

/** `2026-05-04 09:00 to 10:00 UTC`. */
export function spanText({ startMs, untilMs }: Pick<ShownStretch, 'startMs' | 'untilMs'>): string {
  const [from, to] = [startMs, untilMs].map((ms) => timeText(new Date(ms)).slice(0, 16));
  return `${from} to ${to?.slice(0, 10) === from?.slice(0, 10) ? to?.slice(11) : to} UTC`;
}
