/**
 * What a key policy must be before it is stored, apart from the lockout check: AWS KMS Developer Guide, "Key policies
 * in AWS KMS", and IAM Access Analyzer's check of the encryption context keys.
 */

import { AwsError } from '../api/errors.ts';
import { parseJson } from '../iam/json-text.ts';
import { isRecord, listOf, readPolicy } from '../iam/policy-document.ts';
import { type PrincipalBindings, parsePrincipal } from '../iam/principal-pattern.ts';
import type { Tx } from '../store/tables.ts';
import { findPrincipal } from './grant-principal.ts';

/**
 * Checks a document.
 * @returns the unique ids of the users and roles that it names.
 * @throws MalformedPolicyDocumentException
 */
export function checkKeyPolicy(text: string, tx: Tx): PrincipalBindings {
  const statements = readStatements(text);
  for (const statement of statements) {
    if (principalsOf(statement).length === 0) throw malformedPolicy('Policy contains a statement with no principal.');
    checkConditions(statement);
  }
  const bindings: Record<string, string> = {};
  for (const [type, name] of statements.flatMap(principalsOf)) {
    const id = boundId(type, name, tx);
    if (id !== undefined) bindings[name] = id;
  }
  return bindings;
}

/** Every principal that stands in a document, the ids of those that are gone in place of their names. */
export function withPrincipals(document: unknown, bindings: PrincipalBindings, tx: Tx): unknown {
  const shown = (name: unknown): unknown => {
    if (Array.isArray(name)) return name.map(shown);
    const id = typeof name === 'string' ? bindings[name] : undefined;
    if (typeof name !== 'string' || id === undefined) return name;
    const now = findPrincipal(name, tx);
    return now?.kind === 'principal' && now.id === id ? name : id;
  };
  const inElement = (element: unknown) =>
    isRecord(element)
      ? Object.fromEntries(Object.entries(element).map(([type, names]) => [type, shown(names)]))
      : element;
  const inStatement = (statement: unknown) =>
    isRecord(statement)
      ? Object.fromEntries(
          Object.entries(statement).map(([name, value]) =>
            name === 'Principal' || name === 'NotPrincipal' ? [name, inElement(value)] : [name, value],
          ),
        )
      : statement;
  if (!isRecord(document)) return document;
  const { Statement } = document;
  return { ...document, Statement: Array.isArray(Statement) ? Statement.map(inStatement) : inStatement(Statement) };
}

type StatementObject = Readonly<Record<string, unknown>>;

function readStatements(text: string): readonly StatementObject[] {
  try {
    const document = parseJson(text);
    readPolicy(document);
    const statements = isRecord(document) ? listOf(document.Statement) : [];
    if (statements.length > 0 && statements.every(isRecord)) return statements;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw malformedPolicy('');
}

type Named = readonly [type: string, name: string];

function principalsOf({ Principal, NotPrincipal }: StatementObject): Named[] {
  return [Principal, NotPrincipal].flatMap((element): Named[] => {
    if (element === '*') return [['AWS', '*']];
    if (!isRecord(element)) return [];
    return Object.entries(element).flatMap(([type, names]) =>
      listOf(names).flatMap((name): Named[] => (typeof name === 'string' ? [[type, name]] : [])),
    );
  });
}

/** The unique id of a user or role; undefined for those whose name is enough. */
function boundId(type: string, name: string, tx: Tx): string | undefined {
  const pattern = parsePrincipal(type, name);
  switch (pattern.kind) {
    case 'everyone':
    case 'everyone-but-services':
    case 'account':
      return undefined;
    case 'service':
      if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)) throw invalidPrincipals();
      return undefined;
    case 'id':
      if (!tx.principalIds.get([pattern.id])) throw invalidPrincipals();
      return undefined;
    case 'entity':
    case 'session': {
      const principal = findPrincipal(name, tx);
      if (principal?.kind !== 'principal') throw invalidPrincipals();
      return principal.id;
    }
    case 'other':
      if (type !== 'Federated') throw invalidPrincipals();
      return undefined;
  }
}

/** With ForAllValues a statement would match requests that have no encryption context or tag at all. */
function checkConditions({ Condition }: StatementObject): void {
  if (!isRecord(Condition)) return;
  for (const [operator, keys] of Object.entries(Condition)) {
    if (!/^ForAllValues:/i.test(operator) || !isRecord(keys)) continue;
    for (const key of Object.keys(keys)) {
      if (/^kms:EncryptionContext:/i.test(key)) throw overlyPermissive(':EncryptionContext', 'encryption context');
      if (/^aws:RequestTag\//i.test(key)) {
        throw overlyPermissive('', '[encryption context or tag]');
      }
    }
  }
}

const overlyPermissive = (suffix: string, what: string) =>
  malformedPolicy(
    `OverlyPermissiveCondition${suffix}: Using the ForAllValues set operator with a single-valued condition key ` +
      `matches requests without the specified ${what} or with an unspecified ${what}. To fix, remove ForAllValues.`,
  );

const invalidPrincipals = () => malformedPolicy('Policy contains a statement with one or more invalid principals.');

/** KMS says nothing of a document that is no policy at all. */
export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocumentException', message);
