/** Policies that nobody writes by accident, as large as a service takes them: they are read, decided on and explained. */

import { expect, test } from 'vitest';
import type { ConditionContext } from '../../src/policy/access.ts';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { explainLines } from '../../src/policy/explain.ts';
import { findingsIn } from '../../src/policy/findings.ts';
import type { NamedPolicy, Policies } from '../../src/policy/gates.ts';
import { parseJson } from '../../src/policy/json-text.ts';
import { placed } from '../../src/policy/placed-findings.ts';
import { loadPolicy } from '../../src/policy/policy-document.ts';
import { A, alice } from './callers.ts';

/** The characters of the largest policy text that any service takes: IAM API Reference, policyDocumentType. */
const MOST = 131_072;

const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
const fill = (piece: string) => piece.repeat(Math.floor((MOST - 300) / piece.length));
const onObject = (rest: string) => document({ ...allow, Resource: `arn:aws:s3:::b/${rest}` });
const if_ = (operator: string, key: string, ...values: readonly string[]) =>
  document({ ...allow, Condition: { [operator]: { [key]: values } } });

const OBJECT = `arn:aws:s3:::b/${'a'.repeat(1024)}`;
/** A request with values that are longer than those of any that is meant. */
const context: ConditionContext = {
  's3:prefix': 'a'.repeat(32_768),
  's3:max-keys': 1000,
  'aws:SourceIp': '203.0.113.7',
  'aws:CurrentTime': new Date('2026-05-04T09:00:00Z'),
  'aws:username': 'a'.repeat(64),
  'aws:PrincipalArn': alice.arn,
  'aws:TagKeys': Array.from({ length: 50 }, () => 'a'.repeat(128)),
};

const policies: readonly (readonly [name: string, document: string, isAllowed: boolean])[] = [
  ['many statements', document(...Array.from({ length: 1500 }, () => allow)), true],
  ['10,000 actions', document({ ...allow, Action: Array.from({ length: 10_000 }, () => 's3:Put*') }), false],
  ['a star and a question mark in turns', onObject(fill('*?')), false],
  ['as many of them as the key has characters', onObject('*?'.repeat(1024)), true],
  ['a star and a letter in turns', onObject(`${fill('*a')}b`), false],
  ['a long literal behind a star', onObject(`*${fill('a')}b`), false],
  ['many patterns that nearly match', patterns(), false],
  ['an action of stars', document({ ...allow, Action: `s3:${fill('*?')}` }), false],
  ['variables that do not end', onObject(fill('${')), false],
  ['a variable of white space', onObject(`\${${fill(' ')}}`), false],
  ['a variable of commas', onObject(`\${aws:username${fill(',')}'}`), false],
  ['a default of quotes', onObject(`\${aws:none, ${fill("'")}}`), false],
  ['many variables', onObject(fill(`\${aws:username}`)), false],
  ['a pattern on a long value', if_('StringLike', 's3:prefix', `*${fill('a').slice(0, 20_000)}b`), false],
  ['patterns on many values', if_('ForAnyValue:StringLike', 'aws:TagKeys', `${fill('*a')}b`), false],
  ['a pattern in an ARN', if_('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::*:${fill('*?')}`), false],
  ['a number of digits and a letter', if_('NumericEquals', 's3:max-keys', `${fill('1')}x`), false],
  ['a number of digits', if_('NumericLessThan', 's3:max-keys', fill('1')), true],
  ['a number of white space', if_('NumericLessThan', 's3:max-keys', `1${fill(' ')}1`), false],
  ['a date of digits', if_('DateEquals', 'aws:CurrentTime', `${fill('1')}.`), false],
  ['an address of parts', if_('IpAddress', 'aws:SourceIp', `${fill('a:')}x`), false],
  ['an address of colons', if_('IpAddress', 'aws:SourceIp', fill('::')), false],
  ['bytes that do not end', if_('BinaryEquals', 'aws:username', `${fill('a')}===x`), false],
  ['many values', if_('StringEquals', 'aws:username', ...Array.from({ length: 10_000 }, (_, i) => `u${i}`)), false],
  ['many keys', document({ ...allow, Condition: { StringEquals: manyKeys() } }), false],
];

function patterns(): string {
  const near = `arn:aws:s3:::b/*${'a'.repeat(500)}b`;
  return document({ ...allow, Resource: Array.from({ length: 60 }, () => near) });
}

function manyKeys(): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`aws:RequestTag/${i}`, 'x']));
}

const kinds: Readonly<Record<string, (own: NamedPolicy) => Policies>> = {
  identity: (own) => ({ identity: [own] }),
  boundary: (boundary) => ({ identity: [everything], boundary }),
  session: (own) => ({ identity: [everything], session: [own] }),
  bucket: ({ document }) => ({ resource: { kind: 'bucket-policy', name: 'p', document } }),
  key: ({ document }) => ({ resource: { kind: 'key-policy', name: 'p', document } }),
  trust: ({ document }) => ({ resource: { kind: 'trust-policy', name: 'p', document } }),
};

test.for(policies)('%s', ([, text, isAllowed]) => {
  const request = { caller: alice, action: 's3:GetObject', resource: OBJECT, owner: A };
  const own = { name: 'p', document: loadPolicy(text) };
  for (const [kind, policiesWith] of Object.entries(kinds)) {
    const decision = evaluate({ ...request, context: new RecordContext(context) }, policiesWith(own));
    expect(decision.allowed, kind).toBe(isAllowed);
    if (kind === 'identity') expect(explainLines(decision, { all: true }).length).toBeGreaterThan(0);
  }
  for (const type of ['identity', undefined] as const)
    expect(placed(findingsIn(text, type).findings, text)).toBeInstanceOf(Array);
});

const everything: NamedPolicy = { name: 'everything', document: loadPolicy(document(allow)) };

test('a text of some megabytes is read, and a name that it repeats is found', () => {
  const long = 'x'.repeat(12_000_000);
  expect(parseJson(`{"Sid":"${long}"}`)).toEqual({ Sid: long });
  for (const text of [
    `{"${long}":1,"${long}":2}`,
    `{"a":"${long}" ,"a"${' '.repeat(100_000)}:2}`,
    `{"a":[{"b":1},{"b":2}],"\\u0061":3}`,
    `{"a\\"":"}","b":{"a":1},"a\\"":2}`,
  ]) {
    expect(() => parseJson(text)).toThrow('appears twice in one object');
  }
  expect(parseJson('{"a":[{"a":"a"},{"a":"{\\"a\\":1"}],"b":"a"}')).toEqual({
    a: [{ a: 'a' }, { a: '{"a":1' }],
    b: 'a',
  });
});
