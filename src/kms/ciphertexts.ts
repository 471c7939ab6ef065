/** Encrypt, Decrypt and ReEncrypt: AWS KMS API Reference. */

import { AwsError } from '../api/errors.ts';
import type { DryRunModifierType, EncryptionAlgorithmSpec } from '../api/model/kms.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';
import { parseBlob } from '../crypto/kms-blob.ts';
import { callerAccount } from '../policy/caller.ts';
import { keyNamed } from './account-keys.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { endDryRun } from './dry-run.ts';
import { arnOf } from './key.ts';
import { decryptWith, encryptWith, invalidCiphertext, requireCipher } from './key-cipher.ts';
import { absentKey, type FoundKey, findKey, findKeyOfCiphertext } from './key-id.ts';
import { requireState } from './key-state.ts';
import { noteUse } from './key-use.ts';
import { type AccessDetails, keyAccess } from './permissions.ts';
import { refuseRecipient } from './recipient.ts';

const DEFAULT_ALGORITHM = 'SYMMETRIC_DEFAULT';

/** Encrypts up to 4,096 bytes with a symmetric or RSA key. */
export const Encrypt = operation('kms', 'Encrypt', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'Encrypt', call),
  authorize: (found, input, call) => [
    keyAccess(
      'Encrypt',
      found,
      call,
      cipherDetails(input.EncryptionAlgorithm, input.EncryptionContext, input.GrantTokens),
    ),
  ],
  run({ key }, input, call) {
    const { EncryptionAlgorithm = DEFAULT_ALGORITHM, EncryptionContext: context } = input;
    requireState(key, 'Encrypt');
    const use = { operation: 'Encrypt', algorithm: EncryptionAlgorithm, context } as const;
    const { ciphertext, materialId } = encryptWith(key, input.Plaintext, use, call);
    noteMaterial(call, { keyMaterialId: materialId });
    noteUse(key, 'Encrypt', call);
    endDryRun(input);
    return { CiphertextBlob: ciphertext, KeyId: arnOf(key), EncryptionAlgorithm };
  },
  parameters: (input) => ({
    encryptionAlgorithm: DEFAULT_ALGORITHM,
    ...auditMembers(input, 'KeyId', 'EncryptionAlgorithm', 'EncryptionContext'),
  }),
});

/** Decrypts what a KMS key encrypted; a symmetric ciphertext names its own key. */
export const Decrypt = operation('kms', 'Decrypt', {
  resolve(input, call) {
    refuseRecipient(input);
    requireTrial(input);
    const { CiphertextBlob: ciphertext, KeyId: keyId, EncryptionAlgorithm: algorithm } = input;
    const side = { ciphertext, keyId, algorithm, isIgnored: ignoresCiphertext(input) };
    return findCipherKey(side, 'Decrypt', call);
  },
  authorize: (found, { KeyId, EncryptionAlgorithm, EncryptionContext, GrantTokens }, call) => [
    keyAccess('Decrypt', found, call, {
      ...cipherDetails(EncryptionAlgorithm, EncryptionContext, GrantTokens),
      ...(KeyId === undefined && { resourcePhrase: phraseOf(found, call) }),
    }),
  ],
  run({ key }, input, call) {
    const { CiphertextBlob, EncryptionAlgorithm = DEFAULT_ALGORITHM, EncryptionContext: context } = input;
    requireState(key, 'Decrypt');
    const use = { operation: 'Decrypt', algorithm: EncryptionAlgorithm, context } as const;
    requireCipher(key, use);
    if (CiphertextBlob === undefined || ignoresCiphertext(input)) return endTrial(input);
    const { plaintext, materialId } = decryptWith(key, CiphertextBlob, use, call);
    noteMaterial(call, { keyMaterialId: materialId });
    noteUse(key, 'Decrypt', call);
    endDryRun(input);
    return {
      KeyId: arnOf(key),
      Plaintext: plaintext,
      EncryptionAlgorithm,
      ...(materialId !== undefined && { KeyMaterialId: materialId }),
    };
  },
  parameters: (input) => ({
    encryptionAlgorithm: DEFAULT_ALGORITHM,
    ...auditMembers(input, 'EncryptionAlgorithm', 'KeyId', 'EncryptionContext'),
  }),
});

/** Decrypts and encrypts again, under another key or with another context, without exposing the plaintext. */
export const ReEncrypt = operation('kms', 'ReEncrypt', {
  resolve(input, call) {
    requireTrial(input);
    const { CiphertextBlob: ciphertext, SourceKeyId: keyId, SourceEncryptionAlgorithm: algorithm } = input;
    const side = { ciphertext, keyId, algorithm, isIgnored: ignoresCiphertext(input) };
    const source = findCipherKey(side, 'ReEncrypt', call);
    return { source, destination: findKey(input.DestinationKeyId, 'ReEncrypt', call, 'kms:ReEncryptTo') };
  },
  authorize({ source, destination }, input, call) {
    const isSameKey = arnOf(source.key) === arnOf(destination.key);
    const details = (algorithm: EncryptionAlgorithmSpec | undefined, context: EncryptionContext | undefined) => {
      const details = cipherDetails(algorithm, context, input.GrantTokens);
      return { ...details, context: { ...details.context, 'kms:ReEncryptOnSameKey': isSameKey } };
    };
    return [
      keyAccess('ReEncryptFrom', source, call, {
        ...details(input.SourceEncryptionAlgorithm, input.SourceEncryptionContext),
        ...(input.SourceKeyId === undefined && { resourcePhrase: phraseOf(source, call) }),
      }),
      keyAccess('ReEncryptTo', destination, call, {
        ...details(input.DestinationEncryptionAlgorithm, input.DestinationEncryptionContext),
      }),
    ];
  },
  run({ source: { key: source }, destination: { key: destination } }, input, call) {
    const {
      SourceEncryptionAlgorithm = DEFAULT_ALGORITHM,
      DestinationEncryptionAlgorithm = DEFAULT_ALGORITHM,
      SourceEncryptionContext,
      DestinationEncryptionContext,
    } = input;
    const from = {
      operation: 'ReEncrypt',
      algorithm: SourceEncryptionAlgorithm,
      context: SourceEncryptionContext,
    } as const;
    const to = {
      operation: 'ReEncrypt',
      algorithm: DestinationEncryptionAlgorithm,
      context: DestinationEncryptionContext,
    } as const;
    requireState(source, 'ReEncrypt');
    requireCipher(source, from);
    const opened =
      input.CiphertextBlob === undefined || ignoresCiphertext(input)
        ? undefined
        : decryptWith(source, input.CiphertextBlob, from, call);
    requireState(destination, 'ReEncrypt');
    requireCipher(destination, to);
    if (!opened) return endTrial(input);
    const made = encryptWith(destination, opened.plaintext, to, call);
    opened.plaintext.fill(0);
    noteMaterial(call, { sourceKeyMaterialId: opened.materialId, destinationKeyMaterialId: made.materialId });
    noteUse(source, 'ReEncrypt', call);
    noteUse(destination, 'ReEncrypt', call);
    endDryRun(input);
    return {
      CiphertextBlob: made.ciphertext,
      SourceKeyId: arnOf(source),
      KeyId: arnOf(destination),
      SourceEncryptionAlgorithm,
      DestinationEncryptionAlgorithm,
      ...(opened.materialId !== undefined && { SourceKeyMaterialId: opened.materialId }),
      ...(made.materialId !== undefined && { DestinationKeyMaterialId: made.materialId }),
    };
  },
  parameters: ({ CiphertextBlob: _, GrantTokens: __, DryRun: ___, DryRunModifiers: ____, ...shown }) => ({
    sourceEncryptionAlgorithm: DEFAULT_ALGORITHM,
    destinationEncryptionAlgorithm: DEFAULT_ALGORITHM,
    ...auditFields(shown),
  }),
});

const OF_CIPHERTEXT = 'on the resource associated with this ciphertext';

/**
 * How a denial refers to a key that only the ciphertext names. The caller's own account gets the key's ARN in a call that
 * S3 makes, as S3 passes on; in a direct call it is not named. Both as observed in AWS's answers.
 */
const phraseOf = ({ key }: FoundKey, { caller, viaService }: Call): string | undefined =>
  viaService !== undefined && key.account === callerAccount(caller) ? undefined : OF_CIPHERTEXT;

/** The facts about a cryptographic request for policies and grants, including the default algorithm. */
export function cipherDetails(
  algorithm: EncryptionAlgorithmSpec = DEFAULT_ALGORITHM,
  encryptionContext: EncryptionContext | undefined,
  grantTokens: readonly string[] | undefined,
): AccessDetails {
  return { context: { 'kms:EncryptionAlgorithm': algorithm }, encryptionContext, grantTokens };
}

/** Adds the ids of the key material to the audit log, for keys whose material has one. */
export function noteMaterial(call: Call, ids: Readonly<Record<string, string | undefined>>): void {
  const extra: Record<string, string> = {};
  for (const [name, id] of Object.entries(ids)) if (id !== undefined) extra[name] = id;
  if (Object.keys(extra).length > 0) call.note({ extra });
}

/** The ciphertext to decrypt and its key and algorithm, as far as the request names them. */
interface CipherSide {
  readonly ciphertext: Uint8Array | undefined;
  readonly keyId: string | undefined;
  readonly algorithm: EncryptionAlgorithmSpec | undefined;
  /** Whether the ciphertext, which is optional then, is not examined. */
  readonly isIgnored: boolean;
}

/** The key to decrypt with: the named one, which must be the blob's, or else the blob's own. */
function findCipherKey(
  { ciphertext, keyId, algorithm = DEFAULT_ALGORITHM, isIgnored }: CipherSide,
  operation: 'Decrypt' | 'ReEncrypt',
  call: Call,
): FoundKey {
  const action = operation === 'Decrypt' ? 'kms:Decrypt' : 'kms:ReEncryptFrom';
  if (isIgnored || algorithm !== DEFAULT_ALGORITHM) {
    if (keyId === undefined) throw new AwsError('ValidationException', 'KeyId must not be null');
    if (ciphertext === undefined && !isIgnored) throw missingCiphertext();
    return findKey(keyId, operation, call, action);
  }
  if (ciphertext === undefined) throw missingCiphertext();
  const blob = parseBlob(ciphertext);
  if (!blob) {
    if (keyId !== undefined && isElsewhere(keyId, call)) return findKey(keyId, operation, call, action);
    throw invalidCiphertext('these bytes are not a ciphertext of KMS');
  }
  // The blob's own id also finds a key in another account: KMS API Reference, Decrypt, KeyId.
  if (keyId !== undefined && keyId !== blob.keyId) {
    const found = findKey(keyId, operation, call, action);
    if (found.key.keyId === blob.keyId) return found;
    // The audit log lists the key that was named: AWS KMS Developer Guide, "Decrypt" log entry.
    const { account } = found.key;
    call.note({ resources: [{ arn: arnOf(found.key), type: 'AWS::KMS::Key', account }] });
    throw incorrectKey();
  }
  const key = findKeyOfCiphertext(blob.keyId, call);
  if (key) return { key };
  if (keyId !== undefined) return findKey(keyId, operation, call, action);
  throw absentKey(call, action, OF_CIPHERTEXT);
}

/** Whether a text names an imported key, whose ciphertexts AWS has made: nobody here can tell them from other bytes. */
function isElsewhere(keyId: string, { caller, region, tx }: Call): boolean {
  const key = keyNamed(keyId, callerAccount(caller) ?? '', region, tx);
  return key?.materialIsElsewhere !== undefined;
}

interface TrialInput {
  readonly DryRun?: boolean | undefined;
  readonly DryRunModifiers?: readonly DryRunModifierType[] | undefined;
}

/** @throws ValidationException for dry-run modifiers without a dry run. */
function requireTrial({ DryRun = false, DryRunModifiers = [] }: TrialInput): void {
  if (DryRun || DryRunModifiers.length === 0) return;
  throw new AwsError('ValidationException', 'DryRunModifiers can only be specified when DryRun is true');
}

const ignoresCiphertext = ({ DryRun = false, DryRunModifiers = [] }: TrialInput): boolean =>
  DryRun && DryRunModifiers.includes('IGNORE_CIPHERTEXT');

/** A call without a ciphertext can only be a dry run. */
function endTrial(input: { readonly DryRun?: boolean | undefined }): never {
  endDryRun(input);
  throw missingCiphertext();
}

const missingCiphertext = () =>
  new AwsError(
    'ValidationException',
    "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
  );

const incorrectKey = () =>
  new AwsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
    {},
    'the ciphertext was encrypted under another key: name that one, or none, as the ciphertext knows its key',
  );
