/** Findings about whom a statement names. */

import { isRecord } from '../api/message.ts';
import type { Examined, ExaminedCondition, ExaminedStatement, Found } from './finding.ts';
import { quoted } from './json-places.ts';
import { missingAccounts, missingAccountText } from './not-principal.ts';
import { listOf } from './policy-document.ts';
import type { PolicyType } from './policy-type.ts';
import { isPublicStatement } from './public-policy.ts';

/** Access for everybody in the world, without a condition that says who it is for. */
export function* publicAccess(
  { type }: Examined,
  { json, conditions, read: { effect } }: ExaminedStatement,
): Iterable<Found> {
  if (type === 'rcp' || effect !== 'Allow' || !isPublicStatement(json)) return;
  if (conditions.some((condition) => identifies(condition, type))) return;
  const what =
    type === 'trust'
      ? 'everybody in any account to assume the role'
      : 'everybody in the world, whatever account they are of';
  yield {
    kind: 'public-access',
    says: `the statement allows ${what}`,
    path: ['Principal'],
    advice: 'name the principals, or add a condition such as aws:PrincipalOrgID or aws:PrincipalAccount',
  };
}

/** Whether a condition says who a statement is for, though it is not one that S3 counts. */
function identifies({ read, values }: ExaminedCondition, type: PolicyType): boolean {
  const { key, ifExists, quantifier, comparison } = read;
  if (ifExists || quantifier === 'all' || !comparison || comparison.negated) return false;
  return IDENTIFYING.get(key)?.includes(type) === true && !values.some((value) => /^[*?]/.test(value));
}

const IDENTIFYING: ReadonlyMap<string, readonly PolicyType[]> = new Map([
  // With a star at its end, it is everybody below a unit.
  ['aws:principalorgpaths', ['bucket', 'key', 'trust']],
  ['kms:calleraccount', ['key']],
  ['sts:externalid', ['trust']],
]);

/**
 * A service that may act for anybody's resources: IAM User Guide, "The confused deputy problem". Roles are trusted by
 * services that call for their own account only, so trust policies are not looked at.
 */
export function* servicesWithoutSource(
  { type }: Examined,
  { json: { Principal }, conditions, read: { effect } }: ExaminedStatement,
): Iterable<Found> {
  if ((type !== 'bucket' && type !== 'key') || effect !== 'Allow' || !isRecord(Principal)) return;
  if (conditions.some(({ read }) => SOURCES.has(read.key))) return;
  const [service] = listOf(Principal.Service);
  if (service === undefined) return;
  yield {
    kind: 'service-without-source',
    says: `${quoted(service)} may act here for resources of any account`,
    path: ['Principal', 'Service', 0],
    advice: 'add a condition on aws:SourceArn or aws:SourceAccount',
  };
}

const SOURCES = new Set([
  ...['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceowner', 'aws:sourceorgid', 'aws:sourceorgpaths'],
  ...['aws:principalorgid', 'kms:calleraccount', 'kms:viaservice'],
]);

/** A Deny whose list of exceptions lacks the account of one of them. */
export function* missingFromNotPrincipal({ read: { effect, notPrincipals } }: ExaminedStatement): Iterable<Found> {
  if (effect !== 'Deny' || !notPrincipals) return;
  for (const missing of missingAccounts(notPrincipals)) {
    yield { kind: 'not-principal-account', says: missingAccountText(missing), path: ['NotPrincipal'], isName: true };
  }
}
