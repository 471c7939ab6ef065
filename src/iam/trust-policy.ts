/**
 * Checks a role's trust policy before it is stored: IAM API Reference, CreateRole and UpdateAssumeRolePolicy,
 * AssumeRolePolicyDocument.
 */

import { AwsError } from '../api/errors.ts';
import { isRecord } from '../api/message.ts';
import {
  type DocumentObject,
  documentObject,
  isPolicyVersion,
  isStatementShape,
  type StatementObject,
  statementObjects,
  texts,
  unknownElement,
} from '../policy/document-shape.ts';
import { globMatches, parseGlob } from '../policy/glob.ts';
import { listOf } from '../policy/policy-document.ts';
import type { PrincipalCheck } from '../policy/principal-pattern.ts';
import type { Tx } from '../store/tables.ts';
import { principalCheck, withArns, withIds } from './principal-bindings.ts';
import { countedSize, limitExceeded } from './quota.ts';

/** IAM User Guide, "IAM and AWS STS quotas": role trust policy length, by default; counted like every IAM policy. */
const MAX_SIZE = 2048;

const TRUST_ACTIONS = [
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:tagsession',
  'sts:setsourceidentity',
  'sts:setcontext',
];

/**
 * A trust policy in its stored form, with unique ids for users and roles.
 * @throws MalformedPolicyDocument, LimitExceeded
 */
export function acceptTrustPolicy(text: string, tx: Tx): string {
  checkTrustPolicy(text, principalCheck(tx));
  if (countedSize(text) > MAX_SIZE) throw limitExceeded('ACLSizePerRole', MAX_SIZE);
  return withIds(text, tx);
}

/** A stored trust policy as IAM shows it: with ARNs, except that deleted users and roles are shown by their ids. */
export const shownTrustPolicy = (kept: string, tx: Tx): string => withArns(kept, tx);

/** @throws MalformedPolicyDocument with the message of the first check that fails. */
export function checkTrustPolicy(text: string, exists: PrincipalCheck): void {
  const fault = faultOf(text, exists);
  if (fault !== undefined) throw new AwsError('MalformedPolicyDocument', fault);
}

function faultOf(text: string, exists: PrincipalCheck): string | undefined {
  const document = documentObject(text);
  if (!document) return 'This policy contains invalid Json';
  if (document.Version !== undefined && !isPolicyVersion(document.Version)) {
    return 'The policy must contain a valid version string';
  }
  if (listOf(document.Statement).length === 0) return 'Could not parse the policy: Statement is empty!';
  const statements = statementObjects(document);
  if (!statements || !isShape(document, statements)) return 'Syntax error in policy.';
  const sids = statements.flatMap(({ Sid }) => (typeof Sid === 'string' && Sid !== '' ? [Sid] : []));
  if (new Set(sids).size < sids.length) return 'The Statement Ids in the policy are not unique';
  for (const statement of statements) {
    const fault = statementFault(statement, exists);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const isShape = (document: DocumentObject, statements: readonly StatementObject[]) =>
  unknownElement(document) === undefined && statements.every(isStatementShape);

function statementFault(statement: StatementObject, exists: PrincipalCheck): string | undefined {
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement;
  if (Effect === undefined) return 'Missing required field Effect';
  if (Effect !== 'Allow' && Effect !== 'Deny') return `Invalid effect: ${String(Effect)}`;
  if (NotPrincipal !== undefined) {
    return Effect === 'Allow'
      ? 'Allow with NotPrincipal is not allowed.'
      : 'AssumeRole policy must not contain NotPrincipal field.';
  }
  const principal = principalFault(Principal, exists);
  if (principal !== undefined) return principal;
  const actions = texts(Action ?? NotAction);
  if (actions.length === 0) return 'Missing required field Action';
  if (!actions.every(isTrustAction)) return 'AssumeRole policy may only specify STS AssumeRole actions.';
  if (Resource !== undefined || NotResource !== undefined) return 'Has prohibited field Resource';
  return undefined;
}

function principalFault(principal: unknown, exists: PrincipalCheck): string | undefined {
  if (principal === undefined) return 'Missing required field Principal';
  if (principal === '*') return undefined;
  if (!isRecord(principal)) return 'Principal must be a JSON object.';
  const entries = Object.entries(principal);
  if (entries.length === 0 || entries.some(([, names]) => listOf(names).length === 0)) {
    return 'Missing required field Principal cannot be empty!';
  }
  for (const [type, names] of entries) {
    if (type !== 'AWS' && type !== 'Service' && type !== 'Federated') return `Invalid principal in policy: "${type}"`;
    for (const name of listOf(names)) {
      const shown = type === 'Service' ? 'SERVICE' : type;
      if (typeof name !== 'string' || !exists(type, name))
        return `Invalid principal in policy: "${shown}":"${String(name)}"`;
    }
  }
  return undefined;
}

/** One of STS's actions, or a pattern of them. */
function isTrustAction(action: string): boolean {
  if (!/^sts:/i.test(action)) return false;
  const glob = parseGlob(action.toLowerCase());
  return TRUST_ACTIONS.some((known) => globMatches(glob, known));
}
