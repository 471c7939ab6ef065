/** What would allow a request that was denied: the smallest statements to add, and the Denies that are in the way. */

import { parseArn } from '../api/arn.ts';
import type { ConditionTrace, Decision, GateKind, GateTrace, StatementTrace } from './decision.ts';
import { literalText } from './variables.ts';

export interface AllowStatement {
  readonly Effect: 'Allow';
  readonly Principal?: '*' | { readonly AWS: string } | { readonly Service: string } | undefined;
  readonly Action: string;
  /** A trust policy's statements have none. */
  readonly Resource?: string | undefined;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
}

export type Remedy =
  /** Put this statement into a policy of that kind: each of them is needed. */
  | { readonly kind: 'add-statement'; readonly gate: GateKind; readonly statement: AllowStatement }
  /** No Allow outweighs it: it has to go, or to be narrowed, or the request to be one that it is not about. */
  | {
      readonly kind: 'lift-deny';
      readonly gate: GateKind;
      readonly policy: string;
      readonly policyArn?: string | undefined;
      readonly sid: string | undefined;
      /** Its place in the policy, from 0. */
      readonly index: number;
      /** Its conditions, all of them met by the request. */
      readonly conditions: readonly ConditionTrace[];
      /** How to be rid of it, where it is no statement of a policy but a setting. */
      readonly lift?: string | undefined;
    };

/** Everything that has to change for the request to be allowed; nothing when it is. */
export function remediesFor(decision: Decision): readonly Remedy[] {
  if (decision.allowed) return [];
  const denies = decision.gates.flatMap(deniesOf);
  return [...denies, ...missingGates(decision).map((gate) => addition(gate, decision))];
}

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

/** The gates that do not let the request through for want of an Allow, Denies left aside. */
function missingGates(decision: Decision): readonly GateKind[] {
  const { action, gates } = decision;
  const isSilent = (kind: GateKind) => isWithoutAllow(gates.find(({ gate }) => gate === kind));
  const isThere = (kind: GateKind) =>
    (gates.find(({ gate }) => gate === kind)?.result ?? 'not-applicable') !== 'not-applicable';
  const organization = (['resource-control-policy', 'service-control-policy'] as const).filter(isSilent);
  if (kindOf(decision) === 'outsider') return isSilent('resource-policy') ? ['resource-policy'] : organization;

  const isForeign = isCrossAccount(decision);
  // Every key and role has a policy, and without it nobody comes in.
  const isMandatory = isThere('resource-policy') && !action.startsWith('s3:');
  const granted = gates.find(({ gate }) => gate === 'grant')?.reach;
  const needsResource = (isForeign || isMandatory) && isSilent('resource-policy') && granted === undefined;
  const named = isForeign ? undefined : needsResource ? reachWhenNamed(decision) : reachOf(gates);
  // A grant lets in across accounts too: the session of a role as far as its boundary and session policy do.
  const reach = granted === 'direct' ? 'direct' : (named ?? (isOfSession(granted) ? 'limited' : undefined));
  const limits = (['permissions-boundary', 'session-policy'] as const).filter(isSilent);
  return [
    ...organization,
    ...(needsResource ? (['resource-policy'] as const) : []),
    ...(reach === undefined && isSilent('identity-policy') ? (['identity-policy'] as const) : []),
    ...(reach === 'direct' ? [] : limits),
  ];
}

/** A Deny in a gate can stand beside an Allow. */
const isWithoutAllow = (trace: GateTrace | undefined): boolean =>
  trace !== undefined &&
  trace.result !== 'not-applicable' &&
  !trace.policies.some(({ statements }) => statements.some(({ effect, applies }) => effect === 'Allow' && applies)) &&
  trace.result !== 'allow';

type Reach = 'direct' | 'limited';

/** How far the resource's own policy lets a caller of the same account in; undefined: not without the caller's policies. */
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

/** A session is named by its role, whose boundary and session policy still limit it. */
const reachWhenNamed = (decision: Decision): Reach => (kindOf(decision) === 'session' ? 'limited' : 'direct');

function kindOf({ caller, context }: Decision): 'session' | 'outsider' | 'account' {
  if (parseArn(caller) === undefined) return 'outsider';
  return principalOf({ caller, context }) === caller ? 'account' : 'session';
}

/** Of a session its role's ARN, which policies name. */
function principalOf({ caller, context }: Pick<Decision, 'caller' | 'context'>): string {
  const { 'aws:PrincipalArn': named } = context;
  return typeof named === 'string' ? named : caller;
}

function isCrossAccount({ caller, resource, context }: Decision): boolean {
  const own = context['aws:PrincipalAccount'] ?? parseArn(caller)?.account;
  const owner = context['aws:ResourceAccount'] ?? (parseArn(resource)?.account || own);
  return own !== owner;
}

function addition(gate: GateKind, decision: Decision): Remedy {
  const { action, resource } = decision;
  const Condition = viaService(decision);
  if (gate !== 'resource-policy') {
    return {
      kind: 'add-statement',
      gate,
      statement: { Effect: 'Allow', Action: action, Resource: resourceElement(resource), ...Condition },
    };
  }
  const Principal = principalElement(decision);
  // A key policy is about its own key, a trust policy about its own role.
  const Resource = action.startsWith('s3:') ? resourceElement(resource) : action.startsWith('kms:') ? '*' : undefined;
  return {
    kind: 'add-statement',
    gate,
    statement: {
      Effect: 'Allow',
      Principal,
      Action: action,
      ...(Resource !== undefined && { Resource }),
      ...Condition,
    },
  };
}

/** A `*` in the name of an object is no wildcard of the request. */
const resourceElement = (resource: string): string => (resource === '*' ? resource : literalText(resource));

function principalElement(decision: Decision): AllowStatement['Principal'] {
  if (kindOf(decision) !== 'outsider') return { AWS: principalOf(decision) };
  const { 'aws:PrincipalServiceName': service } = decision.context;
  return typeof service === 'string' ? { Service: service } : '*';
}

/** What a service asks of KMS on the caller's behalf needs no permission to ask KMS without it. */
function viaService({ context }: Decision): Pick<AllowStatement, 'Condition'> {
  const { 'kms:ViaService': service } = context;
  return typeof service === 'string' ? { Condition: { StringEquals: { 'kms:ViaService': service } } } : {};
}
