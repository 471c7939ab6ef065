/** The question put to the evaluator: a permission that a call needs, with everything that bears on the answer. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';

export type ContextValue = string | number | boolean | Date | readonly string[];

/** Condition keys with their values, spelled as AWS spells them; an undefined value is an absent key. */
export type ConditionContext = Readonly<Record<string, ContextValue | undefined>>;

/** One permission that a call needs. */
export interface Access {
  /** The permission's name as policies spell it: `kms:ReEncryptFrom`, `s3:ListAllMyBuckets`. */
  readonly action: string;
  /** The resource's ARN; `*` for an action that has no resource. */
  readonly resource: string;
  /** The account that owns the resource. */
  readonly owner: AccountId;
  /** The resource's region, if it can differ from the call's: the event goes to the audit log of this region. */
  readonly region?: Region | undefined;
  /** Whether AWS manages the resource for the owner, as it does the key `aws/s3`: resource control policies do not count. */
  readonly isAwsManaged?: boolean | undefined;
  /** The policy attached to the resource itself. */
  readonly resourcePolicy?: ResourcePolicy | undefined;
  /** Grants on the resource that could allow this action to this caller. */
  readonly grants?: readonly GrantPermission[] | undefined;
  /** The grants that miss the request by their constraints alone; looked for only once it is denied. */
  readonly nearGrants?: (() => readonly NearGrant[]) | undefined;
  /** The condition keys of the request and the resource; the global ones are filled in by the evaluator's caller. */
  readonly context?: ConditionContext | undefined;
  /** How a denial refers to the resource, if not as `on resource: ARN`. */
  readonly resourcePhrase?: string | undefined;
  /** Set when the call can succeed without this permission: what the answer changes, as a clause: `whether …`. */
  readonly decidesOnly?: string | undefined;
  /** Condition keys that the request does not have, though a reader may think so. */
  readonly unsent?: UnsentKeys | undefined;
}

/** Condition keys that would have a value if something else than the request counted, such as a default. */
export interface UnsentKeys {
  readonly keys: ConditionContext;
  /** What does not count, and what does: one sentence for a person. */
  readonly note: string;
}

export interface ResourcePolicy {
  readonly kind: 'key-policy' | 'bucket-policy' | 'trust-policy';
  /** The document's text; undefined if the resource has no policy. */
  readonly document: string | undefined;
  /** The principals in the document, as resolved when it was saved (`bindPrincipals`). */
  readonly principals?: Readonly<Record<string, string>> | undefined;
  /** A setting of the resource, separate from its policy, that denies as a statement of the policy would. */
  readonly setting?: ResourceSetting | undefined;
  /** A rule of the service's that allows as a statement of the policy would. */
  readonly rule?: ServiceRule | undefined;
}

export interface ResourceSetting {
  /** Its name for a person. */
  readonly name: string;
  /** Its effect, as a policy's text. */
  readonly document: string;
  /** How to remove it, in the imperative. */
  readonly lift: string;
}

/** What a service allows regardless of the resource's policy, which cannot allow it then. */
export interface ServiceRule {
  /** Its name for a person, as it stands after "the". */
  readonly name: string;
  /** Its effect, as a policy's text. */
  readonly document: string;
  /** For callers whom it does not let in. */
  readonly ifSilent: {
    /** Whom it lets in, as a clause. */
    readonly because: string;
    /** What others can do, in the imperative. */
    readonly wayOut: string;
  };
}

/** A grant whose operations and constraints cover the action; the evaluator decides whether it names the caller. */
export interface GrantPermission {
  readonly grantId: string;
  readonly granteePrincipal: string;
  /** The unique id of the grantee when the grant was created. */
  readonly granteeId?: string | undefined;
}

/** A grant for the action whose constraint on the encryption context the request does not meet. */
export interface NearGrant extends GrantPermission {
  readonly constraint: 'EncryptionContextSubset' | 'EncryptionContextEquals';
  /** The pairs that it asks for. */
  readonly pairs: Readonly<Record<string, string>>;
}
