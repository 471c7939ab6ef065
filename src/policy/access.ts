/** The question that the evaluator is asked: a permission that a call needs, with what bears on the answer. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';

export type ContextValue = string | number | boolean | Date | readonly string[];

/** Condition keys with their values, spelled as AWS spells them; an undefined value is an absent key. */
export type ConditionContext = Readonly<Record<string, ContextValue | undefined>>;

/** One permission that a call needs. */
export interface Access {
  /** The permission's name as policies spell it: `kms:ReEncryptFrom`, `s3:ListAllMyBuckets`. */
  readonly action: string;
  /** The resource's ARN; `*` where the action has none. */
  readonly resource: string;
  /** The account that owns the resource. */
  readonly owner: AccountId;
  /** Where the resource is, when that need not be where the call was made: the audit log of this region has the call. */
  readonly region?: Region | undefined;
  /** The policy attached to the resource itself. */
  readonly resourcePolicy?: ResourcePolicy | undefined;
  /** Grants on the resource that could allow this action to this caller. */
  readonly grants?: readonly GrantPermission[] | undefined;
  /** The condition keys of the request and the resource; the global ones are filled in by the evaluator's caller. */
  readonly context?: ConditionContext | undefined;
  /** How a denial names the resource, where it is not `on resource: ARN`. */
  readonly resourcePhrase?: string | undefined;
  /** Where the call can succeed without this permission: all that the answer changes, as a clause: `whether …`. */
  readonly decidesOnly?: string | undefined;
}

export interface ResourcePolicy {
  readonly kind: 'key-policy' | 'bucket-policy' | 'trust-policy';
  /** The document's text; undefined: the resource has none. */
  readonly document: string | undefined;
  /** What the document's principals stood for when it was saved (`bindPrincipals`). */
  readonly principals?: Readonly<Record<string, string>> | undefined;
  /** A setting of the resource that stands beside its policy and denies as a statement of it would. */
  readonly setting?: ResourceSetting | undefined;
}

export interface ResourceSetting {
  /** What a person calls it. */
  readonly name: string;
  /** What it comes to, as a policy's text. */
  readonly document: string;
  /** How to be rid of it, in the imperative. */
  readonly lift: string;
}

/** A grant that covers the action, as far as its operations and constraints go; whom it names is the evaluator's. */
export interface GrantPermission {
  readonly grantId: string;
  readonly granteePrincipal: string;
  /** The unique id that the grantee had when the grant was made. */
  readonly granteeId?: string | undefined;
}
