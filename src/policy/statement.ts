/** Whether a statement applies to a request, and how strongly it names the caller. */

import { type Padding, type RequestResource, type ResourcePattern, resourceMatches } from './arn-pattern.ts';
import type { Caller } from './caller.ts';
import { isMet, traceCondition } from './condition.ts';
import type { Context } from './context.ts';
import type { StatementTrace } from './decision.ts';
import { actionMatches, type Statement } from './policy-document.ts';
import { isSpared, type PrincipalBindings, principalStrength, type Strength, strength } from './principal-pattern.ts';

/** The facts that every statement of every policy is matched with. */
export interface Facts {
  readonly caller: Caller;
  /** The action in lower case. */
  readonly action: string;
  readonly resource: RequestResource;
  /** A second ARN that can match an action without a resource of its own, besides `*`. */
  readonly wildcardArn: RequestResource | undefined;
  readonly hasBoundary: boolean;
}

/** The request as one kind of policy sees it. */
export interface Subject {
  readonly facts: Facts;
  readonly context: Context;
  readonly padding: Padding;
  /** Whether statements name principals: those of resource policies do. */
  readonly names: 'principals' | 'nobody';
  readonly bindings: PrincipalBindings | undefined;
  /** A trust policy's resource is its role, which the policy does not write down. */
  readonly impliesResource: boolean;
}

/** How strongly a statement about the request's action applies; `none` if not. The action is not checked again. */
export function applies(statement: Statement, subject: Subject): Strength {
  const reach = principalReach(statement, subject);
  if (reach === strength.none) return reach;
  if (!resourceApplies(statement, subject)) return strength.none;
  for (const condition of statement.conditions) if (!isMet(condition, subject.context)) return strength.none;
  return reach;
}

function principalReach({ effect, principals, notPrincipals }: Statement, subject: Subject): Strength {
  if (subject.names === 'nobody') return strength.direct;
  const { bindings } = subject;
  const { caller, hasBoundary } = subject.facts;
  if (principals) {
    let reach: Strength = strength.none;
    for (const pattern of principals) {
      const one = principalStrength(pattern, caller, bindings);
      if (one > reach) reach = one;
    }
    return reach;
  }
  if (!notPrincipals) return strength.none;
  // A Deny with NotPrincipal applies to every caller with a permissions boundary, listed or not: IAM User Guide,
  // "NotPrincipal".
  if (effect === 'Deny' && hasBoundary) return strength.direct;
  return isSpared(notPrincipals, caller, bindings) ? strength.none : strength.direct;
}

function resourceApplies({ resources, notResources }: Statement, subject: Subject): boolean {
  if (resources) {
    for (const pattern of resources) if (covers(pattern, subject) === true) return true;
    return false;
  }
  if (!notResources) return subject.impliesResource;
  // It is unknown what a pattern covers if its variable has no value, so nothing counts as outside it.
  return notResources.every((pattern) => covers(pattern, subject) === false);
}

function covers(pattern: ResourcePattern, { facts, context, padding }: Subject): boolean | undefined {
  const covered = resourceMatches(pattern, facts.resource, context, padding);
  return covered === false && facts.wildcardArn
    ? resourceMatches(pattern, facts.wildcardArn, context, padding)
    : covered;
}

/** The names of strengths, by number. */
export const reachNames = [undefined, 'account', 'role', 'base-user', 'direct'] as const;

/** The same as a value, for display. */
export function traceStatement(statement: Statement, subject: Subject): StatementTrace {
  const reach = principalReach(statement, subject);
  const conditions = statement.conditions.map((condition) => traceCondition(condition, subject.context));
  const failed = failedPart();
  const exempting = exemptingParts(statement);
  return {
    sid: statement.sid,
    index: statement.index,
    effect: statement.effect,
    applies: failed === undefined,
    ...(failed && { failed }),
    ...(exempting.length > 0 && { exempting }),
    ...(subject.names === 'principals' && reach !== strength.none && { principal: reachNames[reach] }),
    conditions,
  };

  function failedPart(): StatementTrace['failed'] {
    if (reach === strength.none) return 'principal';
    if (!actionMatches(statement, subject.facts.action)) return 'action';
    if (!resourceApplies(statement, subject)) return 'resource';
    return conditions.every(({ met }) => met) ? undefined : 'condition';
  }
}

const exemptingParts = ({ notPrincipals, notActions, notResources }: Statement) => [
  ...(notPrincipals ? ['principal' as const] : []),
  ...(notActions ? ['action' as const] : []),
  ...(notResources ? ['resource' as const] : []),
];
