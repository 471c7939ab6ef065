import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { kmsOperations } from '../../src/kms/operations.ts';
import { importedKey, wrapping } from '../kms/imported-key.ts';
import { arnFor, makeKey } from '../kms/made-keys.ts';
import { requestsFor } from '../kms/operation-inputs.ts';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';
import { eventsOf, expectWhole, keyEntry, type Told } from './whole-event.ts';

type Shown = Omit<Told, 'service' | 'eventName' | 'readOnly'>;

/** Makes the call as the last one of its name, and says what its event shows. */
type Row = (world: World) => Promise<Shown>;

const Plaintext = Buffer.from('never in the log');
const EncryptionContext = { purpose: 'test' };
const DIRECT = { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: EncryptionContext };

const material = async (world: World, KeyId: string) => {
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId });
  return KeyMetadata?.CurrentKeyMaterialId ?? expect.fail(`${KeyId} has no material`);
};

/** A call about a key that shows nothing but its name, and answers nothing that is logged. */
const onlyNames =
  (operation: OperationName<'kms'>, more: object = {}, shown: object = {}): Row =>
  async (world) => {
    const keyId = await makeKey(world);
    await world.call('kms', operation, { KeyId: keyId, ...more } as never);
    return { requestParameters: { keyId, ...shown }, resources: [keyEntry(keyId)] };
  };

/** A change whose answer is empty, and whose event has the ARN of the key instead. */
const answersArn =
  (operation: OperationName<'kms'>, more: object = {}, shown: object = {}): Row =>
  async (world) => {
    const keyId = await makeKey(world);
    await world.call('kms', operation, { KeyId: keyId, ...more } as never);
    return {
      requestParameters: { keyId, ...shown },
      responseElements: { keyId: arnFor(keyId) },
      resources: [keyEntry(keyId)],
    };
  };

/** A use of a symmetric key. */
const generates =
  (operation: OperationName<'kms'>, more: object, shown: object): Row =>
  async (world) => {
    const keyId = await makeKey(world);
    await world.call('kms', operation, { KeyId: keyId, EncryptionContext, ...more } as never);
    return {
      requestParameters: { keyId, encryptionContext: EncryptionContext, ...shown },
      additionalEventData: { keyMaterialId: await material(world, keyId) },
      resources: [keyEntry(keyId)],
    };
  };

const pairSpec = { KeyPairSpec: 'ECC_NIST_P256' };

const storesAreMissing = ['UnsupportedOperationException', 'ssebox has no custom key stores.'] as const;

const customKeyStore =
  (operation: OperationName<'kms'>, input: object, requestParameters: Shown['requestParameters']): Row =>
  async (world) => {
    await world.refusal('kms', operation, input);
    return { requestParameters, resources: [], error: storesAreMissing };
  };

const policyOf = (world: World, KeyId: string) =>
  world.call('kms', 'GetKeyPolicy', { KeyId }).then(({ Policy }) => Policy ?? expect.fail());

const signingKey = (world: World) => makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
const macKey = (world: World) => makeKey(world, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
const external = (world: World) => makeKey(world, { Origin: 'EXTERNAL' });

const created = 'May 4, 2026, 9:00:00 AM';

const symmetricFacts = (keyId: string, region = 'us-east-1') => ({
  aWSAccountId: ACCOUNT,
  keyId,
  arn: arnFor(keyId, region),
  creationDate: created,
  enabled: true,
  description: '',
  keyUsage: 'ENCRYPT_DECRYPT',
  keyState: 'Enabled',
  origin: 'AWS_KMS',
  keyManager: 'CUSTOMER',
  customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  keySpec: 'SYMMETRIC_DEFAULT',
  encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  multiRegion: false,
});

const aliasEntry = (name: string) => ({
  accountId: ACCOUNT,
  type: 'AWS::KMS::Key',
  ARN: `arn:aws:kms:us-east-1:${ACCOUNT}:${name}`,
});

/** A key with an alias. */
async function withAlias(world: World, name = 'alias/app') {
  const keyId = await makeKey(world);
  await world.call('kms', 'CreateAlias', { AliasName: name, TargetKeyId: keyId });
  return keyId;
}

const grantee = `arn:aws:iam::${ACCOUNT}:root`;

async function withGrant(world: World) {
  const keyId = await makeKey(world);
  const { GrantId, GrantToken } = await world.call('kms', 'CreateGrant', {
    KeyId: keyId,
    GranteePrincipal: grantee,
    Operations: ['Decrypt'],
  });
  return { keyId, GrantId: GrantId ?? expect.fail(), GrantToken: GrantToken ?? expect.fail() };
}

// AWS KMS Developer Guide, "AWS KMS log entry examples", and since December 2022 "Logging AWS KMS API calls with AWS
// CloudTrail": which changes have the ARN of their key as their answer.
const rows: Readonly<Record<OperationName<'kms'>, Row>> = {
  async CancelKeyDeletion(world) {
    const keyId = await makeKey(world);
    await world.call('kms', 'ScheduleKeyDeletion', { KeyId: keyId });
    await world.call('kms', 'CancelKeyDeletion', { KeyId: keyId });
    return { requestParameters: { keyId }, responseElements: { keyId: arnFor(keyId) }, resources: [keyEntry(keyId)] };
  },
  ConnectCustomKeyStore: customKeyStore(
    'ConnectCustomKeyStore',
    { CustomKeyStoreId: 'cks-1' },
    { customKeyStoreId: 'cks-1' },
  ),
  async CreateAlias(world) {
    const keyId = await withAlias(world);
    return {
      requestParameters: { aliasName: 'alias/app', targetKeyId: keyId },
      responseElements: { keyId: arnFor(keyId) },
      resources: [keyEntry(keyId), aliasEntry('alias/app')],
    };
  },
  CreateCustomKeyStore: customKeyStore(
    'CreateCustomKeyStore',
    { CustomKeyStoreName: 'mine', CloudHsmClusterId: 'cluster-abcdefghijk', KeyStorePassword: 'kmsPswd' },
    { customKeyStoreName: 'mine', clusterId: 'cluster-abcdefghijk' },
  ),
  async CreateGrant(world) {
    const KeyId = await makeKey(world);
    const Constraints = { EncryptionContextSubset: { Department: 'IT' } };
    const principals = { GranteePrincipal: grantee, RetiringPrincipal: grantee };
    const Operations = ['Decrypt', 'GenerateDataKey'] as const;
    const grant = { KeyId, ...principals, Operations: [...Operations], Constraints, Name: 'app-read' };
    const { GrantId } = await world.call('kms', 'CreateGrant', grant);
    expect(GrantId).toMatch(/^[0-9a-f]{64}$/);
    return {
      requestParameters: {
        keyId: KeyId,
        granteePrincipal: grantee,
        retiringPrincipal: grantee,
        operations: Operations,
        constraints: { encryptionContextSubset: { Department: 'IT' } },
        name: 'app-read',
      },
      responseElements: { grantId: GrantId, keyId: arnFor(KeyId) },
      resources: [keyEntry(KeyId)],
    };
  },
  async CreateKey(world) {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: grantee }, Action: 'kms:*', Resource: '*' }],
    });
    const keyId = await makeKey(world, { Policy, Tags: [{ TagKey: 'team', TagValue: 'red' }] });
    return {
      requestParameters: {
        tags: [{ tagKey: 'team', tagValue: 'red' }],
        keyUsage: 'ENCRYPT_DECRYPT',
        description: '',
        origin: 'AWS_KMS',
        multiRegion: false,
        keySpec: 'SYMMETRIC_DEFAULT',
        customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
        bypassPolicyLockoutSafetyCheck: false,
        policy: Policy,
      },
      responseElements: {
        keyMetadata: { ...symmetricFacts(keyId), currentKeyMaterialId: await material(world, keyId) },
      },
      resources: [keyEntry(keyId)],
    };
  },
  async Decrypt(world) {
    const keyId = await withAlias(world);
    const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId: keyId, Plaintext, EncryptionContext });
    await world.call('kms', 'Decrypt', { CiphertextBlob, KeyId: 'alias/app', EncryptionContext });
    return {
      requestParameters: { ...DIRECT, keyId: 'alias/app' },
      additionalEventData: { keyMaterialId: await material(world, keyId) },
      resources: [keyEntry(keyId)],
    };
  },
  async DeleteAlias(world) {
    const keyId = await withAlias(world);
    await world.call('kms', 'DeleteAlias', { AliasName: 'alias/app' });
    return {
      requestParameters: { aliasName: 'alias/app' },
      responseElements: { keyId: arnFor(keyId) },
      resources: [keyEntry(keyId), aliasEntry('alias/app')],
    };
  },
  DeleteCustomKeyStore: customKeyStore(
    'DeleteCustomKeyStore',
    { CustomKeyStoreId: 'cks-1' },
    { customKeyStoreId: 'cks-1' },
  ),
  async DeleteImportedKeyMaterial(world) {
    const { keyId, keyMaterialId } = await importedKey(world, { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' });
    await world.call('kms', 'DeleteImportedKeyMaterial', { KeyId: keyId, KeyMaterialId: keyMaterialId });
    return {
      requestParameters: { keyId, keyMaterialId },
      responseElements: { keyId: arnFor(keyId), keyMaterialId },
      resources: [keyEntry(keyId)],
    };
  },
  async DeriveSharedSecret(world) {
    const keyId = await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
    await world.call('kms', 'DeriveSharedSecret', requestsFor(keyId).DeriveSharedSecret as never);
    return { requestParameters: { keyId, keyAgreementAlgorithm: 'ECDH' }, resources: [keyEntry(keyId)] };
  },
  DescribeCustomKeyStores: customKeyStore('DescribeCustomKeyStores', {}, null),
  DescribeKey: onlyNames('DescribeKey'),
  DisableKey: answersArn('DisableKey'),
  DisableKeyRotation: onlyNames('DisableKeyRotation'),
  DisconnectCustomKeyStore: customKeyStore(
    'DisconnectCustomKeyStore',
    { CustomKeyStoreId: 'cks-1' },
    { customKeyStoreId: 'cks-1' },
  ),
  EnableKey: answersArn('EnableKey'),
  EnableKeyRotation: answersArn('EnableKeyRotation', { RotationPeriodInDays: 100 }, { rotationPeriodInDays: 100 }),
  Encrypt: generates('Encrypt', { Plaintext }, { encryptionAlgorithm: 'SYMMETRIC_DEFAULT' }),
  GenerateDataKey: generates('GenerateDataKey', { KeySpec: 'AES_256' }, { keySpec: 'AES_256' }),
  GenerateDataKeyPair: generates('GenerateDataKeyPair', pairSpec, { keyPairSpec: 'ECC_NIST_P256' }),
  GenerateDataKeyPairWithoutPlaintext: generates('GenerateDataKeyPairWithoutPlaintext', pairSpec, {
    keyPairSpec: 'ECC_NIST_P256',
  }),
  GenerateDataKeyWithoutPlaintext: generates(
    'GenerateDataKeyWithoutPlaintext',
    { NumberOfBytes: 16 },
    { numberOfBytes: 16 },
  ),
  async GenerateMac(world) {
    const keyId = await macKey(world);
    await world.call('kms', 'GenerateMac', { KeyId: keyId, Message: Plaintext, MacAlgorithm: 'HMAC_SHA_256' });
    return { requestParameters: { keyId, macAlgorithm: 'HMAC_SHA_256' }, resources: [keyEntry(keyId)] };
  },
  async GenerateRandom(world) {
    await world.call('kms', 'GenerateRandom', { NumberOfBytes: 32 });
    return { requestParameters: null, resources: [] };
  },
  GetKeyLastUsage: onlyNames('GetKeyLastUsage'),
  GetKeyPolicy: onlyNames('GetKeyPolicy', {}, { policyName: 'default' }),
  GetKeyRotationStatus: onlyNames('GetKeyRotationStatus'),
  async GetParametersForImport(world) {
    const keyId = await external(world);
    await world.call('kms', 'GetParametersForImport', { KeyId: keyId, ...wrapping });
    return {
      requestParameters: { keyId, wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_2048' },
      resources: [keyEntry(keyId)],
    };
  },
  async GetPublicKey(world) {
    const keyId = await signingKey(world);
    await world.call('kms', 'GetPublicKey', { KeyId: keyId });
    return { requestParameters: { keyId }, resources: [keyEntry(keyId)] };
  },
  async ImportKeyMaterial(world) {
    const { keyId, keyMaterialId } = await importedKey(world, {
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo: new Date('2026-06-21T05:47:45Z'),
      ImportType: 'NEW_KEY_MATERIAL',
      KeyMaterialDescription: 'first',
    });
    return {
      requestParameters: {
        keyId,
        validTo: 'Jun 21, 2026, 5:47:45 AM',
        expirationModel: 'KEY_MATERIAL_EXPIRES',
        importType: 'NEW_KEY_MATERIAL',
        keyMaterialDescription: 'first',
      },
      responseElements: { keyId: arnFor(keyId), keyMaterialId },
      resources: [keyEntry(keyId)],
    };
  },
  async ListAliases(world) {
    await world.call('kms', 'ListAliases', { Limit: 10 });
    return { requestParameters: { limit: 10 }, resources: [] };
  },
  ListGrants: onlyNames('ListGrants', { Limit: 10 }, { limit: 10 }),
  ListKeyPolicies: onlyNames('ListKeyPolicies', { Limit: 10 }, { limit: 10 }),
  ListKeyRotations: onlyNames('ListKeyRotations', { Limit: 10 }, { limit: 10 }),
  async ListKeys(world) {
    await world.call('kms', 'ListKeys', {});
    return { requestParameters: null, resources: [] };
  },
  ListResourceTags: onlyNames('ListResourceTags', { Limit: 10 }, { limit: 10 }),
  async ListRetirableGrants(world) {
    await world.call('kms', 'ListRetirableGrants', { RetiringPrincipal: grantee, Limit: 10 });
    return { requestParameters: { retiringPrincipal: grantee, limit: 10 }, resources: [] };
  },
  async PutKeyPolicy(world) {
    const keyId = await makeKey(world);
    const policy = await policyOf(world, keyId);
    await world.call('kms', 'PutKeyPolicy', { KeyId: keyId, Policy: policy });
    return {
      requestParameters: { keyId, policyName: 'default', policy, bypassPolicyLockoutSafetyCheck: false },
      resources: [keyEntry(keyId)],
    };
  },
  async ReEncrypt(world) {
    const [from, to] = [await makeKey(world), await makeKey(world)];
    const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId: from, Plaintext, EncryptionContext });
    await world.call('kms', 'ReEncrypt', {
      CiphertextBlob,
      SourceKeyId: from,
      SourceEncryptionContext: EncryptionContext,
      DestinationKeyId: to,
      DestinationEncryptionContext: { purpose: 'other' },
    });
    return {
      requestParameters: {
        sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        sourceEncryptionContext: EncryptionContext,
        sourceKeyId: from,
        destinationKeyId: to,
        destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        destinationEncryptionContext: { purpose: 'other' },
      },
      additionalEventData: {
        sourceKeyMaterialId: await material(world, from),
        destinationKeyMaterialId: await material(world, to),
      },
      resources: [keyEntry(from), keyEntry(to)],
    };
  },
  async ReplicateKey(world) {
    const keyId = await makeKey(world, { MultiRegion: true });
    const KeyId = keyId;
    await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1', Description: 'copy' });
    const entry = (region: string) => ({ arn: arnFor(keyId, region), region });
    return {
      requestParameters: {
        keyId,
        replicaRegion: 'eu-west-1',
        bypassPolicyLockoutSafetyCheck: false,
        description: 'copy',
      },
      responseElements: {
        replicaKeyMetadata: {
          ...symmetricFacts(keyId, 'eu-west-1'),
          enabled: false,
          description: 'copy',
          keyState: 'Creating',
          multiRegion: true,
          multiRegionConfiguration: {
            multiRegionKeyType: 'REPLICA',
            primaryKey: entry('us-east-1'),
            replicaKeys: [entry('eu-west-1')],
          },
        },
        replicaPolicy: await policyOf(world, keyId),
      },
      resources: [keyEntry(keyId)],
    };
  },
  async RetireGrant(world) {
    const { keyId, GrantToken, GrantId } = await withGrant(world);
    await world.call('kms', 'RetireGrant', { GrantToken });
    return {
      requestParameters: null,
      additionalEventData: { grantId: GrantId },
      resources: [keyEntry(keyId)],
    };
  },
  async RevokeGrant(world) {
    const { keyId, GrantId } = await withGrant(world);
    await world.call('kms', 'RevokeGrant', { KeyId: keyId, GrantId });
    return { requestParameters: { keyId, grantId: GrantId }, resources: [keyEntry(keyId)] };
  },
  async RotateKeyOnDemand(world) {
    const keyId = await makeKey(world);
    await world.call('kms', 'RotateKeyOnDemand', { KeyId: keyId });
    return { requestParameters: { keyId }, responseElements: { keyId }, resources: [keyEntry(keyId)] };
  },
  async ScheduleKeyDeletion(world) {
    const keyId = await makeKey(world);
    await world.call('kms', 'ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: 20 });
    return {
      requestParameters: { keyId, pendingWindowInDays: 20 },
      responseElements: {
        keyId: arnFor(keyId),
        keyState: 'PendingDeletion',
        deletionDate: 'May 24, 2026, 9:00:00 AM',
        pendingWindowInDays: 20,
      },
      resources: [keyEntry(keyId)],
    };
  },
  async Sign(world) {
    const keyId = await signingKey(world);
    await world.call('kms', 'Sign', { KeyId: keyId, Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' });
    return {
      requestParameters: { keyId, messageType: 'RAW', signingAlgorithm: 'ECDSA_SHA_256' },
      resources: [keyEntry(keyId)],
    };
  },
  TagResource: answersArn(
    'TagResource',
    { Tags: [{ TagKey: 'team', TagValue: 'red' }] },
    { tags: [{ tagKey: 'team', tagValue: 'red' }] },
  ),
  UntagResource: answersArn('UntagResource', { TagKeys: ['team'] }, { tagKeys: ['team'] }),
  async UpdateAlias(world) {
    await withAlias(world);
    const keyId = await makeKey(world);
    await world.call('kms', 'UpdateAlias', { AliasName: 'alias/app', TargetKeyId: keyId });
    return {
      requestParameters: { aliasName: 'alias/app', targetKeyId: keyId },
      responseElements: { keyId: arnFor(keyId) },
      resources: [aliasEntry('alias/app'), keyEntry(keyId)],
    };
  },
  UpdateCustomKeyStore: customKeyStore(
    'UpdateCustomKeyStore',
    { CustomKeyStoreId: 'cks-1', CloudHsmClusterId: 'cluster-abcdefghijk', KeyStorePassword: 'kmsPswd' },
    { customKeyStoreId: 'cks-1', clusterId: 'cluster-abcdefghijk' },
  ),
  UpdateKeyDescription: onlyNames('UpdateKeyDescription', { Description: 'new' }, { description: 'new' }),
  async UpdatePrimaryRegion(world) {
    const keyId = await makeKey(world, { MultiRegion: true });
    await world.call('kms', 'ReplicateKey', { KeyId: keyId, ReplicaRegion: 'eu-west-1' });
    world.advance(60_000);
    await world.call('kms', 'UpdatePrimaryRegion', { KeyId: keyId, PrimaryRegion: 'eu-west-1' });
    return {
      eventTime: '2026-05-04T09:01:00Z',
      requestParameters: { keyId, primaryRegion: 'eu-west-1' },
      responseElements: { keyId: arnFor(keyId) },
      resources: [keyEntry(keyId)],
    };
  },
  async Verify(world) {
    const KeyId = await signingKey(world);
    const signing = { KeyId, Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const { Signature } = await world.call('kms', 'Sign', signing);
    await world.call('kms', 'Verify', { ...signing, Signature: Signature ?? expect.fail() });
    return {
      requestParameters: { keyId: KeyId, messageType: 'RAW', signingAlgorithm: 'ECDSA_SHA_256' },
      resources: [keyEntry(KeyId)],
    };
  },
  async VerifyMac(world) {
    const KeyId = await macKey(world);
    const mac = { KeyId, Message: Plaintext, MacAlgorithm: 'HMAC_SHA_256' } as const;
    const { Mac } = await world.call('kms', 'GenerateMac', mac);
    await world.call('kms', 'VerifyMac', { ...mac, Mac: Mac ?? expect.fail() });
    return { requestParameters: { keyId: KeyId, macAlgorithm: 'HMAC_SHA_256' }, resources: [keyEntry(KeyId)] };
  },
};

/** The operations that change something; all others only read, as using a key does. */
const changes: ReadonlySet<string> = new Set<OperationName<'kms'>>([
  ...(['CancelKeyDeletion', 'ConnectCustomKeyStore', 'CreateAlias', 'CreateCustomKeyStore', 'CreateGrant'] as const),
  ...(['CreateKey', 'DeleteAlias', 'DeleteCustomKeyStore', 'DeleteImportedKeyMaterial', 'DisableKey'] as const),
  ...(['DisableKeyRotation', 'DisconnectCustomKeyStore', 'EnableKey', 'EnableKeyRotation'] as const),
  ...(['ImportKeyMaterial', 'PutKeyPolicy', 'ReplicateKey', 'RetireGrant', 'RevokeGrant'] as const),
  ...(['RotateKeyOnDemand', 'ScheduleKeyDeletion', 'TagResource', 'UntagResource', 'UpdateAlias'] as const),
  ...(['UpdateCustomKeyStore', 'UpdateKeyDescription', 'UpdatePrimaryRegion'] as const),
]);

test('there is a row for every operation', () => {
  expect(Object.keys(rows).sort()).toEqual(Object.keys(kmsOperations).sort());
});

test.for(Object.entries(rows))('the event of %s', async ([eventName, row]) => {
  const world = newWorld();
  const shown = await row(world);
  const event = eventsOf(world).findLast((each) => each.eventName === eventName && each.awsRegion === 'us-east-1');
  expectWhole(event, { service: 'kms', eventName, readOnly: !changes.has(eventName), ...shown });
  expect(JSON.stringify(event)).not.toContain(Plaintext.toString('base64'));
});
