/** A KMS key in the store, and DescribeKey's description of it: KMS API Reference, KeyMetadata. */

import { type AccountId, type KeyArn, keyArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { CustomerMasterKeySpec, KeyMetadata, KeyUsageType } from '../api/model/kms.types.ts';
import type { Region } from '../api/regions.ts';
import type { KeyRecord, OfferedKeySpec } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { algorithmsOf } from './key-spec.ts';
import { multiRegionConfiguration } from './multi-region-set.ts';

/** Identifies a key in this store. */
export type KeyTriple = Pick<KeyRecord, 'account' | 'region' | 'keyId'>;

export const arnOf = (key: KeyTriple): KeyArn => keyArn(key.region, key.account, key.keyId);

/** The key's description in the model's member order, which is the order of output. */
export function keyMetadata(key: KeyRecord, tx: Tx): KeyMetadata {
  const { lifecycle } = key;
  const { EncryptionAlgorithms, SigningAlgorithms, KeyAgreementAlgorithms, MacAlgorithms } = algorithmsOf(
    key.spec,
    key.usage,
  );
  const configuration = key.multiRegion ? multiRegionConfiguration(key, tx) : undefined;
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: arnOf(key),
    CreationDate: new Date(key.createdMs),
    Enabled: lifecycle.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: lifecycle.state,
    ...(lifecycle.state === 'PendingDeletion' && { DeletionDate: new Date(lifecycle.deletionMs) }),
    ...(key.expiration?.validToMs !== undefined && { ValidTo: new Date(key.expiration.validToMs) }),
    Origin: key.origin,
    ...(key.expiration && { ExpirationModel: key.expiration.model }),
    KeyManager: key.manager,
    ...customerMasterKeySpec(key.spec),
    KeySpec: key.spec,
    ...(EncryptionAlgorithms && { EncryptionAlgorithms }),
    ...(SigningAlgorithms && { SigningAlgorithms }),
    ...(KeyAgreementAlgorithms && { KeyAgreementAlgorithms }),
    MultiRegion: key.multiRegion,
    ...(configuration && { MultiRegionConfiguration: configuration }),
    ...(lifecycle.state === 'PendingReplicaDeletion' && { PendingDeletionWindowInDays: lifecycle.windowDays }),
    ...(MacAlgorithms && { MacAlgorithms }),
    ...(key.current?.materialId !== undefined &&
      lifecycle.state !== 'Creating' && { CurrentKeyMaterialId: key.current.materialId }),
  };
}

/** The deprecated twin of KeySpec; its enum ended before ML-DSA and Ed25519: KMS API Reference, KeyMetadata. */
export function customerMasterKeySpec(spec: OfferedKeySpec): {
  readonly CustomerMasterKeySpec?: CustomerMasterKeySpec;
} {
  switch (spec) {
    case 'ML_DSA_44':
    case 'ML_DSA_65':
    case 'ML_DSA_87':
    case 'ECC_NIST_EDWARDS25519':
      return {};
    default:
      return { CustomerMasterKeySpec: spec };
  }
}

/** Reads a key; undefined if there is none. */
export function getKey(tx: Tx, account: AccountId, region: Region, keyId: string): KeyRecord | undefined {
  return tx.kmsKeys.get([account, region, keyId]);
}

/** Writes a key, and the deadline at which time next changes it. */
export function putKey(tx: Tx, key: KeyRecord): KeyRecord {
  const dueMs = nextDeadline(key);
  const place = [key.account, key.region, key.keyId] as const;
  if (dueMs !== key.dueMs) {
    if (key.dueMs !== undefined) tx.kmsDeadlines.remove([key.dueMs, ...place]);
    if (dueMs !== undefined) addDeadline(tx, dueMs, place);
  }
  const written = { ...key, dueMs };
  tx.kmsKeys.put([...place], written);
  return written;
}

function addDeadline(tx: Tx, dueMs: number, place: readonly [AccountId, Region, string]): void {
  tx.kmsDeadlines.put([dueMs, ...place], true);
  if (dueMs < (tx.kmsNextDeadline.get(['next']) ?? Number.POSITIVE_INFINITY)) tx.kmsNextDeadline.put(['next'], dueMs);
}

/** The time of the key's next automatic change, in milliseconds; undefined if none is due. */
export function nextDeadline(key: KeyRecord): number | undefined {
  const { lifecycle, rotation, rotating, materialExpiryMs } = key;
  // Disabled keys and keys pending deletion are not rotated, but their material still expires: AWS KMS Developer Guide,
  // "Key states of AWS KMS keys".
  const rotates = lifecycle.state === 'Enabled' || lifecycle.state === 'Updating';
  const deadlines = [
    lifecycle.state === 'PendingDeletion' ? lifecycle.deletionMs : undefined,
    lifecycle.state === 'Creating' || lifecycle.state === 'Updating' ? lifecycle.untilMs : undefined,
    materialExpiryMs,
    rotates ? rotation?.nextMs : undefined,
    rotates ? rotating?.untilMs : undefined,
  ].filter((ms) => ms !== undefined);
  return deadlines.length > 0 ? Math.min(...deadlines) : undefined;
}

/** @throws InvalidKeyUsageException if the key was not created for the operation's use. */
export function requireUsage(key: KeyRecord, usage: KeyUsageType, operation: string): void {
  if (key.usage === usage) return;
  throw new AwsError(
    'InvalidKeyUsageException',
    `${arnOf(key)} key usage is ${key.usage} which is not valid for ${operation}.`,
    {},
    `${operation} needs a key with the usage ${usage}, which ssebox kms create-key --key-usage ${usage} creates`,
  );
}

export const invalidOrigin = (key: KeyRecord) =>
  new AwsError(
    'UnsupportedOperationException',
    `${arnOf(key)} origin is ${key.origin} which is not valid for this operation.`,
    {},
    key.origin === 'EXTERNAL'
      ? 'only keys whose material KMS creates are rotated automatically: import new material instead'
      : 'this is for keys with imported material, which ssebox kms create-key --origin EXTERNAL creates',
  );

/** KMS gives no message about a key spec that an operation does not support. */
export const unsupportedSpec = ({ spec }: Pick<KeyRecord, 'spec'>, needed: string) =>
  new AwsError(
    'UnsupportedOperationException',
    '',
    {},
    `this needs ${needed}, and the key spec of this one is ${spec}`,
  );
