/** The keys and aliases of an account in a region, for lists to choose from. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';

export function* keysOf(account: AccountId, region: Region, tx: Tx): Iterable<KeyRecord> {
  for (const { value } of tx.kmsKeys.under([account, region])) yield value;
}

/** Aliases with their prefix, and the ids of the keys that they point to. */
export function* aliasesOf(
  account: AccountId,
  region: Region,
  tx: Tx,
): Iterable<{ readonly name: string; readonly keyId: string }> {
  for (const { key, value } of tx.kmsAliases.under([account, region])) yield { name: key[2], keyId: value.keyId };
}
