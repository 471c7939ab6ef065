/**
 * Whether a statement applies wherever another does. "Yes" is certain; "no" only means that it is not plain from how the
 * two are written.
 */

import { parseArn } from '../api/arn.ts';
import { isRecord } from '../api/message.ts';
import { resourceStart } from './arn-pattern.ts';
import { conditionValues, type StatementObject, texts } from './document-shape.ts';
import { globMatches, parseGlob } from './glob.ts';
import { listOf, type Statement } from './policy-document.ts';
import type { PrincipalPattern } from './principal-pattern.ts';

/** A statement as it is written and as it is read. */
export interface WrittenStatement {
  readonly json: StatementObject;
  readonly read: Statement;
}

/** Whether every request to which `part` applies is one to which `whole` applies, in the same document. */
export function covers(whole: WrittenStatement, part: WrittenStatement): boolean {
  return (
    coversActions(whole.json, part.json) &&
    coversResources(whole.json, part.json) &&
    coversPrincipals(whole, part) &&
    coversConditions(whole.json, part.json)
  );
}

function coversActions(whole: StatementObject, part: StatementObject): boolean {
  if (isSame(whole.NotAction, part.NotAction))
    return isSame(whole.Action, part.Action) || listed(whole, part, 'Action');
  return whole.NotAction === undefined && part.NotAction !== undefined ? isAll(whole.Action) : false;
}

const listed = (whole: StatementObject, part: StatementObject, element: 'Action' | 'Resource'): boolean => {
  const wide = texts(whole[element]);
  const narrow = texts(part[element]);
  const includes = element === 'Action' ? includesAction : includesResource;
  return narrow.length > 0 && narrow.every((one) => wide.some((other) => includes(other, one)));
};

const includesAction = (wide: string, narrow: string): boolean => isWider(wide.toLowerCase(), narrow.toLowerCase());

function coversResources(whole: StatementObject, part: StatementObject): boolean {
  if (isSame(whole.NotResource, part.NotResource)) {
    return isSame(whole.Resource, part.Resource) || listed(whole, part, 'Resource');
  }
  return whole.NotResource === undefined && part.NotResource !== undefined ? isAll(whole.Resource) : false;
}

const isAll = (value: unknown): boolean => texts(value).includes('*');

/** No wildcard reaches across the first five colons of an ARN. */
function includesResource(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '*') return true;
  const [start, other] = [resourceStart(wide), resourceStart(narrow)];
  if (start < 0 || other < 0) return false;
  const [heads, others] = [wide.slice(0, start).split(':'), narrow.slice(0, other).split(':')];
  return heads.every((head, i) => isWider(head, others[i] ?? '')) && isWider(wide.slice(start), narrow.slice(other));
}

/**
 * Whether a pattern matches whatever another one does. The other is read as a text: its wildcards and variables can only
 * be taken by a star.
 */
function isWider(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '*') return true;
  if (/[?$]/.test(wide)) return false;
  return globMatches(parseGlob(wide), narrow);
}

/** The same elements, but for the order and whether a single one is in a list. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [these, those] = [new Set(texts(one)), new Set(texts(other))];
  return these.size === those.size && [...these].every((text) => those.has(text));
}

function coversPrincipals(whole: WrittenStatement, part: WrittenStatement): boolean {
  const { principals, notPrincipals } = whole.read;
  if (notPrincipals || part.read.notPrincipals) {
    return isSameElement(whole.json.NotPrincipal, part.json.NotPrincipal) && !principals && !part.read.principals;
  }
  if (!principals || !part.read.principals) return principals === part.read.principals;
  // An Allow counts by how closely it names the caller, a Deny does not.
  const isDeny = whole.read.effect === 'Deny';
  return part.read.principals.every((one) => principals.some((other) => namesToo(other, one, isDeny)));
}

const isSameElement = (one: unknown, other: unknown): boolean =>
  isRecord(one) && isRecord(other)
    ? Object.keys({ ...one, ...other }).every((type) => isSame(listOf(one[type]), listOf(other[type])))
    : one === other;

function namesToo(wide: PrincipalPattern, narrow: PrincipalPattern, isDeny: boolean): boolean {
  if (wide.kind === 'everyone') return true;
  if (wide.kind === 'everyone-but-services') return narrow.kind !== 'everyone' && narrow.kind !== 'service';
  if (wide.kind === 'account' && isDeny && (narrow.kind === 'entity' || narrow.kind === 'session')) {
    return parseArn(narrow.arn)?.account === wide.account;
  }
  return JSON.stringify(wide) === JSON.stringify(narrow);
}

function coversConditions(whole: StatementObject, part: StatementObject): boolean {
  const has = new Set([...conditionValues(part)].map(conditionText));
  return [...conditionValues(whole)].every((condition) => has.has(conditionText(condition)));
}

const conditionText = ([operator, key, values]: readonly [string, string, readonly string[]]): string =>
  JSON.stringify([operator, key.toLowerCase(), values.toSorted()]);
