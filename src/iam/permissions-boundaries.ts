/** Permissions boundaries of users and roles: IAM User Guide, "Permissions boundaries for IAM entities". */

import { AwsError } from '../api/errors.ts';
import { type Call, operation } from '../call/operation.ts';
import type { RoleRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { putRole, putUser } from './entities.ts';
import { identityAccess, requireModifiable, requireRole, requireUser } from './identity.ts';
import { findPolicy, isPolicyArn } from './managed-policies.ts';

export const PutUserPermissionsBoundary = operation('iam', 'PutUserPermissionsBoundary', {
  resolve: ({ UserName }, call) => requireUser(UserName, call),
  authorize: (record, { PermissionsBoundary }) =>
    identityAccess(
      'PutUserPermissionsBoundary',
      { kind: 'user', record },
      { 'iam:PermissionsBoundary': PermissionsBoundary },
    ),
  run: (user, { PermissionsBoundary }, call) =>
    putUser(call.tx, bounded('user', user, requireBoundary(PermissionsBoundary, call), call.tx)),
});

export const DeleteUserPermissionsBoundary = operation('iam', 'DeleteUserPermissionsBoundary', {
  resolve: ({ UserName }, call) => requireUser(UserName, call),
  authorize: (record) => identityAccess('DeleteUserPermissionsBoundary', { kind: 'user', record }),
  run: (user, _input, { tx }) => putUser(tx, bounded('user', user, undefined, tx)),
});

export const PutRolePermissionsBoundary = operation('iam', 'PutRolePermissionsBoundary', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record, { PermissionsBoundary }) =>
    identityAccess(
      'PutRolePermissionsBoundary',
      { kind: 'role', record },
      { 'iam:PermissionsBoundary': PermissionsBoundary },
    ),
  run(role, { PermissionsBoundary }, call) {
    requireModifiable(role);
    putRole(call.tx, bounded('role', role, requireBoundary(PermissionsBoundary, call), call.tx));
  },
});

export const DeleteRolePermissionsBoundary = operation('iam', 'DeleteRolePermissionsBoundary', {
  resolve: ({ RoleName }, call) => requireRole(RoleName, call),
  authorize: (record) => identityAccess('DeleteRolePermissionsBoundary', { kind: 'role', record }),
  run(role, _input, { tx }) {
    requireModifiable(role);
    putRole(tx, bounded('role', role, undefined, tx));
  },
});

/** Returns the ARN if it is that of a managed policy of the account or of AWS. @throws NoSuchEntity, ValidationError */
export function requireBoundary(arn: string, call: Call): string {
  if (!isPolicyArn(arn)) {
    throw new AwsError('ValidationError', `Value (${arn}) for parameter PermissionsBoundary is invalid.`);
  }
  if (!findPolicy(arn, call)) {
    throw new AwsError('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return arn;
}

/** A boundary in AWS's format. */
export const attachedBoundary = (arn: string | undefined) =>
  arn === undefined
    ? undefined
    : { PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const, PermissionsBoundaryArn: arn };

/** The entity with another boundary; keeps the uses of managed policies up to date. */
function bounded<E extends UserRecord | RoleRecord>(
  kind: 'user' | 'role',
  entity: E,
  boundary: string | undefined,
  tx: Tx,
): E {
  const use = `${entity.account}/${entity.name.toLowerCase()}`;
  const { boundary: before, attachedPolicies } = entity;
  // A policy that is also attached is still in use.
  if (before !== undefined && !attachedPolicies.includes(before)) tx.policyUses.remove([before, kind, use]);
  if (boundary !== undefined && !attachedPolicies.includes(boundary)) {
    tx.policyUses.put([boundary, kind, use], { account: entity.account, as: 'boundary' });
  }
  return { ...entity, boundary };
}
