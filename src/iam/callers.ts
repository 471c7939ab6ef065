/** The callers that users, roles and temporary credentials make: what policies and the audit log see of them. */

import { rootArn } from '../api/arn.ts';
import type { FederatedUserCaller, RoleSessionCaller, UserCaller } from '../policy/caller.ts';
import type { FederatedSession, RoleRecord, SessionRecord, UserRecord } from '../store/records/iam.ts';
import { roleArn, userArn } from './entities.ts';

/** The caller for a user. */
export function userCaller(user: UserRecord, accessKeyId?: string): UserCaller {
  const { account, id, name, tags } = user;
  return { kind: 'user', account, arn: userArn(user), userId: id, name, tags, accessKeyId };
}

/** The caller for a session of a role, issued at that moment. */
export function roleSessionCaller(role: RoleRecord, sessionName: string, issuedAt: Date): RoleSessionCaller {
  const { account, id, name, tags } = role;
  return {
    kind: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`,
    roleId: id,
    roleName: name,
    roleArn: roleArn(role),
    sessionName,
    tags,
    issuedAt,
  };
}

/** The ARN of the sessions that GetFederationToken makes under a name. */
export const federatedUserArn = (account: string, name: string): string =>
  `arn:aws:sts::${account}:federated-user/${name}`;

/** The caller for a session from GetFederationToken; `user`: who got it, undefined for the root user. */
export function federatedUserCaller(
  { account, accessKeyId, issuedMs }: SessionRecord,
  { name, tags, sessionPolicies, sessionPolicyArns }: FederatedSession,
  user: UserRecord | undefined,
): FederatedUserCaller {
  return {
    kind: 'federated-user',
    account,
    arn: federatedUserArn(account, name),
    name,
    baseUserArn: user ? userArn(user) : rootArn(account),
    baseUserId: user ? user.id : account,
    tags,
    accessKeyId,
    issuedAt: new Date(issuedMs),
    sessionPolicies,
    sessionPolicyArns,
  };
}
