import { expect, test } from 'vitest';
import type { Caller } from '../../src/policy/caller.ts';
import { RecordContext } from '../../src/policy/context.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import type { NamedPolicy, Policies } from '../../src/policy/gates.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { simulatedOtherwise } from '../../src/policy/simulator.ts';
import { A, alice, callers, reader } from './callers.ts';

const KEY = `arn:aws:kms:us-east-1:${A}:key/11111111-2222-3333-4444-555555555555`;

const policy = (...statements: object[]): NamedPolicy => ({
  name: 'p',
  document: readPolicy({ Version: '2012-10-17', Statement: statements }),
});
const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const deny = (Action: string, more: object = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more });
const when = { Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } };
const attached = (kind: 'key-policy' | 'bucket-policy' | 'trust-policy', ...statements: object[]) =>
  ({ kind, name: kind.replace('-', ' '), document: policy(...statements).document }) as const;
const to = (caller: Caller) => ({ Principal: { AWS: 'arn' in caller ? caller.arn : '*' } });
const everybody = { Principal: '*' };
const account = { Principal: { AWS: `arn:aws:iam::${A}:root` } };
const grant = { grantId: 'g', granteePrincipal: alice.arn, granteeId: undefined };

const all = [policy(allow('*'))];
const nothing: NamedPolicy[] = [];

/** What it does not evaluate; undefined where it would give the same answer. */
const table: readonly (readonly [string, Caller, string, Policies, string | undefined])[] = [
  ['identity policies alone', alice, 's3:GetObject', { identity: all }, undefined],
  ['no policies at all', alice, 's3:GetObject', { identity: nothing }, undefined],
  ['a boundary', alice, 's3:GetObject', { identity: all, boundary: policy(allow('kms:*')) }, undefined],
  [
    'a key policy that names another',
    alice,
    'kms:Decrypt',
    { identity: all, resource: attached('key-policy', allow('kms:*', to(reader))) },
    'allowed: … key policies',
  ],
  [
    'a key policy that leaves it to the account',
    alice,
    'kms:Decrypt',
    { identity: all, resource: attached('key-policy', allow('kms:*', account)) },
    undefined,
  ],
  [
    'a key policy that allows the user directly',
    alice,
    'kms:Decrypt',
    { identity: nothing, resource: attached('key-policy', allow('kms:*', to(alice))) },
    'denied: … key policies',
  ],
  [
    'a key policy that denies what nothing allows',
    alice,
    'kms:Decrypt',
    { identity: nothing, resource: attached('key-policy', deny('kms:*', everybody)) },
    undefined,
  ],
  [
    'a grant',
    alice,
    'kms:Decrypt',
    { identity: nothing, resource: attached('key-policy', allow('kms:*', to(reader))), grants: [grant] },
    'denied: … grants',
  ],
  [
    'a grant to a user whom the key policy names, too',
    alice,
    'kms:Decrypt',
    { identity: nothing, resource: attached('key-policy', allow('kms:*', to(alice))), grants: [grant] },
    'denied: … grants or key policies',
  ],
  [
    'a grant that may be retired',
    alice,
    'kms:RetireGrant',
    { identity: nothing, resource: attached('key-policy', allow('kms:*', account)), grants: [grant] },
    'denied: … grants',
  ],
  [
    'a bucket policy that denies',
    alice,
    's3:GetObject',
    { identity: all, resource: attached('bucket-policy', deny('s3:*', everybody)) },
    'allowed: … bucket policies that are not passed to it',
  ],
  [
    'a bucket policy that denies a session',
    reader,
    's3:GetObject',
    { identity: all, resource: attached('bucket-policy', deny('s3:*', everybody)) },
    'allowed: … bucket policies for roles',
  ],
  [
    'a session policy',
    reader,
    's3:GetObject',
    { identity: all, session: [policy(allow('kms:*'))] },
    'allowed: … session policies',
  ],
  [
    'a service control policy',
    alice,
    's3:GetObject',
    {
      identity: all,
      serviceControl: [
        { target: { kind: 'root', id: 'r-ab12', name: 'Root' }, policies: [policy(allow('*'), deny('s3:*'))] },
      ],
    },
    undefined,
  ],
  [
    'a service control policy with a condition',
    alice,
    's3:GetObject',
    {
      identity: all,
      serviceControl: [
        { target: { kind: 'root', id: 'r-ab12', name: 'Root' }, policies: [policy(allow('*'), deny('s3:*', when))] },
      ],
    },
    'allowed: … service control policies that have conditions',
  ],
  [
    'a resource control policy',
    alice,
    's3:GetObject',
    {
      identity: all,
      resourceControl: [
        {
          target: { kind: 'root', id: 'r-ab12', name: 'Root' },
          policies: [policy(allow('*', everybody), deny('s3:*', everybody))],
        },
      ],
    },
    'allowed: … resource control policies',
  ],
  ['a call that needs no permission', alice, 'sts:GetCallerIdentity', { identity: nothing }, undefined],
  [
    'an anonymous caller',
    callers.anonymous ?? alice,
    's3:GetObject',
    { resource: attached('bucket-policy', allow('s3:*', everybody)) },
    undefined,
  ],
];

test.for(table)("what AWS's simulator makes of %s", ([, caller, action, policies, unseen]) => {
  const resource = action.startsWith('kms:') ? KEY : 'arn:aws:s3:::b/k';
  const context = new RecordContext({ 'aws:RequestedRegion': 'us-east-1' });
  const decision = evaluate({ caller, action, resource, owner: A, context }, policies);
  const [answer, what] = unseen?.split(' … ') ?? [];
  expect(simulatedOtherwise(decision)).toBe(
    unseen && `AWS's policy simulator would say ${answer} simulate-principal-policy does not evaluate ${what}`,
  );
});
