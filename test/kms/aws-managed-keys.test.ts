import { expect, test } from 'vitest';
import { ACCOUNT, DAY, newWorld, OTHER_ACCOUNT } from '../support/harness.ts';
import { arnFor } from './made-keys.ts';

const KeyId = 'alias/aws/s3';

test('the AWS managed key is created on first use, one per account and region', async () => {
  const world = newWorld();
  const ids = new Set<string | undefined>();
  for (const options of [{}, {}, { region: 'eu-west-1' }, { as: `${OTHER_ACCOUNT}:user/admin` }] as const) {
    const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId }, options);
    ids.add(KeyMetadata?.Arn);
  }
  expect(ids.size).toBe(3);
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId });
  expect(KeyMetadata).toMatchObject({
    KeyManager: 'AWS',
    Description: 'Default key that protects my S3 objects when no other key is defined',
    KeyState: 'Enabled',
    MultiRegion: false,
  });
  const { Aliases } = await world.call('kms', 'ListAliases', {});
  expect(Aliases).toMatchObject([{ AliasName: KeyId, TargetKeyId: KeyMetadata?.KeyId }]);
  expect(await world.refusal('kms', 'DescribeKey', { KeyId: 'alias/aws/none' })).toMatch(/^NotFoundException: Alias /);
});

test('its policy lets the account use it through S3 and view it', async () => {
  const world = newWorld();
  const keyId = (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.KeyId ?? '';
  const { Policy = '' } = await world.call('kms', 'GetKeyPolicy', { KeyId: keyId });
  expect(JSON.parse(Policy)).toMatchObject({
    Id: 'auto-s3-2',
    Statement: [
      {
        Principal: { AWS: '*' },
        Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
      },
      { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'] },
    ],
  });
  for (const operation of ['GetKeyRotationStatus', 'ListGrants', 'ListKeyPolicies', 'ListResourceTags'] as const) {
    await world.call('kms', operation, { KeyId: keyId });
  }
});

// AWS KMS Developer Guide, "AWS managed keys": what their owner cannot do.
test.for([
  ['Encrypt', { Plaintext: Buffer.from('x') }],
  ['GenerateDataKey', { KeySpec: 'AES_256' }],
  ['EnableKey', {}],
  ['DisableKey', {}],
  ['ScheduleKeyDeletion', {}],
  ['EnableKeyRotation', {}],
  ['RotateKeyOnDemand', {}],
  ['TagResource', { Tags: [{ TagKey: 'a', TagValue: '' }] }],
  ['UpdateKeyDescription', { Description: '' }],
  ['PutKeyPolicy', { Policy: '{}' }],
  ['CreateGrant', { GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`, Operations: ['Decrypt'] }],
] as const)('%s on it is refused even to an administrator', async ([operation, input]) => {
  const world = newWorld();
  const keyId = (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.KeyId ?? '';
  expect(await world.refusal('kms', operation, { KeyId: keyId, ...input })).toBe(
    `AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/admin is not authorized to perform: kms:${operation} on resource: ` +
      `${arnFor(keyId)} because no resource-based policy allows the kms:${operation} action`,
  );
});

test('it is rotated every year', async () => {
  const world = newWorld();
  const keyId = (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.KeyId ?? '';
  expect((await world.call('kms', 'GetKeyRotationStatus', { KeyId: keyId })).KeyRotationEnabled).toBe(true);
  world.advance(2 * 365 * DAY);
  expect((await world.call('kms', 'ListKeyRotations', { KeyId: keyId })).Rotations).toHaveLength(2);
});
