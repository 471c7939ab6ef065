/**
 * Principals of saved policies. A user or role is bound to the unique id that it has when the policy is saved: one that
 * is renamed stays the same, and one created later under the old name is a different one. IAM User Guide, "AWS JSON
 * policy elements: Principal".
 */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import { isRecord } from '../api/message.ts';
import { documentObject, statementObjects } from '../policy/document-shape.ts';
import { listOf } from '../policy/policy-document.ts';
import { type PrincipalBindings, type PrincipalCheck, parsePrincipal } from '../policy/principal-pattern.ts';
import type { Tx } from '../store/tables.ts';
import { findRole, findUser, roleArn, userArn } from './entities.ts';

/** The account with a canonical user id, for policies that may have such ids: S3's. */
export type CanonicalUsers = (id: string) => AccountId | undefined;

/**
 * Whether a policy may name a principal. Users and roles must exist; an account need not be in the store yet, since an
 * account is created when it is first named.
 */
export const principalCheck =
  (tx: Tx, canonicalUser?: CanonicalUsers): PrincipalCheck =>
  (type, name) => {
    const pattern = parsePrincipal(type, name);
    switch (pattern.kind) {
      case 'everyone':
      case 'everyone-but-services':
      case 'account':
        return true;
      case 'entity':
        return entityId(name, tx) !== undefined;
      case 'session':
        return sessionExists(name, tx);
      case 'id':
        return tx.principalIds.get([pattern.id]) !== undefined;
      case 'service':
        return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.test(name);
      case 'canonical-user':
        return canonicalUser?.(pattern.id) !== undefined;
      case 'other':
        return type === 'Federated' && !name.includes('*');
    }
  };

/** Resolves the principals in a document; the result is stored with its text. */
export function bindPrincipals(text: string, tx: Tx, canonicalUser?: CanonicalUsers): PrincipalBindings {
  const bindings: Record<string, string> = {};
  const document = documentObject(text);
  for (const { Principal, NotPrincipal } of (document && statementObjects(document)) ?? []) {
    for (const element of [Principal, NotPrincipal]) {
      if (!isRecord(element)) continue;
      for (const name of listOf(element.AWS)) {
        const id = typeof name === 'string' ? entityId(name, tx) : undefined;
        if (typeof name === 'string' && id !== undefined) bindings[name] = id;
      }
      for (const name of listOf(element.CanonicalUser)) {
        const account = typeof name === 'string' ? canonicalUser?.(name) : undefined;
        if (typeof name === 'string' && account !== undefined) bindings[name] = account;
      }
    }
  }
  return bindings;
}

/** The document with unique ids in place of its users' and roles' ARNs, as IAM stores trust policies. */
export function withIds(text: string, tx: Tx): string {
  return rewritten(text, (name) => entityId(name, tx) ?? name);
}

/** The reverse, for users and roles that still exist. */
export const withArns = (text: string, tx: Tx): string => rewritten(text, (name) => presentArn(name, tx) ?? name);

/** The ARN that the user or role with a unique id has now; undefined if it no longer exists. A user can be renamed. */
export function presentArn(id: string, tx: Tx): string | undefined {
  const place = tx.principalIds.get([id]);
  if (!place) return undefined;
  const user = place.kind === 'user' ? findUser(tx, place.account, place.name) : undefined;
  const role = place.kind === 'role' ? findRole(tx, place.account, place.name) : undefined;
  if (user?.id === id) return userArn(user);
  return role?.id === id ? roleArn(role) : undefined;
}

/**
 * The document's text as readers see it: users and roles under the ARNs that they have now, and deleted ones by their
 * ids. It is the text as it was given if that makes no difference.
 */
export function shownPolicy(text: string, bindings: PrincipalBindings | undefined, tx: Tx): string {
  const bound = new Map(Object.entries(bindings ?? {}).filter(([name]) => name.startsWith('arn:')));
  let isSame = true;
  const shown = rewritten(text, (name) => {
    const id = bound.get(name) ?? name;
    const now = presentArn(id, tx) ?? id;
    if (now !== name) isSame = false;
    return now;
  });
  return isSame ? text : shown;
}

/** The document with its AWS principals renamed. */
function rewritten(text: string, rename: (name: string) => string): string {
  const document = documentObject(text);
  if (!document) return text;
  const renamed = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(renamed) : typeof value === 'string' ? rename(value) : value;
  const statements = listOf(document.Statement).map((statement) => {
    if (!isRecord(statement)) return statement;
    // Elements keep their order.
    return Object.fromEntries(
      Object.entries(statement).map(([name, element]) =>
        (name === 'Principal' || name === 'NotPrincipal') && isRecord(element) && element.AWS !== undefined
          ? [name, { ...element, AWS: renamed(element.AWS) }]
          : [name, element],
      ),
    );
  });
  return JSON.stringify({ ...document, Statement: Array.isArray(document.Statement) ? statements : statements[0] });
}

/** The unique id of the user or role with exactly this ARN. */
function entityId(text: string, tx: Tx): string | undefined {
  const arn = parseArn(text);
  if (arn?.partition !== 'aws' || arn.service !== 'iam' || !isAccountId(arn.account)) return undefined;
  const name = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  if (arn.resource.startsWith('user/')) {
    const user = findUser(tx, arn.account, name);
    return user && userArn(user) === text ? user.id : undefined;
  }
  if (!arn.resource.startsWith('role/')) return undefined;
  const role = findRole(tx, arn.account, name);
  return role && roleArn(role) === text ? role.id : undefined;
}

/** For a session of a role, only the role can be looked up. */
function sessionExists(text: string, tx: Tx): boolean {
  const arn = parseArn(text);
  if (!arn || text.includes('*')) return false;
  const [kind, name = ''] = arn.resource.split('/');
  return kind === 'federated-user' || findRole(tx, arn.account, name) !== undefined;
}
