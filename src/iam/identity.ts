/** IAM identities: the common part of users, groups and roles. Each has a name, and inline and managed policies. */

import type { AccountId } from '../api/arn.ts';
import { AwsError, UNSIGNED } from '../api/errors.ts';
import type { Call } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { callerAccount, isServiceLinkedPath, type Tags } from '../policy/caller.ts';
import type { GroupRecord, RoleRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { AbsentEntity } from './absent-entity.ts';
import { findGroup, findRole, findUser, groupArn, putGroup, putRole, putUser, roleArn, userArn } from './entities.ts';

export type IdentityKind = 'user' | 'group' | 'role';

export type Identity =
  | { readonly kind: 'user'; readonly record: UserRecord }
  | { readonly kind: 'group'; readonly record: GroupRecord }
  | { readonly kind: 'role'; readonly record: RoleRecord };

/**
 * The account that an IAM call applies to: the caller's. @throws MissingAuthenticationToken for a caller without one.
 */
export function requestAccount({ caller }: Call): AccountId {
  const account = callerAccount(caller);
  if (account === undefined) {
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', {}, UNSIGNED);
  }
  return account;
}

/** @throws NoSuchEntity */
export function requireUser(name: string, call: Call): UserRecord {
  const account = requestAccount(call);
  const user = findUser(call.tx, account, name);
  if (!user) throw noSuchEntity('user', name, account);
  return user;
}

/** @throws NoSuchEntity */
export function requireGroup(name: string, call: Call): GroupRecord {
  const account = requestAccount(call);
  const group = findGroup(call.tx, account, name);
  if (!group) throw noSuchEntity('group', name, account);
  return group;
}

/** @throws NoSuchEntity */
export function requireRole(name: string, call: Call): RoleRecord {
  const account = requestAccount(call);
  const role = findRole(call.tx, account, name);
  if (!role) throw noSuchEntity('role', name, account);
  return role;
}

export const asUser = (name: string, call: Call): Identity => ({ kind: 'user', record: requireUser(name, call) });
export const asGroup = (name: string, call: Call): Identity => ({ kind: 'group', record: requireGroup(name, call) });
export const asRole = (name: string, call: Call): Identity => ({ kind: 'role', record: requireRole(name, call) });

/** The policies of an identity. */
export type IdentityPolicies = Pick<UserRecord, 'inlinePolicies' | 'attachedPolicies'>;

/**
 * Only a service changes its service-linked role, which control policies do not limit: IAM User Guide, "Create a
 * service-linked role".
 * @throws UnmodifiableEntity
 */
export function requireModifiable({ name, path }: RoleRecord): void {
  if (!isServiceLinkedPath(path)) return;
  throw new AwsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );
}

/** Stores an identity with other policies. @throws UnmodifiableEntity for a service-linked role */
export function changePolicies(identity: Identity, changed: Partial<IdentityPolicies>, tx: Tx): void {
  switch (identity.kind) {
    case 'user':
      putUser(tx, { ...identity.record, ...changed });
      break;
    case 'group':
      putGroup(tx, { ...identity.record, ...changed });
      break;
    case 'role':
      requireModifiable(identity.record);
      putRole(tx, { ...identity.record, ...changed });
  }
}

export function identityArn({ kind, record }: Identity): string {
  switch (kind) {
    case 'user':
      return userArn(record);
    case 'group':
      return groupArn(record);
    case 'role':
      return roleArn(record);
  }
}

/** The permission for an operation on a user, group or role. */
export function identityAccess(
  operation: string,
  identity: Identity,
  context: Access['context'] = {},
): readonly Access[] {
  const { record } = identity;
  return [
    {
      action: `iam:${operation}`,
      resource: identityArn(identity),
      owner: record.account,
      resourcePhrase: namedPhrase(identity.kind, record.name),
      context: {
        ...('tags' in record && resourceTagContext(record.tags)),
        ...('boundary' in record && { 'iam:PermissionsBoundary': record.boundary }),
        ...context,
      },
    },
  ];
}

/** The condition keys of a request about something with tags. */
export const resourceTagContext = (tags: Tags): ConditionContext =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`iam:ResourceTag/${key}`, value],
      [`aws:ResourceTag/${key}`, value],
    ]),
  );

const noSuchEntity = (kind: IdentityKind, name: string, owner: AccountId) =>
  new AbsentEntity(`The ${kind} with name ${name} cannot be found.`, {
    // Of an entity that does not exist nobody knows the path.
    resource: `arn:aws:iam::${owner}:${kind}/${name}`,
    owner,
    resourcePhrase: namedPhrase(kind, name),
  });

/** IAM names an existing entity by kind and name, not by its ARN. */
const namedPhrase = (kind: IdentityKind, name: string): string => `on resource: ${kind} ${name}`;

export const alreadyExists = (kind: IdentityKind, name: string) =>
  new AwsError(
    'EntityAlreadyExists',
    `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)} with name ${name} already exists.`,
  );

/** The error for an identity that cannot be deleted yet. */
export const mustFirst = (what: string) => new AwsError('DeleteConflict', `Cannot delete entity, must ${what} first.`);
