/** Credentials for a caller who has none that could be shown, such as the one that `--as` names. */

import type { Credentials } from '../api/model/sts.types.ts';
import type { Call } from '../call/operation.ts';
import type { Caller } from '../policy/caller.ts';
import { findRole } from './entities.ts';
import { newSession } from './sessions.ts';

/**
 * Credentials of the very session that a caller is, for some seconds from now. They end with it, they have what it has,
 * and to policies they are as old as it is. Undefined for a caller that is not a session.
 */
export function ownSession(
  caller: Caller,
  seconds: number,
  ground: Pick<Call, 'tx' | 'now' | 'random' | 'rootKey'>,
): Credentials | undefined {
  const { tx, now } = ground;
  const endMs = now.getTime() + seconds * 1000;
  const record = 'accessKeyId' in caller && caller.accessKeyId ? tx.accessKeys.get([caller.accessKeyId]) : undefined;
  if (record?.kind === 'session') {
    const { account, of, issuedMs, machineMs, expiresMs } = record;
    return newSession({ account, of, issuedMs, machineMs, expiresMs: Math.min(expiresMs, endMs) }, ground);
  }
  if (caller.kind !== 'role-session') return undefined;
  const { account, roleId, roleName, sessionName, issuedAt, sourceIdentity, sessionPolicies, sessionPolicyArns } =
    caller;
  const issuedMs = issuedAt.getTime();
  const longestMs = (findRole(tx, account, roleName)?.maxSessionSeconds ?? 0) * 1000;
  const of = {
    kind: 'role',
    roleId,
    roleName,
    sessionName,
    tags: {},
    transitiveTags: [],
    sourceIdentity,
    sessionPolicies,
    sessionPolicyArns,
  } as const;
  return newSession({ account, of, issuedMs, expiresMs: Math.min(issuedMs + longestMs, endMs) }, ground);
}
