/**
 * Encryption and decryption with a KMS key of any family, after the checks of the key: its usage, the algorithm, the
 * encryption context, the size. KMS API Reference, Encrypt and Decrypt.
 */

import { constants, createPrivateKey, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import { AwsError } from '../api/errors.ts';
import type { EncryptionAlgorithmSpec } from '../api/model/kms.types.ts';
import type { Call } from '../call/operation.ts';
import { AuthenticationError } from '../crypto/authentication-error.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';
import { openBlob, parseBlob, sealBlob } from '../crypto/kms-blob.ts';
import type { BackingKeyRecord, KeyRecord } from '../store/records/kms.ts';
import { missingRow } from '../store/store-error.ts';
import { getBackingKey, openBackingKey, putBackingKey } from './backing-key.ts';
import { requireUsage } from './key.ts';
import { materialAtOnce, seedBytes } from './key-material.ts';
import { isSymmetric, keySpecs, requireAlgorithm } from './key-spec.ts';
import { requireMaterial } from './key-state.ts';

/** How one side of a request encrypts or decrypts. */
export interface CipherUse {
  readonly operation: 'Encrypt' | 'Decrypt' | 'ReEncrypt' | GenerateOperation;
  readonly algorithm: EncryptionAlgorithmSpec;
  readonly context: EncryptionContext | undefined;
}

export type GenerateOperation =
  | 'GenerateDataKey'
  | 'GenerateDataKeyWithoutPlaintext'
  | 'GenerateDataKeyPair'
  | 'GenerateDataKeyPairWithoutPlaintext';

export interface Encrypted {
  readonly ciphertext: Uint8Array;
  /** Only for symmetric keys. */
  readonly materialId: string | undefined;
}

export interface Decrypted {
  readonly plaintext: Uint8Array;
  readonly materialId: string | undefined;
}

/** @throws KMS's error if the key is not for this kind of encryption. */
export function requireCipher(key: KeyRecord, { operation, algorithm, context = {} }: CipherUse): void {
  requireUsage(key, 'ENCRYPT_DECRYPT', operation);
  requireAlgorithm(key.spec, algorithm);
  if (!isSymmetric(key.spec) && Object.keys(context).length > 0) {
    throw new AwsError(
      'ValidationException',
      'EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.',
    );
  }
}

/** Encrypts with the key's current material. */
export function encryptWith(key: KeyRecord, plaintext: Uint8Array, use: CipherUse, call: Call): Encrypted {
  requireCipher(key, use);
  const backing = currentBackingKey(key, call);
  if (!isSymmetric(key.spec)) return { ciphertext: rsaEncrypt(key, backing, plaintext, use), materialId: undefined };
  const header = { keyId: key.keyId, generation: backing.generation };
  const ciphertext = sealBlob(openBackingKey(call, key, backing), plaintext, header, use.context, call.random);
  return { ciphertext, materialId: backing.materialId };
}

/** Decrypts with the material that a blob names, or with the private key. */
export function decryptWith(key: KeyRecord, ciphertext: Uint8Array, use: CipherUse, call: Call): Decrypted {
  requireCipher(key, use);
  if (!isSymmetric(key.spec)) return { plaintext: rsaDecrypt(key, ciphertext, use, call), materialId: undefined };
  if (key.materialIsElsewhere && !getBackingKey(call.tx, key, 1)) return decryptElsewhere(key, call);
  const header = parseBlob(ciphertext);
  const backing = header && getBackingKey(call.tx, key, header.generation);
  if (!backing?.wrapped) throw invalidCiphertext('the ciphertext was not encrypted under this key');
  try {
    const plaintext = openBlob(openBackingKey(call, key, backing), ciphertext, use.context);
    return { plaintext, materialId: backing.materialId };
  } catch (error) {
    throw error instanceof AuthenticationError ? invalidCiphertext(mismatch(use.context)) : error;
  }
}

/**
 * Nobody here can open it. A call that is only tried goes on with a data key in place of the plaintext, since what
 * follows from it may need permissions, too.
 */
function decryptElsewhere(key: KeyRecord, call: Call): Decrypted {
  if (!call.isTried) requireMaterial(key);
  return { plaintext: call.random(32), materialId: undefined };
}

/**
 * The material that a usable key encrypts and signs with. In a call that is only tried, a key whose material is
 * elsewhere gets some that is thrown away with the call, if making it takes no time.
 * @throws KMSInvalidStateException
 */
export function currentBackingKey(
  key: KeyRecord,
  call: Pick<Call, 'tx' | 'isTried' | 'random' | 'rootKey' | 'now'>,
): BackingKeyRecord {
  if (key.materialIsElsewhere) {
    const known = getBackingKey(call.tx, key, 1);
    if (known) return known;
    const material = call.isTried ? materialAtOnce(key.spec, call.random(seedBytes(key.spec))) : undefined;
    if (material) return putBackingKey(call, key, material, { generation: 1, createdMs: call.now.getTime() });
    requireMaterial(key);
  }
  const backing = key.current && getBackingKey(call.tx, key, key.current.generation);
  // An enabled key has its material, because its state depends on it.
  if (!backing) throw missingRow(`the material of the KMS key "${key.keyId}"`);
  return backing;
}

/** KMS does not say what is wrong with a ciphertext. */
export const invalidCiphertext = (reason?: string) => new AwsError('InvalidCiphertextException', '', {}, reason);

/** A wrong context and a changed byte cannot be told apart. */
function mismatch(context: CipherUse['context'] = {}): string {
  const given = Object.keys(context).length === 0 ? 'none' : JSON.stringify(context);
  return `the encryption context must be the one that it was encrypted with, letter for letter, and this call gave ${given}; or the ciphertext was changed`;
}

const oaepHashes = {
  RSAES_OAEP_SHA_1: { name: 'sha1', bytes: 20 },
  RSAES_OAEP_SHA_256: { name: 'sha256', bytes: 32 },
} as const;

function oaepHash(algorithm: EncryptionAlgorithmSpec) {
  if (algorithm === 'RSAES_OAEP_SHA_1' || algorithm === 'RSAES_OAEP_SHA_256') return oaepHashes[algorithm];
  throw new Error(`${algorithm} is not an algorithm of RSA keys`);
}

/** RFC 8017 §7.1.1: the modulus minus two hashes and two bytes. */
function maxRsaPlaintext(key: KeyRecord, hashBytes: number): number {
  const facts = keySpecs[key.spec];
  if (facts.family !== 'rsa') throw new Error(`${key.spec} is not an RSA spec`);
  return facts.modulusBits / 8 - 2 * hashBytes - 2;
}

/** The same hash for label and mask, and an empty label: AWS KMS Developer Guide, "RSA key specs for encryption". */
function rsaEncrypt(
  key: KeyRecord,
  { publicKey }: BackingKeyRecord,
  plaintext: Uint8Array,
  use: CipherUse,
): Uint8Array {
  const hash = oaepHash(use.algorithm);
  const max = maxRsaPlaintext(key, hash.bytes);
  if (plaintext.length > max) {
    throw new AwsError(
      'ValidationException',
      `Algorithm ${use.algorithm} and key spec ${key.spec} cannot encrypt data larger than ${max} bytes.`,
    );
  }
  if (!publicKey) throw new Error(`the key ${key.keyId} has no public key`);
  return publicEncrypt(
    {
      key: createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }),
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: hash.name,
    },
    plaintext,
  );
}

function rsaDecrypt(key: KeyRecord, ciphertext: Uint8Array, use: CipherUse, call: Call): Uint8Array {
  const secret = openBackingKey(call, key, currentBackingKey(key, call));
  try {
    return privateDecrypt(
      {
        key: createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' }),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: oaepHash(use.algorithm).name,
      },
      ciphertext,
    );
  } catch {
    throw invalidCiphertext(`the ciphertext was not encrypted under this key with ${use.algorithm}`);
  }
}
