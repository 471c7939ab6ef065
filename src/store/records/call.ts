/** What happened in a call: the one record of which the audit log, metrics, quotas and bills are views. */

import type { AccountId } from '../../api/arn.ts';
import type { HttpOrigin } from '../../api/origin.ts';
import type { Region } from '../../api/regions.ts';

/** The caller as the record keeps it: CloudTrail User Guide, "CloudTrail userIdentity element". */
export interface CallerIdentity {
  readonly type: 'Root' | 'IAMUser' | 'AssumedRole' | 'FederatedUser' | 'AWSAccount' | 'AWSService';
  readonly principalId?: string | undefined;
  readonly arn?: string | undefined;
  readonly accountId?: string | undefined;
  readonly accessKeyId?: string | undefined;
  /** The user's name; for a role session the session's name. */
  readonly userName?: string | undefined;
  /** Of a role session: its role, and when its credentials were issued (ms). */
  readonly issuer?:
    | { readonly principalId: string; readonly arn: string; readonly userName: string; readonly issuedAtMs: number }
    | undefined;
}

export interface RecordedResource {
  readonly arn: string;
  /** `AWS::KMS::Key`, `AWS::S3::Bucket`, `AWS::S3::Object`, … */
  readonly type: string;
  readonly account?: AccountId | undefined;
}

export interface CallRecord {
  /** Format of this record. */
  readonly v: 1;
  readonly eventId: string;
  readonly requestId: string;
  /** The store's clock, in milliseconds. */
  readonly timeMs: number;
  /** The account that receives this copy. */
  readonly recipient: AccountId;
  readonly region: Region;
  /** The service as the AWS CLI names it: `kms`, `s3`, … */
  readonly service: string;
  readonly operation: string;
  readonly caller: CallerIdentity;
  /** The service that made the call on the caller's behalf: `s3.us-east-1.amazonaws.com`. */
  readonly viaService?: string | undefined;
  /** Where the call came from; absent: from a process on this machine, or a service made it. */
  readonly origin?: HttpOrigin | undefined;
  /** The request, as the trail may show it: nothing secret, names as the audit log spells them. */
  readonly parameters: Readonly<Record<string, unknown>> | null;
  readonly response: Readonly<Record<string, unknown>> | null;
  /** The service's extra facts (`additionalEventData`). */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  /** Of what a service did by itself (an `AwsServiceEvent`): its details. Absent: somebody called. */
  readonly serviceEvent?: Readonly<Record<string, unknown>> | undefined;
  readonly resources: readonly RecordedResource[];
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** The same event id in every account that got a copy, where there are several. */
  readonly sharedEventId?: string | undefined;
  /** The request id of the call that made this one within itself. */
  readonly within?: string | undefined;
  /** How long the call worked, the calls within it included, in milliseconds of a monotonic clock. */
  readonly durationMs: number;
}
