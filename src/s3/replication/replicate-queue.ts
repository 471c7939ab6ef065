/** Processes the queue of versions waiting to be replicated: the work of `s3 replicate`. */

import { DamageError, StoreError } from '../../api/errors.ts';
import type { Region } from '../../api/regions.ts';
import type { Pipeline } from '../../call/pipeline.ts';
import type { TransactionalStore } from '../../store/store.ts';
import type { Tx } from '../../store/tables.ts';
import { queuedTasks, type ReplicationInput, type ReplicationOutcome, replicateObject } from './replicate-object.ts';

interface Parts {
  readonly store: Pick<TransactionalStore, 'transact'>;
  readonly pipeline: Pipeline;
}

export interface QueueOptions {
  /** One source bucket; absent for all. */
  readonly bucket?: string | undefined;
  readonly region: Region;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Replicates every version that is in the queue now, one destination after the other, and yields each outcome. A
 * throttled or damaged version stays in the queue and is tried only once. This can be stopped and resumed at any time.
 */
export async function* replicateQueue(
  parts: Parts,
  { bucket, region, signal }: QueueOptions,
): AsyncGenerator<ReplicationOutcome, void> {
  const { store } = parts;
  const tasks = store.transact<ReplicationInput[]>((tx) => [...queuedTasks(bucket, { tx })]);
  for (const task of tasks) {
    let outcome: ReplicationOutcome;
    let left = 0;
    do {
      signal?.throwIfAborted();
      outcome = await replicateOne(parts, task, region, signal);
      yield outcome;
      left = store.transact((tx) => tx.replicationTasks.get([task.Bucket, task.Task])?.ruleIds.length ?? 0);
    } while (left > 0 && outcome.Status !== 'PENDING');
  }
}

async function replicateOne(
  { store, pipeline }: Parts,
  task: ReplicationInput,
  region: Region,
  signal: AbortSignal | undefined,
): Promise<ReplicationOutcome> {
  try {
    return (await pipeline.perform(replicateObject, task, { region, signal })).output;
  } catch (error) {
    // One version that cannot be read or written must not hold up the others.
    if (!(error instanceof StoreError)) throw error;
    const failure = { Message: error.message, isDamaged: error instanceof DamageError };
    return store.transact<ReplicationOutcome>((tx) => ({ Status: 'PENDING', ...placeOf(task, tx), ...failure }));
  }
}

function placeOf({ Bucket, Task }: ReplicationInput, tx: Tx): Pick<ReplicationOutcome, 'Bucket' | 'Key' | 'VersionId'> {
  const task = tx.replicationTasks.get([Bucket, Task]);
  return { Bucket, ...(task && { Key: task.key, VersionId: task.versionId }) };
}
