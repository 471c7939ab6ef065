/** Who owns what S3 lists: the canonical user id of an account. */

import { createHash } from 'node:crypto';
import type { AccountId } from '../api/arn.ts';

/** 64 hexadecimal digits that stand for an account: Amazon S3 User Guide, "Finding the canonical user ID". */
export function canonicalUserId(account: AccountId): string {
  return createHash('sha256').update(`canonical user id of account ${account}`).digest('hex');
}
