/** The state of an alarm for the points that it looks at, and how it is worded. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StateValue } from '../../src/api/model/cloudwatch.types.ts';
import {
  type Criteria,
  evaluate,
  evaluationRange,
  type MissingData,
  type RecentPoints,
} from '../../src/cloudwatch/alarm-evaluation.ts';
import { reasonDataOf, reasonOf, type Watched } from '../../src/cloudwatch/alarm-reason.ts';

const MINUTE = 60_000;
const AT = Date.parse('2026-05-04T09:05:00Z');

/** Left the oldest, right the newest: 0 does not breach, X breaches, - is missing. */
function pointsOf(drawn: string): RecentPoints {
  const all = drawn.split(' ').reverse();
  return all.map((each, i) =>
    each === '-'
      ? undefined
      : { startMs: AT - (i + 1) * MINUTE, value: each === 'X' ? 99.5 : Number(each), sampleCount: 5 },
  );
}

const criteria = (periods: number, toAlarm: number, missing: MissingData = 'missing'): Criteria => ({
  periods,
  toAlarm,
  missing,
  comparison: 'GreaterThanThreshold',
  threshold: 50,
});

type Expected = StateValue | 'keep';

const INSUFFICIENT = 'INSUFFICIENT_DATA';

// Amazon CloudWatch User Guide, "How alarm state is evaluated when data is missing": both of its tables, and what it says
// of premature changes. N is 3, and 5 periods are looked at.
const table: readonly (readonly [
  toAlarm: number,
  points: string,
  missing: Expected,
  ignore: Expected,
  breaching: Expected,
  notBreaching: Expected,
])[] = [
  [3, '0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  [3, '0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  [3, '- - - - -', INSUFFICIENT, 'keep', 'ALARM', 'OK'],
  [3, '0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [3, '- - X - -', 'ALARM', 'keep', 'ALARM', 'OK'],
  [2, '0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '- - - X -', 'ALARM', 'keep', 'ALARM', 'OK'],
  // The guide says only that this one does not become ALARM.
  [3, '- - - - X', 'keep', 'keep', 'ALARM', 'OK'],
];

test('missing points are treated as the guide says, whatever the state was', () => {
  const found = table.map(([toAlarm, points]) => {
    const states = (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map(
      (missing) => evaluate(criteria(3, toAlarm, missing), pointsOf(points))?.state ?? 'keep',
    );
    return [toAlarm, points, ...states];
  });
  expect(found).toEqual(table);
});

test('five periods are looked at for three, and always at least two more than are needed', () => {
  expect([1, 2, 3, 5, 6, 9, 12].map(evaluationRange)).toEqual([3, 4, 5, 7, 8, 12, 16]);
});

test.each([
  ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
  ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
  ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
  ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
] as const)('%s compares the value with the threshold', (comparison, expected) => {
  const states = [49, 50, 51].map(
    (value) => evaluate({ ...criteria(1, 1), comparison }, [{ startMs: 0, value }])?.state,
  );
  expect(states).toEqual(expected);
});

test('a percentile of too few values changes nothing where that is asked for', () => {
  const few = { ...criteria(2, 1), leastSamples: 6 };
  expect(evaluate(few, pointsOf('X X'))).toBeUndefined();
  expect(evaluate({ ...few, leastSamples: 5 }, pointsOf('X X'))?.state).toBe('ALARM');
  // An expression does not say of how many values it is.
  expect(evaluate(few, [{ startMs: 0, value: 99 }])?.state).toBe('ALARM');
});

test('the points that are looked at are the newest ones, and one more breach never ends an alarm', () => {
  const drawn = fc.array(fc.constantFrom('0', 'X', '-'), { minLength: 5, maxLength: 5 });
  const missing = fc.constantFrom('missing', 'ignore', 'breaching', 'notBreaching' as const);
  fc.assert(
    fc.property(drawn, missing, fc.integer({ min: 1, max: 3 }), fc.nat(4), (points, treated, toAlarm, at) => {
      const before = evaluate(criteria(3, toAlarm, treated), pointsOf(points.join(' ')));
      if (before && before.points.length > 0) {
        const starts = before.points.map(({ startMs }) => startMs);
        expect([...starts].sort((a, b) => b - a)).toEqual(starts);
        expect(before.points.length + before.filled).toBeLessThanOrEqual(3);
      }
      if (before?.state !== 'ALARM' || points[at] !== '0') return;
      const worse = points.with(at, 'X').join(' ');
      expect(evaluate(criteria(3, toAlarm, treated), pointsOf(worse))?.state).toBe('ALARM');
    }),
  );
});

const watched = (of: Criteria, isMOfN = false): Watched => ({
  criteria: of,
  isMOfN,
  seconds: 60,
  statistic: 'Average',
});

/** The reason for these points, which change the state. */
function reason(of: Criteria, points: string, isMOfN = false): string {
  const finding = evaluate(of, pointsOf(points));
  if (!finding) throw new Error(`${points} change nothing`);
  return reasonOf(watched(of, isMOfN), finding);
}

// Answers of CloudWatch, with other times.
test.each([
  [
    'one point',
    criteria(1, 1),
    'X',
    false,
    '1 datapoint [99.5 (04/05/26 09:04:00)] was greater than the threshold (50.0).',
  ],
  [
    'several, the newest first',
    criteria(3, 3),
    '97.25 98 X',
    false,
    '3 datapoints [99.5 (04/05/26 09:04:00), 98.0 (04/05/26 09:03:00), 97.25 (04/05/26 09:02:00)] were greater than the threshold (50.0).',
  ],
  [
    'back to OK',
    criteria(1, 1),
    '0',
    false,
    '1 datapoint [0.0 (04/05/26 09:04:00)] was not greater than the threshold (50.0).',
  ],
  [
    'M of N',
    criteria(3, 2),
    '97 0 X',
    true,
    '2 out of the last 3 datapoints [99.5 (04/05/26 09:04:00), 97.0 (04/05/26 09:02:00)] were greater than the threshold (50.0) (minimum 2 datapoints for OK -> ALARM transition).',
  ],
  [
    'M of N, back to OK',
    criteria(1, 1),
    '0.066',
    true,
    '1 out of the last 1 datapoints [0.066 (04/05/26 09:04:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).',
  ],
  [
    'five and more in a sentence of their own',
    criteria(5, 5),
    'X X X X X',
    true,
    `5 out of the last 5 datapoints were greater than the threshold (50.0). The most recent datapoints which crossed the threshold: [${[4, 3, 2, 1, 0].map((minute) => `99.5 (04/05/26 09:0${minute}:00)`).join(', ')}] (minimum 5 datapoints for OK -> ALARM transition).`,
  ],
  [
    'some filled in',
    criteria(3, 2, 'breaching'),
    '- - X',
    false,
    '1 datapoint [99.5 (04/05/26 09:04:00)] was greater than the threshold (50.0) and 2 missing datapoints were treated as [Breaching].',
  ],
  [
    'some filled in, M of N',
    criteria(3, 1, 'notBreaching'),
    '- X -',
    true,
    '1 out of the last 3 datapoints [99.5 (04/05/26 09:03:00)] was greater than the threshold (50.0) and 2 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).',
  ],
  [
    'none that decides',
    criteria(3, 2, 'breaching'),
    '- - 0',
    false,
    '1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
  ],
  [
    'none at all, breaching',
    criteria(2, 2, 'breaching'),
    '- - - -',
    false,
    'no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
  ],
  [
    'none at all, not breaching',
    criteria(1, 1, 'notBreaching'),
    '- - -',
    true,
    'no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
  ],
])('reason: %s', (_title, of, points, isMOfN, expected) => {
  expect(reason(of, points, isMOfN)).toBe(`Threshold Crossed: ${expected}`);
});

test('reason: of M out of N those that decide are listed, in numbers as Java prints them', () => {
  const points = '0 0.0001 X 12345678';
  expect(reason(criteria(4, 2), points, true)).toBe(
    'Threshold Crossed: 2 out of the last 4 datapoints [1.2345678E7 (04/05/26 09:04:00), 99.5 (04/05/26 09:03:00)] were greater than the threshold (50.0) (minimum 2 datapoints for OK -> ALARM transition).',
  );
  expect(reason(criteria(4, 3), points, true)).toBe(
    'Threshold Crossed: 2 out of the last 4 datapoints [1.0E-4 (04/05/26 09:02:00), 0.0 (04/05/26 09:01:00)] were not greater than the threshold (50.0) (minimum 2 datapoints for ALARM -> OK transition).',
  );
});

test('reason: nothing is known', () => {
  expect(reason(criteria(1, 1), '- - -')).toBe('Insufficient Data: 1 datapoint was unknown.');
  expect(reason(criteria(3, 3), '- - - - -', true)).toBe('Insufficient Data: 3 datapoints were unknown.');
});

test('the reason as JSON has recent points oldest first and evaluated ones newest first', () => {
  const of = criteria(3, 3);
  const finding = evaluate(of, pointsOf('97.25 98 X'));
  if (!finding) throw new Error('it changes nothing');
  expect(reasonDataOf({ ...watched(of), unit: 'Percent' }, finding, AT)).toBe(
    '{"version":"1.0","queryDate":"2026-05-04T09:05:00.000+0000","startDate":"2026-05-04T09:02:00.000+0000","unit":"Percent","statistic":"Average","period":60,"recentDatapoints":[97.25,98.0,99.5],"threshold":50.0,"evaluatedDatapoints":[{"timestamp":"2026-05-04T09:04:00.000+0000","sampleCount":5.0,"value":99.5},{"timestamp":"2026-05-04T09:03:00.000+0000","sampleCount":5.0,"value":98.0},{"timestamp":"2026-05-04T09:02:00.000+0000","sampleCount":5.0,"value":97.25}]}',
  );
  const none = evaluate(criteria(2, 2), [undefined, undefined, undefined, undefined]);
  if (!none) throw new Error('it changes nothing');
  expect(reasonDataOf(watched(criteria(2, 2)), none, AT)).toBe(
    '{"version":"1.0","queryDate":"2026-05-04T09:05:00.000+0000","statistic":"Average","period":60,"recentDatapoints":[],"threshold":50.0,"evaluatedDatapoints":[{"timestamp":"2026-05-04T09:04:00.000+0000"},{"timestamp":"2026-05-04T09:03:00.000+0000"}]}',
  );
});

test('the reason of many points fits into what CloudWatch stores', () => {
  const of = criteria(1440, 1440);
  const finding = evaluate(of, pointsOf(Array(1440).fill('X').join(' ')));
  if (!finding) throw new Error('it changes nothing');
  const data = reasonDataOf(watched(of), finding, AT);
  expect(data.length).toBeLessThanOrEqual(4000);
  const { recentDatapoints, evaluatedDatapoints } = JSON.parse(data);
  expect(recentDatapoints).toHaveLength(evaluatedDatapoints.length);
  expect(evaluatedDatapoints[0].timestamp).toBe('2026-05-04T09:04:00.000+0000');
  expect(reasonOf(watched(of), finding).length).toBeLessThanOrEqual(1023);
});
