/**
 * Members of inputs as fields of a form: `Tags.member.1.Key=a`. The names are those of the elements in XML. Smithy
 * specification, "AWS query protocol".
 */

import { isRecord } from '../../api/message.ts';
import type { QueryParameter } from '../http/request-target.ts';
import { ENTRY, type XmlPlan } from './xml-plan.ts';

/** Deeper than any model; what is deeper is no member. */
const MAX_DEPTH = 32;

/** A part of a name, with the value of the field that ends there. */
interface Node {
  value: string | undefined;
  children: Map<string, Node> | undefined;
}

/** The value that fields stand for. Fields that the model does not have are ignored, as AWS does. */
export function readFormMembers(plan: XmlPlan, fields: readonly QueryParameter[]): unknown {
  const root: Node = { value: undefined, children: undefined };
  for (const { name, value } of fields) {
    const parts = name.split('.', MAX_DEPTH + 1);
    if (parts.length > MAX_DEPTH) continue;
    let node = root;
    for (const part of parts) node = childOf(node, part);
    node.value ??= value;
  }
  return readNode(plan, root) ?? {};
}

function childOf(node: Node, part: string): Node {
  const children = node.children ?? new Map<string, Node>();
  node.children = children;
  const known = children.get(part);
  if (known) return known;
  const child: Node = { value: undefined, children: undefined };
  children.set(part, child);
  return child;
}

/** A text where a structure, a map or a list is expected is passed on, for the check of inputs to word it. */
function readNode(plan: XmlPlan, { value, children }: Node): unknown {
  if (plan.kind === 'scalar') return value === undefined ? undefined : (plan.form.read(value) ?? value);
  // A list without elements is a field without a value.
  if (!children) return value === '' && plan.kind === 'list' ? [] : value;
  switch (plan.kind) {
    case 'structure': {
      const found: Record<string, unknown> = {};
      for (const { name, element, plan: member } of plan.members) {
        const child = children.get(element);
        const read = child && readNode(member, child);
        if (read !== undefined) found[name] = read;
      }
      return found;
    }
    case 'list':
      return inOrder(children.get(plan.element)).map((item) => readNode(plan.item, item));
    case 'map': {
      const entries = inOrder(children.get(ENTRY)).flatMap(({ children: entry }) => {
        const key = entry?.get(plan.key)?.value;
        const item = entry?.get(plan.value);
        return key === undefined || !item ? [] : [[key, readNode(plan.item, item)] as const];
      });
      // Also right for a key named __proto__.
      return Object.fromEntries(entries);
    }
  }
}

/** The nodes that are numbered, by their numbers, which may leave some out. */
function inOrder(node: Node | undefined): readonly Node[] {
  const numbered = [...(node?.children ?? [])].filter(([part]) => /^\d{1,9}$/.test(part));
  return numbered.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

/** The fields of a value. @param name what their names begin with; empty for an input */
export function writeFormMembers(plan: XmlPlan, value: unknown, name = ''): readonly (readonly [string, string])[] {
  if (value === undefined || value === null) return [];
  const under = (part: string): string => (name === '' ? part : `${name}.${part}`);
  switch (plan.kind) {
    case 'structure': {
      const members = isRecord(value) ? value : {};
      return plan.members.flatMap((member) =>
        writeFormMembers(member.plan, members[member.name], under(member.element)),
      );
    }
    case 'list': {
      const items: readonly unknown[] = Array.isArray(value) ? value : [];
      if (items.length === 0) return [[name, '']];
      return items.flatMap((item, i) => writeFormMembers(plan.item, item, under(`${plan.element}.${i + 1}`)));
    }
    case 'map':
      return Object.entries(isRecord(value) ? value : {}).flatMap(([key, item], i) => {
        const entry = under(`${ENTRY}.${i + 1}`);
        return [[`${entry}.${plan.key}`, key] as const, ...writeFormMembers(plan.item, item, `${entry}.${plan.value}`)];
      });
    case 'scalar':
      return [[name, plan.form.write(value)]];
  }
}
