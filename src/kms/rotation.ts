/** The operations on rotation: AWS KMS Developer Guide, "Rotate AWS KMS keys". */

import { AwsError } from '../api/errors.ts';
import type { KeyMaterialState, RotationsListEntry } from '../api/model/kms.types.ts';
import { type Call, operation } from '../call/operation.ts';
import { resourceLimit } from '../quotas/settings.ts';
import type { BackingKeyRecord, KeyRecord } from '../store/records/kms.ts';
import { auditMembers } from './audit-text.ts';
import { type BackingKeyRow, backingKeyRows } from './backing-key.ts';
import { arnOf, getKey, invalidOrigin, putKey, unsupportedSpec } from './key.ts';
import { findKey } from './key-id.ts';
import { isSymmetric } from './key-spec.ts';
import { requireMaterial, requireState } from './key-state.ts';
import { multiRegionSet } from './multi-region-set.ts';
import { pageOf } from './paging.ts';
import { keyAccess } from './permissions.ts';
import { DEFAULT_PERIOD_DAYS, pendingMaterial, replicasOf, scheduleFrom } from './rotate.ts';

/** KMS API Reference, RotateKeyOnDemand, ConflictException: automatic rotation is due within 20 minutes. */
const CONFLICT_MS = 20 * 60_000;

/** Enables automatic rotation, or changes its period. */
export const EnableKeyRotation = operation('kms', 'EnableKeyRotation', {
  resolve: ({ KeyId, RotationPeriodInDays = DEFAULT_PERIOD_DAYS }, call) => ({
    ...findKey(KeyId, 'EnableKeyRotation', call),
    days: RotationPeriodInDays,
  }),
  authorize: ({ days, ...found }, _input, call) => [
    keyAccess('EnableKeyRotation', found, call, { context: { 'kms:RotationPeriodInDays': days } }),
  ],
  run({ key, days }, _input, call) {
    requireState(key, 'EnableKeyRotation');
    requireAutomaticRotation(key);
    requirePrimary(key, call);
    putKey(call.tx, { ...key, rotation: scheduleFrom(days, call.now.getTime()) });
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'RotationPeriodInDays'),
  response: (_output, { key }) => ({ keyId: arnOf(key) }),
});

export const DisableKeyRotation = operation('kms', 'DisableKeyRotation', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'DisableKeyRotation', call),
  authorize: (found, _input, call) => [keyAccess('DisableKeyRotation', found, call)],
  run({ key }, _input, call) {
    requireState(key, 'DisableKeyRotation');
    requireAutomaticRotation(key);
    requirePrimary(key, call);
    const { rotation: _, ...rest } = key;
    putKey(call.tx, rest);
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
});

/** For a replica, reports the primary's rotation; for keys that cannot be rotated, false. */
export const GetKeyRotationStatus = operation('kms', 'GetKeyRotationStatus', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'GetKeyRotationStatus', call),
  authorize: (found, _input, call) => [keyAccess('GetKeyRotationStatus', found, call)],
  run({ key }, _input, call) {
    requireState(key, 'GetKeyRotationStatus');
    if (isSymmetric(key.spec) && key.origin === 'EXTERNAL') throw invalidOrigin(key);
    const isLeaving = key.lifecycle.state === 'PendingDeletion' || key.lifecycle.state === 'PendingReplicaDeletion';
    const { rotation, rotating } = primaryOf(key, call);
    return {
      KeyRotationEnabled: rotation !== undefined && !isLeaving,
      KeyId: arnOf(key),
      ...(rotation &&
        !isLeaving && { RotationPeriodInDays: rotation.periodDays, NextRotationDate: new Date(rotation.nextMs) }),
      ...(rotating && { OnDemandRotationStartDate: new Date(rotating.startedMs) }),
    };
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
});

/** Starts a rotation, which completes a moment later. */
export const RotateKeyOnDemand = operation('kms', 'RotateKeyOnDemand', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'RotateKeyOnDemand', call),
  authorize: (found, _input, call) => [keyAccess('RotateKeyOnDemand', found, call)],
  run({ key }, _input, call) {
    requireState(key, 'RotateKeyOnDemand');
    if (!isSymmetric(key.spec)) throw unsupportedSpec(key, 'a symmetric encryption key');
    requirePrimary(key, call);
    requireMaterial(key);
    if (key.origin === 'EXTERNAL') requirePendingMaterial(key, call);
    const limit = resourceLimit('kms', 'on-demand-rotations-per-key', key, call.tx);
    if (key.onDemandRotations >= limit) throw tooManyRotations(key);
    const startedMs = call.now.getTime();
    if (key.rotating || (key.rotation && key.rotation.nextMs - startedMs <= CONFLICT_MS)) throw rotationConflict(key);
    putKey(call.tx, {
      ...key,
      rotating: { startedMs, untilMs: startedMs + call.settings.settleDelayMs },
      onDemandRotations: key.onDemandRotations + 1,
    });
    return { KeyId: arnOf(key) };
  },
  parameters: (input) => auditMembers(input, 'KeyId'),
  response: (_output, { key }) => ({ keyId: key.keyId }),
});

/** Lists the completed rotations, the oldest first; with ALL_KEY_MATERIAL, every generation. */
export const ListKeyRotations = operation('kms', 'ListKeyRotations', {
  resolve: ({ KeyId }, call) => findKey(KeyId, 'ListKeyRotations', call),
  authorize: (found, _input, call) => [keyAccess('ListKeyRotations', found, call)],
  run({ key }, input, call) {
    requireState(key, 'ListKeyRotations');
    if (!isSymmetric(key.spec)) throw unsupportedSpec(key, 'a symmetric encryption key');
    const { IncludeKeyMaterial = 'ROTATIONS_ONLY' } = input;
    const list = { list: `${IncludeKeyMaterial} of ${arnOf(key)}`, defaultLimit: 100, maxLimit: 1000 };
    const { items, more } = pageOf(list, input, (range) => {
      // A page takes as many as it needs.
      const all = backingKeyRows(call.tx, key, { ...range, limit: undefined });
      return IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? all : rotationsIn(all);
    });
    return { Rotations: items.map(({ value }) => entryOf(key, value, call)), ...more };
  },
  parameters: (input) => auditMembers(input, 'KeyId', 'IncludeKeyMaterial', 'Limit', 'Marker'),
});

function* rotationsIn(rows: Iterable<BackingKeyRow>): Generator<BackingKeyRow, void> {
  for (const row of rows) if (row.value.rotation) yield row;
}

function entryOf(key: KeyRecord, backing: BackingKeyRecord, call: Call): RotationsListEntry {
  const { imported, rotation, wrapped } = backing;
  return {
    KeyId: key.keyId,
    ...(backing.materialId !== undefined && { KeyMaterialId: backing.materialId }),
    ...(imported?.description !== undefined && { KeyMaterialDescription: imported.description }),
    ...(imported && { ImportState: wrapped ? 'IMPORTED' : 'PENDING_IMPORT' }),
    KeyMaterialState: materialState(key, backing, call),
    ...(imported && wrapped && { ExpirationModel: imported.model }),
    ...(imported?.validToMs !== undefined && wrapped && { ValidTo: new Date(imported.validToMs) }),
    ...(rotation && { RotationDate: new Date(rotation.timeMs), RotationType: rotation.type }),
  };
}

function materialState(key: KeyRecord, { generation, materialId }: BackingKeyRecord, call: Call): KeyMaterialState {
  const current = key.current?.generation ?? 0;
  if (generation < current) return 'NON_CURRENT';
  if (generation === current) return 'CURRENT';
  const lacks = (replica: KeyRecord) => pendingMaterial(replica, call)?.materialId !== materialId;
  return replicasOf(primaryOf(key, call), call).some(lacks)
    ? 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION'
    : 'PENDING_ROTATION';
}

/** The key whose rotation applies: the key itself, or its primary. */
function primaryOf(key: KeyRecord, { tx }: Call): KeyRecord {
  if (!key.multiRegion) return key;
  const { primary } = multiRegionSet(tx, key.account, key.keyId);
  return (primary !== key.region && getKey(tx, key.account, primary, key.keyId)) || key;
}

/** KMS API Reference, EnableKeyRotation: symmetric encryption keys whose material KMS generates. */
function requireAutomaticRotation(key: KeyRecord): void {
  if (!isSymmetric(key.spec)) throw unsupportedSpec(key, 'a symmetric encryption key');
  if (key.origin !== 'AWS_KMS') throw invalidOrigin(key);
}

/** Related keys rotate together, controlled by the primary. */
function requirePrimary(key: KeyRecord, call: Call): void {
  if (primaryOf(key, call) !== key) throw notPrimary(key);
}

function requirePendingMaterial(key: KeyRecord, call: Call): void {
  const pending = pendingMaterial(key, call);
  const isReady = pending?.wrapped && materialState(key, pending, call) === 'PENDING_ROTATION';
  if (isReady) return;
  throw new AwsError(
    'KMSInvalidStateException',
    `No available key material pending rotation for the key: ${arnOf(key)}.`,
  );
}

export const notPrimary = (key: KeyRecord) =>
  new AwsError(
    'UnsupportedOperationException',
    `${arnOf(key)} is not a multi-region primary key.`,
    {},
    'related keys are changed at their primary key, whose region describe-key shows in MultiRegionConfiguration',
  );

const tooManyRotations = (key: KeyRecord) =>
  new AwsError(
    'LimitExceededException',
    'The on-demand rotations limit has been reached for the given keyId. ' +
      `No more on-demand rotations can be performed for this key: ${arnOf(key)}`,
  );

const rotationConflict = (key: KeyRecord) =>
  new AwsError('ConflictException', `${arnOf(key)} is being rotated, or is about to be.`);
