/** An alias in the store: a name that points to one key in its account and region. */

import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { AliasRecord, KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { getKey, putKey } from './key.ts';

/** Points a new alias to a key. */
export function addAlias(tx: Tx, key: KeyRecord, name: string, nowMs: number): KeyRecord {
  tx.kmsAliases.put([key.account, key.region, name], { v: 1, keyId: key.keyId, createdMs: nowMs, updatedMs: nowMs });
  return putKey(tx, { ...key, aliases: [...key.aliases, name].sort() });
}

/** Points an alias to another key in the same account and region. */
export function moveAlias(tx: Tx, alias: AliasRecord, name: string, to: KeyRecord, nowMs: number): void {
  detach(tx, to.account, to.region, alias, name);
  tx.kmsAliases.put([to.account, to.region, name], { ...alias, keyId: to.keyId, updatedMs: nowMs });
  const target = getKey(tx, to.account, to.region, to.keyId) ?? to;
  putKey(tx, { ...target, aliases: [...target.aliases, name].sort() });
}

export function removeAlias(tx: Tx, account: AccountId, region: Region, alias: AliasRecord, name: string): void {
  detach(tx, account, region, alias, name);
  tx.kmsAliases.remove([account, region, name]);
}

/** Removes the aliases of a key that is being deleted. */
export function removeAliasesOf(tx: Tx, key: KeyRecord): void {
  for (const name of key.aliases) tx.kmsAliases.remove([key.account, key.region, name]);
}

function detach(tx: Tx, account: AccountId, region: Region, alias: AliasRecord, name: string): void {
  const key = getKey(tx, account, region, alias.keyId);
  if (key) putKey(tx, { ...key, aliases: key.aliases.filter((other) => other !== name) });
}
