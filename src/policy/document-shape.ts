/** The shape that every kind of policy shares: IAM User Guide, "Grammar of the IAM JSON policy language". */

import { isRecord } from '../api/message.ts';
import { didYouMean, nearest, oneOf } from '../api/nearest.ts';
import { parseOperator } from './condition.ts';
import { operators } from './condition-operators.ts';
import { quoted } from './json-places.ts';
import { parseJson } from './json-text.ts';
import { listOf } from './policy-document.ts';
import { type Flaw, firstFlaw, kindOf, within } from './policy-fault.ts';

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

const isPolicyVersion = (version: unknown) => version === '2012-10-17' || version === '2008-10-17';

/** What is wrong with the statements of a document; undefined if there are some, and each is an object. */
export function statementsFlaw(document: DocumentObject): Flaw | undefined {
  const { Statement } = document;
  if (Statement === undefined) {
    const typed = Object.keys(document).find((name) => nearest(name, ['Statement']).length > 0);
    if (typed !== undefined) return unknownElement(typed, [typed], 'a policy', DOCUMENT_ELEMENTS);
    return { says: 'the policy does not have a Statement', path: [] };
  }
  if (listOf(Statement).length === 0) return { says: 'Statement is empty', path: ['Statement'] };
  return firstFlaw(listOf(Statement), (statement, index) =>
    isRecord(statement)
      ? undefined
      : { says: `a statement must be a JSON object, not ${kindOf(statement)}`, path: ['Statement', index] },
  );
}

/** The first element that the policy grammar does not have, in the document or else in a statement. */
export function elementFlaw(document: DocumentObject): Flaw | undefined {
  return (
    firstFlaw(Object.keys(document), (name) =>
      DOCUMENT_ELEMENTS.has(name) ? undefined : unknownElement(name, [name], 'a policy', DOCUMENT_ELEMENTS),
    ) ??
    firstFlaw(statementObjects(document) ?? [], (statement, index) => {
      const flaw = statementElementFlaw(statement);
      return flaw && inStatement(index, flaw);
    })
  );
}

const statementElementFlaw = (statement: StatementObject): Flaw | undefined =>
  firstFlaw(Object.keys(statement), (name) =>
    STATEMENT_ELEMENTS.has(name) ? undefined : unknownElement(name, [name], 'a statement', STATEMENT_ELEMENTS),
  );

const unknownElement = (name: string, path: Flaw['path'], of: string, known: ReadonlySet<string>): Flaw => ({
  says: `${quoted(name)} is not an element of ${of}`,
  path,
  isName: true,
  advice: didYouMean(name, known) ?? `its elements are ${oneOf([...known], 'and')}`,
});

/** The flaw of a statement, seen from its document. */
const inStatement = <F extends Flaw>(index: number, flaw: F): F => within(['Statement', index], flaw);

/** The first flaw among the statements of a document. */
export const statementFlaws = <F extends Flaw>(
  statements: readonly StatementObject[],
  flawOf: (statement: StatementObject) => F | undefined,
): F | undefined =>
  firstFlaw(statements, (statement, index) => {
    const flaw = flawOf(statement);
    return flaw && inStatement(index, flaw);
  });

/** The flaw of a version that IAM does not have; undefined for one that it has, or none. */
export function versionFlaw({ Version }: DocumentObject): Flaw | undefined {
  if (Version === undefined || isPolicyVersion(Version)) return undefined;
  return { says: `Version must be "2012-10-17" or "2008-10-17", not ${quoted(Version)}`, path: ['Version'] };
}

/** The flaw of an Id that is not a text. */
export const idFlaw = ({ Id }: DocumentObject): Flaw | undefined =>
  Id === undefined || typeof Id === 'string'
    ? undefined
    : { says: `Id must be a text, not ${kindOf(Id)}`, path: ['Id'] };

/** The flaw of an effect other than Allow and Deny, or of a statement without one. */
export function effectFlaw({ Effect }: StatementObject): Flaw | undefined {
  if (Effect === 'Allow' || Effect === 'Deny') return undefined;
  if (Effect === undefined) return missing('Effect');
  return { says: `Effect must be "Allow" or "Deny", not ${quoted(Effect)}`, path: ['Effect'] };
}

/** The flaw of a statement without an element. */
export const missing = (...elements: readonly string[]): Flaw => ({
  says: `the statement does not have ${elements.length > 1 ? oneOf(elements) : `${/^[AE]/.test(elements[0] ?? '') ? 'an' : 'a'} ${elements[0]}`}`,
  path: [],
});

/** The flaw of a statement whose elements have the wrong types; missing elements and bad values are accepted. */
export function statementFlaw(statement: StatementObject): Flaw | undefined {
  const { Sid, Condition } = statement;
  return (
    statementElementFlaw(statement) ??
    firstFlaw(PAIRS, ([one, other]) =>
      statement[one] === undefined || statement[other] === undefined
        ? undefined
        : { says: `a statement cannot have both ${one} and ${other}`, path: [other], isName: true },
    ) ??
    (Sid === undefined || typeof Sid === 'string'
      ? undefined
      : { says: `Sid must be a text, not ${kindOf(Sid)}`, path: ['Sid'] }) ??
    firstFlaw(['Action', 'NotAction', 'Resource', 'NotResource'], (name) =>
      firstFlaw(listOf(statement[name]), (one, index) =>
        typeof one === 'string'
          ? undefined
          : { says: `${name} must be a text or a list of texts, not ${kindOf(one)}`, path: [name, index] },
      ),
    ) ??
    (Condition === undefined ? undefined : conditionShapeFlaw(Condition))
  );
}

function conditionShapeFlaw(condition: unknown): Flaw | undefined {
  if (!isRecord(condition)) {
    return { says: `Condition must be a JSON object, not ${kindOf(condition)}`, path: ['Condition'] };
  }
  return firstFlaw(Object.entries(condition), ([operator, keys]) => {
    const path = ['Condition', operator];
    if (!isRecord(keys)) {
      return { says: `${operator} must be a JSON object of condition keys, not ${kindOf(keys)}`, path };
    }
    if (parseOperator(operator) === undefined) {
      return Object.keys(keys).length === 0 ? undefined : operatorFlaw(operator);
    }
    return firstFlaw(Object.entries(keys), ([key, values]) =>
      firstFlaw(listOf(values), (value, index) =>
        isConditionValue(value)
          ? undefined
          : {
              says: `the value of ${quoted(key)} must be a text, a number or a boolean, not ${kindOf(value)}`,
              path: [...path, key, index],
            },
      ),
    );
  });
}

/** The flaw of a condition operator that IAM does not have, seen from its statement. */
export const operatorFlaw = (operator: string): Flaw => ({
  says: `${quoted(operator)} is not a condition operator`,
  path: ['Condition', operator],
  isName: true,
  advice: didYouMean(operator, [...Object.keys(operators), 'Null']),
});

const isConditionValue = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/**
 * A value of JSON as a text. `String` would call what an object of the document has by the name of `toString`.
 */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => (one === null ? '' : textOf(one))).join(',');
  return isRecord(value) ? JSON.stringify(value) : String(value);
}

/** A string or a list of strings, as a list. */
export const texts = (value: unknown): readonly string[] => listOf(value).filter((one) => typeof one === 'string');

/** The values of a condition, one operator and one key at a time. */
export function* conditionValues({
  Condition,
}: StatementObject): Iterable<readonly [operator: string, key: string, values: readonly string[]]> {
  if (!isRecord(Condition)) return;
  for (const [operator, keys] of Object.entries(Condition)) {
    if (!isRecord(keys)) continue;
    for (const [key, values] of Object.entries(keys)) yield [operator, key, listOf(values).map(textOf)];
  }
}
