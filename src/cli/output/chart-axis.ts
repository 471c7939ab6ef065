/** Axes of charts: where a value is on a scale, which values have a tick, and how values are written. */

export type ScaleKind = 'linear' | 'log';

/** A range of values and the ticks in it. */
export interface Axis {
  readonly ticks: readonly Tick[];
  /** From 0, where the axis begins, to 1, where it ends. A value outside is moved to the nearer end. */
  readonly placeOf: (value: number) => number;
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/**
 * An axis of quantities, which begins and ends with a tick. A linear one has 0 in it.
 * @param unit as CloudWatch names it, such as `Milliseconds`; other text is a unit of its own
 */
export function quantityAxis(
  values: readonly number[],
  { kind, unit, isUtf8, most }: { kind: ScaleKind; unit: string; isUtf8: boolean; most: number },
): Axis {
  const ticks = kind === 'log' ? logTicks(values, most) : linearTicks(values, unit, most);
  const [from, to] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  return {
    ticks: ticks.map((value) => ({ value, text: written(value, multiplesOf(unit, kind), isUtf8) })),
    placeOf: kind === 'log' ? logPlace(from, to) : linearPlace(from, to),
  };
}

/** An axis of times, in milliseconds since 1970, with ticks at round times in UTC. */
export function timeAxis(fromMs: number, toMs: number, most: number): Axis {
  const span = toMs - fromMs;
  const stepMs = timeSteps.find((step) => span / step <= most);
  const times = stepMs === undefined ? monthsBetween(fromMs, toMs, most) : multiplesBetween(fromMs, toMs, stepMs);
  return {
    ticks: times.map((value) => ({ value, text: timeLabel(value, stepMs) })),
    placeOf: linearPlace(fromMs, toMs),
  };
}

function multiplesBetween(from: number, to: number, step: number): number[] {
  const found: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(at);
  return found;
}

/** The beginnings of months: of each, each second, third, sixth, or of January. */
function monthsBetween(fromMs: number, toMs: number, most: number): number[] {
  const months = (toMs - fromMs) / (30 * DAY_MS) / most;
  const every = [1, 2, 3, 6].find((each) => months <= each) ?? 12 * Math.ceil(months / 12);
  const [first, last] = [fromMs, toMs].map(monthOf);
  return multiplesBetween(first ?? 0, last ?? 0, every)
    .map((month) => Date.UTC(1970, month))
    .filter((at) => at >= fromMs);
}

/** A value with its unit, in three digits or so: `1.5 ms`, `12 KiB`, `3.2k`. */
export const quantity = (value: number, unit: string, isUtf8: boolean): string =>
  written(value, multiplesOf(unit), isUtf8);

function written(value: number, multiples: readonly Multiple[], isUtf8: boolean): string {
  const [size, suffix] = multipleFor(value, multiples);
  const text = `${digits(value / size)}${suffix}`;
  return isUtf8 ? text : text.replace('µ', 'u');
}

const digits = (value: number): string => {
  const rounded = Number(value.toPrecision(3));
  return String(Object.is(rounded, -0) ? 0 : rounded);
};

type Multiple = readonly [size: number, suffix: string];

const counts: readonly Multiple[] = [
  [1, ''],
  [1e3, 'k'],
  [1e6, 'M'],
  [1e9, 'G'],
  [1e12, 'T'],
];

const sizes: readonly Multiple[] = [
  [1, ' B'],
  [1024, ' KiB'],
  [1024 ** 2, ' MiB'],
  [1024 ** 3, ' GiB'],
  [1024 ** 4, ' TiB'],
];

/** In seconds. */
const times: readonly Multiple[] = [
  [1e-6, ' µs'],
  [1e-3, ' ms'],
  [1, ' s'],
  [60, ' min'],
  [3600, ' h'],
  [86_400, ' d'],
];

const scaled = (multiples: readonly Multiple[], by: number): readonly Multiple[] =>
  multiples.map(([size, suffix]) => [size * by, suffix]);

/** Multiples by powers of ten, for ticks at powers of ten. */
const decimalTimes = times.slice(0, 3);
const decimalSizes: readonly Multiple[] = counts.map(([size, suffix]) => [size, ` ${suffix}B`]);

const families: Readonly<Record<string, Readonly<Record<ScaleKind, readonly Multiple[]>>>> = {
  None: { linear: counts, log: counts },
  Count: { linear: counts, log: counts },
  Seconds: { linear: times, log: decimalTimes },
  Milliseconds: { linear: scaled(times, 1e3), log: scaled(decimalTimes, 1e3) },
  Microseconds: { linear: scaled(times, 1e6), log: scaled(decimalTimes, 1e6) },
  Bytes: { linear: sizes, log: decimalSizes },
  Kilobytes: { linear: scaled(sizes, 1 / 1024), log: scaled(decimalSizes, 1 / 1000) },
  Megabytes: { linear: scaled(sizes, 1 / 1024 ** 2), log: scaled(decimalSizes, 1 / 1000 ** 2) },
  Percent: { linear: [[1, ' %']], log: [[1, ' %']] },
};

/** Of a rate, those of what is counted a second. */
function multiplesOf(unit: string, kind: ScaleKind = 'linear'): readonly Multiple[] {
  const isRate = unit.endsWith('/Second');
  const counted = isRate ? unit.slice(0, -'/Second'.length) : unit;
  const known = Object.hasOwn(families, counted) ? families[counted]?.[kind] : undefined;
  const all: readonly Multiple[] = known ?? counts.map(([size, suffix]) => [size, `${suffix} ${counted}`]);
  return isRate ? all.map(([size, suffix]) => [size, `${suffix}/s`]) : all;
}

/** The largest multiple that a value has one of; of 0 the unit itself. */
function multipleFor(value: number, all: readonly Multiple[]): Multiple {
  const own = all.find(([size]) => size === 1) ?? all[0] ?? [1, ''];
  if (value === 0) return own;
  return all.findLast(([size]) => Math.abs(value) >= size * 0.9995) ?? all[0] ?? own;
}

/**
 * From 0 or below to beyond the greatest value, in steps of 1, 2 or 5 times a power of ten of the fitting multiple; of
 * what is counted, in whole steps.
 */
function linearTicks(values: readonly number[], unit: string, most: number): number[] {
  const low = Math.min(0, leastOf(values));
  const high = Math.max(0, greatestOf(values));
  if (low === high) return [0, 1];
  const [size] = multipleFor(Math.max(-low, high), multiplesOf(unit));
  const isWhole = unit === 'Count' && values.every(Number.isInteger);
  const least = isWhole ? 1 / size : LEAST_LOG;
  const step = stepNumbered(stepAbove(Math.max(least, (high - low) / size / most))) * size;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** 1, 2 and 5 times powers of ten, or powers of ten; what is not above 0 has no place on them. */
function logTicks(values: readonly number[], most: number): number[] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [1, 10];
  const least = Math.max(LEAST_LOG, leastOf(positive));
  const greatest = Math.max(LEAST_LOG, greatestOf(positive));
  const [low, high] = [stepBelow(least), stepAbove(greatest)];
  if (high - low <= most + 1) return steps(low, Math.max(high, low + 1), 1);
  const decades = Math.ceil(high / 3) - Math.floor(low / 3);
  const every = Math.ceil(decades / (most + 1));
  const first = Math.floor(low / 3);
  return steps(first * 3, (first + Math.ceil(decades / every) * every) * 3, every * 3);
}

/** A chart may have more values than a call has room for arguments. */
export const leastOf = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
export const greatestOf = (values: readonly number[]): number =>
  values.reduce((greatest, value) => Math.max(greatest, value), Number.NEGATIVE_INFINITY);

/** What is smaller could not be told from 0 once it was scaled. */
const LEAST_LOG = 1e-300;

/** 1, 2, 5, 10, 20 …: those that are numbered from one to another, 1 being number 0. */
function steps(from: number, to: number, every: number): number[] {
  const found: number[] = [];
  for (let at = from; at <= to; at += every) found.push(stepNumbered(at));
  return found;
}

const stepNumbered = (number: number): number => {
  const power = Math.floor(number / 3);
  return Number(`${[1, 2, 5][number - 3 * power] ?? 1}e${power}`);
};

/** The number of the least step that is not below a value. */
function stepAbove(value: number): number {
  const guess = 3 * Math.floor(Math.log10(value));
  return (
    [-1, 0, 1, 2, 3, 4].map((each) => guess + each).find((each) => stepNumbered(each) >= value * (1 - 1e-9)) ?? guess
  );
}

/** The number of the greatest step that is not above a value. */
function stepBelow(value: number): number {
  const above = stepAbove(value);
  return stepNumbered(above) <= value * (1 + 1e-9) ? above : above - 1;
}

const linearPlace =
  (from: number, to: number) =>
  (value: number): number =>
    clamped(to === from ? 0 : (value - from) / (to - from));

function logPlace(from: number, to: number): (value: number) => number {
  const place = linearPlace(Math.log(from), Math.log(to));
  return (value) => (value > 0 ? place(Math.log(value)) : 0);
}

const clamped = (place: number): number => Math.min(1, Math.max(0, place));

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const timeSteps: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR_MS),
  ...[1, 2, 7, 14].map((each) => each * DAY_MS),
];

/** Months since the first of 1970. */
const monthOf = (atMs: number): number => {
  const date = new Date(atMs);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
};

/** `10:05`, `11-28` where a day begins, with seconds where they are needed, and `2026-11` for months, without a step. */
function timeLabel(atMs: number, stepMs: number | undefined): string {
  const text = new Date(atMs).toISOString();
  if (stepMs === undefined) return text.slice(0, 7);
  if (stepMs >= DAY_MS || atMs % DAY_MS === 0) return text.slice(5, 10);
  return stepMs < MINUTE_MS ? text.slice(11, 19) : text.slice(11, 16);
}
