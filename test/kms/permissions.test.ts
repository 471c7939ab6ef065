import { expect, test } from 'vitest';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';
import { allow, makeUser } from './principals.ts';

const Plaintext = Buffer.from('x');
const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const as = 'user/bob';

/** A key whose policy lets its account manage it, and the rest says who may use it. */
async function keyWith(world: World, ...statements: object[]): Promise<string> {
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/admin` }, Action: 'kms:*', Resource: '*' },
    ...statements.map((statement) => ({
      Effect: 'Allow',
      Principal: root,
      Action: 'kms:*',
      Resource: '*',
      ...statement,
    })),
  ];
  return makeKey(world, { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
}

const allowed = (outcome: Promise<unknown>) =>
  outcome.then(
    () => true,
    () => false,
  );

const denied = (action: string, KeyId: string, kind: 'identity' | 'resource') =>
  `AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/bob is not authorized to perform: ${action} on resource: ` +
  `${arnFor(KeyId)} because no ${kind}-based policy allows the ${action} action`;

// AWS KMS Developer Guide, "Key policies": IAM policies count only where the key policy lets the account decide.
test('the key policy must allow, or delegate to the account', async () => {
  const world = newWorld();
  const bob = makeUser(world, 'bob', [allow('kms:*')]);
  const delegating = await keyWith(world, {});
  const closed = await keyWith(world);
  const limited = await keyWith(world, { Action: 'kms:Describe*' });
  await world.call('kms', 'Encrypt', { KeyId: delegating, Plaintext }, { as });
  for (const KeyId of [closed, limited]) {
    expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, { as })).toBe(
      denied('kms:Encrypt', KeyId, 'resource'),
    );
  }
  await world.call('kms', 'DescribeKey', { KeyId: limited }, { as });
  makeUser(world, 'bob');
  expect(await world.refusal('kms', 'Encrypt', { KeyId: delegating, Plaintext }, { as })).toBe(
    denied('kms:Encrypt', delegating, 'identity'),
  );
  const direct = await keyWith(world, { Principal: { AWS: bob } });
  await world.call('kms', 'Encrypt', { KeyId: direct, Plaintext }, { as });
  // Not even the root user has more than the policy gives.
  expect(await world.refusal('kms', 'DescribeKey', { KeyId: closed }, { as: 'root' })).toMatch(
    /^AccessDeniedException/,
  );
});

// AWS KMS Developer Guide, "Condition keys for AWS KMS".
test.for([
  ['StringEquals', 'kms:EncryptionContext:App', 'x', { EncryptionContext: { App: 'x' } }, true],
  ['StringEquals', 'kms:EncryptionContext:App', 'x', { EncryptionContext: { app: 'x' } }, true],
  ['StringEquals', 'kms:EncryptionContext:App', 'x', { EncryptionContext: { App: 'X' } }, false],
  ['StringEquals', 'kms:EncryptionContext:App', 'x', {}, false],
  ['ForAllValues:StringEquals', 'kms:EncryptionContextKeys', 'App', {}, true],
  ['ForAllValues:StringEquals', 'kms:EncryptionContextKeys', 'App', { EncryptionContext: { App: '', b: '' } }, false],
  ['Null', 'kms:EncryptionContextKeys', 'false', {}, false],
  ['StringEquals', 'kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT', {}, true],
  ['StringEquals', 'kms:KeySpec', 'SYMMETRIC_DEFAULT', {}, true],
  ['StringEquals', 'kms:KeyUsage', 'SIGN_VERIFY', {}, false],
  ['StringEquals', 'kms:KeyOrigin', 'AWS_KMS', {}, true],
  ['Bool', 'kms:MultiRegion', 'false', {}, true],
  ['StringEquals', 'kms:CallerAccount', ACCOUNT, {}, true],
  ['StringEquals', 'kms:CallerAccount', OTHER_ACCOUNT, {}, false],
  ['StringEquals', 'kms:ViaService', 's3.us-east-1.amazonaws.com', {}, false],
  ['StringEquals', 'kms:RequestAlias', 'alias/app', { KeyId: 'alias/app' }, true],
  ['StringEquals', 'kms:RequestAlias', 'alias/app', {}, false],
  ['ForAnyValue:StringEquals', 'kms:ResourceAliases', 'alias/app', {}, true],
  ['StringEquals', 'aws:ResourceTag/team', 'red', {}, true],
] as const)('%s %s %s on a request with %j: %s', async ([operator, key, value, request, outcome]) => {
  const world = newWorld();
  makeUser(world, 'bob', [{ ...allow('kms:Encrypt'), Condition: { [operator]: { [key]: value } } }]);
  const KeyId = await keyWith(world, {});
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId });
  await world.call('kms', 'TagResource', { KeyId, Tags: [{ TagKey: 'team', TagValue: 'red' }] });
  expect(await allowed(world.call('kms', 'Encrypt', { KeyId, Plaintext, ...request }, { as }))).toBe(outcome);
});

test('rules on a key apply when the call names an alias', async () => {
  const world = newWorld();
  const [one, other] = [await keyWith(world, {}), await keyWith(world, {})];
  makeUser(world, 'bob', [allow('kms:Encrypt', arnFor(one))]);
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: one });
  const request = { KeyId: 'alias/app', Plaintext };
  await world.call('kms', 'Encrypt', request, { as });
  await world.call('kms', 'UpdateAlias', { AliasName: 'alias/app', TargetKeyId: other });
  expect(await world.refusal('kms', 'Encrypt', request, { as })).toBe(denied('kms:Encrypt', other, 'identity'));
});

// AWS KMS Developer Guide, "Controlling access to aliases": both halves are needed.
test('an alias operation needs permission on the alias and on each of its keys', async () => {
  const world = newWorld();
  const [one, other] = [await keyWith(world, {}), await keyWith(world, {})];
  const alias = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`;
  const create = (...resources: string[]) => {
    makeUser(
      world,
      'bob',
      resources.map((resource) => allow(['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'], resource)),
    );
    return allowed(world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: one }, { as }));
  };
  expect(await create(alias)).toBe(false);
  expect(await create(arnFor(one))).toBe(false);
  expect(await create(alias, arnFor(one))).toBe(true);
  const update = { AliasName: 'alias/app', TargetKeyId: other };
  expect(await world.refusal('kms', 'UpdateAlias', update, { as })).toBe(denied('kms:UpdateAlias', other, 'identity'));
  await world.call('kms', 'DeleteAlias', { AliasName: 'alias/app' }, { as });
});

test('ReEncrypt needs permission on both keys, and recognizes when they are the same', async () => {
  const world = newWorld();
  const [one, other] = [await keyWith(world, {}), await keyWith(world, {})];
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId: one, Plaintext });
  const request = { CiphertextBlob, DestinationKeyId: other };
  makeUser(world, 'bob', [allow('kms:ReEncryptFrom', arnFor(one))]);
  expect(await world.refusal('kms', 'ReEncrypt', request, { as })).toBe(denied('kms:ReEncryptTo', other, 'identity'));
  makeUser(world, 'bob', [{ ...allow('kms:ReEncrypt*'), Condition: { Bool: { 'kms:ReEncryptOnSameKey': 'true' } } }]);
  expect(await allowed(world.call('kms', 'ReEncrypt', request, { as }))).toBe(false);
  await world.call('kms', 'ReEncrypt', { ...request, DestinationKeyId: one }, { as });
});

test('operations without a key need IAM policies, on all resources', async () => {
  const world = newWorld();
  makeUser(world, 'bob', [allow(['kms:CreateKey', 'kms:ListKeys'], arnFor('*'))]);
  expect(await world.refusal('kms', 'CreateKey', {}, { as })).toMatch(
    /^AccessDeniedException: .* perform: kms:CreateKey on resource: \* because/,
  );
  makeUser(world, 'bob', [allow('kms:CreateKey')]);
  const Tags = [{ TagKey: 'a', TagValue: 'b' }];
  expect(await world.refusal('kms', 'CreateKey', { Tags }, { as })).toMatch(/perform: kms:TagResource/);
  expect(await world.refusal('kms', 'CreateKey', { MultiRegion: true }, { as })).toMatch(
    /perform: iam:CreateServiceLinkedRole/,
  );
  makeUser(world, 'bob', [
    { ...allow('kms:*'), Condition: { StringEquals: { 'kms:KeySpec': 'HMAC_256', 'aws:RequestTag/a': 'b' } } },
    { ...allow('kms:TagResource'), Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } } },
    allow('kms:PutKeyPolicy'),
  ]);
  const hmac = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' } as const;
  expect(await allowed(world.call('kms', 'CreateKey', hmac, { as }))).toBe(false);
  await world.call('kms', 'CreateKey', { ...hmac, Tags }, { as });
});

// AWS KMS Developer Guide, "Control access to multi-Region keys": the key is made, and tagged, in the replica's region.
test.for<[string, object, boolean]>([
  ['kms:CreateKey', { 'aws:RequestedRegion': 'eu-west-1' }, true],
  ['kms:CreateKey', { 'aws:RequestedRegion': 'us-east-1' }, false],
  ['kms:CreateKey', { 'kms:MultiRegionKeyType': 'REPLICA', 'kms:KeySpec': 'SYMMETRIC_DEFAULT' }, true],
  ['kms:CreateKey', { 'kms:MultiRegionKeyType': 'PRIMARY' }, false],
  ['kms:CreateKey', { 'aws:RequestTag/team': 'red', 'kms:CallerAccount': ACCOUNT }, true],
  ['kms:CreateKey', { 'aws:RequestTag/team': 'blue' }, false],
  ['kms:TagResource', { 'aws:RequestedRegion': 'eu-west-1', 'aws:RequestTag/team': 'red' }, true],
  ['kms:TagResource', { 'aws:RequestedRegion': 'us-east-1' }, false],
  ['kms:TagResource', { 'aws:RequestTag/team': 'blue' }, false],
])('a replica, by who may %s if %j: %s', async ([action, StringEquals, outcome]) => {
  const world = newWorld();
  const others = ['kms:ReplicateKey', 'kms:CreateKey', 'kms:TagResource'].filter((other) => other !== action);
  makeUser(world, 'bob', [allow(others), { ...allow(action), Condition: { StringEquals } }]);
  const KeyId = await makeKey(world, { MultiRegion: true });
  const request = { KeyId, ReplicaRegion: 'eu-west-1', Tags: [{ TagKey: 'team', TagValue: 'red' }] };
  expect(await allowed(world.call('kms', 'ReplicateKey', request, { as }))).toBe(outcome);
});

// AWS KMS Developer Guide: numeric, boolean and list keys of single operations.
test.for([
  [
    'ScheduleKeyDeletion',
    { PendingWindowInDays: 7 },
    { NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '14' } },
    false,
  ],
  ['ScheduleKeyDeletion', {}, { NumericEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } }, true],
  ['ScheduleKeyDeletion', {}, { NumericGreaterThanEquals: { 'kms:TrailingDaysWithoutKeyUsage': '1' } }, false],
  ['EnableKeyRotation', {}, { NumericEquals: { 'kms:RotationPeriodInDays': '365' } }, true],
  ['DisableKey', {}, { NumericEquals: { 'kms:TrailingDaysWithoutKeyUsage': '0' } }, true],
  ['PutKeyPolicy', { Policy: '{}' }, { Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'false' } }, false],
  ['ReplicateKey', { ReplicaRegion: 'eu-west-1' }, { StringEquals: { 'kms:ReplicaRegion': 'us-west-2' } }, false],
  [
    'TagResource',
    { Tags: [{ TagKey: 'b', TagValue: '' }] },
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } },
    false,
  ],
  [
    'CreateGrant',
    { GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`, Operations: ['Encrypt', 'Decrypt'] },
    { 'ForAllValues:StringEquals': { 'kms:GrantOperations': 'Encrypt' } },
    false,
  ],
  [
    'CreateGrant',
    { GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`, Operations: ['Encrypt'] },
    { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    false,
  ],
  [
    'CreateGrant',
    {
      GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`,
      Operations: ['Encrypt'],
      Constraints: { EncryptionContextSubset: { a: 'b' } },
    },
    { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextSubset', 'kms:EncryptionContext:a': 'b' } },
    true,
  ],
] as const)('%s with %j under %j: %s', async ([operation, input, Condition, outcome]) => {
  const world = newWorld();
  makeUser(world, 'bob', [{ ...allow('kms:*'), Condition }]);
  const KeyId = await keyWith(world, {});
  expect(await allowed(world.call('kms', operation, { KeyId, ...input } as never, { as }))).toBe(outcome);
});
