/** The authentication of rows: a keyed hash over an unambiguous form of what is stored. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RootKey } from '../crypto/root-key.ts';

/** What a row is made of. */
export type Stored =
  | string
  | number
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly Stored[]
  | { readonly [name: string]: Stored };

/**
 * The same text for the same value, and different texts for different ones: members sorted, absent ones left out,
 * strings quoted, bytes marked.
 */
export function canonicalText(value: Stored): string {
  if (value instanceof Uint8Array) return `b'${Buffer.from(value).toString('base64')}'`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join(',')}}`;
}

/** A tag of 32 bytes over a value, bound to where it is stored. */
export function tagOf(key: Uint8Array, place: readonly Stored[], value: Stored): Uint8Array {
  return createHmac('sha256', key)
    .update(canonicalText([place, value]))
    .digest();
}

export function isTagOf(tag: Uint8Array, key: Uint8Array, place: readonly Stored[], value: Stored): boolean {
  const right = tagOf(key, place, value);
  return tag.length === right.length && timingSafeEqual(tag, right);
}

const derived = new WeakMap<RootKey, Map<string, Uint8Array>>();

/** The key that authenticates rows of one kind, derived from the root key once in a process. */
export function rowKey(rootKey: RootKey, kind: string): Uint8Array {
  let keys = derived.get(rootKey);
  if (!keys) {
    keys = new Map();
    derived.set(rootKey, keys);
  }
  let key = keys.get(kind);
  if (!key) {
    key = rootKey.derive(`ssebox/s3/${kind}`);
    keys.set(kind, key);
  }
  return key;
}
