/** A digest of bytes that come in pieces. */

/** A checksum under way. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** The checksum of all bytes so far, big-endian. It can be asked for once. */
  digest(): Uint8Array;
}
