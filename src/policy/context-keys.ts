/**
 * The condition keys that a policy refers to, in conditions and in variables: IAM API Reference,
 * GetContextKeysForCustomPolicy.
 */

import { conditionValues, documentObject, type StatementObject, statementObjects, texts } from './document-shape.ts';
import { parseTemplate } from './variables.ts';

/** The keys of one statement as the policy spells them, in its order, some perhaps twice. */
export interface StatementKeys {
  /** In the variables of its resources. */
  readonly ofResources: readonly string[];
  /** In its conditions, and in the variables of their values. */
  readonly ofConditions: readonly string[];
}

/** The keys of each statement of a document; none for a text that is not a policy. */
export function statementKeys(text: string): readonly StatementKeys[] {
  const document = documentObject(text) ?? {};
  const variables = document.Version === '2012-10-17';
  return (statementObjects(document) ?? []).map((statement) => keysOf(statement, variables));
}

function keysOf(statement: StatementObject, variables: boolean): StatementKeys {
  const inVariables = (values: readonly string[]): string[] =>
    variables ? values.flatMap((value) => variablesOf(value)) : [];
  return {
    ofResources: inVariables([...texts(statement.Resource), ...texts(statement.NotResource)]),
    ofConditions: [...conditionValues(statement)].flatMap(([, key, values]) => [key, ...inVariables(values)]),
  };
}

const variablesOf = (text: string): string[] =>
  parseTemplate(text, { variables: true, wildcards: false }).pieces.flatMap((piece) =>
    'variable' in piece ? [piece.spelled] : [],
  );

/** Keys without those that were there before in another letter case. */
export function distinctKeys(keys: Iterable<string>): string[] {
  const distinct = new Map<string, string>();
  for (const key of keys) if (!distinct.has(key.toLowerCase())) distinct.set(key.toLowerCase(), key);
  return [...distinct.values()];
}
