/** What the naive evaluator is asked: a request and the policies that bear on it, as they stand in JSON. */

import type { Caller } from '../../../src/policy/caller.ts';

/** IAM User Guide, "IAM JSON policy elements reference": whatever takes a list also takes a single value. */
type OneOrMore<T> = T | readonly T[];

/** `"*"`, or names by their type: `{"AWS": "…", "Service": "…"}`. */
type Principal = '*' | Readonly<Record<string, OneOrMore<string>>>;

/** Operators, each with its condition keys, each with the values that it compares. */
export type ConditionJson = Readonly<Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>>;

export interface StatementJson {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Principal;
  readonly NotPrincipal?: Principal;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: ConditionJson;
}

export interface DocumentJson {
  readonly Version?: string;
  readonly Statement: OneOrMore<StatementJson>;
}

/** Condition keys with their values; a list is a key with several. */
export type Keys = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** ARNs of users and roles, each with the unique id that it had when the policy was saved. */
export type Bindings = Readonly<Record<string, string>>;

export interface ResourcePolicyJson {
  readonly kind: 'bucket-policy' | 'key-policy' | 'trust-policy';
  /** Undefined if nothing is attached. */
  readonly document?: DocumentJson | undefined;
  readonly principals?: Bindings | undefined;
  /** Denies in addition to the document. */
  readonly setting?: DocumentJson | undefined;
}

export interface GrantJson {
  readonly grantId: string;
  readonly granteePrincipal: string;
  readonly granteeId?: string;
}

/** An absent member: the caller or the resource does not have this kind of policy. */
export interface PoliciesJson {
  readonly identity?: readonly DocumentJson[] | undefined;
  readonly boundary?: DocumentJson | undefined;
  readonly session?: readonly DocumentJson[] | undefined;
  readonly resource?: ResourcePolicyJson | undefined;
  /** From the root of the organization down to the caller's account, the policies at each level. */
  readonly serviceControl?: readonly (readonly DocumentJson[])[] | undefined;
  /** Likewise down to the account that owns the resource. */
  readonly resourceControl?: readonly (readonly DocumentJson[])[] | undefined;
  readonly grants?: readonly GrantJson[] | undefined;
}

export interface Situation {
  readonly caller: Caller;
  readonly action: string;
  /** An ARN, or `*` for an action that has no resource. */
  readonly resource: string;
  /** For an action without a resource: the ARN by which policies may name it nevertheless. */
  readonly wildcardArn?: string | undefined;
  /** The account that owns the resource. */
  readonly owner: string;
  readonly keys: Keys;
  readonly policies: PoliciesJson;
}

export const listOf = <T>(value: OneOrMore<T> | undefined): readonly T[] =>
  value === undefined ? [] : isList(value) ? value : [value];

const isList = <T>(value: OneOrMore<T>): value is readonly T[] => Array.isArray(value);
