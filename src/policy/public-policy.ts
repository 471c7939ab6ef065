/**
 * Whether a bucket policy is public, as Block Public Access sees it: Amazon S3 User Guide, "Blocking public access to
 * your Amazon S3 storage", The meaning of "public".
 */

import { parseArn } from '../api/arn.ts';
import { isRecord } from '../api/message.ts';
import { parseOperator } from './condition.ts';
import { parseAddressRange } from './condition-operators.ts';
import { conditionValues, documentObject, type StatementObject, statementObjects } from './document-shape.ts';
import { listOf } from './policy-document.ts';

/** One public statement makes the whole policy public. A Deny is never public. */
export function isPublicPolicy(text: string): boolean {
  const document = documentObject(text);
  return ((document && statementObjects(document)) ?? []).some(isPublicStatement);
}

/** Whether a statement alone makes its policy public. */
export function isPublicStatement(statement: StatementObject): boolean {
  const { Effect, Principal, NotPrincipal } = statement;
  if (Effect !== 'Allow') return false;
  if (NotPrincipal === undefined && !namesEverybody(Principal)) return false;
  for (const [operator, key, values] of conditionValues(statement)) {
    if (limits(operator, key.toLowerCase(), values)) return false;
  }
  return true;
}

const namesEverybody = (principal: unknown) =>
  principal === '*' || (isRecord(principal) && listOf(principal.AWS).includes('*'));

/** Keys for which a fixed value identifies a particular party. */
const FIXING = new Set([
  'aws:principalorgid',
  'aws:principalaccount',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourcevpcarn',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourceorgid',
  's3:dataaccesspointaccount',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
]);

/** Operators that only the listed values can meet. */
const POSITIVE = new Set([
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ArnEquals',
  'ArnLike',
  'Bool',
  'IpAddress',
]);

/** Whether a condition excludes the public. */
function limits(operator: string, key: string, values: readonly string[]): boolean {
  const parts = parseOperator(operator);
  if (!parts || parts.ifExists || parts.quantifier === 'all' || !POSITIVE.has(parts.base)) return false;
  return values.length > 0 && values.every((value) => isFixed(key, value));
}

function isFixed(key: string, value: string): boolean {
  if (key === 'aws:sourceip') return isNarrow(value);
  if (key === 'aws:principalisawsservice') return value.toLowerCase() === 'true';
  if (key === 'aws:principalarn') return hasFixedAccount(value);
  // The access point's name may have wildcards, but its account may not.
  if (key === 's3:dataaccesspointarn') return hasFixedAccount(value);
  if (value.includes('${') || /[*?]/.test(value)) return false;
  if (key === 'aws:userid') return true;
  return FIXING.has(key);
}

function hasFixedAccount(value: string): boolean {
  const account = parseArn(value)?.account;
  return account !== undefined && /^\d{12}$/.test(account) && !value.includes('${');
}

/** At most a /8 of IPv4 or a /32 of IPv6; the private ranges are all narrower. */
function isNarrow(value: string): boolean {
  const range = parseAddressRange(value);
  if (!range) return false;
  return range.bits >= (range.address.kind() === 'ipv4' ? 8 : 32);
}
