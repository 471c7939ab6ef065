/** Data key pairs: AWS KMS API Reference, GenerateDataKeyPair and GenerateDataKeyPairWithoutPlaintext. */

import { AwsError } from '../api/errors.ts';
import type { DataKeyPairSpec } from '../api/model/kms.types.ts';
import { type Call, transfer } from '../call/operation.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';
import type { KeyRecord, OfferedKeySpec } from '../store/records/kms.ts';
import { auditMembers } from './audit-text.ts';
import type { Material } from './backing-key.ts';
import { cipherDetails, noteMaterial } from './ciphertexts.ts';
import { endDryRun } from './dry-run.ts';
import { arnOf, getKey } from './key.ts';
import { encryptWith, requireCipher } from './key-cipher.ts';
import { type FoundKey, findKey, keyNotFound } from './key-id.ts';
import { materialAtOnce, materialInTime } from './key-material.ts';
import { requireState } from './key-state.ts';
import { noteUse } from './key-use.ts';
import { keyAccess } from './permissions.ts';
import { refuseRecipient } from './recipient.ts';

type Operation = 'GenerateDataKeyPair' | 'GenerateDataKeyPairWithoutPlaintext';

/** Creates a key pair and returns its private key both in plaintext and encrypted. */
export const GenerateDataKeyPair = transfer('kms', 'GenerateDataKeyPair', {
  resolve(input, call) {
    refuseRecipient(input);
    return findKey(input.KeyId, 'GenerateDataKeyPair', call);
  },
  authorize: (found, input, call) => [pairAccess('GenerateDataKeyPair', found, input, call)],
  begin: ({ key }, input) => beginPair(key, 'GenerateDataKeyPair', input),
  moveAtOnce: pairAtOnce,
  move: pairInTime,
  finish: (plan, pair, input, call) => finishPair(plan, pair, 'GenerateDataKeyPair', input, call),
  parameters: (input) => auditMembers(input, 'KeyId', 'KeyPairSpec', 'EncryptionContext'),
});

/** Creates a key pair and returns its private key only encrypted. */
export const GenerateDataKeyPairWithoutPlaintext = transfer('kms', 'GenerateDataKeyPairWithoutPlaintext', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'GenerateDataKeyPairWithoutPlaintext', call),
  authorize: (found, input, call) => [pairAccess('GenerateDataKeyPairWithoutPlaintext', found, input, call)],
  begin: ({ key }, input) => beginPair(key, 'GenerateDataKeyPairWithoutPlaintext', input),
  moveAtOnce: pairAtOnce,
  move: pairInTime,
  finish(plan, pair, input, call) {
    const { PrivateKeyPlaintext, ...shown } = finishPair(
      plan,
      pair,
      'GenerateDataKeyPairWithoutPlaintext',
      input,
      call,
    );
    PrivateKeyPlaintext.fill(0);
    return shown;
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'KeyPairSpec', 'EncryptionContext'),
});

interface PairRequest {
  readonly KeyPairSpec: DataKeyPairSpec;
  readonly EncryptionContext?: EncryptionContext | undefined;
  readonly GrantTokens?: readonly string[] | undefined;
  readonly DryRun?: boolean | undefined;
}

interface PairPlan {
  readonly key: KeyRecord;
  readonly spec: OfferedKeySpec;
}

function pairAccess(operation: Operation, found: FoundKey, input: PairRequest, call: Call) {
  const details = cipherDetails(undefined, input.EncryptionContext, input.GrantTokens);
  const context = { ...details.context, 'kms:DataKeyPairSpec': input.KeyPairSpec };
  return keyAccess(operation, found, call, { ...details, context });
}

const useOf = (operation: Operation, { EncryptionContext: context }: PairRequest) =>
  ({ operation, algorithm: 'SYMMETRIC_DEFAULT', context }) as const;

function beginPair(key: KeyRecord, operation: Operation, input: PairRequest): PairPlan {
  requireState(key, operation);
  requireCipher(key, useOf(operation, input));
  if (input.KeyPairSpec === 'SM2') {
    throw new AwsError('UnsupportedOperationException', 'KeyPairSpec SM2 is not supported in this region.');
  }
  return { key, spec: input.KeyPairSpec };
}

/** Both families have generators of their own, so nothing is taken from the call's random source. */
const NO_SEED = new Uint8Array(0);

function pairAtOnce({ spec }: PairPlan): Material | undefined {
  return materialAtOnce(spec, NO_SEED);
}

function pairInTime({ spec }: PairPlan): Promise<Material> {
  return materialInTime(spec, NO_SEED);
}

/** Generating an RSA pair takes a while, and the key may have changed in the meantime. */
function finishPair(plan: PairPlan, pair: Material, operation: Operation, input: PairRequest, call: Call) {
  const { account, region, keyId } = plan.key;
  const key = getKey(call.tx, account, region, keyId);
  if (!key) throw keyNotFound(arnOf(plan.key));
  requireState(key, operation);
  const { ciphertext, materialId } = encryptWith(key, pair.secret, useOf(operation, input), call);
  noteMaterial(call, { keyMaterialId: materialId });
  noteUse(key, operation, call);
  endDryRun(input);
  return {
    PrivateKeyCiphertextBlob: ciphertext,
    PrivateKeyPlaintext: pair.secret,
    PublicKey: pair.publicKey,
    KeyId: arnOf(key),
    KeyPairSpec: input.KeyPairSpec,
    ...(materialId !== undefined && { KeyMaterialId: materialId }),
  };
}
