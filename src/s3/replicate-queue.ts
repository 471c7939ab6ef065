/** Works off the queue of versions that wait to be replicated: what `s3 replicate` runs. */

import type { Pipeline } from '../api/pipeline.ts';
import type { Region } from '../api/regions.ts';
import type { Store } from '../store/store.ts';
import { queuedTasks, type ReplicationInput, type ReplicationOutcome } from './replicate-object.ts';
import { replicationCaller } from './replication-role.ts';

export interface QueueOptions {
  /** One source bucket; absent: all. */
  readonly bucket?: string | undefined;
  readonly region: Region;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Replicates every version that is in the queue now, one destination after the other, and says what became of each.
 * What is throttled stays in the queue and is tried once only. It can be broken off at any time and gone on with.
 */
export async function* replicateQueue(
  { store, pipeline }: { readonly store: Store; readonly pipeline: Pipeline },
  { bucket, region, signal }: QueueOptions,
): AsyncGenerator<ReplicationOutcome, void> {
  const tasks = store.transact<ReplicationInput[]>((tx) => [...queuedTasks(bucket, { tx })]);
  for (const task of tasks) {
    let outcome: ReplicationOutcome;
    let left = 0;
    do {
      signal?.throwIfAborted();
      outcome = await replicateOne(pipeline, task, region, signal);
      yield outcome;
      left = store.transact((tx) => tx.replicationTasks.get([task.Bucket, task.Task])?.ruleIds.length ?? 0);
    } while (left > 0 && outcome.Status !== 'PENDING');
  }
}

async function replicateOne(
  pipeline: Pipeline,
  task: ReplicationInput,
  region: Region,
  signal: AbortSignal | undefined,
): Promise<ReplicationOutcome> {
  const output = await pipeline.call('s3', 'ReplicateObject', task, {
    caller: (tx, now) => replicationCaller(task.Bucket, tx, now),
    region,
    signal,
  });
  // The operation's own answer; it is not in AWS's model.
  return output as ReplicationOutcome;
}
