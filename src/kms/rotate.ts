/**
 * Rotation: a new generation of material encrypts, while older ones continue to decrypt. When rotation is automatic:
 * AWS KMS Developer Guide, "Enable automatic key rotation".
 */

import { DAY_MS } from '../api/duration.ts';
import type { RotationType } from '../api/model/kms.types.ts';
import type { Passage } from '../call/scope.ts';
import type { AutomaticRotation, BackingKeyRecord, KeyRecord } from '../store/records/kms.ts';
import type { Vault } from './backing-key.ts';
import { currentOf, getBackingKey, newestBackingKey, putBackingKey, updateBackingKey } from './backing-key.ts';
import { getKey, putKey } from './key.ts';
import { multiRegionSet } from './multi-region-set.ts';
import { recordServiceEvent } from './service-event.ts';

export interface RotationSite extends Vault {
  readonly random: (size: number) => Uint8Array;
  readonly record: Passage['record'];
}

/** The automatic rotation, yearly or with the key's own period. */
export function rotateAutomatically(
  key: KeyRecord,
  { periodDays }: AutomaticRotation,
  dueMs: number,
  at: RotationSite,
): void {
  const rotated = { ...key, rotation: scheduleFrom(periodDays, dueMs) };
  // What is rotated is elsewhere, too.
  if (key.materialIsElsewhere) putKey(at.tx, rotated);
  else rotateAll(rotated, 'AUTOMATIC', dueMs, at);
}

/** Completes an on-demand rotation, which does not affect the automatic schedule. */
export function finishRotation(key: KeyRecord, dueMs: number, at: RotationSite): void {
  const { rotating: _, ...rest } = key;
  rotateAll(rest, 'ON_DEMAND', dueMs, at);
}

/** Rotates a key and, if it is a primary, its replicas with it: they share their material. */
function rotateAll(key: KeyRecord, type: RotationType, timeMs: number, at: RotationSite): void {
  const secret = key.origin === 'AWS_KMS' ? at.random(32) : undefined;
  rotateOne(key, secret, type, timeMs, at);
  for (const replica of replicasOf(key, at)) {
    rotateOne(replica, secret, type, timeMs, at);
    recordServiceEvent('SynchronizeMultiRegionKey', replica, timeMs, {}, at);
  }
}

export function replicasOf(key: KeyRecord, { tx }: Pick<RotationSite, 'tx'>): KeyRecord[] {
  if (!key.multiRegion) return [];
  const { primary, replicas } = multiRegionSet(tx, key.account, key.keyId);
  if (primary !== key.region) return [];
  return replicas
    .map((region) => getKey(tx, key.account, region, key.keyId))
    .filter((replica) => replica !== undefined);
}

/** @param secret for a key whose material KMS generates; a key with imported material uses the pending material. */
function rotateOne(
  key: KeyRecord,
  secret: Uint8Array | undefined,
  type: RotationType,
  timeMs: number,
  at: RotationSite,
): void {
  const previous = key.current;
  const generation = (previous?.generation ?? 0) + 1;
  const facts = { generation, createdMs: timeMs, rotation: { type, timeMs } } as const;
  const backing = secret ? putBackingKey(at, key, { secret }, facts) : promote(key, generation, facts.rotation, at);
  if (!backing) {
    // The pending material expired or was deleted in the meantime: there is nothing to rotate to.
    putKey(at.tx, key);
    return;
  }
  putKey(at.tx, { ...key, current: currentOf(key, backing) });
  recordServiceEvent(
    'RotateKey',
    key,
    timeMs,
    {
      keyId: key.keyId,
      rotationType: type,
      keyOrigin: key.origin,
      previousKeyMaterialId: previous?.materialId,
      currentKeyMaterialId: backing.materialId,
    },
    at,
  );
}

function promote(
  key: KeyRecord,
  generation: number,
  rotation: NonNullable<BackingKeyRecord['rotation']>,
  { tx }: RotationSite,
): BackingKeyRecord | undefined {
  const waiting = getBackingKey(tx, key, generation);
  if (!waiting?.wrapped) return undefined;
  const backing = { ...waiting, rotation };
  updateBackingKey(tx, key, backing);
  return backing;
}

/** The material pending rotation; only keys with imported material have any. */
export function pendingMaterial(key: KeyRecord, { tx }: Pick<RotationSite, 'tx'>): BackingKeyRecord | undefined {
  const newest = newestBackingKey(tx, key);
  return newest && newest.generation > (key.current?.generation ?? 0) ? newest : undefined;
}

/** Days between automatic rotations by default: KMS API Reference, EnableKeyRotation. */
export const DEFAULT_PERIOD_DAYS = 365;

/** The first rotation is one full period after automatic rotation was enabled or its period changed. */
export const scheduleFrom = (periodDays: number, nowMs: number): AutomaticRotation => ({
  periodDays,
  nextMs: nowMs + periodDays * DAY_MS,
});

/** A key that is enabled again: a rotation that was due in the meantime is due now. */
export function resumeRotation(key: KeyRecord, nowMs: number): KeyRecord {
  const { rotation } = key;
  if (!rotation || rotation.nextMs >= nowMs || key.lifecycle.state === 'Enabled') return key;
  return { ...key, rotation: { ...rotation, nextMs: nowMs } };
}
