/**
 * A decision as a value: not only yes or no, but every gate that was passed, every policy that was looked at and the
 * statement and condition that decided. `explain`, `who-can`, the denial's message and the audit log read it.
 */

/** The gates in the order of IAM User Guide, "Policy evaluation logic". */
export type GateKind =
  | 'resource-control-policy'
  | 'service-control-policy'
  | 'resource-policy'
  | 'identity-policy'
  | 'permissions-boundary'
  | 'session-policy'
  | 'grant';

/** What one condition of a statement came to. */
export interface ConditionTrace {
  readonly operator: string;
  readonly key: string;
  /** The values in the policy, variables filled in. */
  readonly expected: readonly string[];
  /** The values in the request; undefined: the key is not in the request. */
  readonly actual: readonly string[] | undefined;
  readonly met: boolean;
  /** What a reader should know: an unknown key, a value that is no number, an unresolved variable. */
  readonly warning?: string | undefined;
}

/** What one statement of a policy came to. */
export interface StatementTrace {
  /** The statement's Sid, or its place in the policy, from 0. */
  readonly sid: string | undefined;
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  readonly applies: boolean;
  /** What kept the statement from applying: the first part that did not match. */
  readonly failed?: 'principal' | 'action' | 'resource' | 'condition' | undefined;
  /** The parts that list exceptions: NotPrincipal, NotAction, NotResource. Absent when there are none. */
  readonly exempting?: readonly ('principal' | 'action' | 'resource')[] | undefined;
  /** How the statement names the caller, of a resource policy: directly, by the session's role, by the account. */
  readonly principal?: 'direct' | 'base-user' | 'role' | 'account' | undefined;
  readonly conditions: readonly ConditionTrace[];
}

export interface PolicyTrace {
  /** What a person calls it: `AdministratorAccess`, `inline policy reports`, `key policy`, `bucket policy`. */
  readonly name: string;
  readonly arn?: string | undefined;
  readonly result: 'allow' | 'deny' | 'silent';
  readonly statements: readonly StatementTrace[];
  /** How to be rid of what is no policy but a setting that counts as one, in the imperative. */
  readonly lift?: string | undefined;
}

export interface GateTrace {
  readonly gate: GateKind;
  /** `not-applicable`: this gate does not concern this caller or resource. */
  readonly result: 'allow' | 'deny' | 'silent' | 'not-applicable';
  readonly policies: readonly PolicyTrace[];
  /** Of grants: how the strongest of them names the caller. */
  readonly reach?: StatementTrace['principal'];
  /** One sentence on what this gate means for the request. */
  readonly note?: string | undefined;
}

/** Why a request was denied: the gate, and whether a Deny or the absence of an Allow did it. */
export interface DenialReason {
  readonly gate: GateKind;
  readonly explicit: boolean;
  /** The managed policy with the explicit Deny. */
  readonly policyArn?: string | undefined;
}

export interface Decision {
  readonly allowed: boolean;
  /** The caller as AWS prints it. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  /** Present when the answer is no. */
  readonly denial?: DenialReason | undefined;
  /** One sentence: what allowed it, or what kept it from being allowed. */
  readonly because: string;
  /** Where the call can succeed without this permission: all that the answer changes, as a clause: `whether …`. */
  readonly decidesOnly?: string | undefined;
  readonly gates: readonly GateTrace[];
  /** The whole context that the decision was made in. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}
