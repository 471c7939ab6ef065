/** A workload: what is asked of S3 in a region, and how its objects are encrypted under KMS. */

import type { Region } from '../api/regions.ts';

/** All numbers hold for each region. */
export interface Workload {
  /** Objects written and read a second, together. */
  readonly objectsPerSecond: number;
  /** Bytes of an object. */
  readonly size: number;
  /** From 0 to 1; the rest are writes. */
  readonly readShare: number;
  /** Customer managed KMS keys. */
  readonly keys: number;
  /** Users and sessions of roles that write and read. */
  readonly requesters: number;
  readonly buckets: number;
  /** How long S3 uses a bucket-level key; 0 for never. */
  readonly bucketKeyLifeMs: number;
  readonly regions: readonly Region[];
  /** How often a throttled request is made again. */
  readonly retries: number;
  readonly days: number;
  /** Of chance: the same seed gives the same numbers. */
  readonly seed: number;
}

export const writesPerSecond = ({ objectsPerSecond, readShare }: Workload): number =>
  objectsPerSecond * (1 - readShare);

export const readsPerSecond = ({ objectsPerSecond, readShare }: Workload): number => objectsPerSecond * readShare;
