/**
 * What makes a row the store's own: a digest over table, key and body under a key that only the holder of the root key
 * can derive. Its first bytes are stored behind the body as a tag; the rest is what the row adds to the sum of its
 * table, and is never stored: a sum of stored tags could be matched by choosing among old rows.
 */

import { createHmac, hash } from 'node:crypto';
import { hashLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { KeyPart, TableKey } from './table.ts';

/** The bytes of a row's tag: 128 bits, NIST SP 800-107 section 5.3.3. */
export const TAG_BYTES = 16;

/** Where the 32 bytes that a row adds to its table's sum begin in its digest. */
export const SUMMAND_AT = 16;

/** The body of a row to be stored: JSON text, or a part of a buffer. */
export type Body = string | { readonly bytes: Buffer; readonly start: number; readonly end: number };

/** A row as it will be stored, body and tag, valid until the next digest; and its digest. */
export interface SealedRow {
  readonly stored: Buffer;
  readonly digest: string;
}

export interface RowSeal {
  /** HMAC-SHA-512 (RFC 2104) of a row: 64 characters, each a byte. */
  digest(table: string, name: string, body: Uint8Array): string;
  /** A row with its tag. */
  seal(table: string, name: string, body: Body): SealedRow;
}

/** Longer rows, which are few, are hashed piece by piece. */
const MOST_AT_ONCE = 16 * 1024;

/**
 * The seal of rows under a root key. `createHmac` makes objects for each row that the garbage collector has to finish: an
 * HMAC of two calls of `hash`, as RFC 2104 defines it, takes half of the time.
 */
export function rowSeal(rootKey: RootKey): RowSeal {
  const key = rootKey.derive(hashLabels.row);
  const inner = Buffer.alloc(BLOCK_BYTES + MOST_AT_ONCE + TAG_BYTES, INNER_PAD);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, OUTER_PAD);
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ INNER_PAD;
    outer[i] = byte ^ OUTER_PAD;
  }

  /** The digest of what is in `inner` up to there. */
  function digestTo(end: number): string {
    outer.write(hash('sha512', inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'binary');
    return hash('sha512', outer, 'binary');
  }

  const longDigest = (place: string, body: Uint8Array): string =>
    createHmac('sha512', key).update(place).update(body).digest('binary');

  return {
    digest(table, name, body) {
      const place = placeOf(table, name);
      if (!isShort(place, body.length)) return longDigest(place, body);
      const bodyAt = BLOCK_BYTES + inner.write(place, BLOCK_BYTES);
      inner.set(body, bodyAt);
      return digestTo(bodyAt + body.length);
    },
    seal(table, name, body) {
      const place = placeOf(table, name);
      if (!isShort(place, typeof body === 'string' ? body.length * 3 : body.end - body.start)) {
        const bytes = typeof body === 'string' ? Buffer.from(body) : body.bytes.subarray(body.start, body.end);
        const digest = longDigest(place, bytes);
        return { stored: Buffer.concat([bytes, Buffer.from(digest, 'binary').subarray(0, TAG_BYTES)]), digest };
      }
      const bodyAt = BLOCK_BYTES + inner.write(place, BLOCK_BYTES);
      const end =
        bodyAt +
        (typeof body === 'string' ? inner.write(body, bodyAt) : body.bytes.copy(inner, bodyAt, body.start, body.end));
      const digest = digestTo(end);
      writeTag(inner, end, digest);
      return { stored: inner.subarray(bodyAt, end + TAG_BYTES), digest };
    },
  };
}

/** The name says itself where it ends, and no name of a table has a blank. */
const placeOf = (table: string, name: string): string => `${table} ${name}`;

/** A character has at most three bytes of UTF-8. */
const isShort = (place: string, size: number): boolean => place.length * 3 + size <= MOST_AT_ONCE;

/** SHA-512: the block and the digest in bytes; the pads are RFC 2104's. */
const BLOCK_BYTES = 128;
const DIGEST_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** A key as text: different keys give different texts, and none is the beginning of another. */
export function rowNameOf(key: TableKey): string {
  let name = `${key.length} `;
  // By index: several rows of each call come through here, and an iterator is an object.
  for (let i = 0; i < key.length; i++) name += partName(key[i]);
  return name;
}

function partName(part: KeyPart | undefined): string {
  if (typeof part === 'number') return `#${part};`;
  // A damaged key may contain anything that LMDB's keys can; no row was written under it.
  if (typeof part !== 'string') return `!${typeof part};`;
  // Unpaired surrogates are all the same in UTF-8; JSON spells them out.
  return SURROGATE.test(part) ? JSON.stringify(part) : `${part.length}:${part}`;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Whether stored bytes end with the tag of a digest, in constant time. */
export function hasTag(stored: Buffer, size: number, digest: string): boolean {
  const at = size - TAG_BYTES;
  let difference = at < 0 ? 1 : 0;
  for (let i = 0; i < TAG_BYTES; i++) difference |= (stored[at + i] ?? 0) ^ digest.charCodeAt(i);
  return difference === 0;
}

/** Writes the tag of a digest behind a body. */
export const writeTag = (memory: Buffer, at: number, digest: string): void =>
  void memory.write(digest, at, TAG_BYTES, 'latin1');
