/** Which grants could allow a request: what the evaluator is given besides policies. */

import type { Call } from '../call/operation.ts';
import type { EncryptionContext } from '../crypto/encryption-context.ts';
import type { GrantPermission } from '../policy/access.ts';
import type { GrantPrincipal, GrantRecord, KeyRecord } from '../store/records/kms.ts';
import { covers, getGrant, isGrantOperation } from './grant.ts';
import { namesOf } from './grant-principal.ts';
import { readGrantToken } from './grant-token.ts';

interface Request {
  readonly encryptionContext?: EncryptionContext | undefined;
  readonly grantTokens?: readonly string[] | undefined;
  /** A further condition that the grant must meet. */
  readonly grantFits?: ((grant: GrantRecord) => boolean) | undefined;
}

/** One allows as well as a hundred; a few are kept for the explanation. */
const ENOUGH = 4;

/**
 * The grants on a key that cover an operation and name the caller or the caller's account.
 * @throws InvalidGrantTokenException for a token that KMS did not make.
 */
export function grantPermissions(
  name: string,
  key: KeyRecord,
  call: Call,
  { encryptionContext, grantTokens = [], grantFits = () => true }: Request,
): readonly GrantPermission[] | undefined {
  if (!isGrantOperation(name)) return undefined;
  const named = new Set(grantTokens.map((token) => readGrantToken(token, call).grantId));
  if (key.grantCount === 0) return undefined;
  const effectiveMs = call.now.getTime() - call.settings.grantDelayMs;
  const permissions: GrantPermission[] = [];
  for (const grant of grantsOf(key, call)) {
    const isEffective = grant.createdMs <= effectiveMs || named.has(grant.grantId);
    if (!isEffective || !covers(grant, name, encryptionContext) || !grantFits(grant)) continue;
    permissions.push(permissionOf(grant.grantId, grant.grantee));
    if (permissions.length === ENOUGH) break;
  }
  return permissions;
}

/** A grant as it names one of its principals. */
export function permissionOf(grantId: string, principal: GrantPrincipal): GrantPermission {
  if (principal.kind === 'service') return { grantId, granteePrincipal: principal.name };
  const { arn, id } = principal;
  return { grantId, granteePrincipal: arn, ...(id !== undefined && { granteeId: id }) };
}

/** The grants of a key that name the caller, read lazily. */
function* grantsOf(key: KeyRecord, call: Call): Iterable<GrantRecord> {
  const place = [key.account, key.region, key.keyId] as const;
  for (const name of namesOf(call.caller)) {
    for (const { key: row } of call.tx.kmsGrantsByGrantee.under([...place, name])) {
      const grant = getGrant(call.tx, key, row[5]);
      if (grant) yield grant;
    }
  }
}
