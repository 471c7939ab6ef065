/** The keys and aliases of an account in a region, for lists to choose from. */

import { type AccountId, isAccountId, parseArn } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';

/** In the order of their ids. @param from the first id that is wanted */
export function* keysOf(account: AccountId, region: Region, tx: Tx, from = ''): Iterable<KeyRecord> {
  for (const { value } of tx.kmsKeys.under([account, region], { start: [account, region, from] })) yield value;
}

/** Aliases in the order of their names, which begin with `alias/`, and the ids of the keys that they point to. */
export function* aliasesOf(
  account: AccountId,
  region: Region,
  tx: Tx,
  from = '',
): Iterable<{ readonly name: string; readonly keyId: string }> {
  for (const { key, value } of tx.kmsAliases.under([account, region], { start: [account, region, from] })) {
    yield { name: key[2], keyId: value.keyId };
  }
}

/**
 * The key that an id, an ARN or an alias names in a region, whoever may use it; ids and aliases are those of the
 * account. Undefined if there is none.
 */
export function keyNamed(name: string, account: AccountId, region: Region, tx: Tx): KeyRecord | undefined {
  const arn = parseArn(name);
  if (arn && (arn.service !== 'kms' || arn.region !== region || !isAccountId(arn.account))) return undefined;
  const owner = arn && isAccountId(arn.account) ? arn.account : account;
  const resource = arn ? arn.resource : name.startsWith('alias/') ? name : `key/${name}`;
  const id = resource.startsWith('alias/')
    ? tx.kmsAliases.get([owner, region, resource])?.keyId
    : resource.replace(/^key\//, '');
  return id === undefined ? undefined : tx.kmsKeys.get([owner, region, id]);
}
