import { describe, expect, test } from 'vitest';
import type { ConditionContext, ContextValue } from '../../src/policy/access.ts';
import { isMet, parseCondition, parseOperator, traceCondition } from '../../src/policy/condition.ts';
import { RecordContext } from '../../src/policy/context.ts';

/** A policy variable. */
const variable = (name: string) => `\${${name}}`;

function met(
  operator: string,
  key: string,
  values: string | readonly string[],
  context: ConditionContext,
  effect: 'Allow' | 'Deny' = 'Allow',
): boolean {
  const home = { effect, variables: true };
  const condition = parseCondition(operator, key, typeof values === 'string' ? [values] : values, home);
  if (!condition) return expect.fail(`no operator ${operator}`);
  return isMet(condition, new RecordContext(context));
}

test.for(['', 'yes', '1', variable('aws:username')])('no request meets Null "%s"', (value) => {
  for (const effect of ['Allow', 'Deny'] as const) {
    expect(met('Null', 'aws:username', value, {}, effect)).toBe(false);
    expect(met('Null', 'aws:username', value, { 'aws:username': 'true' }, effect)).toBe(false);
  }
  expect(met('Null', 'aws:username', [value, 'TRUE'], {})).toBe(true);
  expect(met('Null', 'aws:username', [value, 'False'], {})).toBe(false);
  expect(met('Null', 'aws:username', [value, 'False'], { 'aws:username': 'x' })).toBe(true);
});

// IAM User Guide, "IAM JSON policy elements: Condition operators".
const comparisons: readonly (readonly [operator: string, expected: string, actual: ContextValue, met: boolean])[] = [
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEqualsIgnoreCase', 'a', 'A', true],
  ['StringNotEqualsIgnoreCase', 'a', 'A', false],
  ['StringLike', 'a*', 'ab', true],
  ['StringLike', 'a?c', 'abc', true],
  ['StringLike', 'a?c', 'ac', false],
  ['StringNotLike', 'a*', 'ab', false],
  ['StringLike', `a${variable('*')}c`, 'abc', false],
  ['StringLike', `a${variable('*')}c`, 'a*c', true],
  ['StringLike', `${variable('$')}{x}`, `${'$'}{x}`, true],
  ['NumericEquals', '10', 10, true],
  ['NumericEquals', '10.0', '10', true],
  ['NumericNotEquals', '10', 11, true],
  ['NumericLessThan', '10', 9.5, true],
  ['NumericLessThanEquals', '10', 10, true],
  ['NumericGreaterThan', '-1', 0, true],
  ['NumericGreaterThanEquals', '10', 9, false],
  ['NumericEquals', '9007199254740993', '9007199254740992', false],
  ['NumericEquals', 'ten', 10, false],
  ['NumericNotEquals', 'ten', 10, false],
  ['DateGreaterThan', '2020-01-01T00:00:01Z', new Date('2026-05-04T09:00:00Z'), true],
  ['DateLessThan', '2020-01-01T00:00:01Z', new Date('2026-05-04T09:00:00Z'), false],
  ['DateEquals', '2026-05-04T11:00:00+02:00', new Date('2026-05-04T09:00:00Z'), true],
  ['DateEquals', '1777885200', new Date('2026-05-04T09:00:00Z'), true],
  ['DateEquals', '2026-05-04', new Date('2026-05-04T00:00:00Z'), true],
  ['DateLessThan', 'tomorrow', new Date('2026-05-04T00:00:00Z'), false],
  ['DateNotEquals', '2026-02-30', new Date('2026-05-04T00:00:00Z'), false],
  ['Bool', 'TRUE', true, true],
  ['Bool', 'false', true, false],
  ['Bool', 'yes', 'yes', false],
  ['Bool', variable('aws:username'), 'TRUE', true],
  ['Bool', variable('aws:username'), 'yes', false],
  ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', true],
  ['BinaryEquals', 'QQ==', 'Qg==', false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.200', true],
  ['IpAddress', '203.0.113.5', '203.0.113.5', true],
  ['IpAddress', '203.0.113.5', '203.0.113.6', false],
  ['IpAddress', '2001:db8::/32', '2001:DB8:1::7', true],
  ['IpAddress', '203.0.113.0/24', '::ffff:203.0.113.7', true],
  ['IpAddress', '::ffff:203.0.113.0/120', '203.0.113.7', true],
  ['IpAddress', '::ffff:203.0.113.0/120', '::ffff:cb00:7107', true],
  ['IpAddress', '::ffff:203.0.113.0/120', '203.0.114.7', false],
  ['IpAddress', '::ffff:203.0.113.5', '203.0.113.5', true],
  ['IpAddress', '::ffff:0:0/96', '203.0.113.7', true],
  ['IpAddress', '::ffff:203.0.113.0/24', '203.0.113.7', false],
  ['IpAddress', '::203.0.113.7', '203.0.113.7', false],
  ['IpAddress', '203.0.113.0/24', '::203.0.113.7', false],
  ['IpAddress', '::/96', '::203.0.113.7', true],
  ['IpAddress', '::ffff:203.0.113.010/120', '203.0.113.7', false],
  ['IpAddress', '2001:db8::/32', '2001:db8::1%eth0', false],
  ['IpAddress', '::ffff:0:0/95', '::fffe:1:2', true],
  ['IpAddress', '::/0', '203.0.113.7', false],
  ['IpAddress', '::/0', '2001:db8::1', true],
  ['NotIpAddress', '203.0.113.0/24', '203.0.113.7', false],
  ['NotIpAddress', '203.0.113.0/24', '2001:db8::1', true],
  ['NotIpAddress', 'somewhere', '203.0.113.7', false],
  ['ArnEquals', 'arn:aws:iam::*:role/app/*', 'arn:aws:iam::111122223333:role/app/Reader', true],
  ['ArnLike', 'arn:aws:iam::*:role/app/*', 'arn:aws:iam::111122223333:role/Reader', false],
  [
    'ArnLike',
    'arn:aws:x:*:111122223333:finance/*',
    'arn:aws:x:us-east-2:999999999999:store/abc:111122223333:finance/doc',
    false,
  ],
  [
    'StringLike',
    'arn:aws:x:*:111122223333:finance/*',
    'arn:aws:x:us-east-2:999999999999:store/abc:111122223333:finance/doc',
    true,
  ],
  ['ArnNotEquals', 'arn:aws:iam::111122223333:role/a', 'arn:aws:iam::111122223333:role/b', true],
  ['ArnNotLike', 'role/a', 'arn:aws:iam::111122223333:role/b', false],
  ['ArnNotLike', 'arn:aws:iam::111122223333:role/a', 'role/b', false],
];
test.for(comparisons)('%s "%s", request %s: %s', ([operator, expected, actual, result]) => {
  expect(met(operator, 'aws:username', expected, { 'aws:username': actual })).toBe(result);
});

test('a negated operator is met by a value that none of its values matches', () => {
  const values = ['111111111111', '222222222222'];
  expect(met('StringNotEquals', 'aws:PrincipalAccount', values, { 'aws:PrincipalAccount': '111111111111' })).toBe(
    false,
  );
  expect(met('StringNotEquals', 'aws:PrincipalAccount', values, { 'aws:PrincipalAccount': '333333333333' })).toBe(true);
});

describe('a variable', () => {
  const team = variable('aws:PrincipalTag/Team');
  test('without a value matches nothing, which meets a negated operator', () => {
    expect(met('StringEquals', 's3:ExistingObjectTag/Team', team, { 's3:ExistingObjectTag/Team': 'red' })).toBe(false);
    expect(met('StringNotEquals', 's3:ExistingObjectTag/Team', team, { 's3:ExistingObjectTag/Team': 'red' })).toBe(
      true,
    );
  });
  test.for([
    [`arn:aws:iam::${variable('aws:PrincipalAccount')}:user/alice`, true],
    [`arn:*:iam::${variable("aws:None, '111111111111'")}:user/${variable('aws:username')}`, true],
    [`arn:aws:iam::${variable('aws:PrincipalAccount')}:user/bob`, false],
    [`arn:aws:iam::${variable('aws:None')}:user/alice`, false],
    [`arn:aws:iam::${variable('aws:PrincipalAccount')}`, false],
    [`arn:aws:iam::${variable('aws:PrincipalAccount').slice(0, -1)}:user/alice`, false],
  ] as const)('may be any component of an ARN: %s, %s', ([expected, result]) => {
    const arn = 'arn:aws:iam::111111111111:user/alice';
    const context = { 'aws:SourceArn': arn, 'aws:PrincipalAccount': '111111111111', 'aws:username': 'alice' };
    expect(met('ArnLike', 'aws:SourceArn', expected, context)).toBe(result);
  });
  test('has the value of its key, ignoring the case of the name', () => {
    const context = { 's3:ExistingObjectTag/Team': 'red', 'AWS:principaltag/team': 'red' };
    expect(met('StringEquals', 's3:ExistingObjectTag/Team', team, context)).toBe(true);
  });
  test('has no value when its key has several, or could have', () => {
    expect(
      met('StringLike', 's3:prefix', variable('aws:username'), { 's3:prefix': 'a', 'aws:username': ['a', 'b'] }),
    ).toBe(false);
    expect(met('StringLike', 's3:prefix', variable('aws:TagKeys'), { 's3:prefix': 'a', 'aws:TagKeys': ['a'] })).toBe(
      false,
    );
  });
  test('is text in the value of a number', () => {
    expect(met('NumericEquals', 's3:max-keys', variable('s3:max-keys'), { 's3:max-keys': 1 })).toBe(false);
  });
});

// A malformed value, in the policy or in the request, of each operator that parses its values: whether a Deny applies or
// an Allow is closed must not depend on it.
test.for([
  ['ArnNotEquals', 'role/a', 'arn:aws:iam::111122223333:role/b'],
  ['ArnNotLike', 'arn:aws:iam::111122223333:role/a', 'role/b'],
  ['NumericNotEquals', 'ten', '10'],
  ['NumericNotEquals', '10', 'ten'],
  ['DateNotEquals', '2026-02-30', '2026-05-04T00:00:00Z'],
  ['DateNotEquals', '2026-05-04T00:00:00Z', 'today'],
  ['NotIpAddress', '203.0.113.0/33', '203.0.113.7'],
  ['NotIpAddress', '203.0.113.0/24', 'home'],
] as const)('%s "%s" with "%s" in the request is met in a Deny, not in an Allow', ([operator, expected, actual]) => {
  const context = { 'aws:username': actual };
  for (const set of ['', 'ForAnyValue:', 'ForAllValues:']) {
    for (const suffix of ['', 'IfExists']) {
      expect(met(`${set}${operator}${suffix}`, 'aws:username', expected, context, 'Deny')).toBe(true);
      expect(met(`${set}${operator}${suffix}`, 'aws:username', expected, context, 'Allow')).toBe(false);
    }
  }
});

test('a value that equals one of the expected ones does not meet a negated operator beside a malformed one', () => {
  const addresses = ['203.0.113.0/33', '203.0.113.7'];
  for (const effect of ['Allow', 'Deny'] as const) {
    expect(met('NotIpAddress', 'aws:SourceIp', addresses, { 'aws:SourceIp': '203.0.113.7' }, effect)).toBe(false);
  }
});

test.for([
  ['ArnEquals', 'role/a', 'role/a'],
  ['NumericEquals', 'ten', 'ten'],
  ['NumericLessThan', 'ten', '10'],
  ['DateGreaterThan', '2020-01-01', 'today'],
  ['IpAddress', 'home', 'home'],
  ['Bool', 'yes', 'yes'],
  ['BinaryEquals', '?', '?'],
] as const)('%s "%s" with "%s" in the request is met in no statement', ([operator, expected, actual]) => {
  for (const effect of ['Allow', 'Deny'] as const) {
    expect(met(operator, 'aws:username', expected, { 'aws:username': actual }, effect)).toBe(false);
  }
});

test.for(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'])(
  '%s is absent from a request that does not have it, as a key and as a variable',
  (name) => {
    expect(met('Null', name, 'true', {})).toBe(true);
    expect(met('StringLike', name, '*', {})).toBe(false);
    expect(met('StringEquals', 'aws:username', variable(name), { 'aws:username': 'x' })).toBe(false);
    expect(parseOperator(name)).toBeUndefined();
    const tag = JSON.parse(`{"aws:ResourceTag/${name}": "red"}`);
    expect(met('StringEquals', `aws:ResourceTag/${name}`, 'red', tag)).toBe(true);
    expect(met('Null', `aws:ResourceTag/${name}`, 'true', {})).toBe(true);
  },
);

test('tags whose keys differ only in case meet no single-valued condition', () => {
  const context = { 'aws:ResourceTag/team': 'red', 'aws:ResourceTag/Team': 'blue' };
  expect(met('StringEquals', 'aws:ResourceTag/TEAM', 'red', context)).toBe(false);
});

test.for(['StringEqual', 'stringEquals', 'ForAllValues:StringEqual', 'forAllValues:StringEquals', 'NullIfExists', ''])(
  'there is no operator "%s"',
  (name) => {
    expect(parseOperator(name)).toBeUndefined();
  },
);

// What a reader of `explain` should know beside met or not met.
test.for([
  ['StringEquals', 'aws:Unknown', 'x', {}, 'no condition key aws:Unknown'],
  ['StringEquals', 'aws:TagKeys', 'x', { 'aws:TagKeys': ['x'] }, 'aws:TagKeys can have several values'],
  ['StringEquals', 'aws:username', 'x', { 'aws:username': ['x', 'y'] }, 'the request has several values'],
  ['StringEquals', 's3:prefix', variable('aws:TagKeys'), { 'aws:TagKeys': ['x'] }, 'cannot be a variable'],
  ['Null', 'aws:username', 'yes', {}, 'Null takes true or false'],
  ['Bool', 'aws:SecureTransport', 'yes', {}, 'Bool cannot compare the value in the policy "yes"'],
  ['Bool', 'aws:SecureTransport', 'true', { 'aws:SecureTransport': 'on' }, 'the value in the request "on"'],
  ['Bool', 'aws:SecureTransport', variable('aws:username'), { 'aws:SecureTransport': true }, 'has no value'],
  ['ForAnyValue:StringLikeIfExists', 'aws:TagKeys', 'x', {}, 'no request without aws:TagKeys meets it'],
  ['StringEquals', 'aws:username', variable('aws:PrincipalTag/a'), { 'aws:username': 'x' }, 'has no value'],
  ['StringLike', 'aws:username', `${variable('aws:PrincipalTag/a')}*`, { 'aws:username': 'x' }, 'has no value'],
  ['ArnLike', 'aws:SourceArn', `arn:aws:s3:::${variable('aws:username')}`, {}, 'has no value'],
  ['ArnLike', 'aws:SourceArn', 'role/a', { 'aws:SourceArn': 'arn:aws:s3:::a' }, 'value in the policy'],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:s3:::a', { 'aws:SourceArn': 'role/a' }, 'value in the request'],
  ['NumericEquals', 's3:max-keys', 'ten', { 's3:max-keys': 1 }, 'value in the policy'],
  ['NumericEquals', 's3:max-keys', '10', { 's3:max-keys': 'ten' }, 'value in the request'],
] as const)('%s on %s "%s" in %j causes a warning', ([operator, key, value, context, warning]) => {
  const condition = parseCondition(operator, key, [value], { effect: 'Allow', variables: true });
  expect(condition && traceCondition(condition, new RecordContext(context)).warning).toContain(warning);
});

test.for<[string, string, string, ConditionContext]>([
  ['StringEquals', 'aws:username', 'x', {}],
  ['StringEquals', 'aws:username', 'x', { 'aws:username': 'y' }],
  ['StringEqualsIfExists', 'aws:username', 'x', {}],
  ['StringEquals', 'aws:Unknown', 'x', { 'aws:Unknown': 'x' }],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', 'x', { 'aws:TagKeys': ['x', 'y'] }],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', 'x', {}],
  ['ForAllValues:StringEqualsIfExists', 'aws:TagKeys', 'x', {}],
  ['ForAllValues:StringEquals', 'aws:username', 'x', { 'aws:username': 'x' }],
  ['Null', 'aws:TagKeys', 'TRUE', { 'aws:TagKeys': ['x'] }],
  ['Bool', 'aws:SecureTransport', 'False', { 'aws:SecureTransport': true }],
  ['NumericNotEquals', 's3:max-keys', '10', { 's3:max-keys': 5 }],
  ['NotIpAddress', 'aws:SourceIp', '203.0.113.0/24', { 'aws:SourceIp': '2001:db8::1' }],
  ['ArnNotLike', 'aws:SourceArn', 'arn:aws:s3:::*', { 'aws:SourceArn': 'arn:aws:iam::111122223333:user/ann' }],
])('%s on %s "%s" in %j causes no warning', ([operator, key, value, context]) => {
  const condition = parseCondition(operator, key, [value], { effect: 'Deny', variables: true });
  expect(condition && 'warning' in traceCondition(condition, new RecordContext(context))).toBe(false);
});

test.for([
  ['ArnNotLike', 'Deny', 'which counts as a difference in a Deny'],
  ['ArnNotLike', 'Allow', 'which does not count as a difference in an Allow'],
  ['ArnLike', 'Deny', 'so they do not match'],
  ['ArnLike', 'Allow', 'so they do not match'],
] as const)('what %s cannot compare has its consequence in %s', ([operator, effect, consequence]) => {
  const home = { effect, variables: true };
  const ofPolicy = parseCondition(operator, 'aws:SourceArn', ['arn:aws:s3:::a', 'role/a'], home);
  const ofRequest = parseCondition(operator, 'aws:SourceArn', ['arn:aws:s3:::a'], home);
  const context = new RecordContext({ 'aws:SourceArn': 'role/b' });
  expect(ofPolicy && traceCondition(ofPolicy, context).warning).toBe(
    `${operator} cannot compare the value in the policy "role/a", ${consequence}`,
  );
  expect(ofRequest && traceCondition(ofRequest, context).warning).toBe(
    `${operator} cannot compare the value in the request "role/b", ${consequence}`,
  );
});

test('there is no condition of an operator that does not exist', () => {
  expect(parseCondition('StringEqual', 'aws:username', ['x'], { effect: 'Allow', variables: true })).toBeUndefined();
});

// And the values that are compared, with their variables filled in as far as they have values.
test.for([
  ['StringEquals', `${variable('aws:username')}-a`, ['ann-a']],
  ['StringEquals', 'a*', ['a*']],
  ['StringLike', `${variable('aws:username')}/*`, ['ann/*']],
  ['StringLike', `${variable('aws:username')}/?/*`, ['ann/?/*']],
  ['StringLike', '*', ['*']],
  ['StringLike', `${variable('aws:PrincipalTag/a')}/*`, [`${variable('aws:PrincipalTag/a')}/*`]],
  ['ArnLike', `arn:aws:s3:::b/${variable('aws:username')}/*`, ['arn:aws:s3:::b/ann/*']],
  ['ArnLike', 'arn:aws:s3:::*', ['arn:aws:s3:::*']],
  ['NumericEquals', variable('aws:username'), [variable('aws:username')]],
  ['Null', 'TRUE', ['true']],
] as const)('%s "%s" is shown as %j', ([operator, value, shown]) => {
  const condition = parseCondition(operator, 's3:prefix', [value], { effect: 'Allow', variables: true });
  const context = new RecordContext({ 'aws:username': 'ann' });
  expect(condition && traceCondition(condition, context).expected).toEqual(shown);
});
