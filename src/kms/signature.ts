/** Signing and verifying with each algorithm: AWS KMS Developer Guide, "Key spec reference". */

import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as opensslSign,
  verify as opensslVerify,
} from 'node:crypto';
import type { SigningAlgorithmSpec } from '../api/model/kms.types.ts';
import type { OfferedKeySpec } from '../store/records/kms.ts';
import { asymmetricFacts, type EccSpec } from './key-spec.ts';
import { mlDsaSign, mlDsaVerify } from './ml-dsa.ts';
import { type RsaHash, signPkcs1Digest, signPssDigest, verifyPkcs1Digest, verifyPssDigest } from './rsa-digest.ts';

export type SignatureScheme =
  | { readonly kind: 'rsa-pss' | 'rsa-pkcs1' | 'ecdsa'; readonly hash: RsaHash; readonly digestBytes: number }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'ed25519ph'; readonly digestBytes: 64 }
  | { readonly kind: 'ml-dsa' };

const sha2 = {
  256: { hash: 'sha256', digestBytes: 32 },
  384: { hash: 'sha384', digestBytes: 48 },
  512: { hash: 'sha512', digestBytes: 64 },
} as const;

/** The algorithms of the specs that ssebox supports, which excludes SM2DSA. */
export const signatureSchemes: Readonly<Record<Exclude<SigningAlgorithmSpec, 'SM2DSA'>, SignatureScheme>> = {
  RSASSA_PSS_SHA_256: { kind: 'rsa-pss', ...sha2[256] },
  RSASSA_PSS_SHA_384: { kind: 'rsa-pss', ...sha2[384] },
  RSASSA_PSS_SHA_512: { kind: 'rsa-pss', ...sha2[512] },
  RSASSA_PKCS1_V1_5_SHA_256: { kind: 'rsa-pkcs1', ...sha2[256] },
  RSASSA_PKCS1_V1_5_SHA_384: { kind: 'rsa-pkcs1', ...sha2[384] },
  RSASSA_PKCS1_V1_5_SHA_512: { kind: 'rsa-pkcs1', ...sha2[512] },
  ECDSA_SHA_256: { kind: 'ecdsa', ...sha2[256] },
  ECDSA_SHA_384: { kind: 'ecdsa', ...sha2[384] },
  ECDSA_SHA_512: { kind: 'ecdsa', ...sha2[512] },
  ED25519_SHA_512: { kind: 'ed25519' },
  ED25519_PH_SHA_512: { kind: 'ed25519ph', digestBytes: 64 },
  ML_DSA_SHAKE_256: { kind: 'ml-dsa' },
};

/** The data to sign, and how far it has been hashed. */
export interface Signable {
  readonly scheme: SignatureScheme;
  readonly spec: OfferedKeySpec;
  readonly message: Uint8Array;
  /** `external-mu`: ML-DSA's representative of the message. */
  readonly form: 'raw' | 'digest' | 'external-mu';
}

/**
 * Signs with Node's own crypto; undefined if another library is needed, which takes time to load.
 * @param secret the private key as PKCS #8.
 * @param chance 64 random bytes, for salts.
 */
export function signAtOnce(
  secret: Uint8Array,
  { scheme, message, form }: Signable,
  chance: Uint8Array,
): Uint8Array | undefined {
  switch (scheme.kind) {
    case 'rsa-pss': {
      const key = privateKey(secret);
      return form === 'digest'
        ? signPssDigest(key, scheme.hash, message, chance.subarray(0, scheme.digestBytes))
        : opensslSign(scheme.hash, message, pss(key));
    }
    case 'rsa-pkcs1': {
      const key = privateKey(secret);
      return form === 'digest' ? signPkcs1Digest(key, scheme.hash, message) : opensslSign(scheme.hash, message, key);
    }
    case 'ecdsa':
      return form === 'digest' ? undefined : opensslSign(scheme.hash, message, privateKey(secret));
    case 'ed25519':
      return opensslSign(undefined, message, privateKey(secret));
    default:
      return undefined;
  }
}

/** Signs with any algorithm. */
export async function signInTime(secret: Uint8Array, signable: Signable, chance: Uint8Array): Promise<Uint8Array> {
  const { scheme, spec, message, form } = signable;
  switch (scheme.kind) {
    case 'ecdsa': {
      if (form !== 'digest') break;
      const { d } = jwkOf(privateKey(secret));
      return (await loadCurve(spec)).sign(message, d, { prehash: false, lowS: false, format: 'der' });
    }
    case 'ed25519ph':
      return (await loadEd25519ph()).sign(message, jwkOf(privateKey(secret)).d);
    case 'ml-dsa':
      return mlDsaSign(
        parameterSet(spec),
        secret,
        { bytes: message, isMu: form === 'external-mu' },
        chance.subarray(0, 32),
      );
  }
  const signature = signAtOnce(secret, signable, chance);
  if (!signature) throw new Error(`no way to sign with ${scheme.kind}`);
  return signature;
}

/** The counterpart of `signAtOnce`. @param publicBytes the public key as SubjectPublicKeyInfo. */
export function verifyAtOnce(
  publicBytes: Uint8Array,
  { scheme, message, form }: Signable,
  signature: Uint8Array,
): boolean | undefined {
  switch (scheme.kind) {
    case 'rsa-pss': {
      const key = publicKey(publicBytes);
      return form === 'digest'
        ? verifyPssDigest(key, scheme.hash, message, signature)
        : opensslVerify(scheme.hash, message, pss(key), signature);
    }
    case 'rsa-pkcs1': {
      const key = publicKey(publicBytes);
      return form === 'digest'
        ? verifyPkcs1Digest(key, scheme.hash, message, signature)
        : opensslVerify(scheme.hash, message, key, signature);
    }
    case 'ecdsa':
      return form === 'digest' ? undefined : opensslVerify(scheme.hash, message, publicKey(publicBytes), signature);
    case 'ed25519':
      return opensslVerify(undefined, message, publicKey(publicBytes), signature);
    default:
      return undefined;
  }
}

/** The counterpart of `signInTime`. */
export async function verifyInTime(
  publicBytes: Uint8Array,
  signable: Signable,
  signature: Uint8Array,
): Promise<boolean> {
  const { scheme, spec, message, form } = signable;
  switch (scheme.kind) {
    case 'ecdsa': {
      if (form !== 'digest') break;
      const curve = await loadCurve(spec);
      const { x, y } = jwkOf(publicKey(publicBytes));
      const point = Buffer.concat([Buffer.from([4]), x, y]);
      return orFalse(() => curve.verify(signature, message, point, { prehash: false, lowS: false, format: 'der' }));
    }
    case 'ed25519ph': {
      const curve = await loadEd25519ph();
      return orFalse(() => curve.verify(signature, message, jwkOf(publicKey(publicBytes)).x));
    }
    case 'ml-dsa':
      return mlDsaVerify(parameterSet(spec), publicBytes, { bytes: message, isMu: form === 'external-mu' }, signature);
  }
  return verifyAtOnce(publicBytes, signable, signature) ?? false;
}

/** A malformed signature is an invalid one. */
function orFalse(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}

/** The salt is as long as the digest, and the mask uses the same hash. */
const pss = (key: KeyObject) => ({
  key,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
});

export const privateKey = (secret: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.from(secret), format: 'der', type: 'pkcs8' });

const publicKey = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' });

/** Scalars and coordinates, each with the curve's full length. */
function jwkOf(key: KeyObject): { readonly d: Buffer; readonly x: Buffer; readonly y: Buffer } {
  const { d = '', x = '', y = '' } = key.export({ format: 'jwk' });
  return { d: Buffer.from(d, 'base64url'), x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
}

function parameterSet(spec: OfferedKeySpec) {
  const facts = asymmetricFacts(spec);
  if (facts?.family !== 'ml-dsa') throw new Error(`${spec} is not an ML-DSA spec`);
  return facts.parameterSet;
}

/** OpenSSL signs digests with ECDSA only through an interface that Node does not expose. */
async function loadCurve(spec: OfferedKeySpec) {
  const facts = asymmetricFacts(spec);
  if (facts?.family !== 'ecc') throw new Error(`${spec} is not an elliptic curve`);
  if (facts.curve === 'secp256k1') return (await import('@noble/curves/secp256k1.js')).secp256k1;
  const { p256, p384, p521 } = await import('@noble/curves/nist.js');
  const curves: Record<Exclude<EccSpec['curve'], 'secp256k1'>, typeof p256> = {
    prime256v1: p256,
    secp384r1: p384,
    secp521r1: p521,
  };
  return curves[facts.curve];
}

/** Ed25519ph hashes its input, the caller's digest, once more: AWS KMS Developer Guide, "ECC key specs". */
async function loadEd25519ph() {
  return (await import('@noble/curves/ed25519.js')).ed25519ph;
}
