/** The effect of imported material on its key's state: AWS KMS Developer Guide, "Importing key material". */

import type { Passage } from '../call/scope.ts';
import type { BackingKeyRecord, KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { materialExpiry } from '../tally/level-series.ts';
import { setLevel } from '../tally/levels.ts';
import { backingKeys, destroyMaterial, removeBackingKey } from './backing-key.ts';
import { putKey } from './key.ts';
import { recordServiceEvent } from './service-event.ts';

/** Whether the key is waiting for material to be imported. */
export const lacksMaterial = (key: KeyRecord): boolean => key.origin === 'EXTERNAL' && key.expiration === undefined;

/** Destroys expired material; the key waits for it to be imported again, unless it was only pending rotation. */
export function expireMaterial(key: KeyRecord, dueMs: number, at: Pick<Passage, 'tx' | 'random' | 'record'>): void {
  for (const backing of backingKeys(at.tx, key)) {
    const validToMs = backing.wrapped && backing.imported?.validToMs;
    if (validToMs === undefined || validToMs > dueMs) continue;
    discardMaterial(key, backing, at.tx);
    recordServiceEvent(
      'DeleteExpiredKeyMaterial',
      key,
      dueMs,
      { keyId: key.keyId, keyMaterialId: backing.materialId },
      at,
    );
  }
  putWithMaterial(key, dueMs, at.tx);
}

/** Writes a key whose imported materials have changed, with the state that they imply from a time on. */
export function putWithMaterial(key: KeyRecord, timeMs: number, tx: Tx): void {
  const changed = withMaterial(key, tx);
  putKey(tx, changed);
  setLevel(materialExpiry(changed), changed.materialExpiryMs, timeMs, tx);
}

/** Destroys material. Material pending rotation does not belong to the key yet and leaves no record. */
export function discardMaterial(key: KeyRecord, backing: BackingKeyRecord, tx: Tx): void {
  if (backing.generation > (key.current?.generation ?? 0)) removeBackingKey(tx, key, backing);
  else destroyMaterial(tx, key, backing);
}

/**
 * The key with the state that its imported materials imply: Enabled once all are present, PendingImport if one is
 * missing. Material pending rotation does not count.
 */
function withMaterial(key: KeyRecord, tx: Tx): KeyRecord {
  const all = backingKeys(tx, key);
  const lasting = all.filter(({ generation }) => generation <= (key.current?.generation ?? 0));
  const { expiration: _, materialExpiryMs: __, materialIsElsewhere: ___, ...rest } = key;
  const isComplete = lasting.length > 0 && lasting.every(({ wrapped }) => wrapped);
  const validToMs = earliestExpiry(lasting);
  const expiryMs = earliestExpiry(all);
  return {
    ...rest,
    lifecycle: lifecycleWith(key, isComplete),
    ...(isComplete && {
      expiration:
        validToMs === undefined
          ? { model: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
          : { model: 'KEY_MATERIAL_EXPIRES', validToMs },
    }),
    ...(expiryMs !== undefined && { materialExpiryMs: expiryMs }),
  };
}

function lifecycleWith({ lifecycle }: KeyRecord, isComplete: boolean): KeyRecord['lifecycle'] {
  switch (lifecycle.state) {
    case 'PendingImport':
      return isComplete ? { state: 'Enabled' } : lifecycle;
    case 'Enabled':
    case 'Disabled':
    case 'Updating':
      return isComplete ? lifecycle : { state: 'PendingImport' };
    default:
      return lifecycle;
  }
}

function earliestExpiry(materials: readonly BackingKeyRecord[]): number | undefined {
  const times = materials
    .filter(({ wrapped }) => wrapped)
    .map(({ imported }) => imported?.validToMs)
    .filter((ms) => ms !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}
