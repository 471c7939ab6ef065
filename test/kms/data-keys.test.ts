import { createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DataKeyPairSpec } from '../../src/api/model/kms.types.ts';
import { newWorld } from '../support/harness.ts';
import { arnFor, makeKey } from './made-keys.ts';

const EncryptionContext = { purpose: 'test' };

test.for([
  [{ KeySpec: 'AES_256' }, 32],
  [{ KeySpec: 'AES_128' }, 16],
  [{ NumberOfBytes: 1 }, 1],
  [{ NumberOfBytes: 1024 }, 1024],
] as const)('a data key of %j has %i bytes and can be decrypted', async ([size, length]) => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const { Plaintext, CiphertextBlob, ...rest } = await world.call('kms', 'GenerateDataKey', {
    KeyId,
    EncryptionContext,
    ...size,
  });
  expect(Plaintext?.length).toBe(length);
  const opened = await world.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext });
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Buffer.from(Plaintext ?? []));
  expect(rest).toEqual({ KeyId: arnFor(KeyId), KeyMaterialId: opened.KeyMaterialId });
  const hidden = await world.call('kms', 'GenerateDataKeyWithoutPlaintext', { KeyId, ...size });
  expect(Object.keys(hidden).sort()).toEqual(['CiphertextBlob', 'KeyId', 'KeyMaterialId']);
  const later = await world.call('kms', 'Decrypt', { CiphertextBlob: hidden.CiphertextBlob });
  expect(later.Plaintext?.length).toBe(length);
});

test('a request needs either a size or a spec', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const refusal = 'ValidationException: Please specify either number of bytes or key spec.';
  for (const operation of ['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'] as const) {
    expect(await world.refusal('kms', operation, { KeyId })).toBe(refusal);
    expect(await world.refusal('kms', operation, { KeyId, NumberOfBytes: 32, KeySpec: 'AES_256' })).toBe(refusal);
  }
});

const curves: readonly DataKeyPairSpec[] = [
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
  'RSA_2048',
];

test.for(curves)(
  'a data key pair of %s is PKCS #8 and SubjectPublicKeyInfo, and its blob is the private key',
  async (KeyPairSpec) => {
    const world = newWorld();
    const KeyId = await makeKey(world);
    const pair = await world.call('kms', 'GenerateDataKeyPair', { KeyId, KeyPairSpec, EncryptionContext });
    const { PrivateKeyCiphertextBlob, PrivateKeyPlaintext = new Uint8Array(), PublicKey } = pair;
    const key = createPrivateKey({ key: Buffer.from(PrivateKeyPlaintext), format: 'der', type: 'pkcs8' });
    expect(createPublicKey(key).export({ type: 'spki', format: 'der' })).toEqual(PublicKey);
    const request = { CiphertextBlob: PrivateKeyCiphertextBlob, EncryptionContext };
    expect((await world.call('kms', 'Decrypt', request)).Plaintext).toEqual(PrivateKeyPlaintext);
    const hidden = await world.call('kms', 'GenerateDataKeyPairWithoutPlaintext', { KeyId, KeyPairSpec });
    expect(Object.keys(hidden).sort()).toEqual([
      'KeyId',
      'KeyMaterialId',
      'KeyPairSpec',
      'PrivateKeyCiphertextBlob',
      'PublicKey',
    ]);
  },
);

test('key pairs need a symmetric key, and SM2 is only for other regions', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  expect(await world.refusal('kms', 'GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256' })).toBe(
    `InvalidKeyUsageException: ${arnFor(KeyId)} key usage is SIGN_VERIFY which is not valid for GenerateDataKeyPair.`,
  );
  expect(await world.refusal('kms', 'GenerateDataKeyPair', { KeyId: await makeKey(world), KeyPairSpec: 'SM2' })).toBe(
    'UnsupportedOperationException: KeyPairSpec SM2 is not supported in this region.',
  );
});

// KMS API Reference, GenerateRandom; messages recorded from AWS.
test('random bytes need a number of bytes', async () => {
  const world = newWorld();
  expect((await world.call('kms', 'GenerateRandom', { NumberOfBytes: 1024 })).Plaintext?.length).toBe(1024);
  const range = (value: number, word: string, bound: number) =>
    `ValidationException: 1 validation error detected: Value '${value}' at 'numberOfBytes' failed to satisfy constraint: ` +
    `Member must have value ${word} than or equal to ${bound}`;
  expect(await world.refusal('kms', 'GenerateRandom', {})).toBe('ValidationException: NumberOfBytes is required.');
  expect(await world.refusal('kms', 'GenerateRandom', { NumberOfBytes: 0 })).toBe(range(0, 'greater', 1));
  expect(await world.refusal('kms', 'GenerateRandom', { NumberOfBytes: 1025 })).toBe(range(1025, 'less', 1024));
});

test('responses for an enclave are refused: the attestation cannot be verified here', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const Recipient = { KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256', AttestationDocument: Buffer.from('x') };
  const refusal = 'ValidationException: The attestation document in Recipient cannot be verified.';
  expect(await world.refusal('kms', 'GenerateRandom', { NumberOfBytes: 1, Recipient })).toBe(refusal);
  expect(await world.refusal('kms', 'GenerateDataKey', { KeyId, KeySpec: 'AES_256', Recipient })).toBe(refusal);
});
