/**
 * The smallest identity policy that allows given permissions and nothing else. Permissions are joined into one statement
 * only where all combinations of its actions, resources and condition values are among them: IAM User Guide, "How
 * multiple elements in a statement are evaluated".
 */

import { statementNames } from './statement-name.ts';
import { literalText } from './variables.ts';

/** A permission with the condition keys of its request that the policy asks for. */
export interface NeededPermission {
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** The policy as AWS spells it. */
export interface IdentityPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly AllowStatement[];
}

export interface AllowStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> | undefined;
}

/**
 * Joins names that have a beginning in common: returns that beginning of an ARN, or of the value of a condition key;
 * undefined for what stays as it is.
 */
export type Join = (
  text: string,
  of: { readonly key: string | undefined; readonly resource: string },
) => string | undefined;

/** The policy, the same for the same permissions in any order. */
export function leastPolicy(needed: Iterable<NeededPermission>, join: Join = () => undefined): IdentityPolicy {
  const boxes = withoutImplied(boxesOf(needed, join));
  const [shortest = []] = orders(boxes)
    .map((order) => joined(boxes, order))
    .sort((one, other) => sizeOf(one) - sizeOf(other));
  const statements = shortest.map(elementsOf).sort(byElements);
  const names = statementNames(statements);
  return {
    Version: '2012-10-17',
    Statement: statements.map((elements, at) => ({ Sid: names[at] ?? '', Effect: 'Allow', ...elements })),
  };
}

/** What a statement allows: every combination of a value from each of its dimensions. */
type Box = ReadonlyMap<Dimension, readonly string[]>;

/** `Action`, `Resource`, or an operator and a key: `StringEquals kms:ViaService`. */
type Dimension = string;

/** A box of one combination for each permission; equal ones once. */
function boxesOf(needed: Iterable<NeededPermission>, join: Join): Box[] {
  const boxes = new Map<string, Box>();
  for (const { action, resource, context } of needed) {
    const box = new Map<Dimension, readonly string[]>([
      ['Action', [action]],
      ['Resource', [writtenResource(resource, join(resource, { key: undefined, resource }))]],
    ]);
    for (const key of Object.keys(context).sort()) {
      const value = context[key] ?? '';
      const beginning = join(value, { key, resource });
      box.set(`${beginning === undefined ? 'StringEquals' : 'StringLike'} ${key}`, [writtenValue(value, beginning)]);
    }
    boxes.set(nameOf(box), box);
  }
  return [...boxes.keys()].sort().flatMap((name) => boxes.get(name) ?? []);
}

const writtenValue = (text: string, beginning: string | undefined): string =>
  beginning === undefined ? literalText(text) : `${literalText(beginning)}*`;

/** To tag a key that is being created takes permission on `key/*`, and the names of keys have no wildcards. */
const writtenResource = (text: string, beginning: string | undefined): string =>
  beginning === undefined && (text === '*' || text.startsWith('arn:aws:kms:')) ? text : writtenValue(text, beginning);

const nameOf = (box: Box): string => JSON.stringify([...box]);

/** Requests with more conditions than this are compared with none that have fewer. */
const MOST_CONDITIONS = 8;

/** Leaves out what another box allows with fewer of the same conditions. */
function withoutImplied(boxes: readonly Box[]): Box[] {
  const names = new Set(boxes.map(nameOf));
  return boxes.filter((box) => {
    const conditions = [...box.keys()].filter(isCondition);
    if (conditions.length > MOST_CONDITIONS) return true;
    // Each number is a choice of conditions that are kept; the last one is all of them.
    for (let kept = 0; kept < 2 ** conditions.length - 1; kept += 1) {
      const weaker = new Map(box);
      for (const [at, name] of conditions.entries()) if ((kept & (1 << at)) === 0) weaker.delete(name);
      if (names.has(nameOf(weaker))) return false;
    }
    return true;
  });
}

const isCondition = (dimension: Dimension): boolean => dimension !== 'Action' && dimension !== 'Resource';

/** The orders in which it is worth joining: what is joined first is what most boxes have in common afterwards. */
function orders(boxes: readonly Box[]): (readonly Dimension[])[] {
  const conditions = [...new Set(boxes.flatMap((box) => [...box.keys()].filter(isCondition)))].sort();
  return [
    ['Action', ...conditions, 'Resource'],
    [...conditions, 'Resource', 'Action'],
    ['Resource', ...conditions, 'Action'],
    [...conditions, 'Action', 'Resource'],
  ];
}

/** Joins boxes along one dimension after the other until none are left that differ in one only. */
function joined(boxes: readonly Box[], order: readonly Dimension[]): Box[] {
  let before: readonly Box[] = [];
  let after = [...boxes];
  while (after.length !== before.length) {
    before = after;
    for (const dimension of order) after = joinedAlong(after, dimension);
  }
  return after;
}

function joinedAlong(boxes: readonly Box[], dimension: Dimension): Box[] {
  const alike = new Map<string, { readonly box: Map<Dimension, readonly string[]>; readonly values: Set<string> }>();
  const others: Box[] = [];
  for (const box of boxes) {
    const values = box.get(dimension);
    if (!values) {
      others.push(box);
      continue;
    }
    const name = JSON.stringify([...box].filter(([other]) => other !== dimension));
    const found = alike.get(name);
    if (found) for (const value of values) found.values.add(value);
    else alike.set(name, { box: new Map(box), values: new Set(values) });
  }
  for (const { box, values } of alike.values()) {
    box.set(dimension, dimension === 'Action' ? [...values].sort() : withoutCovered([...values].sort()));
    others.push(box);
  }
  return others;
}

/** Leaves out, from a sorted list, what begins like a pattern in it: other wildcards than a last `*` are never written. */
function withoutCovered(sorted: readonly string[]): string[] {
  const kept: string[] = [];
  const prefixes = sorted.filter((value) => value.endsWith('*') && value !== '*').map((value) => value.slice(0, -1));
  for (const value of sorted) {
    if (!prefixes.some((prefix) => value.startsWith(prefix) && value !== `${prefix}*`)) kept.push(value);
  }
  return kept;
}

const sizeOf = (boxes: readonly Box[]): number =>
  boxes.reduce((sum, box) => sum + JSON.stringify(elementsOf(box)).length + STATEMENT, 0);

/** About what the other elements of a statement add to it. */
const STATEMENT = 60;

type Elements = Pick<AllowStatement, 'Action' | 'Resource' | 'Condition'>;

function elementsOf(box: Box): Elements {
  const condition: Record<string, Record<string, string | readonly string[]>> = {};
  for (const [dimension, values] of box) {
    if (!isCondition(dimension)) continue;
    const [operator = '', key = ''] = split(dimension);
    condition[operator] = { ...condition[operator], [key]: oneOrMany(values) };
  }
  return {
    Action: oneOrMany(box.get('Action') ?? []),
    Resource: oneOrMany(box.get('Resource') ?? []),
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

const split = (dimension: Dimension): [operator: string, key: string] => {
  const at = dimension.indexOf(' ');
  return [dimension.slice(0, at), dimension.slice(at + 1)];
};

function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [first = '', ...more] = values;
  return more.length === 0 ? first : values;
}

/** By service, then by resource, so that statements about one thing stand together. */
function byElements(one: Elements, other: Elements): number {
  return order(one) < order(other) ? -1 : 1;

  function order({ Action, Resource, Condition }: Elements): string {
    const [action = ''] = [Action].flat();
    const service = action.slice(0, action.indexOf(':'));
    return JSON.stringify([service, [Resource].flat(), [Action].flat(), Condition ?? null]);
  }
}

/** The size of a policy as IAM counts it: without white space. IAM User Guide, "IAM and AWS STS quotas". */
export const policySize = (policy: IdentityPolicy): number => JSON.stringify(policy).replace(/\s/g, '').length;
