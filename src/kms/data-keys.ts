/** Data keys under a symmetric KMS key: AWS KMS API Reference, GenerateDataKey and GenerateDataKeyWithoutPlaintext. */

import { AwsError } from '../api/errors.ts';
import type { GenerateDataKeyRequest, GenerateDataKeyWithoutPlaintextRequest } from '../api/model/kms.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { auditMembers } from './audit-text.ts';
import { cipherDetails, noteMaterial } from './ciphertexts.ts';
import { endDryRun } from './dry-run.ts';
import { arnOf } from './key.ts';
import { encryptWith } from './key-cipher.ts';
import { findKey } from './key-id.ts';
import { requireState } from './key-state.ts';
import { noteUse } from './key-use.ts';
import { accountAccess, keyAccess } from './permissions.ts';
import { refuseRecipient } from './recipient.ts';

/** Creates a data key and returns it both in plaintext and encrypted. */
export const GenerateDataKey = operation('kms', 'GenerateDataKey', {
  resolve(input, call) {
    refuseRecipient(input);
    return { size: sizeOf(input), ...findKey(input.KeyId, 'GenerateDataKey', call) };
  },
  authorize: (found, { EncryptionContext, GrantTokens }, call) => [
    keyAccess('GenerateDataKey', found, call, cipherDetails(undefined, EncryptionContext, GrantTokens)),
  ],
  run: ({ key, size }, input, call) => makeDataKey(key, size, 'GenerateDataKey', input, call),
  parameters: (input) => auditMembers(input, 'KeyId', 'EncryptionContext', 'KeySpec', 'NumberOfBytes'),
});

/** Creates a data key and returns it only encrypted. */
export const GenerateDataKeyWithoutPlaintext = operation('kms', 'GenerateDataKeyWithoutPlaintext', {
  resolve: (input, call) => ({
    size: sizeOf(input),
    ...findKey(input.KeyId, 'GenerateDataKeyWithoutPlaintext', call),
  }),
  authorize: (found, { EncryptionContext, GrantTokens }, call) => [
    keyAccess('GenerateDataKeyWithoutPlaintext', found, call, cipherDetails(undefined, EncryptionContext, GrantTokens)),
  ],
  run({ key, size }, input, call) {
    const { Plaintext, ...shown } = makeDataKey(key, size, 'GenerateDataKeyWithoutPlaintext', input, call);
    Plaintext.fill(0);
    return shown;
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'EncryptionContext', 'KeySpec', 'NumberOfBytes'),
});

type DataKeyRequest = GenerateDataKeyRequest | GenerateDataKeyWithoutPlaintextRequest;

function sizeOf({ KeySpec, NumberOfBytes }: DataKeyRequest): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  return NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32);
}

function makeDataKey(
  key: KeyRecord,
  size: number,
  operation: 'GenerateDataKey' | 'GenerateDataKeyWithoutPlaintext',
  input: DataKeyRequest,
  call: Call,
) {
  requireState(key, operation);
  const Plaintext = call.random(size);
  const use = { operation, algorithm: 'SYMMETRIC_DEFAULT', context: input.EncryptionContext } as const;
  const { ciphertext, materialId } = encryptWith(key, Plaintext, use, call);
  noteMaterial(call, { keyMaterialId: materialId });
  noteUse(key, operation, call);
  endDryRun(input);
  return {
    CiphertextBlob: ciphertext,
    Plaintext,
    KeyId: arnOf(key),
    ...(materialId !== undefined && { KeyMaterialId: materialId }),
  };
}

/** Returns random bytes; no key is involved. */
export const GenerateRandom = operation('kms', 'GenerateRandom', {
  resolve(input) {
    refuseRecipient(input);
    if (input.CustomKeyStoreId !== undefined) {
      throw new AwsError('UnsupportedOperationException', 'ssebox has no custom key stores.');
    }
    if (input.NumberOfBytes === undefined) throw new AwsError('ValidationException', 'NumberOfBytes is required.');
    return { size: input.NumberOfBytes };
  },
  authorize: (_target, _input, call) => [accountAccess('GenerateRandom', call)],
  run: ({ size }, _input, call) => ({ Plaintext: call.random(size) }),
  parameters: () => null,
});
