/** The part of a bucket that is below a prefix. */

import type { Tx } from '../store/tables.ts';

/**
 * By its objects and their bytes, as they are now: requests are counted for the whole bucket. Nothing of an empty
 * bucket.
 */
export function prefixShare(bucket: string, prefix: string, tx: Pick<Tx, 'objects'>) {
  const [whole, below] = [
    { objects: 0, bytes: 0 },
    { objects: 0, bytes: 0 },
  ];
  for (const { key, value } of tx.objects.under([bucket])) {
    if (value.kind !== 'object') continue;
    for (const sums of key[1].startsWith(prefix) ? [whole, below] : [whole]) {
      sums.objects += 1;
      sums.bytes += value.fixed.size;
    }
  }
  const part = (some: number, all: number) => (all === 0 ? 0 : some / all);
  return { ofRequests: part(below.objects, whole.objects), ofBytes: part(below.bytes, whole.bytes) };
}
