/** Roles that a service assumes: IAM User Guide, "Create a role to delegate permissions to an AWS service". */

import { parseArn } from '../api/arn.ts';
import type { Call } from '../call/operation.ts';
import type { Caller, ServiceCaller } from '../policy/caller.ts';
import type { RoleRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { roleSessionCaller } from './callers.ts';
import { findRole } from './entities.ts';

/** The caller for a role: a session of it with this name, or the service itself if there is no such role. */
export function serviceRoleCaller(
  service: ServiceCaller,
  roleArn: string | undefined,
  sessionName: string,
  { tx, now }: { readonly tx: Tx; readonly now: Date },
): Caller {
  const role = roleArn === undefined ? undefined : roleOf(roleArn, tx);
  return role ? roleSessionCaller(role, sessionName, now) : service;
}

/**
 * Whether a role lets a service assume it: a decision of the call that asks. The service calls STS by itself, so that
 * the role's trust policy can name the resource that it calls for: IAM User Guide, "The confused deputy problem".
 */
export function mayServiceAssume(service: ServiceCaller, roleArn: string, call: Pick<Call, 'decide' | 'tx'>): boolean {
  const role = roleOf(roleArn, call.tx);
  if (!role) return false;
  const access = {
    action: 'sts:AssumeRole',
    resource: roleArn,
    owner: role.account,
    resourcePolicy: { kind: 'trust-policy', document: role.trustPolicy },
  } as const;
  return call.decide(access, service).allowed;
}

/** The role with an ARN, ignoring its path. */
function roleOf(roleArn: string, tx: Tx): RoleRecord | undefined {
  const arn = parseArn(roleArn);
  if (arn?.service !== 'iam' || !arn.resource.startsWith('role/')) return undefined;
  return findRole(tx, arn.account, arn.resource.slice(arn.resource.lastIndexOf('/') + 1));
}
