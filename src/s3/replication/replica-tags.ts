/**
 * New tags of a replicated version: only the tags are sent to its replica, without bytes or keys. With replica
 * modification sync they are also sent from the replica to its source. Amazon S3 User Guide, "What does Amazon S3
 * replicate?" and "Replicating metadata changes with replica modification sync".
 */

import type { ReplicationRule } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import type { BucketRecord, ObjectVersion, Tag } from '../../store/records/s3.ts';
import { versionById } from '../content/object-lookup.ts';
import { updateVersion } from '../content/version-store.ts';
import { requestTagContext, versionContext } from '../request/object-context.ts';
import type { ObjectPlace } from '../request/object-key.ts';
import { objectAccess } from '../request/permissions.ts';
import { ReplicationFailure, requirePermission } from './replication-failure.ts';
import { syncsReplicas } from './replication-rules.ts';

export interface TagChange {
  readonly tagged: ObjectVersion;
  readonly tags: readonly Tag[];
}

/**
 * Checks that the role may read the tags here and write them there, and finds the version that will get them.
 * @throws ReplicationFailure, also if the version was deleted from the destination.
 */
export function beginTags(
  { versionId, changing: { tags } }: ObjectVersion,
  place: ObjectPlace,
  rule: ReplicationRule,
  destination: BucketRecord,
  call: Call,
): TagChange {
  const { key } = place;
  const read = objectAccess('s3:GetObjectVersionTagging', place, call, versionContext(versionId));
  requirePermission(read, 'SrcGetTaggingNotPermitted', call);
  const write = objectAccess('s3:ReplicateTags', { bucket: destination, key }, call, requestTagContext(tags));
  requirePermission(write, 'DstPutTaggingNotPermitted', call);
  const found = versionById({ bucket: destination, key }, versionId, call);
  if (found?.kind === 'object' && (found.changing.replication === 'REPLICA' || syncsReplicas(rule))) {
    return { tagged: found, tags };
  }
  throw new ReplicationFailure('DstVersionNotFound', `bucket ${destination.name} has no replica of this version`);
}

/** Replaces the tags, without triggering the destination's own rules. */
export function finishTags({ tagged, tags }: TagChange, { bucket: destination, key }: ObjectPlace, call: Call): void {
  updateVersion(tagged, { changing: { ...tagged.changing, tags } }, { bucket: destination, key }, call);
}
