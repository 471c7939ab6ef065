/** Counts of versions and replications that are waiting. */

import type { AccountId } from '../../api/arn.ts';
import type { Tx } from '../../store/tables.ts';

export interface WaitingVersions {
  /** The buckets in which versions are waiting. */
  readonly buckets: readonly string[];
  readonly count: number;
}

/** The number of waiting versions in these buckets, counting at most `mostOfEach` per bucket. */
export function waitingVersions(buckets: readonly string[], mostOfEach: number, tx: Tx): WaitingVersions {
  const counts = buckets.map((bucket) => {
    let count = 0;
    for (const _ of tx.replicationTasks.under([bucket], { limit: mostOfEach })) count += 1;
    return { bucket, count };
  });
  const some = counts.filter(({ count }) => count > 0);
  return { buckets: some.map(({ bucket }) => bucket), count: some.reduce((sum, { count }) => sum + count, 0) };
}

/** The number of replications to do in a bucket, or in all: one per version and destination. */
export function waitingReplications(bucket: string | undefined, tx: Tx): number {
  let sum = 0;
  const rows = bucket === undefined ? tx.replicationTasks.range() : tx.replicationTasks.under([bucket]);
  for (const { value } of rows) sum += value.ruleIds.length;
  return sum;
}

/** The account's buckets that have replication rules. */
export function replicatedBuckets(owner: AccountId, tx: Tx): string[] {
  return Array.from(tx.replicationConfigurations.range(), ({ key: [name] }) => name).filter(
    (name) => tx.buckets.get([name])?.owner === owner,
  );
}

/** The buckets in which versions wait to be replicated. */
export function bucketsWithTasks(tx: Tx): string[] {
  const buckets: string[] = [];
  for (let start: string | undefined = ''; start !== undefined; ) {
    const [row] = tx.replicationTasks.range(
      start === '' ? { limit: 1 } : { start: [start, Number.MAX_SAFE_INTEGER], after: true, limit: 1 },
    );
    start = row?.key[0];
    if (start !== undefined) buckets.push(start);
  }
  return buckets;
}
