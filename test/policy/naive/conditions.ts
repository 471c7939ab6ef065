/**
 * Whether a Condition element is met: IAM User Guide, "IAM JSON policy elements: Condition", "Conditions with multiple
 * context keys or values" and "Set operators for multivalued context keys".
 */

import { comparisons, negationOf } from './operators.ts';
import { type ConditionJson, listOf } from './situation.ts';
import { isMultivalued, type Reading, valuesOf } from './variables.ts';

/** All operators, and all keys of each, must be met. */
export const conditionsMet = (condition: ConditionJson, effect: 'Allow' | 'Deny', reading: Reading): boolean =>
  Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => isMet(operator, key, listOf(values).map(String), effect, reading)),
  );

function isMet(
  operator: string,
  key: string,
  expected: readonly string[],
  effect: 'Allow' | 'Deny',
  reading: Reading,
): boolean {
  const actual = valuesOf(key, reading.keys) ?? [];
  const isMissing = actual.length === 0;
  if (operator === 'Null') return expected.some((value) => value.toLowerCase() === String(isMissing));

  const [, set, name = '', ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const isNegated = negationOf(name) !== undefined;
  const holds = (value: string) => holdsFor(name, value, expected, effect, reading);

  // "ForAllValues … also returns true if there are no context keys in the request or if the context key value resolves
  // to a null dataset."
  if (set === 'ForAllValues:') return actual.every(holds);
  // "ForAnyValue … For no matching context key or if the key does not exist, the condition returns false": IfExists too.
  if (set === 'ForAnyValue:') return actual.some(holds);
  // "If the key is not present, the condition … is not met", negated it is; "…IfExists … evaluate the condition element
  // as true".
  if (isMissing) return isNegated || ifExists !== undefined;
  // A multivalued key is compared with a set operator, or not at all.
  const [only = '', another] = actual;
  return another === undefined && !isMultivalued(key) && holds(only);
}

/** Whether one value of the request is any of the values; with a negated operator, none of them. */
function holdsFor(
  name: string,
  actual: string,
  expected: readonly string[],
  effect: 'Allow' | 'Deny',
  reading: Reading,
): boolean {
  const positive = negationOf(name) ?? name;
  const compare = comparisons[positive];
  if (compare === undefined) throw new Error(`${name} is not an operator`);
  const outcomes = expected.map((value) => compare(actual, value, reading));
  if (positive === name) return outcomes.includes(true);
  if (outcomes.includes(true)) return false;
  // A malformed value decides nothing: it neither lets an Allow in nor opens a Deny.
  return outcomes.includes('malformed') ? effect === 'Deny' : true;
}
