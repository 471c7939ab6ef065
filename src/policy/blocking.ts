/** What stands in the way of a request: the Denies that apply to it, and the gates that need an Allow and have none. */

import { type Caller, callerAccount } from './caller.ts';
import { lowerCase } from './context.ts';
import type { ControlTarget } from './decision.ts';
import type { Question } from './evaluate.ts';
import { type Gate, gatesOf, grantReach, type NamedPolicy } from './gates.ts';
import type { Statement } from './policy-document.ts';
import { type Strength, strength } from './principal-pattern.ts';
import { applies, type Subject } from './statement.ts';

/** A statement of a policy, and where the policy is. */
export interface StatementPlace {
  readonly gate: Gate['kind'];
  /** The level of the organization, from the root down; 0 for gates without levels. */
  readonly level: number;
  readonly target: ControlTarget | undefined;
  readonly policy: NamedPolicy;
  /** The policy's position in its gate or level. */
  readonly at: number;
  readonly statement: Statement;
}

/** A gate, or a level of it, in which nothing allows the request. */
export interface SilentGate {
  readonly gate: Gate['kind'];
  readonly level: number;
  readonly target: ControlTarget | undefined;
}

export interface Blocking {
  readonly denies: readonly StatementPlace[];
  readonly silent: readonly SilentGate[];
}

/** Finds everything that has to change for a request to be allowed; of an allowed one nothing. */
export function blockingOf(question: Question): Blocking {
  const gates = gatesOf(question.request, question.policies);
  return { denies: gates.flatMap(deniesOf), silent: silentGates(question, gates) };
}

function deniesOf(gate: Gate): StatementPlace[] {
  return statementsAbout(gate).filter(
    ({ statement }) => statement.effect === 'Deny' && applies(statement, gate.subject) !== strength.none,
  );
}

/** The statements of a gate that are about the request's action. */
export const statementsAbout = ({ kind, levels, targets, subject }: Gate): StatementPlace[] =>
  levels.flatMap((policies, level) =>
    policies.flatMap((policy, at) =>
      policy.document
        .about(subject.facts.action)
        .map((statement) => ({ gate: kind, level, target: targets?.[level], policy, at, statement })),
    ),
  );

/** The gates that block the request for lack of an Allow, disregarding Denies. */
function silentGates({ request, policies }: Question, gates: readonly Gate[]): SilentGate[] {
  const { caller, owner, action } = request;
  const levelsOf = (kind: Gate['kind']): readonly SilentGate[] => {
    const gate = gates.find((each) => each.kind === kind);
    if (!gate) return [];
    const all = gate.levels.map((level, i) => ({ gate: kind, level: i, target: gate.targets?.[i], policies: level }));
    return all
      .filter((level) => reachOf(level.policies, gate.subject) === strength.none)
      .map(({ policies: _, ...silent }) => silent);
  };
  if (lowerCase(action) === 'sts:getcalleridentity') return [];
  const resource = gates.find(({ kind }) => kind === 'resource-policy');
  const named = resource ? reachOf(resource.levels.flat(), resource.subject) : strength.none;
  const granted = policies.grants?.length ? grantReach(policies.grants, caller).reach : strength.none;
  const organization = levelsOf('service-control-policy');
  if (isOutsider(caller)) {
    const isIn = named === strength.direct || granted === strength.direct;
    return [...organization, ...(isIn ? [] : [silentResource])];
  }

  const isForeign = callerAccount(caller) !== owner;
  // Every key and role has a policy, and without its consent nobody gets in.
  const isMandatory = policies.resource !== undefined && policies.resource.kind !== 'bucket-policy';
  const needsResource = (isForeign || isMandatory) && named === strength.none && granted === strength.none;
  const reach = isForeign ? strength.none : needsResource ? reachWhenNamed(caller) : named;
  // A grant also works across accounts; for a session, within the limits of its boundary and its own policy.
  const furthest = Math.max(reach, granted);
  const session =
    caller.kind === 'federated-user' && policies.session === undefined
      ? [{ gate: 'session-policy', level: 0, target: undefined } as const]
      : levelsOf('session-policy');
  return [
    ...organization,
    ...(needsResource ? [silentResource] : []),
    ...(furthest > strength.account || caller.kind === 'root' ? [] : levelsOf('identity-policy')),
    ...(furthest === strength.direct ? [] : [...levelsOf('permissions-boundary'), ...session]),
  ];
}

const silentResource: SilentGate = { gate: 'resource-policy', level: 0, target: undefined };

const isOutsider = ({ kind }: Caller): boolean => kind === 'service' || kind === 'anonymous';

/** A session is named by its role or user, and its boundary and session policy still limit it. */
function reachWhenNamed({ kind }: Caller): Strength {
  if (kind === 'role-session') return strength.role;
  return kind === 'federated-user' ? strength.baseUser : strength.direct;
}

/** How strongly the Allows of some policies name the caller. */
function reachOf(policies: readonly NamedPolicy[], subject: Subject): Strength {
  let reach: Strength = strength.none;
  for (const { document } of policies) {
    for (const statement of document.about(subject.facts.action)) {
      const found = statement.effect === 'Allow' ? applies(statement, subject) : strength.none;
      if (found > reach) reach = found;
    }
  }
  return reach;
}
