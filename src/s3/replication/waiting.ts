/** What waits to be replicated, counted. */

import type { AccountId } from '../../api/arn.ts';
import type { Tx } from '../../store/tables.ts';

export interface WaitingVersions {
  /** Those of the buckets in which something waits. */
  readonly buckets: readonly string[];
  readonly count: number;
}

/** How many versions of these buckets wait; of each bucket at most this many are counted. */
export function waitingVersions(buckets: readonly string[], mostOfEach: number, tx: Tx): WaitingVersions {
  const counts = buckets.map((bucket) => {
    let count = 0;
    for (const _ of tx.replicationTasks.under([bucket], { limit: mostOfEach })) count += 1;
    return { bucket, count };
  });
  const some = counts.filter(({ count }) => count > 0);
  return { buckets: some.map(({ bucket }) => bucket), count: some.reduce((sum, { count }) => sum + count, 0) };
}

/** How many replications there are to do in a bucket, or in all: one a version and destination. */
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
