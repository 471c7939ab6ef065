/** The evaluator: goes through the gates and combines their outcomes. IAM User Guide, "Policy evaluation logic". */

import type { GrantPermission } from './access.ts';
import { callerAccount } from './caller.ts';
import { lowerCase } from './context.ts';
import type { DenialReason, GateKind } from './decision.ts';
import {
  type AccessRequest,
  type Gate,
  type GateResult,
  grantReach,
  type Hit,
  type Policies,
  sweep,
  sweepLevels,
} from './gates.ts';
import { type Strength, strength } from './principal-pattern.ts';

/** The outcome of a decision, and its cause. */
export type Verdict =
  | {
      readonly allowed: true;
      readonly by: 'every-caller' | 'root' | 'identity-policy' | 'resource-policy' | 'grant';
      readonly hit?: Hit | undefined;
      /** Besides an identity policy: the statement of the resource's policy that is also needed. */
      readonly also?: Hit | undefined;
      readonly grant?: GrantPermission | undefined;
      readonly crossAccount: boolean;
    }
  | {
      readonly allowed: false;
      readonly denial: DenialReason;
      readonly hit?: Hit | undefined;
      /** A grant that the silent gate limits, without which it would have allowed. */
      readonly grant?: GrantPermission | undefined;
      readonly crossAccount: boolean;
    };

/** Goes through the gates: a Deny anywhere, then the Allows that this caller and this resource need. */
export function weigh(request: AccessRequest, policies: Policies, gates: readonly Gate[]): Verdict {
  const { caller, owner } = request;
  const action = lowerCase(request.action);
  const account = callerAccount(caller);
  const crossAccount = account !== undefined && account !== owner;
  // STS API Reference, GetCallerIdentity: it needs no permissions, and a Deny does not stop it.
  if (action === 'sts:getcalleridentity' && caller.kind !== 'anonymous') {
    return { allowed: true, by: 'every-caller', crossAccount };
  }
  const results: Partial<Record<GateKind, GateResult>> = {};
  for (const gate of gates) {
    const result = sweep(gate);
    if (result.deny) return denied(gate.kind, result.deny, crossAccount);
    results[gate.kind] = result;
  }
  if (!opens(results['service-control-policy'])) return deniedByLevels(gates, crossAccount);
  const resource = results['resource-policy'];
  const reach = resource === undefined ? strength.none : resource.reach;
  const isMandatory = policies.resource !== undefined && policies.resource.kind !== 'bucket-policy';
  const granted = policies.grants?.length ? grantReach(policies.grants, caller) : { reach: strength.none };

  if (caller.kind === 'service' || caller.kind === 'anonymous') {
    // Only S3 accepts a request without a signature.
    const mayBeAnonymous = policies.resource?.kind === 'bucket-policy';
    if (reach === strength.direct && (caller.kind === 'service' || mayBeAnonymous)) {
      return { allowed: true, by: 'resource-policy', hit: resource?.allow, crossAccount };
    }
    if (granted.reach === strength.direct) return { allowed: true, by: 'grant', grant: granted.grant, crossAccount };
    return denied('resource-policy', undefined, crossAccount);
  }

  const identity = results['identity-policy'];
  const isIdentityOpen = caller.kind === 'root' || identity?.allow !== undefined;
  const isBoundaryOpen = opens(results['permissions-boundary']);
  // A federated user without a session policy has no permissions of its own: STS API Reference, GetFederationToken.
  const isSessionOpen =
    opens(results['session-policy']) && (caller.kind !== 'federated-user' || policies.session !== undefined);
  const isUnbounded = isBoundaryOpen && isSessionOpen;
  const isEnough = (reached: Strength) => reached === strength.direct || (isLimited(reached) && isUnbounded);

  if (!crossAccount && isEnough(reach))
    return { allowed: true, by: 'resource-policy', hit: resource?.allow, crossAccount };
  if (isEnough(granted.reach)) return { allowed: true, by: 'grant', grant: granted.grant, crossAccount };
  const isResourceSideOpen = reach !== strength.none || granted.reach === strength.account;
  const needsResourceSide = crossAccount || isMandatory;
  if (isIdentityOpen && isUnbounded && (isResourceSideOpen || !needsResourceSide)) {
    const also = needsResourceSide ? resource?.allow : undefined;
    const grant = also ? undefined : granted.grant;
    const by = caller.kind === 'root' ? 'root' : 'identity-policy';
    return { allowed: true, by, hit: identity?.allow, also, grant, crossAccount };
  }
  return {
    ...denied(silentGate(), undefined, crossAccount),
    ...(isLimited(granted.reach) && { grant: granted.grant }),
  };

  /** Of the gates without an Allow, the one that AWS reports. */
  function silentGate(): GateKind {
    // What names the caller's role lets in the session by itself, within the boundary and the session's policies. A
    // grant does across accounts, too.
    const isNamed = isLimited(granted.reach) || (!crossAccount && isLimited(reach));
    if (isMandatory && !isResourceSideOpen && !isNamed) return 'resource-policy';
    if (!isIdentityOpen && !isNamed) return 'identity-policy';
    if (!isBoundaryOpen) return 'permissions-boundary';
    if (!isSessionOpen) return 'session-policy';
    return 'resource-policy';
  }
}

/** Named by way of a session's role or user: enough, but the boundary and the session's policies limit it. */
const isLimited = (reached: Strength): boolean => reached === strength.role || reached === strength.baseUser;

/** A gate that does not apply to the caller is open. */
const opens = (result: GateResult | undefined) => result === undefined || result.allow !== undefined;

function denied(gate: GateKind, hit: Hit | undefined, crossAccount: boolean): Verdict {
  const policyArn = hit?.policy.arn;
  const target = hit?.target;
  const denial = {
    gate,
    explicit: hit !== undefined,
    ...(policyArn !== undefined && { policyArn }),
    ...(target && { levels: [target] }),
  };
  return { allowed: false, denial, hit, crossAccount };
}

/** For lack of a service control policy that allows: at every level without one. */
function deniedByLevels(gates: readonly Gate[], crossAccount: boolean): Verdict {
  const gate = 'service-control-policy';
  const silent = gates
    .filter(({ kind }) => kind === gate)
    .flatMap(sweepLevels)
    .filter(({ result }) => result.allow === undefined);
  const denial = { gate, explicit: false, levels: silent.map(({ target }) => target) } as const;
  return { allowed: false, denial, crossAccount };
}
