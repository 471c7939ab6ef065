/** The names of buckets and objects, for lists to choose from. */

import type { AccountId } from '../../api/arn.ts';
import type { Region } from '../../api/regions.ts';
import type { Tx } from '../../store/tables.ts';

/** An account's buckets, with their regions. */
export function* bucketsOf(
  account: AccountId,
  tx: Tx,
): Iterable<{ readonly name: string; readonly region: Region | undefined }> {
  for (const { key } of tx.bucketsByOwner.under([account])) yield { name: key[1], region: bucketRegion(key[1], tx) };
}

/** Undefined if the bucket does not exist. */
export const bucketRegion = (bucket: string, tx: Tx): Region | undefined => tx.buckets.get([bucket])?.region;

/** The entries with a prefix, one level down: objects, and folders with their trailing slash. */
export function* entriesUnder(bucket: string, prefix: string, tx: Tx): Iterable<string> {
  let last: string | undefined;
  for (const { key } of tx.objects.under([bucket], { start: [bucket, prefix] })) {
    const [, name] = key;
    if (!name.startsWith(prefix)) return;
    const slash = name.indexOf('/', prefix.length);
    const entry = slash < 0 ? name : name.slice(0, slash + 1);
    if (entry !== last) yield entry;
    last = entry;
  }
}
