/** Keys made from keys: HKDF with SHA-256, RFC 5869. */

import { hkdfSync } from 'node:crypto';

/** Bytes of every key of ssebox: AES-256, HMAC-SHA256. */
export const KEY_BYTES = 32;

export interface Derivation {
  /** What the key is for. Each use of a key has a label of its own. */
  readonly label: string;
  /** Random and not secret; needed where the same secret and info meet twice. */
  readonly salt?: Uint8Array | undefined;
  /** What the key belongs to, as unambiguous bytes. */
  readonly info?: Uint8Array | undefined;
}

const NOTHING = new Uint8Array(0);

/** A key of 32 bytes that only the holder of the secret can make; other labels, salts or info give unrelated keys. */
export function deriveKey(secret: Uint8Array, { label, salt = NOTHING, info = NOTHING }: Derivation): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, infoOf(label, info), KEY_BYTES));
}

/** The label goes first with its length, so that no label and info run together into another pair. */
function infoOf(label: string, info: Uint8Array): Uint8Array {
  const name = Buffer.from(label);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(name.length);
  return Buffer.concat([length, name, info]);
}
