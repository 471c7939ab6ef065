/** A decision for display: every gate with its policies and statements, and one sentence on what decided. */

import { callerAccount, callerArn } from './caller.ts';
import type { ControlTarget, GateKind, GateTrace, PolicyTrace } from './decision.ts';
import {
  type AccessRequest,
  type Gate,
  type GateResult,
  grantReach,
  type Hit,
  type NamedPolicy,
  type Policies,
  sweep,
  sweepLevels,
} from './gates.ts';
import { strength } from './principal-pattern.ts';
import { reachNames, traceStatement } from './statement.ts';
import type { Verdict } from './verdict.ts';

/** The order in which AWS describes the gates: IAM User Guide, "Policy evaluation logic". */
const ORDER = [
  'resource-control-policy',
  'service-control-policy',
  'resource-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
  'grant',
] as const satisfies readonly GateKind[];

/** All gates, including those that do not concern the request. */
export function traceGates(gates: readonly Gate[], request: AccessRequest, policies: Policies): readonly GateTrace[] {
  const unlimited = unlimitedGiver(gates, request, policies);
  return ORDER.map((kind) => {
    if (kind === 'grant') return traceGrants(request, policies);
    const gate = gates.find((candidate) => candidate.kind === kind);
    if (!gate) return { gate: kind, result: 'not-applicable', policies: [] };
    return traceGate(gate, request, policies, unlimited);
  });
}

/**
 * What gives to the caller itself, which neither its boundary nor its session policies limit: IAM User Guide,
 * "Permissions boundaries for IAM entities", "Evaluating effective permissions with boundaries".
 */
function unlimitedGiver(
  gates: readonly Gate[],
  { caller, owner }: AccessRequest,
  { resource, grants = [] }: Policies,
): string | undefined {
  const gate = gates.find(({ kind }) => kind === 'resource-policy');
  if (gate && callerAccount(caller) === owner && sweep(gate).reach === strength.direct) return `the ${resource?.name}`;
  return grantReach(grants, caller).reach === strength.direct ? 'the grant' : undefined;
}

function traceGate(gate: Gate, request: AccessRequest, policies: Policies, unlimited: string | undefined): GateTrace {
  const result = sweep(gate);
  const note = noteOf(gate, result, request, policies, unlimited);
  const levels = sweepLevels(gate).map((level) => ({ target: level.target, result: resultOf(level.result) }));
  return {
    gate: gate.kind,
    result: resultOf(result),
    policies: gate.levels.flatMap((level, i) => level.map((policy) => tracePolicy(policy, gate, gate.targets?.[i]))),
    ...(levels.length > 0 && { levels }),
    ...(note !== undefined && { note }),
  };
}

const tracePolicy = (policy: NamedPolicy, gate: Gate, target: ControlTarget | undefined): PolicyTrace => ({
  name: policy.name,
  ...(target && { target }),
  ...(policy.arn !== undefined && { arn: policy.arn }),
  result: resultOf(sweep({ ...gate, levels: [[policy]] })),
  statements: policy.document.statements.map((statement) => traceStatement(statement, gate.subject)),
  ...(policy.lift !== undefined && { lift: policy.lift }),
  ...(policy.ifSilent && { wayOut: policy.ifSilent.wayOut }),
  ...(policy.isUnknown && { isUnknown: policy.isUnknown }),
});

const resultOf = ({ deny, allow }: GateResult): 'allow' | 'deny' | 'silent' =>
  deny ? 'deny' : allow ? 'allow' : 'silent';

function noteOf(
  { kind, levels }: Gate,
  { deny, allow, reach }: GateResult,
  { caller, owner }: AccessRequest,
  { resource }: Policies,
  unlimited: string | undefined,
): string | undefined {
  const isOwn = caller.kind !== 'service' && caller.kind !== 'anonymous' && caller.account === owner;
  if (deny) return 'an explicit Deny, which no Allow can override';
  switch (kind) {
    case 'resource-policy': {
      if (levels.every((policies) => policies.length === 0)) return `there is no ${resource?.name ?? 'policy'}`;
      if (!allow) {
        if (resource?.kind !== 'bucket-policy')
          return 'it does not allow this, and unless it does, identity-based policies do not count';
        return isOwn
          ? 'it does not allow this; within one account an identity-based policy is enough'
          : 'it does not allow this, and callers from other accounts need it to';
      }
      if (caller.kind === 'service' || caller.kind === 'anonymous')
        return 'it allows the caller, who needs nothing else';
      // In another account, too, a root user has no policies that could allow it.
      if (!isOwn && caller.kind === 'root') return "it allows the caller's account, whose root user needs nothing else";
      if (!isOwn) return "it allows the caller; the caller's own account must allow it too";
      if (allow.statement.notPrincipals && !allow.statement.principals) {
        return 'it lets in everyone whom NotPrincipal does not list, which is enough in the same account';
      }
      if (reach === strength.account) {
        return "it names the account, which leaves the decision to the account's identity-based policies";
      }
      if (reach === strength.role)
        return "it names the session's role, whose boundary and session policy still limit it";
      if (reach === strength.baseUser)
        return 'it names the user behind the session, whose session policy still limits it';
      return 'it names the caller, which is enough in the same account';
    }
    case 'identity-policy':
      if (allow) return undefined;
      return levels.every((policies) => policies.length === 0)
        ? 'the caller has no identity-based policies'
        : "none of the caller's policies allows it";
    case 'permissions-boundary':
    case 'session-policy':
      if (allow) return 'it allows this, though it grants no permissions by itself';
      return unlimited === undefined
        ? 'it does not allow this, and nothing beyond it is allowed'
        : `it does not allow this, but does not limit what ${unlimited} gives the caller itself`;
    case 'service-control-policy':
    case 'resource-control-policy':
      return allow ? undefined : 'every level of the organization must allow it';
  }
}

function traceGrants({ caller }: AccessRequest, { grants = [], nearGrants = [] }: Policies): GateTrace {
  if (grants.length === 0 && nearGrants.length === 0) return { gate: 'grant', result: 'not-applicable', policies: [] };
  const traced = grants.map(
    (grant): PolicyTrace => ({
      name: `grant ${grant.grantId} to ${grant.granteePrincipal}`,
      result: grantReach([grant], caller).reach === strength.none ? 'silent' : 'allow',
      statements: [],
    }),
  );
  const near = nearGrants.map(
    ({ grantId, granteePrincipal, constraint, pairs }): PolicyTrace => ({
      name: `grant ${grantId} to ${granteePrincipal}, only with ${constraint} ${pairsText(pairs)}`,
      result: 'silent',
      statements: [],
    }),
  );
  const { reach } = grantReach(grants, caller);
  const name = reachNames[reach];
  const note = name === undefined || name === 'direct' ? undefined : grantNotes[name];
  return {
    gate: 'grant',
    result: reach === strength.none ? 'silent' : 'allow',
    policies: [...traced, ...near],
    ...(name && { reach: name }),
    ...(note !== undefined && { note }),
  };
}

const pairsText = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

const grantNotes = {
  account: "the grant names the account, which leaves the decision to the account's identity-based policies",
  role: "the grant names the session's role, whose boundary and session policy still limit it",
  'base-user': 'the grant names the user behind the session, whose session policy still limits it',
} as const;

/** One sentence: what allowed the request, or what prevented it. */
export function becauseOf(verdict: Verdict, { action, caller }: AccessRequest, policies: Policies): string {
  if (verdict.allowed) {
    switch (verdict.by) {
      case 'every-caller':
        return `every caller may use ${action}: it needs no permission`;
      case 'root':
        return verdict.also
          ? `the root user needs no identity-based policy, and ${hitName(verdict.also)} allows ${action}`
          : `the root user may do anything in its account that no policy denies`;
      case 'grant':
        return `grant ${verdict.grant?.grantId} allows ${action} for ${verdict.grant?.granteePrincipal}`;
      case 'resource-policy':
        return `${hitName(verdict.hit)} allows ${action} for ${callerArn(caller)}`;
      case 'identity-policy': {
        const { also } = verdict;
        const resourceSide = also
          ? `, and ${hitName(also)} lets ${verdict.crossAccount ? 'the other account' : "the account's policies"} decide`
          : verdict.grant
            ? `, and grant ${verdict.grant.grantId} lets the account's policies decide`
            : '';
        return `${hitName(verdict.hit)} allows ${action}${resourceSide}`;
      }
    }
  }
  const { denial, hit, grant } = verdict;
  if (hit) return `${hitName(hit)} denies ${action}`;
  const also = grant ? `, and that limits grant ${grant.grantId} too` : '';
  switch (denial.gate) {
    case 'resource-policy':
      return silentResource(action, policies, verdict);
    case 'identity-policy':
      return `no identity-based policy of the caller allows ${action}${unknownOnes(policies)}`;
    case 'permissions-boundary':
      return `${silentBoundary(action, policies)}${also}`;
    case 'session-policy':
      return `${silentSession(action, policies)}${also}`;
    case 'service-control-policy':
      return `${levelsText(denial.levels)} of the caller's organization ${(denial.levels?.length ?? 1) > 1 ? 'have' : 'has'} no service control policy that allows ${action}`;
    case 'resource-control-policy':
    case 'grant':
      return `no ${denial.gate.replaceAll('-', ' ')} allows ${action}`;
  }
}

function silentBoundary(action: string, { boundary }: Policies): string {
  const { name = '', arn = name, isUnknown } = boundary ?? {};
  return isUnknown
    ? `the caller's permissions boundary is an unknown policy, ${arn}, which allows nothing`
    : `the caller's permissions boundary ${name} does not allow ${action}`;
}

function silentSession(action: string, { session }: Policies): string {
  if (!session) return 'the session was made without a policy and so has no permissions of its own';
  const [first, ...others] = session;
  if (!first) return 'the session was made with an empty list of policies and so has no permissions';
  return others.length === 0
    ? `the ${first.name} does not allow ${action}`
    : `none of the session's ${session.length} policies allows ${action}`;
}

/** Policies that are attached but do not exist, as the end of a sentence. */
function unknownOnes({ identity = [] }: Policies): string {
  const arns = identity.flatMap(({ isUnknown, name, arn = name }) => (isUnknown ? [arn] : []));
  if (arns.length === 0) return '';
  return `, and ${arns.join(', ')} ${arns.length === 1 ? 'is an unknown policy, which allows' : 'are unknown policies, which allow'} nothing`;
}

function silentResource(
  action: string,
  { resource }: Policies,
  { crossAccount }: Pick<Verdict, 'crossAccount'>,
): string {
  if (resource?.rule?.ifSilent) return resource.rule.ifSilent.because;
  const name = resource?.name ?? 'resource-based policy';
  if (resource?.document === undefined) {
    return crossAccount
      ? `there is no ${name}, and callers from another account need one that allows ${action}`
      : `there is no ${name} that allows ${action}`;
  }
  if (resource.kind === 'key-policy' && !crossAccount) {
    return `the key policy neither allows ${action} for the caller nor lets the account's identity-based policies do so`;
  }
  return `the ${name} does not allow ${action} for the caller`;
}

/** A level of an organization in a sentence. */
export const targetText = ({ kind, id, name }: ControlTarget): string =>
  kind === 'root' ? `the root ${id}` : `the ${kind} ${name} (${id})`;

/** Levels of an organization in a sentence. */
export function levelsText(levels: readonly ControlTarget[] = []): string {
  const texts = levels.map(targetText);
  const last = texts.pop();
  if (last === undefined) return 'a level';
  return texts.length === 0 ? last : `${texts.join(', ')} and ${last}`;
}

function hitName(hit: Hit | undefined): string {
  if (!hit) return 'a policy';
  const { gate, policy, statement } = hit;
  // The name of a managed policy does not say that it is a boundary.
  const article =
    gate === 'permissions-boundary' ? 'the permissions boundary ' : policy.arn === undefined ? 'the ' : '';
  if (policy.lift !== undefined || policy.ifSilent) return `${article}${policy.name}`;
  const place = statement.sid === undefined ? `statement ${statement.index + 1}` : `statement "${statement.sid}"`;
  return `${article}${policy.name} (${place})${hit.target ? ` at ${targetText(hit.target)}` : ''}`;
}
