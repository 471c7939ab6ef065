/** Metric math: Amazon CloudWatch User Guide, "Using metric math". */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MathExpression, parseMath, printMath } from '../../src/cloudwatch/math-syntax.ts';
import { evaluateMath, type MathContext, type MathValue, type TimeSeries } from '../../src/cloudwatch/math-values.ts';

const seriesOf = (label: string, values: Readonly<Record<number, number>>): TimeSeries => ({
  label,
  seconds: 60,
  values: Object.entries(values).map(([minute, value]) => ({ startMs: Number(minute) * 60_000, value })),
});

const given: Readonly<Record<string, TimeSeries>> = {
  m1: seriesOf('m1', { 0: 10, 1: 20, 3: 40 }),
  m2: seriesOf('m2', { 0: 1, 2: 3, 3: 4 }),
  none: seriesOf('none', {}),
};

const context: MathContext = {
  id: 'e1',
  valueOf(id) {
    const series = given[id];
    if (!series) throw new Error(`nothing is called ${id}`);
    return { kind: 'series', series };
  },
  metrics: (part = '') => Object.entries(given).flatMap(([id, series]) => (id.includes(part) ? [series] : [])),
  starts: () => [0, 1, 2, 3, 4].map((minute) => minute * 60_000),
  quotaOf: () => undefined,
};

const evaluate = (text: string): MathValue => evaluateMath(parseMath(text, 'e1'), context);

const byMinute = ({ values }: TimeSeries) =>
  Object.fromEntries(values.map(({ startMs, value }) => [startMs / 60_000, value]));

function shown(value: MathValue) {
  if (value.kind === 'number') return value.value;
  return value.kind === 'series' ? byMinute(value.series) : value.items.map(byMinute);
}

test.each([
  // A value where both have one.
  ['m1 + m2', { 0: 11, 3: 44 }],
  ['m1 - m2 * 2', { 0: 8, 3: 32 }],
  ['(m1 - m2) * 2', { 0: 18, 3: 72 }],
  ['m1 / m2', { 0: 10, 3: 10 }],
  ['m1 / 10', { 0: 1, 1: 2, 3: 4 }],
  ['100 - m2', { 0: 99, 2: 97, 3: 96 }],
  ['-m2', { 0: -1, 2: -3, 3: -4 }],
  ['-m2 ^ 2', { 0: -1, 2: -9, 3: -16 }],
  ['m2 ^ -1', { 0: 1, 2: 1 / 3, 3: 0.25 }],
  ['2 ^ 3 ^ 2', 512],
  ['10 - 4 - 3', 3],
  ['-2 * -(3 - 1)', 4],
  ['1.5e1 + .5', 15.5],
  // What is divided by 0 has no value.
  ['m1 / (m2 - 1)', { 3: 40 / 3 }],
  ['AVG(m1)', 70 / 3],
  ['SUM(m1)', 70],
  ['m1 - MIN(m1)', { 0: 0, 1: 10, 3: 30 }],
  ['m1 / MAX(m1)', { 0: 0.25, 1: 0.5, 3: 1 }],
  ['m1 + AVG(none)', {}],
  // A function of several has a value where any of them does.
  ['SUM([m1, m2])', { 0: 11, 1: 20, 2: 3, 3: 44 }],
  ['AVG([m1,m2])', { 0: 5.5, 1: 20, 2: 3, 3: 22 }],
  ['MAX(METRICS())', { 0: 10, 1: 20, 2: 3, 3: 40 }],
  ["SUM(METRICS('1'))", { 0: 10, 1: 20, 3: 40 }],
  [
    '[m1, m2] * 2',
    [
      { 0: 20, 1: 40, 3: 80 },
      { 0: 2, 2: 6, 3: 8 },
    ],
  ],
  [
    '[m1, m2] + m2',
    [
      { 0: 11, 3: 44 },
      { 0: 2, 2: 6, 3: 8 },
    ],
  ],
  [
    '[m1, m2] - [m2, m1]',
    [
      { 0: 9, 3: 36 },
      { 0: -9, 3: -36 },
    ],
  ],
  ['FILL(m1, 0)', { 0: 10, 1: 20, 2: 0, 3: 40, 4: 0 }],
  ['FILL(m1, REPEAT)', { 0: 10, 1: 20, 2: 20, 3: 40, 4: 40 }],
  ['FILL(m2, LINEAR)', { 0: 1, 1: 2, 2: 3, 3: 4 }],
  ['FILL(none, 7)', { 0: 7, 1: 7, 2: 7, 3: 7, 4: 7 }],
  [
    'FILL([m1, none], AVG(m2) - AVG(m2))',
    [
      { 0: 10, 1: 20, 2: 0, 3: 40, 4: 0 },
      { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 },
    ],
  ],
  ['SUM([FILL(m1,0), FILL(m2,0)])', { 0: 11, 1: 20, 2: 3, 3: 44, 4: 0 }],
] as const)('%s', (text, expected) => {
  expect(shown(evaluate(text))).toEqual(expected);
});

test.each([
  ['', 'Invalid syntax at character 1'],
  ['m1 +', 'Invalid syntax at character 5'],
  ['m1 m2', 'Invalid syntax at character 4'],
  ['(m1', 'Invalid syntax at character 4'],
  ['m1)', 'Invalid syntax at character 3'],
  ['m1 $ 2', 'Invalid syntax at character 4'],
  ['m1 constructor', 'Invalid syntax at character 4'],
  ['[m1, ', 'Invalid syntax at character 6'],
  ["METRICS('m", 'Invalid syntax at character 9'],
  ['SUM(m1, m2)', 'The function SUM takes one argument, not 2'],
  ['AVG(3)', 'The function AVG takes time series, not a number'],
  ['FILL(m1)', 'The function FILL takes two arguments, not 1'],
  ['FILL(m1, SOMEHOW)', 'The function FILL fills with a number, REPEAT or LINEAR'],
  ['FILL(1, 2)', 'A time series is expected where there is a number'],
  ['METRICS(m1)', 'The function METRICS takes nothing or a text'],
  ['NOSUCH(m1)', 'Unrecognized function NOSUCH'],
  ['constructor(m1)', 'Unrecognized function constructor'],
  ['Requests + 1', 'Unrecognized name Requests'],
  ["m1 + 'a'", 'A text can only be an argument of a function'],
  ['[m1] + [m1, m2]', 'have different numbers of time series'],
  ['SERVICE_QUOTA(m1)', 'takes a usage metric that has a service quota'],
] as const)('%j is refused: %s', (text, message) => {
  expect(() => evaluate(text)).toThrow(expect.objectContaining({ code: 'ValidationError' }));
  expect(() => evaluate(text)).toThrow(message);
  expect(() => evaluate(text)).toThrow("Error in expression 'e1': ");
});

test.each([
  ['m1 > 3', 'The operator > of metric math is not part of ssebox.'],
  ['m1 == m2', 'The operator == of metric math is not part of ssebox.'],
  ['m1 AND m2', 'The operator AND of metric math is not part of ssebox.'],
  ['IF(m1, 1, 2)', 'The function IF of metric math is not part of ssebox.'],
  ['ANOMALY_DETECTION_BAND(m1, 2)', 'The function ANOMALY_DETECTION_BAND of metric math is not part of ssebox.'],
  ['RATE(m1)', 'The function RATE of metric math is not part of ssebox.'],
  ["SEARCH('{AWS/KMS}', 'Sum')", 'The function SEARCH of metric math is not part of ssebox.'],
] as const)('%j is refused by name', (text, message) => {
  expect(() => evaluate(text)).toThrow(expect.objectContaining({ code: 'NotImplemented', message }));
});

const operator = fc.constantFrom('+', '-', '*', '/', '^');
const id = fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,6}$/);
const number = fc.oneof(fc.nat({ max: 1000 }), fc.double({ min: 0, max: 1e12, noNaN: true, noDefaultInfinity: true }));

const { anything } = fc.letrec<{ anything: MathExpression }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    number.map((value) => ({ kind: 'number', value }) as const),
    id.map((name) => ({ kind: 'id', id: name }) as const),
    fc.constantFrom('REPEAT', 'LINEAR').map((word) => ({ kind: 'word', word }) as const),
    fc.stringMatching(/^[^'"]{0,8}$|^[^']{0,8}$|^[^"]{0,8}$/).map((text) => ({ kind: 'text', text }) as const),
    fc.record({ kind: fc.constant('negation' as const), of: tie('anything') }),
    fc.record({ kind: fc.constant('operation' as const), operator, left: tie('anything'), right: tie('anything') }),
    fc.record({
      kind: fc.constant('function' as const),
      name: fc.stringMatching(/^[A-Z][A-Z_0-9]{0,6}$/).filter((name) => name !== 'AND' && name !== 'OR'),
      args: fc.array(tie('anything'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('anything'), { maxLength: 3 }) }),
  ),
}));

test('an expression that is printed is read as the same expression', () => {
  fc.assert(fc.property(anything, (each) => void expect(parseMath(printMath(each), 'e1')).toEqual(each)));
});

/** Numbers as JavaScript evaluates the same text. */
const arithmetic = fc.letrec<{ sum: string }>((tie) => ({
  sum: fc.oneof(
    { maxDepth: 6 },
    fc.nat({ max: 9 }).map(String),
    fc.tuple(tie('sum'), fc.constantFrom('+', '-', '*', '/'), tie('sum')).map((parts) => parts.join(' ')),
    tie('sum').map((inner) => `(${inner})`),
    tie('sum').map((inner) => `-(${inner})`),
    fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 3 })).map((parts) => parts.join('^')),
  ),
})).sum;

test('numbers are evaluated in the usual order', () => {
  fc.assert(
    fc.property(arithmetic, (text) => {
      const exact: unknown = new Function(`return ${text.replaceAll('^', '**')}`)();
      expect(shown(evaluate(text))).toEqual(exact);
    }),
  );
});

const minutes = fc.dictionary(fc.integer({ min: 0, max: 9 }).map(String), fc.integer({ min: -50, max: 50 }));

test('between series there is a value exactly where both have one', () => {
  fc.assert(
    fc.property(minutes, minutes, fc.constantFrom('+', '-', '*', '/'), (one, other, sign) => {
      const own: Readonly<Record<string, TimeSeries>> = { a: seriesOf('a', one), b: seriesOf('b', other) };
      const resultOf = (name: string): MathValue => ({ kind: 'series', series: own[name] ?? seriesOf(name, {}) });
      const expected: Record<string, number> = {};
      for (const minute of Object.keys(one)) {
        const [a, b] = [one[minute], other[minute]];
        if (a === undefined || b === undefined) continue;
        const value = { '+': a + b, '-': a - b, '*': a * b, '/': a / b }[sign] ?? Number.NaN;
        if (Number.isFinite(value)) expected[minute] = value;
      }
      expect(shown(evaluateMath(parseMath(`a ${sign} b`, 'e1'), { ...context, valueOf: resultOf }))).toEqual(expected);
    }),
  );
});
