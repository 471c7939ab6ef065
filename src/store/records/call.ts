/** A record of a call: the audit log, metrics, quotas and bills are views of it. */

import type { AccountId } from '../../api/arn.ts';
import type { KeySpec } from '../../api/model/kms.types.ts';
import type { HttpOrigin } from '../../api/origin.ts';
import type { Region } from '../../api/regions.ts';

/** The caller in the record: CloudTrail User Guide, "CloudTrail userIdentity element". */
export interface CallerIdentity {
  readonly type: 'Root' | 'IAMUser' | 'AssumedRole' | 'FederatedUser' | 'AWSAccount' | 'AWSService';
  readonly principalId?: string | undefined;
  readonly arn?: string | undefined;
  readonly accountId?: string | undefined;
  readonly accessKeyId?: string | undefined;
  /** The user's name; for a role session, the session's name. */
  readonly userName?: string | undefined;
  /** For a session of a role or a federated user: its role or who got it, and when its credentials were issued (ms). */
  readonly issuer?:
    | {
        readonly principalId: string;
        readonly arn: string;
        /** The root user has none. */
        readonly userName?: string | undefined;
        readonly issuedAtMs: number;
        /** Who assumed the role, as the session says. */
        readonly sourceIdentity?: string | undefined;
      }
    | undefined;
  /** For temporary credentials of a user or the root user: when they were issued (ms). */
  readonly issuedAtMs?: number | undefined;
}

export interface RecordedResource {
  readonly arn: string;
  /** `AWS::KMS::Key`, `AWS::S3::Bucket`, `AWS::S3::Object`, … */
  readonly type: string;
  readonly account?: AccountId | undefined;
}

/** A permission that a call required: an action, on the ARN of a resource or `*`. */
export interface RequiredPermission {
  readonly action: string;
  readonly resource: string;
}

/**
 * How reading a body ended: `planned` if that is unknown, so that the record has what was requested; `whole`;
 * `broken-off` by its reader; `failed` if it could not be read further.
 */
export type BodyEnd = 'planned' | 'whole' | 'broken-off' | 'failed';

/** The part that KMS has in a call of another service. */
export interface KmsShare {
  /** The duration of the calls to KMS within it, in milliseconds. */
  readonly ms: number;
  /** The calls to KMS that were not made, because S3 had a bucket-level key. */
  readonly spared: number;
}

/** The metrics configurations of an S3 bucket that a request matched when it arrived. */
export interface MatchedFilters {
  readonly bucket: string;
  /** The bucket's owner and region, where the metrics are. */
  readonly account: AccountId;
  readonly region: Region;
  /** At least one. */
  readonly ids: readonly string[];
}

/** The part that the bytes of objects have in a call. */
export interface ContentShare {
  /** Sealing and opening them, in milliseconds. */
  readonly encryptionMs: number;
  /** Reading and writing them, as far as the call waited for it, in milliseconds. */
  readonly diskMs: number;
}

/** A request rate that a call counts against. */
export interface Rate {
  /** Its operation, or what several operations share: `symmetric`, `rsa`, `ecc`, `ml-dsa`. */
  readonly quota: string;
  readonly region: Region;
  readonly account: AccountId;
  /** The key's spec, where the price of the request depends on it and the quota does not say it. */
  readonly spec?: KeySpec | undefined;
  /** Whether AWS would have refused the request, since it was over this rate, which is only observed. */
  readonly isOver?: true | undefined;
}

/** A call as the views see it; `StoredCall` is its stored form. */
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
  /** Where the call came from; absent if from a process on this machine, or from a service. */
  readonly origin?: HttpOrigin | undefined;
  /** The request as the trail may show it: without secrets, with the audit log's names. */
  readonly parameters: Readonly<Record<string, unknown>> | null;
  readonly response: Readonly<Record<string, unknown>> | null;
  /** The service's extra facts (`additionalEventData`), except those that have members of their own. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  /** The bytes of objects received and sent; absent if the call does not transfer any. */
  readonly bytesIn?: number | undefined;
  readonly bytesOut?: number | undefined;
  /**
   * Once it is known how far the body was read: the duration up to the beginning of the response; `durationMs` is that
   * of the whole call then, and until then that up to the response.
   */
  readonly answeredMs?: number | undefined;
  /** For a call that needed a KMS key for an object: what KMS had to do for it, and what a bucket key spared. */
  readonly kms?: KmsShare | undefined;
  /** For a call that read or wrote the bytes of an object, up to now, while its body is `planned`. */
  readonly content?: ContentShare | undefined;
  /** How far the response's body was read; absent if there is none that is read after the call. */
  readonly body?: BodyEnd | undefined;
  /** The first KMS key that the call was about; for an object's data, the key that it is encrypted under. */
  readonly keyArn?: string | undefined;
  /**
   * The request rates that the call counted against, one entry each time; absent if none, or if it was refused earlier.
   */
  readonly rates?: readonly Rate[] | undefined;
  /** For a request to an S3 bucket: the metrics configurations that it matched, if it matched any. */
  readonly filters?: MatchedFilters | undefined;
  /** The HTTP status of the response; absent if there is none. */
  readonly httpStatus?: number | undefined;
  /** For an event that a service causes itself (an `AwsServiceEvent`): its details. Absent for calls. */
  readonly serviceEvent?: Readonly<Record<string, unknown>> | undefined;
  readonly resources: readonly RecordedResource[];
  /**
   * The permissions that it required, in order, up to the one that it was denied; absent if that is one with the
   * operation's name on the first of the resources.
   */
  readonly permissions?: readonly RequiredPermission[] | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** The shared event id of the copies in several accounts, if there are several. */
  readonly sharedEventId?: string | undefined;
  /** The request id of the call that made this one. */
  readonly within?: string | undefined;
  /**
   * The duration of the call, including the calls within it and the reading of its response's body: milliseconds of a
   * monotonic clock.
   */
  readonly durationMs: number;
}

/** A row of the first format: the record itself. */
export type CallOfFormat1 = CallRecord & { readonly v: 1 };

/**
 * A row of a call: half as long as a map, and written in half the time. It omits
 * the parts that are in the row's key; 0 represents an absent member, and trailing ones are omitted.
 */
export type StoredCall = [
  /** Format of this row; 3 is 2 for a call that a trail wants, so that it waits for its delivery. */
  v: 2 | 3,
  /** The caller's number in the table of callers. */
  caller: number,
  service: string,
  operation: string,
  requestId: string,
  /** In microseconds. */
  duration: number,
  /** The ARN, type and account of each resource: a number for a known type, 1 for the account that gets the record. */
  resources: readonly (string | number)[],
  parameters: Members | 0,
  httpStatus?: number | 0,
  /** An ARN, or the index of a resource, from 1. */
  keyArn?: string | number,
  rates?: readonly StoredRate[] | 0,
  response?: Members | 0,
  extra?: Members | 0,
  bytes?: StoredBytes | 0,
  within?: string | 0,
  viaService?: string | 0,
  error?: readonly [code: string, message: string] | 0,
  sharedEventId?: string | 0,
  serviceEvent?: Members | 0,
  origin?: HttpOrigin | 0,
  kms?: StoredKmsShare | 0,
  /**
   * The machine's day on which it was written, in days since 1970, where its time is not the machine's: the store's
   * clock was moved, or a service did it at an earlier time.
   */
  writtenDay?: number,
  filters?: StoredFilters | 0,
  /** Action and resource of each; actions of the call's own service are without its prefix. */
  permissions?: readonly (string | number)[] | 0,
];

/**
 * Calls of an account and region whose time is old, and which the machine's clock keeps: those before `beforeMs` need not
 * be looked at until the machine's clock shows `againMs`.
 */
export interface YoungCalls {
  readonly v: 1;
  readonly beforeMs: number;
  readonly againMs: number;
  /** How long calls were kept when this was written. */
  readonly keepMs: number;
}

/**
 * A rate by what it is: 0 for the operation's own, a number where it is among the known ones. Alone where it is of the
 * record's region and the caller's account.
 */
export type StoredRate =
  | string
  | number
  | readonly [quota: string | number, region: Region, account: AccountId, spec?: KeySpec | 0, isOver?: 1];

/**
 * Bytes received and sent, how reading the body ended (0 without a body), and microseconds: up to the response, for
 * encryption and for the disk. Trailing absent members are omitted.
 */
export type StoredBytes = readonly [
  bytesIn: number | null,
  bytesOut: number | null,
  body?: BodyEnd | 0 | undefined,
  answered?: number | null | undefined,
  encryption?: number | undefined,
  disk?: number | undefined,
];

/** The microseconds of the calls to KMS, and the number of those that were spared if there are any. */
export type StoredKmsShare = readonly [duration: number, spared?: number | undefined];

export type StoredFilters = readonly [bucket: string, account: AccountId, region: Region, ...ids: string[]];

type Members = Readonly<Record<string, unknown>>;
