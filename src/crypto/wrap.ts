/** Wrapping of short secrets: AES-256-GCM, NIST SP 800-38D, with a random nonce of 96 bits (section 8.2.2). */

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { AuthenticationError } from './authentication-error.ts';

export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/**
 * Wraps a secret; the associated data must be given again to unwrap. A key may wrap 2^32 secrets before random nonces
 * are likely to meet: SP 800-38D, section 8.3.
 * @returns nonce, ciphertext, tag.
 */
export function wrap(
  key: Uint8Array,
  secret: Uint8Array,
  associatedData: Uint8Array,
  random: (size: number) => Uint8Array,
): Uint8Array {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(associatedData);
  const ciphertext = cipher.update(secret);
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

/** @throws AuthenticationError when the key, the associated data or a byte is not that of the wrapping. */
export function unwrap(key: Uint8Array, wrapped: Uint8Array, associatedData: Uint8Array): Uint8Array {
  if (wrapped.length < NONCE_BYTES + TAG_BYTES) throw new AuthenticationError('the wrapped key');
  const tagAt = wrapped.length - TAG_BYTES;
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(associatedData)
    .setAuthTag(wrapped.subarray(tagAt));
  const secret = decipher.update(wrapped.subarray(NONCE_BYTES, tagAt));
  try {
    decipher.final();
  } catch {
    secret.fill(0);
    throw new AuthenticationError('the wrapped key');
  }
  return secret;
}
