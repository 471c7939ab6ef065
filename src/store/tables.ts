/** Every table of a store, with its keys and contents. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { ProcessMark } from './process-mark.ts';
import type { BlobHold, BlobWriteRecord } from './records/blobs.ts';
import type { CallOfFormat1, StoredCall } from './records/call.ts';
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
import type { AliasRecord, BackingKeyRecord, GrantRecord, KeyRecord, KeyUse, MultiRegionSet } from './records/kms.ts';
import type { Refusal } from './records/refusal.ts';
import type {
  BucketLevelKey,
  BucketRecord,
  MultipartUpload,
  PartRecord,
  PublicAccessBlock,
  ReplicationConfiguration,
  ReplicationTask,
  VersionRecord,
} from './records/s3.ts';
import { logTable, type Table, type TableDeclaration, table } from './table.ts';

/** Facts about the store as a whole: one row per fact. */
export interface MetaRows {
  /** The format of this store. */
  readonly format: { readonly version: number };
  /** The number of calls that were ever refused; the last ones are in `refusals`. */
  readonly refused: { readonly count: number };
  /** The store's clock as an offset from the machine's, in milliseconds; or the time at which it is stopped. */
  readonly clock: { readonly offsetMs: number } | { readonly frozenAtMs: number };
  /** Identifies the store's own root key. */
  readonly rootKey: { readonly check: Uint8Array };
  /** Another store is taking this one's place: processes that still have it open must stop. */
  readonly replaced: { readonly process: ProcessMark };
}

/** recipient account, region, time in ms, event id. */
export type CallKey = readonly [recipient: AccountId, region: Region, timeMs: number, eventId: string];

export const tables = {
  /** name of the fact → the fact. */
  meta: table<[keyof MetaRows], MetaRows[keyof MetaRows]>('meta'),
  /**
   * recipient account, region, time in ms, event id → a management event: everything except reads and writes of data.
   */
  managementCalls: logTable<CallKey, StoredCall>('managementCalls'),
  /** recipient account, region, time in ms, event id → a data event, the same. */
  dataCalls: logTable<CallKey, StoredCall>('dataCalls'),
  /** recipient account, region, time in ms, event id → a call of either kind, from before the two tables existed. */
  callsOfFormat1: table<CallKey, CallOfFormat1>('calls'),
  /** number → a caller, as JSON text. */
  callers: table<[number], string>('callers'),
  /** text, or its digest if it is long → the number of the caller. */
  callerNumbers: table<[string], number>('callerNumbers'),
  /** account → the account. */
  accounts: table<[AccountId], AccountRecord>('accounts'),
  /** account, name in lower case → user. */
  users: table<[AccountId, string], UserRecord>('users'),
  /** account, name in lower case → role. */
  roles: table<[AccountId, string], RoleRecord>('roles'),
  /** account, name in lower case → group. */
  groups: table<[AccountId, string], GroupRecord>('groups'),
  /** account, group's name in lower case, user's name in lower case → membership. */
  groupMembers: table<[AccountId, string, string], true>('group-members'),
  /** account, path and name of the ARN → customer managed policy. */
  managedPolicies: table<[AccountId, string], ManagedPolicyRecord>('managed-policies'),
  /**
   * managed policy's ARN, kind of entity, its account and name in lower case as `ACCOUNT/name` → whether it is attached
   * or a boundary.
   */
  policyUses: table<
    [string, 'user' | 'role' | 'group', string],
    { readonly account: AccountId; readonly as: 'policy' | 'boundary' }
  >('policy-uses'),
  /** access key id → long-term key, temporary credentials, or what is left of a deleted key. */
  accessKeys: table<[string], AccessKeyRecord | SessionRecord | DeletedAccessKey>('access-keys'),
  /** user's unique id, access key id → the user has the long-term key. */
  userAccessKeys: table<[string, string], true>('user-access-keys'),
  /** unique id of a user or role → its account and name; removed with the entity. */
  principalIds: table<[string], { readonly kind: 'user' | 'role'; readonly account: AccountId; readonly name: string }>(
    'principal-ids',
  ),
  /** position in a ring → one of the last refused calls, with what decided it. */
  refusals: table<[number], Refusal>('refusals'),
  /** account, region, key id → a KMS key. */
  kmsKeys: table<[AccountId, Region, string], KeyRecord>('kmsKeys'),
  /** region, key id → the account that the key is in. */
  kmsKeyOwners: table<[Region, string], AccountId>('kmsKeyOwners'),
  /** time in ms, account, region, key id → the key changes at that time. */
  kmsDeadlines: table<[number, AccountId, Region, string], true>('kmsDeadlines'),
  /** a single row → a time in ms before which no deadline is due. */
  kmsNextDeadline: table<['next'], number>('kmsNextDeadline'),
  /** account, region, key id, generation → a generation of the key's material. */
  kmsBackingKeys: table<[AccountId, Region, string, number], BackingKeyRecord>('kmsBackingKeys'),
  /** account, region, alias with its prefix → the key that it points to. */
  kmsAliases: table<[AccountId, Region, string], AliasRecord>('kmsAliases'),
  /** account, key id → the regions of a multi-Region key. */
  kmsMultiRegionSets: table<[AccountId, string], MultiRegionSet>('kmsMultiRegionSets'),
  /** account, region, key id → the key's last use. */
  kmsKeyUses: table<[AccountId, Region, string], KeyUse>('kmsKeyUses'),
  /** account, region, key id, grant id → a grant. */
  kmsGrants: table<[AccountId, Region, string, string], GrantRecord>('kmsGrants'),
  /** account, region, key id, grantee, name, grant id → the grant exists. */
  kmsGrantsByGrantee: table<[AccountId, Region, string, string, string, string], true>('kmsGrantsByGrantee'),
  /** retiring principal, region, account, key id, grant id → the grant exists. */
  kmsGrantsByRetirer: table<[string, Region, AccountId, string, string], true>('kmsGrantsByRetirer'),
  /** bucket → the bucket. */
  buckets: table<[string], BucketRecord>('buckets'),
  /** owner, bucket → the owner has the bucket. */
  bucketsByOwner: table<[AccountId, string], true>('bucketsByOwner'),
  /** account → Block Public Access for all its buckets. */
  accountPublicAccessBlocks: table<[AccountId], PublicAccessBlock>('accountPublicAccessBlocks'),
  /** bucket, key → the newest version, which may be a delete marker. Sorts as S3 lists. */
  objects: table<[string, string], VersionRecord>('objects'),
  /** bucket, key, decreasing order → a version other than the newest. */
  olderVersions: table<[string, string, number], VersionRecord>('olderVersions'),
  /** bucket, key, version id → the order of a version other than the newest. */
  versionOrders: table<[string, string, string], number>('versionOrders'),
  /** bucket, key, id of the ciphertext → a small object's ciphertext. */
  objectData: table<[string, string, string], Uint8Array>('objectData'),
  /** bucket, key, id of the write, position among the parts → a part of an object that was uploaded in parts. */
  objectParts: table<[string, string, string, number], PartRecord>('objectParts'),
  /** bucket, key, upload id → an unfinished multipart upload. */
  multipartUploads: table<[string, string, string], MultipartUpload>('multipartUploads'),
  /** bucket, key, upload id, part number → an uploaded part. */
  multipartParts: table<[string, string, string, number], PartRecord>('multipartParts'),
  /** bucket, key, digest of the file's size and all settings → the upload that `s3 put --resume` resumes. */
  resumableUploads: table<[string, string, string], { readonly v: 1; readonly uploadId: string }>('resumableUploads'),
  /** bucket id, requester, key → a bucket-level key in use. */
  bucketLevelKeys: table<[string, string, string], BucketLevelKey>('bucketLevelKeys'),
  /** blob id → a process is writing its file. */
  blobWrites: table<[string], BlobWriteRecord>('uploads'),
  /** blob id → no row names its file any more. */
  unneededBlobs: table<[string], true>('unneeded-blobs'),
  /** id of an unfinished copy of the store → the process that makes it; meanwhile no blob file is removed. */
  blobHolds: table<[string], BlobHold>('blobHolds'),
  /** bucket → its replication configuration. */
  replicationConfigurations: table<[string], ReplicationConfiguration>('replicationConfigurations'),
  /** bucket, number → an object version that waits to be replicated. */
  replicationTasks: table<[string, number], ReplicationTask>('replicationTasks'),
};

/** A transaction: readable and writable tables, including the transaction's own changes. */
export type Tx = {
  readonly [Name in keyof typeof tables]: (typeof tables)[Name] extends TableDeclaration<infer K, infer V>
    ? Table<K, V>
    : never;
};
