/** Calendar months in UTC, by which AWS bills. */

/** A stretch of time, from its first millisecond to the one before the last. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Month extends Stretch {
  /** `YYYY-MM`. */
  readonly name: string;
}

/** The month that a time is in, of the years up to 9999. */
export function monthAt(timeMs: number): Month {
  const time = new Date(timeMs);
  return month(time.getUTCFullYear(), time.getUTCMonth());
}

/** The month with a name; undefined for a text that is not `YYYY-MM`. */
export function monthNamed(text: string): Month | undefined {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  return year === undefined || number === undefined ? undefined : month(Number(year), Number(number) - 1);
}

function month(year: number, number: number): Month {
  const name = `${String(year).padStart(4, '0')}-${String(number + 1).padStart(2, '0')}`;
  return { name, startMs: Date.UTC(year, number), endMs: Date.UTC(year, number + 1) };
}

/** The months from one time to another, the earlier one first. */
export function monthsBetween(fromMs: number, toMs: number): Month[] {
  const months: Month[] = [];
  for (let each = monthAt(fromMs); each.startMs <= toMs; each = monthAt(each.endMs)) months.push(each);
  return months;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** `YYYY-MM-DD`. */
export const dayName = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

/** A stretch in pieces that end at these times, as far as they are within it. */
export function cutAt(stretch: Stretch, timesMs: readonly number[]): Stretch[] {
  const within = [...new Set(timesMs)].filter((ms) => ms > stretch.startMs && ms < stretch.endMs);
  const ends = [...within.sort((one, other) => one - other), stretch.endMs];
  const pieces = ends.map((endMs, i) => ({ startMs: i === 0 ? stretch.startMs : (ends[i - 1] ?? endMs), endMs }));
  return pieces.filter(({ startMs, endMs }) => startMs < endMs);
}

/** The midnights in a stretch. */
export function midnightsIn({ startMs, endMs }: Stretch): number[] {
  const midnights: number[] = [];
  for (let ms = Math.ceil(startMs / DAY_MS) * DAY_MS; ms < endMs; ms += DAY_MS) midnights.push(ms);
  return midnights;
}

/** The hours of a life that begin in a piece of time; its first one begins with it. */
export function hoursBegun(life: Stretch, piece: Stretch): number {
  const startMs = Math.max(life.startMs, piece.startMs);
  const endMs = Math.min(life.endMs, piece.endMs);
  if (startMs >= endMs) return 0;
  const isFirst = life.startMs >= piece.startMs;
  const first = isFirst ? Math.floor(startMs / HOUR_MS) : Math.ceil(startMs / HOUR_MS);
  return Math.max(0, Math.ceil(endMs / HOUR_MS) - first);
}
