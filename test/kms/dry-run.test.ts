import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { newWorld, type World } from '../support/harness.ts';
import { makeKey } from './made-keys.ts';
import { makeUser } from './principals.ts';

const DRY = 'DryRunOperationException: The request would have succeeded, but the DryRun option is set.';
const Plaintext = Buffer.from('only tried');

async function requests(world: World): Promise<readonly (readonly [OperationName<'kms'>, object])[]> {
  const KeyId = await makeKey(world);
  const signing = {
    KeyId: await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
    SigningAlgorithm: 'ECDSA_SHA_256',
  } as const;
  const mac = {
    KeyId: await makeKey(world, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    MacAlgorithm: 'HMAC_SHA_256',
  } as const;
  const agreement = await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  const { Signature } = await world.call('kms', 'Sign', { ...signing, Message: Plaintext });
  const { Mac } = await world.call('kms', 'GenerateMac', { ...mac, Message: Plaintext });
  const grant = { KeyId, GranteePrincipal: 'arn:aws:iam::111122223333:root', Operations: ['Decrypt'] } as const;
  const { GrantId, GrantToken } = await world.call('kms', 'CreateGrant', grant);
  const PublicKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  return [
    ['Encrypt', { KeyId, Plaintext }],
    ['Decrypt', { CiphertextBlob }],
    ['Decrypt', { KeyId, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }],
    ['ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }],
    ['ReEncrypt', { SourceKeyId: KeyId, DestinationKeyId: KeyId, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }],
    ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
    ['GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' }],
    ['GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256' }],
    ['GenerateDataKeyPairWithoutPlaintext', { KeyId, KeyPairSpec: 'ECC_NIST_P256' }],
    ['GenerateMac', { ...mac, Message: Plaintext }],
    ['VerifyMac', { ...mac, Message: Plaintext, Mac }],
    ['Sign', { ...signing, Message: Plaintext }],
    ['Verify', { ...signing, Message: Plaintext, Signature }],
    ['DeriveSharedSecret', { KeyId: agreement, KeyAgreementAlgorithm: 'ECDH', PublicKey }],
    ['CreateGrant', { ...grant, Name: 'new' }],
    ['RetireGrant', { GrantToken }],
    ['RevokeGrant', { KeyId, GrantId }],
  ];
}

/** What of the store a call that succeeds would change. */
const state = (world: World) =>
  world.transact((tx) => [[...tx.kmsKeys.range()], [...tx.kmsKeyUses.range()], [...tx.kmsGrants.range()]]);

test('a call that would succeed says so and changes nothing; another is refused as usual', async () => {
  const world = newWorld();
  makeUser(world, 'eve');
  const all = await requests(world);
  const before = state(world);
  for (const [operation, input] of all) {
    expect([operation, await world.refusal('kms', operation, { ...input, DryRun: true })]).toEqual([operation, DRY]);
    const refusal = await world.refusal('kms', operation, { ...input, DryRun: true }, { as: 'user/eve' });
    expect([operation, refusal]).toEqual([operation, expect.stringMatching(/^AccessDeniedException/)]);
  }
  expect(state(world)).toEqual(before);
});

test('a dry run fails because of its ciphertext, unless it ignores the ciphertext', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  const EncryptionContext = { wrong: 'context' };
  const request = { KeyId, CiphertextBlob, EncryptionContext, DryRun: true };
  expect(await world.refusal('kms', 'Decrypt', request)).toBe('InvalidCiphertextException: ');
  expect(await world.refusal('kms', 'Decrypt', { ...request, DryRunModifiers: ['IGNORE_CIPHERTEXT'] })).toBe(DRY);
  const ignoring = { DryRunModifiers: ['IGNORE_CIPHERTEXT'] };
  expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob, DryRun: true, ...ignoring })).toBe(
    'ValidationException: KeyId must not be null',
  );
  expect(await world.refusal('kms', 'Decrypt', { KeyId, CiphertextBlob, ...ignoring })).toBe(
    'ValidationException: DryRunModifiers can only be specified when DryRun is true',
  );
  expect(await world.refusal('kms', 'Decrypt', { KeyId })).toBe(
    "ValidationException: 1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
  );
});
