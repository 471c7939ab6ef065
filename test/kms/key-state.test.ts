import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { CreateKeyRequest } from '../../src/api/model/kms.types.ts';
import { type KeyOperation, stateTable } from '../../src/kms/key-state.ts';
import type { State } from '../../src/store/records/kms.ts';
import { newWorld, type World } from '../support/harness.ts';
import { arnFor, editKey, lifecycles, makeKey } from './made-keys.ts';

const states = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
  'Creating',
  'Updating',
] as const;

const ok = 'ok';
const disabled = 'DisabledException: ARN is disabled.';
const deleting = 'KMSInvalidStateException: ARN is pending deletion.';
const replicaDeleting = 'KMSInvalidStateException: ARN is pending replica deletion.';
const notDeleting = 'KMSInvalidStateException: ARN is not pending deletion.';
const importing = 'KMSInvalidStateException: ARN is pending import.';
const creating = 'KMSInvalidStateException: ARN is creating.';
const updating = 'KMSInvalidStateException: ARN is updating.';
const external = 'UnsupportedOperationException: ARN origin is EXTERNAL which is not valid for this operation.';

const always = [ok, ok, ok, ok, ok, ok, ok];
const notInDeletion = [ok, ok, deleting, replicaDeleting, ok, ok, ok];
const usable = [ok, disabled, deleting, replicaDeleting, importing, creating, ok];
const switching = [ok, ok, deleting, replicaDeleting, importing, creating, updating];
const rotation = [ok, disabled, deleting, replicaDeleting, external, creating, ok];

// AWS KMS Developer Guide, "Key states of AWS KMS keys", key state table. Columns: `states`.
const table: Record<KeyOperation, readonly string[]> = {
  CancelKeyDeletion: [notDeleting, notDeleting, ok, ok, notDeleting, notDeleting, notDeleting],
  CreateAlias: notInDeletion,
  CreateGrant: usable,
  Decrypt: usable,
  DeleteAlias: always,
  DeleteImportedKeyMaterial: [ok, ok, ok, ok, ok, creating, updating],
  DeriveSharedSecret: usable,
  DescribeKey: always,
  DisableKey: switching,
  DisableKeyRotation: rotation,
  EnableKey: switching,
  EnableKeyRotation: rotation,
  Encrypt: usable,
  GenerateDataKey: usable,
  GenerateDataKeyPair: usable,
  GenerateDataKeyPairWithoutPlaintext: usable,
  GenerateDataKeyWithoutPlaintext: usable,
  GenerateMac: usable,
  GetKeyLastUsage: always,
  GetKeyPolicy: always,
  GetKeyRotationStatus: [ok, ok, ok, ok, external, ok, ok],
  GetParametersForImport: [ok, ok, deleting, replicaDeleting, ok, creating, updating],
  GetPublicKey: usable,
  ImportKeyMaterial: [ok, ok, deleting, replicaDeleting, ok, creating, ok],
  ListAliases: always,
  ListGrants: always,
  ListKeyPolicies: always,
  ListKeyRotations: always,
  ListResourceTags: always,
  PutKeyPolicy: always,
  ReEncrypt: usable,
  ReplicateKey: [ok, disabled, deleting, replicaDeleting, importing, creating, updating],
  RetireGrant: always,
  RevokeGrant: always,
  RotateKeyOnDemand: usable,
  ScheduleKeyDeletion: [ok, ok, deleting, replicaDeleting, ok, ok, updating],
  Sign: usable,
  TagResource: notInDeletion,
  UntagResource: notInDeletion,
  UpdateAlias: notInDeletion,
  UpdateKeyDescription: notInDeletion,
  UpdatePrimaryRegion: usable,
  Verify: usable,
  VerifyMac: usable,
};

const bytes = Buffer.from('message');
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' }],
});
const peer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ type: 'spki', format: 'der' });
const signing = { Message: bytes, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
const mac = { Message: bytes, MacAlgorithm: 'HMAC_SHA_256' } as const;

interface Trial {
  readonly key?: CreateKeyRequest;
  /** Prepares the key while it is enabled, and gives what the operation takes. */
  readonly input: (keyId: string, world: World) => unknown;
}

const signKey: CreateKeyRequest = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
const macKey: CreateKeyRequest = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' };
const external_: CreateKeyRequest = { Origin: 'EXTERNAL' };
const plain: Trial = { input: (KeyId) => ({ KeyId }) };
const grant = { GranteePrincipal: 'arn:aws:iam::111122223333:root', Operations: ['Decrypt'] } as const;

const trials: Record<KeyOperation, Trial> = {
  CancelKeyDeletion: plain,
  CreateAlias: { input: (TargetKeyId) => ({ AliasName: `alias/${TargetKeyId}`, TargetKeyId }) },
  CreateGrant: { input: (KeyId) => ({ KeyId, ...grant }) },
  Decrypt: {
    input: async (KeyId, world) => {
      const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: bytes });
      return { CiphertextBlob };
    },
  },
  DeleteAlias: {
    input: async (TargetKeyId, world) => {
      const AliasName = `alias/${TargetKeyId}`;
      await world.call('kms', 'CreateAlias', { AliasName, TargetKeyId });
      return { AliasName };
    },
  },
  DeleteImportedKeyMaterial: { ...plain, key: external_ },
  DeriveSharedSecret: {
    key: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
    input: (KeyId) => ({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey: peer }),
  },
  DescribeKey: plain,
  DisableKey: plain,
  DisableKeyRotation: plain,
  EnableKey: plain,
  EnableKeyRotation: plain,
  Encrypt: { input: (KeyId) => ({ KeyId, Plaintext: bytes }) },
  GenerateDataKey: { input: (KeyId) => ({ KeyId, KeySpec: 'AES_256' }) },
  GenerateDataKeyPair: { input: (KeyId) => ({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }) },
  GenerateDataKeyPairWithoutPlaintext: { input: (KeyId) => ({ KeyId, KeyPairSpec: 'ECC_NIST_EDWARDS25519' }) },
  GenerateDataKeyWithoutPlaintext: { input: (KeyId) => ({ KeyId, NumberOfBytes: 7 }) },
  GenerateMac: { key: macKey, input: (KeyId) => ({ KeyId, ...mac }) },
  GetKeyLastUsage: plain,
  GetKeyPolicy: plain,
  GetKeyRotationStatus: plain,
  GetParametersForImport: {
    key: external_,
    input: (KeyId) => ({ KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }),
  },
  GetPublicKey: { ...plain, key: signKey },
  // The state is looked at before the token, which is nonsense here.
  ImportKeyMaterial: {
    key: external_,
    input: (KeyId) => ({
      KeyId,
      ImportToken: bytes,
      EncryptedKeyMaterial: bytes,
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    }),
  },
  ListAliases: plain,
  ListGrants: plain,
  ListKeyPolicies: plain,
  ListKeyRotations: plain,
  ListResourceTags: plain,
  PutKeyPolicy: { input: (KeyId) => ({ KeyId, Policy: policy }) },
  ReEncrypt: {
    input: async (KeyId, world) => {
      const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: bytes });
      return { CiphertextBlob, DestinationKeyId: KeyId };
    },
  },
  ReplicateKey: { key: { MultiRegion: true }, input: (KeyId) => ({ KeyId, ReplicaRegion: 'eu-west-1' }) },
  RetireGrant: {
    input: async (KeyId, world) => {
      const { GrantToken } = await world.call('kms', 'CreateGrant', { KeyId, ...grant });
      return { GrantToken };
    },
  },
  RevokeGrant: {
    input: async (KeyId, world) => {
      const { GrantId } = await world.call('kms', 'CreateGrant', { KeyId, ...grant });
      return { KeyId, GrantId };
    },
  },
  RotateKeyOnDemand: plain,
  ScheduleKeyDeletion: plain,
  Sign: { key: signKey, input: (KeyId) => ({ KeyId, ...signing }) },
  TagResource: { input: (KeyId) => ({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }) },
  UntagResource: { input: (KeyId) => ({ KeyId, TagKeys: ['a'] }) },
  UpdateAlias: {
    input: async (TargetKeyId, world) => {
      const AliasName = `alias/${TargetKeyId}`;
      await world.call('kms', 'CreateAlias', { AliasName, TargetKeyId: await makeKey(world) });
      return { AliasName, TargetKeyId };
    },
  },
  UpdateKeyDescription: { input: (KeyId) => ({ KeyId, Description: 'new' }) },
  UpdatePrimaryRegion: {
    key: { MultiRegion: true },
    input: async (KeyId, world) => {
      await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
      await world.call('kms', 'DescribeKey', { KeyId });
      return { KeyId, PrimaryRegion: 'eu-west-1' };
    },
  },
  Verify: {
    key: signKey,
    input: async (KeyId, world) => {
      const { Signature } = await world.call('kms', 'Sign', { KeyId, ...signing });
      return { KeyId, ...signing, Signature };
    },
  },
  VerifyMac: {
    key: macKey,
    input: async (KeyId, world) => {
      const { Mac } = await world.call('kms', 'GenerateMac', { KeyId, ...mac });
      return { KeyId, ...mac, Mac };
    },
  },
};

async function outcome(world: World, operation: KeyOperation, state: State): Promise<string> {
  const { key = {}, input } = trials[operation];
  const keyId = await makeKey(world, key);
  const request = await input(keyId, world);
  // Only keys with imported material can wait for it; what a test edits back is a key with its material.
  const origin = state === 'PendingImport' || key.Origin === 'EXTERNAL' ? 'EXTERNAL' : 'AWS_KMS';
  editKey(world, keyId, { lifecycle: lifecycles[state], origin });
  const answer = await world.refusal('kms', operation, request).catch((error: unknown) => {
    if (error instanceof Error && /was not refused/.test(error.message)) return ok;
    throw error;
  });
  return answer.replaceAll(arnFor(keyId), 'ARN').replace(/^InvalidImportTokenException.*/, ok);
}

test('every operation on a key has a row', () => {
  expect(Object.keys(table).sort()).toEqual(Object.keys(stateTable).sort());
});

test.for(Object.keys(table) as KeyOperation[])('%s responds according to the state of its key', async (operation) => {
  const world = newWorld();
  const outcomes: Record<string, string> = {};
  for (const state of states) outcomes[state] = await outcome(world, operation, state);
  expect(outcomes).toEqual(Object.fromEntries(states.map((state, i) => [state, table[operation][i]])));
});
