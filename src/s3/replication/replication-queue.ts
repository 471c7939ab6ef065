/** The queue of versions waiting to be replicated, written in the transaction that writes the version. */

import type { ReplicationRule } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import type {
  BucketRecord,
  ChangingFields,
  DeleteMarker,
  ObjectVersion,
  ReplicationTask,
  StoredEncryption,
  Tag,
} from '../../store/records/s3.ts';
import { hasVersion, updateVersion } from '../content/version-store.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { countQueued, replaceMetrics } from './replication-metrics.ts';
import { destinationOf, rulesFor, rulesForDeleteMarker, syncsReplicas } from './replication-rules.ts';

/** The changing fields of a new object: PENDING if a rule applies to it. */
export function newChangingFields(
  tags: readonly Tag[],
  encryption: StoredEncryption['kind'],
  { bucket, key }: ObjectPlace,
  call: Call,
): ChangingFields {
  const rules = replicationRules({ key, tags, encryption }, bucket, call);
  return rules.length > 0 ? { tags, replication: 'PENDING' } : { tags };
}

/** The rules by which a version still has to be replicated, although no task is queued. */
export interface DueRules {
  readonly whole: readonly ReplicationRule[];
  /** For versions that have already arrived. */
  readonly tags: readonly ReplicationRule[];
}

/**
 * A version that is older than its rules, or failed, is due where it has not been yet; a replicated one at destinations
 * that were added later. Amazon S3 User Guide, "Replicating existing objects with Batch Replication", which does not
 * restore what was deleted from a destination.
 */
export function dueRules(
  { versionId, changing, encryption }: ObjectVersion,
  { bucket, key }: ObjectPlace,
  call: Call,
): DueRules {
  const { tags, replication, replicatedTo = [] } = changing;
  if (replication === 'PENDING' || replication === 'REPLICA') return { whole: [], tags: [] };
  const rules = replicationRules({ key, tags, encryption: encryption.kind }, bucket, call);
  const wasReached = (rule: ReplicationRule) =>
    replicatedTo.includes(call.tx.buckets.get([destinationOf(rule)])?.id ?? '');
  const isThere = (rule: ReplicationRule) => hasVersion(destinationOf(rule), key, versionId, call);
  return {
    whole: rules.filter((rule) => !wasReached(rule)),
    tags: replication === 'FAILED' ? rules.filter((rule) => wasReached(rule) && isThere(rule)) : [],
  };
}

/** Queues what is due for a version, which is PENDING again. */
export function queueDue(version: ObjectVersion, due: DueRules, place: ObjectPlace, call: Call): void {
  const { bucket, key } = place;
  const { versionId, writeId, changing } = version;
  updateVersion(version, { changing: { ...changing, replication: 'PENDING' } }, place, call);
  queue({ key, versionId, writeId, kind: 'object', bytes: version.fixed.size }, due.whole, bucket, call);
  queue({ key, versionId, writeId, kind: 'tags' }, due.tags, bucket, call);
}

/** Queues a version whose status is PENDING. */
export function queueObject(version: ObjectVersion, { bucket, key }: ObjectPlace, call: Call): void {
  if (version.changing.replication !== 'PENDING') return;
  const object = { key, tags: version.changing.tags, encryption: version.encryption.kind };
  const { versionId, writeId, fixed } = version;
  const rules = replicationRules(object, bucket, call);
  queue({ key, versionId, writeId, kind: 'object', bytes: fixed.size }, rules, bucket, call);
}

/**
 * Replaces a version's tags and sends them where it was replicated: a rule does not apply to an object that gets the
 * rule's tag after its write. A waiting version is sent with its new tags, and a replica's own tags stay its own unless
 * a rule syncs them. Amazon S3 User Guide, "Replication configuration file elements", Filter, and "Replicating metadata
 * changes with replica modification sync".
 */
export function retag(version: ObjectVersion, tags: readonly Tag[], place: ObjectPlace, call: Call): void {
  const { bucket, key } = place;
  const { versionId, writeId, encryption, changing } = version;
  const isReplica = changing.replication === 'REPLICA';
  const rules = changing.replication ? replicationRules({ key, tags, encryption: encryption.kind }, bucket, call) : [];
  const reached = rules.filter(
    (rule) => (!isReplica || syncsReplicas(rule)) && hasVersion(destinationOf(rule), key, versionId, call),
  );
  const replication = reached.length > 0 && !isReplica ? 'PENDING' : changing.replication;
  updateVersion(version, { changing: { ...changing, tags, ...(replication && { replication }) } }, place, call);
  const hasFailed = changing.replication === 'FAILED';
  queue({ key, versionId, writeId, kind: 'tags', hasFailed }, reached, bucket, call);
}

/** Queues a user's delete marker, if a rule applies to it. */
export function queueDeleteMarker(marker: DeleteMarker, place: ObjectPlace, call: Call): void {
  queueMarkerFor(markerRules(place, call), marker, place, call);
}

/** The rules by which a failed delete marker still has to be replicated. */
export function dueMarkerRules(marker: DeleteMarker, place: ObjectPlace, call: Call): ReplicationRule[] {
  const { key } = place;
  if (marker.replication !== 'FAILED') return [];
  return markerRules(place, call).filter((rule) => !hasVersion(destinationOf(rule), key, marker.versionId, call));
}

function markerRules({ bucket, key }: ObjectPlace, { tx }: Call): ReplicationRule[] {
  const stored = tx.replicationConfigurations.get([bucket.name]);
  return stored && bucket.versioning === 'Enabled' ? rulesForDeleteMarker(stored.configuration, key) : [];
}

export function queueMarkerFor(
  rules: readonly ReplicationRule[],
  { versionId }: DeleteMarker,
  { bucket, key }: ObjectPlace,
  call: Call,
): void {
  queue({ key, versionId, writeId: '', kind: 'delete-marker' }, rules, bucket, call);
}

/** Removes the rules and the queue of a deleted bucket, whose versions no longer exist. */
export function forgetReplication(bucket: BucketRecord, call: Pick<Call, 'tx' | 'now'>): void {
  const { name } = bucket;
  const { tx } = call;
  replaceMetrics(tx.replicationConfigurations.get([name])?.configuration, undefined, bucket, call);
  tx.replicationConfigurations.remove([name]);
  for (const { key } of [...tx.replicationTasks.under([name])]) tx.replicationTasks.remove(key);
}

function replicationRules(object: Parameters<typeof rulesFor>[1], bucket: BucketRecord, call: Call): ReplicationRule[] {
  const stored = call.tx.replicationConfigurations.get([bucket.name]);
  return stored && bucket.versioning === 'Enabled' ? rulesFor(stored.configuration, object) : [];
}

function queue(
  version: Pick<ReplicationTask, 'key' | 'versionId' | 'writeId' | 'kind' | 'bytes'> & { readonly hasFailed?: boolean },
  rules: readonly ReplicationRule[],
  bucket: BucketRecord,
  call: Call,
): void {
  if (rules.length === 0) return;
  const { tx, now } = call;
  const [last] = tx.replicationTasks.under([bucket.name], { reverse: true, limit: 1 });
  tx.replicationTasks.put([bucket.name, (last?.key[1] ?? 0) + 1], {
    v: 1,
    bucketId: bucket.id,
    hasFailed: false,
    ...version,
    ruleIds: rules.map(({ ID = '' }) => ID),
    queuedMs: now.getTime(),
    attempts: 0,
  });
  countQueued(version, rules, bucket, call);
  call.afterwards({ kind: 'replication-queued', bucket: bucket.name });
}
