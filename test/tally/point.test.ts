import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredPoint } from '../../src/store/records/tally.ts';
import { addCounted, addMeasured, mergedPoint, opened, pointOf } from '../../src/tally/point.ts';

const counts = fc.array(fc.oneof(fc.constant(1), fc.nat({ max: 50 })), { minLength: 1, maxLength: 40 });
const sizes = fc.array(fc.nat({ max: 1e9 }), { minLength: 1, maxLength: 40 });

function pointWith(values: readonly number[], add: typeof addCounted): StoredPoint {
  const point = opened(undefined);
  for (const value of values) add(point, value);
  return point;
}

test.each([
  ['counted', counts, addCounted],
  ['measured', sizes, addMeasured],
] as const)('a point has the sums of its values: %s', (kind, values, add) => {
  fc.assert(
    fc.property(values, (all) => {
      const { histogram, ...sums } = pointOf(pointWith(all, add));
      expect(sums).toEqual({
        count: all.length,
        sum: all.reduce((sum, each) => sum + each, 0),
        min: Math.min(...all),
        max: Math.max(...all),
      });
      expect(histogram !== undefined).toBe(kind === 'measured');
    }),
  );
});

test.each([
  ['counted', counts, addCounted],
  ['measured', sizes, addMeasured],
] as const)('merged points are that of all values, and leave both as they were: %s', (_kind, values, add) => {
  fc.assert(
    fc.property(values, values, (some, others) => {
      const [one, other] = [pointWith(some, add), pointWith(others, add)];
      const before = structuredClone([one, other]);
      expect(mergedPoint(one, other)).toEqual(pointWith([...some, ...others], add));
      expect([one, other]).toEqual(before);
    }),
  );
});

test('values that are added to a copy do not change what was stored', () => {
  const stored = pointWith([5, 7], addMeasured);
  const before = structuredClone(stored);
  addMeasured(opened(stored), 9);
  expect(stored).toEqual(before);
});

test('counts of one take the room of a number', () => {
  expect(pointWith([1, 1, 1], addCounted)).toEqual([1, 3]);
  expect(pointWith([1, 2], addCounted)).toEqual([1, 2, 3, 1, 2]);
});
