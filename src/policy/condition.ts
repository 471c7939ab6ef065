/**
 * The conditions of a statement. IAM User Guide, "Single-valued vs. multivalued context keys" and "IAM JSON policy
 * elements: Condition operators", say how a missing key, several values or a set operator is evaluated.
 */

import { type Expected, type Operator, operators } from './condition-operators.ts';
import type { Context } from './context.ts';
import type { ConditionTrace } from './decision.ts';
import { isKnownConditionKey } from './known-condition-keys.ts';

/** One operator on one key. */
export interface Condition {
  /** As written in the policy. */
  readonly operator: string;
  /** As written in the policy. */
  readonly name: string;
  /** The name in lower case. */
  readonly key: string;
  readonly quantifier: 'all' | 'any' | undefined;
  readonly ifExists: boolean;
  /** Undefined for Null, which compares nothing: it checks whether the key has a value. */
  readonly comparison: Operator | undefined;
  readonly expected: readonly Expected[];
  /** For Null: the answers that meet it. */
  readonly absent: readonly boolean[];
}

interface OperatorName {
  readonly quantifier: 'all' | 'any' | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

/** Splits an operator's name; undefined for one that IAM does not have. Names are case-sensitive. */
export function parseOperator(name: string): OperatorName | undefined {
  const [, set, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const isKnown = base === 'Null' ? suffix === undefined : Object.hasOwn(operators, base);
  if (!isKnown) return undefined;
  const quantifier = set === undefined ? undefined : set === 'ForAllValues' ? 'all' : 'any';
  return { quantifier, base, ifExists: suffix !== undefined };
}

/** Reads one operator on one key; undefined for an operator that IAM does not have. */
export function parseCondition(
  operator: string,
  name: string,
  values: readonly string[],
  variables: boolean,
): Condition | undefined {
  const parts = parseOperator(operator);
  if (!parts) return undefined;
  const comparison = operators[parts.base];
  return {
    operator,
    name,
    key: name.toLowerCase(),
    quantifier: parts.quantifier,
    ifExists: parts.ifExists,
    comparison,
    expected: comparison ? values.map((value) => comparison.expect(value, variables)) : [],
    absent: comparison ? [] : values.map((value) => value.toLowerCase() === 'true'),
  };
}

/** Whether a request meets a condition. */
export function isMet(condition: Condition, context: Context): boolean {
  const { comparison, quantifier } = condition;
  const actual = context.values(condition.key, condition.name);
  const isAbsent = actual === undefined || actual.length === 0;
  if (!comparison) return condition.absent.includes(isAbsent);
  if (isAbsent) {
    if (quantifier === 'all' || condition.ifExists) return true;
    return quantifier === undefined && comparison.negated;
  }
  if (quantifier === 'all') return actual.every((value) => valueMeets(condition, comparison, value, context));
  if (quantifier === 'any') return actual.some((value) => valueMeets(condition, comparison, value, context));
  const [only = ''] = actual;
  return actual.length === 1 && valueMeets(condition, comparison, only, context);
}

/** A value meets a negated operator if it equals none of the expected values and can be compared with each of them. */
function valueMeets({ expected }: Condition, { negated }: Operator, actual: string, context: Context): boolean {
  return negated
    ? expected.every((one) => one.matches(actual, context) === false)
    : expected.some((one) => one.matches(actual, context) === true);
}

/** The same as a value, for display. */
export function traceCondition(condition: Condition, context: Context): ConditionTrace {
  const { operator, name, expected, comparison } = condition;
  const actual = context.values(condition.key, name);
  const warning = warningOf(condition, actual, context);
  return {
    operator,
    key: name,
    expected: comparison ? expected.map((one) => one.text(context)) : condition.absent.map(String),
    actual,
    met: isMet(condition, context),
    ...(warning !== undefined && { warning }),
  };
}

function warningOf(condition: Condition, actual: readonly string[] | undefined, context: Context): string | undefined {
  const { comparison, expected, key, name, quantifier } = condition;
  if (actual === undefined && !isKnownConditionKey(key))
    return `AWS has no condition key ${name} for KMS, S3, IAM or STS`;
  if (!comparison) return undefined;
  const faults = new Set(expected.map((one) => one.fault(context)));
  if (faults.has('unresolved-variable')) return 'a variable in the policy has no value in this request';
  if (faults.has('unparsable')) return 'this operator cannot compare a value in the policy';
  if (actual === undefined) return undefined;
  if (actual.length > 1 && quantifier === undefined) {
    return 'the request has several values: the operator needs ForAllValues or ForAnyValue';
  }
  if (actual.some((value) => expected.every((one) => one.matches(value, context) === undefined))) {
    return 'this operator cannot compare the value in the request';
  }
  return undefined;
}
