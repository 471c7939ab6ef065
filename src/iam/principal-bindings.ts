/**
 * Principals of saved policies. A user or role is bound to the unique id that it has when the policy is saved: one
 * created later under the same name is a different one, and the policy then shows the old id. IAM User Guide, "AWS JSON
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
export function withArns(text: string, tx: Tx): string {
  return rewritten(text, (name) => {
    const place = tx.principalIds.get([name]);
    if (!place) return name;
    const { kind, account, name: entity } = place;
    const user = kind === 'user' ? findUser(tx, account, entity) : undefined;
    const role = kind === 'role' ? findRole(tx, account, entity) : undefined;
    if (user?.id === name) return userArn(user);
    return role?.id === name ? roleArn(role) : name;
  });
}

/** The document's text as readers see it: the same, except that deleted users and roles are shown by their ids. */
export function shownPolicy(text: string, bindings: PrincipalBindings | undefined, tx: Tx): string {
  const entities = Object.entries(bindings ?? {}).filter(([name]) => name.startsWith('arn:'));
  const gone = new Map(entities.filter(([arn, id]) => entityId(arn, tx) !== id));
  return gone.size === 0 ? text : rewritten(text, (name) => gone.get(name) ?? name);
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
