import { expect, test } from 'vitest';
import { ACCOUNT, newWorld } from '../support/harness.ts';
import { makeKey } from './made-keys.ts';

const root = `arn:aws:iam::${ACCOUNT}:root`;
const all = { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' };
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

test('the default policy is printed as AWS prints it', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  expect(await world.call('kms', 'GetKeyPolicy', { KeyId })).toEqual({
    PolicyName: 'default',
    Policy: `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::111122223333:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`,
  });
  expect(await world.call('kms', 'ListKeyPolicies', { KeyId })).toEqual({ PolicyNames: ['default'], Truncated: false });
});

test('a policy is returned with its order and content', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const Policy = policy(all, { ...all, Sid: 'with spaces', Action: ['kms:Encrypt', 'kms:Decrypt'] });
  await world.call('kms', 'PutKeyPolicy', { KeyId, PolicyName: 'default', Policy });
  const got = (await world.call('kms', 'GetKeyPolicy', { KeyId, PolicyName: 'default' })).Policy ?? '';
  expect(JSON.stringify(JSON.parse(got))).toBe(Policy);
  expect(got).toContain('"Action" : [ "kms:Encrypt", "kms:Decrypt" ]');
});

const condition = (operator: string, key: string) => ({ ...all, Condition: { [operator]: { [key]: 'x' } } });

// AWS KMS Developer Guide, "Key policies"; the texts as AWS gives them.
test.for([
  ['no json', ''],
  ['[]', ''],
  ['{}', ''],
  ['{"Statement":[]}', ''],
  ['{"Statement":["x"]}', ''],
  [policy(all, { Effect: 'Allow', Action: 'kms:*', Resource: '*' }), 'Policy contains a statement with no principal.'],
  [policy(all, { ...all, Principal: { AWS: [] } }), 'Policy contains a statement with no principal.'],
  ...['*', { AWS: root }, { AWS: 'arn:aws:iam::111122223333:user/nobody' }, {}].map(
    (NotPrincipal) =>
      [
        policy(all, { Effect: 'Allow', NotPrincipal, Action: 'kms:*', Resource: '*' }),
        'Allow with NotPrincipal is not allowed.',
      ] as const,
  ),
  [policy(all, { ...all, NotPrincipal: { AWS: root } }), ''],
  [policy(all, { ...all, Effect: 'Deny', NotPrincipal: { AWS: root } }), ''],
  [policy(all, { ...all, NotAction: 'kms:Decrypt' }), ''],
  [policy(all, { ...all, Principle: '*' }), ''],
  ...[
    'arn:aws:iam::111122223333:user/nobody',
    'AIDAAAAAAAAAAAAAAAAAA',
    'nonsense',
    'arn:aws:iam::111122223333:group/g',
  ].map(
    (AWS) =>
      [
        policy(all, { ...all, Principal: { AWS } }),
        'Policy contains a statement with one or more invalid principals.',
      ] as const,
  ),
  [
    policy(all, condition('ForAllValues:StringEquals', 'kms:EncryptionContext:a')),
    'OverlyPermissiveCondition:EncryptionContext: Using the ForAllValues set operator with a single-valued condition key matches ' +
      'requests without the specified encryption context or with an unspecified encryption context. To fix, remove ForAllValues.',
  ],
  [
    policy({ ...all, Action: 'kms:Describe*' }),
    'The new key policy will not allow you to update the key policy in the future.',
  ],
  [
    policy(all, { ...all, Effect: 'Deny', Action: 'kms:PutKeyPolicy' }),
    'The new key policy will not allow you to update the key policy in the future.',
  ],
] as const)('%s is refused: %s', async ([Policy, message]) => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const before = await world.call('kms', 'GetKeyPolicy', { KeyId });
  const refusal = `MalformedPolicyDocumentException: ${message}`;
  expect(await world.refusal('kms', 'PutKeyPolicy', { KeyId, Policy })).toBe(refusal);
  expect(await world.refusal('kms', 'CreateKey', { Policy })).toBe(refusal);
  expect(await world.call('kms', 'GetKeyPolicy', { KeyId })).toEqual(before);
});

test('the lockout check can be bypassed, and then the caller is locked out', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const Policy = policy({ ...all, Action: 'kms:GetKeyPolicy' });
  await world.call('kms', 'PutKeyPolicy', { KeyId, Policy, BypassPolicyLockoutSafetyCheck: true });
  await world.call('kms', 'GetKeyPolicy', { KeyId });
  expect(await world.refusal('kms', 'PutKeyPolicy', { KeyId, Policy: policy(all) })).toMatch(
    /^AccessDeniedException: .* because no resource-based policy allows the kms:PutKeyPolicy action$/,
  );
});

test('a key has one policy, with a maximum size', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const noSuch = 'NotFoundException: No such policy exists';
  expect(await world.refusal('kms', 'GetKeyPolicy', { KeyId, PolicyName: 'other' })).toBe(noSuch);
  expect(await world.refusal('kms', 'PutKeyPolicy', { KeyId, PolicyName: 'other', Policy: policy(all) })).toBe(noSuch);
  const Policy = policy(all, { ...all, Sid: 'x'.repeat(32_768) });
  expect(await world.refusal('kms', 'PutKeyPolicy', { KeyId, Policy })).toMatch(/^LimitExceededException/);
});
