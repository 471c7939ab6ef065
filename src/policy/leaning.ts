/**
 * Policies as they would be if every condition on an open key were in the caller's favour, or every one against it. What
 * the hopeful reading denies is denied whatever the keys are, and what the wary one allows is allowed.
 */

import type { ResourcePattern } from './arn-pattern.ts';
import type { Condition } from './condition.ts';
import type { Context } from './context.ts';
import type { AttachedPolicy, ControlLevel, NamedPolicy, Policies } from './gates.ts';
import type { Leaning } from './open-answer.ts';
import { givenAs, type OpenKeys } from './open-context.ts';
import { actionMatches, type PolicyDocument, type Statement } from './policy-document.ts';

type Lean = (document: PolicyDocument) => PolicyDocument;

/** All policies of a decision, leaning to one side. */
export function leaningPolicies(policies: Policies, to: Leaning, open: OpenKeys): Policies {
  const lean: Lean = (document) => leaningDocument(document, to, open);
  const { identity, boundary, session, resource, serviceControl, resourceControl } = policies;
  const named = (policy: NamedPolicy): NamedPolicy => ({ ...policy, document: lean(policy.document) });
  const levels = (all: readonly ControlLevel[]) =>
    all.map((level): ControlLevel => ({ ...level, policies: level.policies.map(named) }));
  return {
    ...policies,
    identity: identity?.map(named),
    boundary: boundary && named(boundary),
    session: session?.map(named),
    resource: resource && leaningResource(resource, lean),
    serviceControl: serviceControl && levels(serviceControl),
    resourceControl: resourceControl && levels(resourceControl),
  };
}

const leaningResource = (resource: AttachedPolicy, lean: Lean): AttachedPolicy => ({
  ...resource,
  document: resource.document && lean(resource.document),
});

const leant = new WeakMap<OpenKeys, Record<Leaning, WeakMap<PolicyDocument, PolicyDocument>>>();

function leaningDocument(document: PolicyDocument, to: Leaning, open: OpenKeys): PolicyDocument {
  let both = leant.get(open);
  if (!both) {
    both = { hopeful: new WeakMap(), wary: new WeakMap() };
    leant.set(open, both);
  }
  let made = both[to].get(document);
  if (!made) {
    made = madeDocument(document, to, open);
    both[to].set(document, made);
  }
  return made;
}

function madeDocument(document: PolicyDocument, to: Leaning, open: OpenKeys): PolicyDocument {
  const statements = document.statements.flatMap((statement) => leaningStatement(statement, to, open));
  if (
    statements.length === document.statements.length &&
    statements.every((each, i) => each === document.statements[i])
  )
    return document;
  const byAction = new Map<string, readonly Statement[]>();
  return {
    ...document,
    statements,
    about(action) {
      let about = byAction.get(action);
      if (!about) {
        about = statements.filter((statement) => actionMatches(statement, action));
        byAction.set(action, about);
      }
      return about;
    },
  };
}

/** The statement, without what looks at open keys where that counts as met; none where it counts as not met. */
function leaningStatement(statement: Statement, to: Leaning, open: OpenKeys): readonly Statement[] {
  const { effect, resources, notResources, conditions } = statement;
  const closed = conditions.filter((condition) => !looksAtOpen(condition, open));
  const hasOpenArn = [...(resources ?? []), ...(notResources ?? [])].some((pattern) => hasOpenVariable(pattern, open));
  if (closed.length === conditions.length && !hasOpenArn) return [statement];
  if ((effect === 'Allow') !== (to === 'hopeful')) return [];
  return [
    { ...statement, conditions: closed, ...(hasOpenArn && { resources: [{ kind: 'all' }], notResources: undefined }) },
  ];
}

/** Whether a statement has an open key as a variable. */
export const hasOpenVariables = (
  { conditions, resources = [], notResources = [] }: Statement,
  open: OpenKeys,
): boolean =>
  conditions.some((condition) => hasOpenValue(condition, open)) ||
  [...resources, ...notResources].some((pattern) => hasOpenVariable(pattern, open));

const looksAtOpen = (condition: Condition, open: OpenKeys): boolean =>
  open(givenAs(condition.key), condition.name) !== undefined || hasOpenValue(condition, open);

function hasOpenValue(condition: Condition, open: OpenKeys): boolean {
  const probe = new Probe(open);
  // Variables are looked up one after the other, as long as each has a value.
  for (const expected of condition.expected) expected.fault(probe);
  return probe.isAsked;
}

const hasOpenVariable = (pattern: ResourcePattern, open: OpenKeys): boolean =>
  pattern.kind === 'arn' &&
  pattern.tail.pieces.some(
    (piece) => 'variable' in piece && open(givenAs(piece.variable), piece.spelled) !== undefined,
  );

/** Notes whether an open key is looked at. */
class Probe implements Context {
  readonly #open: OpenKeys;
  isAsked = false;

  constructor(open: OpenKeys) {
    this.#open = open;
  }

  values(key: string, spelled: string = key): readonly string[] {
    if (this.#open(givenAs(key), spelled)) this.isAsked = true;
    return [''];
  }

  entries(): Record<string, never> {
    return {};
  }
}
