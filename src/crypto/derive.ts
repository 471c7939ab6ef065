/** Keys derived from keys: HKDF with SHA-256, RFC 5869. */

import { createHmac } from 'node:crypto';

/** The size of every key in ssebox, in bytes: AES-256, HMAC-SHA256. */
export const KEY_BYTES = 32;

export interface Derivation {
  /** The purpose of the key. Each use of a key has its own label. */
  readonly label: string;
  /** Random but not secret; needed if the same secret and info occur more than once. */
  readonly salt?: Uint8Array | undefined;
  /** The thing that the key belongs to, as unambiguous bytes. */
  readonly info?: Uint8Array | undefined;
}

const NOTHING = new Uint8Array(0);

/**
 * A 32-byte key that only the holder of the secret can derive; another label, salt or info gives an unrelated key. By
 * HMAC, which every command needs anyway: the first `hkdfSync` of a process takes half a millisecond.
 */
export function deriveKey(secret: Uint8Array, { label, salt = NOTHING, info = NOTHING }: Derivation): Uint8Array {
  // Section 2.2; HMAC pads a key with zeros, so no salt is the same as one of zeros.
  const pseudorandom = createHmac('sha256', salt).update(secret).digest();
  // Section 2.3: as long as one hash, a key is the first block.
  const block = createHmac('sha256', pseudorandom).update(infoOf(label, info)).update(FIRST_BLOCK).digest();
  const key = new Uint8Array(block);
  for (const used of [pseudorandom, block]) used.fill(0);
  return key;
}

const FIRST_BLOCK = Buffer.of(1);

/** The label comes first, with its length, so that no two pairs of label and info give the same bytes. */
function infoOf(label: string, info: Uint8Array): Uint8Array {
  const name = Buffer.from(label);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(name.length);
  return Buffer.concat([length, name, info]);
}
