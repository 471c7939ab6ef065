/**
 * What IAM's policy simulator answers for an action on a resource: IAM API Reference, SimulatePrincipalPolicy. It sees
 * the policies that it is given and what the caller says of the request, and nothing else: no key policies, grants,
 * session policies or resource control policies.
 */

import type { AccountId } from '../api/arn.ts';
import type { Caller } from './caller.ts';
import type { Context } from './context.ts';
import { type StatementKeys, statementKeys } from './context-keys.ts';
import type { Decision, GateKind, GateTrace, StatementTrace } from './decision.ts';
import { evaluate } from './evaluate.ts';
import type { AttachedPolicy, ControlLevel, NamedPolicy } from './gates.ts';
import { loadPolicy, type PolicyDocument } from './policy-document.ts';
import { type StatementPlace, statementPlaces } from './statement-places.ts';

/** A policy that takes part in a simulation. */
export interface SourcePolicy {
  readonly id: string;
  /** As the simulator names it, which is not one of the names in its model. */
  readonly type: 'IAM Policy' | 'Permissions Boundary Policy' | 'Resource Policy';
  readonly document: PolicyDocument;
  /** Of its statements, in their order; worked out when first asked for, as is `keys`. */
  places(): readonly StatementPlace[];
  keys(): readonly StatementKeys[];
}

/** @throws SyntaxError if the text is not a policy */
export const sourcePolicy = (id: string, type: SourcePolicy['type'], text: string): SourcePolicy => ({
  id,
  type,
  document: loadPolicy(text),
  places: once(() => statementPlaces(text)),
  keys: once(() => statementKeys(text)),
});

function once<T extends object>(find: () => T): () => T {
  let found: T | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

/** Everything that a simulation is about but the action and the resource. */
export interface Simulation {
  readonly caller: Caller;
  readonly context: Context;
  readonly identity: readonly SourcePolicy[];
  readonly boundary?: SourcePolicy | undefined;
  /** Attached to each resource. */
  readonly resource?: SourcePolicy | undefined;
  /** Service control policies of the caller's account, from the root of its organization down. */
  readonly serviceControl?: readonly ControlLevel[] | undefined;
}

export type SimulatedAnswer = 'allowed' | 'explicitDeny' | 'implicitDeny';

export interface MatchedStatement extends StatementPlace {
  readonly policy: SourcePolicy;
}

export interface SimulatedDecision {
  readonly answer: SimulatedAnswer;
  /** The statements that deny if one does, else those that allow if the answer is so. */
  readonly matched: readonly MatchedStatement[];
  /** The condition keys that statements about the action and the resource read, and that have no value. */
  readonly missing: readonly string[];
  /** Whether the organization and the boundary allow it; absent where there is none. */
  readonly byOrganization?: boolean | undefined;
  readonly byBoundary?: boolean | undefined;
  /** Across accounts: what each kind of policy answers by itself. */
  readonly byKind?: Readonly<Record<string, SimulatedAnswer>> | undefined;
}

/** Decides whether an action is allowed on a resource that an account owns. */
export function simulatedDecision(
  simulation: Simulation,
  action: string,
  { resource, owner }: { readonly resource: string; readonly owner: AccountId },
): SimulatedDecision {
  const { caller, context, identity, boundary } = simulation;
  const policy = resourcePolicyFor(action, simulation);
  const serviceControl = simulation.serviceControl && unconditional(simulation.serviceControl);
  const decision = evaluate(
    { caller, action, resource, owner, context },
    {
      identity: identity.map(named),
      boundary: boundary && named(boundary),
      resource: policy?.attached,
      ...(serviceControl && serviceControl.length > 0 && { serviceControl }),
    },
  );
  const traced = tracedPolicies(decision, [
    ['identity-policy', identity],
    ['permissions-boundary', boundary ? [boundary] : []],
    ['resource-policy', policy ? [policy.source] : []],
  ]);
  const answer = decision.allowed ? 'allowed' : answerOf(decision.denial?.explicit ? 'deny' : 'silent');
  const control = gateOf(decision, 'service-control-policy');
  const isForeign = 'account' in caller && caller.account !== owner;
  return {
    answer,
    matched: control?.result === 'deny' ? [] : traced.flatMap((each) => matchedOf(each, answer)),
    missing: missingKeys(traced, context),
    ...(simulation.serviceControl && { byOrganization: control === undefined || control.result === 'allow' }),
    ...(boundary && { byBoundary: gateOf(decision, 'permissions-boundary')?.result === 'allow' }),
    ...(isForeign && (control === undefined || control.result === 'allow') && { byKind: kindsOf(decision) }),
  };
}

const named = ({ id, document }: SourcePolicy): NamedPolicy => ({ name: id, document });

/** The simulator ignores the policy of a role that is to be assumed. A key's policy has to allow, as always. */
function resourcePolicyFor(
  action: string,
  { resource }: Simulation,
): { readonly source: SourcePolicy; readonly attached: AttachedPolicy } | undefined {
  if (!resource || /^sts:assume/i.test(action)) return undefined;
  const kind = /^kms:/i.test(action) ? 'key-policy' : 'bucket-policy';
  return { source: resource, attached: { kind, name: resource.id, document: resource.document } };
}

/** Levels as the simulator sees them, which leaves out policies with conditions. */
const unconditional = (levels: readonly ControlLevel[]): ControlLevel[] =>
  levels.flatMap((level) => {
    const policies = level.policies.filter(({ document }) =>
      document.statements.every(({ conditions }) => conditions.length === 0),
    );
    return policies.length > 0 ? [{ ...level, policies }] : [];
  });

/** A policy with what became of each of its statements. */
interface TracedPolicy {
  readonly source: SourcePolicy;
  readonly statements: readonly StatementTrace[];
}

const tracedPolicies = (
  decision: Decision,
  sources: readonly (readonly [GateKind, readonly SourcePolicy[]])[],
): TracedPolicy[] =>
  sources.flatMap(([kind, policies]) => {
    const traces = gateOf(decision, kind)?.policies ?? [];
    return policies.map((source, i) => ({ source, statements: traces[i]?.statements ?? [] }));
  });

/** Undefined if the gate does not concern the request. */
const gateOf = ({ gates }: Decision, kind: GateKind): GateTrace | undefined =>
  gates.find(({ gate, result }) => gate === kind && result !== 'not-applicable');

const answerOf = (result: GateTrace['result']): SimulatedAnswer =>
  result === 'allow' ? 'allowed' : result === 'deny' ? 'explicitDeny' : 'implicitDeny';

function matchedOf({ source, statements }: TracedPolicy, answer: SimulatedAnswer): MatchedStatement[] {
  // A boundary only limits: it has no part in what is allowed.
  if (answer === 'implicitDeny' || (answer === 'allowed' && source.type === 'Permissions Boundary Policy')) return [];
  const effect = answer === 'allowed' ? 'Allow' : 'Deny';
  const matched = statements.filter((statement) => statement.applies && statement.effect === effect);
  if (matched.length === 0) return [];
  const places = source.places();
  return matched.flatMap(({ index }) => {
    const place = places[index];
    return place ? [{ policy: source, ...place }] : [];
  });
}

function missingKeys(traced: readonly TracedPolicy[], context: Context): string[] {
  const missing = new Map<string, string>();
  for (const { source, statements } of traced) {
    const about = statements.filter(({ failed }) => failed !== 'action' && failed !== 'principal');
    if (about.length === 0) continue;
    const keys = source.keys();
    for (const { index, failed } of about) {
      for (const key of keysRead(keys[index], failed)) {
        const name = key.toLowerCase();
        if (!missing.has(name) && context.values(name) === undefined) missing.set(name, key);
      }
    }
  }
  return [...missing.values()];
}

/** A statement about another resource does not read its conditions. */
const keysRead = (keys: StatementKeys | undefined, failed: StatementTrace['failed']): readonly string[] =>
  keys ? [...keys.ofResources, ...(failed === 'resource' ? [] : keys.ofConditions)] : [];

function kindsOf(decision: Decision): Record<string, SimulatedAnswer> {
  const kinds = {
    'IAM Policy': 'identity-policy',
    'Permissions Boundary Policy': 'permissions-boundary',
    'Resource Policy': 'resource-policy',
  } as const satisfies Record<SourcePolicy['type'], GateKind>;
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([name, kind]) => {
      const gate = gateOf(decision, kind);
      // Across accounts, a resource without a policy lets nobody in.
      if (!gate && kind !== 'resource-policy') return [];
      return [[name, answerOf(gate?.result ?? 'silent')]];
    }),
  );
}
