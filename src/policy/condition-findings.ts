/** Findings about the conditions of a statement. */

import { didYouMean, oneOf } from '../api/nearest.ts';
import { actionsText } from './action-findings.ts';
import { mayHaveKey } from './action-keys.ts';
import { conditionFlaw, isMet } from './condition.ts';
import { RecordContext } from './context.ts';
import { type Examined, type ExaminedCondition, type ExaminedStatement, everyAction, type Found } from './finding.ts';
import { quoted } from './json-places.ts';
import { actionPrefixes } from './known-actions.ts';
import { conditionKeyNames, isKnownConditionKey, isMultivalued } from './known-condition-keys.ts';

/** Keys that AWS does not have. Those of other services are not known here, and none is said to be missing. */
export function* unknownKeys({ conditions }: ExaminedStatement): Iterable<Found> {
  for (const { path, read } of conditions) {
    const [prefix = ''] = read.key.split(':', 1);
    const isOurs = !read.key.includes(':') || prefix === 'aws' || actionPrefixes.includes(prefix);
    if (!isOurs || isKnownConditionKey(read.key)) continue;
    const isTag = conditionKeyNames().find(
      (name) => name.toLowerCase().replace(/[/:]$/, '') === read.key.replace(/[/:]$/, ''),
    );
    yield {
      kind: 'unknown-key',
      says: `${quoted(read.name)} is not a condition key`,
      path,
      isName: true,
      advice: isTag === undefined ? keyMeant(read.name) : `it needs a name at its end, as in "${isTag}NAME"`,
    };
  }
}

/** A key that was meant, also where the service is missing from its name. */
function keyMeant(name: string): string | undefined {
  const typed = name.slice(0, 100);
  const names = conditionKeyNames().filter((key) => !/[/:]$/.test(key));
  if (typed.includes(':')) return didYouMean(typed, names);
  const same = names.filter((key) => key.slice(key.indexOf(':') + 1).toLowerCase() === typed.toLowerCase());
  return same.length > 0 ? `did you mean ${oneOf(same.map((key) => `"${key}"`))}?` : didYouMean(`aws:${typed}`, names);
}

const NOTHING = new RecordContext({});

/** Keys that requests for the statement's actions never have, or not for those of them that it names. */
export function* keysNeverSet(statement: ExaminedStatement): Iterable<Found> {
  const every = everyAction(statement);
  const named = statement.json.Action === undefined ? [] : statement.actions.flatMap(namedAlone);
  for (const { path, read } of statement.conditions) {
    const { key, name, operator, comparison, ifExists, quantifier, effect } = read;
    if (!isKnownConditionKey(key)) continue;
    const isMetWithout = isMet(read, NOTHING);
    // Whoever writes one of these means requests without the key, too.
    if (isMetWithout && (!comparison || ifExists || quantifier === 'all')) continue;
    const isForNone = every !== undefined && every.length > 0 && !every.some((action) => mayHaveKey(action, key));
    const without = isForNone ? every : named.filter((action) => !mayHaveKey(action, key));
    if (without.length === 0) continue;
    const [who, it] = isForNone
      ? [actionsText(statement), 'the statement']
      : [oneOf(without.slice(0, 3), 'and') + (without.length > 3 ? ' and others' : ''), 'for them it'];
    yield {
      kind: 'key-never-set',
      says: isMetWithout
        ? `requests for ${who} never have ${name}, so ${operator} is always met`
        : `requests for ${who} never have ${name}, so ${operator} is never met and ${it} ${effect === 'Allow' ? 'allows' : 'denies'} nothing`,
      path,
      isName: true,
      advice: isForNone ? 'remove the condition, or name other actions' : 'give these actions a statement of their own',
    };
  }
}

const namedAlone = ({ named }: ExaminedStatement['actions'][number]): readonly string[] =>
  named.kind === 'known' && !named.isPattern ? named.names : [];

/** What is wrong with a condition whatever the request: the sentences that explanations show, too. */
export function* flawedConditions({ conditions }: ExaminedStatement): Iterable<Found> {
  for (const { path, read } of conditions) {
    const flaw = conditionFlaw(read);
    if (!flaw) continue;
    const { kind, text, index } = flaw;
    yield { kind, says: text, path: index === undefined ? path : [...path, index], isName: index === undefined };
  }
}

/** ForAllValues in an Allow where it lets requests without the key through, which nobody means for a single value. */
export function* everyValue({ conditions, read: { effect } }: ExaminedStatement): Iterable<Found> {
  if (effect !== 'Allow') return;
  for (const { path, read } of conditions) {
    if (read.quantifier !== 'all' || isMultivalued(read.key) || !isKnownConditionKey(read.key)) continue;
    if (isRequired(read.key, conditions)) continue;
    yield {
      kind: 'for-all-values',
      says: `${read.operator} also allows requests without ${read.name}, which has a single value`,
      path,
      isName: true,
      advice: `use ${read.operator.slice('ForAllValues:'.length)}`,
    };
  }
}

/** Whether another condition requires a key: `"Null": {"KEY": "false"}`. */
const isRequired = (key: string, conditions: readonly ExaminedCondition[]): boolean =>
  conditions.some(
    ({ read }) => read.key === key && !read.comparison && read.absent.every((value) => value === 'false'),
  );

/** Conditions on one key that no value meets together. */
export function* contradictions({ hasVariables }: Examined, statement: ExaminedStatement): Iterable<Found> {
  const { conditions, read: whole } = statement;
  const nothing = `so the statement ${whole.effect === 'Allow' ? 'allows' : 'denies'} nothing`;
  for (const { read, values, path } of conditions) {
    if (read.operator !== 'StringEquals' || isMultivalued(read.key)) continue;
    const others = conditions.filter((other) => other.read.key === read.key);
    if (hasVariables && others.some((other) => other.values.some((value) => value.includes('${')))) continue;
    const isMetByOne = values.some((value) =>
      others.every((other) => isMet(other.read, new RecordContext({ [other.read.name]: value }))),
    );
    if (isMetByOne) continue;
    yield {
      kind: 'contradiction',
      says:
        values.length === 0
          ? `${read.operator} has no value for ${read.name}, ${nothing}`
          : `no value of ${read.name} meets all conditions of the statement on it, ${nothing}`,
      path,
      isName: true,
    };
    return;
  }
}

/** Variables in a document whose version has none. */
export function* literalVariables(
  { hasVariables, document }: Examined,
  { conditions, json }: ExaminedStatement,
): Iterable<Found> {
  if (hasVariables) return;
  const isVariable = (text: string) => /\$\{[^}]*\}/.test(text);
  const found = [
    ...conditions.flatMap(({ path, values }) => values.map((value, index) => ({ value, path: [...path, index] }))),
    ...['Resource', 'NotResource'].flatMap((element) =>
      [json[element]]
        .flat()
        .flatMap((value, index) => (typeof value === 'string' ? [{ value, path: [element, index] }] : [])),
    ),
  ].find(({ value }) => isVariable(value));
  if (!found) return;
  yield {
    kind: 'literal-variable',
    says: `${quoted(found.value)} is compared as it is, since variables need version 2012-10-17`,
    path: found.path,
    advice: document.Version === undefined ? 'add "Version": "2012-10-17"' : 'use "Version": "2012-10-17"',
  };
}
