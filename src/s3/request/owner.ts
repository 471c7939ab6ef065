/** The owner in S3's listings: the canonical user id of an account. */

import { createHash } from 'node:crypto';
import type { AccountId } from '../../api/arn.ts';
import type { Tx } from '../../store/tables.ts';

/** 64 hexadecimal digits that identify an account: Amazon S3 User Guide, "Finding the canonical user ID". */
export function canonicalUserId(account: AccountId): string {
  return createHash('sha256').update(`canonical user id of account ${account}`).digest('hex');
}

/** The account with this id; undefined if the store does not have it. */
export function accountOfCanonicalId(canonicalId: string, tx: Tx): AccountId | undefined {
  for (const { value } of tx.accounts.under([])) {
    if (canonicalUserId(value.account) === canonicalId) return value.account;
  }
  return undefined;
}
