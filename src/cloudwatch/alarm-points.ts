/**
 * The points that an alarm looks at, at each instant at which they are others than before. Periods end at the instant of
 * evaluation, so that they slide over a metric's points: between two instants at which one of these passes into another
 * period nothing changes, and nothing has to be evaluated.
 */

import { AwsError } from '../api/errors.ts';
import { mergedPoint } from '../tally/point.ts';
import type { AlarmPoint, RecentPoints } from './alarm-evaluation.ts';
import { type AlarmSchedule, resolutionOf } from './alarm-schedule.ts';
import type { Reading } from './metric-source.ts';
import { type MetricPoint, pointsByUnit } from './metric-values.ts';
import { type MetricQuery, queryValues } from './series-values.ts';
import { slidingSum } from './sliding-sum.ts';
import { statisticOf } from './statistics.ts';

/** An instant at which an alarm is evaluated. */
export interface Instant {
  readonly atMs: number;
  /** The points of the periods before it. */
  readonly points: RecentPoints;
}

const HOUR_MS = 3_600_000;

/**
 * How much time is looked at together, since its points are in memory: more where there are few, and at least as much as
 * the range of the first instant. Whole hours, which are multiples of every step.
 */
const SHORTEST_STRETCH_MS = 6 * HOUR_MS;
const LONGEST_STRETCH_MS = 64 * 86_400_000;
const FEW_POINTS = 500;
const MANY_POINTS = 2000;

/** The first multiple of the step after a time. */
export const nextStep = (afterMs: number, stepMs: number): number => (Math.floor(afterMs / stepMs) + 1) * stepMs;

/**
 * The instants after one and up to another at which an alarm has to be evaluated: the first, since a call may have added
 * points since, and those at which its points change.
 */
export function* instantsOf(
  schedule: AlarmSchedule,
  { afterMs, toMs }: { readonly afterMs: number; readonly toMs: number },
  reading: Reading,
): Generator<Instant> {
  const { stepMs, range, periodMs } = schedule;
  const shortestMs = Math.max(SHORTEST_STRETCH_MS, Math.ceil((range * periodMs) / HOUR_MS) * HOUR_MS);
  let isFirst = true;
  let lengthMs = shortestMs;
  let doneMs = nextStep(afterMs, stepMs) - stepMs;
  while (doneMs + stepMs <= toMs) {
    const endMs = Math.min(toMs, doneMs + lengthMs);
    const view = viewOf(schedule, { startMs: doneMs, endMs }, reading);
    let atMs = isFirst ? doneMs + stepMs : view.nextChange(doneMs);
    isFirst = false;
    while (atMs !== undefined && atMs <= endMs) {
      yield { atMs, points: view.pointsAt(atMs) };
      atMs = view.nextChange(atMs);
    }
    doneMs = endMs;
    if (view.size < FEW_POINTS && lengthMs < LONGEST_STRETCH_MS) lengthMs *= 2;
    else if (view.size > MANY_POINTS && lengthMs > shortestMs) lengthMs /= 2;
  }
}

/** What is seen of a metric in a stretch of time. Instants may not go back. */
interface View {
  /** The number of points that it is made of. */
  readonly size: number;
  pointsAt(atMs: number): RecentPoints;
  /** The next instant at which points come into the range, pass into an older period, or leave. */
  nextChange(afterMs: number): number | undefined;
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

function viewOf(schedule: AlarmSchedule, stretch: Stretch, reading: Reading): View {
  const { plan, returned } = schedule;
  if (returned.kind === 'metric') return metricView(schedule, returned, stretch, reading);
  const metrics = plan.queries.filter((query) => query.kind === 'metric');
  const passages = metrics.map((query) => passagesOf(schedule, query, finePoints(schedule, query, stretch, reading)));
  return {
    size: passages.reduce((sum, { size }) => sum + size, 0),
    pointsAt: (atMs) => mathPoints(schedule, atMs, reading),
    nextChange: (afterMs) => earliest(passages.map((passage) => passage.next(afterMs))),
  };
}

function metricView(schedule: AlarmSchedule, query: MetricQuery, stretch: Stretch, reading: Reading): View {
  const fine = finePoints(schedule, query, stretch, reading);
  const passage = passagesOf(schedule, query, fine);
  const sums = Array.from({ length: schedule.range }, () => slidingSum(fine, addedUp));
  return {
    size: passage.size,
    nextChange: passage.next,
    pointsAt(atMs) {
      const starts = passage.startsAt(atMs);
      return sums.map((sumOf, i) => {
        const sum = sumOf(starts[i + 1] ?? 0, starts[i] ?? 0);
        return sum && pointOf(sum, query, atMs - (i + 1) * schedule.periodMs);
      });
    },
  };
}

const addedUp = (one: MetricPoint, other: MetricPoint): MetricPoint => ({
  ...one,
  point: mergedPoint(one.point, other.point),
});

function pointOf({ point, scale }: MetricPoint, { statistic }: MetricQuery, startMs: number): AlarmPoint | undefined {
  const value = statisticOf(point, statistic, scale);
  return value === undefined ? undefined : { startMs, value, sampleCount: point[1] };
}

/**
 * A metric's points, oldest first, in a resolution in which periods can be put together, from those on that are in range
 * at the start.
 */
function finePoints(
  { range, periodMs, stepMs }: AlarmSchedule,
  { metric }: MetricQuery,
  { startMs, endMs }: Stretch,
  reading: Reading,
): readonly MetricPoint[] {
  const seconds = resolutionOf(periodMs / 1000, stepMs / 1000);
  const grainMs = seconds * 1000;
  const fromMs = Math.floor((startMs - range * periodMs) / grainMs) * grainMs;
  const units = pointsByUnit(metric, { startMs: fromMs, endMs, seconds }, reading).filter(({ length }) => length > 0);
  const [only = []] = units;
  return units.length < 2 ? only : units.flat().sort((one, other) => one.startMs - other.startMs);
}

/** How points pass from one period into the next. */
interface Passages {
  readonly size: number;
  /** Of the end of each period, newest first, and of the range's: the index of the first point that is not before it. */
  startsAt(atMs: number): readonly number[];
  next(afterMs: number): number | undefined;
}

function passagesOf(
  { range, periodMs, stepMs }: AlarmSchedule,
  { seconds }: MetricQuery,
  points: readonly MetricPoint[],
): Passages {
  const lengthMs = range * periodMs;
  // The periods of a metric begin with the range.
  const count = Math.floor(lengthMs / (seconds * 1000));
  const ages = Array.from({ length: count + 1 }, (_, i) => lengthMs - (count - i) * seconds * 1000);
  if (ages[0] !== 0) ages.unshift(0);
  const starts = ages.map(() => 0);
  const startsAt = (atMs: number): readonly number[] => {
    for (const [i, ageMs] of ages.entries()) {
      let at = starts[i] ?? 0;
      while ((points[at]?.startMs ?? Number.POSITIVE_INFINITY) < atMs - ageMs) at += 1;
      starts[i] = at;
    }
    return starts;
  };
  return {
    size: points.length,
    startsAt,
    next(afterMs) {
      const passing = startsAt(afterMs).map((start, i) => {
        const point = points[start];
        return point && nextStep(point.startMs + (ages[i] ?? 0), stepMs);
      });
      return earliest(passing);
    },
  };
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time;
  return first;
}

/** The values of an expression. */
function mathPoints(schedule: AlarmSchedule, atMs: number, reading: Reading): RecentPoints {
  const { plan, returned, range, periodMs } = schedule;
  const points: (AlarmPoint | undefined)[] = Array.from({ length: range }, () => undefined);
  for (const { startMs, value } of valuesOf()) {
    const i = Math.ceil((atMs - startMs) / periodMs) - 1;
    points[i] = { startMs: atMs - (i + 1) * periodMs, value };
  }
  return points;

  function valuesOf() {
    const span = { startMs: atMs - range * periodMs, endMs: atMs };
    try {
      const results = queryValues(plan, () => span, reading);
      return results.find(({ query }) => query === returned)?.series[0]?.values ?? [];
    } catch (error) {
      // Such as a quota that does not exist: what cannot be evaluated has no values.
      if (error instanceof AwsError) return [];
      throw error;
    }
  }
}
