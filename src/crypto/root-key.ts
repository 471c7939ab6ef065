/** The root key, in the role of the HSM behind KMS and S3: every secret is wrapped under a key derived from it. */

import { deriveKey, KEY_BYTES } from './derive.ts';
import type { HashLabel, WrapLabel } from './labels.ts';
import { Secret } from './secret.ts';
import { unwrap, wrap } from './wrap.ts';

/** Wraps and unwraps short secrets; the root key itself is never exposed. */
export interface RootKey {
  /**
   * Wraps a secret under the root key for one purpose: the label separates uses (HKDF `info`), and unwrapping needs the
   * same associated data.
   */
  wrap(label: WrapLabel, secret: Uint8Array, associatedData: Uint8Array): Uint8Array;
  /** @throws AuthenticationError, which says only that the wrapped key cannot be authenticated. */
  unwrap(label: WrapLabel, wrapped: Uint8Array, associatedData: Uint8Array): Uint8Array;
  /** A separate 32-byte key for each label, for keyed hashes and the authentication of rows. */
  derive(label: HashLabel): Uint8Array;
}

/** The two root keys of a store that gets a new one. */
export interface RootKeys {
  readonly from: RootKey;
  readonly to: RootKey;
}

/** Makes a root key from 32 bytes, which it takes over; the caller must not keep them. */
export function makeRootKey(bytes: Uint8Array, random: (size: number) => Uint8Array): RootKey {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`a root key has ${KEY_BYTES} bytes, not ${bytes.length}`);
  const root = new Secret(bytes);
  const wrapping = new Map<WrapLabel, Secret>();

  /** Wrapping and deriving with the same label are separate uses. */
  function wrappingKey(label: WrapLabel): Uint8Array {
    let key = wrapping.get(label);
    if (!key) {
      key = new Secret(deriveKey(root.bytes, { label: `wrap ${label}` }));
      wrapping.set(label, key);
    }
    return key.bytes;
  }

  return {
    wrap: (label, secret, associatedData) => wrap(wrappingKey(label), secret, associatedData, random),
    unwrap: (label, wrapped, associatedData) => unwrap(wrappingKey(label), wrapped, associatedData),
    derive: (label) => deriveKey(root.bytes, { label: `derive ${label}` }),
  };
}
