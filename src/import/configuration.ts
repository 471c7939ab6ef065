/** The configuration of accounts, as read and before it is stored: rows without what only a store can give them. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { GroupRecord, ManagedPolicyRecord, RoleRecord, UserRecord } from '../store/records/iam.ts';
import type { Constraints, GrantRecord, KeyRecord, MultiRegionSet } from '../store/records/kms.ts';
import type {
  ControlPolicyType,
  MemberRecord,
  OrganizationPolicyRecord,
  OrganizationRecord,
  UnitRecord,
} from '../store/records/organizations.ts';
import type { BucketRecord, PublicAccessBlock, ReplicationConfiguration } from '../store/records/s3.ts';

/** Without a unique id, what Terraform has yet to create gets one. */
type Draft<T extends { readonly id: string; readonly createdMs: number }> = Omit<T, 'v' | 'id' | 'createdMs'> & {
  readonly id?: string | undefined;
  readonly createdMs?: number | undefined;
};

export type UserDraft = Draft<UserRecord>;
export type GroupDraft = Draft<GroupRecord>;
/** Its trust policy is as given, with ARNs. */
export type RoleDraft = Draft<RoleRecord>;
/** The account of one of AWS's own is `aws`. */
export type PolicyDraft = Omit<Draft<ManagedPolicyRecord>, 'updatedMs'> & { readonly updatedMs?: number | undefined };

export type KeyDraft = Pick<
  KeyRecord,
  | 'account'
  | 'region'
  | 'keyId'
  | 'manager'
  | 'spec'
  | 'usage'
  | 'origin'
  | 'description'
  | 'lifecycle'
  | 'policy'
  | 'tags'
  | 'multiRegion'
  | 'expiration'
> & {
  /** Automatic rotation; the answers of AWS did not always say when it is due. */
  readonly rotation?: { readonly periodDays: number; readonly nextMs?: number | undefined } | undefined;
  readonly createdMs?: number | undefined;
  /** Of a multi-Region key, all related keys, whether they are imported or not. */
  readonly related?: Pick<MultiRegionSet, 'primary' | 'replicas'> | undefined;
};

export interface AliasDraft {
  readonly account: AccountId;
  readonly region: Region;
  /** With its prefix, `alias/`. */
  readonly name: string;
  readonly keyId: string;
  readonly createdMs?: number | undefined;
  readonly updatedMs?: number | undefined;
}

/** Its principals are as given: ARNs, unique ids of deleted ones, or services. */
export interface GrantDraft
  extends Pick<GrantRecord, 'account' | 'region' | 'keyId' | 'name' | 'operations' | 'issuer'> {
  readonly grantId?: string | undefined;
  readonly createdMs?: number | undefined;
  readonly grantee: string;
  readonly retiring?: string | undefined;
  readonly constraints: Constraints;
}

export type BucketDraft = Pick<
  BucketRecord,
  | 'name'
  | 'owner'
  | 'region'
  | 'location'
  | 'encryption'
  | 'encryptionIsExplicit'
  | 'blocksCustomerKeys'
  | 'versioning'
  | 'publicAccessBlock'
  | 'ownership'
  | 'policy'
  | 'tags'
> & {
  readonly createdMs?: number | undefined;
  readonly replication?: ReplicationConfiguration['configuration'] | undefined;
};

/** An organization as the answers about it show it. */
export interface OrganizationDraft
  extends Pick<OrganizationRecord, 'id' | 'managementAccount' | 'root' | 'featureSet' | 'policyTypes'> {
  readonly units: readonly Pick<UnitRecord, 'id' | 'name' | 'parent'>[];
  readonly members: readonly (Pick<MemberRecord, 'parent' | 'name' | 'email' | 'joinedBy'> & {
    readonly account: AccountId;
    readonly joinedMs?: number | undefined;
    readonly isClosed: boolean;
  })[];
  readonly policies: readonly Pick<OrganizationPolicyRecord, 'id' | 'type' | 'name' | 'description' | 'content'>[];
  readonly attachments: readonly AttachmentDraft[];
}

export interface AttachmentDraft {
  /** The id of the root, a unit or an account. */
  readonly target: string;
  /** The policy's id. */
  readonly policy: string;
  readonly type: ControlPolicyType;
}

export interface Configuration {
  /** Every account that the configuration is of. */
  readonly accounts: ReadonlySet<AccountId>;
  readonly users: readonly UserDraft[];
  readonly groups: readonly GroupDraft[];
  readonly roles: readonly RoleDraft[];
  readonly policies: readonly PolicyDraft[];
  readonly keys: readonly KeyDraft[];
  readonly aliases: readonly AliasDraft[];
  readonly grants: readonly GrantDraft[];
  readonly buckets: readonly BucketDraft[];
  readonly organizations: readonly OrganizationDraft[];
  /** Block Public Access of whole accounts. */
  readonly accountBlocks: ReadonlyMap<AccountId, PublicAccessBlock>;
  /** S3's canonical user ids of accounts, as far as they are known. */
  readonly canonicalUsers: ReadonlyMap<string, AccountId>;
}

export interface ReadingOptions {
  /** The account of what does not say whose it is. */
  readonly account?: AccountId | undefined;
  /** The region of what does not say where it is. */
  readonly region: Region;
  /** Makes the ids of keys that Terraform has yet to create. */
  readonly uuid: () => string;
}
