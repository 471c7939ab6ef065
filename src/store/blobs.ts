/** Blob files: ciphertext that is too large for a row of LMDB. */

/** The folder of blob files. */
export interface Blobs {
  readonly folder: string;
}
