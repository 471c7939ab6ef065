/** The versions that a replication configuration applies to: Amazon S3 User Guide, "What does Amazon S3 replicate?". */

import { parseArn } from '../../api/arn.ts';
import type { ReplicationConfiguration, ReplicationRule } from '../../api/model/s3.types.ts';
import type { StoredEncryption, Tag } from '../../store/records/s3.ts';

/** The rules that apply to an object; for each destination, only the one with the highest priority. */
export function rulesFor(
  { Rules }: ReplicationConfiguration,
  object: { readonly key: string; readonly tags: readonly Tag[]; readonly encryption: StoredEncryption['kind'] },
): ReplicationRule[] {
  return onePerDestination(
    Rules.filter(
      (rule) => rule.Status === 'Enabled' && matchesFilter(rule, object) && takesEncryption(rule, object.encryption),
    ),
  );
}

/** The rules that replicate a key's delete marker: always with the old schema, only if enabled with the new one. */
export function rulesForDeleteMarker({ Rules }: ReplicationConfiguration, key: string): ReplicationRule[] {
  return onePerDestination(
    Rules.filter(
      (rule) =>
        rule.Status === 'Enabled' &&
        matchesFilter(rule, { key, tags: [] }) &&
        (rule.Filter === undefined || rule.DeleteMarkerReplication?.Status === 'Enabled'),
    ),
  );
}

/** Whether a rule also replicates changes to replicas. */
export const syncsReplicas = ({ SourceSelectionCriteria }: ReplicationRule): boolean =>
  SourceSelectionCriteria?.ReplicaModifications?.Status === 'Enabled';

/** The name of a rule's destination. */
export const destinationOf = ({ Destination }: ReplicationRule): string => parseArn(Destination.Bucket)?.resource ?? '';

function onePerDestination(rules: readonly ReplicationRule[]): ReplicationRule[] {
  const chosen = new Map<string, ReplicationRule>();
  for (const rule of rules) {
    const other = chosen.get(rule.Destination.Bucket);
    if (!other || (rule.Priority ?? 0) > (other.Priority ?? 0)) chosen.set(rule.Destination.Bucket, rule);
  }
  return [...chosen.values()];
}

function matchesFilter(
  { Prefix, Filter }: ReplicationRule,
  { key, tags }: { readonly key: string; readonly tags: readonly Tag[] },
): boolean {
  const prefix = Filter?.And?.Prefix ?? Filter?.Prefix ?? Prefix ?? '';
  const wanted = [...(Filter?.And?.Tags ?? []), ...(Filter?.Tag ? [Filter.Tag] : [])];
  return (
    key.startsWith(prefix) &&
    wanted.every(({ Key, Value }) => tags.some((tag) => tag.Key === Key && tag.Value === Value))
  );
}

/** Objects under KMS keys are replicated only if enabled. */
function takesEncryption({ SourceSelectionCriteria }: ReplicationRule, kind: StoredEncryption['kind']): boolean {
  if (kind === 'SSE-S3' || kind === 'SSE-C') return true;
  return SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled';
}
