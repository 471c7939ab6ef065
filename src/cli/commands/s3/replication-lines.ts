/** The outcome of a replication, in a line. */

import type { ReplicationOutcome } from '../../../s3/replication/replicate-object.ts';
import { printS3Uri } from './uri.ts';

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
  const from = printS3Uri({ bucket: Bucket, key: Key });
  return DestinationBucket === undefined ? from : `${from} to ${printS3Uri({ bucket: DestinationBucket, key: Key })}`;
}
