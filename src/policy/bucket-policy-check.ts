/** The checks on a bucket policy before it is stored: Amazon S3 User Guide, "Policies and permissions in Amazon S3". */

import { AwsError } from '../api/errors.ts';
import { isRecord } from '../api/message.ts';
import { didYouMean } from '../api/nearest.ts';
import { parseOperator } from './condition.ts';
import { isBool, operators } from './condition-operators.ts';
import { RecordContext } from './context.ts';
import {
  conditionValues,
  type DocumentObject,
  documentObject,
  effectFlaw,
  elementFlaw,
  idFlaw,
  missing,
  operatorFlaw,
  type StatementObject,
  statementFlaw,
  statementFlaws,
  statementObjects,
  statementsFlaw,
  textOf,
  texts,
  versionFlaw,
} from './document-shape.ts';
import { globMatches, parseGlob } from './glob.ts';
import { quoted } from './json-places.ts';
import { conditionKeyNames, isKnownConditionKey } from './known-condition-keys.ts';
import { listOf } from './policy-document.ts';
import { type Flaw, fault, firstFlaw, type PolicyFault, reasonOf, textFlaw } from './policy-fault.ts';
import { ALLOW_NOT_PRINCIPAL, principalNameFlaw, principalShapeFlaw } from './principal-flaw.ts';
import type { PrincipalCheck } from './principal-pattern.ts';
import { knowsConditionKey, s3ActionNames, s3Permissions } from './s3-permissions.ts';

const MAX_BYTES = 20_480;

/** @throws MalformedPolicy with the message of the first check that fails. */
export function checkBucketPolicy(text: string, bucket: string, exists: PrincipalCheck): void {
  const found = bucketPolicyFault(text, bucket, exists);
  if (found) throw new AwsError('MalformedPolicy', found.message, found.detail, reasonOf(found, text));
}

/** What S3 refuses a policy for; undefined if it stores it. */
export function bucketPolicyFault(text: string, bucket: string, exists: PrincipalCheck): PolicyFault | undefined {
  if (!text.startsWith('{')) {
    const isIndented = text.trimStart().startsWith('{');
    const flaw = isIndented ? { says: 'there is white space before the first brace', path: [] } : textFlaw(text);
    return fault("Policies must be valid JSON and the first byte must be '{'", flaw);
  }
  const document = documentObject(text);
  if (!document) return fault('This policy contains invalid Json', textFlaw(text));
  // White space does not count.
  const size = Buffer.byteLength(JSON.stringify(document));
  if (size > MAX_BYTES) {
    return fault(`Normalized policy document exceeds the maximum allowed size of ${MAX_BYTES} bytes`, {
      says: `without white space, the policy has ${size} bytes`,
      path: [],
    });
  }
  return documentFault(document) ?? statementFlaws(objectsIn(document), (one) => statementFault(one, bucket, exists));
}

const objectsIn = (document: DocumentObject) => statementObjects(document) ?? [];

function documentFault(document: DocumentObject): PolicyFault | undefined {
  const { Statement } = document;
  const statements = statementsFlaw(document);
  if (Statement === undefined && statements) return fault('Missing required field Statement', statements);
  const unknown = elementFlaw(document);
  if (unknown) return fault(`Unknown field ${unknown.path.at(-1)}`, unknown);
  const version = versionFlaw(document);
  if (version) return fault('The policy must contain a valid version string', version);
  const id = idFlaw(document);
  if (id) return fault('Invalid policy syntax.', id);
  if (!statements) return undefined;
  const isEmpty = listOf(Statement).length === 0;
  return fault(isEmpty ? 'Could not parse the policy: Statement is empty!' : 'Invalid policy syntax.', statements);
}

function statementFault(statement: StatementObject, bucket: string, exists: PrincipalCheck): PolicyFault | undefined {
  const { Effect, Principal, NotPrincipal } = statement;
  // S3 reports a bad operator before it looks at the rest of the statement.
  for (const [operator] of conditionValues(statement)) {
    if (parseOperator(operator) === undefined) {
      return fault(`Invalid Condition type : ${operator}`, operatorFlaw(operator));
    }
  }
  const shape = statementFlaw(statement);
  if (shape) return fault('Invalid policy syntax.', shape);
  const effect = effectFlaw(statement);
  if (effect) {
    return fault(Effect === undefined ? 'Missing required field Effect' : `Invalid effect : ${textOf(Effect)}`, effect);
  }
  if (Principal === undefined && NotPrincipal === undefined) return noPrincipal(missing('Principal'));
  if (NotPrincipal !== undefined && Effect === 'Allow') {
    return fault('Allow with NotPrincipal is not allowed.', ALLOW_NOT_PRINCIPAL);
  }
  return principalFault(statement, exists) ?? actionFault(statement) ?? targetFault(statement, bucket);
}

const noPrincipal = (flaw: Flaw) => fault('Missing required field Principal', flaw);

function principalFault(statement: StatementObject, exists: PrincipalCheck): PolicyFault | undefined {
  const at = statement.Principal === undefined ? 'NotPrincipal' : 'Principal';
  const element = statement[at];
  if (element === '*') return undefined;
  if (!isRecord(element)) return invalidPrincipal(textOf(element), principalShapeFlaw(at, element));
  const named = Object.entries(element).flatMap(([type, names]) =>
    listOf(names).map((name, index) => ({ type, name, path: [at, type, index] })),
  );
  if (named.length === 0) return noPrincipal({ says: `${at} does not name anybody`, path: [at] });
  return firstFlaw(named, ({ type, name, path }) =>
    typeof name === 'string' && (isOutsider(type, name) || exists(type, name))
      ? undefined
      : invalidPrincipal(JSON.stringify({ [type]: name }), principalNameFlaw(type, name, path)),
  );
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

const invalidPrincipal = (principal: string, flaw: Flaw): PolicyFault => ({
  message: 'Invalid principal in policy',
  detail: { Detail: principal },
  ...flaw,
});

function actionFault(statement: StatementObject): PolicyFault | undefined {
  const at = statement.Action === undefined ? 'NotAction' : 'Action';
  const actions = texts(statement[at]);
  if (actions.length === 0) return fault('Missing required field Action', missing('Action', 'NotAction'));
  return firstFlaw(actions, (action, index) =>
    permissionsOf(action).length > 0
      ? undefined
      : fault('Policy has invalid action', {
          says: `${quoted(action)} is not an action of S3`,
          path: [at, index],
          advice: didYouMean(action, s3ActionNames()),
        }),
  );
}

/** The permissions that an action, or a pattern of actions, matches. */
function permissionsOf(action: string): readonly string[] {
  const glob = parseGlob(action.toLowerCase());
  return [...s3Permissions.keys()].filter((permission) => globMatches(glob, permission));
}

/** Faults of the resources, of actions that do not fit them, and of conditions that do not fit the actions. */
function targetFault(statement: StatementObject, bucket: string): PolicyFault | undefined {
  const { Action, NotAction, Resource } = statement;
  const at = Resource === undefined ? 'NotResource' : 'Resource';
  const resources = texts(statement[at]);
  if (resources.length === 0) return fault('Missing required field Resource', missing('Resource', 'NotResource'));
  const invalid = firstFlaw(resources, (resource, index) => resourceFault(resource, bucket, [at, index]));
  if (invalid) return invalid;
  const actions = texts(Action ?? NotAction);
  const kinds = new Set<string>(resources.flatMap(resourceKinds));
  const isFit = (permission: string) => kinds.has(s3Permissions.get(permission) ?? 'account');
  // Every action must fit one of the resources: Amazon S3 User Guide, "Troubleshoot access denied errors".
  const unfit =
    Action !== undefined && Resource !== undefined
      ? firstFlaw(actions, (action, index) =>
          permissionsOf(action).some(isFit)
            ? undefined
            : fault('Action does not apply to any resource(s) in statement', unfitFlaw(action, index, bucket)),
        )
      : undefined;
  const permissions = Action === undefined ? [...s3Permissions.keys()] : actions.flatMap(permissionsOf);
  return unfit ?? conditionFault(statement, [...new Set(permissions)]);
}

function unfitFlaw(action: string, index: number, bucket: string): Flaw {
  const kind = s3Permissions.get(permissionsOf(action)[0] ?? '') ?? 'account';
  const path = ['Action', index];
  switch (kind) {
    case 'bucket':
      return { says: `${action} is about buckets`, path, advice: `add the resource arn:aws:s3:::${bucket}` };
    case 'object':
      return { says: `${action} is about objects`, path, advice: `add a resource such as arn:aws:s3:::${bucket}/*` };
    case 'account':
      return { says: `${action} is about the account, and belongs in a policy of a user, group or role`, path };
  }
}

function resourceFault(resource: string, bucket: string, path: Flaw['path']): PolicyFault | undefined {
  const target = targetOf(resource);
  if (target !== undefined && globMatches(parseGlob(target.name), bucket)) return undefined;
  const says =
    target === undefined
      ? `${quoted(resource)} is not the ARN of a bucket or of objects`
      : `${quoted(resource)} is not about this bucket`;
  return fault('Policy has invalid resource', {
    says,
    path,
    advice: `use arn:aws:s3:::${bucket} or arn:aws:s3:::${bucket}/*`,
  });
}

/** The bucket's name or pattern in an ARN, and whether a key follows. */
function targetOf(resource: string): { readonly name: string; readonly hasKey: boolean } | undefined {
  const [, path] = /^arn:aws:s3:::(.+)$/s.exec(resource) ?? [];
  if (path === undefined) return undefined;
  const slash = path.indexOf('/');
  return { name: slash < 0 ? path : path.slice(0, slash), hasKey: slash >= 0 };
}

/** The kinds of resource that an element of the policy can match: this bucket, objects in it, or both. */
function resourceKinds(resource: string): ('bucket' | 'object')[] {
  const target = targetOf(resource);
  // A star in the bucket's name matches across the slash.
  if (target?.name.includes('*')) return ['bucket', 'object'];
  return target?.hasKey ? ['object'] : ['bucket'];
}

function conditionFault(statement: StatementObject, permissions: readonly string[]): PolicyFault | undefined {
  return firstFlaw([...conditionValues(statement)], ([operator, name, values]) => {
    const key = name.toLowerCase();
    const path = ['Condition', operator, name];
    if (!isKnownConditionKey(key) || !/^(?:aws|s3):/.test(key)) {
      return fault('Policy has an invalid condition key', {
        says: `${quoted(name)} is not a condition key of S3`,
        path,
        isName: true,
        advice: didYouMean(
          name,
          conditionKeyNames().filter((known) => /^(?:aws|s3):/.test(known)),
        ),
      });
    }
    if (key.startsWith('s3:') && !permissions.some((permission) => knowsConditionKey(permission, key))) {
      return fault('Conditions do not apply to combination of actions and resources in statement', {
        says: `none of the actions of the statement has the condition key ${quoted(name)}`,
        path,
        isName: true,
      });
    }
    const base = parseOperator(operator)?.base ?? operator;
    return firstFlaw(values, (value, index) => {
      if (isValueOf(base, value)) return undefined;
      const says = `${operator} cannot compare ${quoted(value)}`;
      const isAddress = /IpAddress$/.test(base);
      return fault(
        isAddress ? 'Invalid IP address in Conditions' : `Invalid value in Conditions for operator ${operator}`,
        {
          says,
          path: [...path, index],
          advice: valueForm(base),
        },
      );
    });
  });
}

/** What the values of an operator look like. */
function valueForm(base: string): string | undefined {
  if (/IpAddress$/.test(base)) return 'addresses are such as 203.0.113.7 or 203.0.113.0/24';
  if (base.startsWith('Date')) return 'dates are such as 2030-01-31T12:00:00Z, or seconds since 1970';
  if (base.startsWith('Numeric')) return 'it takes a number';
  if (base === 'Bool' || base === 'Null') return 'it takes "true" or "false"';
  return base.startsWith('Binary') ? 'it takes base64' : undefined;
}

const NO_CONTEXT = new RecordContext({});

/** Whether an operator can compare with a value; a string with variables is valid for a string operator. */
function isValueOf(base: string, value: string): boolean {
  if (base === 'Null') return isBool(value);
  const expected = operators[base]?.expect(value, true);
  // S3 stores ARN conditions without checking their values.
  return base.startsWith('Arn') || expected?.fault(NO_CONTEXT)?.kind !== 'unparsable';
}
