/** The contents of a store, by counting rows. */

import { countCalls } from '../call/call-log.ts';
import type { Tx } from '../store/tables.ts';

/** The number of rows of each kind that matters to people. */
export function countRows(tx: Tx) {
  const count = (rows: Iterable<unknown>) => {
    let found = 0;
    for (const _ of rows) found += 1;
    return found;
  };
  return {
    Accounts: count(tx.accounts.range()),
    Users: count(tx.users.range()),
    Roles: count(tx.roles.range()),
    Keys: count(tx.kmsKeys.range()),
    Buckets: count(tx.buckets.range()),
    Objects: count(tx.objects.range()),
    Events: countCalls(tx),
  };
}

/** Whether nobody has created a key or a bucket yet. */
export function isUnused(tx: Tx): boolean {
  for (const table of [tx.kmsKeys, tx.buckets]) for (const _ of table.range({ limit: 1 })) return false;
  return true;
}

/** Whether there are any rows besides the facts about the store itself. */
export function hasRows({ meta: _, ...tables }: Tx): boolean {
  for (const table of Object.values(tables)) for (const _row of table.range({ limit: 1 })) return true;
  return false;
}
