/**
 * The checks on a role's trust policy before it is stored: IAM API Reference, CreateRole and UpdateAssumeRolePolicy,
 * AssumeRolePolicyDocument.
 */

import { AwsError } from '../api/errors.ts';
import { isRecord } from '../api/message.ts';
import { oneOf } from '../api/nearest.ts';
import {
  documentObject,
  effectFlaw,
  elementFlaw,
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
import { globMatches, parseGlob } from './glob.ts';
import { quoted } from './json-places.ts';
import { listOf } from './policy-document.ts';
import { fault, firstFlaw, type PolicyFault, reasonOf, textFlaw } from './policy-fault.ts';
import { ALLOW_NOT_PRINCIPAL, principalNameFlaw, principalShapeFlaw, principalTypeFlaw } from './principal-flaw.ts';
import type { PrincipalCheck } from './principal-pattern.ts';

const TRUST_ACTION_NAMES = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
];

/** @throws MalformedPolicyDocument with the message of the first check that fails. */
export function checkTrustPolicy(text: string, exists: PrincipalCheck): void {
  const found = trustPolicyFault(text, exists);
  if (found) throw new AwsError('MalformedPolicyDocument', found.message, found.detail, reasonOf(found, text));
}

/** What IAM refuses a trust policy for, apart from its size; undefined if it stores it. */
export function trustPolicyFault(text: string, exists: PrincipalCheck): PolicyFault | undefined {
  const document = documentObject(text);
  if (!document) return fault('This policy contains invalid Json', textFlaw(text));
  const version = versionFlaw(document);
  if (version) return fault('The policy must contain a valid version string', version);
  const empty = statementsFlaw(document);
  if (empty && listOf(document.Statement).length === 0) {
    return fault('Could not parse the policy: Statement is empty!', empty);
  }
  const statements = statementObjects(document) ?? [];
  const shape = elementFlaw(document) ?? empty ?? statementFlaws(statements, statementFlaw);
  if (shape) return fault('Syntax error in policy.', shape);
  return sidFault(statements) ?? statementFlaws(statements, (statement) => statementFault(statement, exists));
}

function sidFault(statements: readonly StatementObject[]): PolicyFault | undefined {
  const sids = new Set<string>();
  return statementFlaws(statements, ({ Sid }) => {
    if (typeof Sid !== 'string' || Sid === '') return undefined;
    const isNew = !sids.has(Sid);
    sids.add(Sid);
    if (isNew) return undefined;
    const says = `another statement has the Sid ${quoted(Sid)} too`;
    return fault('The Statement Ids in the policy are not unique', { says, path: ['Sid'] });
  });
}

function statementFault(statement: StatementObject, exists: PrincipalCheck): PolicyFault | undefined {
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource } = statement;
  const effect = effectFlaw(statement);
  if (effect) {
    return fault(Effect === undefined ? 'Missing required field Effect' : `Invalid effect: ${textOf(Effect)}`, effect);
  }
  if (NotPrincipal !== undefined) {
    return Effect === 'Allow'
      ? fault('Allow with NotPrincipal is not allowed.', ALLOW_NOT_PRINCIPAL)
      : fault('AssumeRole policy must not contain NotPrincipal field.', {
          says: 'a trust policy cannot have NotPrincipal',
          path: ['NotPrincipal'],
          isName: true,
        });
  }
  const principal = principalFault(Principal, exists);
  if (principal) return principal;
  const actionsAt = Action === undefined ? 'NotAction' : 'Action';
  const actions = texts(Action ?? NotAction);
  if (actions.length === 0) return fault('Missing required field Action', missing('Action'));
  const action = firstFlaw(actions, (name, index) =>
    isTrustAction(name)
      ? undefined
      : fault('AssumeRole policy may only specify STS AssumeRole actions.', {
          says: `${quoted(name)} is not one of the actions of a trust policy`,
          path: [actionsAt, index],
          advice: `they are ${oneOf(TRUST_ACTION_NAMES, 'and')}`,
        }),
  );
  if (action) return action;
  const resourceAt = Resource === undefined ? 'NotResource' : 'Resource';
  if (statement[resourceAt] === undefined) return undefined;
  return fault('Has prohibited field Resource', {
    says: `a trust policy cannot have ${resourceAt}: it is about its role`,
    path: [resourceAt],
    isName: true,
  });
}

function principalFault(principal: unknown, exists: PrincipalCheck): PolicyFault | undefined {
  if (principal === undefined) return fault('Missing required field Principal', missing('Principal'));
  if (principal === '*') return undefined;
  if (!isRecord(principal)) {
    return fault('Principal must be a JSON object.', principalShapeFlaw('Principal', principal));
  }
  const entries = Object.entries(principal);
  const empty = entries.find(([, names]) => listOf(names).length === 0);
  if (entries.length === 0 || empty) {
    return fault('Missing required field Principal cannot be empty!', {
      says: 'Principal does not name anybody',
      path: ['Principal', ...(empty ? [empty[0]] : [])],
    });
  }
  return firstFlaw(entries, ([type, names]) => {
    const path = ['Principal', type];
    if (type !== 'AWS' && type !== 'Service' && type !== 'Federated') {
      return fault(`Invalid principal in policy: "${type}"`, principalTypeFlaw(type, path));
    }
    const shown = type === 'Service' ? 'SERVICE' : type;
    return firstFlaw(listOf(names), (name, index) =>
      typeof name === 'string' && exists(type, name)
        ? undefined
        : fault(
            `Invalid principal in policy: "${shown}":"${textOf(name)}"`,
            principalNameFlaw(type, name, [...path, index]),
          ),
    );
  });
}

/** One of STS's actions, or a pattern of them. */
function isTrustAction(action: string): boolean {
  if (!/^sts:/i.test(action)) return false;
  const glob = parseGlob(action.toLowerCase());
  return TRUST_ACTION_NAMES.some((known) => globMatches(glob, known.toLowerCase()));
}
