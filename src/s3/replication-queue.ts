/** The queue of versions that wait to be replicated, written in the transaction that writes the version. */

import type { ReplicationRule } from '../api/model/s3.types.ts';
import type { Call } from '../api/operation.ts';
import type { BucketRecord } from './bucket-record.ts';
import type { ChangingFields, DeleteMarker, ObjectVersion, StoredEncryption } from './object-record.ts';
import { rulesFor, rulesForDeleteMarker } from './replication-rules.ts';
import type { Tag } from './tag-set.ts';

/** The changing fields of a new object: PENDING when a rule takes it. */
export function newChangingFields(
  tags: readonly Tag[],
  key: string,
  encryption: StoredEncryption['kind'],
  bucket: BucketRecord,
  call: Call,
): ChangingFields {
  const rules = replicationRules({ key, tags, encryption }, bucket, call);
  return rules.length > 0 ? { tags, replication: 'PENDING' } : { tags };
}

/** Queues a version whose status is PENDING. */
export function queueObject(version: ObjectVersion, bucket: BucketRecord, key: string, call: Call): void {
  if (version.changing.replication !== 'PENDING') return;
  const object = { key, tags: version.changing.tags, encryption: version.encryption.kind };
  const { versionId, writeId } = version;
  queue({ key, versionId, writeId, kind: 'object' }, replicationRules(object, bucket, call), bucket, call);
}

/** Queues a user's delete marker, where a rule takes it. */
export function queueDeleteMarker(marker: DeleteMarker, bucket: BucketRecord, key: string, call: Call): void {
  const stored = call.tx.replicationConfigurations.get([bucket.name]);
  const rules = stored && bucket.versioning === 'Enabled' ? rulesForDeleteMarker(stored.configuration, key) : [];
  const { versionId } = marker;
  queue({ key, versionId, writeId: '', kind: 'delete-marker' }, rules, bucket, call);
}

function replicationRules(object: Parameters<typeof rulesFor>[1], bucket: BucketRecord, call: Call): ReplicationRule[] {
  const stored = call.tx.replicationConfigurations.get([bucket.name]);
  return stored && bucket.versioning === 'Enabled' ? rulesFor(stored.configuration, object) : [];
}

function queue(
  version: { key: string; versionId: string; writeId: string; kind: 'object' | 'delete-marker' },
  rules: readonly ReplicationRule[],
  bucket: BucketRecord,
  { tx, now }: Call,
): void {
  if (rules.length === 0) return;
  const [last] = tx.replicationTasks.under([bucket.name], { reverse: true, limit: 1 });
  tx.replicationTasks.put([bucket.name, (last?.key[1] ?? 0) + 1], {
    v: 1,
    bucketId: bucket.id,
    ...version,
    ruleIds: rules.map(({ ID = '' }) => ID),
    hasFailed: false,
    queuedMs: now.getTime(),
    attempts: 0,
  });
}
