/**
 * Replicates one version in the queue to one destination, as the configuration's role, whose permissions are checked
 * like any caller's. Amazon S3 User Guide, "Replicating objects within and across Regions".
 */

import { objectArn } from '../../api/arn.ts';
import type { ReplicationRule } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import { task } from '../../call/task.ts';
import { mayServiceAssume } from '../../iam/service-role.ts';
import type { BucketRecord, ObjectVersion, ReplicationTask, VersionRecord } from '../../store/records/s3.ts';
import { versionById } from '../content/object-lookup.ts';
import { addReplica, removeVersionById, updateMarker, updateVersion } from '../content/version-store.ts';
import { findBucket } from '../request/bucket.ts';
import { versionContext } from '../request/object-context.ts';
import { bucketAccess, objectAccess } from '../request/permissions.ts';
import {
  abandonReplica,
  beginReplica,
  finishReplica,
  type MovedReplica,
  moveReplica,
  type Replica,
  unmovedReplica,
} from './replica.ts';
import { beginTags, finishTags, type TagChange } from './replica-tags.ts';
import { type FailureReason, ReplicationFailure, requirePermission } from './replication-failure.ts';
import { countEnded } from './replication-metrics.ts';
import { replicationCaller, s3Caller } from './replication-role.ts';
import { destinationOf } from './replication-rules.ts';

/** A task by its position in the queue. */
export interface ReplicationInput {
  readonly Bucket: string;
  readonly Task: number;
}

export interface ReplicationOutcome {
  /**
   * `GONE`: the version or its task no longer exists, or another process has replicated it. `PENDING`: it will be tried
   * again; without a reason, the store prevented it, for example by a damaged object or a full disk.
   */
  readonly Status: 'COMPLETED' | 'FAILED' | 'PENDING' | 'GONE';
  readonly Bucket: string;
  readonly Key?: string;
  readonly VersionId?: string;
  readonly RuleId?: string;
  readonly DestinationBucket?: string;
  readonly FailureReason?: FailureReason;
  readonly Message?: string;
  /** The store has damage that this version needs mended. */
  readonly isDamaged?: boolean;
}

interface Target {
  readonly bucket: BucketRecord;
  readonly number: number;
  readonly task: ReplicationTask;
  readonly version: VersionRecord;
}

type Plan =
  | { readonly kind: 'gone'; readonly input: ReplicationInput }
  | {
      readonly kind: 'failed';
      readonly target: Target;
      readonly rule: ReplicationRule | undefined;
      readonly failure: ReplicationFailure;
    }
  | {
      readonly kind: 'delete-marker';
      readonly target: Target;
      readonly rule: ReplicationRule;
      readonly destination: BucketRecord;
    }
  | {
      readonly kind: 'tags';
      readonly target: Target;
      readonly rule: ReplicationRule;
      readonly destination: BucketRecord;
      readonly change: TagChange;
    }
  | {
      readonly kind: 'object';
      readonly target: Target;
      readonly rule: ReplicationRule;
      readonly destination: BucketRecord;
      readonly replica: Replica;
    };

/** The positions in the queue of one bucket, or of all. */
export function* queuedTasks(bucket: string | undefined, { tx }: Pick<Call, 'tx'>): Iterable<ReplicationInput> {
  const rows = bucket === undefined ? tx.replicationTasks.range() : tx.replicationTasks.under([bucket]);
  for (const { key } of rows) yield { Bucket: key[0], Task: key[1] };
}

/**
 * Replicates the version at one position in the queue. What it could not do is in its result and the version's status
 * rather than a refusal.
 */
export const replicateObject = task('s3', 'ReplicateObject', {
  reportsDenials: true,
  caller:
    ({ Bucket }: ReplicationInput) =>
    (tx, now) =>
      replicationCaller(Bucket, tx, now),
  resolve: ({ Bucket, Task }, { tx }) => tx.replicationTasks.get([Bucket, Task]),
  begin: (queued, input, call): Plan => begin(queued, input, call),
  moveAtOnce: (plan) => (plan.kind === 'object' ? undefined : []),
  move: async (plan, _input, signal) => (plan.kind === 'object' ? moveReplica(plan.replica, signal) : []),
  rehearse: (plan) => (plan.kind === 'object' ? unmovedReplica(plan.replica) : []),
  finish: (plan, moved, _input, call) => finish(plan, moved, call),
  abandon(plan, call) {
    if (plan.kind === 'object') abandonReplica(plan.replica, call);
  },
  parameters: ({ Bucket }) => ({ bucketName: Bucket }),
});

function begin(queued: ReplicationTask | undefined, input: ReplicationInput, call: Call): Plan {
  const target = findTarget(queued, input, call);
  if (!target) return { kind: 'gone', input };
  let rule: ReplicationRule | undefined;
  try {
    rule = requireRule(target, call);
    const destination = requireDestination(rule, call);
    if (target.version.kind === 'delete-marker') {
      const access = objectAccess('s3:ReplicateDelete', { bucket: destination, key: target.task.key }, call);
      requirePermission(access, 'DstDelObjNotPermitted', call);
      return { kind: 'delete-marker', target, rule, destination };
    }
    requireBucketPermissions(target, call);
    if (target.task.kind === 'tags') {
      const change = beginTags(
        target.version,
        { bucket: target.bucket, key: target.task.key },
        rule,
        destination,
        call,
      );
      return { kind: 'tags', target, rule, destination, change };
    }
    requireSourcePermissions(target.version, target, call);
    const replica = beginReplica(
      target.version,
      { bucket: target.bucket, key: target.task.key },
      rule,
      destination,
      call,
    );
    return { kind: 'object', target, rule, destination, replica };
  } catch (error) {
    if (error instanceof ReplicationFailure) return { kind: 'failed', target, rule, failure: error };
    throw error;
  }
}

/** The task with its version; a version that was deleted or overwritten is not replicated. */
function findTarget(
  task: ReplicationTask | undefined,
  { Bucket, Task }: ReplicationInput,
  call: Call,
): Target | undefined {
  if (!task) return undefined;
  const bucket = call.tx.buckets.get([Bucket]) && findBucket({ Bucket }, call);
  const version =
    bucket && bucket.id === task.bucketId ? versionById({ bucket, key: task.key }, task.versionId, call) : undefined;
  const isSame =
    version?.kind === (task.kind === 'tags' ? 'object' : task.kind) &&
    (version.kind !== 'object' || version.writeId === task.writeId);
  if (bucket && version && isSame) return { bucket, number: Task, task, version };
  if (bucket?.id === task.bucketId) countEnded(task, task.ruleIds, 'gone', bucket, call);
  call.tx.replicationTasks.remove([Bucket, Task]);
  return undefined;
}

function requireRule({ bucket, task }: Target, call: Call): ReplicationRule {
  const configuration = call.tx.replicationConfigurations.get([bucket.name])?.configuration;
  const rule = configuration?.Rules.find(({ ID }) => ID === task.ruleIds[0]);
  if (!configuration || !rule || rule.Status !== 'Enabled') {
    throw new ReplicationFailure('SrcBucketReplicationConfigMissing', `bucket ${bucket.name} no longer has this rule`);
  }
  if (!mayServiceAssume(s3Caller(bucket), configuration.Role, call)) {
    throw new ReplicationFailure('AssumeRoleNotPermitted', `S3 may not assume the role ${configuration.Role}`);
  }
  return rule;
}

function requireDestination(rule: ReplicationRule, call: Call): BucketRecord {
  const name = destinationOf(rule);
  const destination = call.tx.buckets.get([name]);
  if (!destination) throw new ReplicationFailure('DstBucketNotFound', `there is no bucket ${name}`);
  if (destination.versioning !== 'Enabled') {
    throw new ReplicationFailure('DstBucketUnversioned', `versioning is not enabled on bucket ${name}`);
  }
  return destination;
}

function requireBucketPermissions({ bucket }: Target, call: Call): void {
  for (const action of ['s3:GetReplicationConfiguration', 's3:ListBucket']) {
    requirePermission(bucketAccess(action, bucket, call), 'SrcHeadObjectNotPermitted', call);
  }
}

function requireSourcePermissions({ changing }: ObjectVersion, { bucket, task }: Target, call: Call): void {
  const context = versionContext(task.versionId);
  const object = (action: string) => objectAccess(action, { bucket, key: task.key }, call, context);
  requirePermission(object('s3:GetObjectVersionForReplication'), 'SrcGetObjectNotPermitted', call);
  requirePermission(object('s3:GetObjectVersionAcl'), 'SrcGetAclNotPermitted', call);
  if (changing.tags.length > 0)
    requirePermission(object('s3:GetObjectVersionTagging'), 'SrcGetTaggingNotPermitted', call);
}

function finish(plan: Plan, moved: MovedReplica, call: Call): ReplicationOutcome {
  if (plan.kind === 'gone') return { Status: 'GONE', Bucket: plan.input.Bucket };
  const { rule } = plan;
  const begun = plan.target.task;
  const [ruleId = ''] = begun.ruleIds;
  const place = { Bucket: plan.target.bucket.name, Task: plan.target.number };
  const target = findTarget(call.tx.replicationTasks.get([place.Bucket, place.Task]), place, call);
  // Another process working on the queue may have done it, and its number may now belong to another version. If the
  // version's tags or the destination have changed, the task starts over.
  const isAsBegun =
    target &&
    isSameWrite(target.task, begun) &&
    hasSameTags(target.version, plan.target.version) &&
    (plan.kind === 'failed' || takesVersions(plan.destination, call));
  if (!isAsBegun || !target.task.ruleIds.includes(ruleId)) {
    if (plan.kind === 'object') abandonReplica(plan.replica, call);
    return { Status: 'GONE', Bucket: plan.target.bucket.name };
  }
  const facts = {
    Bucket: target.bucket.name,
    Key: target.task.key,
    VersionId: target.task.versionId,
    ...(rule?.ID !== undefined && { RuleId: rule.ID }),
    ...(rule && { DestinationBucket: destinationOf(rule) }),
  };
  switch (plan.kind) {
    case 'failed': {
      const { reason, message, code, isTransient } = plan.failure;
      // A destination that is tried again and again is reported the first time.
      const isFirst = begun.attempts < begun.ruleIds.length;
      if (isFirst || !isTransient) call.noteFailure({ code, message, about: objectArn(facts.Bucket, facts.Key) });
      const failure = { FailureReason: reason, Message: message };
      if (isTransient) {
        postpone(target, ruleId, call);
        return { Status: 'PENDING', ...facts, ...failure };
      }
      settle(target, ruleId, undefined, call);
      return { Status: 'FAILED', ...facts, ...failure };
    }
    case 'delete-marker':
      addMarker(target, plan.destination, call);
      break;
    case 'tags':
      finishTags(plan.change, { bucket: plan.destination, key: target.task.key }, call);
      break;
    case 'object':
      finishReplica(plan.replica, moved, call);
      noteTransfer(target, plan.rule, plan.destination, call);
  }
  settle(target, ruleId, plan.destination, call);
  return { Status: 'COMPLETED', ...facts };
}

/** What is paid for beside the request: bytes that go to another region, or under Replication Time Control. */
function noteTransfer({ bucket, version }: Target, rule: ReplicationRule, destination: BucketRecord, call: Call): void {
  if (version.kind !== 'object') return;
  const hasTimeControl = rule.Destination?.ReplicationTime?.Status === 'Enabled';
  if (destination.region === bucket.region && !hasTimeControl) return;
  const [replicatedFrom, replicatedTo] = [bucket.region, destination.region];
  call.note({
    bytesOut: version.fixed.size,
    extra: { replicatedFrom, replicatedTo, ...(hasTimeControl && { hasTimeControl }) },
  });
}

/** Whether a bucket is still the one that was found, with versioning enabled. */
function takesVersions({ name, id }: BucketRecord, { tx }: Call): boolean {
  const now = tx.buckets.get([name]);
  return now?.id === id && now.versioning === 'Enabled';
}

const isSameWrite = (one: ReplicationTask, other: ReplicationTask): boolean =>
  one.key === other.key && one.versionId === other.versionId && one.writeId === other.writeId;

const tagText = (version: VersionRecord): string => JSON.stringify(version.kind === 'object' && version.changing.tags);
const hasSameTags = (one: VersionRecord, other: VersionRecord): boolean => tagText(one) === tagText(other);

function addMarker({ version, task }: Target, destination: BucketRecord, call: Call): void {
  if (version.kind !== 'delete-marker') throw new Error('a delete marker has become an object');
  const { kind, lastModifiedMs } = version;
  removeVersionById(task.versionId, { bucket: destination, key: task.key }, call);
  addReplica(
    { kind, lastModifiedMs, replication: 'REPLICA' },
    task.versionId,
    { bucket: destination, key: task.key },
    call,
  );
}

/** Completes or, if `reached` is undefined, fails one destination; with the last one the version gets its status. */
function settle(
  { bucket, number, task, version }: Target,
  ruleId: string,
  reached: BucketRecord | undefined,
  call: Call,
): void {
  const ruleIds = task.ruleIds.filter((id) => id !== ruleId);
  const hasFailed = task.hasFailed || !reached;
  countEnded(task, [ruleId], reached ? 'completed' : 'failed', bucket, call);
  if (ruleIds.length > 0) call.tx.replicationTasks.put([bucket.name, number], { ...task, ruleIds, hasFailed });
  else call.tx.replicationTasks.remove([bucket.name, number]);
  if (version.kind === 'delete-marker') {
    // Not shown to anybody; it records that the marker failed, for when it is queued again.
    if (ruleIds.length === 0)
      updateMarker(version, hasFailed ? 'FAILED' : 'COMPLETED', { bucket, key: task.key }, call);
    return;
  }
  if (version.changing.replication === 'REPLICA') return;
  const { changing } = version;
  const replicatedTo = [...new Set([...(changing.replicatedTo ?? []), ...(reached ? [reached.id] : [])])];
  // A version can have several tasks, for its write and for new tags: success of one does not undo the failure of
  // another.
  const status = hasFailed || changing.replication === 'FAILED' ? 'FAILED' : 'COMPLETED';
  const replication = ruleIds.length > 0 ? changing.replication : status;
  updateVersion(version, { changing: { ...changing, replication, replicatedTo } }, { bucket, key: task.key }, call);
}

/** Moves the destination behind the others. */
function postpone({ bucket, number, task }: Target, ruleId: string, { tx }: Call): void {
  const ruleIds = [...task.ruleIds.filter((id) => id !== ruleId), ruleId];
  tx.replicationTasks.put([bucket.name, number], { ...task, ruleIds, attempts: task.attempts + 1 });
}
