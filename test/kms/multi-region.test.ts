import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { DAY, newWorld, type World } from '../support/harness.ts';
import { arnFor, makeKey, text } from './made-keys.ts';

const Plaintext = Buffer.from('both regions');
const inEurope = { region: 'eu-west-1' } as const;

async function related(world: World) {
  const KeyId = await makeKey(world, { MultiRegion: true });
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  return KeyId;
}

const describe = async (world: World, KeyId: string, region?: 'eu-west-1') =>
  (await world.call('kms', 'DescribeKey', { KeyId }, region ? { region } : {})).KeyMetadata;

test('a replica has the id and the material of its primary, and facts of its own', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, {
    MultiRegion: true,
    Description: 'first',
    Tags: [{ TagKey: 'a', TagValue: 'b' }],
  });
  expect(KeyId).toMatch(/^mrk-[0-9a-f]{32}$/);
  expect((await describe(world, KeyId))?.MultiRegionConfiguration).toEqual({
    MultiRegionKeyType: 'PRIMARY',
    PrimaryKey: { Arn: arnFor(KeyId), Region: 'us-east-1' },
    ReplicaKeys: [],
  });
  const made = await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  const configuration = {
    MultiRegionKeyType: 'REPLICA',
    PrimaryKey: { Arn: arnFor(KeyId), Region: 'us-east-1' },
    ReplicaKeys: [{ Arn: arnFor(KeyId, 'eu-west-1'), Region: 'eu-west-1' }],
  };
  expect(made.ReplicaKeyMetadata).toMatchObject({
    KeyId,
    Arn: arnFor(KeyId, 'eu-west-1'),
    KeyState: 'Creating',
    Enabled: false,
    Description: '',
    MultiRegionConfiguration: configuration,
  });
  expect(made.ReplicaKeyMetadata).not.toHaveProperty('CurrentKeyMaterialId');
  expect(JSON.parse(made.ReplicaPolicy ?? '')).toMatchObject({ Id: 'key-default-1' });
  expect(made).not.toHaveProperty('ReplicaTags');
  const [primary, replica] = [await describe(world, KeyId), await describe(world, KeyId, 'eu-west-1')];
  expect([replica?.KeyState, replica?.CurrentKeyMaterialId]).toEqual(['Enabled', primary?.CurrentKeyMaterialId]);
  expect(primary?.MultiRegionConfiguration).toEqual({ ...configuration, MultiRegionKeyType: 'PRIMARY' });
});

test('the tags of a replica are its own, and are returned', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { MultiRegion: true, Tags: [{ TagKey: 'a', TagValue: 'b' }] });
  const Tags = [{ TagKey: 'c', TagValue: 'd' }];
  const { ReplicaTags } = await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1', Tags });
  expect(ReplicaTags).toEqual(Tags);
  expect((await world.call('kms', 'ListResourceTags', { KeyId }, inEurope)).Tags).toEqual(Tags);
});

test('each decrypts what the other encrypts, before and after rotations', async () => {
  const world = newWorld();
  const KeyId = await related(world);
  const here = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  await world.call('kms', 'EnableKeyRotation', { KeyId });
  expect((await world.call('kms', 'GetKeyRotationStatus', { KeyId }, inEurope)).KeyRotationEnabled).toBe(true);
  world.advance(365 * DAY);
  const there = await world.call('kms', 'Encrypt', { KeyId, Plaintext }, inEurope);
  const opened = await world.call('kms', 'Decrypt', { CiphertextBlob: here.CiphertextBlob }, inEurope);
  expect([text(opened.Plaintext), opened.KeyId]).toEqual(['both regions', arnFor(KeyId, 'eu-west-1')]);
  const back = await world.call('kms', 'Decrypt', { CiphertextBlob: there.CiphertextBlob });
  expect([text(back.Plaintext), back.KeyId]).toEqual(['both regions', arnFor(KeyId)]);
  expect(back.KeyMaterialId).not.toBe(opened.KeyMaterialId);
  const { Rotations } = await world.call('kms', 'ListKeyRotations', { KeyId }, inEurope);
  expect(Rotations).toEqual((await world.call('kms', 'ListKeyRotations', { KeyId })).Rotations);
});

test('only a primary can be replicated and rotated', async () => {
  const world = newWorld();
  const KeyId = await related(world);
  const notPrimary = `UnsupportedOperationException: ${arnFor(KeyId, 'eu-west-1')} is not a multi-region primary key.`;
  await describe(world, KeyId, 'eu-west-1');
  expect(await world.refusal('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-2' }, inEurope)).toBe(notPrimary);
  for (const operation of ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand'] as const) {
    expect(await world.refusal('kms', operation, { KeyId }, inEurope)).toBe(notPrimary);
  }
  const single = await makeKey(world);
  expect(await world.refusal('kms', 'ReplicateKey', { KeyId: single, ReplicaRegion: 'eu-west-1' })).toBe(
    `UnsupportedOperationException: ${arnFor(single)} is not a multi-region primary key.`,
  );
  for (const ReplicaRegion of ['eu-west-1', 'us-east-1']) {
    expect(await world.refusal('kms', 'ReplicateKey', { KeyId, ReplicaRegion })).toMatch(/^AlreadyExistsException/);
  }
  expect(await world.refusal('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'cn-north-1' })).toBe(
    "ValidationException: Value 'cn-north-1' at 'replicaRegion' is not a region of this partition.",
  );
});

test('primary and replica swap roles, and the rotation schedule moves with them', async () => {
  const world = newWorld();
  const KeyId = await related(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId });
  await world.call('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'eu-west-1' });
  const configuration = (await describe(world, KeyId))?.MultiRegionConfiguration;
  expect(configuration).toEqual({
    MultiRegionKeyType: 'REPLICA',
    PrimaryKey: { Arn: arnFor(KeyId, 'eu-west-1'), Region: 'eu-west-1' },
    ReplicaKeys: [{ Arn: arnFor(KeyId), Region: 'us-east-1' }],
  });
  expect(await world.refusal('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'eu-west-1' })).toBe(
    `UnsupportedOperationException: ${arnFor(KeyId)} is not a multi-region primary key.`,
  );
  expect(await world.refusal('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'eu-west-2' }, inEurope)).toMatch(
    /^NotFoundException/,
  );
  expect(await world.refusal('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'cn-north-1' }, inEurope)).toBe(
    "ValidationException: Value 'cn-north-1' at 'primaryRegion' is not a region of this partition.",
  );
  await world.call('kms', 'DisableKeyRotation', { KeyId }, inEurope);
  expect((await world.call('kms', 'GetKeyRotationStatus', { KeyId })).KeyRotationEnabled).toBe(false);
});

test('a change that takes time shows as Updating, and the key still works', async () => {
  const world = newWorld({ settleDelayMs: 10_000 });
  const KeyId = await related(world);
  expect((await describe(world, KeyId, 'eu-west-1'))?.KeyState).toBe('Creating');
  world.advance(10_000);
  await world.call('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'eu-west-1' });
  expect((await describe(world, KeyId))?.KeyState).toBe('Updating');
  await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  expect(await world.refusal('kms', 'DisableKey', { KeyId })).toBe(
    `KMSInvalidStateException: ${arnFor(KeyId)} is updating.`,
  );
  world.advance(10_000);
  expect((await describe(world, KeyId))?.KeyState).toBe('Enabled');
});

// AWS KMS Developer Guide, "Deleting multi-Region keys".
test('a primary waits for its replicas before its own waiting period begins', async () => {
  const world = newWorld();
  const KeyId = await related(world);
  expect(await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 10 })).toEqual({
    KeyId: arnFor(KeyId),
    KeyState: 'PendingReplicaDeletion',
    PendingWindowInDays: 10,
  });
  const waiting = await describe(world, KeyId);
  expect([waiting?.PendingDeletionWindowInDays, waiting?.DeletionDate]).toEqual([10, undefined]);
  world.advance(100 * DAY);
  expect((await describe(world, KeyId))?.KeyState).toBe('PendingReplicaDeletion');
  const now = world.environment.now();
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, inEurope);
  world.advance(8 * DAY);
  const counting = await describe(world, KeyId);
  expect([counting?.KeyState, counting?.DeletionDate]).toEqual(['PendingDeletion', new Date(now + 17 * DAY)]);
  world.advance(9 * DAY);
  expect(await world.refusal('kms', 'DescribeKey', { KeyId })).toMatch(/^NotFoundException/);
});

test('a primary waits for the last of its replicas', async () => {
  const world = newWorld();
  const KeyId = await related(world);
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-2' });
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 10 });
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, inEurope);
  world.advance(30 * DAY);
  const waiting = await describe(world, KeyId);
  expect(waiting?.KeyState).toBe('PendingReplicaDeletion');
  expect(waiting?.MultiRegionConfiguration?.ReplicaKeys).toEqual([
    { Arn: arnFor(KeyId, 'eu-west-2'), Region: 'eu-west-2' },
  ]);
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, { region: 'eu-west-2' });
  world.advance(7 * DAY);
  expect((await describe(world, KeyId))?.KeyState).toBe('PendingDeletion');
});

test('imported material is imported into each related key separately', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { MultiRegion: true, Origin: 'EXTERNAL' });
  const material = randomBytes(32);
  await importPlain(world, KeyId, material);
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  expect((await describe(world, KeyId, 'eu-west-1'))?.KeyState).toBe('PendingImport');
  await expect(importPlain(world, KeyId, randomBytes(32), 'eu-west-1')).rejects.toThrow(
    expect.objectContaining({ code: 'IncorrectKeyMaterialException' }),
  );
  await importPlain(world, KeyId, material, 'eu-west-1');
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  expect(text((await world.call('kms', 'Decrypt', { CiphertextBlob }, inEurope)).Plaintext)).toBe('both regions');
});

async function importPlain(
  world: World,
  KeyId: string,
  material: Uint8Array,
  region: 'us-east-1' | 'eu-west-1' = 'us-east-1',
) {
  const { publicEncrypt, constants, createPublicKey } = await import('node:crypto');
  const request = { KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;
  const { ImportToken = material, PublicKey = material } = await world.call('kms', 'GetParametersForImport', request, {
    region,
  });
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  const EncryptedKeyMaterial = publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    material,
  );
  const ExpirationModel = 'KEY_MATERIAL_DOES_NOT_EXPIRE';
  return world.call(
    'kms',
    'ImportKeyMaterial',
    { KeyId, ImportToken, EncryptedKeyMaterial, ExpirationModel },
    { region },
  );
}
