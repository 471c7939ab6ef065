import { expect, test } from 'vitest';
import type { CreateKeyRequest } from '../../src/api/model/kms.types.ts';
import { ACCOUNT, newWorld, START } from '../support/harness.ts';
import { arnFor, families, makeKey } from './made-keys.ts';

const created = new Date(START);

// KMS API Reference, KeyMetadata: what a key of each family shows.
test.for(families)('a new key of %s for %s describes itself', async ([KeySpec, KeyUsage]) => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { KeySpec, KeyUsage });
  const KeyId = KeyMetadata?.KeyId ?? '';
  const { EncryptionAlgorithms, SigningAlgorithms, KeyAgreementAlgorithms, MacAlgorithms, ...rest } = KeyMetadata ?? {};
  const isNew = /^ML_DSA|EDWARDS/.test(KeySpec);
  expect(rest).toEqual({
    AWSAccountId: ACCOUNT,
    KeyId,
    Arn: arnFor(KeyId),
    CreationDate: created,
    Enabled: true,
    Description: '',
    KeyUsage,
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    ...(!isNew && { CustomerMasterKeySpec: KeySpec }),
    KeySpec,
    MultiRegion: false,
    ...(KeySpec === 'SYMMETRIC_DEFAULT' && { CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) }),
  });
  const lists = { EncryptionAlgorithms, SigningAlgorithms, KeyAgreementAlgorithms, MacAlgorithms };
  expect(Object.values(lists).filter((list) => list !== undefined)).toHaveLength(1);
  expect(await world.call('kms', 'DescribeKey', { KeyId })).toEqual({ KeyMetadata });
});

test('a key for imported material waits for it', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Origin: 'EXTERNAL' });
  expect([KeyMetadata?.KeyState, KeyMetadata?.Enabled, KeyMetadata?.Origin]).toEqual([
    'PendingImport',
    false,
    'EXTERNAL',
  ]);
  expect(KeyMetadata).not.toHaveProperty('CurrentKeyMaterialId');
  expect(KeyMetadata).not.toHaveProperty('ExpirationModel');
});

// KMS API Reference, CreateKey; the messages are recorded from AWS or come from emulators checked against it.
const refusals: readonly (readonly [CreateKeyRequest, string])[] = [
  [
    { KeySpec: 'RSA_2048' },
    'ValidationException: You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
  ],
  [
    { KeySpec: 'RSA_2048', KeyUsage: 'KEY_AGREEMENT' },
    'ValidationException: KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048',
  ],
  [
    { KeySpec: 'ECC_SECG_P256K1', KeyUsage: 'KEY_AGREEMENT' },
    'ValidationException: KeyUsage KEY_AGREEMENT is not compatible with KeySpec ECC_SECG_P256K1',
  ],
  [
    { KeyUsage: 'SIGN_VERIFY' },
    'ValidationException: KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT',
  ],
  [
    { KeySpec: 'SYMMETRIC_DEFAULT', CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' },
    'ValidationException: You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
  ],
  [
    { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' },
    'UnsupportedOperationException: KeySpec SM2 is not supported in this region.',
  ],
  [{ Origin: 'AWS_CLOUDHSM' }, 'UnsupportedOperationException: ssebox has no custom key stores.'],
  [{ CustomKeyStoreId: 'cks-1' }, 'UnsupportedOperationException: ssebox has no custom key stores.'],
  [
    {
      Tags: [
        { TagKey: 'a', TagValue: '' },
        { TagKey: 'a', TagValue: '' },
      ],
    },
    'TagException: Duplicate tag keys',
  ],
  [{ Policy: 'no json' }, 'MalformedPolicyDocumentException: '],
  [{ Policy: '{}' }, 'MalformedPolicyDocumentException: '],
];

async function expectRefusal(input: unknown, refusal: string): Promise<void> {
  const world = newWorld();
  expect(await world.refusal('kms', 'CreateKey', input)).toBe(refusal);
  expect(await world.call('kms', 'ListKeys', {})).toEqual({ Keys: [], Truncated: false });
}

test.for(refusals)('CreateKey %j: %s', ([input, refusal]) => expectRefusal(input, refusal));

test('CreateKey with a policy that is too long', () =>
  expectRefusal(
    { Policy: `{"Id":"${'x'.repeat(32_768)}"}` },
    'LimitExceededException: A key policy can have no more than 32768 bytes',
  ));

test('enabling and disabling can be repeated', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const state = async () => (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.KeyState;
  await world.call('kms', 'EnableKey', { KeyId });
  expect(await state()).toBe('Enabled');
  await world.call('kms', 'DisableKey', { KeyId });
  await world.call('kms', 'DisableKey', { KeyId });
  expect(await state()).toBe('Disabled');
  await world.call('kms', 'EnableKey', { KeyId });
  expect(await state()).toBe('Enabled');
});

test('a description can be changed and cleared', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { Description: 'first' });
  for (const Description of ['second', '']) {
    await world.call('kms', 'UpdateKeyDescription', { KeyId, Description });
    expect((await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.Description).toBe(Description);
  }
});

test('ListKeys shows keys in any state, one region at a time, and its markers survive changes in between', async () => {
  const world = newWorld();
  const ids = new Set<string>();
  for (let i = 0; i < 7; i += 1) ids.add(await makeKey(world));
  await makeKey(world, {}, { region: 'eu-west-1' });
  const seen: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await world.call('kms', 'ListKeys', { Limit: 2, Marker });
    seen.push(...(page.Keys ?? []).map(({ KeyId = '' }) => KeyId));
    Marker = page.NextMarker;
    expect(page.Truncated).toBe(Marker !== undefined);
    await makeKey(world, { Description: 'made while listing' });
  } while (Marker !== undefined && seen.length < 50);
  expect(new Set(seen).size).toBe(seen.length);
  for (const id of ids) expect(seen).toContain(id);
});

test('a marker that KMS did not issue, or issued for another list, is refused', async () => {
  const world = newWorld();
  await makeKey(world);
  await makeKey(world);
  const { NextMarker = '' } = await world.call('kms', 'ListKeys', { Limit: 1 });
  const refused = (operation: 'ListKeys' | 'ListAliases', Marker: string) =>
    world.refusal('kms', operation, { Marker });
  const changed = [`${NextMarker}A`, `${NextMarker}=`, `${NextMarker} `, NextMarker.slice(1)];
  for (const Marker of ['nonsense', 'AAAA', ...changed]) {
    expect(await refused('ListKeys', Marker)).toBe('InvalidMarkerException: ');
  }
  expect(await refused('ListAliases', NextMarker)).toBe('InvalidMarkerException: ');
});
