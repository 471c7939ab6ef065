/** The condition keys of a request: their names compare without case, their values are texts. */

import type { ConditionContext, ContextValue } from '../api/operation.ts';

export interface Context {
  /** A key's values by its name in lower case; undefined: the key is not in the request. */
  values(key: string): readonly string[] | undefined;
  /** Every key as it is spelled, with its value or values. */
  entries(): Readonly<Record<string, string | readonly string[]>>;
}

/** Views a record of keys; it is made and read only when a condition or a variable asks for a key. */
export function contextOf(make: () => ConditionContext): Context {
  let record: ConditionContext | undefined;
  let byName: Map<string, readonly string[]> | undefined;
  return {
    values(key) {
      record ??= make();
      byName ??= indexed(record);
      return byName.get(key);
    },
    entries() {
      record ??= make();
      const entries: Record<string, string | readonly string[]> = {};
      for (const [name, value] of Object.entries(record)) {
        if (value !== undefined) entries[name] = isList(value) ? value : valueText(value);
      }
      return entries;
    },
  };
}

/** The same context without one key. */
export function without(context: Context, hidden: string): Context {
  return { ...context, values: (key) => (key === hidden ? undefined : context.values(key)) };
}

function indexed(record: ConditionContext): Map<string, readonly string[]> {
  const byName = new Map<string, readonly string[]>();
  for (const name in record) {
    const value = record[name];
    if (value === undefined) continue;
    const key = lowerCase(name);
    const values = isList(value) ? value : [valueText(value)];
    const others = byName.get(key);
    // Two tags whose keys differ in case alone: with several values, no condition on a single value is met.
    byName.set(key, others === undefined ? values : [...others, ...values]);
  }
  return byName;
}

const isList = (value: ContextValue): value is readonly string[] => Array.isArray(value);

function valueText(value: Exclude<ContextValue, readonly string[]>): string {
  if (typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString().replace('.000Z', 'Z') : String(value);
}

const KEPT_NAMES = 4096;
const lowerNames = new Map<string, string>();

/** A name in lower case, remembered: the same few names come with every request. */
export function lowerCase(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  if (lowerNames.size >= KEPT_NAMES) lowerNames.clear();
  const lower = name.toLowerCase();
  lowerNames.set(name, lower);
  return lower;
}
