/** The contents of a store. */

import { isFirstUser } from '../iam/accounts.ts';
import type { TableName } from '../store/databases.ts';
import type { Tx } from '../store/tables.ts';

/** How much there is of each kind that matters to people, by the number of rows in each table. */
export const countsOf = (rows: Readonly<Record<TableName, number>>) => ({
  Accounts: rows.accounts,
  Users: rows.users,
  Roles: rows.roles,
  Keys: rows.kmsKeys,
  Buckets: rows.buckets,
  Objects: rows.objects,
  Events: rows.managementCalls + rows.dataCalls + rows.callsOfFormat1,
});

/** Whether nobody has created a key or a bucket yet. */
export function isUnused(tx: Tx): boolean {
  for (const table of [tx.kmsKeys, tx.buckets]) for (const _ of table.range({ limit: 1 })) return false;
  return true;
}

/** Whether there is nothing to decide about yet: no key, no bucket, and of identities only each account's first user. */
export function isBare(tx: Tx): boolean {
  if (!isUnused(tx)) return false;
  for (const table of [tx.roles, tx.groups, tx.managedPolicies])
    for (const _ of table.range({ limit: 1 })) return false;
  for (const { value: user } of tx.users.range()) if (!isFirstUser(user)) return false;
  return true;
}

/** Whether there are any rows besides those about the store itself. */
export function hasRows({ facts: _facts, ownEvents: _events, ...tables }: Tx): boolean {
  for (const table of Object.values(tables)) for (const _row of table.range({ limit: 1 })) return true;
  return false;
}
