/** Removes the identities, keys and buckets of an account, so that an import can take their place. */

import type { AccountId } from '../api/arn.ts';
import { removeGrants } from '../kms/grant.ts';
import { destroyKey } from '../kms/key-deletion.ts';
import { removeEmptyBucket } from '../s3/buckets/buckets.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { BucketRecord } from '../store/records/s3.ts';
import type { Tx } from '../store/tables.ts';

/** What nobody could get back if an account were removed: buckets that are not empty, and keys with their material. */
export function* losses(account: AccountId, tx: Tx): Iterable<string> {
  for (const bucket of bucketsOf(account, tx)) {
    const has = (rows: Iterable<unknown>) => !rows[Symbol.iterator]().next().done;
    const isFull = [tx.objects, tx.multipartUploads].some((table) => has(table.under([bucket.name], { limit: 1 })));
    if (isFull) yield `the bucket "${bucket.name}" is not empty`;
  }
  for (const { region, keyId, materialIsElsewhere, current } of keysOf(account, tx)) {
    if (!materialIsElsewhere && current)
      yield `the KMS key ${keyId} in ${region} has material, which cannot be made again`;
  }
}

/** Removes an account that has nothing to lose. Its trails, alarms, quotas and records of calls stay. */
export function clearAccount(account: AccountId, at: { readonly tx: Tx; readonly now: Date }): void {
  const { tx } = at;
  for (const bucket of bucketsOf(account, tx)) removeEmptyBucket(bucket, at);
  tx.accountPublicAccessBlocks.remove([account]);
  clearKeys(account, at);
  clearIdentities(account, tx);
  tx.accounts.remove([account]);
}

const bucketsOf = (account: AccountId, tx: Tx): BucketRecord[] =>
  [...tx.bucketsByOwner.under([account])].flatMap(({ key }) => tx.buckets.get([key[1]]) ?? []);

const keysOf = (account: AccountId, tx: Tx): KeyRecord[] =>
  Array.from(tx.kmsKeys.under([account]), ({ value }) => value);

function clearKeys(account: AccountId, { tx, now }: { readonly tx: Tx; readonly now: Date }): void {
  const isPrimary = ({ keyId, region }: KeyRecord) => tx.kmsMultiRegionSets.get([account, keyId])?.primary === region;
  const keys = keysOf(account, tx);
  // The set of a multi-Region key goes with its primary.
  for (const { region, keyId } of [...keys.filter((key) => !isPrimary(key)), ...keys.filter(isPrimary)]) {
    const key = tx.kmsKeys.get([account, region, keyId]);
    if (!key) continue;
    removeGrants(key, { tx, isTimeUp: () => false });
    destroyKey(key, now.getTime(), tx);
  }
  // Its primary may never have been here.
  for (const { key } of [...tx.kmsMultiRegionSets.under([account])]) tx.kmsMultiRegionSets.remove(key);
}

function clearIdentities(account: AccountId, tx: Tx): void {
  for (const { key, value } of [...tx.users.under([account])]) {
    // Their ids stay this store's, as those of keys that were deleted.
    for (const { key: of } of [...tx.userAccessKeys.under([value.id])]) {
      const accessKeyId = of[1];
      tx.userAccessKeys.remove(of);
      tx.accessKeys.put([accessKeyId], { v: 1, kind: 'deleted', accessKeyId, account });
    }
    tx.principalIds.remove([value.id]);
    tx.users.remove(key);
  }
  for (const { key, value } of [...tx.roles.under([account])]) {
    tx.principalIds.remove([value.id]);
    tx.roles.remove(key);
  }
  for (const { key } of [...tx.groups.under([account])]) tx.groups.remove(key);
  for (const { key } of [...tx.groupMembers.under([account])]) tx.groupMembers.remove(key);
  for (const { key } of [...tx.managedPolicies.under([account])]) tx.managedPolicies.remove(key);
  for (const { key, value } of [...tx.policyUses.range()]) if (value.account === account) tx.policyUses.remove(key);
}
