/** Random condition keys and Condition elements, from pools so small that they often meet. */

import fc from 'fast-check';
import { A } from '../callers.ts';
import type { ConditionJson, Keys } from './situation.ts';

const one = fc.constantFrom;
const often = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: rare });

/** A policy variable. */
export const variable = (inside: string): string => `\${${inside}}`;

/** What an operator compares: the keys with such values, what requests have in them, and what policies compare with. */
interface Sort {
  readonly operators: readonly string[];
  readonly keys: readonly string[];
  readonly actual: readonly string[];
  readonly expected: readonly (string | number | boolean)[];
}

/** The malformed ones are among both. */
const sorts: readonly Sort[] = [
  {
    operators: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    keys: ['aws:username', 'aws:PrincipalTag/Team', 'aws:PrincipalAccount', 's3:prefix', 'constructor'],
    actual: ['alice', 'Alice', 'blue', '', 'a*', '10', 'true', A, variable('aws:username')],
    expected: [A, 'alice', 'ALICE', 'blue', '', 'a*', 10, true, '*'],
  },
  {
    operators: ['StringLike', 'StringNotLike'],
    keys: ['aws:username', 'aws:PrincipalTag/Team', 'kms:EncryptionContext:App', 'toString'],
    actual: ['alice', 'Alice', 'blue', '', 'a*', 'a.b', 'a\nb'],
    expected: ['a*', '?lice', '*', '', 'A*', 'a?b', 'al??e', '*l*c*', 'blue?', 'a.?'],
  },
  {
    operators: [
      ...['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals'],
      ...['NumericGreaterThan', 'NumericGreaterThanEquals'],
    ],
    keys: ['s3:max-keys', 'kms:RotationPeriodInDays', 'aws:EpochTime'],
    actual: ['9', '10', '10.0', '-1', '+10', '.5', '1e1', '9007199254740993', '9.99', 'ten', '', '1777881600'],
    expected: [10, '10', '9', '010', '9.99', '0.50', '1e1', '-1', '9007199254740992', 'ten', '', '10 apples'],
  },
  {
    operators: [
      ...['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals'],
      ...['DateGreaterThan', 'DateGreaterThanEquals'],
    ],
    keys: ['aws:CurrentTime', 'aws:TokenIssueTime', 'aws:EpochTime', 'kms:ValidTo'],
    actual: [
      '2026-05-04T08:00:00Z',
      '2026-05-04T10:00:00+02:00',
      '1777881600',
      '1777881600.0',
      '2026-05-04',
      'soon',
      '2026-05-04t08:00:00.001z',
    ],
    expected: [
      ...['2026-05-04T08:00:00Z', '2026-05-04T09:00:00+01:00', '2026-05-04', '2026-05', '2026-05-04T08:00Z'],
      ...['1777881600', 1777881600, '2026-05-04T08:00:00.5Z', 'soon', '2026-13-01', ''],
      ...['2026-05-04T10:00:00+02', '2026-05-04T24:00:00Z', '2026-02-30', '2026'],
    ],
  },
  {
    operators: ['Bool'],
    keys: ['aws:SecureTransport', 'aws:MultiFactorAuthPresent'],
    actual: ['true', 'false', 'True', 'maybe', ''],
    expected: ['true', 'false', true, false, 'TRUE', 'maybe'],
  },
  {
    operators: ['BinaryEquals'],
    keys: ['aws:PrincipalTag/Bytes'],
    actual: ['QmluYXJ5', 'AAEC', 'AA==', 'AA', ''],
    expected: ['QmluYXJ5', 'AAEC', 'AAED', 'AA==', 'AA', '*'],
  },
  {
    operators: ['IpAddress', 'NotIpAddress'],
    keys: ['aws:SourceIp', 'aws:VpcSourceIp'],
    actual: [
      '203.0.113.9',
      '203.0.114.1',
      '::ffff:203.0.113.9',
      '2001:db8::1',
      '2001:DB8:0:1::9',
      '::203.0.113.9',
      'nowhere',
      '',
    ],
    expected: [
      ...['203.0.113.0/24', '203.0.113.9', '203.0.113.9/24', '0.0.0.0/0', '::ffff:203.0.113.0/120', '::/0'],
      ...['2001:db8::/32', '2001:db8::1', '2001:db8:0:1::/64', '203.0.113.0/33', '203.0.113', 'nowhere'],
      ...[
        '::ffff:0:0/96',
        '::ffff:0:0/95',
        '203.0.113.009',
        '2001:db8::1%eth0',
        '::203.0.113.0/120',
        '1::2::3',
        '::/129',
      ],
    ],
  },
  {
    operators: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    keys: ['aws:PrincipalArn', 'aws:SourceArn'],
    actual: [
      ...[`arn:aws:iam::${A}:user/alice`, `arn:aws:iam::${A}:role/app/Reader`, 'arn:aws:s3:::b', 'alice'],
      ...[`arn:aws:sns:us-east-1:${A}:a:b`, `arn:aws:sns:us-east-1:222222222222:x:${A}:a:b`, 'arn:aws:s3'],
    ],
    expected: [
      ...[`arn:aws:iam::${A}:user/alice`, `arn:aws:iam::*:role/app/*`, 'arn:aws:s3:::?', 'arn:*:*:*:*:*', '*'],
      ...[`arn:aws:sns:*:${A}:a:b`, 'arn:aws:iam::*:user/A*', 'alice', 'arn:aws:s3', `arn:aws:iam::${A}:root`],
      ...[
        `arn:aws:iam::${variable('aws:PrincipalAccount')}:user/alice`,
        `arn:aws:iam::${A}:user/${variable('aws:username')}`,
      ],
      ...[`arn:aws:s3:::${variable('aws:PrincipalTag/None')}`, `arn:${variable('aws:username')}`],
    ],
  },
];

/** Variables with values and without, with defaults, of several values, and what only looks like one. */
const variables = [
  ...['aws:username', 'AWS:UserName', 'aws:PrincipalTag/Team', "aws:PrincipalTag/Team, 'alice'", 'constructor'].map(
    variable,
  ),
  ...["aws:PrincipalTag/None, 'blue'", 'aws:PrincipalTag/None', 'aws:TagKeys', "aws:TagKeys, 'blue'"].map(variable),
  ...[
    `a${variable('*')}`,
    `${variable('?')}lice`,
    `${variable('$')}{aws:username}`,
    variable('aws:username').slice(0, -1),
  ],
  `${variable("aws:username, ''")}*`,
];

const listKeys = ['aws:TagKeys', 'kms:ResourceAliases', 'kms:GrantOperations'];
const listValues = ['blue', 'alice', 'a*', '', `arn:aws:iam::${A}:user/alice`, '10', 'true', '203.0.113.9'];
const everyKey = [...new Set([...sorts.flatMap(({ keys }) => keys), ...listKeys])];

/** A name in another case is the same key. */
const spelled = (key: fc.Arbitrary<string>) =>
  fc.tuple(key, often(one(false), one(true))).map(([name, isShouted]) => (isShouted ? name.toUpperCase() : name));

const valueIn = ({ actual }: Sort) =>
  fc.oneof(
    { weight: 8, arbitrary: one<string | string[]>(...actual) },
    { weight: 1, arbitrary: fc.uniqueArray(one(...actual), { maxLength: 3 }) },
  );

/** The condition keys of a request: each is there more often than not. */
export const drawnKeys: fc.Arbitrary<Keys> = fc
  .tuple<[string, string | string[] | undefined][]>(
    ...sorts.flatMap((sort) =>
      sort.keys
        .filter((key) => key.includes(':'))
        .map((key) => fc.tuple(one(key), fc.option(valueIn(sort), { nil: undefined, freq: 3 }))),
    ),
    ...listKeys.map((key) =>
      fc.tuple(one(key), fc.option(fc.uniqueArray(one(...listValues), { maxLength: 3 }), { nil: undefined })),
    ),
    // Two tags whose keys differ in case alone.
    fc.tuple(one('aws:PrincipalTag/team'), often(fc.constant(undefined), one('blue', 'red'))),
  )
  .map((entries) =>
    Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  );

const setOperators = one('', '', '', 'ForAllValues:', 'ForAnyValue:');

/** Every operator as often as every other. */
const operators = sorts.flatMap((sort) => sort.operators.map((operator) => ({ operator, sort })));

const compared = one(...operators).chain(({ operator, sort }) => {
  // In the others, a variable is a malformed value.
  const takesVariables = /String|Arn|Bool/.test(operator);
  const plain = fc.oneof(
    { weight: takesVariables ? 1 : 4, arbitrary: one(...sort.expected) },
    { weight: 1, arbitrary: one<string | number | boolean>(...variables) },
  );
  return fc
    .record({
      set: setOperators,
      ifExists: one('', '', 'IfExists'),
      key: spelled(often(one(...sort.keys), one(...everyKey))),
      values: fc.oneof(plain, fc.array(plain, { minLength: 1, maxLength: 3 })),
    })
    .map(({ set, ifExists, key, values }) => ({ operator: `${set}${operator}${ifExists}`, key, values }));
});

const existing = fc.record({
  operator: one('Null'),
  key: spelled(one(...everyKey)),
  values: fc.oneof(one<string | boolean>('true', 'false', 'True', true, false, 'maybe', ''), one(['true', 'false'])),
});

/** A Condition element, of one comparison or of two. */
export const drawnCondition: fc.Arbitrary<ConditionJson> = fc
  .array(fc.oneof({ weight: 8, arbitrary: compared }, { weight: 1, arbitrary: existing }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((comparisons) => {
    const condition: Record<string, ConditionJson[string]> = {};
    // Two keys may stand under one operator.
    for (const { operator, key, values } of comparisons)
      condition[operator] = { ...condition[operator], [key]: values };
    return condition;
  });
