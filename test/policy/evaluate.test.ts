/** What holds for every request and every set of policies. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Caller } from '../../src/policy/caller.ts';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import type { AccessRequest, AttachedPolicy, NamedPolicy, Policies } from '../../src/policy/gates.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { A, alice, B, bob, callers, reader, xena } from './callers.ts';

const actions = ['s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'kms:Encrypt'];
const resources = ['arn:aws:s3:::b/k', 'arn:aws:s3:::b', `arn:aws:kms:us-east-1:${A}:key/k`];
const principals = ['*', A, B, alice.arn, bob.arn, xena.arn, reader.arn, reader.roleArn];

const one = fc.constantFrom;
const condition = fc.option(
  fc.record({
    operator: one('StringEquals', 'StringNotEquals', 'StringLikeIfExists', 'ForAllValues:StringEquals', 'Null'),
    key: one('aws:username', 'aws:PrincipalTag/team', 's3:prefix'),
    value: one('alice', 'true', 'false', '*'),
  }),
  { nil: undefined, freq: 2 },
);

function statementOf(names: 'principals' | 'nobody', effect: 'Allow' | 'Deny' | undefined) {
  return fc
    .record({
      Effect: effect === undefined ? one('Allow', 'Deny') : fc.constant(effect),
      action: fc.oneof(one(...actions), one('*', 's3:*', 'kms:*', 's3:Get*')),
      isNotAction: fc.boolean(),
      resource: fc.oneof(one(...resources), one('*', 'arn:aws:s3:::*')),
      principal: one(...principals),
      isNotPrincipal: fc.boolean(),
      condition,
    })
    .map((parts) => ({
      Effect: parts.Effect,
      [parts.isNotAction ? 'NotAction' : 'Action']: parts.action,
      Resource: parts.resource,
      ...(names === 'principals' && {
        [parts.isNotPrincipal && parts.Effect === 'Deny' ? 'NotPrincipal' : 'Principal']: { AWS: parts.principal },
      }),
      ...(parts.condition && {
        Condition: { [parts.condition.operator]: { [parts.condition.key]: parts.condition.value } },
      }),
    }));
}

type StatementJson = Readonly<Record<string, unknown>>;
const named = (name: string, Statement: readonly StatementJson[]): NamedPolicy => ({
  name,
  document: readPolicy({ Version: '2012-10-17', Statement }),
});
const policies = (effect?: 'Allow' | 'Deny') =>
  fc
    .array(fc.array(statementOf('nobody', effect), { maxLength: 3 }), { maxLength: 3 })
    .map((lists) => lists.map((list) => named('p', list)));
const level = policies().map((list) => ({
  target: { kind: 'unit', id: 'ou-ab12-cdefgh34', name: 'Unit' } as const,
  policies: list,
}));

const attached: fc.Arbitrary<AttachedPolicy | undefined> = fc.option(
  fc
    .record({
      kind: one('key-policy', 'bucket-policy', 'trust-policy'),
      statements: fc.array(statementOf('principals', undefined), { maxLength: 4 }),
    })
    .map(({ kind, statements }) => ({ kind, name: kind, document: named(kind, statements).document })),
  { nil: undefined },
);

const anyPolicies: fc.Arbitrary<Policies> = fc.record({
  identity: policies(),
  boundary: fc.option(
    policies().map(([first]) => first),
    { nil: undefined },
  ),
  session: fc.option(policies(), { nil: undefined }),
  resource: attached,
  serviceControl: fc.option(fc.array(level, { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 1 }),
  grants: fc.option(
    fc.constantFrom(...principals).map((granteePrincipal) => [{ grantId: 'g', granteePrincipal }]),
    { nil: undefined },
  ),
});

const anyRequest: fc.Arbitrary<AccessRequest> = fc
  .record({
    caller: one<Caller[]>(...Object.values(callers)),
    action: one(...actions),
    resource: one(...resources),
    owner: one(A, B),
    context: fc.dictionary(one('aws:username', 'aws:PrincipalTag/team', 's3:prefix'), one('alice', 'x', '')),
  })
  .map(({ context, ...request }) => ({ ...request, context: new RecordContext(context) }));

const runs = { numRuns: 250 };

describe('whatever the policies', () => {
  test('a Deny that applies to everything denies', () =>
    fc.assert(
      fc.property(anyRequest, anyPolicies, (request, given) => {
        fc.pre(
          request.caller.kind !== 'root' && request.caller.kind !== 'service' && request.caller.kind !== 'anonymous',
        );
        const denial = named('deny', [{ Effect: 'Deny', Action: '*', Resource: '*' }]);
        const decision = evaluate(request, { ...given, identity: [...(given.identity ?? []), denial] });
        expect(decision.allowed).toBe(false);
        expect(decision.denial?.explicit).toBe(true);
      }),
      runs,
    ));

  test('adding an Allow never turns an allow into a deny', () =>
    fc.assert(
      fc.property(anyRequest, anyPolicies, statementOf('nobody', 'Allow'), (request, given, more) => {
        fc.pre(evaluate(request, given).allowed);
        expect(
          evaluate(request, { ...given, identity: [...(given.identity ?? []), named('more', [more])] }).allowed,
        ).toBe(true);
      }),
      runs,
    ));

  test('adding a Deny never turns a deny into an allow', () =>
    fc.assert(
      fc.property(anyRequest, anyPolicies, statementOf('nobody', 'Deny'), (request, given, more) => {
        fc.pre(!evaluate(request, given).allowed);
        expect(
          evaluate(request, { ...given, identity: [...(given.identity ?? []), named('more', [more])] }).allowed,
        ).toBe(false);
      }),
      runs,
    ));

  test('a boundary never allows by itself', () =>
    fc.assert(
      fc.property(anyRequest, anyPolicies, (request, given) => {
        const { boundary, ...unbounded } = given;
        fc.pre(boundary !== undefined && !evaluate(request, unbounded).allowed);
        expect(evaluate(request, given).allowed).toBe(false);
      }),
      runs,
    ));

  test('the trace of the gate that decided agrees with the decision', () =>
    fc.assert(
      fc.property(anyRequest, anyPolicies, (request, given) => {
        const { allowed, denial, gates, because } = evaluate(request, given);
        expect(because).not.toBe('');
        for (const { result, policies } of gates) {
          const hasDeny = policies.some(({ statements }) =>
            statements.some(({ applies, effect }) => applies && effect === 'Deny'),
          );
          expect(result === 'deny').toBe(hasDeny);
          if (hasDeny) expect(allowed).toBe(false);
        }
        const gate = gates.find((traced) => traced.gate === denial?.gate);
        if (denial) expect(gate?.result === 'deny').toBe(denial.explicit);
        if (allowed)
          expect(gates.some(({ result }) => result === 'allow') || request.caller.kind === 'root').toBe(true);
      }),
      runs,
    ));
});
