import { expect, test } from 'vitest';
import { httpStatusOf } from '../../src/api/error-codes.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { Access } from '../../src/policy/access.ts';
import type { Caller } from '../../src/policy/caller.ts';
import { RecordContext } from '../../src/policy/context.ts';
import { denial } from '../../src/policy/denial.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import type { Policies } from '../../src/policy/gates.ts';
import { readPolicy } from '../../src/policy/policy-document.ts';
import { A, alice, callers, reader, xena } from './callers.ts';

const KEY = `arn:aws:kms:us-east-1:${A}:key/11111111-2222-3333-4444-555555555555`;
const ROLE = `arn:aws:iam::${A}:role/app/Reader`;
const OBJECT = 'arn:aws:s3:::b/k';

const statement = (Effect: 'Allow' | 'Deny', Action: string, Principal?: unknown) =>
  readPolicy({
    Version: '2012-10-17',
    Statement: { Effect, Action, Resource: '*', ...(Principal ? { Principal } : {}) },
  });
const policy = (Effect: 'Allow' | 'Deny', Action: string, arn?: string) => ({
  name: 'p',
  arn,
  document: statement(Effect, Action),
});
const attached = (kind: 'key-policy' | 'bucket-policy' | 'trust-policy', document = statement('Allow', 'none:*')) => ({
  kind,
  name: kind,
  document,
});

function refusal(service: ServiceName, caller: Caller, access: Omit<Access, 'owner'>, policies: Policies): string {
  const { action, resource } = access;
  const decision = evaluate({ caller, action, resource, owner: A, context: new RecordContext({}) }, policies);
  expect(decision.allowed).toBe(false);
  const error = denial(service, { ...access, owner: A }, decision, caller);
  return `${error.code} ${httpStatusOf(error.code, service)}: ${error.message}`;
}

const all = [policy('Allow', '*')];
const USER = `User: ${alice.arn} is not authorized to perform:`;

// IAM User Guide, "Troubleshoot access denied error messages".
test.for<[string, Policies, string]>([
  ['no identity-based policy', {}, 'because no identity-based policy allows the s3:GetObject action'],
  ['a deny', { identity: [policy('Deny', '*')] }, 'with an explicit deny in an identity-based policy'],
  [
    'a deny of the bucket',
    { identity: all, resource: attached('bucket-policy', statement('Deny', 's3:*', '*')) },
    'with an explicit deny in a resource-based policy',
  ],
  [
    'a silent boundary',
    { identity: all, boundary: policy('Allow', 'ec2:*') },
    'because no permissions boundary allows the s3:GetObject action',
  ],
  [
    'a boundary that denies',
    { identity: all, boundary: policy('Deny', 's3:*') },
    'with an explicit deny in a permissions boundary',
  ],
  [
    'a silent session policy',
    { identity: all, session: [policy('Allow', 'ec2:*')] },
    'because no session policy allows the s3:GetObject action',
  ],
  [
    'a session policy that denies',
    { identity: all, session: [policy('Deny', 's3:*')] },
    'with an explicit deny in a session policy',
  ],
  [
    'a silent service control policy',
    {
      identity: all,
      serviceControl: [{ target: { kind: 'root', id: 'r-ab12', name: 'Root' }, policies: [policy('Allow', 'ec2:*')] }],
    },
    'because no service control policy allows the s3:GetObject action',
  ],
  [
    'a service control policy that denies',
    {
      identity: all,
      serviceControl: [{ target: { kind: 'root', id: 'r-ab12', name: 'Root' }, policies: [policy('Deny', '*')] }],
    },
    'with an explicit deny in a service control policy',
  ],
  [
    'a resource control policy that denies',
    {
      identity: all,
      resourceControl: [{ target: { kind: 'root', id: 'r-ab12', name: 'Root' }, policies: [policy('Deny', 's3:*')] }],
    },
    'with an explicit deny in a resource control policy',
  ],
])('S3 reports %s', ([, policies, reason]) => {
  const gates = { resource: attached('bucket-policy'), ...policies };
  expect(refusal('s3', alice, { action: 's3:GetObject', resource: OBJECT }, gates)).toBe(
    `AccessDenied 403: ${USER} s3:GetObject on resource: "${OBJECT}" ${reason}`,
  );
});

test.for([
  ['an action without one', { resource: '*' }],
  ['an action that hides it', { resource: 'arn:aws:s3:::*', resourcePhrase: '' }],
] as const)('S3 does not name the resource for %s', ([, access]) => {
  expect(refusal('s3', alice, { action: 's3:ListAllMyBuckets', ...access }, {})).toBe(
    `AccessDenied 403: ${USER} s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`,
  );
});

test('S3 gives no reason to other accounts and anonymous callers', () => {
  const access = { action: 's3:GetObject', resource: OBJECT };
  const nobody = callers.anonymous;
  expect(refusal('s3', xena, access, { resource: attached('bucket-policy') })).toBe('AccessDenied 403: Access Denied');
  expect(nobody && refusal('s3', nobody, access, { resource: attached('bucket-policy') })).toBe(
    'AccessDenied 403: Access Denied',
  );
});

test('a session is named as the session', () => {
  expect(refusal('s3', reader, { action: 's3:GetObject', resource: OBJECT }, {})).toContain(
    `User: arn:aws:sts::${A}:assumed-role/Reader/s1 is not authorized`,
  );
});

test('KMS names the key, unquoted', () => {
  const access = { action: 'kms:Decrypt', resource: KEY };
  expect(refusal('kms', alice, access, { identity: all, resource: attached('key-policy') })).toBe(
    `AccessDeniedException 400: ${USER} kms:Decrypt on resource: ${KEY} because no resource-based policy allows the kms:Decrypt action`,
  );
  expect(refusal('kms', alice, { action: 'kms:ListKeys', resource: '*' }, {})).toBe(
    `AccessDeniedException 400: ${USER} kms:ListKeys on resource: * because no identity-based policy allows the kms:ListKeys action`,
  );
});

const HIDDEN =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';

test('KMS does not reveal to another account whether a key exists', () => {
  const access = { action: 'kms:Decrypt', resource: KEY };
  const message = `AccessDeniedException 400: User: ${xena.arn} is not authorized to perform: kms:Decrypt on this resource ${HIDDEN}`;
  expect(refusal('kms', xena, access, { identity: all, resource: attached('key-policy') })).toBe(message);
  const denying = attached('key-policy', statement('Deny', 'kms:*', '*'));
  expect(refusal('kms', xena, access, { identity: all, resource: denying })).toBe(message);
});

test('KMS does not name a key that only the ciphertext names', () => {
  const access = {
    action: 'kms:Decrypt',
    resource: KEY,
    resourcePhrase: 'on the resource associated with this ciphertext',
  };
  const open = attached('key-policy', statement('Allow', 'kms:*', { AWS: A }));
  expect(refusal('kms', alice, access, { resource: open })).toBe(
    `AccessDeniedException 400: ${USER} kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action`,
  );
  expect(refusal('kms', alice, access, { identity: all, resource: attached('key-policy') })).toBe(
    `AccessDeniedException 400: ${USER} kms:Decrypt on the resource associated with this ciphertext ${HIDDEN}`,
  );
});

test('a managed policy that denies is named', () => {
  const arn = `arn:aws:iam::${A}:policy/NoKeys`;
  expect(
    refusal('kms', alice, { action: 'kms:ListKeys', resource: '*' }, { identity: [policy('Deny', 'kms:*', arn)] }),
  ).toBe(
    `AccessDeniedException 400: ${USER} kms:ListKeys on resource: * with an explicit deny in an identity-based policy: ${arn}`,
  );
});

test('STS does not say why a role cannot be assumed', () => {
  const access: Omit<Access, 'owner'> = {
    action: 'sts:AssumeRole',
    resource: ROLE,
    resourcePolicy: { kind: 'trust-policy', document: undefined },
  };
  const words = `AccessDenied 403: ${USER} sts:AssumeRole on resource: ${ROLE}`;
  expect(refusal('sts', alice, access, { identity: all, resource: attached('trust-policy') })).toBe(words);
  const open = attached(
    'trust-policy',
    readPolicy({ Statement: { Effect: 'Allow', Action: 'sts:*', Principal: { AWS: A } } }),
  );
  expect(refusal('sts', alice, access, { resource: open })).toBe(words);
});

test('IAM refers to the resource as the operation does', () => {
  const access = { action: 'iam:GetRole', resource: ROLE, resourcePhrase: 'on resource: role Reader' };
  expect(refusal('iam', alice, access, {})).toBe(
    `AccessDenied 403: ${USER} iam:GetRole on resource: role Reader because no identity-based policy allows the iam:GetRole action`,
  );
});
