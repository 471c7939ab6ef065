import { describe, expect, test } from 'vitest';
import type { Caller } from '../../src/policy/caller.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import type { NamedPolicy } from '../../src/policy/gates.ts';
import { RequestContext } from '../../src/policy/global-context.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { A, callers } from './callers.ts';

const OBJECT = 'arn:aws:s3:::b/k';

const contextOf = (caller: Caller) =>
  new RequestContext({ caller, owner: A, region: 'us-east-1', now: new Date('2026-05-04T09:00:00Z') });

const callerOf = (name: string): Caller => callers[name] ?? expect.fail(`no caller ${name}`);

// IAM User Guide, "IAM policy elements: Variables and tags", principal key values.
const keys: readonly (readonly [caller: string, type?: string, userid?: string, username?: string])[] = [
  [`arn:aws:iam::${A}:user/alice`, 'User', 'AIDAALICEALICEALICE01', 'alice'],
  [`arn:aws:sts::${A}:assumed-role/Reader/s1`, 'AssumedRole', 'AROAREADERREADERREA01:s1'],
  [`arn:aws:sts::${A}:federated-user/alice`, 'FederatedUser', `${A}:alice`],
  [`arn:aws:iam::${A}:root`, 'Account', A],
  ['anonymous', 'Anonymous', 'anonymous'],
  ['s3.amazonaws.com'],
];

describe('the keys that distinguish the kinds of callers', () => {
  test.for(keys)('for %s', ([name, type, userid, username]) => {
    const context = contextOf(callerOf(name));
    const values = ['aws:principaltype', 'aws:userid', 'aws:username'].map((key) => context.values(key));
    expect(values).toEqual([type, userid, username].map((value) => value && [value]));
    expect(context.entries()['aws:PrincipalType']).toBe(type);
  });

  // IAM User Guide, "AWS global condition context keys": a key that is not there matches nothing but a negation.
  test.for(keys)('for %s: a Deny on its type applies to it, and to no other', ([name, type]) => {
    for (const [, denied] of keys) {
      if (denied === undefined) continue;
      const Condition = { StringEquals: { 'aws:PrincipalType': denied } };
      expect(isAllowed(callerOf(name), Condition), `${denied} is denied`).toBe(type !== denied);
      const Others = { StringNotEquals: { 'aws:PrincipalType': denied } };
      expect(isAllowed(callerOf(name), Others), `all but ${denied} are denied`).toBe(type === denied);
    }
  });
});

/** Whether a caller may read an object of a bucket that lets everybody read it, but for those of a condition. */
function isAllowed(caller: Caller, Condition: object): boolean {
  const access = { Principal: '*', Action: 's3:GetObject', Resource: OBJECT };
  const bucketPolicy = policy([
    { Effect: 'Allow', ...access },
    { Effect: 'Deny', ...access, Condition },
  ]);
  const request = { caller, action: 's3:GetObject', resource: OBJECT, owner: A, context: contextOf(caller) };
  return evaluate(request, {
    identity: [policy([{ Effect: 'Allow', Action: '*', Resource: '*' }])],
    resource: { kind: 'bucket-policy', ...bucketPolicy },
  }).allowed;
}

const policy = (Statement: readonly object[]): NamedPolicy => ({
  name: 'p',
  document: readPolicy({ Version: '2012-10-17', Statement }),
});
