/**
 * Replication metrics of the rules that ask for them: Amazon S3 User Guide, "Using S3 Replication metrics". They are in
 * the account of the source bucket; what is pending and the latency in the region of the destination, and failures in
 * the source's.
 */

import type { ReplicationConfiguration, ReplicationRule } from '../../api/model/s3.types.ts';
import type { Call } from '../../call/operation.ts';
import type { BucketRecord, ReplicationTask } from '../../store/records/s3.ts';
import type { SeriesName } from '../../store/records/tally.ts';
import { levelNow, setLevel } from '../../tally/levels.ts';
import { MINUTE_S } from '../../tally/periods.ts';
import { putValues } from '../../tally/put-values.ts';
import { dimensionsOf } from '../../tally/series.ts';
import { destinationOf } from './replication-rules.ts';

type At = Pick<Call, 'tx' | 'now'>;
type Pending = Pick<ReplicationTask, 'bytes'>;

/** A version was queued under rules. */
export function countQueued(task: Pending, rules: readonly ReplicationRule[], bucket: BucketRecord, at: At): void {
  for (const rule of rules) addPending(rule, task, 1, bucket, at);
}

/** How an operation ended under a rule: `gone` if nothing was left to replicate. */
export type ReplicationEnd = 'completed' | 'failed' | 'gone';

/** A queued version is not pending any more under some of its rules. */
export function countEnded(
  task: Pick<ReplicationTask, 'bytes' | 'queuedMs'>,
  ruleIds: readonly string[],
  end: ReplicationEnd,
  bucket: BucketRecord,
  at: At,
): void {
  const rules = at.tx.replicationConfigurations.get([bucket.name])?.configuration.Rules ?? [];
  for (const rule of rules) {
    if (!ruleIds.includes(rule.ID ?? '') || !asksForMetrics(rule)) continue;
    addPending(rule, task, -1, bucket, at);
    if (end === 'gone') continue;
    // The average is the failure rate, and the number of samples that of the operations.
    const { failed, latency } = seriesOf(rule, bucket, at);
    addValue(failed, end === 'failed' ? 1 : 0, at);
    if (end === 'completed') addValue(latency, Math.max(0, at.now.getTime() - task.queuedMs) / 1000, at);
  }
}

/** The rules of a bucket were replaced: what is pending under those that now ask for metrics is counted from here on. */
export function replaceMetrics(
  before: ReplicationConfiguration | undefined,
  after: ReplicationConfiguration | undefined,
  bucket: BucketRecord,
  at: At,
): void {
  const measured = (after?.Rules ?? []).filter(asksForMetrics);
  const isMeasured = new Set(measured.map(nameOf));
  for (const rule of (before?.Rules ?? []).filter(asksForMetrics)) {
    if (!isMeasured.has(nameOf(rule))) setPending(rule, undefined, bucket, at);
  }
  const wasMeasured = new Set((before?.Rules ?? []).filter(asksForMetrics).map(nameOf));
  const added = measured.filter((rule) => !wasMeasured.has(nameOf(rule)));
  if (added.length === 0) return;
  const tasks = Array.from(at.tx.replicationTasks.under([bucket.name]), ({ value }) => value);
  for (const rule of added) {
    const pending = tasks.filter(({ ruleIds }) => ruleIds.includes(rule.ID ?? ''));
    const bytes = pending.reduce((sum, task) => sum + (task.bytes ?? 0), 0);
    setPending(rule, { operations: pending.length, bytes }, bucket, at);
  }
}

/** A bucket is about to be deleted: what is pending for it is published no longer. */
export function endMetricsTo({ name }: BucketRecord, at: At): void {
  for (const { key, value } of at.tx.replicationConfigurations.range()) {
    const source = at.tx.buckets.get([key[0]]);
    const rules = value.configuration.Rules.filter((rule) => asksForMetrics(rule) && destinationOf(rule) === name);
    if (source) for (const rule of rules) setPending(rule, undefined, source, at);
  }
}

/** A rule that is disabled replicates nothing, and has no metrics. */
const asksForMetrics = ({ Status, Destination }: ReplicationRule): boolean =>
  Status === 'Enabled' && Destination.Metrics?.Status === 'Enabled';

const nameOf = (rule: ReplicationRule): string => `${destinationOf(rule)} ${rule.ID}`;

function addPending(rule: ReplicationRule, { bytes = 0 }: Pending, sign: 1 | -1, bucket: BucketRecord, at: At): void {
  if (!asksForMetrics(rule) || !at.tx.buckets.get([destinationOf(rule)])) return;
  const { operationsPending, bytesPending } = seriesOf(rule, bucket, at);
  const known = { operations: levelNow(operationsPending, at.tx) ?? 0, bytes: levelNow(bytesPending, at.tx) ?? 0 };
  const pending = { operations: known.operations + sign, bytes: known.bytes + sign * bytes };
  setPending(rule, { operations: Math.max(0, pending.operations), bytes: Math.max(0, pending.bytes) }, bucket, at);
}

interface PendingLevels {
  readonly operations: number;
  readonly bytes: number;
}

/** @param pending undefined: the rule asks for no metrics any more */
function setPending(rule: ReplicationRule, pending: PendingLevels | undefined, bucket: BucketRecord, at: At): void {
  const { operationsPending, bytesPending } = seriesOf(rule, bucket, at);
  setLevel(operationsPending, pending?.operations, at.now.getTime(), at.tx);
  setLevel(bytesPending, pending?.bytes, at.now.getTime(), at.tx);
}

function addValue(name: SeriesName, value: number, { tx, now }: At): void {
  putValues(name, { timeMs: now.getTime(), resolution: MINUTE_S }, { values: [[value, 1]] }, tx);
}

/** The series of a rule. A destination that does not exist is taken to be in the source's region. */
function seriesOf(rule: ReplicationRule, { name, owner, region }: BucketRecord, { tx }: At) {
  const DestinationBucket = destinationOf(rule);
  const dimensions = dimensionsOf({ SourceBucket: name, DestinationBucket, RuleId: rule.ID ?? '' });
  const there = tx.buckets.get([DestinationBucket])?.region ?? region;
  const series = { account: owner, namespace: 'AWS/S3', dimensions };
  return {
    operationsPending: { ...series, region: there, metric: 'OperationsPendingReplication' },
    bytesPending: { ...series, region: there, metric: 'BytesPendingReplication' },
    latency: { ...series, region: there, metric: 'ReplicationLatency' },
    failed: { ...series, region, metric: 'OperationsFailedReplication' },
  } as const satisfies Readonly<Record<string, SeriesName>>;
}
