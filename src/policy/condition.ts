/**
 * The conditions of a statement. IAM User Guide, "Single-valued vs. multivalued context keys" and "IAM JSON policy
 * elements: Condition operators", say how a missing key, several values or a set operator is evaluated.
 */

import { type Expected, isBool, type Operator, operators } from './condition-operators.ts';
import { type Context, lowerCase, RecordContext } from './context.ts';
import type { ConditionTrace, StatementTrace } from './decision.ts';
import { isKnownConditionKey, isMultivalued } from './known-condition-keys.ts';
import { variableFault } from './variables.ts';

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
  /** For Null: the values, in lower case where they are `true` or `false`. Others are met by no request. */
  readonly absent: readonly string[];
  /** Whether the key is of a multivalued type: however many values it has, they are a set. */
  readonly isMultivalued: boolean;
  readonly effect: StatementTrace['effect'];
}

interface OperatorName {
  readonly quantifier: 'all' | 'any' | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

/** The names that were split before, of which there are as many as IAM has operators. */
const knownNames = new Map<string, OperatorName>();

/** Splits an operator's name; undefined for one that IAM does not have. Names are case-sensitive. */
export function parseOperator(name: string): OperatorName | undefined {
  const known = knownNames.get(name) ?? splitOperator(name);
  if (known) knownNames.set(name, known);
  return known;
}

function splitOperator(name: string): OperatorName | undefined {
  const [, set, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const isKnown = base === 'Null' ? suffix === undefined : Object.hasOwn(operators, base);
  if (!isKnown) return undefined;
  const quantifier = set === undefined ? undefined : set === 'ForAllValues' ? 'all' : 'any';
  return { quantifier, base, ifExists: suffix !== undefined };
}

/** The statement that a condition is part of, as far as it bears on the condition's meaning. */
export interface ConditionHome {
  readonly effect: StatementTrace['effect'];
  /** Whether the document's version supports variables. */
  readonly variables: boolean;
}

/** Reads one operator on one key; undefined for an operator that IAM does not have. */
export function parseCondition(
  operator: string,
  name: string,
  values: readonly string[],
  { effect, variables }: ConditionHome,
): Condition | undefined {
  const parts = parseOperator(operator);
  if (!parts) return undefined;
  const comparison = operators[parts.base];
  const key = lowerCase(name);
  return {
    operator,
    name,
    key,
    quantifier: parts.quantifier,
    ifExists: parts.ifExists,
    comparison,
    expected: comparison ? values.map((value) => comparison.expect(value, variables)) : [],
    absent: comparison ? [] : values.map((value) => (isBool(value) ? value.toLowerCase() : value)),
    isMultivalued: isMultivalued(key),
    effect,
  };
}

/**
 * Whether a request meets a condition. A multivalued key needs a set operator, even while it has a single value; for a
 * set operator, a single-valued key is a set of one. ForAnyValue needs a value, so that IfExists changes nothing for it.
 */
export function isMet(condition: Condition, context: Context): boolean {
  const { comparison, quantifier } = condition;
  const actual = context.values(condition.key, condition.name);
  const isAbsent = actual === undefined || actual.length === 0;
  if (!comparison) return condition.absent.includes(isAbsent ? 'true' : 'false');
  switch (quantifier) {
    case 'all':
      return isAbsent || actual.every((value) => valueMeets(condition, comparison, value, context));
    case 'any':
      return !isAbsent && actual.some((value) => valueMeets(condition, comparison, value, context));
    case undefined: {
      if (isAbsent) return condition.ifExists || comparison.negated;
      const [only = ''] = actual;
      return actual.length === 1 && !condition.isMultivalued && valueMeets(condition, comparison, only, context);
    }
  }
}

/**
 * A value meets a negated operator if it equals none of the expected values. If it cannot be compared with one of them,
 * because either is malformed, AWS's documentation leaves open whether they are equal: a Deny then applies and an Allow
 * does not. A value that cannot be compared never meets any other operator.
 */
function valueMeets({ expected, effect }: Condition, { negated }: Operator, actual: string, context: Context): boolean {
  for (const one of expected) {
    const isEqual = one.matches(actual, context) ?? (negated && effect === 'Allow');
    if (isEqual) return !negated;
  }
  return negated;
}

/** The same as a value, for display. */
export function traceCondition(condition: Condition, context: Context): ConditionTrace {
  const { operator, name, expected, comparison } = condition;
  const actual = context.values(condition.key, name);
  const warning = warningOf(condition, actual, context);
  return {
    operator,
    key: name,
    expected: comparison ? expected.map((one) => one.text(context)) : condition.absent,
    actual,
    met: isMet(condition, context),
    ...(warning !== undefined && { warning }),
  };
}

function warningOf(condition: Condition, actual: readonly string[] | undefined, context: Context): string | undefined {
  const { operator, comparison, expected, key, name } = condition;
  if (actual === undefined && !isKnownConditionKey(key))
    return `AWS has no condition key ${name} for KMS, S3, IAM or STS`;
  const flaw = conditionFlaw(condition);
  if (flaw !== undefined || !comparison) return flaw?.text;
  for (const one of expected) {
    const fault = one.fault(context);
    if (fault?.kind === 'unresolved-variable') return variableFault(fault.variable);
  }
  if (actual === undefined) return undefined;
  if (condition.quantifier === undefined && actual.length > 1) {
    return 'the request has several values: the operator needs ForAllValues or ForAnyValue';
  }
  const incomparable = actual.find((value) => expected.every((one) => one.matches(value, context) === undefined));
  return incomparable === undefined
    ? undefined
    : `${operator} cannot compare the value in the request "${incomparable}", ${consequenceOf(condition)}`;
}

const NO_CONTEXT = new RecordContext({});

/** What is wrong with a condition, whatever the request. */
export interface ConditionFlaw {
  readonly kind: 'null-value' | 'missing-set-operator' | 'useless-if-exists' | 'incomparable-value';
  readonly text: string;
  /** The position of the value that it is about, if it is about one. */
  readonly index?: number | undefined;
}

/** The first flaw of a condition; undefined if it has none. */
export function conditionFlaw(condition: Condition): ConditionFlaw | undefined {
  const { operator, comparison, expected, name, quantifier } = condition;
  if (!comparison) {
    const index = condition.absent.findIndex((value) => !isBool(value));
    if (index < 0) return undefined;
    const text = `${operator} takes true or false, so no request meets "${condition.absent[index]}"`;
    return { kind: 'null-value', text, index };
  }
  if (condition.isMultivalued && quantifier === undefined) {
    const text =
      `${name} can have several values, so ${operator} needs ForAllValues or ForAnyValue in front: ` +
      'without, no request that has the key meets it';
    return { kind: 'missing-set-operator', text };
  }
  if (quantifier === 'any' && condition.ifExists) {
    const text = `${operator} needs a value, in spite of IfExists: no request without ${name} meets it`;
    return { kind: 'useless-if-exists', text };
  }
  const index = expected.findIndex((one) => one.fault(NO_CONTEXT)?.kind === 'unparsable');
  const unparsable = expected[index];
  if (!unparsable) return undefined;
  const text = `${operator} cannot compare the value in the policy "${unparsable.text(NO_CONTEXT)}", ${consequenceOf(condition)}`;
  return { kind: 'incomparable-value', text, index };
}

/** The consequence of values that cannot be compared, as a clause. */
function consequenceOf({ comparison, effect }: Condition): string {
  if (!comparison?.negated) return 'so they do not match';
  return effect === 'Deny'
    ? 'which counts as a difference in a Deny'
    : 'which does not count as a difference in an Allow';
}
