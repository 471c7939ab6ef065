/**
 * The keys of identifiers that were given out: version ids, grant tokens, ids of key material. They are derived from a
 * store's first root key, and stay as they are when it gets another one: the store then has them, wrapped.
 */

import { type HashLabel, type IdentifierLabel, identifierLabels, wrapLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';

/** The keys, wrapped under the store's root key. */
export interface IdentifierKeys {
  readonly v: 1;
  readonly wrapped: Readonly<Record<IdentifierLabel, Uint8Array>>;
}

/** The same root key, except that it derives the identifiers' keys as the store's first one did. */
export function withIdentifierKeys(rootKey: RootKey, stored: () => IdentifierKeys | undefined): RootKey {
  return {
    ...rootKey,
    derive(label) {
      const wrapped = isIdentifierLabel(label) ? stored()?.wrapped[label] : undefined;
      return wrapped ? rootKey.unwrap(wrapLabels.identifierKey, wrapped, Buffer.from(label)) : rootKey.derive(label);
    },
  };
}

/** The keys that one root key derives, for a store that gets another. */
export function wrapIdentifierKeys(from: RootKey, to: RootKey): IdentifierKeys {
  const wrapped = identifierLabels.map((label) => [
    label,
    to.wrap(wrapLabels.identifierKey, from.derive(label), Buffer.from(label)),
  ]);
  // The record has every label.
  return { v: 1, wrapped: Object.fromEntries(wrapped) as IdentifierKeys['wrapped'] };
}

const isIdentifierLabel = (label: HashLabel): label is IdentifierLabel =>
  identifierLabels.some((each) => each === label);
