/**
 * Walks the keys of a bucket in S3's listing order: by UTF-8 bytes, from a prefix, with keys that share a beginning up
 * to a delimiter rolled into one. It skips what is rolled up, so that the cost of a page depends on what it returns.
 */

import type { VersionRecord } from '../../store/records/s3.ts';
import type { Tx } from '../../store/tables.ts';
import { afterPrefix, compareKeys } from '../request/object-key.ts';

export interface ScanOptions {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /**
   * Excludes keys up to and including this one, and the common prefix that contains it, already on the previous page.
   */
  readonly after: string | undefined;
}

/** One entry of a page: a key's row, or the common prefix of several. */
export type ScanEntry<R> =
  | { readonly kind: 'row'; readonly key: string; readonly row: R }
  | { readonly kind: 'common-prefix'; readonly key: string };

/** @param rowsFrom the rows of the bucket from a key on; `isAfter` excludes the key itself. */
export function* scanKeys<R>(
  rowsFrom: (start: string, isAfter: boolean) => Iterable<{ readonly key: string; readonly row: R }>,
  isListed: (row: R) => boolean,
  { prefix, delimiter, after }: ScanOptions,
): Iterable<ScanEntry<R>> {
  let start: string | undefined = prefix;
  let isAfter = false;
  if (after !== undefined && compareKeys(after, prefix) >= 0) {
    const rolled = commonPrefix(after, prefix, delimiter);
    start = rolled === undefined ? after : afterPrefix(rolled);
    isAfter = rolled === undefined;
  }
  while (start !== undefined) {
    let jump: string | undefined;
    let isDone = true;
    for (const { key, row } of rowsFrom(start, isAfter)) {
      if (!key.startsWith(prefix)) break;
      if (!isListed(row)) continue;
      const rolled = commonPrefix(key, prefix, delimiter);
      if (rolled === undefined) {
        yield { kind: 'row', key, row };
        continue;
      }
      yield { kind: 'common-prefix', key: rolled };
      jump = afterPrefix(rolled);
      isDone = jump === undefined;
      break;
    }
    if (isDone) return;
    start = jump;
    isAfter = false;
  }
}

/** The common prefix that a key is rolled up into; undefined if the key itself is listed. */
export function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (delimiter === undefined || delimiter === '' || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The newest version of each key in a bucket, from a key on, for `scanKeys`. */
export function newestVersions(bucket: string, tx: Tx) {
  return function* (start: string, isAfter: boolean): Iterable<{ key: string; row: VersionRecord }> {
    for (const { key, value } of tx.objects.under([bucket], { start: [bucket, start], after: isAfter })) {
      yield { key: key[1], row: value };
    }
  };
}
