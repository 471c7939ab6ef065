/** Which points an alarm looks at, and when they are others. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecentPoints } from '../../src/cloudwatch/alarm-evaluation.ts';
import { instantsOf } from '../../src/cloudwatch/alarm-points.ts';
import { type AlarmSchedule, scheduleOf } from '../../src/cloudwatch/alarm-schedule.ts';
import type { Reading } from '../../src/cloudwatch/metric-source.ts';
import { queryValues } from '../../src/cloudwatch/series-values.ts';
import { slidingSum } from '../../src/cloudwatch/sliding-sum.ts';
import type { AlarmSettings } from '../../src/store/records/alarm.ts';
import { putValues } from '../../src/tally/put-values.ts';
import { ACCOUNT, newWorld, START, type World } from '../support/harness.ts';

const place = { account: ACCOUNT, region: 'us-east-1' } as const;
const HOUR = 3_600_000;

const settingsOf = (seconds: number, periods: number, others: Partial<AlarmSettings> = {}): AlarmSettings => ({
  MetricName: 'Orders',
  Namespace: 'Shop',
  Statistic: 'Sum',
  Period: seconds,
  EvaluationPeriods: periods,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  ...others,
});

/** Of two metrics, one in minutes and one filled in. */
const mathOf = (seconds: number, periods: number): AlarmSettings => ({
  ...settingsOf(seconds, periods, {
    MetricName: undefined,
    Namespace: undefined,
    Statistic: undefined,
    Period: undefined,
  }),
  Metrics: [
    { Id: 'all', Expression: 'a + FILL(b, 0)' },
    ...(['Orders', 'Returns'] as const).map((MetricName, i) => ({
      Id: i === 0 ? 'a' : 'b',
      MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period: seconds, Stat: 'Sum' },
      ReturnData: false,
    })),
  ],
});

/** What the API answers for the periods before an instant. */
function asked({ plan, returned, range, periodMs }: AlarmSchedule, atMs: number, reading: Reading): RecentPoints {
  const span = { startMs: atMs - range * periodMs, endMs: atMs };
  const results = queryValues(plan, () => span, reading);
  const points: RecentPoints[number][] = Array.from({ length: range }, () => undefined);
  for (const { startMs, value, sampleCount } of results.find(({ query }) => query === returned)?.series[0]?.values ??
    []) {
    points[(atMs - startMs) / periodMs - 1] = { startMs, value, ...(sampleCount !== undefined && { sampleCount }) };
  }
  return points;
}

/** Points without their times, which change with every instant. */
const contents = (points: RecentPoints): string =>
  JSON.stringify(points.map((point) => point && [point.value, point.sampleCount]));

/** The instants at which somebody who looks at every one sees something else than before, and what all of them see. */
function seenAtEvery(schedule: AlarmSchedule, span: { afterMs: number; toMs: number }, reading: Reading) {
  const seen = new Map<number, RecentPoints>();
  const changes: number[] = [];
  let before: string | undefined;
  for (let atMs = span.afterMs + schedule.stepMs; atMs <= span.toMs; atMs += schedule.stepMs) {
    const points = asked(schedule, atMs, reading);
    seen.set(atMs, points);
    if (contents(points) !== before) changes.push(atMs);
    before = contents(points);
  }
  return { seen, changes };
}

function putAll(
  world: World,
  metric: string,
  seconds: 1 | 60,
  values: readonly (readonly [at: number, value: number])[],
): void {
  const name = { ...place, namespace: 'Shop', metric, dimensions: [] };
  world.transact((tx) => {
    for (const [at, value] of values) {
      putValues(name, { timeMs: START + at * seconds * 1000, resolution: seconds }, { values: [[value, 1]] }, tx);
    }
  });
}

const kinds = fc.constantFrom(
  { schedule: scheduleOf(settingsOf(60, 1)), resolution: 60, last: 40 } as const,
  { schedule: scheduleOf(settingsOf(120, 3)), resolution: 60, last: 40 } as const,
  { schedule: scheduleOf(settingsOf(300, 2)), resolution: 60, last: 60 } as const,
  { schedule: scheduleOf(mathOf(120, 2)), resolution: 60, last: 40 } as const,
  { schedule: scheduleOf(settingsOf(10, 2)), resolution: 1, last: 120 } as const,
  { schedule: scheduleOf(settingsOf(30, 3)), resolution: 1, last: 120 } as const,
  {
    schedule: scheduleOf(settingsOf(300, 2, { Statistic: undefined, ExtendedStatistic: 'p50' })),
    resolution: 60,
    last: 60,
  } as const,
);

test('an alarm is evaluated at every instant at which its points change, and sees what the API answers', () => {
  const values = fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 9 })), { maxLength: 12 });
  fc.assert(
    fc.property(kinds, values, values, ({ schedule, resolution, last }, orders, returns) => {
      const world = newWorld();
      putAll(
        world,
        'Orders',
        resolution,
        orders.map(([at, value]) => [at % last, value]),
      );
      putAll(
        world,
        'Returns',
        resolution,
        returns.map(([at, value]) => [at % last, value]),
      );
      const toMs = START + last * resolution * 1000 + (schedule.range + 2) * schedule.periodMs;
      const span = { afterMs: START, toMs };
      world.transact((tx) => {
        const reading = { ...place, tx, nowMs: toMs };
        const found = [...instantsOf(schedule, span, reading)];
        const { seen, changes } = seenAtEvery(schedule, span, reading);
        const times = found.map(({ atMs }) => atMs);
        expect([...new Set(times)].sort((a, b) => a - b)).toEqual(times);
        expect(times).toEqual(expect.arrayContaining(changes));
        for (const { atMs, points } of found) expect(contents(points)).toBe(contents(seen.get(atMs) ?? []));
      });
    }),
    { numRuns: 40 },
  );
});

test('a year in which nothing happened has as many instants as its points make', () => {
  const world = newWorld();
  putAll(world, 'Orders', 60, [
    [0, 1],
    [3, 1],
  ]);
  const schedule = scheduleOf(settingsOf(300, 3));
  const countTo = (days: number): number =>
    world.transact((tx) => {
      const toMs = START + days * 86_400_000;
      return [...instantsOf(schedule, { afterMs: START, toMs }, { ...place, tx, nowMs: toMs })].length;
    });
  // Each of two points comes in and passes five ends of periods; the first instant is that of one of them.
  expect([countTo(1), countTo(365)]).toEqual([12, 12]);
});

test.each([
  ['ten seconds', settingsOf(10, 3), 10_000],
  ['a minute', settingsOf(60, 1), 60_000],
  ['a day, but not more', settingsOf(3600, 24), 60_000],
  ['more than a day', settingsOf(3600, 25), HOUR],
  ['a week', settingsOf(604_800, 1), HOUR],
])('how often: an alarm that looks at %s', (_title, settings, stepMs) => {
  expect(scheduleOf(settings).stepMs).toBe(stepMs);
});

test('an alarm on more than a day is evaluated at full hours, with what was before', () => {
  const world = newWorld();
  putAll(world, 'Orders', 60, [[30, 7]]);
  const schedule = scheduleOf(settingsOf(86_400, 2));
  const instants = world.transact((tx) => {
    const toMs = START + 2 * HOUR;
    return [...instantsOf(schedule, { afterMs: START, toMs }, { ...place, tx, nowMs: toMs })];
  });
  expect(instants.map(({ atMs }) => atMs)).toEqual([START + HOUR]);
  expect(instants[0]?.points[0]).toEqual({ startMs: START + HOUR - 86_400_000, value: 7, sampleCount: 1 });
});

test('instants are full hours, and all at which something changes, after as many points as before', () => {
  const world = newWorld();
  const dense = (from: number) => Array.from({ length: 3000 }, (_, i) => [from + i, 1] as const);
  putAll(world, 'Orders', 60, [...dense(0), [200_000, 5], ...dense(300_000)]);
  const schedule = scheduleOf(settingsOf(3600, 25));
  world.transact((tx) => {
    const toMs = START + 310_000 * 60_000;
    const reading = { ...place, tx, nowMs: toMs };
    const times = [...instantsOf(schedule, { afterMs: START, toMs }, reading)].map(({ atMs }) => atMs);
    expect(times.filter((atMs) => atMs % HOUR !== 0)).toEqual([]);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    const last = START + 302_999 * 60_000;
    // A point that is alone comes in, passes 32 ends of periods and leaves.
    const alone = START + 200_000 * 60_000;
    const about = times.filter((atMs) => atMs > alone && atMs < alone + 100 * HOUR);
    expect(about).toHaveLength(34);
    expect(times.at(-1)).toBe(Math.floor(last / HOUR + 34) * HOUR);
  });
});

test('only points that are kept in a resolution fine enough are looked at', () => {
  expect(scheduleOf(settingsOf(10, 2000)).range).toBe(1080);
  expect(scheduleOf(settingsOf(604_800, 1)).range).toBe(3);
  expect(scheduleOf(settingsOf(604_800 - 60, 1)).range).toBe(2);
});

test('a sum over a window that moves on is that of what is in it', () => {
  const steps = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 1 }), { maxLength: 30 }), steps, (all, moves) => {
      const sumOf = slidingSum(all, (one, other) => one + other);
      let [from, to] = [0, 0];
      for (const [begin, end] of moves) {
        to = Math.min(all.length, to + end);
        from = Math.min(to, from + begin);
        expect(sumOf(from, to)).toBe(from < to ? all.slice(from, to).join('') : undefined);
      }
    }),
  );
});
