/** The outcome of a replication, in a line. */

import type { ReplicationOutcome } from './replicate-object.ts';

/** `replicate: s3://a/k to s3://b/k`; undefined if nothing was done. */
export function replicationText(outcome: ReplicationOutcome): string | undefined {
  return outcome.Status === 'COMPLETED' ? `replicate: ${places(outcome)}` : undefined;
}

/** `replicate failed: s3://a/k to s3://b/k REASON: …`, with the denial; undefined if it did not fail. */
export function replicationFailureText(outcome: ReplicationOutcome): string | undefined {
  const { Status, FailureReason, Message } = outcome;
  if (Status !== 'FAILED' && Status !== 'PENDING') return undefined;
  const what = Status === 'PENDING' && FailureReason ? 'replicate put off' : 'replicate failed';
  return `${what}: ${places(outcome)} ${FailureReason === undefined ? '' : `${FailureReason}: `}${Message}`;
}

function places({ Bucket, Key = '', DestinationBucket }: ReplicationOutcome): string {
  const from = `s3://${Bucket}/${Key}`;
  return DestinationBucket === undefined ? from : `${from} to s3://${DestinationBucket}/${Key}`;
}
