/** Recounts what is in each bucket, and compares it with the bucket's running totals. */

import { nextTurn } from '../../store/long-work.ts';
import type { RowOf, Tx } from '../../store/tables.ts';
import { agree, type Recounted, recount } from '../../tally/bucket-totals.ts';
import { readable, UNREADABLE } from './readable.ts';
import type { Findings } from './report.ts';

/** Adds what is found to the findings. What depends on a row that cannot be read, which is found elsewhere, is left out. */
export async function recountBuckets(tx: Tx, { damaged }: Findings, signal: AbortSignal): Promise<void> {
  const buckets = readable(() => [...tx.buckets.range()]);
  if (buckets === UNREADABLE) return;
  for (const bucket of buckets) {
    const found = await recounted(bucket, tx, signal);
    if (found !== UNREADABLE && readable(() => agreesWith(found, bucket, tx)) === false) {
      damaged.add(`the totals of the bucket "${bucket.key[0]}"`);
    }
    await nextTurn(signal);
  }
  const known = new Set(buckets.map(({ value: { owner, id } }) => `${owner} ${id}`));
  const totals = readable(() => [...tx.bucketTotals.range()]);
  if (totals === UNREADABLE) return;
  for (const { key, value } of totals) {
    if (known.has(`${key[0]} ${key[1]}`) || agree(value, undefined)) continue;
    damaged.add(`the totals of the bucket "${value.bucket}", which does not exist`);
  }
}

type Found = ReadonlyMap<string, Recounted>;

async function recounted(
  { key: [name] }: RowOf<'buckets'>,
  tx: Tx,
  signal: AbortSignal,
): Promise<Found | typeof UNREADABLE> {
  const counting = recount(name, tx);
  for (;;) {
    const step = readable(() => counting.next());
    if (step === UNREADABLE) return UNREADABLE;
    if (step.done) return step.value;
    await nextTurn(signal);
  }
}

function agreesWith(found: Found, { value: { owner, id } }: RowOf<'buckets'>, tx: Tx): boolean {
  const totals = new Map(Array.from(tx.bucketTotals.under([owner, id]), ({ key, value }) => [key[2], value] as const));
  const classes = new Set([...found.keys(), ...totals.keys()]);
  return [...classes].every((storageClass) => agree(totals.get(storageClass), found.get(storageClass)));
}
