/** Whether a statement applies to a request, and how strongly it names the caller. */

import { type Padding, type RequestResource, resourceMatches } from './arn-pattern.ts';
import type { Caller } from './caller.ts';
import { isMet, traceCondition } from './condition.ts';
import type { Context } from './context.ts';
import type { StatementTrace } from './decision.ts';
import { actionMatches, type Statement } from './policy-document.ts';
import { isSpared, type PrincipalBindings, principalStrength, type Strength, strength } from './principal-pattern.ts';

/** What a statement is matched with: the request as one kind of policy sees it. */
export interface Subject {
  readonly caller: Caller;
  /** The action in lower case. */
  readonly action: string;
  /** The resource; also a second ARN that stands for `*` where the action has no resource of its own. */
  readonly resources: readonly RequestResource[];
  readonly context: Context;
  readonly padding: Padding;
  /** Whether statements name principals: those of resource policies do. */
  readonly names: 'principals' | 'nobody';
  readonly bindings: PrincipalBindings | undefined;
  /** A trust policy's resource is its role, which is not written down. */
  readonly impliesResource: boolean;
  readonly hasBoundary: boolean;
}

/**
 * How strongly a statement that is about the request's action applies; `none`: it does not. The action is not looked at
 * again.
 */
export function applies(statement: Statement, subject: Subject): Strength {
  const reach = principalReach(statement, subject);
  if (reach === strength.none) return reach;
  if (!resourceApplies(statement, subject)) return strength.none;
  for (const condition of statement.conditions) if (!isMet(condition, subject.context)) return strength.none;
  return reach;
}

function principalReach({ effect, principals, notPrincipals }: Statement, subject: Subject): Strength {
  const { caller, bindings } = subject;
  if (subject.names === 'nobody') return strength.direct;
  if (principals) {
    let reach: Strength = strength.none;
    for (const pattern of principals) {
      const one = principalStrength(pattern, caller, bindings);
      if (one > reach) reach = one;
    }
    return reach;
  }
  if (!notPrincipals) return strength.none;
  // A Deny with NotPrincipal hits whoever has a permissions boundary, listed or not: IAM User Guide, "NotPrincipal".
  if (effect === 'Deny' && subject.hasBoundary) return strength.direct;
  return isSpared(notPrincipals, caller, bindings) ? strength.none : strength.direct;
}

function resourceApplies({ resources, notResources }: Statement, subject: Subject): boolean {
  const { context, padding } = subject;
  if (resources) {
    return resources.some((pattern) =>
      subject.resources.some((resource) => resourceMatches(pattern, resource, context, padding) === true),
    );
  }
  if (!notResources) return subject.impliesResource;
  // A pattern whose variable has no value says nothing, so nothing is known to be outside of it.
  return notResources.every((pattern) =>
    subject.resources.every((resource) => resourceMatches(pattern, resource, context, padding) === false),
  );
}

const reachNames = [undefined, 'account', 'role', 'base-user', 'direct'] as const;

/** The same as a value, for a reader. */
export function traceStatement(statement: Statement, subject: Subject): StatementTrace {
  const reach = principalReach(statement, subject);
  const conditions = statement.conditions.map((condition) => traceCondition(condition, subject.context));
  const failed = failedPart();
  return {
    sid: statement.sid,
    index: statement.index,
    effect: statement.effect,
    applies: failed === undefined,
    ...(failed && { failed }),
    ...(subject.names === 'principals' && reach !== strength.none && { principal: reachNames[reach] }),
    conditions,
  };

  function failedPart(): StatementTrace['failed'] {
    if (reach === strength.none) return 'principal';
    if (!actionMatches(statement, subject.action)) return 'action';
    if (!resourceApplies(statement, subject)) return 'resource';
    return conditions.every(({ met }) => met) ? undefined : 'condition';
  }
}
