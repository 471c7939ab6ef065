/**
 * Queues versions that are older than their rule, or whose replication failed: Amazon S3 User Guide, "Replicating
 * existing objects with Batch Replication". The caller needs `s3:InitiateReplication` on each object.
 */

import { AwsError } from '../../api/errors.ts';
import type { Call } from '../../call/operation.ts';
import type { Request } from '../../call/request.ts';
import { task } from '../../call/task.ts';
import type { BucketRecord, DeleteMarker, VersionRecord } from '../../store/records/s3.ts';
import { updateMarker } from '../content/version-store.ts';
import { findBucket } from '../request/bucket.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';
import { dueMarkerRules, dueRules, queueDue, queueMarkerFor } from './replication-queue.ts';

export interface QueueExistingInput {
  readonly Bucket: string;
  /** The key after which to continue. */
  readonly After?: string | undefined;
}

export interface QueueExistingOutput {
  readonly Queued: number;
  /** The key to continue after; absent once all keys have been examined. */
  readonly Next?: string | undefined;
}

/** The number of keys that one call examines. */
const KEYS_A_CALL = 1000;

/** Queues what is due on one page of keys; in AWS a batch job does this. */
export const queueExistingObjects = task('s3', 'QueueExistingObjects', {
  caller: (_input: QueueExistingInput, { caller }: Request) => caller,
  resolve: (input, call) => findBucket(input, call),
  run: (bucket, input, call) => queueExisting(bucket, input, call),
  parameters: ({ Bucket }) => ({ bucketName: Bucket }),
});

function queueExisting(bucket: BucketRecord, { After }: QueueExistingInput, call: Call): QueueExistingOutput {
  const { tx } = call;
  if (!tx.replicationConfigurations.get([bucket.name])) {
    throw new AwsError('ReplicationConfigurationNotFoundError', 'The replication configuration was not found', {
      BucketName: bucket.name,
    });
  }
  let queued = 0;
  let keys = 0;
  let last: string | undefined;
  const start = { start: [bucket.name, After ?? ''], after: After !== undefined };
  for (const { key, value } of [...tx.objects.under([bucket.name], { ...start, limit: KEYS_A_CALL })]) {
    keys += 1;
    last = key[1];
    const older = Array.from(tx.olderVersions.under([bucket.name, key[1]]), (row) => row.value);
    // The oldest first, so that the replica's versions have the source's order.
    for (const version of [value, ...older].reverse()) {
      if (queueVersion(version, { bucket, key: key[1] }, call)) queued += 1;
    }
  }
  return { Queued: queued, Next: keys === KEYS_A_CALL ? last : undefined };
}

function queueVersion(version: VersionRecord, place: ObjectPlace, call: Call): boolean {
  if (version.kind === 'delete-marker') return queueMarker(version, place, call);
  const due = dueRules(version, place, call);
  if (due.whole.length + due.tags.length === 0) return false;
  call.require(objectAccess('s3:InitiateReplication', place, call));
  queueDue(version, due, place, call);
  return true;
}

/** Only failed ones: a rule does not apply to delete markers that are older than it. */
function queueMarker(marker: DeleteMarker, place: ObjectPlace, call: Call): boolean {
  const rules = dueMarkerRules(marker, place, call);
  if (rules.length === 0) return false;
  call.require(objectAccess('s3:InitiateReplication', place, call));
  updateMarker(marker, 'PENDING', place, call);
  queueMarkerFor(rules, marker, place, call);
  return true;
}
