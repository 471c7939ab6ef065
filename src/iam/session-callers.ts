/** The callers that the store's temporary credentials represent. */

import { type AccountId, rootArn } from '../api/arn.ts';
import type { Caller, FederatedUserCaller } from '../policy/caller.ts';
import type { SessionRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { federatedUserCaller, roleSessionCaller, userCaller } from './callers.ts';
import { findRole, findUser } from './entities.ts';

/**
 * The caller that temporary credentials represent; undefined after the user or role has been deleted, which ends its
 * sessions.
 */
export function sessionCaller(session: SessionRecord, tx: Tx): Caller | undefined {
  const { account, accessKeyId, issuedMs, of } = session;
  switch (of.kind) {
    case 'root':
      return { kind: 'root', account, arn: rootArn(account), accessKeyId, issuedAt: new Date(issuedMs) };
    case 'user': {
      const user = userById(of.userId, tx);
      return user && { ...userCaller(user, accessKeyId), issuedAt: new Date(issuedMs) };
    }
    case 'federated-user': {
      const user = of.userId === undefined ? undefined : userById(of.userId, tx);
      return user || of.userId === undefined ? federatedUserCaller(session, of, user) : undefined;
    }
    case 'role': {
      const role = findRole(tx, account, of.roleName);
      if (role?.id !== of.roleId) return undefined;
      return {
        ...roleSessionCaller(role, of.sessionName, new Date(issuedMs)),
        accessKeyId,
        tags: { ...role.tags, ...of.tags },
        sourceIdentity: of.sourceIdentity,
        sessionPolicies: of.sessionPolicies,
        sessionPolicyArns: of.sessionPolicyArns,
      };
    }
  }
}

/** The sessions of an account that can still call, in the order of their access key ids. */
export function* liveSessionsOf(account: AccountId, now: Date, tx: Tx): Iterable<SessionRecord> {
  for (const { value } of tx.accessKeys.range({ start: ['ASIA'], end: ['ASIB'] })) {
    if (value.kind !== 'session' || value.account !== account || hasExpired(value, now)) continue;
    if (sessionCaller(value, tx)) yield value;
  }
}

export const hasExpired = ({ expiresMs }: SessionRecord, now: Date): boolean => now.getTime() >= expiresMs;

/** A user keeps its unique id when it is renamed. */
export function userById(userId: string, tx: Tx): UserRecord | undefined {
  const place = tx.principalIds.get([userId]);
  return place && findUser(tx, place.account, place.name);
}

/** The newest session of an account's federated user of that name that can still call. */
export function newestFederatedUser(
  account: AccountId,
  name: string,
  now: Date,
  tx: Tx,
): FederatedUserCaller | undefined {
  let newest: SessionRecord | undefined;
  for (const session of liveSessionsOf(account, now, tx)) {
    const isNamed = session.of.kind === 'federated-user' && session.of.name === name;
    if (isNamed && (newest === undefined || session.issuedMs >= newest.issuedMs)) newest = session;
  }
  const caller = newest && sessionCaller(newest, tx);
  return caller?.kind === 'federated-user' ? caller : undefined;
}
