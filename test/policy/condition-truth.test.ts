/**
 * What every spelling of every condition operator says to a request: IAM User Guide, "IAM JSON policy elements: Condition
 * operators", "Set operators for multivalued context keys" and "Single-valued vs. multivalued context keys".
 */

import { expect, test } from 'vitest';
import { isMet, parseCondition } from '../../src/policy/condition.ts';
import { operators } from '../../src/policy/condition-operators.ts';
import { RecordContext } from '../../src/policy/context.ts';

interface Sample {
  readonly negated?: true;
  readonly policy: readonly string[];
  /** Two values that equal one of the policy's, or stand to it as the operator's name says without its `Not`. */
  readonly like: readonly [string, string];
  readonly unlike: readonly [string, string];
}

const words = { policy: ['a', 'b'], like: ['a', 'b'], unlike: ['c', 'A'] } as const;
const anyCase = { policy: ['a', 'b'], like: ['A', 'b'], unlike: ['c', 'ab'] } as const;
const globs = { policy: ['a*', '?b'], like: ['ab', 'xb'], unlike: ['b', 'Ac'] } as const;
const numbers = { policy: ['10', '20'], like: ['10.0', '20'], unlike: ['9', '-10'] } as const;
const dates = {
  policy: ['2026-05-04T09:00:00Z', '2026-05-05'],
  like: ['2026-05-04T11:00:00+02:00', '2026-05-05T00:00:00Z'],
  unlike: ['2026-05-04', '1777885201'],
} as const;
const addresses = {
  policy: ['203.0.113.0/24', '2001:db8::/32'],
  like: ['203.0.113.7', '2001:db8:1::7'],
  unlike: ['203.0.114.7', '2001:db9::7'],
} as const;
const arns = {
  policy: ['arn:aws:iam::111122223333:role/app/*', 'arn:aws:iam::*:user/ann'],
  like: ['arn:aws:iam::111122223333:role/app/Reader', 'arn:aws:iam::444455556666:user/ann'],
  unlike: ['arn:aws:iam::111122223333:role/Reader', 'arn:aws:iam::444455556666:user/ANN'],
} as const;

const samples: Readonly<Record<string, Sample>> = {
  StringEquals: words,
  StringNotEquals: { ...words, negated: true },
  StringEqualsIgnoreCase: anyCase,
  StringNotEqualsIgnoreCase: { ...anyCase, negated: true },
  StringLike: globs,
  StringNotLike: { ...globs, negated: true },
  NumericEquals: numbers,
  NumericNotEquals: { ...numbers, negated: true },
  NumericLessThan: { policy: ['10'], like: ['9.5', '-1'], unlike: ['10', '11'] },
  NumericLessThanEquals: { policy: ['10'], like: ['9.5', '10'], unlike: ['10.1', '11'] },
  NumericGreaterThan: { policy: ['10'], like: ['10.1', '11'], unlike: ['10', '-1'] },
  NumericGreaterThanEquals: { policy: ['10'], like: ['10', '11'], unlike: ['9.9', '-1'] },
  DateEquals: dates,
  DateNotEquals: { ...dates, negated: true },
  DateLessThan: { policy: ['2026-05-04'], like: ['2026-05-03', '1'], unlike: ['2026-05-04', '2026-05-05'] },
  DateLessThanEquals: { policy: ['2026-05-04'], like: ['2026-05-04', '1'], unlike: ['2027', '2026-05-05'] },
  DateGreaterThan: { policy: ['2026-05-04'], like: ['2026-05-05', '2027'], unlike: ['2026-05-04', '1'] },
  DateGreaterThanEquals: { policy: ['2026-05-04'], like: ['2026-05-04', '2027'], unlike: ['2026-05-03', '1'] },
  Bool: { policy: ['true'], like: ['true', 'TRUE'], unlike: ['false', 'False'] },
  BinaryEquals: { policy: ['QQ==', 'Qg=='], like: ['QQ==', 'Qg=='], unlike: ['Qw==', 'QQQQ'] },
  IpAddress: addresses,
  NotIpAddress: { ...addresses, negated: true },
  ArnEquals: arns,
  ArnLike: arns,
  ArnNotEquals: { ...arns, negated: true },
  ArnNotLike: { ...arns, negated: true },
};

test('the samples are of all operators but Null', () => {
  expect(Object.keys(samples).sort()).toEqual(Object.keys(operators).sort());
  expect(Object.keys(samples)).toHaveLength(26);
});

/** The rows of the request: what the key has. */
const rows = [
  'no key',
  'a like value',
  'an unlike value',
  'two like values',
  'a like and an unlike value',
  'two unlike values',
  'an empty set',
] as const;

type Column = readonly [boolean, boolean, boolean, boolean, boolean, boolean, boolean];

/** By set operator, whether the operator is negated, and whether IfExists follows it. */
const documented: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  // A single-valued key has no other way to have several values than tags whose keys differ only in case.
  '': {
    positive: [false, true, false, false, false, false, false],
    negated: [true, false, true, false, false, false, true],
    'positive IfExists': [true, true, false, false, false, false, true],
    'negated IfExists': [true, false, true, false, false, false, true],
  },
  // "For no matching key or a null dataset, the condition returns false", with IfExists too.
  'ForAnyValue:': {
    positive: [false, true, false, true, true, false, false],
    negated: [false, false, true, false, true, true, false],
    'positive IfExists': [false, true, false, true, true, false, false],
    'negated IfExists': [false, false, true, false, true, true, false],
  },
  // "Also true if there are no keys in the request, or if the key values resolve to a null data set".
  'ForAllValues:': {
    positive: [true, true, false, true, false, false, true],
    negated: [true, false, true, false, false, true, true],
    'positive IfExists': [true, true, false, true, false, false, true],
    'negated IfExists': [true, false, true, false, false, true, true],
  },
};

/** A multivalued key needs a set operator, however many values the request has. */
const needsSetOperator = (column: readonly boolean[]): readonly boolean[] =>
  column.map((met, row) => (rows[row] === 'no key' || rows[row] === 'an empty set') && met);

const spellings = Object.entries(samples).flatMap(([base, sample]) =>
  Object.entries(documented).flatMap(([set, columns]) =>
    ['', 'IfExists'].map((suffix) => {
      const kind = [sample.negated ? 'negated' : 'positive', suffix].filter((word) => word !== '').join(' ');
      const column = columns[kind] ?? expect.fail(`no column ${kind}`);
      return { operator: `${set}${base}${suffix}`, isSet: set !== '', column, ...sample };
    }),
  ),
);

test('with Null, there are 157 spellings', () => {
  expect(new Set([...spellings.map(({ operator }) => operator), 'Null']).size).toBe(157);
});

const valuesOf = ({ like, unlike }: Pick<Sample, 'like' | 'unlike'>): readonly (readonly string[] | undefined)[] => [
  undefined,
  [like[0]],
  [unlike[0]],
  like,
  [like[1], unlike[1]],
  unlike,
  [],
];

function answers(operator: string, policy: readonly string[], key: string, sample: Pick<Sample, 'like' | 'unlike'>) {
  return (['Allow', 'Deny'] as const).map((effect) => {
    const condition = parseCondition(operator, key, policy, { effect, variables: true });
    if (!condition) return expect.fail(`no operator ${operator}`);
    return valuesOf(sample).map((values) => isMet(condition, new RecordContext({ [key]: values })));
  });
}

test.for(spellings)('$operator', ({ operator, isSet, column, ...sample }) => {
  expect(answers(operator, sample.policy, 'aws:username', sample)).toEqual([column, column]);
  const ofSets = isSet ? column : needsSetOperator(column);
  expect(answers(operator, sample.policy, 'aws:TagKeys', sample)).toEqual([ofSets, ofSets]);
});

// Null asks whether the key is absent; a set without values is absent too. It takes set operators and ignores them.
const absent: Column = [true, false, false, false, false, false, true];
test.for(['Null', 'ForAnyValue:Null', 'ForAllValues:Null'])('%s', (operator) => {
  for (const key of ['aws:username', 'aws:TagKeys']) {
    expect(answers(operator, ['true'], key, words)).toEqual([absent, absent]);
    const present = absent.map((isAbsent) => !isAbsent);
    expect(answers(operator, ['false'], key, words)).toEqual([present, present]);
  }
});
