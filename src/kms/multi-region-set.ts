/** The related keys of one multi-Region key: the region of the primary and those of the replicas. */

import { type AccountId, keyArn } from '../api/arn.ts';
import type { MultiRegionConfiguration, MultiRegionKeyType } from '../api/model/kms.types.ts';
import type { Region } from '../api/regions.ts';
import type { KeyRecord, MultiRegionSet } from '../store/records/kms.ts';
import { missingRow } from '../store/store-error.ts';
import type { Tx } from '../store/tables.ts';

/** The set that a multi-Region key belongs to. */
export function multiRegionSet(tx: Tx, account: AccountId, keyId: string): MultiRegionSet {
  const set = tx.kmsMultiRegionSets.get([account, keyId]);
  // Written with the primary, removed with the last of the related keys.
  if (!set) throw missingRow(`the regions of the KMS key "${keyId}"`);
  return set;
}

/** Undefined for a single-Region key. */
export function multiRegionType(key: KeyRecord, tx: Tx): MultiRegionKeyType | undefined {
  if (!key.multiRegion) return undefined;
  return multiRegionSet(tx, key.account, key.keyId).primary === key.region ? 'PRIMARY' : 'REPLICA';
}

export function multiRegionConfiguration(key: KeyRecord, tx: Tx): MultiRegionConfiguration {
  const { primary, replicas } = multiRegionSet(tx, key.account, key.keyId);
  const related = (region: Region) => ({ Arn: keyArn(region, key.account, key.keyId), Region: region });
  return {
    MultiRegionKeyType: primary === key.region ? 'PRIMARY' : 'REPLICA',
    PrimaryKey: related(primary),
    ReplicaKeys: replicas.map(related),
  };
}
