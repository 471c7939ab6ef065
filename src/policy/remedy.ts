/** The changes that would allow a denied request: the smallest statements to add, and the Denies in the way. */

import { parseArn } from '../api/arn.ts';
import type { ConditionTrace, Decision, GateKind, GateTrace, StatementTrace } from './decision.ts';
import type { SeveralResources } from './several-resources.ts';
import { literalText } from './variables.ts';

export interface AllowStatement {
  readonly Effect: 'Allow';
  readonly Principal?: '*' | { readonly AWS: string } | { readonly Service: string } | undefined;
  readonly Action: string;
  /** Absent in a trust policy. */
  readonly Resource?: string | readonly string[] | undefined;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
}

export type Remedy =
  /** Add this statement to a policy of that kind; every such remedy is needed. */
  | { readonly kind: 'add-statement'; readonly gate: GateKind; readonly statement: AllowStatement }
  /** No Allow can override it: remove it, narrow it, or make a request that it does not cover. */
  | {
      readonly kind: 'lift-deny';
      readonly gate: GateKind;
      readonly policy: string;
      readonly policyArn?: string | undefined;
      readonly sid: string | undefined;
      /** Its position in the policy, from 0. */
      readonly index: number;
      /** Its conditions, all of which the request meets. */
      readonly conditions: readonly ConditionTrace[];
      /** For a setting that counts as a policy: how to remove it. */
      readonly lift?: string | undefined;
    };

/**
 * All changes needed for the request to be allowed; empty if it already is, or if no policy could allow it. Requests that
 * were decided alike about `several` resources are allowed by the same changes.
 */
export function remediesFor(decision: Decision, several?: SeveralResources): readonly Remedy[] {
  if (decision.allowed || isAgainstRule(decision)) return [];
  const denies = decision.gates.flatMap(deniesOf);
  return [...denies, ...missingGates(decision).map((gate) => addition(gate, decision, several))];
}

/** Whether a service's own rule would have to allow it. */
const isAgainstRule = (decision: Decision): boolean =>
  missingGates(decision).includes('resource-policy') &&
  decision.gates.some(
    ({ gate, policies }) => gate === 'resource-policy' && policies.some(({ wayOut }) => wayOut !== undefined),
  );

function deniesOf({ gate, policies }: GateTrace): Remedy[] {
  return policies.flatMap(({ name, arn, statements, lift }) =>
    statements
      .filter(({ effect, applies }) => effect === 'Deny' && applies)
      .map(({ sid, index, conditions }) => ({
        kind: 'lift-deny',
        gate,
        policy: name,
        policyArn: arn,
        sid,
        index,
        conditions,
        ...(lift !== undefined && { lift }),
      })),
  );
}

/** The gates that block the request for lack of an Allow, disregarding Denies. */
function missingGates(decision: Decision): readonly GateKind[] {
  const { action, gates } = decision;
  const isSilent = (kind: GateKind) => isWithoutAllow(gates.find(({ gate }) => gate === kind));
  const isThere = (kind: GateKind) =>
    (gates.find(({ gate }) => gate === kind)?.result ?? 'not-applicable') !== 'not-applicable';
  const organization = (['resource-control-policy', 'service-control-policy'] as const).filter(isSilent);
  if (kindOf(decision) === 'outsider') return isSilent('resource-policy') ? ['resource-policy'] : organization;

  const isForeign = isCrossAccount(decision);
  // Every key and role has a policy, and without its consent nobody gets in.
  const isMandatory = isThere('resource-policy') && !action.startsWith('s3:');
  const granted = gates.find(({ gate }) => gate === 'grant')?.reach;
  const needsResource = (isForeign || isMandatory) && isSilent('resource-policy') && granted === undefined;
  const named = isForeign ? undefined : needsResource ? reachWhenNamed(decision) : reachOf(gates);
  // A grant also works across accounts; for a role session, within the limits of its boundary and session policy.
  const reach = granted === 'direct' ? 'direct' : (named ?? (isOfSession(granted) ? 'limited' : undefined));
  const limits = (['permissions-boundary', 'session-policy'] as const).filter(isSilent);
  return [
    ...organization,
    ...(needsResource ? (['resource-policy'] as const) : []),
    ...(reach === undefined && isSilent('identity-policy') ? (['identity-policy'] as const) : []),
    ...(reach === 'direct' ? [] : limits),
  ];
}

/** A gate with a Deny can also have an Allow. */
const isWithoutAllow = (trace: GateTrace | undefined): boolean =>
  trace !== undefined &&
  trace.result !== 'not-applicable' &&
  !trace.policies.some(({ statements }) => statements.some(({ effect, applies }) => effect === 'Allow' && applies)) &&
  trace.result !== 'allow';

type Reach = 'direct' | 'limited';

/** How far the resource's own policy lets in a caller of the account; undefined if the caller's policies are needed. */
function reachOf(gates: readonly GateTrace[]): Reach | undefined {
  const statements = gates
    .find(({ gate }) => gate === 'resource-policy')
    ?.policies.flatMap((policy) => policy.statements);
  const named = statements
    ?.filter(({ effect, applies }) => effect === 'Allow' && applies)
    .map(({ principal }) => principal);
  if (named?.includes('direct')) return 'direct';
  return named?.some(isOfSession) ? 'limited' : undefined;
}

const isOfSession = (principal: StatementTrace['principal']) => principal === 'role' || principal === 'base-user';

/** A session is named by its role, and its boundary and session policy still limit it. */
const reachWhenNamed = (decision: Decision): Reach => (kindOf(decision) === 'session' ? 'limited' : 'direct');

function kindOf({ caller, context }: Decision): 'session' | 'outsider' | 'account' {
  if (parseArn(caller) === undefined) return 'outsider';
  return principalOf({ caller, context }) === caller ? 'account' : 'session';
}

/** The principal that policies name: for a session, its role's ARN. */
function principalOf({ caller, context }: Pick<Decision, 'caller' | 'context'>): string {
  const { 'aws:PrincipalArn': named } = context;
  return typeof named === 'string' ? named : caller;
}

function isCrossAccount({ caller, resource, context }: Decision): boolean {
  const own = context['aws:PrincipalAccount'] ?? parseArn(caller)?.account;
  const owner = context['aws:ResourceAccount'] ?? (parseArn(resource)?.account || own);
  return own !== owner;
}

function addition(gate: GateKind, decision: Decision, several?: SeveralResources): Remedy {
  const { action } = decision;
  const covered = several
    ? resourcesElement(several)
    : (deliveredObjects(decision) ?? resourceElement(decision.resource));
  const Condition = viaService(decision);
  if (gate !== 'resource-policy') {
    return {
      kind: 'add-statement',
      gate,
      statement: { Effect: 'Allow', Action: action, Resource: covered, ...Condition },
    };
  }
  const Principal = principalElement(decision);
  // A key policy is about its own key, a trust policy about its own role.
  const Resource = action.startsWith('s3:') ? covered : action.startsWith('kms:') ? '*' : undefined;
  return {
    kind: 'add-statement',
    gate,
    statement: {
      Effect: 'Allow',
      Principal,
      Action: action,
      ...(Resource !== undefined && { Resource }),
      ...forSource(decision),
    },
  };
}

/**
 * All objects that CloudTrail delivers to that bucket for that account: each file has a name of its own. CloudTrail User
 * Guide, "Amazon S3 bucket policy for CloudTrail".
 */
function deliveredObjects({ action, resource, context }: Decision): string | undefined {
  if (context['aws:PrincipalServiceName'] !== 'cloudtrail.amazonaws.com' || action !== 's3:PutObject') return undefined;
  const [place] = /^.*\/AWSLogs\/\d{12}\//s.exec(resource) ?? [];
  return place === undefined ? undefined : `${literalText(place)}*`;
}

function resourcesElement({ listed, hasMore, common }: SeveralResources): string | readonly string[] {
  const [first = '', ...others] = listed.map(resourceElement).sort();
  if (hasMore) return `${literalText(common)}*`;
  return others.length === 0 ? first : [first, ...others];
}

/** A `*` in an object's name is not a wildcard of the request. */
const resourceElement = (resource: string): string => (resource === '*' ? resource : literalText(resource));

function principalElement(decision: Decision): AllowStatement['Principal'] {
  if (kindOf(decision) !== 'outsider') return { AWS: principalOf(decision) };
  const { 'aws:PrincipalServiceName': service } = decision.context;
  return typeof service === 'string' ? { Service: service } : '*';
}

/** A service is let in only for the sake of what it called for, so that nobody else can make it call. */
function forSource(decision: Decision): Pick<AllowStatement, 'Condition'> {
  const { 'aws:PrincipalServiceName': service, 'aws:SourceArn': source } = decision.context;
  const via = viaService(decision);
  if (typeof service !== 'string' || typeof source !== 'string') return via;
  return { Condition: { StringEquals: { ...via.Condition?.StringEquals, 'aws:SourceArn': literalText(source) } } };
}

/** A caller who needs KMS only through a service needs no permission to call KMS directly. */
function viaService({ context }: Decision): Pick<AllowStatement, 'Condition'> {
  const { 'kms:ViaService': service } = context;
  return typeof service === 'string' ? { Condition: { StringEquals: { 'kms:ViaService': service } } } : {};
}
