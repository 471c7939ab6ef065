/** Boundaries and session policies in the words of a decision: which gate stopped what, by which policy. */

import { expect, test } from 'vitest';
import { fixOf, fixValue } from '../../src/cli/commands/explain/fix.ts';
import type { Caller } from '../../src/policy/caller.ts';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { explainLines } from '../../src/policy/explain.ts';
import { type NamedPolicy, type Policies, unknownPolicy } from '../../src/policy/gates.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { A, alice, B, callers, reader } from './callers.ts';

const key = (account: string) => `arn:aws:kms:us-east-1:${account}:key/11111111-2222-3333-4444-555555555555`;
const named = (name: string, ...statements: unknown[]): NamedPolicy => ({
  name,
  arn: `arn:aws:iam::${A}:policy/${name}`,
  document: readPolicy({ Version: '2012-10-17', Statement: statements }),
});
const may = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
const everything = named('Everything', may('*'));
const narrow = named('Narrow', may('s3:*'));
const session = { name: 'session policy', document: narrow.document };
const keyPolicy = (...statements: unknown[]) =>
  ({ kind: 'key-policy', name: 'key policy', document: readPolicy({ Statement: statements }) }) as const;
const delegating = keyPolicy({ ...may('kms:*'), Principal: { AWS: A } });
const silent = keyPolicy();

function asked(caller: Caller, policies: Policies, owner = A) {
  const request = { caller, action: 'kms:Decrypt', resource: key(owner), owner, context: new RecordContext({}) };
  return evaluate(request, policies);
}

const grantTo = (granteePrincipal: string) => [{ grantId: 'g1', granteePrincipal }];
const base = callers[`arn:aws:sts::${A}:federated-user/alice`] ?? alice;
const ofRole = grantTo(reader.roleArn);

// AWS KMS Developer Guide, "Grants in AWS KMS", and IAM User Guide, "Permissions boundaries for IAM entities": within a
// role's boundary and a session's policy, a grant to the role lets in the session.
test.for<[string, Caller, string, Policies, string | undefined, string]>([
  [
    'no limit',
    reader,
    A,
    { resource: silent, grants: ofRole },
    undefined,
    `grant g1 allows kms:Decrypt for ${reader.roleArn}`,
  ],
  [
    'a boundary',
    reader,
    A,
    { resource: silent, grants: ofRole, boundary: narrow },
    'permissions-boundary',
    "the caller's permissions boundary Narrow does not allow kms:Decrypt, and that limits grant g1 too",
  ],
  [
    'a session policy',
    reader,
    A,
    { resource: silent, grants: ofRole, session: [session] },
    'session-policy',
    'the session policy does not allow kms:Decrypt, and that limits grant g1 too',
  ],
  [
    'both',
    reader,
    A,
    { resource: delegating, grants: ofRole, boundary: narrow, session: [session] },
    'permissions-boundary',
    "the caller's permissions boundary Narrow does not allow kms:Decrypt, and that limits grant g1 too",
  ],
  [
    'a boundary, of a key in another account',
    reader,
    B,
    { resource: silent, grants: ofRole, boundary: narrow },
    'permissions-boundary',
    "the caller's permissions boundary Narrow does not allow kms:Decrypt, and that limits grant g1 too",
  ],
  [
    'no policy of a federated session',
    base,
    A,
    { resource: silent, grants: grantTo(alice.arn) },
    'session-policy',
    'the session was made without a policy and so has no permissions of its own, and that limits grant g1 too',
  ],
  [
    'a boundary, but of a grant to the session itself',
    reader,
    A,
    { resource: silent, grants: [...ofRole, { grantId: 'g2', granteePrincipal: reader.arn }], boundary: narrow },
    undefined,
    `grant g2 allows kms:Decrypt for ${reader.arn}`,
  ],
  [
    'a boundary, of a grant to the account',
    alice,
    A,
    { resource: silent, grants: grantTo(`arn:aws:iam::${A}:root`), identity: [everything], boundary: narrow },
    'permissions-boundary',
    "the caller's permissions boundary Narrow does not allow kms:Decrypt",
  ],
  [
    'nobody names the caller',
    reader,
    A,
    { resource: silent, grants: grantTo(alice.arn), boundary: narrow },
    'resource-policy',
    "the key policy neither allows kms:Decrypt for the caller nor lets the account's identity-based policies do so",
  ],
])('a grant within %s', ([, caller, owner, policies, gate, because]) => {
  const decision = asked(caller, policies, owner);
  expect(decision.denial?.gate).toBe(gate);
  expect(decision.because).toBe(because);
});

test('the note on a grant says who else has a say', () => {
  const noteOf = (caller: Caller, grants: Policies['grants']) =>
    asked(caller, { resource: silent, grants }).gates.find(({ gate }) => gate === 'grant')?.note;
  expect(noteOf(reader, ofRole)).toBe(
    "the grant names the session's role, whose boundary and session policy still limit it",
  );
  expect(noteOf(base, grantTo(alice.arn))).toBe(
    'the grant names the user behind the session, whose session policy still limits it',
  );
  expect(noteOf(alice, grantTo(alice.arn))).toBeUndefined();
});

test('a boundary is named by its policy, in the cause and in the advice', () => {
  const policies = { resource: delegating, identity: [everything] };
  const stopped = asked(alice, { ...policies, boundary: narrow });
  expect(stopped.because).toBe("the caller's permissions boundary Narrow does not allow kms:Decrypt");
  expect(explainLines(stopped).at(-1)?.text).toBe(
    `to allow it: allow kms:Decrypt on ${key(A)} in ${narrow.arn} too, the permissions boundary of ${alice.arn}`,
  );
  const denying = named('Guard', may('*'), { Effect: 'Deny', Action: 'kms:*', Resource: '*' });
  expect(asked(alice, { ...policies, boundary: denying }).because).toBe(
    'the permissions boundary Guard (statement 2) denies kms:Decrypt',
  );
});

test('session policies are counted when there are several', () => {
  const of = (...policies: NamedPolicy[]) =>
    asked(reader, { resource: delegating, identity: [everything], session: policies }).because;
  expect(of(session)).toBe('the session policy does not allow kms:Decrypt');
  expect(of({ ...session, name: 'session policy 1' }, { ...session, name: 'session policy 2' })).toBe(
    "none of the session's 2 policies allows kms:Decrypt",
  );
  expect(of()).toBe('the session was made with an empty list of policies and so has no permissions');
});

const missing = unknownPolicy('Missing', `arn:aws:iam::${A}:policy/team/Missing`);
const linesOf = (policies: Policies) => explainLines(asked(alice, policies)).map(({ text }) => text);

test('a boundary that does not exist allows nothing, and is named', () => {
  const policies = { resource: delegating, identity: [everything], boundary: missing };
  expect(asked(alice, policies).denial).toEqual({ gate: 'permissions-boundary', explicit: false });
  expect(linesOf(policies)).toEqual(
    expect.arrayContaining([
      `because the caller's permissions boundary is an unknown policy, ${missing.arn}, which allows nothing`,
      `Missing: unknown policy; this store does not have ${missing.arn}, so it allows nothing`,
      `to allow it: create ${missing.arn}, or give ${alice.arn} another permissions boundary`,
    ]),
  );
});

test('--fix names the boundary to change, or to create', () => {
  const place = (boundary: NamedPolicy) =>
    fixValue(fixOf(asked(alice, { resource: delegating, identity: [everything], boundary }), {})).map(
      (fix) => 'To' in fix && fix.To,
    );
  expect(place(narrow)).toEqual([`the permissions boundary of ${alice.arn}, ${narrow.arn}`]);
  expect(place(missing)).toEqual([`the permissions boundary of ${alice.arn}, ${missing.arn}, which has to be created`]);
});

test('an attached policy that does not exist is shown, and takes nothing from the others', () => {
  const text = `Missing: unknown policy; this store does not have ${missing.arn}, so it allows nothing`;
  const both = { resource: delegating, identity: [missing, everything] };
  expect(asked(alice, both).allowed).toBe(true);
  expect(linesOf(both)).toContain(text);
  const alone = { resource: delegating, identity: [missing] };
  expect(linesOf(alone)).toContain(text);
  expect(asked(alice, alone).because).toBe(
    `no identity-based policy of the caller allows kms:Decrypt, and ${missing.arn} is an unknown policy, which allows nothing`,
  );
});
