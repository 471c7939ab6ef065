/**
 * AES-256-GCM of whole segments into existing memory: NIST SP 800-38D.
 *
 * Node's ciphers return new memory for every call, which the garbage collector frees late: a long stream takes 40 MiB
 * more, and every page is new to the processor's cache. Pieces of 64 KiB whose memory is freed at once are 4 times as
 * fast (2.7 GiB/s instead of 0.7 GiB/s) and leave no trace.
 */

import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM } from 'node:crypto';
import { giveBack } from './memory.ts';

export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
const PIECE_BYTES = 64 * 1024;

const NOTHING = new Uint8Array(0);

/** Seals plaintext into `target`, which has room for it and the tag. A key must never see the same nonce twice. */
export function sealInto(
  target: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array = NOTHING,
): void {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(associatedData);
  passThrough(cipher, plaintext, target, 0);
  cipher.final();
  target.set(cipher.getAuthTag(), plaintext.length);
}

/**
 * Opens sealed bytes into `target`: as much of the plaintext as fits, starting at an offset. All sealed bytes are
 * authenticated.
 * @returns whether they are authentic; if not, `target` holds zeros.
 */
export function openInto(
  target: Uint8Array,
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associatedData: Uint8Array = NOTHING,
  offset = 0,
): boolean {
  const tagAt = sealed.length - TAG_BYTES;
  if (tagAt < 0) return false;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(associatedData)
    .setAuthTag(sealed.subarray(tagAt));
  passThrough(decipher, sealed.subarray(0, tagAt), target, offset);
  try {
    decipher.final();
    return true;
  } catch {
    target.fill(0);
    return false;
  }
}

/** Fills `to` with the output, starting at an offset. */
function passThrough(cipher: CipherGCM | DecipherGCM, from: Uint8Array, to: Uint8Array, offset: number): void {
  for (let at = 0; at < from.length; at += PIECE_BYTES) {
    const piece = cipher.update(from.subarray(at, at + PIECE_BYTES));
    const start = Math.max(0, offset - at);
    const end = Math.min(piece.length, offset + to.length - at);
    if (start < end) to.set(piece.subarray(start, end), at + start - offset);
    if (piece.length === PIECE_BYTES) giveBack(piece);
  }
}
