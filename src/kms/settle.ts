/**
 * Changes that happen to keys as time passes: deletion, expiry of imported material, rotation, the end of Creating and
 * Updating. They are applied when the store is next used, in the order of their deadlines and with each deadline as
 * their time, so that the audit log shows them as AWS's would.
 */

import type { Passage } from '../call/scope.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import { isDeadlinePassed } from './deadline.ts';
import { removeGrants } from './grant.ts';
import { expireMaterial, lacksMaterial } from './imported-material.ts';
import { getKey, putKey } from './key.ts';
import { destroyKey } from './key-deletion.ts';
import { finishRotation, rotateAutomatically } from './rotate.ts';
import { recordServiceEvent } from './service-event.ts';

/** Applies the changes that are due, or at least the first one once time is up. @returns whether none is left. */
export function settleKeys(at: Passage): boolean {
  const nowMs = at.now.getTime();
  if (!isDeadlinePassed(nowMs, at.tx)) return true;
  for (let isFirst = true; ; isFirst = false) {
    const [row] = at.tx.kmsDeadlines.range({ limit: 1 });
    if (row) at.tx.kmsNextDeadline.put(['next'], row.key[0]);
    else at.tx.kmsNextDeadline.remove(['next']);
    if (!row || row.key[0] > nowMs) return true;
    if (!isFirst && at.isTimeUp()) return false;
    const [dueMs, account, region, keyId] = row.key;
    at.tx.kmsDeadlines.remove(row.key);
    const key = getKey(at.tx, account, region, keyId);
    if (key) settle({ ...key, dueMs: undefined }, dueMs, at);
  }
}

/** Applies the first change that is due; the next one gets its own deadline. */
function settle(key: KeyRecord, dueMs: number, at: Passage): void {
  const { lifecycle, materialExpiryMs, rotating, rotation } = key;
  if (lifecycle.state === 'PendingDeletion' && lifecycle.deletionMs <= dueMs) {
    const grantCount = removeGrants(key, at);
    if (grantCount > 0) {
      // Its deadline stays, so the next transaction continues.
      putKey(at.tx, { ...key, grantCount });
      return;
    }
    recordServiceEvent('DeleteKey', key, dueMs, {}, at);
    destroyKey(key, dueMs, at.tx);
  } else if ((lifecycle.state === 'Creating' || lifecycle.state === 'Updating') && lifecycle.untilMs <= dueMs) {
    putKey(at.tx, { ...key, lifecycle: { state: lacksMaterial(key) ? 'PendingImport' : 'Enabled' } });
  } else if (materialExpiryMs !== undefined && materialExpiryMs <= dueMs) {
    expireMaterial(key, dueMs, at);
  } else if (rotating && rotating.untilMs <= dueMs) {
    finishRotation(key, dueMs, at);
  } else if (rotation && rotation.nextMs <= dueMs) {
    rotateAutomatically(key, rotation, dueMs, at);
  } else {
    putKey(at.tx, key);
  }
}
