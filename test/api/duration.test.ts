import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration, printDuration } from '../../src/api/duration.ts';
import { UsageError } from '../../src/api/errors.ts';

test.for([
  ['8ms', 8],
  ['1000ms', 1000],
  ['90s', 90_000],
  ['15m', 900_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  ['1y', 31_536_000_000],
  ['0s', 0],
] as const)('%s is %i ms', ([text, ms]) => {
  expect(parseDuration(text)).toBe(ms);
});

test.for(['', '5', 'h', '1.5h', '-1d', '1 d', '1w', '1D', '8Ms', '8msm', '99999999999999999y'])(
  '%j is not a duration',
  (text) => {
    expect(() => parseDuration(text)).toThrow(UsageError);
  },
);

test('a printed duration parses to the same value', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.nat(400_000_000),
        fc.nat(400_000_000).map((seconds) => seconds * 1000),
      ),
      (ms) => {
        expect(parseDuration(printDuration(ms))).toBe(ms);
      },
    ),
  );
});
