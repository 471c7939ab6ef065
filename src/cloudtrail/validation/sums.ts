/** The numbers of a validation: valid and other files of each kind, and the time that valid digest files are about. */

import type { Finding, Span } from './validation.ts';

/** How many files were valid. */
export interface Ratio {
  readonly valid: number;
  readonly all: number;
}

export interface Sums {
  readonly digests: Ratio;
  readonly backfillDigests: Ratio;
  readonly logs: Ratio;
  /** From the earliest start to the latest end of a valid digest file; undefined if none is valid. */
  readonly span: Span | undefined;
}

const none: Ratio = { valid: 0, all: 0 };

export const noSums: Sums = { digests: none, backfillDigests: none, logs: none, span: undefined };

/** The sums with one finding more. */
export function withFinding(sums: Sums, finding: Finding): Sums {
  if (finding.kind === 'gap') return sums;
  const kind = finding.kind === 'log' ? 'logs' : finding.isBackfill ? 'backfillDigests' : 'digests';
  const { valid, all } = sums[kind];
  const counted = { ...sums, [kind]: { valid: valid + (finding.fault === undefined ? 1 : 0), all: all + 1 } };
  return finding.span ? { ...counted, span: joined(sums.span, finding.span) } : counted;
}

const joined = (one: Span | undefined, { start, end }: Span): Span => ({
  start: earlier(one?.start ?? start, start),
  end: later(one?.end ?? end, end),
});

/** Whether a file was missing or not valid. */
export const hasFaults = ({ digests, backfillDigests, logs }: Sums): boolean =>
  [digests, backfillDigests, logs].some(({ valid, all }) => valid < all);

/** The part of the requested time that valid digest files are about. */
export const foundSpan = ({ span }: Sums, requested: Span): Span | undefined =>
  span && { start: later(span.start, requested.start), end: earlier(span.end, requested.end) };

/** Texts of times are in the order of the times. */
const isEarlier = (one: string, other: string): boolean => one < other;

const earlier = (one: string, other: string): string => (isEarlier(one, other) ? one : other);

const later = (one: string, other: string): string => (isEarlier(one, other) ? other : one);
