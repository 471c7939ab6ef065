/** A policy document, parsed once and ready to be matched with requests. */

import { isRecord } from '../api/message.ts';
import { parseResource, type ResourcePattern } from './arn-pattern.ts';
import { type Condition, type ConditionHome, parseCondition } from './condition.ts';
import { lowerCase } from './context.ts';
import { type Glob, globMatches, parseGlob } from './glob.ts';
import { parseJson } from './json-text.ts';
import { type PrincipalPattern, parsePrincipal } from './principal-pattern.ts';

export interface PolicyDocument {
  readonly version: string | undefined;
  readonly id: string | undefined;
  readonly statements: readonly Statement[];
  /** The statements that concern an action (in lower case). */
  about(action: string): readonly Statement[];
  /** The document as it is written, as a value of JSON. */
  json(): unknown;
  /** The same as text. */
  text(): string;
}

/** An undefined member is an element that the statement does not have. */
export interface Statement {
  readonly sid: string | undefined;
  /** Its position in the document, from 0. */
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  readonly principals: readonly PrincipalPattern[] | undefined;
  readonly notPrincipals: readonly PrincipalPattern[] | undefined;
  readonly actions: readonly Glob[] | undefined;
  readonly notActions: readonly Glob[] | undefined;
  readonly resources: readonly ResourcePattern[] | undefined;
  readonly notResources: readonly ResourcePattern[] | undefined;
  readonly conditions: readonly Condition[];
}

const KEPT = 2048;
let young = new Map<string, PolicyDocument>();
let old = new Map<string, PolicyDocument>();

/**
 * Parses a document; results are cached by text.
 * @throws SyntaxError if the text is not JSON or not a policy.
 */
export function loadPolicy(text: string): PolicyDocument {
  const known = young.get(text);
  if (known) return known;
  const document = old.get(text) ?? documentOf(parseJson(text), { json: () => parseJson(text), text: () => text });
  if (young.size >= KEPT) {
    old = young;
    young = new Map();
  }
  young.set(text, document);
  return document;
}

/**
 * Reads a document that is already a value. Only a document that cannot be interpreted is an error here; the services
 * check the rest before they store it.
 * @throws SyntaxError if the value is not a policy.
 */
export const readPolicy = (value: unknown): PolicyDocument =>
  documentOf(value, { json: () => value, text: () => JSON.stringify(value) });

function documentOf(value: unknown, written: Pick<PolicyDocument, 'json' | 'text'>): PolicyDocument {
  if (!isRecord(value)) throw new SyntaxError('a policy is a JSON object');
  const version = typeof value.Version === 'string' ? value.Version : undefined;
  const statements = listOf(value.Statement).map((statement, index) =>
    readStatement(statement, index, version === '2012-10-17'),
  );
  const byAction = new Map<string, readonly Statement[]>();
  return {
    version,
    id: typeof value.Id === 'string' ? value.Id : undefined,
    statements,
    about(action) {
      let about = byAction.get(action);
      if (!about) {
        about = statements.filter((statement) => actionMatches(statement, action));
        if (byAction.size >= 512) byAction.clear();
        byAction.set(action, about);
      }
      return about;
    },
    ...written,
  };
}

/** Whether a statement is about an action (in lower case). */
export function actionMatches({ actions, notActions }: Statement, action: string): boolean {
  if (actions) return actions.some((glob) => globMatches(glob, action));
  return notActions !== undefined && !notActions.some((glob) => globMatches(glob, action));
}

function readStatement(value: unknown, index: number, variables: boolean): Statement {
  if (!isRecord(value)) throw new SyntaxError(`statement ${index} is not a JSON object`);
  const effect = value.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new SyntaxError(`statement ${index} has no Effect "Allow" or "Deny"`);
  }
  return {
    sid: typeof value.Sid === 'string' && value.Sid !== '' ? value.Sid : undefined,
    index,
    effect,
    principals: optional(value.Principal, readPrincipals),
    notPrincipals: optional(value.NotPrincipal, readPrincipals),
    actions: optional(value.Action, readActions),
    notActions: optional(value.NotAction, readActions),
    resources: optional(value.Resource, (texts) => listOf(texts).map((text) => parseResource(asText(text), variables))),
    notResources: optional(value.NotResource, (texts) =>
      listOf(texts).map((text) => parseResource(asText(text), variables)),
    ),
    conditions: optional(value.Condition, (conditions) => readConditions(conditions, { effect, variables })) ?? [],
  };
}

function readPrincipals(value: unknown): PrincipalPattern[] {
  if (value === '*') return [{ kind: 'everyone' }];
  if (!isRecord(value)) throw new SyntaxError('a Principal is "*" or a JSON object');
  return Object.entries(value).flatMap(([type, texts]) =>
    listOf(texts).map((text) => parsePrincipal(type, asText(text))),
  );
}

const readActions = (value: unknown): Glob[] => listOf(value).map((action) => parseGlob(lowerCase(asText(action))));

function readConditions(value: unknown, home: ConditionHome): Condition[] {
  if (!isRecord(value)) throw new SyntaxError('a Condition is a JSON object');
  const conditions: Condition[] = [];
  for (const operator of Object.keys(value)) {
    const { [operator]: keys } = value;
    if (!isRecord(keys)) throw new SyntaxError(`the condition ${operator} is not a JSON object`);
    for (const name of Object.keys(keys)) {
      const condition = parseCondition(operator, name, listOf(keys[name]).map(asText), home);
      if (!condition) throw new SyntaxError(`there is no condition operator ${operator}`);
      conditions.push(condition);
    }
  }
  return conditions;
}

/** A single value or a list, as a list. */
export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Numbers and booleans may be unquoted. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new SyntaxError(`${JSON.stringify(value)} is not a string`);
}

const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : read(value);
