/** Wrapping of short secrets: AES-256-GCM, NIST SP 800-38D, with a random nonce of 96 bits (section 8.2.2). */

import { NONCE_BYTES, openInto, sealInto, TAG_BYTES } from './aes-gcm.ts';
import { AuthenticationError } from './authentication-error.ts';

/**
 * Wraps a secret; unwrapping needs the same associated data. A key can wrap 2^32 secrets before random nonces are
 * likely to collide: SP 800-38D, section 8.3.
 * @returns nonce, ciphertext, tag.
 */
export function wrap(
  key: Uint8Array,
  secret: Uint8Array,
  associatedData: Uint8Array,
  random: (size: number) => Uint8Array,
): Uint8Array {
  const nonce = random(NONCE_BYTES);
  const wrapped = Buffer.alloc(NONCE_BYTES + secret.length + TAG_BYTES);
  wrapped.set(nonce);
  sealInto(wrapped.subarray(NONCE_BYTES), key, nonce, secret, associatedData);
  return wrapped;
}

/** @throws AuthenticationError if the key, the associated data or any byte differs from the wrapping. */
export function unwrap(key: Uint8Array, wrapped: Uint8Array, associatedData: Uint8Array): Uint8Array {
  const size = wrapped.length - NONCE_BYTES - TAG_BYTES;
  const secret = Buffer.alloc(Math.max(0, size));
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  if (size < 0 || !openInto(secret, key, nonce, wrapped.subarray(NONCE_BYTES), associatedData)) {
    throw new AuthenticationError('the wrapped key');
  }
  return secret;
}
