import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { newWorld, OTHER_ACCOUNT } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';

const NO_KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const NO_MRK = 'mrk-1234abcd12ab34cd56ef1234567890ab';

// AWS KMS Developer Guide, "Key identifiers (KeyId)"; messages as recorded from AWS by public test suites.
test.for([
  ['fake-key-id', "NotFoundException: Invalid keyId 'fake-key-id'"],
  ['134f2428cec14b25a1ae9048164dba47', "NotFoundException: Invalid keyId '134f2428cec14b25a1ae9048164dba47'"],
  ['mrk-fake-key-id', "NotFoundException: Invalid keyId 'mrk-fake-key-id'"],
  ['mine', "NotFoundException: Invalid keyId 'mine'"],
  [NO_KEY, `NotFoundException: Key '${arnFor(NO_KEY)}' does not exist`],
  [NO_MRK, `NotFoundException: Key '${arnFor(NO_MRK)}' does not exist`],
  [arnFor(NO_KEY), `NotFoundException: Key '${arnFor(NO_KEY)}' does not exist`],
  [arnFor(NO_KEY, 'us-east-2'), 'NotFoundException: Invalid arn us-east-2'],
  ['arn:aws:s3:::bucket', 'NotFoundException: Invalid arn arn:aws:s3:::bucket'],
  ['alias/none', 'NotFoundException: Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.'],
  [
    'arn:aws:kms:us-east-1:111122223333:alias/none',
    'NotFoundException: Alias arn:aws:kms:us-east-1:111122223333:alias/none is not found.',
  ],
  [
    '',
    "ValidationException: 1 validation error detected: Value '' at 'keyId' failed to satisfy constraint: " +
      'Member must have length greater than or equal to 1',
  ],
] as const)('%s: %s', async ([KeyId, refusal]) => {
  expect(await newWorld().refusal('kms', 'DescribeKey', { KeyId })).toBe(refusal);
});

test('a key in another region does not exist here', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, {}, { region: 'eu-west-1' });
  expect(await world.refusal('kms', 'DescribeKey', { KeyId })).toBe(
    `NotFoundException: Key '${arnFor(KeyId)}' does not exist`,
  );
});

test('all four names of a key identify the key', async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/mine', TargetKeyId: keyId });
  for (const KeyId of [keyId, arnFor(keyId), 'alias/mine', 'arn:aws:kms:us-east-1:111122223333:alias/mine']) {
    const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId });
    expect(KeyMetadata?.KeyId).toBe(keyId);
  }
});

// KMS API Reference, KeyId of each operation: those that do not name aliases.
const withoutAliases: readonly (readonly [OperationName<'kms'>, object])[] = [
  ['CancelKeyDeletion', {}],
  ['CreateGrant', { GranteePrincipal: 'arn:aws:iam::111122223333:root', Operations: ['Decrypt'] }],
  ['DeleteImportedKeyMaterial', {}],
  ['DisableKey', {}],
  ['DisableKeyRotation', {}],
  ['EnableKey', {}],
  ['EnableKeyRotation', {}],
  ['GetKeyLastUsage', {}],
  ['GetKeyPolicy', {}],
  ['GetKeyRotationStatus', {}],
  ['GetParametersForImport', { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }],
  ['ListAliases', {}],
  ['ListGrants', {}],
  ['ListKeyPolicies', {}],
  ['ListKeyRotations', {}],
  ['ListResourceTags', {}],
  ['PutKeyPolicy', { Policy: '{}' }],
  ['ReplicateKey', { ReplicaRegion: 'eu-west-1' }],
  ['RevokeGrant', { GrantId: 'a'.repeat(64) }],
  ['RotateKeyOnDemand', {}],
  ['ScheduleKeyDeletion', {}],
  ['TagResource', { Tags: [] }],
  ['UntagResource', { TagKeys: [] }],
  ['UpdateKeyDescription', { Description: '' }],
  ['UpdatePrimaryRegion', { PrimaryRegion: 'eu-west-1' }],
];

test('operations that do not accept aliases say so', async () => {
  const world = newWorld();
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/mine', TargetKeyId: await makeKey(world) });
  for (const [operation, input] of withoutAliases) {
    const refusal = await world.refusal('kms', operation, { KeyId: 'alias/mine', ...input });
    expect([operation, refusal]).toEqual([
      operation,
      'InvalidArnException: Key Aliases are not supported for this operation.',
    ]);
  }
});

const hidden = (action: string, phrase = 'on this resource') =>
  `AccessDeniedException: User: arn:aws:iam::${OTHER_ACCOUNT}:user/admin is not authorized to perform: ${action} ${phrase} ` +
  'because the resource does not exist in this Region, no resource-based policies allow access, ' +
  'or a resource-based policy explicitly denies access';

test("another account's key is not revealed, whether it exists or not", async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  const as = `${OTHER_ACCOUNT}:user/admin`;
  for (const KeyId of [arnFor(keyId), arnFor(NO_KEY), 'arn:aws:kms:us-east-1:111122223333:alias/none']) {
    expect(await world.refusal('kms', 'DescribeKey', { KeyId }, { as })).toBe(hidden('kms:DescribeKey'));
  }
});

test("operations that do not work across accounts refuse another account's key even if its policy allows them", async () => {
  const world = newWorld();
  const statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { ...statement, Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
      { ...statement, Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } },
    ],
  });
  const KeyId = arnFor(await makeKey(world, { Policy }));
  const as = `${OTHER_ACCOUNT}:user/admin`;
  expect(await world.refusal('kms', 'ScheduleKeyDeletion', { KeyId }, { as })).toBe(hidden('kms:ScheduleKeyDeletion'));
  expect(await world.refusal('kms', 'EnableKey', { KeyId }, { as })).toBe(hidden('kms:EnableKey'));
  expect((await world.call('kms', 'DescribeKey', { KeyId }, { as })).KeyMetadata?.Arn).toBe(KeyId);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') }, { as });
  const opened = await world.call('kms', 'Decrypt', { CiphertextBlob }, { as });
  expect(opened.KeyId).toBe(KeyId);
});

test('a ciphertext is refused alike if its key is deleted or not for the caller', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') });
  const as = `${OTHER_ACCOUNT}:user/admin`;
  const phrase = 'on the resource associated with this ciphertext';
  const refusal = hidden('kms:Decrypt', phrase);
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob }, { as })).toBe(refusal);
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob }, { as, region: 'eu-west-1' })).toBe(refusal);
});
