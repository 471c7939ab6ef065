/** Every table of a store, with its keys and contents. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { IdentifierKeys } from './identifier-keys.ts';
import type { AlarmHistoryRecord, AlarmMessageRecord, AlarmRecord, AlarmsFact, AlarmTerm } from './records/alarm.ts';
import type { BlobWriteRecord } from './records/blobs.ts';
import type { CallOfFormat1, StoredCall, YoungCalls } from './records/call.ts';
import type {
  AccessKeyRecord,
  AccountRecord,
  DeletedAccessKey,
  GroupRecord,
  ManagedPolicyRecord,
  RoleRecord,
  SessionRecord,
  UserRecord,
} from './records/iam.ts';
import type { CredentialReportRecord, LastAccessedRecord } from './records/iam-reports.ts';
import type {
  AliasRecord,
  BackingKeyRecord,
  DeletedKey,
  GrantRecord,
  KeyRecord,
  KeyUse,
  MultiRegionSet,
} from './records/kms.ts';
import type {
  AccountRequestRecord,
  ControlPolicyType,
  MemberRecord,
  OrganizationPolicyRecord,
  OrganizationRecord,
  UnitRecord,
} from './records/organizations.ts';
import type { OwnEvent } from './records/own-event.ts';
import type { PriceRecord } from './records/price.ts';
import type { QuotaUse, QuotaValue } from './records/quota.ts';
import type { Refusal } from './records/refusal.ts';
import type {
  BucketConfiguration,
  BucketLevelKey,
  BucketRecord,
  MultipartUpload,
  PartRecord,
  PublicAccessBlock,
  ReplicationConfiguration,
  ReplicationTask,
  VersionRecord,
} from './records/s3.ts';
import type { QuotaRequest, QuotaTags } from './records/service-quotas.ts';
import type { BucketTotals, SeriesRecord, StoredLevel, StoredPoint, TallyUpkeep } from './records/tally.ts';
import type { QueuedCall, SigningKeyRecord, TrailDelivery, TrailRecord } from './records/trail.ts';
import {
  gatheredTable,
  logTable,
  type Row,
  type Table,
  type TableDeclaration,
  type TableKey,
  table,
  transientTable,
} from './table.ts';

/** Facts about the store as a whole: one row per fact. */
export interface FactRows {
  /**
   * The number of refusals that there ever were, and of those that nobody was shown; the last ones of either kind are in
   * `refusals`.
   */
  readonly refused: { readonly count: number; readonly overlooked?: number | undefined };
  /** The store's clock as an offset from the machine's, in milliseconds; or the time at which it is stopped. */
  readonly clock: { readonly offsetMs: number } | { readonly frozenAtMs: number };
  /** The keys of identifiers that were given out under an earlier root key. */
  readonly identifierKeys: IdentifierKeys;
  /** Whether AWS's request rates are enforced, which of AWS's values hold, and whether `quotaValues` ever had a row. */
  readonly quotas: {
    readonly isEnforced?: boolean | undefined;
    readonly profile?: 'current' | 'historic' | undefined;
    readonly hasValues?: boolean | undefined;
  };
  /** Where the evaluation of alarms stands; absent as long as there was never one. */
  readonly alarms: AlarmsFact;
  /** The number of the newest trail; numbers are given once. */
  readonly lastTrail: { readonly number: number };
  /** The machine's time at which old rows are next looked for, and where that stands. */
  readonly sweep: { readonly nextMs: number; readonly standing?: SweepStanding | undefined };
}

/** Where looking for old rows stands, from one piece of it to the next. */
export interface SweepStanding {
  /** When it began, on the machine's clock. */
  readonly startedMs: number;
  /** The rows that it is at. */
  readonly kind: string;
  /** The last one that was looked at. */
  readonly after?: TableKey | undefined;
  /** When the first of those that were kept is to be looked at again, on the machine's clock. */
  readonly againMs?: number | undefined;
}

/** recipient account, region, time in ms, event id. */
export type CallKey = readonly [recipient: AccountId, region: Region, timeMs: number, eventId: string];

/** account, region, service, name of a quota. */
export type QuotaKey = readonly [account: AccountId, region: Region, service: string, name: string];

/** account, region, name of an alarm. */
export type AlarmKey = readonly [account: AccountId, region: Region, name: string];

export const tables = {
  /** name of the fact → the fact. */
  facts: table<[keyof FactRows], FactRows[keyof FactRows]>('facts', 'fact about the store'),
  /** number, from 1 → an event of ssebox's own. */
  ownEvents: table<[number], OwnEvent>('ownEvents', "event of ssebox's own"),
  /**
   * recipient account, region, time in ms, event id → a management event: everything except reads and writes of data.
   */
  managementCalls: logTable<CallKey, StoredCall>('managementCalls', 'call'),
  /** recipient account, region, time in ms, event id → a data event, the same. */
  dataCalls: logTable<CallKey, StoredCall>('dataCalls', 'call'),
  /** recipient account, region, time in ms, event id → a call of either kind, from before the two tables existed. */
  callsOfFormat1: table<CallKey, CallOfFormat1>('calls', 'call'),
  /** number → a caller, as JSON text. */
  callers: table<[number], string>('callers', 'caller'),
  /** text, or its digest if it is long → the number of the caller. */
  callerNumbers: table<[string], number>('callerNumbers', 'caller'),
  /** account, region, namespace, metric, dimensions as JSON, or its digest if it is long → the series' number. */
  series: table<[AccountId, Region, string, string, string], number>('series', 'series of values'),
  /** number → a series of values. */
  seriesNames: table<[number], SeriesRecord>('seriesNames', 'series of values'),
  /** number of the series, period in seconds, its start in ms by the store's clock → what its values add up to. */
  points: gatheredTable<[series: number, seconds: number, startMs: number], StoredPoint>('points', 'point of a series'),
  /** number of the series, start of a minute in ms by the store's clock → the level that changed in it. */
  levels: table<[series: number, minuteMs: number], StoredLevel>('levels', 'level of a series'),
  /** a single row → how far points have been compacted. */
  tallyUpkeep: table<['compaction'], TallyUpkeep>('tallyUpkeep', 'upkeep of the tally'),
  /** number → how many records name the caller; absent for a caller from before they were counted. */
  callerUses: gatheredTable<[number], number>('callerUses', 'number of calls of the caller'),
  /** table of calls, account, region → its calls that only the machine's clock keeps. */
  youngCalls: table<[string, AccountId, Region], YoungCalls>('youngCalls', 'stretch of young calls'),
  /** account → the account. */
  accounts: table<[AccountId], AccountRecord>('accounts', 'account'),
  /** account, name in lower case → user. */
  users: table<[AccountId, string], UserRecord>('users', 'user'),
  /** account, name in lower case → role. */
  roles: table<[AccountId, string], RoleRecord>('roles', 'role'),
  /** account, name in lower case → group. */
  groups: table<[AccountId, string], GroupRecord>('groups', 'group'),
  /** account, group's name in lower case, user's name in lower case → membership. */
  groupMembers: table<[AccountId, string, string], true>('group-members', 'member of the group'),
  /** account, path and name of the ARN → customer managed policy. */
  managedPolicies: table<[AccountId, string], ManagedPolicyRecord>('managed-policies', 'managed policy'),
  /**
   * managed policy's ARN, kind of entity, its account and name in lower case as `ACCOUNT/name` → whether it is attached
   * or a boundary.
   */
  policyUses: table<
    [string, 'user' | 'role' | 'group', string],
    { readonly account: AccountId; readonly as: 'policy' | 'boundary' }
  >('policy-uses', 'use of the policy'),
  /** access key id → long-term key, temporary credentials, or what is left of a deleted key. */
  accessKeys: table<[string], AccessKeyRecord | SessionRecord | DeletedAccessKey>('access-keys', 'access key'),
  /** user's unique id, access key id → the user has the long-term key. */
  userAccessKeys: table<[string, string], true>('user-access-keys', 'access key of the user'),
  /** unique id of a user or role → its account and name; removed with the entity. */
  principalIds: table<[string], { readonly kind: 'user' | 'role'; readonly account: AccountId; readonly name: string }>(
    'principal-ids',
    'unique id',
  ),
  /** account, `credentials` or a job's id → a report. */
  iamReports: table<[AccountId, string], CredentialReportRecord | LastAccessedRecord>('iam-reports', 'report'),
  /** organization's id → an organization. */
  organizations: table<[string], OrganizationRecord>('organizations', 'organization'),
  /** account → what it is in its organization. */
  organizationMembers: table<[AccountId], MemberRecord>('organizationMembers', 'account of the organization'),
  /** organization's id, unit's id → an organizational unit. */
  organizationUnits: table<[string, string], UnitRecord>('organizationUnits', 'organizational unit'),
  /** organization's id, parent's id, kind of child, child's id → the child is in the parent. */
  organizationChildren: table<[string, string, 'ACCOUNT' | 'ORGANIZATIONAL_UNIT', string], true>(
    'organizationChildren',
    'child of the root or unit',
  ),
  /** organization's id, policy's id → a policy of the organization's own. */
  organizationPolicies: table<[string, string], OrganizationPolicyRecord>(
    'organizationPolicies',
    'policy of the organization',
  ),
  /** organization's id, target's id, type of policy, policy's id → the policy is attached to the target. */
  organizationAttachments: table<[string, string, ControlPolicyType, string], true>(
    'organizationAttachments',
    'attached policy of the organization',
  ),
  /** organization's id, policy's id, target's id → the policy is attached to the target. */
  organizationTargets: table<[string, string, string], true>('organizationTargets', 'target of the policy'),
  /** organization's id, request's id → a request to create an account. */
  accountRequests: table<[string, string], AccountRequestRecord>('accountRequests', 'request to create an account'),
  /** position in one of two rings → one of the last refused calls, with what decided it. */
  refusals: table<[number], Refusal>('refusals', 'refused call'),
  /** account, region, service, name of the quota → a value other than AWS's. */
  quotaValues: table<QuotaKey, QuotaValue>('quotaValues', 'value of the quota'),
  /** account, region, service, name of the quota or of a part of it → what was used of it lately. */
  quotaUses: gatheredTable<QuotaKey, QuotaUse>('quotaUses', 'use of the quota'),
  /** account, region, id → a request for a higher quota. Ids sort by their time. */
  quotaRequests: table<[AccountId, Region, string], QuotaRequest>('quotaRequests', 'request for a higher quota'),
  /** account, region, service, name of the quota → its tags. */
  quotaTags: table<QuotaKey, QuotaTags>('quotaTags', 'tags of the quota'),
  /** usage type of AWS, region, region that a transfer goes to, or '' → a price from somebody's file. */
  ownPrices: table<[string, Region, Region | ''], PriceRecord>('ownPrices', 'price'),
  /** account, region, key id → a KMS key. */
  kmsKeys: table<[AccountId, Region, string], KeyRecord>('kmsKeys', 'KMS key'),
  /** account, region → the number of customer managed keys, once one was created by a program that counts. */
  kmsKeyCounts: gatheredTable<[AccountId, Region], number>('kmsKeyCounts', 'number of KMS keys'),
  /** region, key id → the account that the key is in. */
  kmsKeyOwners: table<[Region, string], AccountId>('kmsKeyOwners', 'owner of the KMS key'),
  /** account, region, key id, time of creation in ms → what is left of a deleted customer managed key. */
  deletedKeys: table<[AccountId, Region, string, number], DeletedKey>('deletedKeys', 'deleted KMS key'),
  /** time in ms, account, region, key id → the key changes at that time. */
  kmsDeadlines: table<[number, AccountId, Region, string], true>('kmsDeadlines', 'due date'),
  /** a single row → a time in ms before which no deadline is due. */
  kmsNextDeadline: table<['next'], number>('kmsNextDeadline', 'due date'),
  /** account, region, key id, generation → a generation of the key's material. */
  kmsBackingKeys: table<[AccountId, Region, string, number], BackingKeyRecord>(
    'kmsBackingKeys',
    'material of the KMS key',
  ),
  /** account, region, alias with its prefix → the key that it points to. */
  kmsAliases: table<[AccountId, Region, string], AliasRecord>('kmsAliases', 'alias'),
  /** account, key id → the regions of a multi-Region key. */
  kmsMultiRegionSets: table<[AccountId, string], MultiRegionSet>('kmsMultiRegionSets', 'regions of the KMS key'),
  /** account, region, key id → the key's last use. */
  kmsKeyUses: gatheredTable<[AccountId, Region, string], KeyUse>('kmsKeyUses', 'last use of the KMS key'),
  /** account, region, key id, grant id → a grant. */
  kmsGrants: table<[AccountId, Region, string, string], GrantRecord>('kmsGrants', 'grant'),
  /** account, region, key id, grantee, name, grant id → the grant exists. */
  kmsGrantsByGrantee: table<[AccountId, Region, string, string, string, string], true>(
    'kmsGrantsByGrantee',
    'grant by its grantee',
  ),
  /** retiring principal, region, account, key id, grant id → the grant exists. */
  kmsGrantsByRetirer: table<[string, Region, AccountId, string, string], true>(
    'kmsGrantsByRetirer',
    'grant by its retiring principal',
  ),
  /** bucket → the bucket. */
  buckets: table<[string], BucketRecord>('buckets', 'bucket'),
  /** owner, bucket → the owner has the bucket. */
  bucketsByOwner: table<[AccountId, string], true>('bucketsByOwner', 'bucket by its owner'),
  /** bucket, subresource of S3, id where a bucket has several → a configuration that is a document of its own. */
  bucketConfigurations: table<[string, string, string], BucketConfiguration>(
    'bucketConfigurations',
    'configuration of the bucket',
  ),
  /** account → Block Public Access for all its buckets. */
  accountPublicAccessBlocks: table<[AccountId], PublicAccessBlock>(
    'accountPublicAccessBlocks',
    'Block Public Access of the account',
  ),
  /** bucket, key → the newest version, which may be a delete marker. Sorts as S3 lists. */
  objects: table<[string, string], VersionRecord>('objects', 'object'),
  /** bucket, key, decreasing order → a version other than the newest. */
  olderVersions: table<[string, string, number], VersionRecord>('olderVersions', 'older version'),
  /** bucket, key, version id → the order of a version other than the newest. */
  versionOrders: table<[string, string, string], number>('versionOrders', 'order of the version'),
  /** bucket, key, id of the ciphertext → a small object's ciphertext. */
  objectData: table<[string, string, string], Uint8Array>('objectData', 'bytes of the object'),
  /** bucket, key, id of the write, position among the parts → a part of an object that was uploaded in parts. */
  objectParts: table<[string, string, string, number], PartRecord>('objectParts', 'part of the object'),
  /** bucket, key, upload id → an unfinished multipart upload. */
  multipartUploads: table<[string, string, string], MultipartUpload>('multipartUploads', 'multipart upload'),
  /** bucket, key, upload id, part number → an uploaded part. */
  multipartParts: table<[string, string, string, number], PartRecord>('multipartParts', 'uploaded part'),
  /** bucket, key, digest of the file's size and all settings → the upload that `s3 put --resume` resumes. */
  resumableUploads: table<[string, string, string], { readonly v: 1; readonly uploadId: string }>(
    'resumableUploads',
    'resumable upload',
  ),
  /** bucket id, requester, key → a bucket-level key in use. */
  bucketLevelKeys: table<[string, string, string], BucketLevelKey>('bucketLevelKeys', 'bucket-level key'),
  /** owner, bucket id, storage class → what is stored in the bucket, and was. */
  bucketTotals: gatheredTable<[AccountId, string, string], BucketTotals>('bucketTotals', 'totals of the bucket'),
  /** owner, bucket id, storage class, start of a day in ms → the totals at the end of a day on which they changed. */
  bucketDays: table<[AccountId, string, string, number], BucketTotals>('bucketDays', 'totals of the bucket by day'),
  /** blob id → a process is writing its file. */
  blobWrites: transientTable<[string], BlobWriteRecord>('uploads', 'file being written'),
  /** blob id → no row names its file any more. */
  unneededBlobs: transientTable<[string], true>('unneeded-blobs', 'file to be removed'),
  /** bucket → its replication configuration. */
  replicationConfigurations: table<[string], ReplicationConfiguration>(
    'replicationConfigurations',
    'replication configuration of the bucket',
  ),
  /** bucket, number → an object version that waits to be replicated. */
  replicationTasks: table<[string, number], ReplicationTask>('replicationTasks', 'replication task'),
  /** number, from 1 → a trail, or a deleted one that still has something to deliver. */
  trails: table<[number], TrailRecord>('trails', 'trail'),
  /** account, home region, name → the number of the trail. */
  trailNames: table<[AccountId, Region, string], number>('trailNames', 'name of the trail'),
  /** account → the numbers of its trails that log. */
  loggingTrails: table<[AccountId], readonly number[]>('loggingTrails', 'list of the trails that log'),
  /** trail's number, position in order of writing → an event that the trail wants, until it is delivered. */
  trailQueue: logTable<[number, number], QueuedCall>('trailQueue', 'event that waits for delivery'),
  /** trail's number → the position after the last one in its queue. */
  trailQueueEnds: gatheredTable<[number], number>('trailQueueEnds', "end of the trail's queue"),
  /** trail's number, region → what the trail has delivered of the region. */
  trailDeliveries: table<[number, Region], TrailDelivery>('trailDeliveries', 'delivery of the trail'),
  /** account, region, name → an alarm. */
  alarms: table<AlarmKey, AlarmRecord>('alarms', 'alarm'),
  /** account, region, time in ms, number → something that happened to an alarm. */
  alarmHistory: table<[AccountId, Region, timeMs: number, number: number], AlarmHistoryRecord>(
    'alarmHistory',
    'item of the history of alarms',
  ),
  /** number, from 1 → what an alarm left for an action. */
  alarmMessages: table<[number], AlarmMessageRecord>('alarmMessages', 'message of an alarm'),
  /** account, region, name, start in ms → a stretch of time for which an alarm cost the same. */
  alarmTerms: table<[AccountId, Region, string, number], AlarmTerm>('alarmTerms', 'term of an alarm'),
  /** region, beginning of its validity in ms → a key that CloudTrail signs its digests with. */
  trailSigningKeys: table<[Region, number], SigningKeyRecord>('trailSigningKeys', 'signing key of CloudTrail'),
};

/** The rows of a table. */
export type RowOf<Name extends keyof typeof tables> =
  (typeof tables)[Name] extends TableDeclaration<infer K, infer V> ? Row<K, V> : never;

/** A transaction: readable and writable tables, including the transaction's own changes. */
export type Tx = {
  readonly [Name in keyof typeof tables]: (typeof tables)[Name] extends TableDeclaration<infer K, infer V>
    ? Table<K, V>
    : never;
};
