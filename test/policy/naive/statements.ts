/** Whether a statement applies to a request: IAM User Guide, "IAM JSON policy elements reference". */

import { conditionsMet } from './conditions.ts';
import { componentsOf } from './operators.ts';
import { type Kind, naming } from './principals.ts';
import { type Bindings, type DocumentJson, listOf, type Situation, type StatementJson } from './situation.ts';
import { pattern, plainPattern, type Reading } from './variables.ts';

/** Where a document is attached, which decides what its elements mean. */
export type Place = 'identity' | 'boundary' | 'session' | 'service-control' | 'resource-control' | 'resource';

/** What a document says to a request: each applying statement's effect, and how it names the caller. */
export interface Voice {
  readonly effect: 'Allow' | 'Deny';
  readonly kind: Kind;
}

/** The statements of a document that apply. */
export function voicesOf(
  { Version, Statement }: DocumentJson,
  place: Place,
  situation: Situation,
  bindings: Bindings = {},
): readonly Voice[] {
  const reading = { version: Version, keys: keysSeen(place, situation) };
  return listOf(Statement).flatMap((statement) => {
    const kind = principalKind(statement, place, situation, bindings);
    return kind !== undefined &&
      actionMatches(statement, situation) &&
      resourceMatches(statement, place, situation, reading) &&
      conditionsMet(statement.Condition ?? {}, statement.Effect, reading)
      ? [{ effect: statement.Effect, kind }]
      : [];
  });
}

/** AWS KMS Developer Guide, "kms:ResourceAliases": for IAM policies, not for key policies. */
function keysSeen(place: Place, { keys, policies }: Situation): Situation['keys'] {
  if (place !== 'resource' || policies.resource?.kind !== 'key-policy') return keys;
  return Object.fromEntries(Object.entries(keys).filter(([key]) => key.toLowerCase() !== 'kms:resourcealiases'));
}

/**
 * A policy of an identity or of an organization is for whomever it is attached to: it has no principal, or everyone
 * (resource control policies).
 */
const principalKind = (
  statement: StatementJson,
  place: Place,
  { caller, policies }: Situation,
  bindings: Bindings,
): Kind | undefined =>
  place === 'resource' ? naming(statement, caller, bindings, policies.boundary !== undefined) : 'direct';

/** "IAM JSON policy elements: Action" and "NotAction". Names of actions are the same in any case. */
function actionMatches({ Action, NotAction }: StatementJson, { action }: Situation): boolean {
  const isAmong = (names: readonly string[]) =>
    names.some((name) => name === '*' || plainPattern(name.toLowerCase()).test(action.toLowerCase()));
  if (Action !== undefined) return isAmong(listOf(Action));
  return NotAction !== undefined && !isAmong(listOf(NotAction));
}

/**
 * "IAM JSON policy elements: Resource" and "NotResource". A trust policy has no resource: it is for its role. A key
 * policy's statement without one is of no effect: AWS KMS Developer Guide, "Elements in a key policy".
 */
function resourceMatches(
  { Resource, NotResource }: StatementJson,
  place: Place,
  { resource, wildcardArn, policies }: Situation,
  reading: Reading,
): boolean {
  const isAmong = (arns: readonly string[]) =>
    arns.some((arn) =>
      [resource, wildcardArn].some((asked) => asked !== undefined && arnMatches(arn, asked, place, reading)),
    );
  if (Resource !== undefined) return isAmong(listOf(Resource));
  if (NotResource !== undefined) return !isAmong(listOf(NotResource));
  return place === 'resource' && policies.resource?.kind === 'trust-policy';
}

function arnMatches(arn: string, asked: string, place: Place, reading: Reading): boolean {
  if (arn === '*') return true;
  // "Some actions do not support specifying a resource": only `*` names them.
  if (asked === '*') return false;
  const given = componentsOf(arn);
  const components = given.length < 6 && mayBeShort(given, place) ? [...given, ...ANY].slice(0, 6) : given;
  const is = componentsOf(asked);
  return (
    components.length === 6 &&
    components.every(
      (component, i) =>
        // "You cannot use a policy variable" before the resource itself; one without a value matches nothing.
        (i < 5 ? plainPattern(component) : pattern(component, reading))?.test(is[i] ?? '') ?? false,
    )
  );
}

const ANY = ['*', '*', '*', '*', '*', '*'];

/** An ARN without its last components stands for all that begin so; not everywhere, and not in every form. */
function mayBeShort(given: readonly string[], place: Place): boolean {
  switch (place) {
    case 'identity':
    case 'boundary':
    case 'session':
      return true;
    case 'resource':
    case 'service-control':
      return given.at(-1)?.endsWith('*') ?? false;
    case 'resource-control':
      return false;
  }
}
