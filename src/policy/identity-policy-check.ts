/**
 * The checks on a policy of a user, group or role, a managed policy or a session policy before it is stored: IAM User
 * Guide, "Grammar of the IAM JSON policy language". The checks are in IAM's order, each with IAM's wording.
 */

import { AwsError } from '../api/errors.ts';
import { didYouMean } from '../api/nearest.ts';
import {
  conditionValues,
  type DocumentObject,
  documentObject,
  effectFlaw,
  elementFlaw,
  idFlaw,
  missing,
  type StatementObject,
  statementFlaw,
  statementFlaws,
  statementObjects,
  statementsFlaw,
  textOf,
  texts,
  versionFlaw,
} from './document-shape.ts';
import { parseInstant } from './instant.ts';
import { quoted } from './json-places.ts';
import { type Flaw, fault, firstFlaw, type PolicyFault, reasonOf, textFlaw, within } from './policy-fault.ts';

/** @throws MalformedPolicyDocument with the message of the first check that fails. */
export function checkIdentityPolicy(text: string): void {
  const found = identityFault(text, 'no principals');
  if (found) throw new AwsError('MalformedPolicyDocument', found.message, found.detail, reasonOf(found, text));
}

/**
 * What IAM refuses a policy for, apart from its size; undefined if it stores it.
 * @param principals whether statements may name principals, as those of resource control policies do
 */
export function identityFault(text: string, principals: 'principals' | 'no principals'): PolicyFault | undefined {
  const document = documentObject(text);
  const statements = document && statementObjects(document);
  const flaw = document ? shapeFlaw(document) : textFlaw(text);
  if (flaw) return fault('Syntax errors in policy.', flaw);
  if (!document || !statements) return undefined;
  return (
    (principals === 'principals' ? undefined : firstOf(statements, principalFault)) ??
    oldVersionFault(document) ??
    firstOf(statements, legacyFault) ??
    sidFault(statements) ??
    firstOf(statements, ({ Action, NotAction }) =>
      texts(Action ?? NotAction).length > 0
        ? undefined
        : fault('Policy statement must contain actions.', missing('Action', 'NotAction')),
    ) ??
    firstOf(statements, (statement) => firstText(statement, ['Resource', 'NotResource'], resourceFault, 'sorted')) ??
    firstOf(statements, (statement) => firstText(statement, ['Action', 'NotAction'], actionFault)) ??
    firstOf(statements, ({ Resource, NotResource }) =>
      texts(Resource ?? NotResource).length > 0
        ? undefined
        : fault('Policy statement must contain resources.', missing('Resource', 'NotResource')),
    )
  );
}

/** The first fault among the statements. */
const firstOf = statementFlaws<PolicyFault>;

/** The first fault among the texts of the one of two elements that a statement has. */
function firstText(
  statement: StatementObject,
  [name, other]: readonly [string, string],
  faultOf: (text: string) => PolicyFault | undefined,
  order: 'as written' | 'sorted' = 'as written',
): PolicyFault | undefined {
  const element = statement[name] === undefined ? other : name;
  const indexed = texts(statement[element]).map((text, index) => ({ text, index }));
  // Sorted by UTF-16 code units, as the plain order of strings is.
  const ordered =
    order === 'sorted' ? indexed.toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)) : indexed;
  return firstFlaw(ordered, ({ text, index }) => {
    const found = faultOf(text);
    return found && within([element, index], found);
  });
}

const shapeFlaw = (document: DocumentObject): Flaw | undefined =>
  elementFlaw(document) ??
  statementsFlaw(document) ??
  versionFlaw(document) ??
  idFlaw(document) ??
  statementFlaws(
    statementObjects(document) ?? [],
    (statement) =>
      statementFlaw(statement) ??
      (/^(?:allow|deny)$/i.test(textOf(statement.Effect)) ? undefined : effectFlaw(statement)),
  );

function principalFault(statement: StatementObject): PolicyFault | undefined {
  const element = ['Principal', 'NotPrincipal'].find((name) => statement[name] !== undefined);
  return element === undefined
    ? undefined
    : fault('Policy document should not specify a principal.', {
        says: `${element} belongs in the policies of keys, buckets and roles, not in those of identities`,
        path: [element],
        isName: true,
      });
}

function oldVersionFault({ Version }: DocumentObject): PolicyFault | undefined {
  if (Version === '2012-10-17') return undefined;
  const says =
    Version === undefined
      ? 'the policy does not have a Version: add "Version": "2012-10-17"'
      : `Version must be "2012-10-17", not ${quoted(Version)}`;
  return fault('Policy document must be version 2012-10-17 or greater.', { says, path: ['Version'] });
}

function sidFault(statements: readonly StatementObject[]): PolicyFault | undefined {
  const sids = new Set<string>();
  return (
    firstOf(statements, ({ Sid }) => {
      if (typeof Sid !== 'string' || Sid === '') return undefined;
      const isNew = !sids.has(Sid);
      sids.add(Sid);
      return isNew
        ? undefined
        : fault('Statement IDs (SID) in a single policy must be unique.', {
            says: `another statement has the Sid ${quoted(Sid)} too`,
            path: ['Sid'],
          });
    }) ??
    firstOf(statements, ({ Sid }) =>
      typeof Sid !== 'string' || /^[0-9A-Za-z]*$/.test(Sid)
        ? undefined
        : fault(
            'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
            { says: `a Sid must have only letters and digits, and ${quoted(Sid)} has others`, path: ['Sid'] },
          ),
    )
  );
}

/** The checks of IAM's older parser. */
function legacyFault(statement: StatementObject): PolicyFault | undefined {
  const flaw = effectFlaw(statement) ?? legacyResourceFlaw(statement) ?? dateFlaw(statement);
  return flaw && fault('The policy failed legacy parsing', flaw);
}

function legacyResourceFlaw(statement: StatementObject): Flaw | undefined {
  const element = statement.Resource === undefined ? 'NotResource' : 'Resource';
  return firstFlaw(texts(statement[element]), (resource, index) =>
    isLegacyResource(resource)
      ? undefined
      : { says: `${quoted(resource)} is not an ARN`, path: [element, index], advice: ARN_FORM },
  );
}

const ARN_FORM = 'an ARN is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, such as arn:aws:s3:::my-bucket/*';

const dateFlaw = (statement: StatementObject): Flaw | undefined =>
  firstFlaw([...conditionValues(statement)], ([operator, key, values]) =>
    /(?:^|:)Date/.test(operator)
      ? firstFlaw(values, (value, index) =>
          parseInstant(value) !== undefined
            ? undefined
            : {
                says: `${quoted(value)} is not a date`,
                path: ['Condition', operator, key, index],
                advice: 'dates are such as 2030-01-31T12:00:00Z, or seconds since 1970',
              },
        )
      : undefined,
  );

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

function resourceFault(resource: string): PolicyFault | undefined {
  const bad = (message: string, says: string, advice?: string) => fault(message, { says, path: [], advice });
  if (resource === '*') return undefined;
  if (!resource.includes(':')) {
    const message = `Resource ${resource} must be in ARN format or "*".`;
    return bad(message, `${quoted(resource)} is neither "*" nor an ARN`, ARN_FORM);
  }
  const [, partition = '', service, region, account, ...path] = resource.split(':');
  const rest = path.length > 0 ? path.join(':') : undefined;
  if (!PARTITIONS.has(partition)) {
    const components = [partition, service ?? '*', region ?? '*', account ?? '*', rest ?? '*'].join(':');
    const message = `Partition "${partition}" is not valid for resource "arn:${components}".`;
    return bad(message, `the partition of ${quoted(resource)} must be "aws", not ${quoted(partition)}`, ARN_FORM);
  }
  if (service === undefined) {
    const message = 'Resource vendor must be fully qualified and cannot contain regexes.';
    return bad(message, `${quoted(resource)} does not name a service`, ARN_FORM);
  }
  if (service === 'iam') {
    if (region) {
      const message = `IAM resource ${resource} cannot contain region information.`;
      return bad(message, `ARNs of IAM have no region, and ${quoted(resource)} has ${quoted(region)}`);
    }
    if (rest !== undefined && rest !== '*' && !IAM_PATHS.some((prefix) => rest.startsWith(prefix))) {
      return bad(
        `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`,
        `${quoted(rest)} does not begin with a kind of IAM's resources`,
        didYouMean(
          rest.split('/', 1).join(),
          IAM_PATHS.map((prefix) => prefix.slice(0, -1)),
        ),
      );
    }
  }
  if (service === 's3' && region && !rest?.startsWith('accesspoint/')) {
    const message = `Resource ${resource} can not contain region information.`;
    return bad(message, `ARNs of buckets have no region, and ${quoted(resource)} has ${quoted(region)}`);
  }
  return undefined;
}

function actionFault(action: string): PolicyFault | undefined {
  if (action === '*') return undefined;
  const bad = (message: string, says: string) => fault(message, { says, path: [], advice: ACTION_FORM });
  const [vendor = '', ...names] = action.split(':');
  if (names.length === 0) {
    const message = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
    return bad(message, `the action ${quoted(action)} does not name a service`);
  }
  if (names.length > 1) {
    return bad('Actions/Condition can contain only one colon.', `the action ${quoted(action)} has several colons`);
  }
  const isAny = vendor === '*' && names[0] === '*';
  return isAny || /^[A-Za-z0-9.-]+$/.test(vendor)
    ? undefined
    : bad(`Vendor ${vendor} is not valid`, `${quoted(vendor)} is not a service`);
}

const ACTION_FORM = 'an action is SERVICE:NAME, such as s3:GetObject or kms:*';
