/**
 * A keyed hash over an unambiguous form of what is stored: of the fixed fields of a write, under its data key, and of the
 * rows of stores of format 1.
 */

import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { HashLabel } from '../../crypto/labels.ts';
import type { RootKey } from '../../crypto/root-key.ts';

/** The values that a row consists of. */
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
 * Equal values give the same text, different values different texts: members sorted, absent ones omitted, strings
 * quoted, bytes marked.
 */
export function canonicalText(value: Stored): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : `${value}`;
  if (value instanceof Uint8Array) return `b'${base64Of(value)}'`;
  let text = '';
  if (isList(value)) {
    for (const member of value) text += text === '' ? canonicalText(member) : `,${canonicalText(member)}`;
    return `[${text}]`;
  }
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalText(member)}`;
  }
  return `{${text}}`;
}

const isList = (value: object): value is readonly Stored[] => Array.isArray(value);

const base64Of = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** A 32-byte tag over a value, bound to its place in the store. */
export function tagOf(key: KeyObject | Uint8Array, place: readonly Stored[], value: object): Uint8Array {
  // Rows consist of what `Stored` lists; an interface cannot say so, since it has no index signature.
  const text = canonicalText(value as Stored);
  return createHmac('sha256', key)
    .update(`${canonicalText(place)} ${text}`)
    .digest();
}

export function isTagOf(
  tag: Uint8Array,
  key: KeyObject | Uint8Array,
  place: readonly Stored[],
  value: object,
): boolean {
  const right = tagOf(key, place, value);
  return tag.length === right.length && timingSafeEqual(tag, right);
}

const derived = new WeakMap<RootKey, Map<HashLabel, KeyObject>>();

/** The key of a keyed hash, derived from the root key once per process. */
export function hashKey(rootKey: RootKey, label: HashLabel): KeyObject {
  let keys = derived.get(rootKey);
  if (!keys) {
    keys = new Map();
    derived.set(rootKey, keys);
  }
  let key = keys.get(label);
  if (!key) {
    key = createSecretKey(rootKey.derive(label));
    keys.set(label, key);
  }
  return key;
}
