/** IAM's entities in the store. Names are unique in an account, ignoring case: IAM User Guide, "IAM identifiers". */

import type { AccountId } from '../api/arn.ts';
import type { GroupRecord, ManagedPolicyRecord, RoleRecord, UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';

export const userArn = ({ account, path, name }: UserRecord): string => `arn:aws:iam::${account}:user${path}${name}`;
export const roleArn = ({ account, path, name }: RoleRecord): string => `arn:aws:iam::${account}:role${path}${name}`;
export const groupArn = ({ account, path, name }: GroupRecord): string => `arn:aws:iam::${account}:group${path}${name}`;

/** An entity's row by its name, ignoring case. */
export const findUser = (tx: Tx, account: AccountId, name: string): UserRecord | undefined =>
  tx.users.get([account, name.toLowerCase()]);

export const findRole = (tx: Tx, account: AccountId, name: string): RoleRecord | undefined =>
  tx.roles.get([account, name.toLowerCase()]);

export const findGroup = (tx: Tx, account: AccountId, name: string): GroupRecord | undefined =>
  tx.groups.get([account, name.toLowerCase()]);

export const putUser = (tx: Tx, user: UserRecord): void => tx.users.put([user.account, user.name.toLowerCase()], user);
export const putRole = (tx: Tx, role: RoleRecord): void => tx.roles.put([role.account, role.name.toLowerCase()], role);
export const putGroup = (tx: Tx, group: GroupRecord): void =>
  tx.groups.put([group.account, group.name.toLowerCase()], group);

/** The users, roles and groups of an account, and its own managed policies, by name. */
export const usersOf = (account: AccountId, tx: Tx): Iterable<UserRecord> => valuesOf(tx.users.under([account]));
export const rolesOf = (account: AccountId, tx: Tx): Iterable<RoleRecord> => valuesOf(tx.roles.under([account]));
export const groupsOf = (account: AccountId, tx: Tx): Iterable<GroupRecord> => valuesOf(tx.groups.under([account]));
export const customerPoliciesOf = (account: AccountId, tx: Tx): Iterable<ManagedPolicyRecord> =>
  valuesOf(tx.managedPolicies.under([account]));

function* valuesOf<T>(rows: Iterable<{ readonly value: T }>): Iterable<T> {
  for (const { value } of rows) yield value;
}
