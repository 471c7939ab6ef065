/** The number of an account's customer managed keys in a region, in all states: AWS KMS Developer Guide, "Resource quotas". */

import { AwsError } from '../api/errors.ts';
import { resourceLimit } from '../quotas/settings.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';

type Place = Pick<KeyRecord, 'account' | 'region'>;

/** @throws LimitExceededException if there may not be one more. */
export function requireRoomForKey(place: Place, tx: Tx): void {
  const limit = resourceLimit('kms', 'keys', place, tx);
  if (keyCount(place, tx) < limit) return;
  throw new AwsError('LimitExceededException', `An account can have no more than ${limit} KMS keys in a region`);
}

/** Counts a key that is about to be created. @throws LimitExceededException if there may not be one more. */
export function countNewKey(place: Place, tx: Tx): void {
  requireRoomForKey(place, tx);
  tx.kmsKeyCounts.put([place.account, place.region], keyCount(place, tx) + 1);
}

/** Counts a key no longer that is about to be deleted. */
export function uncountKey({ account, region, manager }: Place & Pick<KeyRecord, 'manager'>, tx: Tx): void {
  const known = tx.kmsKeyCounts.get([account, region]);
  if (known === undefined || manager !== 'CUSTOMER') return;
  if (known > 1) tx.kmsKeyCounts.put([account, region], known - 1);
  else tx.kmsKeyCounts.remove([account, region]);
}

/** Stores of before there was a count have none yet: the first that needs it counts. */
const keyCount = (place: Place, tx: Tx): number =>
  tx.kmsKeyCounts.get([place.account, place.region]) ?? customerKeys(place, tx);

/** The same number from the keys themselves. */
export function customerKeys({ account, region }: Place, tx: Tx): number {
  let count = 0;
  for (const { value } of tx.kmsKeys.under([account, region])) if (value.manager === 'CUSTOMER') count += 1;
  return count;
}
