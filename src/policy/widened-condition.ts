/** A condition that a request does not meet, changed so that it does: with the request's value added, or taken out. */

import { DAY_MS } from '../api/duration.ts';
import { type Condition, parseOperator } from './condition.ts';
import type { Context } from './context.ts';
import { literalText } from './variables.ts';

/** Other values for a condition. */
export interface WidenedValues {
  readonly values: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * The values with which the request meets the condition; undefined if values do not help: the key is absent, compared
 * with true or false, or has several values without a set operator.
 * @param values those of the condition as written
 */
export function widenedValues(
  condition: Condition,
  values: readonly string[],
  { context, variables }: { readonly context: Context; readonly variables: boolean },
): WidenedValues | undefined {
  const { comparison, quantifier, isMultivalued } = condition;
  const actual = context.values(condition.key, condition.name) ?? [];
  const [first] = actual;
  if (!comparison || first === undefined) return undefined;
  if (quantifier === undefined && (actual.length > 1 || isMultivalued)) return undefined;
  const needed = quantifier === 'all' ? actual : [first];
  const matching = (value: string) => condition.expected.map((one) => one.matches(value, context) === true);
  if (comparison.negated) {
    const hits = needed.map(matching);
    const removed = values.filter((_, i) => hits.some((each) => each[i]));
    const kept = values.filter((_, i) => !hits.some((each) => each[i]));
    // Without a value, nothing would be left of the condition.
    return kept.length === 0 || removed.length === 0 ? undefined : { values: kept, added: [], removed };
  }
  const { base = '' } = parseOperator(condition.operator) ?? {};
  const missing = needed.filter((value) => !matching(value).includes(true));
  const texts = missing.map((value) => textFor(base, value, variables));
  const added = [...new Set(texts)].filter((text) => text !== undefined);
  if (added.length === 0 || texts.includes(undefined)) return undefined;
  // One limit replaces another.
  return /(?:Less|Greater)Than/.test(base)
    ? { values: added, added, removed: values }
    : { values: [...values, ...added], added, removed: [] };
}

/** A value of the request as an operator's value that it matches; undefined if there is none. */
function textFor(base: string, actual: string, variables: boolean): string | undefined {
  switch (base) {
    case 'Bool':
      // With both values, nothing would be left of the condition.
      return undefined;
    case 'NumericLessThan':
      return shifted(actual, 1);
    case 'NumericGreaterThan':
      return shifted(actual, -1);
    case 'DateLessThan':
    case 'DateLessThanEquals':
      return dayAfter(actual, 1);
    case 'DateGreaterThan':
    case 'DateGreaterThanEquals':
      return dayAfter(actual, 0);
    default:
      // In a document without variables, nothing can be escaped.
      if (/^(?:String|Arn)/.test(base) && variables) return literalText(actual);
      return /Like$|^Arn/.test(base) && /[*?]/.test(actual) ? undefined : actual;
  }
}

function shifted(text: string, by: number): string | undefined {
  const number = Number(text);
  return Number.isFinite(number) ? String(number + by) : undefined;
}

/** The beginning of a day in UTC. */
function dayAfter(text: string, days: number): string | undefined {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(ms)) return undefined;
  const day = new Date((Math.floor(ms / DAY_MS) + days) * DAY_MS);
  return Number.isNaN(day.getTime()) ? undefined : day.toISOString().replace('.000Z', 'Z');
}
