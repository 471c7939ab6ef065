/**
 * Keys that nobody can manage any more, because the principals who may change the key policy no longer exist: AWS KMS
 * Developer Guide, "Default key policy", on the risk of a key becoming unmanageable.
 */

import type { DeletedPrincipal } from '../call/answer.ts';
import { shownPolicy } from '../iam/principal-bindings.ts';
import { actionMatches, loadPolicy, type Statement } from '../policy/policy-document.ts';
import type { PrincipalPattern } from '../policy/principal-pattern.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { arnOf } from './key.ts';

/** The number of keys that are examined at most. */
const AT_MOST = 1000;

/** The ARNs of the keys whose policy names the deleted user or role as manager, and that nobody else can manage. */
export function keysOrphanedBy(deleted: DeletedPrincipal, tx: Tx): string[] {
  const found: string[] = [];
  for (const { value: key } of tx.kmsKeys.range({ limit: AT_MOST })) {
    const isKept = key.manager === 'CUSTOMER' && key.lifecycle.state !== 'PendingDeletion';
    if (isKept && namesForManaging(deleted, key) && !hasManager(key, tx)) found.push(arnOf(key));
  }
  return found;
}

/** The statements that let a principal change the policy, regardless of their conditions. */
const managing = (text: string): Statement[] =>
  loadPolicy(text).statements.filter(
    (statement) => statement.effect === 'Allow' && actionMatches(statement, 'kms:putkeypolicy'),
  );

function namesForManaging({ id }: DeletedPrincipal, { policy, principals: bindings = {} }: KeyRecord): boolean {
  const isMeant = (pattern: PrincipalPattern) =>
    (pattern.kind === 'entity' && bindings[pattern.arn] === id) || (pattern.kind === 'id' && pattern.id === id);
  return managing(policy).some(({ principals = [] }) => principals.some(isMeant));
}

/** Reads the policy as GetKeyPolicy shows it, with the unique ids of principals that no longer exist. */
function hasManager({ policy, principals }: KeyRecord, tx: Tx): boolean {
  return managing(shownPolicy(policy, principals, tx)).some(
    (statement) => statement.notPrincipals !== undefined || statement.principals?.some(mayBeSomebody),
  );
}

const mayBeSomebody = ({ kind }: PrincipalPattern): boolean => kind !== 'id' && kind !== 'service' && kind !== 'other';
