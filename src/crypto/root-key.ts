/** The root key stands for the HSM behind KMS and S3: whatever is wrapped is wrapped under a key derived from it. */

/** Wraps and unwraps short secrets; the root key itself never leaves it. */
export interface RootKey {
  /**
   * Wraps a secret under the root key, for one purpose: the label separates uses (HKDF `info`), the associated data
   * must be given again to unwrap.
   */
  wrap(label: string, secret: Uint8Array, associatedData: Uint8Array): Uint8Array;
  /** @throws an Error that says nothing but that the wrapped key cannot be authenticated. */
  unwrap(label: string, wrapped: Uint8Array, associatedData: Uint8Array): Uint8Array;
  /** A 32-byte key of its own for one label, for keyed hashes and the authentication of rows. */
  derive(label: string): Uint8Array;
}
