/** The wrapping of imported material: AWS KMS Developer Guide, "Download the wrapping public key and import token". */

import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto';
import type { AlgorithmSpec, WrappingKeySpec } from '../api/model/kms.types.ts';
import type { OfferedKeySpec } from '../store/records/kms.ts';
import { keySpecs } from './key-spec.ts';

/** The algorithms still supported; RSAES_PKCS1_V1_5 ended in October 2023, and SM2PKE is for the China regions. */
export type Wrapping =
  | { readonly kind: 'oaep'; readonly hash: 'sha1' | 'sha256' }
  | { readonly kind: 'key-wrap'; readonly hash: 'sha1' | 'sha256' };

const wrappings: Readonly<Partial<Record<AlgorithmSpec, Wrapping>>> = {
  RSAES_OAEP_SHA_1: { kind: 'oaep', hash: 'sha1' },
  RSAES_OAEP_SHA_256: { kind: 'oaep', hash: 'sha256' },
  RSA_AES_KEY_WRAP_SHA_1: { kind: 'key-wrap', hash: 'sha1' },
  RSA_AES_KEY_WRAP_SHA_256: { kind: 'key-wrap', hash: 'sha256' },
};

/** How the algorithm and the wrapping key wrap material of this spec; undefined if they do not fit. */
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
      // A P-521 private key is longer than RSA-2048 can encrypt.
      return spec === 'ECC_NIST_P521' && wrapping.kind === 'oaep' && wrappingSpec === 'RSA_2048' ? undefined : wrapping;
    default:
      return wrapping;
  }
}

/** RFC 5649 §3: the initial value of AES key wrap with padding. */
const KEY_WRAP_IV = Buffer.from('a65959a6', 'hex');

/** Unwraps material. @throws an OpenSSL error if it was not wrapped in this way for this key. */
export function unwrapMaterial(wrapped: Uint8Array, { kind, hash }: Wrapping, key: KeyObject): Uint8Array {
  const oaep = (bytes: Uint8Array) =>
    privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, bytes);
  if (kind === 'oaep') return oaep(wrapped);
  // The wrapped AES key is as long as the modulus; the material, wrapped under it, follows.
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const cipher = createDecipheriv('id-aes256-wrap-pad', oaep(wrapped.subarray(0, size)), KEY_WRAP_IV);
  return Buffer.concat([cipher.update(wrapped.subarray(size)), cipher.final()]);
}
