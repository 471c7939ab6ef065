/** Requests for the operations that do something with one key. */

import { generateKeyPairSync } from 'node:crypto';

export function requestsFor(KeyId: string): Readonly<Record<string, object>> {
  const bytes = Buffer.from('message');
  const peer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  const mac = { Message: bytes, MacAlgorithm: 'HMAC_SHA_256' };
  const signing = { Message: bytes, SigningAlgorithm: 'ECDSA_SHA_256' };
  const { ReEncrypt, ...others } = {
    Encrypt: { Plaintext: bytes },
    Decrypt: { CiphertextBlob: bytes, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' },
    ReEncrypt: {
      CiphertextBlob: bytes,
      SourceKeyId: KeyId,
      DestinationKeyId: KeyId,
      SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_1',
    },
    GenerateDataKey: { KeySpec: 'AES_256' },
    GenerateDataKeyWithoutPlaintext: { KeySpec: 'AES_128' },
    GenerateDataKeyPair: { KeyPairSpec: 'ECC_NIST_P384' },
    GenerateDataKeyPairWithoutPlaintext: { KeyPairSpec: 'ECC_SECG_P256K1' },
    GenerateMac: mac,
    VerifyMac: { ...mac, Mac: bytes },
    Sign: signing,
    Verify: { ...signing, Signature: bytes },
    DeriveSharedSecret: { KeyAgreementAlgorithm: 'ECDH', PublicKey: peer },
    GetPublicKey: {},
    DescribeKey: {},
    GetKeyPolicy: {},
    GetKeyLastUsage: {},
    EnableKeyRotation: {},
    DisableKeyRotation: {},
    GetKeyRotationStatus: {},
    ListKeyRotations: { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' },
    RotateKeyOnDemand: {},
    CreateGrant: { GranteePrincipal: 'arn:aws:iam::111122223333:root', Operations: ['Sign', 'Decrypt'] },
    ListGrants: {},
    GetParametersForImport: { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' },
    ImportKeyMaterial: {
      ImportToken: bytes,
      EncryptedKeyMaterial: bytes,
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    },
    DeleteImportedKeyMaterial: {},
    ReplicateKey: { ReplicaRegion: 'eu-west-1' },
    UpdatePrimaryRegion: { PrimaryRegion: 'eu-west-1' },
    TagResource: { Tags: [{ TagKey: 'a', TagValue: '' }] },
    UntagResource: { TagKeys: ['a'] },
    UpdateKeyDescription: { Description: 'x' },
  };
  const named = Object.entries(others).map(([name, input]) => [name, { KeyId, ...input }] as const);
  return { ReEncrypt, ...Object.fromEntries(named) };
}
