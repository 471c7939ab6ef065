/** How long points of which period are kept: Amazon CloudWatch User Guide, "Metrics concepts", retention. */

const DAY_MS = 86_400_000;

/** The period that values of a high resolution are added up in, in seconds. */
export const SECOND_S = 1;

/** The period that all other new values are added up in, in seconds. */
export const MINUTE_S = 60;

export interface Period {
  readonly seconds: number;
  readonly keptMs: number;
}

/** From the shortest to the longest: points that are too old for one become points of the next, or are removed. */
export const periods: readonly Period[] = [
  { seconds: SECOND_S, keptMs: DAY_MS / 8 },
  { seconds: MINUTE_S, keptMs: 15 * DAY_MS },
  { seconds: 300, keptMs: 63 * DAY_MS },
  { seconds: 3600, keptMs: 455 * DAY_MS },
];

/** The beginning of the period that a time is in, in milliseconds. */
export const startOf = (timeMs: number, seconds: number): number => {
  const ms = seconds * 1000;
  return Math.floor(timeMs / ms) * ms;
};
