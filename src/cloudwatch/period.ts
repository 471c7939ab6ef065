/** Periods of statistics, and where the first one begins: Amazon CloudWatch API Reference, GetMetricStatistics. */

const DAY_MS = 86_400_000;

/** Periods shorter than a minute, in seconds. */
const SHORT: ReadonlySet<number> = new Set([1, 5, 10, 20, 30]);

export const isPeriod = (seconds: number): boolean => SHORT.has(seconds) || (seconds > 0 && seconds % 60 === 0);

/** What a service says of one that is not, in a parameter. */
export const periodMessage = (parameter: string): string =>
  `The parameter ${parameter} must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.`;

/**
 * The first millisecond of the first period for a start that was asked for: rounded down to a second or a part of a
 * minute for short periods; else to a minute, of what is older than 15 days to five, and of what is older than 63 to an
 * hour. Periods that are too old for their length are left out, whether or not their points are still there.
 */
export function firstPeriodMs(startMs: number, seconds: number, nowMs: number): number {
  const grain = (SHORT.has(seconds) ? seconds : grainOf(nowMs - startMs)) * 1000;
  const roundedMs = Math.floor(startMs / grain) * grain;
  const length = seconds * 1000;
  const oldestMs = nowMs - availableMs(seconds);
  return roundedMs >= oldestMs ? roundedMs : roundedMs + Math.ceil((oldestMs - roundedMs) / length) * length;
}

function grainOf(ageMs: number): number {
  if (ageMs <= 15 * DAY_MS) return 60;
  return ageMs <= 63 * DAY_MS ? 300 : 3600;
}

/** For how long there are values for periods of a length: the same page, Period. */
function availableMs(seconds: number): number {
  if (seconds % 3600 === 0) return 455 * DAY_MS;
  if (seconds % 300 === 0) return 63 * DAY_MS;
  return seconds % 60 === 0 ? 15 * DAY_MS : DAY_MS / 8;
}
