/**
 * What AWS's own policy simulator would say of a decision, where it would be wrong since it does not see what decided:
 * IAM API Reference, SimulatePrincipalPolicy, and IAM User Guide, "IAM policy testing with the IAM policy simulator".
 */

import type { Decision, GateKind, GateTrace, StatementTrace } from './decision.ts';

/** One sentence if `simulate-principal-policy`, asked about the caller, would answer otherwise; else undefined. */
export function simulatedOtherwise(decision: Decision): string | undefined {
  const { allowed, action } = decision;
  const simulated = simulatedAnswer(decision);
  // Its answer on what needs no permission is not about policies.
  if (simulated === undefined || simulated === allowed || /^sts:GetCallerIdentity$/i.test(action)) return undefined;
  const unseen = allowed ? allowedUnseen(decision) : deniedUnseen(decision);
  if (unseen === undefined) return undefined;
  return `AWS's policy simulator would say ${simulated ? 'allowed' : 'denied'}: simulate-principal-policy does not evaluate ${unseen}`;
}

/**
 * It evaluates the policies and the boundary of a user or role, and service control policies without conditions.
 * Condition keys count as passed to it. Undefined for callers that it does not take.
 */
function simulatedAnswer({ caller, gates }: Decision): boolean | undefined {
  if (!/^arn:aws:(?:iam::\d+:user|sts::\d+:assumed-role)\//.test(caller)) return undefined;
  const identity = gateOf(gates, 'identity-policy');
  if (identity === undefined) return undefined;
  const isStopped = [gateOf(gates, 'permissions-boundary'), seenControl(gateOf(gates, 'service-control-policy'))].some(
    (gate) => gate !== undefined && gate.result !== 'allow',
  );
  return identity.result === 'allow' && !isStopped;
}

/** Undefined if the gate does not concern the request. */
const gateOf = (gates: readonly GateTrace[], kind: GateKind): GateTrace | undefined =>
  gates.find(({ gate, result }) => gate === kind && result !== 'not-applicable');

/** The gate as far as it is evaluated without the policies that have conditions. */
function seenControl(gate: GateTrace | undefined): GateTrace | undefined {
  return gate?.result === 'deny' && denials(gate).every(({ conditions }) => conditions.length > 0) ? undefined : gate;
}

const denials = ({ policies }: GateTrace): StatementTrace[] =>
  policies.flatMap(({ statements }) => statements.filter(({ effect, applies }) => applies && effect === 'Deny'));

function deniedUnseen({ denial, action, caller }: Decision): string | undefined {
  switch (denial?.gate) {
    case 'resource-policy':
      return resourcePolicies(action, caller);
    case 'session-policy':
      return 'session policies';
    case 'resource-control-policy':
      return 'resource control policies';
    case 'service-control-policy':
      return 'service control policies that have conditions';
    default:
      return undefined;
  }
}

function allowedUnseen({ action, caller, gates }: Decision): string | undefined {
  const allows = (kind: GateKind) => gateOf(gates, kind)?.result === 'allow';
  const unseen = [
    ...(allows('grant') ? [GRANTS] : []),
    ...(allows('resource-policy') ? [resourcePolicies(action, caller)] : []),
  ];
  return unseen.length === 0 ? undefined : [...new Set(unseen)].join(' or ');
}

const GRANTS = 'grants';

function resourcePolicies(action: string, caller: string): string {
  // Who may retire a grant is said by the grant.
  if (/^kms:RetireGrant$/i.test(action)) return GRANTS;
  if (action.startsWith('kms:')) return 'key policies';
  if (action.startsWith('sts:')) return 'trust policies';
  return caller.includes(':assumed-role/') ? 'bucket policies for roles' : 'bucket policies that are not passed to it';
}
