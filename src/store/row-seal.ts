/**
 * What makes a row the store's own: a digest over table, key and body under a key that only the holder of the root key
 * can derive. Its first bytes are stored behind the body as a tag; the rest is what the row adds to the sum of its
 * table, and is never stored: a sum of stored tags could be matched by choosing among old rows.
 */

import { createHmac, createSecretKey } from 'node:crypto';
import { hashLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';
import type { KeyPart, TableKey } from './table.ts';

/** The bytes of a row's tag: 128 bits, NIST SP 800-107 section 5.3.3. */
export const TAG_BYTES = 16;

/** Where the 32 bytes that a row adds to its table's sum begin in its digest. */
export const SUMMAND_AT = 16;

/** HMAC-SHA-512 (RFC 2104) of a row: 64 bytes. */
export type RowDigest = (table: string, name: string, body: Uint8Array) => Buffer;

/** Digests under a root key. */
export function rowDigests(rootKey: RootKey): RowDigest {
  const key = createSecretKey(rootKey.derive(hashLabels.row));
  // The name says itself where it ends, and no name of a table has a blank.
  return (table, name, body) => createHmac('sha512', key).update(`${table} ${name}`).update(body).digest();
}

/** A key as text: different keys give different texts, and none is the beginning of another. */
export function rowNameOf(key: TableKey): string {
  let name = `${key.length} `;
  for (const part of key) name += partName(part);
  return name;
}

function partName(part: KeyPart): string {
  if (typeof part === 'number') return `#${part};`;
  // A damaged key may contain anything that LMDB's keys can; no row was written under it.
  if (typeof part !== 'string') return `!${typeof part};`;
  // Unpaired surrogates are all the same in UTF-8; JSON spells them out.
  return SURROGATE.test(part) ? JSON.stringify(part) : `${part.length}:${part}`;
}

const SURROGATE = /[\ud800-\udfff]/;

/** Whether stored bytes end with the tag of a digest, in constant time. */
export function hasTag(stored: Buffer, size: number, digest: Buffer): boolean {
  const at = size - TAG_BYTES;
  let difference = 0;
  for (let i = 0; i < TAG_BYTES; i += 4) difference |= stored.readUInt32LE(at + i) ^ digest.readUInt32LE(i);
  return difference === 0;
}
