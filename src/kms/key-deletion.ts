/**
 * Deletion of KMS keys: the waiting period, and the destruction after it. AWS KMS Developer Guide, "Delete a KMS key".
 */

import { DAY_MS } from '../api/duration.ts';
import { operation } from '../call/operation.ts';
import { forgetKeyRate } from '../quotas/optional-rates.ts';
import type { KeyRecord, Lifecycle, MultiRegionSet } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { materialExpiry } from '../tally/level-series.ts';
import { setLevel } from '../tally/levels.ts';
import { removeAliasesOf } from './alias.ts';
import { auditFields, auditMembers } from './audit-text.ts';
import { destroyBackingKeys, firstRotations } from './backing-key.ts';
import { lacksMaterial } from './imported-material.ts';
import { arnOf, getKey, putKey } from './key.ts';
import { uncountKey } from './key-count.ts';
import { findKey } from './key-id.ts';
import { requireState } from './key-state.ts';
import { trailingDaysContext } from './key-use.ts';
import { multiRegionSet } from './multi-region-set.ts';
import { keyAccess } from './permissions.ts';

const DEFAULT_WINDOW_DAYS = 30;

/**
 * Starts a key's waiting period, 7 to 30 days as the validation of inputs requires, after which it is deleted by the
 * store's clock. The period of a primary key begins once its last replica is deleted.
 */
export const ScheduleKeyDeletion = operation('kms', 'ScheduleKeyDeletion', {
  resolve({ KeyId, PendingWindowInDays = DEFAULT_WINDOW_DAYS }, call) {
    return { ...findKey(KeyId, 'ScheduleKeyDeletion', call), days: PendingWindowInDays };
  },
  authorize: ({ days, ...found }, _input, call) => [
    keyAccess('ScheduleKeyDeletion', found, call, {
      context: {
        'kms:ScheduleKeyDeletionPendingWindowInDays': days,
        ...trailingDaysContext(found.key, call),
      },
    }),
  ],
  run({ key, days }, _input, { tx, now }) {
    requireState(key, 'ScheduleKeyDeletion');
    const { lifecycle } = putKey(tx, { ...key, lifecycle: waiting(key, days, now.getTime(), tx) });
    return {
      KeyId: arnOf(key),
      ...(lifecycle.state === 'PendingDeletion' && { DeletionDate: new Date(lifecycle.deletionMs) }),
      KeyState: lifecycle.state,
      PendingWindowInDays: days,
    };
  },
  parameters: (input) => auditFields({ PendingWindowInDays: DEFAULT_WINDOW_DAYS, ...input }),
  response: (output) => auditFields(output),
});

function waiting(key: KeyRecord, days: number, nowMs: number, tx: Tx): Lifecycle {
  const hasReplicas = key.multiRegion && replicasOf(key, tx).length > 0;
  return hasReplicas
    ? { state: 'PendingReplicaDeletion', windowDays: days, sinceMs: nowMs }
    : { state: 'PendingDeletion', deletionMs: nowMs + days * DAY_MS, sinceMs: nowMs };
}

/** The regions whose keys must be deleted before this one can be; none for a replica. */
function replicasOf(key: KeyRecord, tx: Tx): MultiRegionSet['replicas'] {
  const { primary, replicas } = multiRegionSet(tx, key.account, key.keyId);
  return primary === key.region ? replicas : [];
}

/** Ends the waiting period. The key is then disabled, or pending import if its imported material is missing. */
export const CancelKeyDeletion = operation('kms', 'CancelKeyDeletion', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'CancelKeyDeletion', call),
  authorize: (found, _input, call) => [keyAccess('CancelKeyDeletion', found, call)],
  run({ key }, _input, { tx }) {
    requireState(key, 'CancelKeyDeletion');
    putKey(tx, { ...key, lifecycle: { state: lacksMaterial(key) ? 'PendingImport' : 'Disabled' } });
    return { KeyId: arnOf(key) };
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
  response: (output) => auditFields(output),
});

/** The first rotations of a key add to its fee: AWS Key Management Service pricing. */
const PAID_ROTATIONS = 2;

/** Destroys a key without grants, with its material and aliases: its ciphertexts are lost permanently. */
export function destroyKey(key: KeyRecord, dueMs: number, tx: Tx): void {
  const place = [key.account, key.region, key.keyId] as const;
  // A replica may be created again under the same id.
  tx.deletedKeys.put([...place, key.createdMs], {
    v: 1,
    endMs: (key.lifecycle.state === 'PendingDeletion' && key.lifecycle.sinceMs) || dueMs,
    rotatedMs: firstRotations(tx, key, PAID_ROTATIONS),
  });
  destroyBackingKeys(tx, key);
  removeAliasesOf(tx, key);
  tx.kmsKeyUses.remove([...place]);
  forgetKeyRate(key, tx);
  uncountKey(key, tx);
  tx.kmsKeyOwners.remove([key.region, key.keyId]);
  if (key.dueMs !== undefined) tx.kmsDeadlines.remove([key.dueMs, ...place]);
  tx.kmsKeys.remove([...place]);
  setLevel(materialExpiry(key), undefined, dueMs, tx);
  if (key.multiRegion) leaveSet(key, dueMs, tx);
}

/** A deleted replica may be the last one that its primary is waiting for. */
function leaveSet(key: KeyRecord, dueMs: number, tx: Tx): void {
  const set = multiRegionSet(tx, key.account, key.keyId);
  if (set.primary === key.region) {
    tx.kmsMultiRegionSets.remove([key.account, key.keyId]);
    return;
  }
  const replicas = set.replicas.filter((region) => region !== key.region);
  tx.kmsMultiRegionSets.put([key.account, key.keyId], { ...set, replicas });
  const primary = getKey(tx, key.account, set.primary, key.keyId);
  if (replicas.length > 0 || primary?.lifecycle.state !== 'PendingReplicaDeletion') return;
  const { windowDays, sinceMs } = primary.lifecycle;
  const deletionMs = dueMs + windowDays * DAY_MS;
  putKey(tx, { ...primary, lifecycle: { state: 'PendingDeletion', deletionMs, sinceMs } });
}
