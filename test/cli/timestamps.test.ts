import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTimestamp, printTimestamp } from '../../src/cli/aws-input/timestamps.ts';

// AWS CLI User Guide, "Common AWS CLI parameter types", Timestamp; a time without an offset is UTC here.
const table: readonly (readonly [string | number, string | undefined])[] = [
  ['2026-01-01', '2026-01-01T00:00:00+00:00'],
  ['2014-10-29T20:30:00.000Z', '2014-10-29T20:30:00+00:00'],
  ['2014-10-29T12:30:00.114-08:00', '2014-10-29T20:30:00.114000+00:00'],
  ['2014-10-29 20:30', '2014-10-29T20:30:00+00:00'],
  ['20141029T203000Z', '2014-10-29T20:30:00+00:00'],
  ['1414614600', '2014-10-29T20:30:00+00:00'],
  [1597902361.481, '2020-08-20T05:46:01.481000+00:00'],
  ['Wed, 21 Oct 2015 07:28:00 GMT', '2015-10-21T07:28:00+00:00'],
  // What botocore makes of them, run with dateutil.
  ['1e9', '2001-09-09T01:46:40+00:00'],
  ['.5', '1970-01-01T00:00:00.500000+00:00'],
  ['2020-1-2', '2020-01-02T00:00:00+00:00'],
  ['2020/01/02', '2020-01-02T00:00:00+00:00'],
  ['2020.01.02', '2020-01-02T00:00:00+00:00'],
  ['2020-1-2T03:04:05Z', '2020-01-02T03:04:05+00:00'],
  ['1 Jan 2020', '2020-01-01T00:00:00+00:00'],
  ['January 1, 2020', '2020-01-01T00:00:00+00:00'],
  ['Jan 1 2020 10:00', '2020-01-01T10:00:00+00:00'],
  ['1 January 2020 10:00 UTC', '2020-01-01T10:00:00+00:00'],
  ['253402300799', '9999-12-31T23:59:59+00:00'],
  ['253402300800', undefined],
  ['1577836800000', undefined],
  ['1e999', undefined],
  ['Wed, 01 Jan 2020', '2020-01-01T00:00:00+00:00'],
  ['Sat 1 Jan 2020 10:11', '2020-01-01T10:11:00+00:00'],
  ['2020-00-01', undefined],
  ['2020-01-00', undefined],
  ['2020-01-01T00:00:60Z', undefined],
  ['2020-1-32', undefined],
  ['31 Feb 2020', undefined],
  ['1 Janvier 2020', undefined],
  ['2026-02-30', undefined],
  ['2026-13-01', undefined],
  ['2026-01-01T24:00:00Z', undefined],
  ['2026-01-01T10:00:00 o’clock', undefined],
  ['yesterday', undefined],
  ['', undefined],
];

test.for(table)('%j is %s', ([text, printed]) => {
  const date = parseTimestamp(text);
  expect(date && printTimestamp(date)).toBe(printed);
});

test.for([
  [0, '2026-01-31T12:34:56.789000+00:00'],
  [60, '2026-01-31T13:34:56.789000+01:00'],
  [-210, '2026-01-31T09:04:56.789000-03:30'],
  [345, '2026-01-31T18:19:56.789000+05:45'],
  [-720, '2026-01-31T00:34:56.789000-12:00'],
] as const)('%i minutes ahead of UTC', ([offset, printed]) => {
  const date = new Date('2026-01-31T12:34:56.789Z');
  expect(printTimestamp(date, offset)).toBe(printed);
  expect(parseTimestamp(printed)).toEqual(date);
});

test('a printed timestamp is read back', () => {
  const date = fc.date({ min: new Date('1000-01-01Z'), max: new Date('9999-12-31Z'), noInvalidDate: true });
  fc.assert(
    fc.property(date, (value) => {
      expect(parseTimestamp(printTimestamp(value))).toEqual(value);
    }),
  );
});
