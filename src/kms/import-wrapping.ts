/** How imported material comes wrapped: AWS KMS Developer Guide, "Download the wrapping public key and import token". */

import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto';
import type { AlgorithmSpec, WrappingKeySpec } from '../api/model/kms.types.ts';
import type { OfferedKeySpec } from '../store/records/kms.ts';
import { keySpecs } from './key-spec.ts';

/** The algorithms that still work; RSAES_PKCS1_V1_5 ended in October 2023, SM2PKE is for the regions of China. */
export type Wrapping =
  | { readonly kind: 'oaep'; readonly hash: 'sha1' | 'sha256' }
  | { readonly kind: 'key-wrap'; readonly hash: 'sha1' | 'sha256' };

const wrappings: Readonly<Partial<Record<AlgorithmSpec, Wrapping>>> = {
  RSAES_OAEP_SHA_1: { kind: 'oaep', hash: 'sha1' },
  RSAES_OAEP_SHA_256: { kind: 'oaep', hash: 'sha256' },
  RSA_AES_KEY_WRAP_SHA_1: { kind: 'key-wrap', hash: 'sha1' },
  RSA_AES_KEY_WRAP_SHA_256: { kind: 'key-wrap', hash: 'sha256' },
};

/** What the pair of algorithm and wrapping key does for material of this spec; undefined: it does not fit. */
export function wrappingFor(
  spec: OfferedKeySpec,
  algorithm: AlgorithmSpec,
  wrappingSpec: WrappingKeySpec,
): Wrapping | undefined {
  const wrapping = wrappingSpec === 'SM2' ? undefined : wrappings[algorithm];
  if (!wrapping) return undefined;
  switch (keySpecs[spec].family) {
    case 'symmetric':
    case 'hmac':
      return wrapping.kind === 'oaep' ? wrapping : undefined;
    case 'rsa':
      return wrapping.kind === 'key-wrap' ? wrapping : undefined;
    case 'ecc':
      // A private key of P-521 is longer than what RSA-2048 can encrypt.
      return spec === 'ECC_NIST_P521' && wrapping.kind === 'oaep' && wrappingSpec === 'RSA_2048' ? undefined : wrapping;
    default:
      return wrapping;
  }
}

/** RFC 5649 §3: the initial value of AES key wrap with padding. */
const KEY_WRAP_IV = Buffer.from('a65959a6', 'hex');

/** Unwraps material. @throws an Error of OpenSSL when it was not wrapped like this for this key. */
export function unwrapMaterial(wrapped: Uint8Array, { kind, hash }: Wrapping, key: KeyObject): Uint8Array {
  const oaep = (bytes: Uint8Array) =>
    privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, bytes);
  if (kind === 'oaep') return oaep(wrapped);
  // The wrapped AES key is as long as the modulus; the material follows under it.
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const cipher = createDecipheriv('id-aes256-wrap-pad', oaep(wrapped.subarray(0, size)), KEY_WRAP_IV);
  return Buffer.concat([cipher.update(wrapped.subarray(size)), cipher.final()]);
}
