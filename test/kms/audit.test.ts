import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { ACCOUNT, DAY, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';
import { makeUser } from './principals.ts';

const Plaintext = Buffer.from('never in the log');

const records = (world: World, operation: string): CallRecord[] =>
  world.transact((tx) => allCalls(tx).filter((record) => record.operation === operation));

const lastRecord = (world: World, operation: string): CallRecord | undefined => records(world, operation).at(-1);

test('the log has the request with defaults filled in, the material used, and nothing secret', async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: keyId });
  const EncryptionContext = { purpose: 'test' };
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId: 'alias/app', Plaintext, EncryptionContext });
  const resources = [{ arn: arnFor(keyId), type: 'AWS::KMS::Key', account: ACCOUNT }];
  const extra = { keyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) };
  expect(lastRecord(world, 'Encrypt')).toMatchObject({
    parameters: { keyId: 'alias/app', encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: EncryptionContext },
    response: null,
    extra,
    resources,
  });
  await world.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext });
  expect(lastRecord(world, 'Decrypt')).toMatchObject({
    parameters: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: EncryptionContext },
    extra,
    resources,
  });
  await world.call('kms', 'GenerateDataKey', { KeyId: keyId, KeySpec: 'AES_256' });
  expect(lastRecord(world, 'GenerateDataKey')?.parameters).toEqual({ keyId, keySpec: 'AES_256' });
  await world.call('kms', 'GenerateRandom', { NumberOfBytes: 7 });
  expect(lastRecord(world, 'GenerateRandom')).toMatchObject({ parameters: null, resources: [] });
  const log = JSON.stringify(world.transact(allCalls));
  expect(log).not.toContain('never in the log');
  expect(log).not.toContain(Plaintext.toString('base64'));
});

// AWS KMS Developer Guide, "CreateGrant" log entry: `encryptionContextSubset` with `ContextKey1`.
test('the names in an encryption context are logged as the caller wrote them', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const context = { Department: 'IT', ContextKey1: 'Value1', __proto__x: '' };
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext, EncryptionContext: context });
  await world.call('kms', 'ReEncrypt', {
    CiphertextBlob,
    SourceEncryptionContext: context,
    DestinationKeyId: KeyId,
    DestinationEncryptionContext: context,
  });
  await world.call('kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256', EncryptionContext: context });
  await world.call('kms', 'CreateGrant', {
    KeyId,
    GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/admin`,
    Operations: ['Decrypt'],
    Constraints: { EncryptionContextSubset: context },
  });
  const shown = ['Encrypt', 'GenerateDataKey', 'ReEncrypt', 'CreateGrant'].map(
    (operation) => lastRecord(world, operation)?.parameters,
  );
  expect(shown).toMatchObject([
    { encryptionContext: context },
    { encryptionContext: context },
    { sourceEncryptionContext: context, destinationEncryptionContext: context },
    { constraints: { encryptionContextSubset: context } },
  ]);
});

// AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail": the examples of each operation.
test('changes are logged with the ARN of their key', async () => {
  const world = newWorld();
  const keyId = await makeKey(world, { Description: 'd' });
  expect(lastRecord(world, 'CreateKey')).toMatchObject({
    parameters: {
      description: 'd',
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS',
      multiRegion: false,
      tags: [],
    },
    response: { keyMetadata: { aWSAccountId: ACCOUNT, keyId, creationDate: 'May 4, 2026, 9:00:00 AM' } },
    resources: [{ arn: arnFor(keyId) }],
  });
  const response = { keyId: arnFor(keyId) };
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: keyId });
  const aliasArn = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`;
  expect(lastRecord(world, 'CreateAlias')).toMatchObject({
    parameters: { aliasName: 'alias/app', targetKeyId: keyId },
    response,
    resources: [
      { arn: arnFor(keyId), type: 'AWS::KMS::Key' },
      { arn: aliasArn, type: 'AWS::KMS::Key' },
    ],
  });
  for (const operation of ['DisableKey', 'EnableKey'] as const) {
    await world.call('kms', operation, { KeyId: keyId });
    expect(lastRecord(world, operation)).toMatchObject({ parameters: { keyId }, response });
  }
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: 7 });
  expect(lastRecord(world, 'ScheduleKeyDeletion')).toMatchObject({
    parameters: { keyId, pendingWindowInDays: 7 },
    response: {
      ...response,
      keyState: 'PendingDeletion',
      deletionDate: 'May 11, 2026, 9:00:00 AM',
      pendingWindowInDays: 7,
    },
  });
});

test('grants are logged with their id, and retiring one without its request', async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  const grant = { GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`, Operations: ['Decrypt'] } as const;
  const { GrantId, GrantToken } = await world.call('kms', 'CreateGrant', { KeyId: keyId, ...grant });
  expect(lastRecord(world, 'CreateGrant')).toMatchObject({
    parameters: { keyId, granteePrincipal: grant.GranteePrincipal, operations: ['Decrypt'] },
    response: { grantId: GrantId, keyId: arnFor(keyId) },
  });
  await world.call('kms', 'RetireGrant', { GrantToken });
  expect(lastRecord(world, 'RetireGrant')).toMatchObject({
    parameters: null,
    response: null,
    extra: { grantId: GrantId },
  });
});

test('a rotation is logged as a service event, at its time', async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId: keyId, RotationPeriodInDays: 100 });
  world.advance(150 * DAY);
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId: keyId });
  expect(lastRecord(world, 'RotateKey')).toMatchObject({
    timeMs: Date.parse('2026-05-04T09:00:00Z') + 100 * DAY,
    requestId: '',
    caller: { type: 'AWSService', principalId: 'AWS Internal' },
    serviceEvent: {
      keyId,
      rotationType: 'AUTOMATIC',
      keyOrigin: 'AWS_KMS',
      currentKeyMaterialId: KeyMetadata?.CurrentKeyMaterialId,
    },
  });
});

test('a rotation also rotates the replicas of its key, with an event in each region', async () => {
  const world = newWorld();
  const keyId = await makeKey(world, { MultiRegion: true });
  await world.call('kms', 'ReplicateKey', { KeyId: keyId, ReplicaRegion: 'eu-west-1' });
  await world.call('kms', 'EnableKeyRotation', { KeyId: keyId, RotationPeriodInDays: 100 });
  world.advance(100 * DAY);
  await world.call('kms', 'DescribeKey', { KeyId: keyId });
  const regions = records(world, 'RotateKey').map(({ region }) => region);
  expect(regions.sort()).toEqual(['eu-west-1', 'us-east-1']);
  expect(records(world, 'SynchronizeMultiRegionKey')).toMatchObject([
    {
      timeMs: Date.parse('2026-05-04T09:00:00Z') + 100 * DAY,
      region: 'eu-west-1',
      caller: { type: 'AWSService' },
      resources: [{ arn: arnFor(keyId, 'eu-west-1') }],
    },
  ]);
});

test('a replica is logged with its region, its tags and its description', async () => {
  const world = newWorld();
  const keyId = await makeKey(world, { MultiRegion: true });
  const Tags = [{ TagKey: 'team', TagValue: 'red' }];
  await world.call('kms', 'ReplicateKey', { KeyId: keyId, ReplicaRegion: 'eu-west-1', Tags });
  expect(lastRecord(world, 'ReplicateKey')?.parameters).toEqual({
    keyId,
    replicaRegion: 'eu-west-1',
    bypassPolicyLockoutSafetyCheck: false,
    description: '',
    tags: [{ tagKey: 'team', tagValue: 'red' }],
  });
});

test('a refusal keeps its request, and use across accounts is logged in both', async () => {
  const world = newWorld();
  makeUser(world, 'far', [], OTHER_ACCOUNT);
  const keyId = await makeKey(world);
  const KeyId = arnFor(keyId);
  const as = `${OTHER_ACCOUNT}:user/far`;
  expect(await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, { as })).toMatch(/^AccessDenied/);
  expect(records(world, 'Encrypt').map(({ recipient }) => recipient)).toEqual([OTHER_ACCOUNT]);
  const GranteePrincipal = `arn:aws:iam::${OTHER_ACCOUNT}:user/far`;
  await world.call('kms', 'CreateGrant', { KeyId, GranteePrincipal, Operations: ['Encrypt'] });
  await world.call('kms', 'Encrypt', { KeyId, Plaintext }, { as });
  const copies = records(world, 'Encrypt').slice(-2);
  expect(new Set(records(world, 'Encrypt').map(({ recipient }) => recipient))).toEqual(
    new Set([ACCOUNT, OTHER_ACCOUNT]),
  );
  expect(copies).toHaveLength(2);
  await world.call('kms', 'DisableKey', { KeyId });
  expect(await world.refusal('kms', 'Encrypt', { KeyId: keyId, Plaintext })).toMatch(/^DisabledException/);
  const refused = records(world, 'Encrypt').find(({ error }) => error?.code === 'DisabledException');
  expect(refused).toMatchObject({
    parameters: { keyId },
    resources: [{ arn: KeyId }],
    error: { message: `${KeyId} is disabled.` },
  });
});
