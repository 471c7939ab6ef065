/**
 * The checks on a policy of a user, group or role, a managed policy or a session policy before it is stored: IAM User
 * Guide, "Grammar of the IAM JSON policy language". The checks are in IAM's order, each with IAM's wording.
 */

import { AwsError } from '../api/errors.ts';
import {
  conditionValues,
  type DocumentObject,
  documentObject,
  isPolicyVersion,
  isStatementShape,
  type StatementObject,
  statementObjects,
  texts,
  unknownElement,
} from './document-shape.ts';
import { parseInstant } from './instant.ts';

/** @throws MalformedPolicyDocument with the message of the first check that fails. */
export function checkIdentityPolicy(text: string): void {
  const fault = faultOf(text);
  if (fault !== undefined) throw new AwsError('MalformedPolicyDocument', fault);
}

function faultOf(text: string): string | undefined {
  const document = documentObject(text);
  const statements = document && statementObjects(document);
  if (!document || !statements || !isShape(document, statements)) return 'Syntax errors in policy.';
  if (statements.some(({ Principal, NotPrincipal }) => Principal !== undefined || NotPrincipal !== undefined)) {
    return 'Policy document should not specify a principal.';
  }
  if (document.Version !== '2012-10-17') return 'Policy document must be version 2012-10-17 or greater.';
  if (!statements.every(isLegacyParsed)) return 'The policy failed legacy parsing';
  const sids = statements.flatMap(({ Sid }) => (typeof Sid === 'string' && Sid !== '' ? [Sid] : []));
  if (new Set(sids).size < sids.length) return 'Statement IDs (SID) in a single policy must be unique.';
  if (!sids.every((sid) => /^[0-9A-Za-z]*$/.test(sid))) {
    return 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*';
  }
  if (!statements.every(({ Action, NotAction }) => texts(Action ?? NotAction).length > 0)) {
    return 'Policy statement must contain actions.';
  }
  return (
    firstOf(statements, ({ Resource, NotResource }) =>
      firstOf(texts(Resource ?? NotResource).toSorted(), resourceFault),
    ) ??
    firstOf(statements, ({ Action, NotAction }) => firstOf(texts(Action ?? NotAction), actionFault)) ??
    (statements.every(({ Resource, NotResource }) => texts(Resource ?? NotResource).length > 0)
      ? undefined
      : 'Policy statement must contain resources.')
  );
}

function firstOf<T>(items: readonly T[], faultOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const fault = faultOf(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const isShape = (document: DocumentObject, statements: readonly StatementObject[]) =>
  unknownElement(document) === undefined &&
  (document.Version === undefined || isPolicyVersion(document.Version)) &&
  (document.Id === undefined || typeof document.Id === 'string') &&
  statements.every((statement) => isStatementShape(statement) && /^(?:allow|deny)$/i.test(String(statement.Effect)));

/** The checks of IAM's older parser. */
function isLegacyParsed(statement: StatementObject): boolean {
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return false;
  const resources = texts(statement.Resource ?? statement.NotResource);
  if (!resources.every(isLegacyResource)) return false;
  for (const [operator, , values] of conditionValues(statement)) {
    if (/(?:^|:)Date/.test(operator) && !values.every((value) => parseInstant(value) !== undefined)) return false;
  }
  return true;
}

function isLegacyResource(resource: string): boolean {
  if (!resource.includes(':')) return true;
  const components = resource.split(':');
  // IAM reports an unknown partition with a message of its own.
  if (!PARTITIONS.has(components[1] ?? '')) return true;
  return (components.length > 5 || !resource.includes('::')) && components[2] !== '';
}

const PARTITIONS = new Set([
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-eusc',
  '*',
]);

const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

function resourceFault(resource: string): string | undefined {
  if (resource === '*') return undefined;
  if (!resource.includes(':')) return `Resource ${resource} must be in ARN format or "*".`;
  const [, partition = '', service, region, account, ...path] = resource.split(':');
  const rest = path.length > 0 ? path.join(':') : undefined;
  if (!PARTITIONS.has(partition)) {
    const components = [partition, service ?? '*', region ?? '*', account ?? '*', rest ?? '*'].join(':');
    return `Partition "${partition}" is not valid for resource "arn:${components}".`;
  }
  if (service === undefined) return 'Resource vendor must be fully qualified and cannot contain regexes.';
  if (service === 'iam') {
    if (region) return `IAM resource ${resource} cannot contain region information.`;
    if (rest !== undefined && rest !== '*' && !IAM_PATHS.some((prefix) => rest.startsWith(prefix))) {
      return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`;
    }
  }
  if (service === 's3' && region && !rest?.startsWith('accesspoint/')) {
    return `Resource ${resource} can not contain region information.`;
  }
  return undefined;
}

function actionFault(action: string): string | undefined {
  if (action === '*') return undefined;
  const [vendor = '', ...names] = action.split(':');
  if (names.length === 0) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  if (names.length > 1) return 'Actions/Condition can contain only one colon.';
  const isAny = vendor === '*' && names[0] === '*';
  return isAny || /^[A-Za-z0-9.-]+$/.test(vendor) ? undefined : `Vendor ${vendor} is not valid`;
}
