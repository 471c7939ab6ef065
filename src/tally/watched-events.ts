/**
 * Events that people set alarms on, which AWS publishes no metric of: there they are metric filters over CloudTrail's
 * log. Each counts without dimensions, for an alarm about the account, and by the key where there is one.
 */

import { type AccountId, parseArn } from '../api/arn.ts';
import { operationFacts } from '../api/operation-facts.ts';
import type { CallRecord } from '../store/records/call.ts';

/** An event that a call is. */
export interface WatchedEvent {
  readonly metric: WatchedMetric;
  readonly account: AccountId;
  /** Of each series that it counts in. */
  readonly dimensions: readonly Readonly<Record<string, string>>[];
}

export type WatchedMetric = 'PendingDeletionUses' | 'KeyChanges' | 'BucketPolicyChanges' | 'TrailChanges';

/**
 * Calls whose names AWS's controls look for, in the metric filters that they compare literally. So a call that was
 * refused counts, too. Security Hub CSPM User Guide, CloudWatch.5, CloudWatch.7 and CloudWatch.8.
 */
const changes: Readonly<Record<string, { readonly metric: WatchedMetric; readonly events: ReadonlySet<string> }>> = {
  cloudtrail: {
    metric: 'TrailChanges',
    events: new Set(['CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging']),
  },
  kms: { metric: 'KeyChanges', events: new Set(['DisableKey', 'ScheduleKeyDeletion']) },
  s3: {
    metric: 'BucketPolicyChanges',
    events: new Set([
      'PutBucketAcl',
      'PutBucketPolicy',
      'PutBucketCors',
      'PutBucketLifecycle',
      'PutBucketReplication',
      'DeleteBucketPolicy',
      'DeleteBucketCors',
      'DeleteBucketLifecycle',
      'DeleteBucketReplication',
    ]),
  },
};

/**
 * What a call is of that.
 * @param owner of the bucket that it is about
 * @param keys the ARNs of the KMS keys that it is about
 */
export function watchedEvents(
  record: CallRecord,
  { owner, keys }: { readonly owner: AccountId | undefined; readonly keys: readonly string[] },
): readonly WatchedEvent[] {
  const { service, operation, recipient } = record;
  const { metric, events } = changes[service] ?? {};
  const found: WatchedEvent[] = [];
  if (metric !== undefined && events?.has(operationFacts(service, operation).loggedAs)) {
    found.push({ metric, account: owner ?? recipient, dimensions: [{}, ...keys.map((KeyArn) => ({ KeyArn }))] });
  }
  const KeyArn = keyInDeletion(record);
  if (KeyArn !== undefined) {
    const account = parseArn(KeyArn)?.account ?? recipient;
    found.push({ metric: 'PendingDeletionUses', account, dimensions: [{}, { KeyArn }] });
  }
  return found;
}

/**
 * The ARN of the key that a call failed for, since it is pending deletion. AWS KMS Developer Guide, "Create an alarm that
 * detects use of a KMS key pending deletion": the filter is `$.errorMessage = "* is pending deletion."`.
 */
export const keyInDeletion = ({ service, error }: CallRecord): string | undefined =>
  service === 'kms' && error?.code === 'KMSInvalidStateException' && error.message.endsWith(IN_DELETION)
    ? error.message.slice(0, -IN_DELETION.length)
    : undefined;

const IN_DELETION = ' is pending deletion.';
