import { expect, test } from 'vitest';
import type { Decision } from '../../src/policy/decision.ts';
import { decisionOf, storedDecision } from '../../src/store/records/refusal.ts';

/** Every member that a decision can have: one that is added has to be added here. */
const decision: Required<Decision> = {
  allowed: false,
  caller: 'arn:aws:iam::111122223333:user/bob',
  action: 'kms:Decrypt',
  resource: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  denial: { gate: 'identity-policy', explicit: false, policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
  because: 'no identity-based policy of the caller allows kms:Decrypt',
  decidesOnly: 'whether the answer says more',
  asked: 'S3 asks KMS because the object is encrypted under this key',
  notCounted: 'the default of the bucket does not count',
  gates: [{ gate: 'identity-policy', result: 'silent', policies: [], note: 'none allows it' }],
  context: { 'aws:username': 'bob', 'kms:ResourceAliases': ['alias/app'] },
};

test('a refusal keeps all of a decision', () => {
  const read = decisionOf(storedDecision(decision));
  expect(read).toEqual(decision);
});

test('a decision without what it may lack is read as it was', () => {
  const { denial: _, decidesOnly: __, asked: ___, notCounted: ____, ...rest } = decision;
  const allowed = { ...rest, allowed: true };
  expect(decisionOf(storedDecision(allowed))).toEqual({ ...allowed, decidesOnly: undefined });
});
