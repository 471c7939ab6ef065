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

/**
 * How reading a body ended: `planned`, that is not known, and the record says what was asked for; `whole`; `broken-off`
 * by its reader; `failed`, since it could not be read on.
 */
export type BodyEnd = 'planned' | 'whole' | 'broken-off' | 'failed';

/** A call as the views see it; `StoredCall` is what is kept of it. */
export interface CallRecord {
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
  /** The service's extra facts (`additionalEventData`), beside those that have members of their own. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  /** How many bytes of objects came in and went out; absent: the call does not move any. */
  readonly bytesIn?: number | undefined;
  readonly bytesOut?: number | undefined;
  /** How far the answer's body was read; absent: it has none that is read after the call. */
  readonly body?: BodyEnd | undefined;
  /** The KMS key that the call was about, the first of two; of an object's data, the key that they are encrypted under. */
  readonly keyArn?: string | undefined;
  /** What the answer says over HTTP; absent: nobody was answered. */
  readonly httpStatus?: number | undefined;
  /** Of what a service did by itself (an `AwsServiceEvent`): its details. Absent: somebody called. */
  readonly serviceEvent?: Readonly<Record<string, unknown>> | undefined;
  readonly resources: readonly RecordedResource[];
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** The same event id in every account that got a copy, where there are several. */
  readonly sharedEventId?: string | undefined;
  /** The request id of the call that made this one within itself. */
  readonly within?: string | undefined;
  /** How long the call worked, the calls within it included, and its answer's body was read: milliseconds of a monotonic clock. */
  readonly durationMs: number;
}

/** A row of the first format: the record as it is. */
export type CallOfFormat1 = CallRecord & { readonly v: 1 };

/**
 * A row of a call, as JSON text: half as long as a map, written in half the time, and it keeps every name. What the
 * row's key says is not in it; 0 stands for a member that there is none of, and those at the end are left out.
 */
export type StoredCall = [
  /** Format of this row. */
  v: 2,
  /** Number in the table of callers. */
  caller: number,
  service: string,
  operation: string,
  requestId: string,
  /** In microseconds. */
  duration: number,
  /**
   * Of each resource its ARN, its type and its account: a number where the type is among the known ones, 1 for the
   * account that the record is for.
   */
  resources: readonly (string | number)[],
  parameters: Members | 0,
  httpStatus?: number | 0,
  /** An ARN, or which of the resources it is, from 1 on. */
  keyArn?: string | number,
  response?: Members | 0,
  extra?: Members | 0,
  bytes?: StoredBytes | 0,
  within?: string | 0,
  viaService?: string | 0,
  error?: readonly [code: string, message: string] | 0,
  sharedEventId?: string | 0,
  serviceEvent?: Members | 0,
  origin?: HttpOrigin | 0,
];

/** Bytes in and out, and how reading the body ended. */
export type StoredBytes = readonly [bytesIn: number | null, bytesOut: number | null, body?: BodyEnd | undefined];

type Members = Readonly<Record<string, unknown>>;
