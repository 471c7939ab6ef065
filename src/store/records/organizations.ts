/** The rows of AWS Organizations: organizations, their units and accounts, and the policies attached to them. */

import type { AccountId } from '../../api/arn.ts';
import type { Tags } from '../../policy/caller.ts';

/** The types of policies that decide: AWS Organizations API Reference, CreatePolicy, Type. */
export type ControlPolicyType = 'RESOURCE_CONTROL_POLICY' | 'SERVICE_CONTROL_POLICY';

export interface OrganizationRecord {
  readonly v: 1;
  /** `o-…`. */
  readonly id: string;
  readonly managementAccount: AccountId;
  /** The id of its root: `r-…`. */
  readonly root: string;
  readonly rootTags: Tags;
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  readonly createdMs: number;
  /** The types of policies that are enabled. */
  readonly policyTypes: readonly ControlPolicyType[];
}

/** An account as a member of an organization; the management account is one, too. */
export interface MemberRecord {
  readonly v: 1;
  /** The organization's id. */
  readonly organization: string;
  /** The root or the unit that it is in. */
  readonly parent: string;
  readonly name: string;
  readonly email: string;
  readonly joinedMs: number;
  readonly joinedBy: 'CREATED' | 'INVITED';
  /** Since when it is closed. */
  readonly closedMs?: number | undefined;
  readonly tags: Tags;
}

/** An organizational unit. */
export interface UnitRecord {
  readonly v: 1;
  readonly organization: string;
  /** `ou-…`. */
  readonly id: string;
  readonly name: string;
  /** The root or the unit that it is in. */
  readonly parent: string;
  readonly tags: Tags;
}

/** A policy of the organization's own: those that AWS manages are not stored. */
export interface OrganizationPolicyRecord {
  readonly v: 1;
  readonly organization: string;
  /** `p-…`. */
  readonly id: string;
  readonly type: ControlPolicyType;
  readonly name: string;
  readonly description: string;
  readonly content: string;
  readonly tags: Tags;
}

/** A request to create an account, which is always fulfilled at once, or refused with a reason. */
export interface AccountRequestRecord {
  readonly v: 1;
  /** `car-…`. */
  readonly id: string;
  readonly name: string;
  readonly requestedMs: number;
  readonly account?: AccountId | undefined;
  /** Why there is no account: AWS Organizations API Reference, CreateAccountStatus, FailureReason. */
  readonly failure?: 'EMAIL_ALREADY_EXISTS' | undefined;
}
