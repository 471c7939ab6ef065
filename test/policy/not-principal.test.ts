/** NotPrincipal, in the safe reading: who is denied, who is let in, and in which words `explain` says so. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { explainLines } from '../../src/policy/explain.ts';
import type { Policies } from '../../src/policy/gates.ts';
import { reaches, readNotPrincipal } from '../../src/policy/not-principal.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { parsePrincipal } from '../../src/policy/principal-pattern.ts';
import { A, alice, B, callers } from './callers.ts';

const OBJECT = 'arn:aws:s3:::b/k';
const root = `arn:aws:iam::${A}:root`;
const [ALICE, BOB] = [alice.arn, `arn:aws:iam::${A}:user/bob`];
const [ROLE, SESSION] = [`arn:aws:iam::${A}:role/app/Reader`, `arn:aws:sts::${A}:assumed-role/Reader/s1`];
const FEDERATED = `arn:aws:sts::${A}:federated-user/alice`;
const document = (...statements: unknown[]) => readPolicy({ Version: '2012-10-17', Statement: statements });
const everything = { name: 'p', document: document({ Effect: 'Allow', Action: '*', Resource: '*' }) };

function asked(effect: 'Allow' | 'Deny', listed: unknown, name: string, given: Policies = {}) {
  const caller = callers[name];
  if (!caller) return expect.fail(`no caller ${name}`);
  const statement = { Effect: effect, NotPrincipal: listed, Action: 's3:GetObject', Resource: OBJECT };
  const decision = evaluate(
    { caller, action: 's3:GetObject', resource: OBJECT, owner: A, context: new RecordContext({}) },
    {
      ...given,
      resource: { kind: 'bucket-policy', name: 'bucket policy', ...given.resource, document: document(statement) },
    },
  );
  return { decision, lines: explainLines(decision).map(({ text }) => text) };
}

// IAM User Guide, "AWS JSON policy elements: NotPrincipal", Specifying NotPrincipal with Deny.
test.for([
  [[ALICE, root], ALICE, 'does not apply: NotPrincipal exempts the caller'],
  [[BOB], ALICE, 'applies, NotPrincipal does not exempt the caller'],
  [[root], ALICE, "applies, NotPrincipal lists the caller's account, but not the caller"],
  [[root], root, 'does not apply: NotPrincipal exempts the caller'],
  [[ALICE], root, 'applies, NotPrincipal does not exempt the caller'],
  [[ROLE, SESSION, root], SESSION, 'does not apply: NotPrincipal exempts the caller'],
  [[ROLE, root], SESSION, "applies, NotPrincipal lists the session's role, but not the session"],
  [[SESSION, root], SESSION, 'applies, NotPrincipal lists the session, but not its role'],
  [[FEDERATED, root], FEDERATED, 'does not apply: NotPrincipal exempts the caller'],
  [[ALICE, root], FEDERATED, 'applies, NotPrincipal lists the user behind the session, but not the session'],
  [[ALICE, root], 's3.amazonaws.com', 'applies, NotPrincipal does not exempt the caller'],
  [[ALICE, root], 'anonymous', 'applies, NotPrincipal does not exempt the caller'],
  [[ALICE, root], `arn:aws:iam::${B}:user/xena`, 'applies, NotPrincipal does not exempt the caller'],
  [['*'], ALICE, 'does not apply: NotPrincipal exempts the caller'],
  [['*'], SESSION, 'does not apply: NotPrincipal exempts the caller'],
  [['*'], 'anonymous', 'does not apply: NotPrincipal exempts the caller'],
  [['*'], 's3.amazonaws.com', 'applies, NotPrincipal does not exempt the caller'],
] as const)('a Deny with NotPrincipal %j, for %s, %s', ([AWS, name, text]) => {
  const { decision, lines } = asked('Deny', { AWS }, name, { identity: [everything] });
  expect(lines).toContain(`statement 1 (Deny) ${text}`);
  expect(decision.denial?.explicit ?? false).toBe(text.startsWith('applies'));
});

test('a Deny with NotPrincipal "*" exempts services, too', () => {
  const { lines } = asked('Deny', '*', 's3.amazonaws.com');
  expect(lines).toContain('statement 1 (Deny) does not apply: NotPrincipal exempts the caller');
});

test.for([
  [[BOB, root], ALICE, ', or list the caller in its NotPrincipal'],
  [[BOB, root], SESSION, ', or list the session and its role in its NotPrincipal'],
  [[ROLE, root], SESSION, ', or list the session in its NotPrincipal'],
  [[SESSION, root], SESSION, ", or list the session's role in its NotPrincipal"],
] as const)('the advice on a Deny with NotPrincipal %j, for %s, says%s', ([AWS, name, or]) => {
  const { lines } = asked('Deny', { AWS }, name, { identity: [everything] });
  expect(lines.at(-1)).toBe(
    `to allow it: remove or narrow statement 1 of the bucket policy${or}, since no Allow can override a Deny`,
  );
  // It would not help somebody with a boundary.
  const bounded = asked('Deny', { AWS: [name, ROLE, root] }, name, { identity: [everything], boundary: everything });
  expect(bounded.lines.at(-1)).not.toContain('in its NotPrincipal');
});

// The same page: a principal with a permissions boundary is denied whether it is listed or not.
test('a Deny with NotPrincipal exempts nobody who has a permissions boundary', () => {
  const given = { identity: [everything], boundary: everything };
  const bounded = asked('Deny', { AWS: [ALICE, root] }, ALICE, given);
  expect(bounded.lines).toContain(
    'statement 1 (Deny) applies, NotPrincipal exempts nobody who has a permissions boundary',
  );
  expect(bounded.decision.denial).toEqual({ gate: 'resource-policy', explicit: true });
  expect(asked('Deny', { AWS: [BOB, root] }, ALICE, given).lines).toContain(
    "statement 1 (Deny) applies, NotPrincipal lists the caller's account, but not the caller",
  );
});

// The same with NotAction and NotResource, which exempt from a Deny and exclude from an Allow.
test.for([
  ['Deny', { NotAction: 's3:*', Resource: '*' }, 'does not apply: NotAction exempts s3:GetObject'],
  ['Allow', { NotAction: 's3:*', Resource: '*' }, 'does not apply: NotAction excludes s3:GetObject'],
  ['Deny', { Action: 's3:*', NotResource: OBJECT }, 'does not apply: NotResource exempts the resource'],
  ['Allow', { Action: 's3:*', NotResource: OBJECT }, 'does not apply: NotResource excludes the resource'],
] as const)('%s with %j', ([Effect, elements, text]) => {
  const policy = document({ Effect, ...elements });
  const decision = evaluate(
    { caller: alice, action: 's3:GetObject', resource: OBJECT, owner: A, context: new RecordContext({}) },
    { identity: [{ name: 'p', document: policy }] },
  );
  expect(explainLines(decision, { all: true }).map((line) => line.text)).toContain(`statement 1 (${Effect}) ${text}`);
});

const letIn = 'applies, NotPrincipal does not exclude the caller';
const excluded = 'does not apply: NotPrincipal excludes the caller';
const unclear = 'does not apply: NotPrincipal may exclude the caller';

// Nobody can store such a statement now. In a stored one, a list excludes whomever it could mean.
test.for([
  [{ AWS: BOB }, ALICE, letIn],
  [{ AWS: BOB }, root, letIn],
  [{ AWS: BOB }, 'anonymous', letIn],
  [{ AWS: BOB }, `arn:aws:iam::${B}:root`, letIn],
  [{ Service: 's3.amazonaws.com' }, ALICE, letIn],
  [{ Service: 'ec2.amazonaws.com' }, 's3.amazonaws.com', letIn],
  [{ AWS: `arn:aws:sts::${A}:assumed-role/Reader/s2` }, SESSION, letIn],
  [{ AWS: `arn:aws:iam::${A}:user/Reader` }, SESSION, letIn],
  [{ AWS: `arn:aws:iam::${B}:user/alice` }, ALICE, letIn],
  [{ Federated: 'cognito-identity.amazonaws.com' }, ALICE, letIn],
  [{ AWS: ALICE }, ALICE, excluded],
  [{ AWS: root }, ALICE, excluded],
  [{ AWS: A }, SESSION, excluded],
  [{ AWS: ROLE }, SESSION, excluded],
  [{ AWS: SESSION }, SESSION, excluded],
  [{ AWS: ALICE }, FEDERATED, excluded],
  [{ Service: 's3.amazonaws.com' }, 's3.amazonaws.com', excluded],
  [{ AWS: '*' }, ALICE, excluded],
  ['*', 's3.amazonaws.com', excluded],
  // One who is named in another way than the evaluator names callers.
  [{ AWS: `arn:aws:iam::${A}:role/Reader` }, SESSION, unclear],
  [{ AWS: `arn:aws:iam::${A}:user/Alice` }, ALICE, unclear],
  [{ AWS: `arn:aws:iam::${A}:user/staff/alice` }, FEDERATED, unclear],
  [{ AWS: '*' }, 's3.amazonaws.com', unclear],
  [{ Service: 'S3.amazonaws.com' }, 's3.amazonaws.com', unclear],
  [{ AWS: `arn:aws:sts::${A}:assumed-role/reader/S1` }, SESSION, unclear],
  [{ AWS: `arn:aws:iam::${A}:role/reader` }, SESSION, unclear],
  // Words that name nobody here could be meant for anybody.
  [{ AWS: `arn:aws:iam::${A}:user/*` }, ALICE, unclear],
  [{ AWS: 'everybody' }, 'anonymous', unclear],
  [{ Group: 'g' }, ALICE, unclear],
  [{ CanonicalUser: 'f'.repeat(64) }, ALICE, unclear],
] as const)('an Allow with NotPrincipal %j, for %s, %s', ([listed, name, text]) => {
  const { decision, lines } = asked('Allow', listed, name);
  expect(lines).toContain(`statement 1 (Allow) ${text}`);
  const note = lines.find((line) => line.includes('in the same account'));
  expect(note).toBe(
    text === letIn && [ALICE, root, SESSION].includes(name)
      ? 'it lets in everyone whom NotPrincipal does not list, which is enough in the same account'
      : undefined,
  );
  if (name === ALICE || name === root || name === 'anonymous')
    expect(decision.allowed).toBe(text === letIn || name === root);
});

// However a list is read, nobody gains by being listed in addition.
test('who is exempt from a Deny is not let in by an Allow with the same list, and a longer list lets in nobody else', () => {
  const names = Object.keys(callers);
  const pool = [
    ALICE,
    alice.userId,
    BOB,
    root,
    A,
    B,
    ROLE,
    SESSION,
    FEDERATED,
    '*',
    'nonsense',
    `arn:aws:iam::${A}:user/*`,
  ];
  const patterns = fc.uniqueArray(
    fc.oneof(
      fc.constantFrom(...pool).map((text) => parsePrincipal('AWS', text)),
      fc.constant(parsePrincipal('Service', 's3.amazonaws.com')),
    ),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), patterns, patterns, fc.boolean(), (name, list, more, hasBoundary) => {
      const caller = callers[name];
      if (!caller) return expect.fail(`no caller ${name}`);
      const reader = { caller, hasBoundary, bindings: undefined };
      const isLetIn = reaches('Allow', readNotPrincipal('Allow', list, reader));
      if (!reaches('Deny', readNotPrincipal('Deny', list, reader))) expect(isLetIn).toBe(false);
      if (!isLetIn) expect(reaches('Allow', readNotPrincipal('Allow', [...list, ...more], reader))).toBe(false);
      if (list.length === 0) expect(isLetIn).toBe(true);
    }),
  );
});

test('an Allow with NotPrincipal excludes a user both by name and by id', () => {
  for (const id of [alice.userId, 'AIDAOLDOLDOLDOLDOLDO1']) {
    const resource = { kind: 'bucket-policy', name: 'bucket policy', principals: { [ALICE]: id } } as const;
    expect(asked('Allow', { AWS: ALICE }, ALICE, { resource }).decision.allowed).toBe(false);
  }
  expect(asked('Allow', { AWS: alice.userId }, ALICE).decision.allowed).toBe(false);
  const principals = { [`arn:aws:iam::${A}:user/former`]: alice.userId };
  const resource = { kind: 'bucket-policy', name: 'bucket policy', principals } as const;
  expect(asked('Allow', { AWS: `arn:aws:iam::${A}:user/former` }, ALICE, { resource }).decision.allowed).toBe(false);
});

// The same page: "the policy might deny access to the entire AWS account that contains the principal".
test.for([
  [[ALICE], [`NotPrincipal lists ${ALICE} but not ${root}: AWS may then deny the whole account, the listed included`]],
  [
    [ROLE, SESSION, `arn:aws:iam::${B}:root`],
    [`NotPrincipal lists ${ROLE} but not ${root}: AWS may then deny the whole account, the listed included`],
  ],
  [
    [SESSION, `arn:aws:iam::${B}:user/xena`, BOB],
    [SESSION, `arn:aws:iam::${B}:user/xena`].map(
      (one, i) =>
        `NotPrincipal lists ${one} but not arn:aws:iam::${[A, B][i]}:root: AWS may then deny the whole account, the listed included`,
    ),
  ],
  [['*', ALICE], []],
  [['nonsense', alice.userId], []],
  [[ALICE, root], []],
  [[ALICE, A], []],
  [[root], []],
] as const)('a Deny with NotPrincipal %j has the warnings %j', ([AWS, warnings]) => {
  const { lines } = asked('Deny', { AWS }, BOB);
  expect(lines.filter((line) => line.includes(' but not arn'))).toEqual(warnings);
  expect(asked('Allow', { AWS }, BOB).lines.filter((line) => line.includes(' but not arn'))).toEqual([]);
});
