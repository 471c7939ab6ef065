/**
 * All that can be said about a policy without a request: what a service refuses it for, and what does not do what its
 * author means. IAM User Guide, "IAM Access Analyzer policy check reference", has the model of it.
 */

import {
  actionsWithoutResource,
  aliasResources,
  otherKeys,
  passedRoles,
  unknownActions,
  withoutEffect,
} from './action-findings.ts';
import { parseCondition } from './condition.ts';
import {
  contradictions,
  everyValue,
  flawedConditions,
  keysNeverSet,
  literalVariables,
  unknownKeys,
} from './condition-findings.ts';
import {
  conditionValues,
  type DocumentObject,
  documentObject,
  type StatementObject,
  statementObjects,
  texts,
} from './document-shape.ts';
import { statementName } from './explain.ts';
import {
  type Examined,
  type ExaminedAction,
  type ExaminedStatement,
  type Finding,
  type Found,
  type PolicyFacts,
  severities,
} from './finding.ts';
import type { JsonPath } from './json-places.ts';
import { type NamedActions, namedActions } from './known-actions.ts';
import { readPolicy } from './policy-document.ts';
import { refusals } from './policy-refusals.ts';
import { oversize } from './policy-size.ts';
import { type PolicyType, policyTypeOf } from './policy-type.ts';
import { missingFromNotPrincipal, publicAccess, servicesWithoutSource } from './principal-findings.ts';
import { needlessStatements } from './statement-findings.ts';
import { contextOfBucketKeys, keysOfOtherRegions, valuesNeverMet, viaOtherRegion } from './value-findings.ts';

/** One question asked of each statement. */
type Rule = (policy: Examined, statement: ExaminedStatement) => Iterable<Found>;

const aboutStatement =
  (rule: (statement: ExaminedStatement) => Iterable<Found>): Rule =>
  (_policy, statement) =>
    rule(statement);

const rules: readonly Rule[] = [
  aboutStatement(unknownActions),
  actionsWithoutResource,
  aliasResources,
  otherKeys,
  withoutEffect,
  aboutStatement(passedRoles),
  publicAccess,
  servicesWithoutSource,
  aboutStatement(missingFromNotPrincipal),
  aboutStatement(unknownKeys),
  aboutStatement(keysNeverSet),
  aboutStatement(flawedConditions),
  aboutStatement(everyValue),
  valuesNeverMet,
  viaOtherRegion,
  contextOfBucketKeys,
  keysOfOtherRegions,
  contradictions,
  literalVariables,
];

/** As many findings as anybody reads: a policy with more of them has one mistake many times. */
const MOST = 500;

export interface PolicyFindings {
  readonly type: PolicyType;
  readonly findings: readonly Finding[];
  /** Whether there are more of them. */
  readonly isCut: boolean;
}

/** What there is to say about a text that is to be a policy; its type is recognized if it is not given. */
export function findingsIn(text: string, given: PolicyType | undefined, facts: PolicyFacts = {}): PolicyFindings {
  const document = documentObject(text);
  const type = given ?? (document ? policyTypeOf(document) : 'identity');
  const findings: Finding[] = [];
  for (const found of foundIn(text, document, type, facts)) {
    if (findings.length >= MOST) return { type, findings, isCut: true };
    findings.push({ ...found, severity: found.severity ?? severities[found.kind] });
  }
  return { type, findings, isCut: false };
}

function* foundIn(
  text: string,
  document: DocumentObject | undefined,
  type: PolicyType,
  facts: PolicyFacts,
): Iterable<Found> {
  // What a service refuses, no other finding about the same place says again.
  const refused = new Set<string>();
  for (const found of refusals(text, document, type, facts)) {
    refused.add(placeText(found));
    yield found;
  }
  if (!document) return;
  yield* oversize(text, type, facts);
  for (const found of othersIn(examined(text, document, type, facts))) {
    if (!refused.has(placeText(found))) yield found;
  }
}

const placeText = ({ path, isName = false }: Found): string => JSON.stringify([path, isName]);

function* othersIn(policy: Examined): Iterable<Found> {
  const { document, type, statements } = policy;
  if (document.Version === undefined && type !== 'identity') {
    yield {
      kind: 'missing-version',
      says: 'the policy does not have a Version, and so counts as of 2008-10-17, which has no variables',
      path: [],
      advice: 'add "Version": "2012-10-17"',
    };
  }
  for (const statement of statements) {
    for (const rule of rules) for (const found of rule(policy, statement)) yield seenFrom(statement, found);
  }
  for (const [statement, found] of needlessStatements(policy)) yield seenFrom(statement, found);
}

const seenFrom = ({ index }: ExaminedStatement, found: Found): Found => ({
  ...found,
  path: ['Statement', index, ...found.path],
});

function examined(text: string, document: DocumentObject, type: PolicyType, facts: PolicyFacts): Examined {
  const hasVariables = document.Version === '2012-10-17';
  const { Version } = document;
  const statements = (statementObjects(document) ?? []).flatMap(
    (json, index) => examinedStatement(json, index, Version) ?? [],
  );
  return { type, text, document, hasVariables, statements, facts };
}

/** Undefined for a statement that cannot be read, of which its refusal says enough. */
function examinedStatement(json: StatementObject, index: number, version: unknown): ExaminedStatement | undefined {
  const read = readAlone(json, version);
  if (!read) return undefined;
  const element = json.Action === undefined ? 'NotAction' : 'Action';
  const home = { effect: read.effect, variables: version === '2012-10-17' };
  return {
    json,
    read,
    index,
    name: statementName({ sid: read.sid, index }),
    actions: texts(json[element]).map((text, at) => actionAt(text, [element, at])),
    conditions: [...conditionValues(json)].flatMap(([operator, key, values]) => {
      const condition = parseCondition(operator, key, values, home);
      return condition ? [{ path: ['Condition', operator, key], values, read: condition }] : [];
    }),
  };
}

/** What an action stands for is looked up when a rule asks. */
function actionAt(text: string, path: JsonPath): ExaminedAction {
  let named: NamedActions | undefined;
  return {
    text,
    path,
    get named() {
      named ??= namedActions(text);
      return named;
    },
  };
}

function readAlone(json: StatementObject, Version: unknown) {
  try {
    return readPolicy({ Version, Statement: json }).statements[0];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
