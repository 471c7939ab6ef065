/** A digest of bytes that arrive in pieces. */

/** A checksum in progress. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** The checksum of all bytes so far, big-endian. It can be called once. */
  digest(): Uint8Array;
}
