/** Whether a statement applies to a request, and how strongly it names the caller. */

import {
  type Padding,
  type RequestResource,
  type ResourcePattern,
  resourceMatches,
  variableInTheWay,
} from './arn-pattern.ts';
import { type Caller, entityOf } from './caller.ts';
import { isMet, traceCondition } from './condition.ts';
import type { Context } from './context.ts';
import type { StatementTrace } from './decision.ts';
import { missingAccounts, missingAccountText, reaches, readNotPrincipal } from './not-principal.ts';
import { actionMatches, type Statement } from './policy-document.ts';
import { type PrincipalBindings, principalStrength, type Strength, strength } from './principal-pattern.ts';
import { type Variable, variableFault } from './variables.ts';

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
  if (principals) {
    const { facts, bindings } = subject;
    let reach: Strength = strength.none;
    for (const pattern of principals) {
      const one = principalStrength(pattern, facts.caller, bindings);
      if (one > reach) reach = one;
    }
    return reach;
  }
  if (!notPrincipals) return strength.none;
  return reaches(effect, readNotPrincipal(effect, notPrincipals, readerOf(subject))) ? strength.direct : strength.none;
}

const readerOf = ({ facts: { caller, hasBoundary }, bindings }: Subject) => ({ caller, hasBoundary, bindings });

function resourceApplies({ resources, notResources }: Statement, subject: Subject): boolean {
  if (resources) {
    for (const pattern of resources) if (covers(pattern, subject)) return true;
    return false;
  }
  if (!notResources) return subject.impliesResource;
  for (const pattern of notResources) if (covers(pattern, subject)) return false;
  return true;
}

/** An ARN with a variable that has no value covers nothing: IAM User Guide, "Policy variables with no value". */
function covers(pattern: ResourcePattern, { facts, context, padding }: Subject): boolean {
  const { resource, wildcardArn } = facts;
  return (
    resourceMatches(pattern, resource, context, padding) ||
    (wildcardArn !== undefined && resourceMatches(pattern, wildcardArn, context, padding))
  );
}

/** The names of strengths, by number. */
export const reachNames = [undefined, 'account', 'role', 'base-user', 'direct'] as const;

/** The same as a value, for display. */
export function traceStatement(statement: Statement, subject: Subject): StatementTrace {
  const reach = principalReach(statement, subject);
  const conditions = statement.conditions.map((condition) => traceCondition(condition, subject.context));
  const failed = failedPart();
  const exempting = exemptingParts(statement);
  const { effect, notPrincipals } = statement;
  const isAboutPrincipals = subject.names === 'principals';
  const warnings = warningsOf(statement, subject, failed);
  return {
    sid: statement.sid,
    index: statement.index,
    effect,
    applies: failed === undefined,
    ...(failed && { failed }),
    ...(exempting.length > 0 && { exempting }),
    ...(isAboutPrincipals && reach !== strength.none && { principal: reachNames[reach] }),
    ...(isAboutPrincipals &&
      notPrincipals && { notPrincipal: readNotPrincipal(effect, notPrincipals, readerOf(subject)) }),
    ...(warnings.length > 0 && { warnings }),
    conditions,
  };

  function failedPart(): StatementTrace['failed'] {
    if (reach === strength.none) return 'principal';
    if (!actionMatches(statement, subject.facts.action)) return 'action';
    if (!resourceApplies(statement, subject)) return 'resource';
    return conditions.every(({ met }) => met) ? undefined : 'condition';
  }
}

function warningsOf(
  statement: Statement,
  subject: Subject,
  failed: StatementTrace['failed'],
): NonNullable<StatementTrace['warnings']> {
  const { effect, notPrincipals } = statement;
  const ofPrincipals =
    subject.names === 'principals' && effect === 'Deny' && notPrincipals ? missingAccounts(notPrincipals) : [];
  // The ARNs of a statement about something else are irrelevant here.
  const variable = failed === 'principal' || failed === 'action' ? undefined : variableOf(statement, subject);
  const place = statement.resources ? 'Resource' : 'NotResource';
  return [
    ...ofPrincipals.map(missingAccountText),
    ...namesakesOf(statement, subject),
    ...(variable ? [`${variableFault(variable)}: its ARN in ${place} matches nothing`] : []),
  ];
}

/** Principals that have the caller's ARN in the statement, and were another user or role when the policy was put. */
function namesakesOf({ principals, notPrincipals }: Statement, { names, facts: { caller }, bindings }: Subject) {
  const entity = names === 'principals' ? entityOf(caller) : undefined;
  if (!entity) return [];
  return (principals ?? notPrincipals ?? []).flatMap((pattern) => {
    const bound = pattern.kind === 'entity' && pattern.arn === entity.arn ? bindings?.[pattern.arn] : undefined;
    if (bound === undefined || bound === entity.id) return [];
    return [`${entity.arn} means ${bound} here, who had this name when the policy was put, and not ${entity.id}`];
  });
}

/** The variable without a value that keeps an ARN of the statement from covering the resource. */
function variableOf({ resources, notResources }: Statement, { facts, context }: Subject): Variable | undefined {
  const { resource, wildcardArn } = facts;
  for (const pattern of resources ?? notResources ?? []) {
    const variable =
      variableInTheWay(pattern, resource, context) ?? (wildcardArn && variableInTheWay(pattern, wildcardArn, context));
    if (variable) return variable;
  }
  return undefined;
}

const exemptingParts = ({ notPrincipals, notActions, notResources }: Statement) => [
  ...(notPrincipals ? ['principal' as const] : []),
  ...(notActions ? ['action' as const] : []),
  ...(notResources ? ['resource' as const] : []),
];
