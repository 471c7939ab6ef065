/** A table of every key spec: its family, usages and algorithms. AWS KMS Developer Guide, "Key spec reference". */

import { AwsError } from '../api/errors.ts';
import type {
  EncryptionAlgorithmSpec,
  KeySpec,
  KeyUsageType,
  MacAlgorithmSpec,
  SigningAlgorithmSpec,
} from '../api/model/kms.types.ts';
import { oneOf } from '../api/nearest.ts';
import type { OfferedKeySpec } from '../store/records/kms.ts';

export interface SymmetricSpec {
  readonly family: 'symmetric';
  readonly materialBytes: 32;
}
export interface HmacSpec {
  readonly family: 'hmac';
  readonly macAlgorithm: MacAlgorithmSpec;
  /** Length of the material that KMS generates. */
  readonly materialBytes: number;
  /** Maximum length of imported material. */
  readonly maxMaterialBytes: number;
}
export interface RsaSpec {
  readonly family: 'rsa';
  readonly modulusBits: number;
}
export interface EccSpec {
  readonly family: 'ecc';
  /** The curve as OpenSSL names it. */
  readonly curve: 'prime256v1' | 'secp384r1' | 'secp521r1' | 'secp256k1';
  /** Length of a coordinate, and of a shared secret. */
  readonly coordinateBytes: number;
}
export interface Ed25519Spec {
  readonly family: 'ed25519';
}
export interface MlDsaSpec {
  readonly family: 'ml-dsa';
  readonly parameterSet: 'ml_dsa44' | 'ml_dsa65' | 'ml_dsa87';
}

export type AsymmetricSpec = RsaSpec | EccSpec | Ed25519Spec | MlDsaSpec;

interface Uses {
  readonly usages: readonly KeyUsageType[];
  readonly encryptionAlgorithms?: readonly EncryptionAlgorithmSpec[];
  readonly signingAlgorithms?: readonly SigningAlgorithmSpec[];
  readonly macAlgorithms?: readonly MacAlgorithmSpec[];
}

export type SpecFacts = (SymmetricSpec | HmacSpec | AsymmetricSpec) & Uses;

const oaep = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const;
const rsassa = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
] as const;

const rsa = (modulusBits: number): SpecFacts => ({
  family: 'rsa',
  modulusBits,
  usages: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  encryptionAlgorithms: oaep,
  signingAlgorithms: rsassa,
});

const nist = (curve: EccSpec['curve'], coordinateBytes: number, algorithm: SigningAlgorithmSpec): SpecFacts => ({
  family: 'ecc',
  curve,
  coordinateBytes,
  usages: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
  signingAlgorithms: [algorithm],
});

const mlDsa = (parameterSet: MlDsaSpec['parameterSet']): SpecFacts => ({
  family: 'ml-dsa',
  parameterSet,
  usages: ['SIGN_VERIFY'],
  signingAlgorithms: ['ML_DSA_SHAKE_256'],
});

const hmac = (macAlgorithm: MacAlgorithmSpec, materialBytes: number, maxMaterialBytes: number): SpecFacts => ({
  family: 'hmac',
  macAlgorithm,
  materialBytes,
  maxMaterialBytes,
  usages: ['GENERATE_VERIFY_MAC'],
  macAlgorithms: [macAlgorithm],
});

export const keySpecs: Readonly<Record<OfferedKeySpec, SpecFacts>> = {
  SYMMETRIC_DEFAULT: {
    family: 'symmetric',
    materialBytes: 32,
    usages: ['ENCRYPT_DECRYPT'],
    encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: nist('prime256v1', 32, 'ECDSA_SHA_256'),
  ECC_NIST_P384: nist('secp384r1', 48, 'ECDSA_SHA_384'),
  ECC_NIST_P521: nist('secp521r1', 66, 'ECDSA_SHA_512'),
  ECC_SECG_P256K1: {
    family: 'ecc',
    curve: 'secp256k1',
    coordinateBytes: 32,
    usages: ['SIGN_VERIFY'],
    signingAlgorithms: ['ECDSA_SHA_256'],
  },
  ECC_NIST_EDWARDS25519: {
    family: 'ed25519',
    usages: ['SIGN_VERIFY'],
    signingAlgorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'],
  },
  ML_DSA_44: mlDsa('ml_dsa44'),
  ML_DSA_65: mlDsa('ml_dsa65'),
  ML_DSA_87: mlDsa('ml_dsa87'),
  HMAC_224: hmac('HMAC_SHA_224', 28, 64),
  HMAC_256: hmac('HMAC_SHA_256', 32, 64),
  HMAC_384: hmac('HMAC_SHA_384', 48, 128),
  HMAC_512: hmac('HMAC_SHA_512', 64, 128),
};

/** Whether KMS can use the spec for ordinary encrypted data keys and rotate its material. */
export const isSymmetric = (spec: KeySpec): spec is 'SYMMETRIC_DEFAULT' => spec === 'SYMMETRIC_DEFAULT';

/** The facts of an asymmetric spec; undefined for symmetric and HMAC specs, which have no public half. */
export function asymmetricFacts(spec: OfferedKeySpec): AsymmetricSpec | undefined {
  const facts = keySpecs[spec];
  return facts.family === 'symmetric' || facts.family === 'hmac' ? undefined : facts;
}

/** The algorithms that a key lists, under the name of the member for its usage. */
export function algorithmsOf(
  spec: OfferedKeySpec,
  usage: KeyUsageType,
): {
  readonly EncryptionAlgorithms?: readonly EncryptionAlgorithmSpec[];
  readonly SigningAlgorithms?: readonly SigningAlgorithmSpec[];
  readonly KeyAgreementAlgorithms?: readonly ['ECDH'];
  readonly MacAlgorithms?: readonly MacAlgorithmSpec[];
} {
  const { encryptionAlgorithms = [], signingAlgorithms = [], macAlgorithms = [] } = keySpecs[spec];
  switch (usage) {
    case 'ENCRYPT_DECRYPT':
      return { EncryptionAlgorithms: encryptionAlgorithms };
    case 'SIGN_VERIFY':
      return { SigningAlgorithms: signingAlgorithms };
    case 'KEY_AGREEMENT':
      return { KeyAgreementAlgorithms: ['ECDH'] };
    case 'GENERATE_VERIFY_MAC':
      return { MacAlgorithms: macAlgorithms };
  }
}

/** @throws InvalidKeyUsageException if keys of this spec do not support the algorithm. */
export function requireAlgorithm(
  spec: OfferedKeySpec,
  algorithm: EncryptionAlgorithmSpec | SigningAlgorithmSpec | MacAlgorithmSpec,
): void {
  const { encryptionAlgorithms = [], signingAlgorithms = [], macAlgorithms = [] } = keySpecs[spec];
  const all: readonly string[] = [...encryptionAlgorithms, ...signingAlgorithms, ...macAlgorithms];
  if (!all.includes(algorithm)) throw incompatibleAlgorithm(algorithm, spec, all);
}

export const incompatibleAlgorithm = (algorithm: string, spec: KeySpec, all: readonly string[] = []) =>
  new AwsError(
    'InvalidKeyUsageException',
    `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
    {},
    all.length === 0 ? undefined : `keys of this spec support ${oneOf(all, 'and')}`,
  );

export const incompatibleUsage = (usage: KeyUsageType, spec: KeySpec, usages: readonly KeyUsageType[] = []) =>
  new AwsError(
    'ValidationException',
    `KeyUsage ${usage} is not compatible with KeySpec ${spec}`,
    {},
    usages.length === 0
      ? undefined
      : usages.length === 1
        ? `the only usage of ${spec} is ${usages[0]}`
        : `the usages of ${spec} are ${oneOf(usages, 'and')}`,
  );
