/**
 * A decision as a value: not only yes or no, but every gate that was passed, every policy that was consulted, and the
 * statement and condition that decided. `explain`, `who-can`, the message of a denial and the audit log use it.
 */

import type { NotPrincipalReading } from './not-principal.ts';

/** The gates in the order of IAM User Guide, "Policy evaluation logic". */
export type GateKind =
  | 'resource-control-policy'
  | 'service-control-policy'
  | 'resource-policy'
  | 'identity-policy'
  | 'permissions-boundary'
  | 'session-policy'
  | 'grant';

/** The outcome of one condition of a statement. */
export interface ConditionTrace {
  readonly operator: string;
  readonly key: string;
  /** The values in the policy, variables filled in. */
  readonly expected: readonly string[];
  /** The values in the request; undefined if the key is not in the request. */
  readonly actual: readonly string[] | undefined;
  readonly met: boolean;
  /** A note for the reader: an unknown key, a value that is not a number, an unresolved variable. */
  readonly warning?: string | undefined;
}

/** The outcome of one statement of a policy. */
export interface StatementTrace {
  /** The statement's Sid; undefined if it has none. `index` is its position in the policy, from 0. */
  readonly sid: string | undefined;
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  readonly applies: boolean;
  /** The first part that did not match, if the statement does not apply. */
  readonly failed?: 'principal' | 'action' | 'resource' | 'condition' | undefined;
  /** The parts that list exceptions: NotPrincipal, NotAction, NotResource. Absent if there are none. */
  readonly exempting?: readonly ('principal' | 'action' | 'resource')[] | undefined;
  /** For a resource policy, how the statement names the caller: directly, by the session's role, by the account. */
  readonly principal?: 'direct' | 'base-user' | 'role' | 'account' | undefined;
  /** For a statement with NotPrincipal, what its list means for the caller. */
  readonly notPrincipal?: NotPrincipalReading | undefined;
  /** Notes for the reader on the statement as it is written. */
  readonly warnings?: readonly string[] | undefined;
  readonly conditions: readonly ConditionTrace[];
}

/** A level of an organization, to which control policies are attached: its root, a unit, an account. */
export interface ControlTarget {
  readonly kind: 'root' | 'unit' | 'account';
  /** `r-…`, `ou-…`, or the account's number. */
  readonly id: string;
  readonly name: string;
}

/** The outcome of one level of an organization. */
export interface LevelTrace {
  readonly target: ControlTarget;
  readonly result: 'allow' | 'deny' | 'silent';
}

export interface PolicyTrace {
  /** Its name for a person: `AdministratorAccess`, `inline policy reports`, `key policy`, `bucket policy`. */
  readonly name: string;
  /** The level of the organization that it is attached to. */
  readonly target?: ControlTarget | undefined;
  readonly arn?: string | undefined;
  readonly result: 'allow' | 'deny' | 'silent';
  readonly statements: readonly StatementTrace[];
  /** For a setting that counts as a policy: how to remove it, in the imperative. */
  readonly lift?: string | undefined;
  /** For a rule of a service that counts as a policy: what callers whom it does not let in can do, in the imperative. */
  readonly wayOut?: string | undefined;
  /** Set for a policy that is attached but does not exist. */
  readonly isUnknown?: true | undefined;
}

export interface GateTrace {
  readonly gate: GateKind;
  /** `not-applicable`: this gate does not concern the caller or the resource. */
  readonly result: 'allow' | 'deny' | 'silent' | 'not-applicable';
  readonly policies: readonly PolicyTrace[];
  /** For control policies: the levels of the organization from its root down, each of which must allow. */
  readonly levels?: readonly LevelTrace[] | undefined;
  /** For grants: how the strongest one names the caller. */
  readonly reach?: StatementTrace['principal'];
  /** One sentence on the gate's effect on the request. */
  readonly note?: string | undefined;
}

/** Why a request was denied: the gate, and whether because of a Deny or for lack of an Allow. */
export interface DenialReason {
  readonly gate: GateKind;
  readonly explicit: boolean;
  /** The managed policy that contains the explicit Deny. */
  readonly policyArn?: string | undefined;
  /** For control policies: the levels of the organization that deny, or of which none allows. */
  readonly levels?: readonly ControlTarget[] | undefined;
}

export interface Decision {
  readonly allowed: boolean;
  /** The caller as AWS prints it. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  /** Present if the request is denied. */
  readonly denial?: DenialReason | undefined;
  /** One sentence: what allowed the request, or what prevented it. */
  readonly because: string;
  /** Set when the call can succeed without this permission: what the answer changes, as a clause: `whether …`. */
  readonly decidesOnly?: string | undefined;
  /** For a call by a service for the caller: why the service makes it, as a sentence. */
  readonly asked?: string | undefined;
  /** For a denial that hangs on a condition key without a value: the default that does not count for it, as a sentence. */
  readonly notCounted?: string | undefined;
  readonly gates: readonly GateTrace[];
  /** The whole context in which the decision was made. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}
