/** The shape that every kind of policy shares: IAM User Guide, "Grammar of the IAM JSON policy language". */

import { isRecord } from '../api/message.ts';
import { parseOperator } from './condition.ts';
import { parseJson } from './json-text.ts';
import { listOf } from './policy-document.ts';

export type StatementObject = Readonly<Record<string, unknown>>;

/** A parsed JSON document whose elements have not been checked. */
export interface DocumentObject {
  readonly Version?: unknown;
  readonly Id?: unknown;
  readonly Statement?: unknown;
}

/** Parses a JSON object; undefined if the text is not one, or repeats a name. */
export function documentObject(text: string): DocumentObject | undefined {
  try {
    const value = parseJson(text);
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The statements of a document; undefined if there are none, or one of them is not an object. */
export function statementObjects({ Statement }: DocumentObject): readonly StatementObject[] | undefined {
  const statements = listOf(Statement);
  return statements.length > 0 && statements.every(isRecord) ? statements : undefined;
}

const DOCUMENT_ELEMENTS = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const PAIRS = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
  ['Principal', 'NotPrincipal'],
] as const;

export const isPolicyVersion = (version: unknown) => version === '2012-10-17' || version === '2008-10-17';

/** The first element that the policy grammar does not have. */
export function unknownElement(document: DocumentObject): string | undefined {
  const inStatements = (statementObjects(document) ?? []).flatMap((statement) =>
    Object.keys(statement).filter((name) => !STATEMENT_ELEMENTS.has(name)),
  );
  return Object.keys(document).find((name) => !DOCUMENT_ELEMENTS.has(name)) ?? inStatements[0];
}

/** Whether the elements present in a statement have the right types; missing elements and bad values are accepted. */
export function isStatementShape(statement: StatementObject): boolean {
  const { Sid, Action, NotAction, Resource, NotResource, Condition } = statement;
  return (
    Object.keys(statement).every((name) => STATEMENT_ELEMENTS.has(name)) &&
    PAIRS.every(([one, other]) => statement[one] === undefined || statement[other] === undefined) &&
    (Sid === undefined || typeof Sid === 'string') &&
    [Action, NotAction, Resource, NotResource].every(isTexts) &&
    (Condition === undefined || isConditionShape(Condition))
  );
}

const isTexts = (value: unknown) => listOf(value).every((one) => typeof one === 'string');

function isConditionShape(condition: unknown): boolean {
  if (!isRecord(condition)) return false;
  return Object.entries(condition).every(([operator, keys]) => {
    if (!isRecord(keys)) return false;
    if (parseOperator(operator) === undefined) return Object.keys(keys).length === 0;
    return Object.values(keys).every((values) => listOf(values).every(isConditionValue));
  });
}

const isConditionValue = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** A string or a list of strings, as a list. */
export const texts = (value: unknown): readonly string[] => listOf(value).filter((one) => typeof one === 'string');

/** The values of a condition, one operator and one key at a time. */
export function* conditionValues({
  Condition,
}: StatementObject): Iterable<readonly [operator: string, key: string, values: readonly string[]]> {
  if (!isRecord(Condition)) return;
  for (const [operator, keys] of Object.entries(Condition)) {
    if (!isRecord(keys)) continue;
    for (const [key, values] of Object.entries(keys)) yield [operator, key, listOf(values).map(String)];
  }
}
