/** The names of buckets and objects, for lists to choose from. */

import type { AccountId } from '../../api/arn.ts';
import type { Region } from '../../api/regions.ts';
import type { VersionRecord } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';
import { newestVersions, scanKeys } from './key-scan.ts';

/** An account's buckets in the order of their names, with their regions. @param from the first name that is wanted */
export function* bucketsOf(
  account: AccountId,
  tx: Tx,
  from = '',
): Iterable<{ readonly name: string; readonly region: Region | undefined }> {
  for (const { key } of tx.bucketsByOwner.under([account], { start: [account, from] })) {
    yield { name: key[1], region: bucketRegion(key[1], tx) };
  }
}

/** Undefined if the bucket does not exist. */
export const bucketRegion = (bucket: string, tx: Tx): Region | undefined => tx.buckets.get([bucket])?.region;

/**
 * The entries with a prefix, one level down: objects, and folders with their trailing slash.
 * @param which `with a version`: also what is deleted and has older versions
 */
export function* entriesUnder(
  bucket: string,
  prefix: string,
  which: 'that exist' | 'with a version',
  tx: Tx,
): Iterable<string> {
  const isListed = ({ kind }: VersionRecord) => kind === 'object' || which === 'with a version';
  const options = { prefix, delimiter: '/', after: undefined };
  for (const { key } of scanKeys(newestVersions(bucket, tx), isListed, options)) yield key;
}
