/** The checks on a bucket policy before it is stored: Amazon S3 User Guide, "Policies and permissions in Amazon S3". */

import { AwsError } from '../api/errors.ts';
import { isRecord } from '../api/message.ts';
import { parseOperator } from './condition.ts';
import { isBool, operators } from './condition-operators.ts';
import { RecordContext } from './context.ts';
import {
  conditionValues,
  type DocumentObject,
  documentObject,
  isPolicyVersion,
  isStatementShape,
  type StatementObject,
  texts,
  unknownElement,
} from './document-shape.ts';
import { globMatches, parseGlob } from './glob.ts';
import { isKnownConditionKey } from './known-condition-keys.ts';
import { listOf } from './policy-document.ts';
import type { PrincipalCheck } from './principal-pattern.ts';
import { knowsConditionKey, s3Permissions } from './s3-permissions.ts';

const MAX_BYTES = 20_480;

/** @throws MalformedPolicy with the message of the first check that fails. */
export function checkBucketPolicy(text: string, bucket: string, exists: PrincipalCheck): void {
  if (!text.startsWith('{')) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  const document = documentObject(text);
  if (!document) throw malformed('This policy contains invalid Json');
  // White space does not count.
  if (Buffer.byteLength(JSON.stringify(document)) > MAX_BYTES) {
    throw malformed(`Normalized policy document exceeds the maximum allowed size of ${MAX_BYTES} bytes`);
  }
  for (const statement of statementsOf(document)) checkStatement(statement, bucket, exists);
}

const malformed = (message: string, detail = {}) => new AwsError('MalformedPolicy', message, detail);

function statementsOf(document: DocumentObject): readonly StatementObject[] {
  const { Version, Id, Statement } = document;
  if (Statement === undefined) throw malformed('Missing required field Statement');
  const unknown = unknownElement(document);
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`);
  if (Version !== undefined && !isPolicyVersion(Version)) {
    throw malformed('The policy must contain a valid version string');
  }
  if (Id !== undefined && typeof Id !== 'string') throw malformed('Invalid policy syntax.');
  const statements = listOf(Statement);
  if (statements.length === 0) throw malformed('Could not parse the policy: Statement is empty!');
  if (!statements.every(isRecord)) throw malformed('Invalid policy syntax.');
  return statements;
}

function checkStatement(statement: StatementObject, bucket: string, exists: PrincipalCheck): void {
  checkOperators(statement);
  if (!isStatementShape(statement)) throw malformed('Invalid policy syntax.');
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement;
  if (Effect === undefined) throw malformed('Missing required field Effect');
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`Invalid effect : ${String(Effect)}`);
  if (Principal === undefined && NotPrincipal === undefined) throw malformed('Missing required field Principal');
  if (NotPrincipal !== undefined && Effect === 'Allow') throw malformed('Allow with NotPrincipal is not allowed.');
  checkPrincipals(Principal ?? NotPrincipal, exists);
  const actions = texts(Action ?? NotAction);
  if (actions.length === 0) throw malformed('Missing required field Action');
  const permissions = actions.map(permissionsOf);
  if (permissions.some((names) => names.length === 0)) throw malformed('Policy has invalid action');
  const resources = texts(Resource ?? NotResource);
  if (resources.length === 0) throw malformed('Missing required field Resource');
  const kinds = new Set<string>(resources.flatMap((resource) => resourceKinds(resource, bucket)));
  const isFit = (permission: string) => kinds.has(s3Permissions.get(permission) ?? 'account');
  // Every action must fit one of the resources: Amazon S3 User Guide, "Troubleshoot access denied errors".
  if (Action !== undefined && Resource !== undefined && !permissions.every((names) => names.some(isFit))) {
    throw malformed('Action does not apply to any resource(s) in statement');
  }
  checkConditions(statement, Action === undefined ? [...s3Permissions.keys()] : [...new Set(permissions.flat())]);
}

/** S3 reports a bad operator before it looks at the rest of the statement. */
function checkOperators(statement: StatementObject): void {
  for (const [operator] of conditionValues(statement)) {
    if (parseOperator(operator) === undefined) throw malformed(`Invalid Condition type : ${operator}`);
  }
}

function checkPrincipals(element: unknown, exists: PrincipalCheck): void {
  if (element === '*') return;
  if (!isRecord(element)) throw invalidPrincipal(String(element));
  const named = Object.entries(element).flatMap(([type, names]) => listOf(names).map((name) => [type, name] as const));
  if (named.length === 0) throw malformed('Missing required field Principal');
  for (const [type, name] of named) {
    if (typeof name === 'string' && (isOutsider(type, name) || exists(type, name))) continue;
    throw invalidPrincipal(JSON.stringify({ [type]: name }));
  }
}

/**
 * Whether a principal is one of AWS's that no store has: the origin access identity of a CloudFront distribution, with
 * blanks or underscores in its name, or a canonical user, which such an identity and every account has. Amazon CloudFront
 * Developer Guide, "Use an origin access identity".
 */
const isOutsider = (type: string, name: string): boolean =>
  (type === 'AWS' &&
    /^arn:aws:iam::cloudfront:user\/CloudFront([ _])Origin\1Access\1Identity\1[A-Z0-9]+$/.test(name)) ||
  (type === 'CanonicalUser' && /^[0-9a-f]{64}$/.test(name));

const invalidPrincipal = (principal: string) => malformed('Invalid principal in policy', { Detail: principal });

/** The permissions that an action, or a pattern of actions, matches. */
function permissionsOf(action: string): readonly string[] {
  const glob = parseGlob(action.toLowerCase());
  return [...s3Permissions.keys()].filter((permission) => globMatches(glob, permission));
}

/** The kinds of resource that an element of the policy can match: this bucket, objects in it, or both. */
function resourceKinds(resource: string, bucket: string): ('bucket' | 'object')[] {
  const [, path] = /^arn:aws:s3:::(.+)$/s.exec(resource) ?? [];
  if (path === undefined) throw malformed('Policy has invalid resource');
  const slash = path.indexOf('/');
  const name = slash < 0 ? path : path.slice(0, slash);
  if (!globMatches(parseGlob(name), bucket)) throw malformed('Policy has invalid resource');
  // A star in the bucket's name matches across the slash.
  if (name.includes('*')) return ['bucket', 'object'];
  return slash < 0 ? ['bucket'] : ['object'];
}

function checkConditions(statement: StatementObject, permissions: readonly string[]): void {
  for (const [operator, name, values] of conditionValues(statement)) {
    const key = name.toLowerCase();
    if (!isKnownConditionKey(key) || !/^(?:aws|s3):/.test(key)) throw malformed('Policy has an invalid condition key');
    if (key.startsWith('s3:') && !permissions.some((permission) => knowsConditionKey(permission, key))) {
      throw malformed('Conditions do not apply to combination of actions and resources in statement');
    }
    const base = parseOperator(operator)?.base ?? operator;
    for (const value of values) {
      if (isValueOf(base, value)) continue;
      throw malformed(
        /IpAddress$/.test(base)
          ? 'Invalid IP address in Conditions'
          : `Invalid value in Conditions for operator ${operator}`,
      );
    }
  }
}

const NO_CONTEXT = new RecordContext({});

/** Whether an operator can compare with a value; a string with variables is valid for a string operator. */
function isValueOf(base: string, value: string): boolean {
  if (base === 'Null') return isBool(value);
  const expected = operators[base]?.expect(value, true);
  // S3 stores ARN conditions without checking their values.
  return base.startsWith('Arn') || expected?.fault(NO_CONTEXT)?.kind !== 'unparsable';
}
