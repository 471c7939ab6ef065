/** What S3 bills at least in a storage class: Amazon S3 User Guide, "Understanding and managing S3 storage classes". */

export interface StorageMinimum {
  /** A smaller object is billed as if it had so many bytes. */
  readonly bytes?: number | undefined;
  /** An object that is removed earlier is billed for so many days. */
  readonly days?: number | undefined;
  /** Whether objects are archived, each with some bytes of its own. */
  readonly isArchive?: true | undefined;
  /** Whether objects of a size or more are monitored, for a fee each. */
  readonly isMonitored?: true | undefined;
}

/** Below it, an object is small. */
export const SMALL_BYTES = 128 * 1024;

const minimums: Readonly<Record<string, StorageMinimum>> = {
  INTELLIGENT_TIERING: { isMonitored: true },
  STANDARD_IA: { bytes: SMALL_BYTES, days: 30 },
  ONEZONE_IA: { bytes: SMALL_BYTES, days: 30 },
  GLACIER_IR: { bytes: SMALL_BYTES, days: 90 },
  GLACIER: { days: 90, isArchive: true },
  DEEP_ARCHIVE: { days: 180, isArchive: true },
};

/** Undefined for a class that bills what is stored, for as long as it is. */
export const storageMinimum = (storageClass: string): StorageMinimum | undefined =>
  Object.hasOwn(minimums, storageClass) ? minimums[storageClass] : undefined;
